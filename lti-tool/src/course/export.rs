//! The list of learners as a file: who has the badge, since when, and why or why not. For spreadsheets, so that no cell begins a formula.
//!
//! RFC 4180, UTF-8 with a byte order mark, because spreadsheets read Japanese without one as something else.

use actix_web::{HttpResponse, http::header, web};
use uuid::Uuid;

use super::{
    explain::{explain_lines, list_found, mark_queued},
    open_course,
    paging::View,
    queued_text,
    roster::{CourseRoster, LearnerLine, Purpose, lines, roster_of},
};
use crate::{award::AwardError, error::Failure, language::Language, session::Instructor, state::AppState};

const BYTE_ORDER_MARK: &str = "\u{feff}";
/// What a spreadsheet takes for the beginning of a formula (<https://owasp.org/www-community/attacks/CSV_Injection>), wide forms too.
const BEGINNINGS: [char; 11] = ['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'];

/// `GET /s/{token}/awards.csv`: everybody whom search, group and filter find.
///
/// # Errors
/// [`Failure`] as a page.
pub async fn show(
    instructor: Instructor,
    state: web::Data<AppState>,
    view: web::Query<View>,
) -> Result<HttpResponse, Failure> {
    let course = open_course(&state, &instructor).await?;
    let session = instructor.session();
    let awards = state.store.list_awards(course.course_id).await?;
    let (learners, is_whole) = match roster_of(&state, session, course.course_id, Purpose::Award).await? {
        CourseRoster::Known(roster) => (roster.learners, !roster.is_cut),
        CourseRoster::Failed(error) => return Err(AwardError::Roster(error).into()),
        CourseRoster::Reading { .. } | CourseRoster::NotOffered => (Vec::new(), false),
    };
    let mut lines = lines(&learners, &awards, is_whole);
    mark_queued(&state, course.course_id, &mut lines).await?;
    let mut lines = list_found(&state, course.course_id, session.language, lines, &view).await?;
    explain_lines(&state, course.course_id, session.language, &mut lines).await?;
    Ok(HttpResponse::Ok()
        .content_type("text/csv; charset=utf-8")
        .insert_header((header::CONTENT_DISPOSITION, disposition(course.course_id)))
        .body(written(session.language, &lines)))
}

fn disposition(course_id: Uuid) -> String {
    format!("attachment; filename=\"awards-{}.csv\"", course_id.simple())
}

/// The file.
fn written(t: Language, lines: &[LearnerLine]) -> String {
    let head = ["column-learner", "column-email", "column-id", "column-status", "column-date", "column-why"];
    let head = head.map(|key| t.text(key)).into_iter().chain(["URL".to_owned()]).collect::<Vec<_>>();
    let rows = lines.iter().map(|line| cells(t, line).map(|cell| harmless(&cell)).to_vec());
    let row = |cells: Vec<String>| {
        format!("{}\r\n", cells.iter().map(|cell| quoted(cell)).collect::<Vec<_>>().join(","))
    };
    std::iter::once(head).chain(rows).map(row).fold(BYTE_ORDER_MARK.to_owned(), |file, row| file + &row)
}

fn quoted(cell: &str) -> String {
    if cell.contains([',', '"', '\r', '\n']) {
        format!("\"{}\"", cell.replace('"', "\"\""))
    } else {
        cell.to_owned()
    }
}

fn cells(t: Language, line: &LearnerLine) -> [String; 7] {
    let award = line.award.as_ref();
    let queued = line.queued.filter(|_| award.is_none()).map(|queued| queued_text(t, queued));
    let (status, why) = match (award, &line.revoked_because, &line.decision) {
        (Some(award), _, _) => (t.text("status-has"), award.why.join("; ")),
        (None, Some(reason), _) => (t.text("status-revoked"), reason.clone()),
        (None, None, Some(decision)) => (decision.summary.clone(), decision.reasons.join("; ")),
        (None, None, None) => (t.text("status-none"), String::new()),
    };
    [
        line.name.clone().unwrap_or_default(),
        line.email.clone().unwrap_or_default(),
        line.user_id.clone(),
        queued.unwrap_or(status),
        award.map(|award| award.awarded_at.to_string()).unwrap_or_default(),
        why,
        award.map(|award| award.url.clone()).unwrap_or_default(),
    ]
}

/// The cell with an apostrophe before what would be a formula.
fn harmless(cell: &str) -> String {
    if cell.trim_start_matches([' ', '"', '\'']).starts_with(BEGINNINGS) {
        format!("'{cell}")
    } else {
        cell.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use openbadges::time::Timestamp;

    use super::*;
    use crate::{course::roster::AwardLine, store::queue::QueuedAward};

    fn line(name: &str) -> LearnerLine {
        let name = Some(name.to_owned());
        LearnerLine { user_id: "4".to_owned(), name, is_member: true, ..LearnerLine::default() }
    }

    #[test]
    fn no_cell_begins_a_formula() {
        for begins in ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", " =1", "\"=1", "＝1", "\r\n=1"] {
            assert!(harmless(begins).starts_with('\''), "{begins}");
        }
        for plain in ["鈴木 一郎", "O'Neill", "a@b.example", "2026-11-03", ""] {
            assert_eq!(harmless(plain), plain);
        }
        assert!(written(Language::En, &[line("=cmd|' /C calc'!A0")]).contains("\r\n'=cmd|' /C calc'!A0,"));
    }

    #[test]
    fn a_learner_is_one_line_in_the_reader_s_language() {
        let award = AwardLine {
            assertion_id: Uuid::nil(),
            url: "https://badges.example.org/credentials/1".to_owned(),
            awarded_at: Timestamp::from_unix_seconds(1_795_390_158),
            valid_until: None,
            why: vec!["One".to_owned(), "Two, and more".to_owned()],
            review: None,
        };
        let lines = [LearnerLine { award: Some(award), ..line("Ada \"Countess\" Lovelace") }, line("Ben")];
        assert_eq!(
            written(Language::En, &lines),
            "\u{feff}Learner,E-mail,Id,Status,Awarded at,Why,URL\r\n\
             \"Ada \"\"Countess\"\" Lovelace\",,4,Has the badge,2026-11-22T23:29:18Z,\"One; Two, and more\",https://badges.example.org/credentials/1\r\n\
             Ben,,4,Not yet awarded,,,\r\n"
        );
        let queued = LearnerLine { queued: Some(QueuedAward::GivenUp), ..line("Ben") };
        assert!(written(Language::En, &[queued]).contains("Ben,,4,Could not be awarded,,,"));
        assert!(written(Language::Ja, &[]).starts_with("\u{feff}受講者,"));
    }
}
