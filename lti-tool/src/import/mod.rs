//! `lti-tool import`: achievements and awards from a folder, signed for real by this installation's issuer.
//!
//! Each award keeps its day. A validity that has ended meanwhile begins anew with the import, because nobody can be given an expired
//! credential. What was imported is passed over, so that a second import changes nothing and one that broke off goes on. Several parts are
//! on their way at once: while PostgreSQL verifies and stores one, the next is signed.

pub mod aims;
pub mod award;
pub mod lists;
pub mod passes;
pub mod path;
pub mod programmes;
mod surroundings;
pub mod table;

use std::{collections::HashMap, path::Path, sync::Arc};

use futures_util::stream::{self, StreamExt as _, TryStreamExt as _};
use openbadges::{
    issue::{Award, Recipient, unsigned_credential},
    model::{Achievement, BitstringStatusListEntry, IdentityObject, Profile},
    proof::{SignError, eddsa_rdfc},
    time::Timestamp,
};
use serde_json::{Value, json};
use uuid::Uuid;

use self::{
    award::ImportedAward,
    programmes::{Programmes, ProgrammesError},
};
use crate::{
    clock::uuid_from,
    credential::status_list,
    keys::Keyring,
    language::wording::Joiner,
    secret,
    state::AppState,
    store::{
        StoreError,
        achievement::Definition,
        import::{ImportedRow, StatusEntry},
    },
};

/// Awards of one transaction.
const PART: usize = 250;
/// Parts on their way at once.
const AT_ONCE: usize = 3;
/// Whose user ids the recipients are, in `badges.recipient`.
const PLATFORM: &str = "import";

/// Why an import fails; what was stored before stays, and the next import goes on from there.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// The files.
    #[error(transparent)]
    Programmes(#[from] ProgrammesError),
    /// An award names what is not there.
    #[error("award {award} names `{name}`, which is not in the files")]
    Unknown {
        /// Its number in the files.
        award: String,
        /// The achievement or award that it names.
        name: String,
    },
    /// The credential cannot be signed.
    #[error("the credential cannot be signed")]
    Sign(#[from] SignError),
    /// An achievement cannot be written as JSON.
    #[error("an achievement cannot be written")]
    Write(#[from] serde_json::Error),
    /// The signer was stopped.
    #[error("the signer was stopped")]
    Stopped,
    /// The database.
    #[error("the import cannot be stored")]
    Store(#[from] StoreError),
}

/// What came of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ImportCount {
    /// Achievements in the files.
    pub achievements: usize,
    /// Awards that are new.
    pub awarded: usize,
    /// Awards that were there.
    pub kept: usize,
}

/// What every part shares.
struct Scene {
    keyring: Arc<Keyring>,
    profile: Profile,
    /// By code: the row, the achievement, and what satisfied nobody knows: its rule.
    achievements: HashMap<String, (Uuid, Achievement, Value)>,
    recipients: HashMap<String, Uuid>,
    now: Timestamp,
}

/// Imports the files of `folder`.
///
/// # Errors
/// [`ImportError`].
pub async fn import(state: &AppState, folder: &Path) -> Result<ImportCount, ImportError> {
    let programmes = Programmes::read(folder)?;
    let profile = state.issuer_profile();
    let achievements = define(state, &programmes, &profile).await?;
    let known = state.store.list_imported(&profile.id).await?;
    let fresh: Vec<ImportedAward> =
        programmes.awards.iter().filter(|award| !known.contains_key(&award.id)).cloned().collect();
    let recipients = state.store.register_imported(&profile.id, PLATFORM, &recipients(&fresh)).await?;
    state.store.prepare_status_list(&profile.id, &state.address(status_list::PATH)).await?;
    let keyring = state.keyring.current();
    let scene = Arc::new(Scene { keyring, profile, achievements, recipients, now: state.clock.now() });
    let parts = fresh.chunks(PART).map(|part| import_part(state, &scene, part.to_vec()));
    let stored: Vec<Vec<(String, Uuid)>> =
        stream::iter(parts).buffer_unordered(AT_ONCE).try_collect().await?;
    let ids: HashMap<String, Uuid> = known.into_iter().chain(stored.into_iter().flatten()).collect();
    end_lives(state, &programmes.awards, &ids).await?;
    surround(state, &scene, &programmes, &ids).await?;
    let kept = programmes.awards.len() - fresh.len();
    Ok(ImportCount { achievements: scene.achievements.len(), awarded: fresh.len(), kept })
}

/// Each person once.
fn recipients(awards: &[ImportedAward]) -> Vec<String> {
    let mut ids: Vec<String> = awards.iter().map(|award| award.recipient.clone()).collect();
    ids.sort_unstable();
    ids.dedup();
    ids
}

/// Defines the achievements and their programmes.
async fn define(
    state: &AppState,
    programmes: &Programmes,
    profile: &Profile,
) -> Result<HashMap<String, (Uuid, Achievement, Value)>, ImportError> {
    let mut defined = HashMap::with_capacity(programmes.achievements.len());
    for imported in &programmes.achievements {
        let uri = state.address(&format!("/achievements/{}", imported.code));
        let mut joiner = Joiner::default();
        let achievement = imported.achievement(&uri, profile, &mut joiner);
        let definition = Definition { body: serde_json::to_value(&achievement)?, joined: joiner.finish() };
        let id = state.store.define_achievement(&profile.id, &definition).await?;
        defined.insert(imported.code.clone(), (id, achievement, imported.award_rule.clone()));
    }
    for programme in &programmes.programmes {
        let steps = path::steps(programme, &programmes.achievements, |code| Some(defined.get(code)?.0));
        let stages = path::stages(&steps, &programmes.levels);
        state.store.define_imported_programme(&profile.id, programme, &steps, &stages).await?;
    }
    Ok(defined)
}

/// Takes entries in a status list, signs and stores one part: all of it or nothing.
async fn import_part(
    state: &AppState,
    scene: &Arc<Scene>,
    part: Vec<ImportedAward>,
) -> Result<Vec<(String, Uuid)>, ImportError> {
    let lists = state.address(status_list::PATH);
    let open = state.store.begin_import(&scene.profile.id, &lists, part.len()).await?;
    let mut jobs = Vec::with_capacity(part.len());
    for (award, entry) in part.into_iter().zip(open.entries.clone()) {
        let credential_id = state.address(&format!("/credentials/{}", uuid_from(&*state.chance)));
        jobs.push(Job { award, entry, credential_id, salt: secret::draw(&*state.chance) });
    }
    let shared = Arc::clone(scene);
    let signing = tokio::task::spawn_blocking(move || {
        jobs.into_iter().map(|job| signed(&shared, job)).collect::<Result<Vec<_>, ImportError>>()
    });
    let rows = signing.await.map_err(|_error: tokio::task::JoinError| ImportError::Stopped)??;
    Ok(open.store(&rows).await?)
}

/// One award and what chance gave it.
struct Job {
    award: ImportedAward,
    entry: StatusEntry,
    credential_id: String,
    salt: String,
}

fn signed(scene: &Scene, job: Job) -> Result<ImportedRow, ImportError> {
    let Job { award, entry, credential_id, salt } = job;
    let unknown = |name: &str| ImportError::Unknown { award: award.id.clone(), name: name.to_owned() };
    let (achievement_id, achievement, rule) =
        scene.achievements.get(&award.achievement).ok_or_else(|| unknown(&award.achievement))?;
    let recipient_id = *scene.recipients.get(&award.recipient).ok_or_else(|| unknown(&award.recipient))?;
    let recipient = Recipient {
        id: format!("urn:uuid:{recipient_id}"),
        identifiers: vec![IdentityObject::hashed("identifier", &award.recipient, &salt)],
    };
    let status = BitstringStatusListEntry::new(&entry.url, entry.index, status_list::REVOCATION);
    let unsigned = unsigned_credential(&Award {
        status: Some(status),
        valid_until: award.valid_until(scene.now),
        ..Award::new(&credential_id, scene.profile.clone(), achievement.clone(), recipient, award.issued_on)
    });
    let key = &scene.keyring.issuer;
    let credential = eddsa_rdfc::sign(&unsigned, &key.signing_key, &key.verification_method, scene.now)?;
    let provenance = json!({
        "source": "import", "rule": rule, "version": award.rule_version, "inputs": [], "award": award.id,
        "population": award.population, "delivery": award.delivery,
    });
    Ok(ImportedRow {
        credential,
        recipient_id,
        achievement_id: *achievement_id,
        occasion: award.id,
        provenance,
    })
}

/// Revokes and supersedes what the files say is; both may be repeated.
async fn end_lives(
    state: &AppState,
    awards: &[ImportedAward],
    ids: &HashMap<String, Uuid>,
) -> Result<(), ImportError> {
    let find = |award: &ImportedAward, name: &str| {
        ids.get(name)
            .copied()
            .ok_or_else(|| ImportError::Unknown { award: award.id.clone(), name: name.to_owned() })
    };
    let (mut revoked, mut superseded) = (Vec::new(), Vec::new());
    for award in awards {
        if let Some(revocation) = &award.revoked {
            revoked.push((find(award, &award.id)?, revocation.reason.clone()));
        }
        if let Some(older) = &award.supersedes {
            superseded.push((find(award, older)?, find(award, &award.id)?));
        }
    }
    Ok(state.store.end_imported(&revoked, &superseded).await?)
}

/// Records what reports need and no credential carries; all of it may be repeated.
async fn surround(
    state: &AppState,
    scene: &Scene,
    programmes: &Programmes,
    ids: &HashMap<String, Uuid>,
) -> Result<(), ImportError> {
    let (frameworks, alignments) = surroundings::frameworks(programmes);
    let mut competencies = HashMap::new();
    for framework in frameworks {
        let surroundings::Framework { uri, version, name, competencies: rows } = framework;
        let own = state.store.define_framework(&uri, &version, &name, &rows).await?;
        let key = (uri, version);
        competencies.extend(rows.into_iter().map(|row| (key.clone(), row.code)).zip(own));
    }
    let place = |aligned: &surroundings::Aligned| {
        let (achievement_id, _, _) = scene.achievements.get(&aligned.achievement)?;
        let competency = (aligned.framework.clone(), aligned.code.clone());
        Some((*achievement_id, *competencies.get(&competency)?, aligned.relation))
    };
    let aligned: Vec<(Uuid, Uuid, &str)> = alignments.iter().filter_map(place).collect();
    state.store.align_achievements(&aligned).await?;
    for achievement in &programmes.achievements {
        let Some((id, _, _)) = scene.achievements.get(&achievement.code) else { continue };
        let (kind, hours) = (&achievement.badge_type, achievement.nominal_hours);
        state.store.define_achievement_fact(*id, kind, achievement.level(), hours).await?;
    }
    // Not registered anew: who was erased meanwhile stays so.
    let recipients = state.store.list_recipients(&scene.profile.id, PLATFORM).await?;
    let memberships = surroundings::memberships(&programmes.awards, &recipients);
    state.store.record_memberships(&scene.profile.id, &memberships, PLATFORM).await?;
    state.store.record_assertion_events(&surroundings::events(&programmes.awards, ids)).await?;
    Ok(())
}
