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
registered-close = Done
error-invitation = This invitation is unknown, has expired or was already used; please ask the operator of this tool for a new one.
error-registration = Your learning platform could not be registered; please check that the invitation was pasted into its tool registration and try again.

## Deep linking
place-title = Add this badge to the course
place-text = Learners open the link in the course to see the badge, and you open it to award.
place-button = Add to course
error-no-deep-link = This page works only when you add the tool from the course’s editor.
