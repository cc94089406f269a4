//! What rules name that is known elsewhere than in their own course.

use std::collections::BTreeSet;

use super::Condition;

/// The names, wherever in the trees they stand.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Names<'a> {
    /// Codes of badges.
    pub badges: BTreeSet<&'a str>,
    /// Other courses.
    pub courses: BTreeSet<&'a str>,
    /// Examinations of somebody else.
    pub examinations: BTreeSet<&'a str>,
    /// Whether it matters on which footing somebody works.
    pub population: bool,
}

impl<'a> Names<'a> {
    /// What these conditions name.
    #[must_use]
    pub fn of(conditions: impl IntoIterator<Item = &'a Condition>) -> Self {
        let mut names = Self::default();
        for condition in conditions {
            names.add(condition);
        }
        names
    }

    fn add(&mut self, condition: &'a Condition) {
        match condition {
            Condition::All(of) | Condition::Any(of) | Condition::AtLeast { of, .. } => {
                for one in of {
                    self.add(one);
                }
            }
            Condition::Badge { code, .. } => {
                self.badges.insert(code);
            }
            Condition::CourseCompletion { course: Some(course) } => {
                self.courses.insert(course);
            }
            Condition::ExternalResult { exam, .. } => {
                self.examinations.insert(exam);
            }
            Condition::Population { .. } => self.population = true,
            _ => {}
        }
    }

    /// Whether something is named.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self == &Self::default()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn names_are_found_in_the_whole_tree_once_each() {
        let tree = Condition::from_json(&json!({"op": "any", "of": [
            {"kind": "badge", "code": "b"}, {"kind": "courseCompletion"}, {"kind": "courseCompletion", "course": "dx"},
            {"op": "atLeast", "n": 1, "of": [{"op": "all", "of": [
                {"kind": "badge", "code": "a"}, {"kind": "badge", "code": "b"},
                {"kind": "externalResult", "exam": "IP", "verifiedBy": "document-check"}]}]},
            {"kind": "population", "anyOf": ["employee"]}]}))
        .unwrap();
        let names = Names::of([&tree]);
        assert_eq!(Vec::from_iter(names.badges), ["a", "b"]);
        assert_eq!(Vec::from_iter(names.courses), ["dx"]);
        assert_eq!(Vec::from_iter(names.examinations), ["IP"]);
        assert!(names.population);
    }

    #[test]
    fn a_rule_about_its_own_course_names_nothing() {
        assert!(Names::of([&Condition::CourseCompletion { course: None }]).is_empty());
        assert!(Names::of([]).is_empty());
    }
}
