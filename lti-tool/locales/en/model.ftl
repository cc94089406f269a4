# Texts of the competency model: levels, national examinations, who may see who holds what.

model-levels = Levels
model-level-named = Level { $level }: { $name }
model-level-badges = { $count ->
    [one] One badge
   *[other] { $count } badges
}
model-examination = National examination:
model-examination-linked = { $prepare ->
    [0] no badge prepares for it
    [one] one badge prepares for it
   *[other] { $prepare } badges prepare for it
}, { $recognise ->
    [0] none recognises a pass
    [one] one recognises a pass
   *[other] { $recognise } recognise a pass
}
model-visibility = Who may see whom
model-visibility-text = The database enforces these rules. Whoever looks at names is in the audit trail. Holders read the same sentences on their page about their data.
model-nobody = Nobody sees on these pages who holds a badge: there are counts only.
model-sees = { $viewer } see by name who holds badges of level { $level } and higher.
model-sees-population = { $viewer } see by name who holds badges of level { $level } and higher, if they belong to: { $population }.
model-viewer-report-reader = Report readers
model-viewer-programme-owner = Programme owners
model-viewer-administrator = Administrators
model-database-role = Members of the database role “{ $role }”
model-end = End
model-end-rule = End this rule: { $rule }
model-see = See who holds what
model-give-title = Let somebody see
model-viewer = Who sees
model-or-database-role = Or a role of the database
model-from-level = Badges of
model-level-and-higher = Level { $level } and higher
model-everybody = Everybody
model-give = Let them see
model-holders = Who holds what
model-holders-kept = That you looked at this list is kept in the audit trail.
model-holders-search = Name, id or badge
model-holders-count = { $count ->
    [0] Nobody is found
    [one] One badge that somebody holds
   *[other] { $count } badges that people hold
}
model-all-levels = All levels
model-no-holders = You may see nobody here, or nobody holds such a badge.
model-column-person = Person
model-column-since = Since
