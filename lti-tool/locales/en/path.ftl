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
path-changed = The programme was changed.
