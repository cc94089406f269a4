//! Reports: figures as of a date, each with its definition, for people who sign in outside of the learning platform.
//!
//! The figures are `badges.report_*` in SQL; here they become tables ([`table`]), bars ([`chart`]), files ([`file`]) and pages ([`pages`]), beside the
//! programmes ([`model`]), and all of a year together is the disclosure pack ([`pack`]), also as a document ([`pdf`]).
//! Nobody's name is on any of them.

pub mod archive;
pub mod chart;
pub mod door;
pub mod file;
pub mod filed;
pub mod model;
pub mod pack;
pub mod pages;
pub mod pdf;
pub mod table;

use openbadges::time::Timestamp;

/// Path of the pages.
pub const PATH: &str = "/reports";

/// A report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Report {
    /// Everybody, each once, with enrolments, headcount and hours.
    Overall,
    /// People with a badge by programme and population, against headcount.
    Participation,
    /// Nominal hours.
    Hours,
    /// Holders of competencies by level, against targets.
    Coverage,
    /// Passes of examinations.
    Examinations,
    /// Valid, expiring, lapsed.
    CertificationHealth,
    /// From one level to a higher one within twelve months.
    Progression,
    /// From one population to another.
    Movement,
    /// Issued, accepted, revoked by month.
    Issuance,
    /// Use after issuance.
    Usage,
    /// What holders say that they used badges for.
    Receipts,
}

/// The columns of [`Report::Overall`].
const OVERALL: [&str; 9] = [
    "programme_code",
    "programme_name",
    "people",
    "enrolled",
    "headcount",
    "headcount_on",
    "share",
    "achievements",
    "hours",
];

impl Report {
    /// In the order of the pages.
    pub const ALL: [Self; 11] = [
        Self::Overall,
        Self::Participation,
        Self::Hours,
        Self::Coverage,
        Self::Examinations,
        Self::CertificationHealth,
        Self::Progression,
        Self::Movement,
        Self::Issuance,
        Self::Usage,
        Self::Receipts,
    ];

    /// Its short name, in SQL, addresses and files.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Overall => "overall",
            Self::Participation => "participation",
            Self::Hours => "hours",
            Self::Coverage => "coverage",
            Self::Examinations => "examinations",
            Self::CertificationHealth => "certification_health",
            Self::Progression => "progression",
            Self::Movement => "movement",
            Self::Issuance => "issuance",
            Self::Usage => "usage",
            Self::Receipts => "receipts",
        }
    }

    /// The report of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|report| report.name() == name)
    }

    /// Its columns, in the order of its tables.
    #[must_use]
    pub fn columns(self) -> &'static [&'static str] {
        match self {
            Self::Overall => &OVERALL,
            Self::Participation => &[
                "programme_code",
                "programme_name",
                "population",
                "legal_entity",
                "people",
                "enrolled",
                "headcount",
                "headcount_on",
                "share",
            ],
            Self::Hours => &["programme_code", "population", "legal_entity", "achievements", "hours"],
            Self::Coverage => &[
                "framework_name",
                "framework_version",
                "code",
                "name",
                "level",
                "holders",
                "target",
                "target_on",
                "share",
            ],
            Self::Examinations => &[
                "code",
                "name",
                "year",
                "population",
                "people",
                "passes",
                "verified",
                "undecided",
                "people_by_badge",
            ],
            Self::CertificationHealth => &["ends_in", "health", "badges", "people"],
            Self::Progression => &["level", "reached", "observed", "progressed", "share"],
            Self::Movement => &[
                "from_population",
                "from_legal_entity",
                "to_population",
                "to_legal_entity",
                "people",
                "people_with_badge_before",
            ],
            Self::Issuance => {
                &["month", "achievement_uri", "kind", "issued", "accepted", "declined", "revoked"]
            }
            Self::Usage => &["month", "event", "achievement_uri", "at_least"],
            Self::Receipts => &["month", "purpose", "at_least"],
        }
    }
}

impl Report {
    /// The columns of its table for people, where a code never stands without the name.
    #[must_use]
    pub fn shown_columns(self) -> &'static [&'static str] {
        match self {
            Self::Hours => {
                &["programme_code", "programme_name", "population", "legal_entity", "achievements", "hours"]
            }
            _ => self.columns(),
        }
    }
}

/// The date of figures, and up to when what was recorded counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AsOf {
    /// The last moment of the date.
    pub date: Timestamp,
    /// What is recorded later does not count.
    pub known_at: Timestamp,
    /// Microseconds of the second of `date` and of that of `known_at` that still count.
    micros: [u32; 2],
}

/// A second counts whole, unless figures were filed in the middle of it.
const WHOLE: u32 = 999_999;

impl AsOf {
    /// What is so now and known now.
    #[must_use]
    pub fn now(now: Timestamp) -> Self {
        Self { date: now, known_at: now, micros: [WHOLE; 2] }
    }

    /// Two moments in microseconds since 1970, as figures were filed.
    #[must_use]
    pub fn filed(date: i64, known_at: i64) -> Self {
        let second = |moment: i64| Timestamp::from_unix_seconds(moment.div_euclid(1_000_000));
        let rest = |moment: i64| u32::try_from(moment.rem_euclid(1_000_000)).unwrap_or(WHOLE);
        Self { date: second(date), known_at: second(known_at), micros: [rest(date), rest(known_at)] }
    }

    /// Not after `now`.
    #[must_use]
    pub fn until(self, now: Timestamp) -> Self {
        Self { date: self.date.min(now), ..self }
    }

    /// The last microseconds that count, of `date` and of `known_at`.
    #[must_use]
    pub fn micros(self) -> [u32; 2] {
        self.micros
    }

    /// The end of a day such as `2026-03-31`, with what was known then; with what is known now if `with_later`. `None` if it is no day.
    #[must_use]
    pub fn day(day: &str, with_later: bool, now: Timestamp) -> Option<Self> {
        let date: Timestamp = format!("{day}T23:59:59Z").parse().ok()?;
        let known_at = if with_later { now } else { date.min(now) };
        Some(Self { date, known_at, micros: [WHOLE; 2] })
    }

    /// The day, in UTC.
    #[must_use]
    pub fn day_text(self) -> String {
        self.date.to_string().split('T').next().unwrap_or_default().to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_ends_when_it_is_over_and_knows_what_was_known() {
        let now: Timestamp = "2026-11-30T12:00:00Z".parse().unwrap();
        let then = AsOf::day("2026-03-31", false, now).unwrap();
        assert_eq!(then.date.to_string(), "2026-03-31T23:59:59Z");
        assert_eq!((then.known_at, then.day_text().as_str()), (then.date, "2026-03-31"));
        assert_eq!(AsOf::day("2026-03-31", true, now).unwrap().known_at, now);
        let today = AsOf::day("2026-11-30", false, now).unwrap();
        assert_eq!(today.known_at, now, "nothing is known of the rest of the day");
        assert_eq!(AsOf::day("31 March", false, now), None);
    }

    #[test]
    fn what_was_filed_is_known_to_the_microsecond() {
        let filed = AsOf::filed(1_780_000_000_000_007, 1_779_999_999_999_999);
        assert_eq!(
            (filed.date.as_unix_seconds(), filed.known_at.as_unix_seconds(), filed.micros()),
            (1_780_000_000, 1_779_999_999, [7, 999_999])
        );
        let now: Timestamp = "2026-11-30T12:00:00Z".parse().unwrap();
        assert_eq!(AsOf::now(now).micros(), [999_999; 2]);
        assert_eq!(AsOf::day("2026-12-31", true, now).unwrap().until(now), AsOf::now(now));
    }

    #[test]
    fn every_report_is_found_by_its_name() {
        for report in Report::ALL {
            assert_eq!(Report::from_name(report.name()), Some(report));
            assert!(!report.columns().contains(&"issuer_did"));
        }
        assert_eq!(Report::from_name("people"), None);
    }
}
