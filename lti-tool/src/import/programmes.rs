//! The files of an import: `programmes.json` with programmes and achievements, `assertions.jsonl` with awards ([`super::award`]).

use std::{
    collections::HashMap,
    path::{Path, PathBuf},
};

use openbadges::model::{Achievement, Alignment, Criteria, Image, Profile, ProfileRef};
use serde::Deserialize;
use serde_json::{Map, Value};

use super::award::ImportedAward;
use crate::language::wording::{Joiner, Wording};

/// Why the files say nothing.
#[derive(Debug, thiserror::Error)]
pub enum ProgrammesError {
    /// A file that cannot be read.
    #[error("cannot read {}", path.display())]
    Unreadable {
        /// Which.
        path: PathBuf,
        /// Why not.
        source: std::io::Error,
    },
    /// A file that is something else.
    #[error("line {line} of {} is not as expected", path.display())]
    Malformed {
        /// Which.
        path: PathBuf,
        /// Counted from one.
        line: usize,
        /// What is wrong.
        source: serde_json::Error,
    },
}

/// Both files.
#[derive(Clone, Debug, Default)]
pub struct Programmes {
    /// The programmes.
    pub programmes: Vec<ImportedProgramme>,
    /// Their achievements.
    pub achievements: Vec<ImportedAchievement>,
    /// What the achievements are aligned to, by short name.
    pub frameworks: HashMap<String, ImportedFramework>,
    /// Names of levels, which are the stages of programmes.
    pub levels: Vec<ImportedLevel>,
    /// Who was awarded when.
    pub awards: Vec<ImportedAward>,
}

/// A text in both languages.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct BothWire {
    /// English.
    #[serde(default)]
    pub en: String,
    /// Japanese.
    #[serde(default)]
    pub ja: String,
}

impl BothWire {
    fn wording(&self) -> Wording {
        Wording::both(&self.en, &self.ja)
    }
}

/// A programme.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ImportedProgramme {
    /// Its short name.
    pub code: String,
    /// Its name, by language.
    pub name: Value,
    /// For whom.
    #[serde(default)]
    pub audience: Vec<String>,
    /// What it is, by language.
    #[serde(default)]
    pub summary: Map<String, Value>,
}

/// A level, by whose name a stage is called.
#[derive(Clone, Debug, Deserialize)]
pub struct ImportedLevel {
    /// Counted from one.
    pub value: i32,
    /// Its name, by language.
    pub name: Value,
}

/// What an achievement is for in its programme.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct BehaviourWire {
    /// The achievement that it leads to, by code.
    pub next: Option<String>,
    /// Start, understand, apply or continue.
    pub purpose: Option<String>,
}

/// A framework of competencies.
#[derive(Clone, Debug, Deserialize)]
pub struct ImportedFramework {
    /// Its name.
    pub name: Option<String>,
    /// Its address.
    pub url: Option<String>,
}

/// An achievement.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ImportedAchievement {
    /// Its short name, and the end of its URI.
    pub code: String,
    /// Its programme's.
    pub programme: String,
    /// One of the published terms.
    pub achievement_type: String,
    /// Participation, knowledge, skill or milestone.
    #[serde(default)]
    pub badge_type: String,
    /// What it was designed to take.
    #[serde(default)]
    pub nominal_hours: i32,
    level: Option<LevelWire>,
    name: BothWire,
    description: BothWire,
    criteria: CriteriaWire,
    /// Who earns it.
    pub award_rule: Value,
    /// What it is for.
    #[serde(default)]
    pub behaviour: BehaviourWire,
    /// Its first day.
    pub active_from: Option<String>,
    /// What it stands for.
    #[serde(default)]
    pub alignments: Vec<AlignmentWire>,
}

#[derive(Clone, Debug, Deserialize)]
struct LevelWire {
    value: i32,
}

#[derive(Clone, Debug, Deserialize)]
struct CriteriaWire {
    narrative: BothWire,
}

/// An alignment to a competency.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AlignmentWire {
    /// The framework's short name.
    #[serde(default)]
    pub framework: String,
    /// Its version.
    #[serde(default)]
    pub framework_version: String,
    /// How the achievement stands to the competency.
    #[serde(default)]
    pub relation: String,
    /// Level of the examination.
    pub exam_level: Option<i32>,
    /// Name of the competency; in Japanese its group before ` > `.
    pub target_name: BothWire,
    /// Its address, or the framework's.
    pub target_url: String,
    /// Its code, or its group's.
    pub target_code: Option<String>,
    target_framework: Option<String>,
    target_type: Option<String>,
}

#[derive(Default, Deserialize)]
struct MetaWire {
    #[serde(default)]
    frameworks: HashMap<String, ImportedFramework>,
    #[serde(default)]
    levels: Vec<ImportedLevel>,
}

impl Programmes {
    /// Reads both files of `folder`.
    ///
    /// # Errors
    /// [`ProgrammesError`].
    pub fn read(folder: &Path) -> Result<Self, ProgrammesError> {
        #[derive(Deserialize)]
        struct ProgrammesWire {
            #[serde(default)]
            meta: MetaWire,
            programmes: Vec<ImportedProgramme>,
            achievements: Vec<ImportedAchievement>,
        }
        let (path, text) = read(folder, "programmes.json")?;
        let wire: ProgrammesWire = serde_json::from_str(&text)
            .map_err(|source| ProgrammesError::Malformed { path, line: source.line(), source })?;
        let (path, text) = read(folder, "assertions.jsonl")?;
        let awards = text
            .lines()
            .enumerate()
            .map(|(line, text)| {
                serde_json::from_str(text).map_err(|source| ProgrammesError::Malformed {
                    path: path.clone(),
                    line: line + 1,
                    source,
                })
            })
            .collect::<Result<_, _>>()?;
        let ProgrammesWire { meta, programmes, achievements } = wire;
        Ok(Self { programmes, achievements, frameworks: meta.frameworks, levels: meta.levels, awards })
    }
}

fn read(folder: &Path, name: &str) -> Result<(PathBuf, String), ProgrammesError> {
    let path = folder.join(name);
    match std::fs::read_to_string(&path) {
        Ok(text) => Ok((path, text)),
        Err(source) => Err(ProgrammesError::Unreadable { path, source }),
    }
}

impl ImportedAchievement {
    /// Its level, if it has one.
    #[must_use]
    pub fn level(&self) -> Option<i32> {
        self.level.as_ref().map(|level| level.value)
    }

    /// Its place in its programme, from 1.
    #[must_use]
    pub fn stage(&self) -> i32 {
        self.level().unwrap_or(1)
    }

    /// The achievement as credentials carry it.
    pub fn achievement(&self, id: &str, issuer: &Profile, joiner: &mut Joiner) -> Achievement {
        let criteria = Criteria::narrative(&joiner.paragraphs(self.criteria.narrative.wording()));
        let name = joiner.name(self.name.wording());
        let description = joiner.paragraphs(self.description.wording());
        let mut achievement = Achievement::new(id, &name, &description, criteria);
        achievement.achievement_type = Some(self.achievement_type.clone());
        achievement.creator = Some(ProfileRef::from(issuer.clone()));
        achievement.human_code = Some(self.code.clone());
        achievement.image =
            Some(Image { caption: Some(achievement.name.clone()), ..Image::new(&format!("{id}/image.png")) });
        achievement.alignment = self.alignments.iter().map(|wire| wire.alignment(joiner)).collect();
        achievement
    }
}

impl AlignmentWire {
    fn alignment(&self, joiner: &mut Joiner) -> Alignment {
        Alignment {
            target_code: self.target_code.clone(),
            target_framework: self.target_framework.clone(),
            target_type: self.target_type.clone(),
            ..Alignment::new(&joiner.name(self.target_name.wording()), &self.target_url)
        }
    }
}

#[cfg(test)]
mod tests {
    use openbadges::issue::{Award, Recipient, unsigned_credential};
    use openbadges::model::{IdentityObject, schema::departures};
    use openbadges::time::Timestamp;

    use super::*;

    #[test]
    fn the_programmes_that_come_with_the_tool_are_read() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("data/programmes");
        let programmes = Programmes::read(&folder).unwrap();
        assert_eq!(
            (programmes.programmes.len(), programmes.achievements.len(), programmes.awards.len()),
            (7, 54, 2900)
        );
        assert!(programmes.awards.iter().all(|award| {
            programmes.achievements.iter().any(|achievement| achievement.code == award.achievement)
        }));
    }

    #[test]
    fn every_achievement_that_comes_with_the_tool_keeps_to_the_published_schema() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("data/programmes");
        let issuer = Profile::new("did:web:badges.example.org", "Example Academy");
        for achievement in Programmes::read(&folder).unwrap().achievements {
            let recipient = Recipient {
                id: "urn:uuid:2".to_owned(),
                identifiers: vec![IdentityObject::hashed("identifier", "R-1", "salt")],
            };
            let imported = achievement.achievement("urn:uuid:1", &issuer, &mut Joiner::default());
            let award = Award::new(
                "urn:uuid:3",
                issuer.clone(),
                imported,
                recipient,
                Timestamp::from_unix_seconds(0),
            );
            let credential = serde_json::to_value(unsigned_credential(&award)).unwrap();
            assert_eq!(departures(&credential), [], "{}", achievement.code);
        }
    }

    #[test]
    fn a_line_that_is_no_award_is_named() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("programmes.json"), r#"{"programmes": [], "achievements": []}"#)
            .unwrap();
        std::fs::write(folder.path().join("assertions.jsonl"), "{}").unwrap();
        let error = Programmes::read(folder.path()).unwrap_err().to_string();
        assert!(error.starts_with("line 1 of ") && error.ends_with("is not as expected"), "{error}");
        let missing = Programmes::read(Path::new("/nowhere")).unwrap_err().to_string();
        assert_eq!(missing, "cannot read /nowhere/programmes.json");
    }
}
