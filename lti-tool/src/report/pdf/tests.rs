//! Documents of made-up figures. What stands in one of real figures is read by the integration test `report`.

use openbadges::time::Timestamp;
use serde_json::json;

use super::*;
use crate::course::image::painter::Painter;

fn definition(report: Report) -> DefinitionRow {
    DefinitionRow {
        report: report.name().to_owned(),
        title: format!("図表 {}", report.name()),
        formula: "基準日までに獲得された学習成果の標準学習時間の合計。1人につき同じ成果は1回のみ数える。"
            .repeat(3),
        is_not: "Not measured time and not working time.".to_owned(),
        sources: vec!["badges.assertion.valid_from".to_owned(), "badges.membership".to_owned()],
    }
}

fn document(t: Language, name: &str) -> Result<Vec<u8>, PdfError> {
    let rows: Vec<Value> = (0..90)
        .map(|n| json!({"programme_code": name, "population": "employee", "legal_entity": name.repeat(5), "achievements": n, "hours": 12.5}))
        .collect();
    let definitions = Report::ALL.map(definition);
    let filing = Filing {
        filed_at: Timestamp::from_unix_seconds(1_780_000_000),
        note: name.to_owned(),
        is_same: false,
        reports: Vec::new(),
    };
    let figures = Report::ALL.iter().zip(&definitions).map(|(report, definition)| {
        let rows = if *report == Report::Usage { &[] } else { rows.as_slice() };
        Figure { report: *report, definition, rows }
    });
    let now = Timestamp::from_unix_seconds(1_790_000_000);
    let disclosure = Disclosure {
        t,
        issuer_name: name,
        issuer: "did:web:badges.example.org",
        as_of: AsOf::now(now),
        filing: Some(&filing),
        names: &FigureNames::default(),
        figures: figures.collect(),
    };
    write(Painter::new("").fonts(), &disclosure)
}

#[test]
fn the_same_figures_are_the_same_bytes() {
    let first = document(Language::Ja, "株式会社サンプル").unwrap();
    assert!(first.starts_with(b"%PDF-1.7"));
    assert!(first == document(Language::Ja, "株式会社サンプル").unwrap(), "another document");
    assert!(first != document(Language::En, "株式会社サンプル").unwrap());
}

#[test]
fn any_name_makes_a_valid_document() {
    let long = "x".repeat(300);
    for name in [
        "",
        " ",
        "<b>&\"'",
        "\u{202e}\u{0}\n\t",
        "🏅🧑‍💻 ﷽ \u{e000}\u{feff}\u{10ffff}",
        "한국어 العربية हिन्दी",
        &long,
    ] {
        let written = document(Language::En, name);
        assert!(written.is_ok(), "{name:?}: {written:?}");
    }
}

#[test]
fn no_font_is_said() {
    let disclosure = Disclosure {
        t: Language::En,
        issuer_name: "",
        issuer: "did:web:badges.example.org",
        as_of: AsOf::now(Timestamp::from_unix_seconds(0)),
        filing: None,
        names: &FigureNames::default(),
        figures: Vec::new(),
    };
    let written = write(Arc::new(Database::new()), &disclosure);
    assert_eq!(
        written.unwrap_err().to_string(),
        "this machine has no font; install one (fonts-noto-cjk, fonts-ipafont-gothic) or set `images.fonts`"
    );
}
