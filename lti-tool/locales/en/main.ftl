# Texts that many pages share. One file for each area; the file for Japanese has the same keys, and a test compares them.

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
