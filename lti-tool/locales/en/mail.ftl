# E-mails to learners: subject, sentences, and why they got it.
mail-greeting = Hello { $name },
mail-greeting-nameless = Hello,
mail-awarded-subject = You have earned the badge “{ $badge }”
mail-awarded-text = You were awarded the badge “{ $badge }” in the course “{ $course }” on { $date }.
mail-awarded-until = It is valid until { $date }.
mail-awarded-share = Only you know its link until you share it. The badge does not show your e-mail address.
mail-expiring-subject = Your badge “{ $badge }” expires on { $date }
mail-expiring-text = Your badge “{ $badge }” from the course “{ $course }” expires on { $date }.
mail-expiring-renew = How to renew it: { $criteria }
mail-revoked-subject = Your badge “{ $badge }” was revoked
mail-revoked-text = Your badge “{ $badge }” from the course “{ $course }” was revoked and is no longer valid.
mail-revoked-reason = Reason: { $reason }
mail-open = View the badge
mail-footer = { $issuer } sends this message automatically because you take part in a course with badges. Please do not reply to it.
