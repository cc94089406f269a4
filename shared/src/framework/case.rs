//! 1EdTech CASE packages: <https://www.imsglobal.org/spec/case/v1p1>, `CFPackage` as `GET /CFPackages/{sourcedId}` gives it.
//!
//! Read are the document, its items and the associations `isChildOf` between them; rubrics and other associations are left out. A package
//! has one language; names carry its tag, `en` if it says none.

use std::collections::{BTreeMap, HashMap};

use serde::Deserialize;

use super::{Competency, CompetencyError, Framework, ordered};

/// Why a file is no CASE package.
#[derive(Debug, thiserror::Error)]
pub enum CaseError {
    /// It is no JSON, or lacks what every package has.
    #[error("the file is no CASE package")]
    Malformed(#[from] serde_json::Error),
    /// An item that cannot be.
    #[error(transparent)]
    Competency(#[from] CompetencyError),
}

#[derive(Deserialize)]
struct PackageWire {
    #[serde(rename = "CFDocument")]
    document: DocumentWire,
    #[serde(rename = "CFItems", default)]
    items: Vec<ItemWire>,
    #[serde(rename = "CFAssociations", default)]
    associations: Vec<AssociationWire>,
}

#[derive(Deserialize)]
struct DocumentWire {
    uri: String,
    title: String,
    version: Option<String>,
    language: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ItemWire {
    identifier: String,
    uri: Option<String>,
    full_statement: String,
    human_coding_scheme: Option<String>,
    abbreviated_statement: Option<String>,
    language: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct AssociationWire {
    association_type: String,
    #[serde(rename = "originNodeURI")]
    origin: NodeWire,
    #[serde(rename = "destinationNodeURI")]
    destination: NodeWire,
}

#[derive(Deserialize)]
struct NodeWire {
    identifier: String,
}

/// Reads a package.
///
/// # Errors
/// [`CaseError`].
pub fn read(text: &str) -> Result<Framework, CaseError> {
    let PackageWire { document, items, associations } =
        serde_json::from_str(text.trim_start_matches('\u{feff}'))?;
    let language = document.language.unwrap_or_else(|| "en".to_owned());
    // People know the coding scheme; where two items share one, or have none, the identifier tells them apart.
    let mut seen: HashMap<&str, usize> = HashMap::new();
    for item in &items {
        *seen.entry(item.human_coding_scheme.as_deref().unwrap_or_default()).or_default() += 1;
    }
    let code = |item: &ItemWire| match item.human_coding_scheme.as_deref() {
        Some(scheme) if !scheme.trim().is_empty() && seen.get(scheme) == Some(&1) => scheme.to_owned(),
        _ => item.identifier.clone(),
    };
    let codes: HashMap<&str, String> =
        items.iter().map(|item| (item.identifier.as_str(), code(item))).collect();
    let mut parents: HashMap<&str, &str> = HashMap::new();
    for association in associations.iter().filter(|one| one.association_type == "isChildOf") {
        // An item below the document itself is at the top; of several parents the first counts.
        if let Some(parent) = codes.get(association.destination.identifier.as_str()) {
            parents.entry(&association.origin.identifier).or_insert(parent);
        }
    }
    let competency = |item: &ItemWire| {
        let name = item.abbreviated_statement.as_ref().filter(|text| !text.trim().is_empty());
        let tag = item.language.as_ref().unwrap_or(&language).clone();
        Competency {
            code: code(item),
            name: BTreeMap::from([(tag, name.unwrap_or(&item.full_statement).clone())]),
            level: None,
            parent: parents.get(item.identifier.as_str()).map(|parent| (*parent).to_owned()),
            url: item.uri.clone(),
        }
    };
    let competencies: Vec<Competency> = items.iter().map(competency).collect();
    let competencies = ordered(&competencies)?;
    let name = BTreeMap::from([(language.clone(), document.title)]);
    Ok(Framework { uri: document.uri, version: document.version.unwrap_or_default(), name, competencies })
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn node(identifier: &str) -> Value {
        json!({"identifier": identifier, "uri": format!("https://case.example/{identifier}"), "title": identifier})
    }

    fn package() -> Value {
        json!({
            "CFDocument": {
                "identifier": "d", "uri": "https://case.example/uri/d", "creator": "Example", "title": "Digital skills", "version": "2.0",
                "language": "en", "lastChangeDateTime": "2026-01-01T00:00:00+00:00"
            },
            "CFItems": [
                {"identifier": "i2", "uri": "https://case.example/uri/i2", "fullStatement": "Reads a chart in full", "abbreviatedStatement": "Reads a chart",
                 "humanCodingScheme": "1.1", "lastChangeDateTime": "2026-01-01T00:00:00+00:00"},
                {"identifier": "i1", "uri": "https://case.example/uri/i1", "fullStatement": "Data", "humanCodingScheme": "1"},
                {"identifier": "i3", "fullStatement": "データを整える", "language": "ja"}
            ],
            "CFAssociations": [
                {"associationType": "isChildOf", "originNodeURI": node("i1"), "destinationNodeURI": node("d")},
                {"associationType": "isChildOf", "originNodeURI": node("i2"), "destinationNodeURI": node("i1")},
                {"associationType": "isRelatedTo", "originNodeURI": node("i3"), "destinationNodeURI": node("i1")}
            ]
        })
    }

    #[test]
    fn a_package_is_read_with_its_tree() {
        let framework = read(&package().to_string()).unwrap();
        assert_eq!(
            (framework.uri.as_str(), framework.version.as_str()),
            ("https://case.example/uri/d", "2.0")
        );
        assert_eq!(framework.name["en"], "Digital skills");
        let lines: Vec<(&str, Option<&str>, &str)> = framework
            .competencies
            .iter()
            .map(|one| (one.code.as_str(), one.parent.as_deref(), one.name.values().next().unwrap().as_str()))
            .collect();
        assert_eq!(
            lines,
            [("1", None, "Data"), ("1.1", Some("1"), "Reads a chart"), ("i3", None, "データを整える")]
        );
        assert_eq!(framework.competencies[2].name.keys().next().unwrap(), "ja");
        assert_eq!(framework.competencies[0].url.as_deref(), Some("https://case.example/uri/i1"));
    }

    #[test]
    fn items_that_share_a_coding_scheme_are_told_apart() {
        let mut package = package();
        package["CFItems"][1]["humanCodingScheme"] = json!("1.1");
        let framework = read(&package.to_string()).unwrap();
        let codes: Vec<&str> = framework.competencies.iter().map(|one| one.code.as_str()).collect();
        assert_eq!(codes, ["i1", "i2", "i3"]);
    }

    #[test]
    fn a_circle_and_a_file_of_another_kind_are_refused() {
        let mut package = package();
        package["CFAssociations"][0]["destinationNodeURI"] = node("i2");
        assert!(read(&package.to_string()).unwrap_err().to_string().ends_with("is below itself"));
        assert_eq!(read("{}").unwrap_err().to_string(), "the file is no CASE package");
        assert_eq!(read("<html>").unwrap_err().to_string(), "the file is no CASE package");
    }
}
