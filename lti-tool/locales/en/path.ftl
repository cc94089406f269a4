# Texts of programmes as paths: for learners, and for those who run them.

path-list-title = Programmes
path-to-mine = My badges
path-to-list = All programmes
path-own = You take part
path-others = Other programmes
path-none = There is no programme yet.
path-title = The path
path-stage = Stage { $stage }
path-stage-named = Stage { $stage }: { $name }
path-milestone = Milestone
path-earned = { $earned } of { $steps } badges
path-earned-on = Earned { $date }
path-lapsed = Earned { $date }, lapsed since
path-next = Next:
path-next-mark = Next
path-complete = You have every badge of this programme
path-leads-to = Leads on to
path-standing = { $ahead ->
    [0] Nobody has more badges of this programme than you, among { $people } people.
    [one] One person has more badges of this programme than you, among { $people }.
   *[other] { $ahead } people have more badges of this programme than you, among { $people }.
}

## What a step is for
path-purpose-start = Start
path-purpose-understand = Understand
path-purpose-apply = Apply
path-purpose-continue = Go on

## For those who run them
path-progress = Progress by stage
path-progress-text = Began: has a badge of the stage. Finished: has all of them. Furthest: has none of a later stage. Revoked badges do not count; somebody who belongs to two populations counts in both.
path-column-stage = Stage
path-column-people = Who
path-column-began = Began
path-column-finished = Finished
path-column-furthest = Furthest
path-all-people = Everybody
path-open-ended = No period is set
path-standing-title = Comparison
path-standing-shown = People are told how many are ahead of them, among ten or more. Nobody is named.
path-standing-not-shown = Nobody is compared with others.
path-change = Period and comparison
path-first-day = First day
path-last-day = Last day
path-tell-standing = Tell people how many are ahead of them (nobody is named)
path-save = Save
path-done-changed = The programme was changed.
path-done-added = The badge is a step of this programme.
path-done-removed = The badge is no step of this programme any more. Whoever has it keeps it.

## Badges of courses as steps
path-courses = Badges of courses
path-courses-text = A badge that a course awards can be a step: whoever earns it in the course has done that step. Kind, level and hours belong to the badge and count in every report, also after it is taken away here.
path-no-course-step = No course’s badge is a step of this programme yet.
path-step-number = step { $place } of the path
path-hours = nominal hours: { $hours }
path-take-away = Take away
path-take-away-of = Take away { $name } from this programme
path-add-course = Add a course’s badge
path-search = Course, badge or platform
path-more-courses = There are more courses than are listed. Search for the one that you mean.
path-no-course = No course has a badge yet. It has one once an instructor has opened this tool in the course.
path-none-found = No course is found.
path-course = Badge and course
path-course-choice = { $name } ({ $course })
path-place = Place on the path
path-place-last = Last in the stage
path-place-before = { $place }. Before { $name }
path-purpose = Purpose
path-purpose-none = None
path-level = Level (may be left out)
path-nominal-hours = Nominal hours
path-add = Add
