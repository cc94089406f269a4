//! What the form sends comes back as it was sent, or with a complaint.

use super::*;

fn links() -> Vec<LinkRow> {
    let link = |id: &str, column: Option<&str>| LinkRow {
        resource_link_id: id.to_owned(),
        line_item_url: column.map(str::to_owned),
        seen_at: Timestamp::from_unix_seconds(0),
    };
    vec![link("11", None), link("13", Some("https://lms.example/column"))]
}

fn form(fields: &[(&str, &str)]) -> RuleForm {
    RuleForm::read(&fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect())
}

fn choose(fields: &[(&str, &str)], has_moodle: bool) -> Result<Chosen, RuleComplaint> {
    form(fields).choose(Known { links: &links(), has_moodle, has_canvas: false, has_events: false })
}

fn saved(chosen: Chosen) -> RuleForm {
    let rows: Vec<SourceRow> = chosen
        .sources
        .into_iter()
        .map(|(source, settings)| SourceRow { source, settings, seen_at: None, obstacle: None })
        .collect();
    let rule = chosen.condition.map(|condition| Rule { version: 1, condition });
    RuleForm::of(rule.as_ref(), &rows)
}

#[test]
fn a_saved_rule_fills_the_form_as_it_was_sent() {
    for sent in [
        [("way", "link"), ("link", "11"), ("from", "2026-04-01"), ("until", "2027-04-01")],
        [("way", "score"), ("link", "13"), ("percent", "72.5"), ("from", "2026-04-01")],
        [("way", "moodle"), ("link", ""), ("from", "2026-04-01"), ("until", "")],
    ] {
        let again = saved(choose(&sent, true).unwrap());
        assert_eq!(RuleForm { text: String::new(), ..again }, form(&sent));
    }
    assert_eq!(saved(choose(&[("way", "manual")], false).unwrap()), RuleForm::default());
}

#[test]
fn a_link_of_another_course_is_refused() {
    assert_eq!(choose(&[("way", "link"), ("link", "12")], false), Err(RuleComplaint::Link));
    assert_eq!(choose(&[("way", "link")], false), Err(RuleComplaint::Link));
}

#[test]
fn points_need_a_column_and_a_share() {
    let score = |link, percent| choose(&[("way", "score"), ("link", link), ("percent", percent)], false);
    assert_eq!(score("11", "70"), Err(RuleComplaint::Column));
    for percent in ["", "101", "-1", "many", "NaN"] {
        assert_eq!(score("13", percent), Err(RuleComplaint::Percent), "{percent}");
    }
}

#[test]
fn a_period_has_to_be_one() {
    let with =
        |from, until| choose(&[("way", "link"), ("link", "11"), ("from", from), ("until", until)], false);
    for (from, until) in
        [("2026-04-02", "2026-04-01"), ("2026-02-30", ""), ("soon", ""), ("2026-04-01", "2026-04-01")]
    {
        assert_eq!(with(from, until), Err(RuleComplaint::Dates), "{from} {until}");
    }
    assert!(with("", "2026-04-01").is_ok());
}

#[test]
fn a_text_is_a_rule_or_says_where_it_is_wrong() {
    let text = |text| choose(&[("way", "text"), ("text", text)], false);
    let Err(RuleComplaint::Text(error)) = text(r#"{"op":"all","of":[{"kind":"bagde"}]}"#) else {
        panic!("there is no such kind")
    };
    assert_eq!(error, "at `/of/0/kind`: `bagde` is not known");
    assert!(matches!(text("{"), Err(RuleComplaint::Text(_))));
    let chosen = text(r#"{"kind":"badge","code":"DX-1"}"#).unwrap();
    assert_eq!(chosen.sources, [(Source::Awards, json!({}))]);
    assert_eq!(saved(chosen).way, Way::Text);
}

#[test]
fn a_text_asks_whoever_can_tell() {
    let rule = r#"{"op":"all","of":[{"kind":"activitiesComplete","activities":["3"]},{"kind":"ownResultAtLeast","percent":70}]}"#;
    let asked = |link, has_moodle| -> Vec<Source> {
        let chosen = choose(&[("way", "text"), ("text", rule), ("link", link)], has_moodle).unwrap();
        chosen.sources.into_iter().map(|(source, _)| source).collect()
    };
    assert_eq!(asked("13", true), [Source::Roster, Source::LineItem, Source::Moodle]);
    assert_eq!(asked("11", false), [Source::Roster, Source::Csv]);
    assert_eq!(asked("12", false), [Source::Csv]);
}

#[test]
fn a_rule_about_canvas_asks_its_api_and_for_grades_only_if_it_names_them() {
    let known = || Known { links: &[], has_moodle: false, has_canvas: true, has_events: false };
    let chosen = form(&[("way", "canvas")]).choose(known()).unwrap();
    assert_eq!(chosen.sources, [(Source::Canvas, json!({ "grades": false }))]);
    assert_eq!(saved(chosen).way, Way::Canvas);
    let grade = r#"{"kind": "gradeAtLeast", "lineItem": "canvas-course", "percent": 70}"#;
    let chosen = form(&[("way", "text"), ("text", grade)]).choose(known()).unwrap();
    assert_eq!(chosen.sources, [(Source::Canvas, json!({ "grades": true }))]);
    let other = r#"{"kind": "gradeAtLeast", "lineItem": "essay", "percent": 70}"#;
    let chosen = form(&[("way", "text"), ("text", other)]).choose(known()).unwrap();
    assert_eq!(chosen.sources, [(Source::Csv, json!({}))]);
}

#[test]
fn what_canvas_s_events_tell_is_waited_for_where_they_are_switched_on() {
    let asked = |has_canvas, fields: &[(&str, &str)]| -> Vec<Source> {
        let known = Known { links: &[], has_moodle: false, has_canvas, has_events: true };
        let chosen = form(fields).choose(known).unwrap();
        chosen.sources.into_iter().map(|(source, _)| source).collect()
    };
    assert_eq!(asked(false, &[("way", "canvas")]), [Source::CanvasEvents]);
    assert_eq!(asked(true, &[("way", "canvas")]), [Source::Canvas, Source::CanvasEvents]);
    let told = [
        r#"{"kind":"gradeAtLeast","lineItem":"canvas-course","percent":70}"#,
        r#"{"kind":"gradeAtLeast","lineItem":"canvas-assignment-355","percent":70}"#,
        r#"{"kind":"activitiesComplete","activities":["canvas-submission-355"]}"#,
    ];
    for text in told {
        assert_eq!(asked(false, &[("way", "text"), ("text", text)]), [Source::CanvasEvents], "{text}");
    }
    let other = r#"{"kind":"activitiesComplete","activities":["12"]}"#;
    assert_eq!(asked(false, &[("way", "text"), ("text", other)]), [Source::Csv]);
}

#[test]
fn what_no_platform_tells_is_asked_of_the_records_and_of_lists() {
    let asked = |rule: &str| -> Vec<Source> {
        let chosen = choose(&[("way", "text"), ("text", rule)], true).unwrap();
        chosen.sources.into_iter().map(|(source, _)| source).collect()
    };
    for rule in [
        r#"{"kind":"courseCompletion","course":"ri-dxlit"}"#,
        r#"{"kind":"externalResult","exam":"IP","verifiedBy":"document-check"}"#,
        r#"{"kind":"population","anyOf":["employee"]}"#,
    ] {
        assert_eq!(asked(rule), [Source::Records], "{rule}");
    }
    for rule in [
        r#"{"kind":"attendanceAtLeast","percent":90}"#,
        r#"{"kind":"peerEndorsements","n":3}"#,
        r#"{"kind":"gradeAtLeast","lineItem":"ri-dxlit-test","percent":80}"#,
        r#"{"kind":"scaledScoreAtLeast","lineItem":"ip-mock","total":600,"perSection":300,"max":1000}"#,
    ] {
        assert_eq!(asked(rule), [Source::Csv], "{rule}");
    }
    assert_eq!(asked(r#"{"kind":"manualReview","role":"assessor"}"#), [Source::Awards]);
}
