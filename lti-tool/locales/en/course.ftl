# Texts of the instructor’s pages.

## What a badge says until somebody changes it
default-badge-name = Completion of { $course }
default-badge-description = Awarded for completing the course “{ $course }”.
default-badge-criteria = The learner completed the course “{ $course }”, and its instructor confirmed it.

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
groups-label = Groups
groups-all = All learners
pager-label = Pages of the list
pager-before = Previous
pager-after = Next
pager-place = Page { $page } of { $pages }
search-none = Nobody by that name.
filter-label = Show only
filter-everybody = All states
filter-show = Show
filter-none = Nobody is in this state.
filter-without = Not yet awarded
filter-approval = Waiting for approval
filter-qualifies = Qualifies
filter-nearly = On the way
filter-blocked = Blocked
filter-queued = Being awarded
filter-given-up = Could not be awarded
filter-awarded = Has the badge
filter-ending = Expires soon
filter-ended = Expired
filter-review = Please review
filter-revoked = Revoked
select-all = Select everybody without a badge
select-learner = Select { $name }
column-learner = Learner
column-status = Status
column-email = E-mail
column-id = Id
column-date = Awarded at
column-why = Why
status-has = Has the badge
export-list = Download list (CSV)
column-action = Action
learner-nameless = Learner { $id }
award-selected = Award badge to selected
award-everybody = { $count ->
    [one] Award badge to the 1 person without it
   *[other] Award badge to all { $count } without it
}
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
column-add = Add a column to the grade book
column-made = The grade book has a column for this badge: whoever has the badge gets the full score there.
column-failed = No column could be made: your learning platform refused it or did not answer. Please try again later, or ask its administrator whether this tool may manage columns of the grade book.
scores-failed = { $count ->
    [one] One score could not be written into the grade book: your learning platform does not take it.
   *[other] { $count } scores could not be written into the grade book: your learning platform does not take them.
 }
scores-waiting = { $count ->
    [one] One score waits to be written into the grade book; we try again by ourselves.
   *[other] { $count } scores wait to be written into the grade book; we try again by ourselves.
 }
reading-title = Reading the learner list
reading-text = Your learning platform sends it page by page. This page goes on by itself.
reading-count = { $count ->
    [one] One learner so far
   *[other] { $count } learners so far
 }
roster-empty-title = No learners yet
roster-empty-text = As soon as learners are enrolled in this course, they appear here.
roster-not-offered-title = The learner list is not shared with this tool
roster-not-offered-text = Ask your administrator to switch on “Names and Role Provisioning” for this tool.
roster-failed-title = The learner list is not available at the moment
roster-failed-text = Your learning platform did not answer as expected. Please reload this page in a minute.
roster-cut = This course has more members than the tool reads: only the first { $limit } are shown and awarded. Ask the operator of this tool to raise outbound.max_members.

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
