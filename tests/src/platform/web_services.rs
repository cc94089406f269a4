//! Moodle's web services, as far as its record of completions goes: fixed answers, and its refusals with status 200.
//! <https://docs.moodle.org/dev/Creating_a_web_service_client>

use std::collections::HashMap;

use actix_web::{HttpResponse, web};

use super::routes::{State, fault};
use super::state::Endpoint;

const REFUSED: &str = r#"{"exception":"core\\exception\\moodle_exception","errorcode":"invalidtoken","message":"Invalid token"}"#;
const NOT_ENROLLED: &str = r#"{"exception":"core\\exception\\moodle_exception","errorcode":"usernotenroled","message":"Not enrolled"}"#;

/// The token that opens them, and the answers by function and person.
#[derive(Debug, Default)]
pub(crate) struct WebServices {
    token: String,
    answers: HashMap<(String, String), String>,
}

impl WebServices {
    pub(crate) fn plan(&mut self, token: &str, function: &str, person_id: &str, body: &str) {
        token.clone_into(&mut self.token);
        self.answers.insert((function.to_owned(), person_id.to_owned()), body.to_owned());
    }

    fn answer(&self, form: &HashMap<String, String>) -> String {
        let of = |name: &str| form.get(name).cloned().unwrap_or_default();
        if self.token.is_empty() || of("wstoken") != self.token || of("moodlewsrestformat") != "json" {
            return REFUSED.to_owned();
        }
        let answer = self.answers.get(&(of("wsfunction"), of("userid")));
        answer.cloned().unwrap_or_else(|| NOT_ENROLLED.to_owned())
    }
}

pub(crate) async fn answer(state: State, form: web::Form<HashMap<String, String>>) -> HttpResponse {
    if let Some(answer) = fault(&state, Endpoint::WebServices).await {
        return answer;
    }
    let body = state.memory().web_services.answer(&form);
    HttpResponse::Ok().content_type("application/json; charset=utf-8").body(body)
}
