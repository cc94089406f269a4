//! What an import says around the awards: kind, level and hours of achievements, the competencies that they stand for, where people
//! belonged, what became of each award. All of it goes into overlays; nothing that is signed is touched.

use std::collections::{BTreeMap, HashMap};

use openbadges::time::Timestamp;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    award::ImportedAward,
    programmes::{AlignmentWire, ImportedFramework, Programmes},
};
use crate::store::record::{CompetencyRow, EventRow, MembershipRow};

/// Between a group and its item, in a competency's name.
const BELOW: &str = " > ";

/// A framework with its competencies, parents before children.
#[derive(Clone, Debug)]
pub(super) struct Framework {
    pub(super) uri: String,
    pub(super) version: String,
    pub(super) name: Value,
    pub(super) competencies: Vec<CompetencyRow>,
}

/// How an achievement stands to a competency.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Aligned {
    pub(super) achievement: String,
    /// URI and version of the framework.
    pub(super) framework: (String, String),
    pub(super) code: String,
    pub(super) relation: &'static str,
}

/// The frameworks that the achievements name, and their alignments.
pub(super) fn frameworks(programmes: &Programmes) -> (Vec<Framework>, Vec<Aligned>) {
    let mut found: BTreeMap<(String, String), Framework> = BTreeMap::new();
    let mut alignments = Vec::new();
    for achievement in &programmes.achievements {
        for alignment in &achievement.alignments {
            let Some(named) = programmes.frameworks.get(&alignment.framework) else { continue };
            let Some((key, fresh)) = framework(alignment, named) else { continue };
            let framework = found.entry(key.clone()).or_insert(fresh);
            let code = add_competencies(framework, alignment);
            let relation = relation(&alignment.relation);
            alignments.push(Aligned {
                achievement: achievement.code.clone(),
                framework: key,
                code,
                relation,
            });
        }
    }
    (found.into_values().collect(), alignments)
}

fn framework(alignment: &AlignmentWire, named: &ImportedFramework) -> Option<((String, String), Framework)> {
    let uri = named.url.clone()?;
    let version = alignment.framework_version.clone();
    let name =
        json!({ "ja": named.name.as_deref().unwrap_or(&alignment.framework), "en": alignment.framework });
    let key = (uri.clone(), version.clone());
    Some((key, Framework { uri, version, name, competencies: Vec::new() }))
}

/// Adds the competency, and the group that it belongs to if its name says so; returns its code.
fn add_competencies(framework: &mut Framework, alignment: &AlignmentWire) -> String {
    let AlignmentWire { target_name: name, target_code, target_url, .. } = alignment;
    let (group, item) = name.ja.split_once(BELOW).unwrap_or((&name.ja, ""));
    let own = if group.is_empty() { target_url.rsplit('/').next().unwrap_or_default() } else { group };
    let base = target_code.as_deref().unwrap_or(own).to_owned();
    let level = alignment.exam_level.or_else(|| base.strip_prefix('L')?.parse().ok());
    let named = |ja: &str| match (ja.is_empty(), name.en.is_empty()) {
        (true, _) => json!({ "en": name.en }),
        (_, true) => json!({ "ja": ja }),
        _ => json!({ "ja": ja, "en": name.en }),
    };
    let url = Some(target_url.clone());
    let top = CompetencyRow { code: base.clone(), name: named(group), level, parent: None, url: url.clone() };
    add(framework, top);
    if item.is_empty() {
        return base;
    }
    let code = format!("{base}/{item}");
    let name = json!({ "ja": item });
    add(framework, CompetencyRow { code: code.clone(), name, level: None, parent: Some(base), url });
    code
}

/// The first that is said of a competency stays.
fn add(framework: &mut Framework, competency: CompetencyRow) {
    if framework.competencies.iter().all(|known| known.code != competency.code) {
        framework.competencies.push(competency);
    }
}

fn relation(word: &str) -> &'static str {
    match word {
        "level" => "level",
        "prepares-for" => "prepares",
        "part-of" => "part_of",
        "recognises-pass" => "recognises_pass",
        _ => "aligned",
    }
}

/// Where people belonged: in each population from the day of the first award that says so.
pub(super) fn memberships(
    awards: &[ImportedAward],
    recipients: &HashMap<String, Uuid>,
) -> Vec<MembershipRow> {
    let mut since: BTreeMap<(&str, &str), Timestamp> = BTreeMap::new();
    for award in awards {
        let first = since.entry((&award.recipient, &award.population)).or_insert(award.issued_on);
        *first = (*first).min(award.issued_on);
    }
    let row = |((recipient, population), valid_from): ((&str, &str), Timestamp)| {
        Some(MembershipRow {
            recipient_id: *recipients.get(recipient)?,
            population: population.to_owned(),
            legal_entity: String::new(),
            valid_from: day(valid_from),
            valid_until: None,
        })
    };
    since.into_iter().filter_map(row).collect()
}

/// What became of the awards: taken or not on the day of the award, revoked on the day that the files say.
pub(super) fn events(awards: &[ImportedAward], ids: &HashMap<String, Uuid>) -> Vec<EventRow> {
    let mut events = Vec::new();
    for award in awards {
        let Some(&assertion_id) = ids.get(&award.id) else { continue };
        if matches!(award.delivery.as_str(), "accepted" | "declined" | "undeliverable") {
            let event = award.delivery.clone();
            events.push(EventRow { assertion_id, event, happened_at: award.issued_on });
        }
        if let Some(revocation) = &award.revoked {
            events.push(EventRow { assertion_id, event: "revoked".to_owned(), happened_at: revocation.on });
        }
    }
    events
}

/// The day of a moment, in UTC.
fn day(moment: Timestamp) -> String {
    moment.to_string().split('T').next().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    #[test]
    fn the_frameworks_of_the_data_set_are_found_with_163_alignments() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("data/programmes");
        let programmes = Programmes::read(&folder).unwrap();
        let (frameworks, alignments) = frameworks(&programmes);
        let named: Vec<(&str, &str)> =
            frameworks.iter().map(|one| (one.name["en"].as_str().unwrap(), one.version.as_str())).collect();
        assert_eq!(
            named,
            [("ESCO", "1.2.0"), ("DSS-P", "2.0"), ("DSS-L", ""), ("ITSS", ""), ("IPA-EXAM", "")]
        );
        assert_eq!(alignments.len(), 163);
        assert_eq!(alignments.iter().filter(|one| one.relation == "recognises_pass").count(), 2);
        for framework in &frameworks {
            for (place, competency) in framework.competencies.iter().enumerate() {
                let earlier = framework.competencies.get(..place).unwrap();
                let is_known = |parent: &String| earlier.iter().any(|known| known.code == *parent);
                assert!(competency.parent.as_ref().is_none_or(is_known), "{competency:?}");
            }
        }
    }

    #[test]
    fn an_item_stands_below_its_group() {
        let alignment: AlignmentWire = serde_json::from_value(json!({
            "framework": "DSS-P", "targetCode": "1.4", "targetUrl": "https://example.org/dss",
            "targetName": {"ja": "デザイン > 価値発見・定義", "en": "Design"}
        }))
        .unwrap();
        let mut framework = Framework {
            uri: String::new(),
            version: String::new(),
            name: Value::Null,
            competencies: Vec::new(),
        };
        assert_eq!(add_competencies(&mut framework, &alignment), "1.4/価値発見・定義");
        let [group, item] = framework.competencies.as_slice() else { panic!("{framework:?}") };
        assert_eq!((group.code.as_str(), &group.name["en"]), ("1.4", &json!("Design")));
        assert_eq!((item.parent.as_deref(), &item.name), (Some("1.4"), &json!({"ja": "価値発見・定義"})));
    }
}
