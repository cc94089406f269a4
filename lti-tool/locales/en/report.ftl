# Texts of the reports. Titles and definitions of the figures come from the database (badges.list_report_definitions).

report-area = Reports
report-open = Open the reports
report-open-text = In a new window, because you administer the institution.
report-figures = Figures
report-filed = Filed figures
report-as-of = As of
report-with-later = Count what was recorded later about earlier days
report-as-of-text = Without the tick, figures are those that were known at the end of that day (UTC): they are the same whenever you look.
report-show = Show
report-of-day = as of { $day }
report-pdf-en = PDF in English
report-pdf-ja = PDF in Japanese
report-pack = Everything (ZIP: CSV, JSON, PDF)
report-table = Table
report-more = { $count ->
    [one] One more row
   *[other] { $count } more rows
}
report-in-files = { $count ->
    [one] One more row is in the CSV and JSON files.
   *[other] { $count } more rows are in the CSV and JSON files.
}
report-left-out = { $count ->
    [one] One more line is in the table.
   *[other] { $count } more lines are in the table.
}
report-nothing = There is nothing to show as of this date.
report-formula = How it is computed
report-is-not = What it is not
report-sources = Sources
report-filed-text = Figures that were kept when they were filed. Each is read again from the records of today: both are to be the same.
report-note = What for
report-file = File all figures
report-none-filed = Nothing has been filed yet.
report-filed-at = filed { $filed }
report-filed-count = { $count ->
    [one] One figure
   *[other] { $count } figures
}
report-same = Same today
report-other = Differs today
report-redefined = Defined otherwise since
report-all-programmes = All programmes
report-no-population = Not recorded
report-total = Total
report-never-ends = No end
report-level = Level { $level }
error-admin-not-allowed = You are signed in, but your role does not allow this.
error-no-reports = The reports are for people who administer the institution, at a platform whose administrators may read them.

## The document of all figures
report-pdf-title = Digital badges: figures for disclosure
report-pdf-issuer = Issuer
report-pdf-day = { $day } (until { $moment })
report-pdf-data = Data
report-pdf-known = What had been recorded by { $moment }
report-pdf-filed = Filed
report-pdf-not-filed = Not filed: read for this document only
report-pdf-other = At least one figure is not read again as it was filed. What stands here is what is read today.
report-pdf-about = All figures are counts and sums; nobody is named. Where a person has several identities, they count once if that person agreed to the link. Each figure stands with its definition; figures that were filed are read again from the records of that moment.
report-pdf-contents = Contents
report-pdf-page = Page { $page } of { $count }

## Competency model and programmes
report-model = Competencies
report-model-text = What the badges stand for. Alignments lie over the badges and can be corrected; nothing that is signed changes. Counts of people are among the figures.
report-no-model = No badge is aligned to a competency yet.
report-relation-aligned = teaches it
report-relation-exact = the same
report-relation-broader = wider
report-relation-narrower = narrower
report-relation-prepares = prepares for it
report-relation-level = at this level
report-relation-part-of = part of it
report-relation-recognises-pass = recognises a pass
report-programmes = Programmes
report-programmes-text = How many people have a badge of each stage, and each badge, today.
report-no-programme = There is no programme yet.

## Populations
report-population-employee = Employees
report-population-dispatched = Dispatched staff
report-population-external = External talent

## Words in tables
report-word-valid = Valid
report-word-expiring = Expiring within 90 days
report-word-lapsed = Lapsed
report-word-participation = Participation
report-word-knowledge = Knowledge
report-word-skill = Skill
report-word-milestone = Milestone
report-word-offered = Offered
report-word-accepted = Accepted
report-word-declined = Declined
report-word-downloaded = Downloaded
report-word-wallet = Put into a wallet
report-word-share-pressed = Shared
report-word-verification-page-opened = Verification page opened

## Columns
report-column-programme-code = Code
report-column-programme-name = Programme
report-column-population = Population
report-column-legal-entity = Legal entity
report-column-people = People
report-column-enrolled = Enrolled
report-column-headcount = Headcount
report-column-headcount-on = Counted on
report-column-share = Share
report-column-achievements = Achievements
report-column-hours = Hours
report-column-framework-uri = Framework address
report-column-framework-name = Framework
report-column-framework-version = Version
report-column-code = Code
report-column-name = Name
report-column-level = Level
report-column-holders = Holders
report-column-target = Target
report-column-target-on = Due on
report-column-year = Year
report-column-passes = Passes
report-column-verified = Verified
report-column-undecided = Undecided
report-column-people-by-badge = People by badge
report-column-ends-in = Ends in
report-column-health = State
report-column-badges = Badges
report-column-reached = Reached
report-column-observed = Observed
report-column-progressed = Progressed
report-column-from-population = From
report-column-from-legal-entity = From entity
report-column-to-population = To
report-column-to-legal-entity = To entity
report-column-people-with-badge-before = With badge before
report-column-month = Month
report-column-achievement-uri = Badge
report-column-kind = Kind
report-column-issued = Issued
report-column-accepted = Accepted
report-column-declined = Declined
report-column-revoked = Revoked
report-column-event = Use
report-column-purpose = Used for
report-column-at-least = At least
report-column-as-of = As of
report-column-known-at = Recorded by
report-column-in-en = { $name }, in English
report-column-in-ja = { $name }, in Japanese
