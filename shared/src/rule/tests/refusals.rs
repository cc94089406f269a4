//! What is no rule, and what the reader says of it.

use serde_json::{Value, json};

use crate::rule::{Condition, DEEPEST, MOST_CONDITIONS, Rule, RuleError};

/// What the reader says of something that is no rule.
fn refused(value: impl Into<Value>) -> String {
    Condition::from_json(&value.into()).unwrap_err().to_string()
}

/// A leaf as the second of two conditions.
fn any(leaf: impl Into<Value>) -> Value {
    json!({"op": "any", "of": [{"kind": "courseCompletion"}, leaf.into()]})
}

#[test]
fn a_wrong_rule_is_refused_with_its_place_and_value() {
    for (value, expected) in [
        (json!([]), "at ``: [] is no condition, expected an object with `op` or `kind`"),
        (
            json!({"op": "all", "kind": "badge"}),
            "at ``: {\"op\":\"all\",\"kind\":\"badge\"} is no condition, expected an object with `op` or `kind`",
        ),
        (any(json!({"kind": "bagde"})), "at `/of/1/kind`: `bagde` is not known"),
        (any(json!({"kind": 3})), "at `/of/1/kind`: `3` is not known"),
        (any(json!({"op": "none", "of": []})), "at `/of/1/op`: `none` is not known"),
        (any(json!({"kind": "badge"})), "at `/of/1`: member `code` is missing"),
        (
            any(json!({"kind": "badge", "code": ""})),
            "at `/of/1/code`: \"\" is not a text of 1 to 255 characters",
        ),
        (
            any(json!({"kind": "badge", "code": "A", "valid": true})),
            "at `/of/1`: member `valid` has no place in `badge`",
        ),
        (
            any(json!({"kind": "badge", "code": "A", "mustBeValid": null})),
            "at `/of/1/mustBeValid`: null is not true or false",
        ),
    ] {
        assert_eq!(refused(value), expected);
    }
}

#[test]
fn a_number_a_date_or_a_list_out_of_range_is_refused_with_its_place_and_value() {
    for (value, expected) in [
        (
            any(json!({"kind": "attendanceAtLeast", "percent": 100.5})),
            "at `/of/1/percent`: 100.5 is not a number from 0 to 100",
        ),
        (
            any(json!({"kind": "peerEndorsements", "n": 0})),
            "at `/of/1/n`: 0 is not a whole number from 1 to 1000",
        ),
        (
            any(json!({"kind": "activitiesComplete", "activities": ["a", "a"]})),
            "at `/of/1/activities`: [\"a\",\"a\"] is not a list of 1 to 500 different names",
        ),
        (json!({"op": "all", "of": []}), "at `/of`: [] is not a list of 1 or more conditions"),
        (
            json!({"op": "atLeast", "n": 2, "of": [{"kind": "courseCompletion"}]}),
            "at `/n`: 2 is not a whole number from 1 to the number of conditions",
        ),
        (any(json!({"kind": "dateWindow"})), "at `/of/1`: member `from` is missing"),
        (
            any(json!({"kind": "dateWindow", "from": "today"})),
            "at `/of/1/from`: \"today\" is not a date and time with an offset, such as 2026-11-23T16:48:31Z",
        ),
        (
            any(
                json!({"kind": "dateWindow", "from": "2026-01-02T00:00:00Z", "until": "2026-01-01T00:00:00Z"}),
            ),
            "at `/of/1/until`: \"2026-01-01T00:00:00Z\" is not after `from`",
        ),
        (
            any(json!({"kind": "population", "anyOf": ["student"]})),
            "at `/of/1/anyOf`: [\"student\"] is not a list of employee, dispatched or external",
        ),
        (
            json!({"kind": "scaledScoreAtLeast", "lineItem": "x", "total": -1, "perSection": 0, "max": 1}),
            "at `/total`: -1 is not a number from 0 to 1000000",
        ),
    ] {
        assert_eq!(refused(value), expected);
    }
}

#[test]
fn depth_and_size_are_bounded() {
    let mut deep = json!({"kind": "courseCompletion"});
    for _ in 0..DEEPEST {
        deep = json!({"op": "all", "of": [deep]});
    }
    let place = "/of/0".repeat(DEEPEST);
    assert_eq!(
        Condition::from_json(&deep).unwrap_err().to_string(),
        format!("at `{place}`: conditions are nested deeper than 16")
    );
    let wide = json!({"op": "any", "of": vec![json!({"kind": "courseCompletion"}); MOST_CONDITIONS]});
    assert_eq!(Condition::from_json(&wide), Err(RuleError::TooMany));
}

#[test]
fn a_rule_has_a_version_that_counts_from_one() {
    let text = r#"{"version":2,"condition":{"kind":"courseCompletion"}}"#;
    let rule: Rule = serde_json::from_str(text).unwrap();
    assert_eq!((rule.version, serde_json::to_string(&rule).unwrap().as_str()), (2, text));
    assert!(
        serde_json::from_str::<Rule>(r#"{"version":0,"condition":{"kind":"courseCompletion"}}"#).is_err()
    );
    let error = serde_json::from_str::<Rule>(r#"{"version":1,"condition":{"kind":"x"}}"#).unwrap_err();
    assert!(error.to_string().contains("at `/kind`: `x` is not known"), "{error}");
}
