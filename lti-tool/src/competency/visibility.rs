//! Who may see who holds badges from a level on: said in sentences and set by administrators, of which the audit trail tells.

use actix_web::{HttpResponse, web};
use uuid::Uuid;

use crate::{
    admin::session::{Confirmed, Role},
    error::Failure,
    language::Language,
    page::see_other,
    state::AppState,
    store::visibility::VisibilityRow,
};

/// Who can be let see.
pub(super) const VIEWERS: [Role; 3] = Role::ALL;
/// The highest level that a form takes.
pub(super) const HIGHEST_LEVEL: i32 = 9;
/// The longest word for a population or a role of the database.
const LONGEST_WORD: usize = 63;

/// A rule as a sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Said {
    pub(crate) rule_id: Uuid,
    pub(crate) from_level: i32,
    pub(crate) sentence: String,
}

/// The rule as a sentence.
pub(crate) fn say(t: Language, rule: &VisibilityRow) -> Said {
    let (viewer, level) = (viewer(t, &rule.viewer), rule.from_level.to_string());
    let sentence = match &rule.population {
        None => t.with_texts("model-sees", ("viewer", &viewer), ("level", &level)),
        Some(word) => {
            let population = t.population(word);
            t.with_all(
                "model-sees-population",
                &[("viewer", viewer.into()), ("level", level.into()), ("population", population.into())],
            )
        }
    };
    Said { rule_id: rule.rule_id, from_level: rule.from_level, sentence }
}

/// A role of ours by its name, or a role of the database.
pub(crate) fn viewer(t: Language, word: &str) -> String {
    match Role::from_name(word) {
        Some(_) => t.named("model-viewer", word).unwrap_or_else(|| word.to_owned()),
        None => t.with("model-database-role", "role", word),
    }
}

/// `POST /reports/model/visibility`: lets a role see; administrators only.
///
/// # Errors
/// [`Failure`].
pub async fn give(form: Confirmed, state: web::Data<AppState>) -> Result<HttpResponse, Failure> {
    let level = form.field("level").parse::<i32>().ok().filter(|level| (1..=HIGHEST_LEVEL).contains(level));
    let level = level.ok_or(Failure::BadRequest("the level is none"))?;
    let (chosen, database_role) = (form.field("viewer"), form.field("database_role"));
    let viewer = if database_role.is_empty() { chosen } else { database_role };
    let is_known = !database_role.is_empty() || Role::from_name(viewer).is_some();
    let population = Some(form.field("population")).filter(|word| !word.is_empty());
    let is_short = |word: &str| word.chars().count() <= LONGEST_WORD && !word.contains('\0');
    if !is_known || !is_short(viewer) || !population.is_none_or(is_short) {
        return Err(Failure::BadRequest("the rule says nothing"));
    }
    let did = state.issuer_profile().id;
    state.store.insert_visibility(&did, level, viewer, population, &form.administrator.name).await?;
    Ok(back())
}

/// `POST /reports/model/visibility/{id}/end`; administrators only.
///
/// # Errors
/// [`Failure::NotFound`] if it does not hold.
pub async fn end(
    form: Confirmed,
    state: web::Data<AppState>,
    rule_id: web::Path<Uuid>,
) -> Result<HttpResponse, Failure> {
    let did = state.issuer_profile().id;
    if state.store.end_visibility(&did, *rule_id, &form.administrator.name).await? {
        Ok(back())
    } else {
        Err(Failure::NotFound)
    }
}

fn back() -> HttpResponse {
    see_other("/reports/model#visibility")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(viewer: &str, population: Option<&str>) -> VisibilityRow {
        VisibilityRow {
            rule_id: Uuid::nil(),
            from_level: 3,
            viewer: viewer.to_owned(),
            population: population.map(str::to_owned),
        }
    }

    #[test]
    fn a_rule_is_a_plain_sentence() {
        let said = |t, viewer, population| say(t, &rule(viewer, population)).sentence;
        assert_eq!(
            said(Language::En, "programme-owner", None),
            "Programme owners see by name who holds badges of level 3 and higher."
        );
        assert_eq!(
            said(Language::En, "report-reader", Some("employee")),
            "Report readers see by name who holds badges of level 3 and higher, if they belong to: Employees."
        );
        assert_eq!(
            said(Language::En, "line_manager", None),
            "Members of the database role “line_manager” see by name who holds badges of level 3 and higher."
        );
        assert_eq!(
            said(Language::Ja, "administrator", Some("dispatched")),
            "管理者は、レベル3以上のバッジの保有者を氏名で確認できます（対象：派遣スタッフ）。"
        );
    }
}
