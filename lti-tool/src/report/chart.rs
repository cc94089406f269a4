//! Bars of a report: a list of labels, bars and numbers, so that it is read aloud like one, and widens with the page.
//!
//! Each bar is a small SVG of the server's; no script draws anything. The table beside has every number.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{Report, table};
use crate::{
    language::{Language, wording::Wording},
    store::report::FigureNames,
};

/// The most lines of bars.
pub(crate) const MOST_LINES: usize = 24;
/// Lines of a chart among others.
pub(super) const FEW_LINES: usize = 7;

/// The numbers of a line; none where no row knows one.
type Values = Vec<Option<f64>>;
type Label = Vec<Wording>;

/// A chart.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Chart {
    /// What the bars of a line are, in their order; empty if there is one only.
    pub legend: Vec<String>,
    /// The lines.
    pub lines: Vec<Line>,
    /// How many lines are in the table only.
    pub left_out: usize,
}

/// A line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// What it is about, one after the other.
    pub label: Vec<Wording>,
    /// Its bars.
    pub bars: Vec<Bar>,
}

/// A bar.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bar {
    /// Its length, 0 to 100.
    pub length: String,
    /// Its number.
    pub text: String,
}

/// What a report's chart shows.
struct Plan {
    /// Columns that make the label.
    label: &'static [&'static str],
    /// Columns of numbers, a bar each.
    values: &'static [&'static str],
    /// Whether the last lines are the most important ones; otherwise the longest.
    in_time: bool,
}

fn plan(report: Report) -> Plan {
    let (label, values, in_time): (&[_], &[_], _) = match report {
        Report::Overall => (&["programme_name"], &["people", "enrolled"], false),
        Report::Participation => (&["programme_name", "population", "legal_entity"], &["people"], false),
        Report::Hours => (&["programme_name", "population", "legal_entity"], &["hours"], false),
        Report::Coverage => (&["framework_name", "name", "level"], &["holders", "target"], false),
        Report::Examinations => (&["name", "population", "year"], &["people", "people_by_badge"], true),
        Report::CertificationHealth => (&["health"], &["badges"], false),
        Report::Progression => (&["level"], &["observed", "progressed"], true),
        Report::Movement => (&["from_population", "to_population"], &["people"], false),
        Report::Issuance => (&["month"], &["issued", "accepted", "revoked"], true),
        Report::Usage => (&["month", "event"], &["at_least"], true),
        Report::Receipts => (&["month", "purpose"], &["at_least"], true),
    };
    Plan { label, values, in_time }
}

/// Rows that are sums of others, and would be counted twice.
fn is_sum(report: Report, row: &Value) -> bool {
    match report {
        Report::Overall | Report::Participation | Report::Hours => {
            row.get("programme_code").is_none_or(Value::is_null)
        }
        Report::Usage => row.get("achievement_uri").is_some_and(|uri| !uri.is_null()),
        _ => false,
    }
}

/// The chart of a report with at most so many lines. A number that no row knows, such as a target that nobody set, has no bar.
#[must_use]
pub fn chart(t: Language, report: Report, rows: &[Value], names: &FigureNames, most: usize) -> Chart {
    let plan = plan(report);
    let mut sums: BTreeMap<usize, (Label, Values)> = BTreeMap::new();
    let mut places: BTreeMap<String, usize> = BTreeMap::new();
    for row in rows.iter().filter(|row| !is_sum(report, row)) {
        let label = label(t, &plan, row, names);
        let next = places.len();
        let key = label.iter().map(|part| part.text(t)).collect::<Vec<_>>().join(" · ");
        let place = *places.entry(key).or_insert(next);
        let (_, line) = sums.entry(place).or_insert_with(|| (label, vec![None; plan.values.len()]));
        for (sum, column) in line.iter_mut().zip(plan.values) {
            if let Some(number) = row.get(column).and_then(Value::as_f64) {
                *sum = Some(sum.unwrap_or_default() + number);
            }
        }
    }
    let mut lines: Vec<(Label, Values)> = sums.into_values().collect();
    let left_out = lines.len().saturating_sub(most);
    if plan.in_time {
        lines.drain(..left_out);
    } else if report != Report::CertificationHealth {
        lines.sort_by(|one, other| first(other).total_cmp(&first(one)));
        lines.truncate(most);
    }
    let longest = lines.iter().flat_map(|(_, values)| values).flatten().copied().fold(0.0, f64::max);
    let lines: Vec<Line> = lines.into_iter().map(|(label, values)| line(label, &values, longest)).collect();
    // Nothing is said of bars that no line has, nor of the only ones.
    let most_bars = lines.iter().map(|line| line.bars.len()).max().unwrap_or_default();
    let legend = plan.values.iter().take(if most_bars > 1 { most_bars } else { 0 });
    Chart {
        legend: legend.map(|name| t.named("report-column", name).unwrap_or_default()).collect(),
        lines,
        left_out,
    }
}

/// A chart of counts, in the order given.
pub(crate) fn bars(counts: impl Iterator<Item = (String, i64)>) -> Chart {
    let counts: Vec<(String, u32)> =
        counts.map(|(label, count)| (label, u32::try_from(count).unwrap_or(u32::MAX))).collect();
    let longest = counts.iter().map(|(_, count)| f64::from(*count)).fold(0.0, f64::max);
    let lines = counts
        .into_iter()
        .map(|(label, count)| line(vec![Wording::plain(&label)], &[Some(f64::from(count))], longest))
        .collect();
    Chart { legend: Vec::new(), lines, left_out: 0 }
}

fn first((_, values): &(Label, Values)) -> f64 {
    values.first().copied().flatten().unwrap_or_default()
}

fn label(t: Language, plan: &Plan, row: &Value, names: &FigureNames) -> Label {
    let part = |column: &&str| {
        let text = table::text(t, column, row, names);
        if *column == "level" { Wording::plain(&t.with("report-level", "level", text.text(t))) } else { text }
    };
    let is_said = |column: &&&str| match (**column, row.get(**column)) {
        ("level", level) => level.is_some_and(|level| !level.is_null()),
        ("legal_entity" | "framework_name", text) => {
            text.is_some_and(|text| !matches!(text, Value::Null) && *text != "")
        }
        _ => true,
    };
    plan.label.iter().filter(is_said).map(part).collect()
}

fn line(label: Label, values: &[Option<f64>], longest: f64) -> Line {
    let bar = |value: f64| {
        let length = if longest > 0.0 { value / longest * 100.0 } else { 0.0 };
        Bar { length: format!("{length:.1}"), text: format!("{value}") }
    };
    Line { label, bars: values.iter().map_while(|value| value.map(bar)).collect() }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn months_are_summed_over_badges_and_the_last_are_shown() {
        let rows: Vec<Value> = (0..60)
            .map(|n| json!({"month": format!("20{:02}-{:02}-01", 20 + n / 24, n / 2 % 12 + 1), "issued": n, "accepted": 1, "revoked": 0}))
            .collect();
        let chart = chart(Language::En, Report::Issuance, &rows, &FigureNames::default(), 24);
        assert_eq!((chart.lines.len(), chart.left_out, chart.legend.len()), (24, 6, 3));
        let last = chart.lines.last().unwrap();
        assert_eq!(
            (last.label[0].text(Language::En), last.bars[0].text.as_str(), last.bars[0].length.as_str()),
            ("2022-06", "117", "100.0")
        );
        assert_eq!((last.bars[1].text.as_str(), last.bars[2].text.as_str()), ("2", "0"));
    }

    #[test]
    fn sums_are_no_bars_of_their_own() {
        let rows = [
            json!({"programme_code": null, "population": "employee", "hours": 30}),
            json!({"programme_code": "DX", "population": "employee", "hours": 10}),
            json!({"programme_code": "RI", "population": "employee", "hours": 20}),
        ];
        let name = |code: &str, name| (code.to_owned(), Wording::both(name, ""));
        let programmes = [name("DX", "DX Training"), name("RI", "Reskilling Initiative")].into();
        let names = FigureNames { programmes, ..FigureNames::default() };
        let chart = chart(Language::En, Report::Hours, &rows, &names, 24);
        let labels: Vec<&str> = chart.lines.iter().map(|line| line.label[0].text(Language::En)).collect();
        assert_eq!(labels, ["Reskilling Initiative", "DX Training"], "the longest first, by name");
    }

    #[test]
    fn a_target_that_nobody_set_has_no_bar() {
        let rows = [
            json!({"name": "Data", "level": 1, "holders": 3, "target": null}),
            json!({"name": "Data", "level": 2, "holders": 1, "target": 4}),
        ];
        let chart = chart(Language::En, Report::Coverage, &rows, &FigureNames::default(), 24);
        let bars: Vec<Vec<&str>> =
            chart.lines.iter().map(|line| line.bars.iter().map(|bar| bar.text.as_str()).collect()).collect();
        assert_eq!((bars, chart.legend.len()), (vec![vec!["3"], vec!["1", "4"]], 2));
        let without =
            super::chart(Language::En, Report::Coverage, rows.get(..1).unwrap(), &FigureNames::default(), 24);
        assert_eq!(without.legend, Vec::<String>::new(), "a target that no line has is not spoken of");
    }

    #[test]
    fn what_the_definition_does_not_add_is_not_one_bar() {
        let coverage = [
            json!({"framework_name": "DSS-L", "name": "Collaboration", "level": 1, "holders": 3, "target": null}),
            json!({"framework_name": "DSS-P", "name": "Collaboration", "level": 1, "holders": 5, "target": null}),
        ];
        let participation = ["A Inc.", "B Inc.", ""].map(|entity| json!({"programme_code": "DX", "population": "employee", "legal_entity": entity, "people": 2}));
        let examinations = ["employee", "external"].map(
            |population| json!({"name": "IT Passport", "population": population, "year": 2026, "people": 4}),
        );
        for (report, rows, expected) in [
            (Report::Coverage, &coverage[..], ["5", "3"].as_slice()),
            (Report::Participation, &participation, &["2", "2", "2"]),
            (Report::Examinations, &examinations, &["4", "4"]),
        ] {
            let chart = chart(Language::En, report, rows, &FigureNames::default(), 24);
            let bars: Vec<&str> = chart.lines.iter().map(|line| line.bars[0].text.as_str()).collect();
            assert_eq!(bars, expected, "{report:?}");
        }
        let labels =
            chart(Language::En, Report::Participation, &participation[2..], &FigureNames::default(), 24);
        assert_eq!(labels.lines[0].label.len(), 2, "no legal entity, no label");
    }

    #[test]
    fn a_level_that_a_badge_does_not_have_is_not_spoken_of() {
        let rows = [json!({"name": {"ja": "データ"}, "level": null, "holders": 3})];
        let chart = chart(Language::En, Report::Coverage, &rows, &FigureNames::default(), 24);
        assert_eq!(chart.lines[0].label, [Wording::both("", "データ")]);
    }

    #[test]
    fn nothing_is_a_chart_without_lines() {
        assert_eq!(chart(Language::Ja, Report::Hours, &[], &FigureNames::default(), 24).lines, []);
    }
}
