# Every text of the pages. The file for Japanese has the same keys; a test compares them.

app-name = Badges
skip-to-content = Skip to the content
reference = Reference

month-1 = January
month-2 = February
month-3 = March
month-4 = April
month-5 = May
month-6 = June
month-7 = July
month-8 = August
month-9 = September
month-10 = October
month-11 = November
month-12 = December

## What a badge says until somebody changes it
default-badge-name = Completion of { $course }
default-badge-description = Awarded for completing the course “{ $course }”.
default-badge-criteria = The learner completed the course “{ $course }”, and its instructor confirmed it.

## Errors: one sentence each
error-title = That did not work
error-hint = If it happens again, tell your administrator this reference.
error-unknown-platform = Your learning platform is not registered with this tool; please ask your administrator to register it.
error-login-incomplete = Your learning platform sent an incomplete sign-in; please open the tool again from your course.
error-launch-used = This sign-in has expired or was already used; please open the tool again from your course.
error-launch-late = This sign-in arrived too late, or a clock is wrong; please open the tool again from your course.
error-launch-untrusted = We could not confirm that this sign-in comes from your learning platform; please open the tool again from your course.
error-unknown-deployment = This tool is not approved for your part of the learning platform yet; please ask your administrator.
error-platform-refused = Your learning platform did not sign you in; please open the tool again from your course.
error-platform-unreachable = Your learning platform does not answer at the moment; please try again in a minute.
error-unavailable = We cannot reach our records at the moment; please try again in a minute.
error-internal = Something went wrong on our side; nothing was changed.
error-session-expired = This page has been open for too long; please open the tool again from your course.
error-instructors-only = This page is for the instructors of the course.
error-no-course = Please open the tool from inside a course.
error-anonymous = Your learning platform did not tell us who you are, so we cannot show your badges.
error-not-found = There is nothing at this address.
error-bad-request = We could not read what your browser sent; please go back and try again.
error-roster = Your learning platform did not give us the list of learners; nobody was awarded, please try again in a minute.

## Opening a new window
window-title = Open in a new window
window-text = Your browser keeps this tool from signing you in inside this page. In a window of its own it works.
window-wait = One moment: we are signing you in.
window-button = Open in a new window

## Instructor
tab-awards = Awards
tab-badge = Badge
tabs-label = Pages of this course
progress = { $awarded } of { $total } learners have this badge
badge-public-page = Public page of the badge
edit-badge = Edit badge
learners-title = Learners
search-label = Search learners
search-placeholder = Search by name
search-none = Nobody by that name.
select-all = Select everybody without a badge
select-learner = Select { $name }
column-learner = Learner
column-status = Status
column-action = Action
learner-nameless = Learner { $id }
award-selected = Award badge to selected
award-one = Award
award-one-to = Award to { $name }
award-again = Award again
award-again-to = Award again to { $name }
status-none = Not yet awarded
status-awarded = Awarded on { $date }
status-revoked = Revoked
status-left = No longer in the course
open-credential = Open
open-credential-of = Open the badge of { $name }
revoke = Revoke
revoke-of = Revoke the badge of { $name }
revoke-reason = Reason, shown publicly
revoke-confirm = Revoke badge
done-awarded = { $awarded ->
    [0] Nobody new was awarded.
    [one] One badge was awarded.
   *[other] { $awarded } badges were awarded.
 } { $kept ->
    [0] { "" }
    [one] One learner had it already.
   *[other] { $kept } learners had it already.
 }
done-none = Please select somebody first.
done-revoked = The badge was revoked. You can award it again.
done-saved = The badge was saved. Badges that were awarded before keep their text.
roster-empty-title = No learners yet
roster-empty-text = As soon as learners are enrolled in this course, they appear here.
roster-not-offered-title = The learner list is not shared with this tool
roster-not-offered-text = Ask your administrator to switch on “Names and Role Provisioning” for this tool.
roster-failed-title = The learner list is not available at the moment
roster-failed-text = Your learning platform did not answer as expected. Please reload this page in a minute.
roster-cut = The course is very large: not all learners are shown.

## Badge form
badge-form-title = What this badge says
badge-form-intro = Write in English, in Japanese, or in both. Badges carry every language that you fill in.
field-english = English
field-japanese = Japanese
field-name = Name
field-description = Description
field-criteria = How it is earned
save-badge = Save badge
cancel = Cancel
badge-name-missing = Please give the badge a name in one of the languages.
badge-description-missing = Please describe the badge in one of the languages.
badge-criteria-missing = Please say in one of the languages how the badge is earned.
badge-text-long = A name may have 200 characters, the other texts 4,000 each.

## Learner
learner-title = My badges
learner-hello = Hello, { $name }
learner-earned = You have earned this badge
learner-awarded-on = Awarded on { $date }
learner-open = View and share
learner-download = Download (JSON)
learner-privacy = Nobody sees your badge until you share its link. It does not show your e-mail address.
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

## Public credential
credential-valid = This badge is genuine and valid
credential-revoked = This badge was revoked
credential-problem = This badge could not be confirmed
credential-revoked-because = Reason: { $reason }
credential-issued-by = Issued by
credential-issued-on = Issued on
credential-expires = Valid until
credential-never-expires = No expiry date
credential-criteria = How it is earned
credential-issuer-id = Issuer’s identifier
credential-checks = How we checked
credential-checks-intro = Each check was made just now, from the signed badge itself.
credential-download = Download badge (JSON)
credential-image-alt = Badge: { $name }
credential-privacy = The holder is named in this badge only by a fingerprint of their identity.
check-document-readable = The badge can be read
check-contexts = It uses the Open Badges vocabulary
check-types = It is an achievement credential
check-mandatory-properties = Nothing that is required is missing
check-proof-present = It carries a digital signature
check-proof-purpose = The signature was made for this purpose
check-verification-method = The signing key is known
check-assertion-method = The key may sign badges
check-issuer-controls-key = The key belongs to the issuer
check-signature = Nothing was changed since it was signed
check-refresh = A newer version was looked for
check-status = No revocation list speaks against it
check-valid-from = Its validity has begun
check-valid-until = It has not expired
check-endorsements = Its endorsements hold
check-issuer-known = The issuer is trusted here
check-key-valid-when-signed = The key was valid when the badge was signed
check-record = The issuer has not revoked it
result-passed = Passed
result-failed = Failed
result-skipped = Not needed
result-unknown = Could not tell

## Public achievement and front door
achievement-of = A badge of { $issuer }
home-title = Badges that anybody can check
home-text = { $issuer } awards digital badges for completed courses with this tool. Open it from inside a course of your learning platform.
home-verify = Do you have the link of a badge? Open it: the page checks the badge while you look.

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
