//! The picture of a badge on a page: one of ours, never one of another site; and the words that stand for it.

use uuid::Uuid;

use super::summary::Summary;
use crate::{
    language::Language,
    state::AppState,
    store::{Store, StoreError},
};

/// A picture and its words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Picture {
    pub(crate) address: String,
    pub(crate) alt: String,
}

impl Picture {
    /// The picture that a badge names, if it is one of ours.
    ///
    /// At its address is what the course chose last, and so are the words: its own in the reader's language, else what the badge says of the
    /// picture, else the badge's name.
    ///
    /// # Errors
    /// [`StoreError`].
    pub(crate) async fn of(
        state: &AppState,
        summary: &Summary,
        t: Language,
    ) -> Result<Option<Self>, StoreError> {
        let Some(address) = summary.image.clone().filter(|image| image.starts_with(&state.address("/")))
        else {
            return Ok(None);
        };
        let name = address.strip_prefix(&state.address("/achievements/"));
        let course_id = name.and_then(|name| name.split('/').next()?.parse().ok());
        let written = match course_id {
            Some(course_id) => written_alt(&state.store, course_id, t).await?,
            None => String::new(),
        };
        Ok(Some(Self { address, alt: alt(&written, summary, t) }))
    }
}

async fn written_alt(store: &Store, course_id: Uuid, t: Language) -> Result<String, StoreError> {
    let course = store.find_course_by_id(course_id).await?;
    Ok(course.map(|course| course.written_alt().text(t).to_owned()).unwrap_or_default())
}

/// The first words that there are; a caption that repeats the name says nothing of the picture.
fn alt(written: &str, summary: &Summary, t: Language) -> String {
    let (name, caption) = (summary.name.text(t), summary.image_caption.text(t));
    let caption = Some(caption).filter(|caption| *caption != name);
    let found = [Some(written), caption].into_iter().flatten().find(|words| !words.is_empty());
    found.map_or_else(|| t.with("picture-alt", "name", name), str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::wording::Wording;

    #[test]
    fn the_words_are_the_course_s_or_the_badge_s_or_its_name() {
        let said = |written, caption: &str| {
            let summary = Summary {
                name: Wording::plain("Data"),
                image_caption: Wording::plain(caption),
                ..Summary::default()
            };
            alt(written, &summary, Language::En)
        };
        assert_eq!(said("A gold shield", "A shield"), "A gold shield");
        assert_eq!(said("", "A shield"), "A shield");
        for caption in ["", "Data"] {
            assert_eq!(said("", caption), "Badge “Data”");
        }
    }
}
