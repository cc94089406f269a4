# Who earns the badge, and why not yet.
tab-rule = Rule
rule-title = Who earns this badge?
rule-intro = Choose once; from then on the badge is awarded by itself, to each learner once. You can change the rule at any time, and you can always award and revoke by hand.
rule-manual = I decide
rule-manual-hint = Nobody is awarded automatically; you press the button on the page “Awards”.
rule-link = Learners who may open a restricted link
rule-link-hint = In the course, restrict the access to the link so that it opens only after completion (Moodle: “Restrict access → Activity completion”). Whoever may open it has completed.
rule-link-choose = The link that the rule asks about
rule-link-none = Open the tool once through the link that you want to restrict; it appears here then.
rule-text = A rule of my own
rule-text-hint = For pathways, examinations, several conditions: the rule as text (JSON).
rule-text-label = Rule
rule-dates = Only in a period (optional)
rule-from = From
rule-until = Until the day before
rule-try = Try it
rule-save = Save rule
rule-saved = Saved. The rule applies from now on.
rule-version = Version { $version }
rule-none = No rule yet: you decide.
rule-preview = What this rule would do
rule-preview-qualify = { $count ->
    [one] 1 learner qualifies now.
   *[other] { $count } learners qualify now.
}
rule-preview-open = { $near ->
    [one] 1 is on the way,
   *[other] { $near } are on the way,
} { $blocked ->
    [one] 1 is blocked.
   *[other] { $blocked } are blocked.
}
rule-preview-gained = Added by the change: { $names }
rule-preview-lost = Would not qualify any more (badges that were awarded stay): { $names }
rule-preview-same = The change adds nobody and loses nobody.
rule-error-text = The rule cannot be read: { $error }
rule-error-dates = The period ends before it begins, or a day does not exist.
rule-error-link = Choose the restricted link.
rule-sources = Where completions come from
rule-source-never = not asked yet
rule-source-seen = last answer { $date }
rule-source-means = What it means
rule-source-needs = What it needs
comma = {", "}
or = {" "}or{" "}
or-else = {" "}/{" "}

## Decisions and their reasons
decision-qualifies = Qualifies
decision-nearly = { $done } of { $needed } done
decision-blocked = Blocked
why-not = Why not yet
reason-course = The course is not complete yet
reason-course-named = The course “{ $course }” is not complete yet
reason-activities = { $done } of { $total } activities complete; missing: { $missing }
own-column = this course’s badge column
reason-score = { $reached } in { $name }; at least { $wanted } needed
reason-score-none = No score in { $name } yet; at least { $wanted } needed
reason-points = { $reached } points in { $name }; at least { $total } needed
reason-points-sections = { $reached } points in { $name }; fewer than { $section } in section { $weak }
reason-points-none = No score in { $name } yet; at least { $total } points needed
reason-badge = The badge { $code } is not held
reason-badge-expired = The badge { $code } expired on { $date }
reason-examination = No certificate of the examination { $exam } is recorded
reason-examination-mark = No certificate of the examination { $exam } is recorded (pass mark: { $mark })
reason-examination-unchecked = The certificate of the examination { $exam } has not been checked yet ({ $how })
reason-attendance = { $reached } attended; at least { $wanted } needed
reason-attendance-none = No attendance is recorded yet; at least { $wanted } needed
reason-approval = { $have } of { $needed } approvals ({ $role })
reason-approval-evidence = { $have } of { $needed } approvals ({ $role }); { $without } without evidence do not count
reason-endorsements = { $have } of { $needed } endorsements by peers
reason-choice = { $done } of { $needed } needed; open: { $options }
reason-not-yet-open = Awards begin on { $date }
reason-closed = Awards ended on { $date }
reason-population = This badge is for { $wanted }, not for { $is }
reason-population-unknown = This badge is for { $wanted }; which applies is not known
reason-obstacle = { $source }: { $obstacle }
population-employee = employees
population-dispatched = dispatched staff
population-external = external talent
role-instructor = instructor
role-assessor = assessor
role-peer = peer
source-gate = Opening the restricted link
source-gate-meaning = A learner came through the link, and the platform confirms that it is restricted.
source-gate-needs = A link that is restricted by completion, and names and roles for this tool.
source-roster = Restricted link
source-roster-meaning = The platform lists the learner among those who may open the restricted link.
source-roster-needs = A link that is restricted by completion, and names and roles for this tool.
source-ags = Own grade column
source-moodle = Moodle
source-canvas = Canvas
source-canvas-events = Canvas Live Events
source-csv = Uploaded list
source-instructor = Instructor
source-awards = Badges held
obstacle-link-is-open = The link holds back nobody: either it is not restricted, or every learner has completed. Nobody is awarded by it now; restrict the link, or award by hand.
obstacle-link-is-gone = The link that the rule names is not in this course: it was deleted, or it is a link of the course that this one was copied from. Open this tool once through the restricted link of this course, choose that link under “Who earns this badge?”, and save.
obstacle-roster-cut = This course has more members than the tool reads ({ $limit }). A list that was cut does not show who may not open the link, so nobody is awarded by it. Ask the operator of this tool to raise outbound.max_members, or choose another condition, or award by hand or by a list.
obstacle-roster-cut-partly = This course has more members than the tool reads ({ $limit }). Whoever comes after them is not awarded by this condition. Ask the operator of this tool to raise outbound.max_members, or award the others by a list.
obstacle-nothing-required = The course requires nothing, so nobody can complete it. Set completion requirements in the course.
obstacle-tracking-off = Completion tracking is off. Switch it on in the course settings.
obstacle-not-configured = This is not set up yet.
obstacle-not-allowed = The platform refuses: the tool lacks a right there. Ask its administrator.
obstacle-no-answer = The platform did not answer; it is asked again.
learner-missing = What is missing
learner-rule-decides = The badge is awarded by itself as soon as nothing is missing.
rule-moodle = Learners whom Moodle records as complete
rule-moodle-hint = The course’s own completion settings decide; Moodle is asked through its web services.
source-moodle-meaning = Moodle’s own record says that the learner has completed the course or the activity.
moodle-rights-unchecked = The rights of the token have not been checked yet; that happens within a minute.
moodle-rights-good = The rights of the token were checked on { $date }: Moodle lets it call what this rule needs.
moodle-rights-token = The rights of the token were checked on { $date }: Moodle does not take the token any more. Its administrator makes a new one, and the operator of this tool keeps it.
moodle-rights-status = The rights of the token were checked on { $date }: Moodle does not let it call { $function }. Nobody is awarded by Moodle’s record until its administrator adds that function to the service of the token, with the right webservice/rest:use for its user.
moodle-rights-activities = The rights of the token were checked on { $date }: Moodle does not let it call { $function }. Nobody is awarded for activities until its administrator adds that function to the service of the token.
source-moodle-needs = A web service token whose user may use webservice/rest:use, moodle/course:view and report/completion:view (for activities also report/progress:view), and completion criteria in the course.
rule-canvas = Learners whom Canvas records as complete
rule-canvas-hint = Every requirement of the course’s modules is done; Canvas is asked through its API, or tells it by events.
source-canvas-meaning = Canvas’s own record says that the learner has done every requirement of the course’s modules. A course without requirements is never complete.
source-canvas-events-meaning = Canvas told, signed, the moment it happened, that the learner has done every requirement of the course’s modules, was given a grade or handed something in. Events can be lost, and nothing is known from before they were switched on; the API is the authority.
source-canvas-events-needs = A Live Events stream (HTTPS, signed) that an administrator of Canvas leads here (lti-tool platform canvas-events), and each learner’s Canvas number: known once they have opened this tool, or by a developer key for the API.
source-canvas-needs = A developer key for Canvas’s API with the leave of a person who may see the course’s grades (lti-tool platform canvas-key), and requirements in the course’s modules.
rule-link-own = The link you came through (no. { $id })
rule-link-other = Link no. { $id }, known since { $date }
rule-score = Learners with enough points in the badge’s grade column
rule-score-hint = The column that the platform made for the badge’s link; what is entered or computed there counts.
rule-percent = At least (percent)
rule-error-column = The chosen link has no column in the grade book.
rule-error-percent = The percentage is a number from 0 to 100.
rule-preview-nearly = On the way
source-ags-meaning = The grade book shows these points for the learner in the badge’s own column.
source-ags-needs = A link with a grade column (placed with “with a grade”), grades and names and roles for this tool.
queue-waiting = { $count ->
    [one] 1 badge is being awarded.
   *[other] { $count } badges are being awarded.
}
queue-dead = { $count ->
    [one] 1 badge could not be awarded.
   *[other] { $count } badges could not be awarded.
}
queue-retry = Try again
job-error-sign = The credential could not be signed.
job-error-store = The database refused the award; its administrator finds the reason in the log.
job-error-write = The badge cannot be written; look at its texts.
job-error-stopped = The signing was stopped.
why = Why
why-rule = Awarded by version { $version } of the rule
why-instructor = Awarded by an instructor
why-seen = ({ $source }, { $date })
fact-course = Course complete
fact-course-named = Course “{ $course }” complete
fact-activity = Activity { $activity } complete
fact-score = { $reached } in { $name }
fact-badge = Badge { $code } held
fact-examination = Examination { $exam } passed on { $date }
fact-attendance = { $reached } attended
fact-approval = Approved ({ $role })
fact-endorsement = Endorsed by a peer
review-needed = Please review
review-keep = Keep the badge
approve = Approve
approve-evidence = Evidence seen
recipients-title = Award from a list
recipients-intro = Paste CSV. The first line names the columns: email or user (the id in this platform), and if you like narrative and evidence (an https address). Only learners of this course are awarded.
recipients-label = List (CSV)
recipients-award = Award these
recipients-no-columns = The first line has no column “email” or “user”.
recipients-refused = These rows were not taken
recipients-queued = { $queued ->
    [0] Nobody new is to be awarded.
    [one] 1 badge is being awarded.
   *[other] { $queued } badges are being awarded.
} { $kept ->
    [0] {""}
    [one] 1 learner was awarded before.
   *[other] { $kept } learners were awarded before.
}
done-waiting = { $count ->
    [one] One learner is being awarded already: that begins when it was going to, and can be cancelled until then.
   *[other] { $count } learners are being awarded already: that begins when it was going to, and can be cancelled until then.
}
done-retried = { $count ->
    [one] One award that had failed is being tried again.
   *[other] { $count } awards that had failed are being tried again.
}
recipients-row = Line { $line }: { $reason }
row-malformed = The row cannot be read, or has another number of fields than the first line.
row-nobody = It names nobody.
row-stranger = Nobody of this name is in the course.
row-twice = An earlier row names the same person.
row-narrative = The narrative is longer than 4,000 characters.
row-evidence = The evidence is no https address.
row-too-many = A list has at most 20,000 rows.
source-awards-meaning = The learner holds a badge that this tool awarded in another course of the platform.
source-awards-needs = Names and roles for this tool. A badge’s code is the last part of the address of its public page, or the code that its definition carries.
bulk-title = Badges are being awarded
bulk-count = { $count ->
    [one] 1 badge is still to be awarded
   *[other] { $count } badges are still to be awarded
}
bulk-text = You may leave this page: it goes on by itself.
bulk-cancel = Cancel the rest
bulk-follow = Progress
done-cancelled = { $count ->
    [one] 1 award was cancelled.
   *[other] { $count } awards were cancelled.
}
rule-standing = As it stands now
rule-standing-hint = From what is known at this moment; “Try it” asks the sources again.
rule-standing-nobody = The list of learners has not been read yet. Open the page “Awards” once.
rule-more = { $count ->
    [one] and 1 more
   *[other] and { $count } more
}
rule-history = Earlier versions
rule-history-one = Version { $version }, { $date }

## The rule as a sentence
sentence = Awarded to learners who { $conditions }.
sentence-manual = You decide who is awarded.
sentence-and = {" "}and{" "}
sentence-or = {" "}or{" "}
sentence-comma = {"; "}
sentence-group = ({ $clauses })
sentence-anybody = are in this course
sentence-at-least = meet at least { $count } of these: { $options }
sentence-course = complete the course
sentence-course-named = complete the course “{ $course }”
sentence-activities = { $count ->
    [one] complete the activity { $names }
   *[other] complete the activities { $names }
}
sentence-score = reach at least { $wanted } in { $name }
sentence-points = reach at least { $wanted } points in { $name }
sentence-badge = hold the badge { $code }
sentence-examination = pass the examination { $exam }
sentence-attendance = attend at least { $wanted }
sentence-approval = { $count ->
    [one] are approved by 1 person ({ $role })
   *[other] are approved by { $count } people ({ $role })
}
sentence-endorsements = { $count ->
    [one] are endorsed by 1 peer
   *[other] are endorsed by { $count } peers
}
sentence-window = do so from { $from } until before { $until }
sentence-from = do so from { $date } on
sentence-until = do so before { $date }
sentence-population = are { $names }
facts-title = Record what is known
facts-intro = Paste CSV. The first line names the columns: email or user (the id in this platform), kind, and what the kind wants. What you record counts for the rule at once and stays until it is recorded anew; anything in a column withdrawn takes it back.
facts-record = Record
facts-kinds = What can be recorded
facts-attendance = How much of the meetings was attended: value in percent.
facts-course = Another course is complete: name as the rule has it. Without a name, this course.
facts-activity = An activity is complete: name as the rule has it.
facts-grade = Points: name of the column as the rule has it, value, max (100 if empty); sections for a test in sections, such as 310 320 310.
facts-examination = An examination of somebody else was passed: name as the rule has it, value (number of the certificate), date such as 2026-04-20, checked (how, as the rule has it), evidence (an https address).
facts-endorsement = A peer vouches: name of the peer.
facts-population = On which footing they work: value employee, dispatched or external.
facts-recorded = { $recorded ->
    [one] 1 fact is recorded.
   *[other] { $recorded } facts are recorded.
} { $queued ->
    [0] No badge follows from it yet.
    [one] 1 badge is being awarded.
   *[other] { $queued } badges are being awarded.
}
row-kind = There is no such kind.
row-name = The name is missing, or longer than 255 characters.
row-value = The value does not fit the kind.
row-date = The day is not written as 2026-04-20.
source-csv-meaning = An instructor of the course recorded it from a list.
source-csv-needs = A list with what no platform tells, such as attendance or points of another system.
source-records = On record
source-records-meaning = Another course of this platform is complete, as that course’s own sources say; or the issuer has a checked examination on record, or on which footing the learner works.
source-records-needs = Names and roles for this tool; in the other course a rule that asks for completion; for an examination, a pass that is recorded in the database and approved by a second person.
