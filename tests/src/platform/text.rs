//! The practice LMS's own words, in English and Japanese.

use super::world::Role;

/// The words of one language.
#[derive(Debug)]
pub(crate) struct Text {
    pub(crate) lang: &'static str,
    pub(crate) brand: &'static str,
    pub(crate) languages: &'static str,
    pub(crate) courses: &'static str,
    pub(crate) lead: &'static str,
    pub(crate) new_window: &'static str,
    pub(crate) signed_in_as: &'static str,
    pub(crate) back: &'static str,
    pub(crate) no_tool: &'static str,
    pub(crate) footer: &'static str,
    instructor: &'static str,
    learner: &'static str,
    content_developer: &'static str,
}

const ENGLISH: Text = Text {
    lang: "en",
    brand: "Practice LMS",
    languages: "Language",
    courses: "Courses",
    lead: "Choose a person and open the badge tool as they would. The instructor awards; the learner then sees the badge.",
    new_window: "New window",
    signed_in_as: "Signed in as",
    back: "Back to the course",
    no_tool: "No tool is registered with this LMS yet.",
    footer: "A small LTI 1.3 platform for practice. Its people are invented; it forgets everything when it stops.",
    instructor: "Instructor",
    learner: "Learner",
    content_developer: "Content developer",
};

const JAPANESE: Text = Text {
    lang: "ja",
    brand: "練習用LMS",
    languages: "言語",
    courses: "コース",
    lead: "人物を選び、その人としてバッジツールを開きます。教員がバッジを授与すると、学習者の画面に表示されます。",
    new_window: "新しいウィンドウ",
    signed_in_as: "ログイン中：",
    back: "コースに戻る",
    no_tool: "このLMSにはまだツールが登録されていません。",
    footer: "練習用の小さなLTI 1.3プラットフォームです。登場人物は架空で、停止するとすべての記録が消えます。",
    instructor: "教員",
    learner: "学習者",
    content_developer: "コンテンツ作成者",
};

impl Text {
    /// The language asked for by name, or else the browser's first, or else English.
    pub(crate) fn choose(wanted: Option<&str>, accept_language: Option<&str>) -> &'static Self {
        let language = wanted.or(accept_language).unwrap_or_default();
        if language.trim_start().starts_with("ja") { &JAPANESE } else { &ENGLISH }
    }

    pub(crate) fn role(&self, role: Role) -> &'static str {
        match role {
            Role::Instructor => self.instructor,
            Role::Learner => self.learner,
            Role::ContentDeveloper => self.content_developer,
        }
    }

    /// The words on the button that launches as this person.
    pub(crate) fn launch_as(&self, role: Role, name: &str) -> String {
        match (self.lang, role) {
            ("ja", _) => format!("{name}（{}）として開く", self.role(role)),
            (_, Role::Instructor) => format!("Launch as instructor ({name})"),
            (_, Role::Learner) => format!("Launch as learner ({name})"),
            (_, Role::ContentDeveloper) => format!("Launch as content developer ({name})"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_language_asked_for_wins_over_the_browser() {
        assert_eq!(Text::choose(Some("ja"), Some("en-US,en;q=0.9")).lang, "ja");
        assert_eq!(Text::choose(Some("en"), Some("ja")).lang, "en");
    }

    #[test]
    fn the_browser_decides_when_nothing_is_asked() {
        assert_eq!(Text::choose(None, Some("ja,en;q=0.5")).lang, "ja");
        assert_eq!(Text::choose(None, None).lang, "en");
    }
}
