//! The pages of reports with names that try to break them.

use serde_json::json;

use super::{HOSTILE, noon, wording};
use crate::{
    admin::session::Role,
    language::Language,
    report::{
        AsOf, Report,
        chart::{MOST_LINES, bars, chart},
        filed::{FiledPage, FilingPage},
        model::{ProgrammePart, ProgrammesPage},
        pack::{Filing, Reading},
        pages::{Figure, FigurePage, Head, ReportsPage},
        table::table,
    },
    store::{
        model::{ProgrammeRow, StageRow},
        report::{DefinitionRow, FigureNames, FilingRow},
    },
};
use askama::Template;

pub(super) fn head(role: Role) -> Head {
    Head {
        name: HOSTILE.to_owned(),
        form_token: "token".to_owned(),
        role,
        day: "2026-03-31".to_owned(),
        query: "?as_of=2026-03-31&later=1".to_owned(),
        with_later: true,
    }
}

fn figure(t: Language, report: Report) -> Figure {
    let mut row = json!({
        "programme_code": HOSTILE, "programme_name": wording::both().to_value(), "population": HOSTILE, "legal_entity": HOSTILE, "people": 3,
        "enrolled": 0, "headcount": 12, "headcount_on": "2026-03-31", "share": 0.25, "month": "2026-03-01", "event": "wallet", "achievement_uri": null,
        "at_least": 12, "purpose": "internal_posting", "framework_name": wording::english().to_value(), "code": HOSTILE, "name": wording::japanese().to_value(), "level": 2, "holders": 4, "target": 8, "hours": 12.5
    });
    let rows = vec![row.clone(), {
        row["population"] = json!("employee");
        row
    }];
    let definition = DefinitionRow {
        report: report.name().to_owned(),
        title: HOSTILE.to_owned(),
        formula: HOSTILE.to_owned(),
        is_not: HOSTILE.to_owned(),
        sources: vec![HOSTILE.to_owned()],
    };
    let names = FigureNames {
        programmes: [(HOSTILE.to_owned(), wording::japanese())].into(),
        ..FigureNames::default()
    };
    let chart = chart(t, report, &rows, &names, MOST_LINES);
    Figure { definition, chart, table: table(t, report, &rows, &names), more: 2 }
}

fn programmes_page(t: Language) -> ProgrammesPage {
    let stage =
        StageRow { stage: 1, name: Some(wording::both()), people: 7, badges: vec![(wording::japanese(), 7)] };
    let row = ProgrammeRow {
        programme_id: uuid::Uuid::nil(),
        code: HOSTILE.to_owned(),
        name: wording::english(),
        audience: vec!["employee".to_owned(), HOSTILE.to_owned()],
        stages: vec![stage],
    };
    let part = ProgrammePart { row, chart: bars([(HOSTILE.to_owned(), 7)].into_iter()) };
    ProgrammesPage { t, head: head(Role::ProgrammeOwner), programmes: vec![part] }
}

/// The pages of reports in one language.
pub(super) fn report_pages(t: Language) -> Vec<(&'static str, String)> {
    let figures = Report::ALL.map(|report| figure(t, report)).to_vec();
    let overview = ReportsPage { t, head: head(Role::Administrator), figures };
    let one = FigurePage { t, head: head(Role::ReportReader), figure: figure(t, Report::Coverage) };
    let row = |figures| FilingRow {
        filed_micros: 1_780_000_000_000_007,
        as_of: noon(),
        note: HOSTILE.to_owned(),
        figures,
    };
    let filed = FiledPage { t, head: head(Role::ProgrammeOwner), filings: vec![row(9), row(1)] };
    let filing = Filing { filed_at: noon(), note: HOSTILE.to_owned(), is_same: false, reports: Vec::new() };
    let filing = FilingPage {
        t,
        head: head(Role::ReportReader),
        filed_micros: 1_780_000_000_000_007,
        as_of: AsOf::now(noon()),
        filing,
        figures: [Reading::Same, Reading::Other, Reading::Redefined]
            .map(|reading| (HOSTILE.to_owned(), reading))
            .to_vec(),
    };
    vec![
        ("reports", overview.render().unwrap()),
        ("figure", one.render().unwrap()),
        ("filed figures", filed.render().unwrap()),
        ("one filing", filing.render().unwrap()),
        ("programmes", programmes_page(t).render().unwrap()),
    ]
}

#[test]
fn only_who_may_file_sees_the_form() {
    let page = |role| FiledPage { t: Language::En, head: head(role), filings: Vec::new() }.render().unwrap();
    assert!(!page(Role::ReportReader).contains("id=\"file\""));
    assert!(page(Role::ProgrammeOwner).contains("id=\"file\""));
    assert!(page(Role::Administrator).contains("href=\"/admin\""));
    assert!(!page(Role::ProgrammeOwner).contains("href=\"/admin\""));
}

#[test]
fn every_figure_stands_with_its_chart_table_and_definition() {
    let (_, html) = report_pages(Language::Ja).remove(0);
    for report in Report::ALL {
        assert!(html.contains(&format!("data-report=\"{}\"", report.name())), "{report:?}");
    }
    assert_eq!(html.matches("<dl class=\"definition\">").count(), Report::ALL.len());
    assert_eq!(html.matches("<table").count(), Report::ALL.len());
}
