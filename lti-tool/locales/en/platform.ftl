# Texts between a learning platform and the tool: registration, windows, placing a badge.

## Opening a new window
window-title = Open in a new window
window-text = Your browser keeps this tool from signing you in inside this page. In a window of its own it works.
window-wait = One moment: we are signing you in.
window-button = Open in a new window

## Registration
tool-description = { $issuer } awards verifiable badges for completed courses.
registered-title = Registered
registered-text = { $platform } and this tool know each other now.
registered-active = You can add the tool to a course.
registered-pending = The operator of this tool has to approve the registration before it can be used.
registered-suspended = The operator of this tool has suspended this platform; ask them to admit it again.
registered-close = Done
error-invitation = This invitation is unknown, has expired or was already used; please ask the operator of this tool for a new one, or use it again in ten minutes if its registration was cut short.
error-invitation = This invitation is unknown, has expired or was already used; please ask the operator of this tool for a new one, unless a registration with it was cut short, for then it works again ten minutes later.
error-registration = Your learning platform could not be registered; please check that the invitation was pasted into its tool registration and try again.
error-platform-private = Your learning platform has an address in a private network, which this tool asks nothing unless its operator adds the platform’s host name to the setting outbound.private_hosts and restarts the tool; then the same invitation works.
error-platform-insecure = Your learning platform talks http, and this tool accepts https only; for a trial with both on one machine its operator can set outbound.allow_insecure_loopback to true, and then the same invitation works.
error-platform-silent = This tool gets no answer from your learning platform at the address that the platform gave for itself; please check that it can be reached from the tool’s server, with a certificate that is publicly trusted, and use the same invitation again.
error-platform-private = Your learning platform has an address in a private network, where this tool asks nothing until its operator adds the platform’s host name to the setting outbound.private_hosts and restarts the tool; then the same invitation works.
error-platform-insecure = Your learning platform talks http and this tool accepts https only; for a trial with both on one machine its operator can set outbound.allow_insecure_loopback to true, and then the same invitation works.
error-platform-silent = Your learning platform does not answer at the address that it gave; please check that this tool’s server can reach it, with a certificate that is publicly trusted, and use the same invitation again.

## Deep linking
place-title = Add badges to the course
place-badge = The badge of this course
place-text = Learners open the link to see the badge, and you open it to award.
place-field-title = Title of the link
place-field-text = Text beside it
place-column = With a grade column
place-column-text = Whoever has the badge gets the full score in the course’s grade book.
place-mine = My badges
place-mine-text = Everybody sees all of their own badges, from other courses too.
place-button = Add to course
place-none = Please choose what to add.
place-no-links = Your learning platform takes no links to tools in this place.
placing-title = One moment
placing-text = Your choice goes back to your learning platform.
placing-button = Continue
error-no-deep-link = This page works only when you add the tool from the course’s editor.

## One learner, asked for by a submission review
review-title = The badge of one learner
review-none = This learner does not have the badge of this course.
review-all = All learners

## What we know about somebody
privacy-title = Personal data
privacy-visibility = Who, besides the instructors of your courses, may see that you hold a badge:
privacy-visible-nobody = Nobody but the instructors of your courses may see that you hold a badge. Reports count people and name none.
privacy-text = This is what this tool keeps about { $id }.
privacy-badges = { $count ->
    [0] No badges
    [one] One badge
   *[other] { $count } badges
 }
privacy-named = The name and the e-mail address, as the learning platform told them, so that instructors recognise the holder. Badges themselves hold only a fingerprint.
privacy-unnamed = No name and no e-mail address.
privacy-erase-text = Erasing removes name and e-mail address. The badges stay valid, because they do not hold them.
privacy-erase = Erase name and e-mail address
privacy-erase-final = This cannot be undone.
privacy-erase-confirm = Erase for good
privacy-erased = Name and e-mail address were erased.
