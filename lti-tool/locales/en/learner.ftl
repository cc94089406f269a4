# Texts of the learner’s page.

## Learner
learner-title = My badges
learner-hello = Hello, { $name }
learner-earned = You have earned this badge
learner-awarded-on = Awarded on { $date }
learner-open = Look at it, download it
learner-erase = What is kept about you, and how to erase it
learner-not-yet = Not earned yet
learner-how = How to earn it
learner-who-decides = Your instructor awards this badge when you have met the criteria.
learner-no-badge-title = No badge in this course yet
learner-no-badge-text = When your instructor sets one up, you will find it here.
learner-no-course-text = Open this tool from inside a course to see its badge.
learner-revoked = This badge was revoked
learner-revoked-because = Reason: { $reason }
learner-elsewhere = Your other badges
learner-from-course = { $course }, { $date }
learner-next = What comes next
learner-step-open = Not yet
