//! JSON numbers as RDF literals.
//!
//! [JSON-LD 1.1 API 8.6](https://www.w3.org/TR/json-ld11-api/#data-round-tripping): a whole number is written as it
//! stands, any other with 15 digits after the point. The library writes up to 16, so the few numbers that have as many
//! are corrected.

use oxrdf::{Literal, Quad, Term};
use serde_json::Value;
use std::collections::HashMap;

const JSON_LITERAL: &str = "http://www.w3.org/1999/02/22-rdf-syntax-ns#JSON";

/// The canonical `xsd:double`: `%1.15E` without trailing zeros, at least one digit after the point.
pub(super) fn canonical_double(value: f64) -> String {
    let formatted = format!("{value:.15E}");
    let (digits, exponent) = formatted.split_once('E').unwrap_or((&formatted, "0"));
    let digits = digits.trim_end_matches('0');
    let padding = if digits.ends_with('.') { "0" } else { "" };
    format!("{digits}{padding}E{exponent}")
}

/// The quads with every number of the document in its canonical form.
pub(super) fn canonical(quads: Vec<Quad>, document: &Value) -> Vec<Quad> {
    let mut corrections = HashMap::new();
    list_corrections(document, &mut corrections);
    if corrections.is_empty() {
        return quads;
    }
    quads.into_iter().map(|quad| correct(quad, &corrections)).collect()
}

fn correct(mut quad: Quad, corrections: &HashMap<String, String>) -> Quad {
    if let Term::Literal(literal) = &quad.object
        && literal.language().is_none()
        && literal.datatype().as_str() != JSON_LITERAL
        && let Some(corrected) = corrections.get(literal.value())
    {
        quad.object = Literal::new_typed_literal(corrected, literal.datatype()).into();
    }
    quad
}

fn list_corrections(value: &Value, corrections: &mut HashMap<String, String>) {
    match value {
        Value::Object(members) => members.values().for_each(|member| list_corrections(member, corrections)),
        Value::Array(items) => items.iter().for_each(|item| list_corrections(item, corrections)),
        Value::Number(number) => {
            if let Some(number) = number.as_f64().filter(|_| number.is_f64()) {
                let (exact, canonical) = (exact_double(number), canonical_double(number));
                if exact != canonical {
                    corrections.insert(exact, canonical);
                }
            }
        }
        _ => {}
    }
}

/// All digits that tell the number from its neighbours, as the library writes them.
fn exact_double(value: f64) -> String {
    let formatted = format!("{value:E}");
    let (digits, exponent) = formatted.split_once('E').unwrap_or((&formatted, "0"));
    let point = if digits.contains('.') { "" } else { ".0" };
    format!("{digits}{point}E{exponent}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_double_has_at_most_fifteen_digits_after_the_point() {
        assert_eq!(canonical_double(1.5), "1.5E0");
        assert_eq!(canonical_double(100.0), "1.0E2");
        assert_eq!(canonical_double(-0.000_012_5), "-1.25E-5");
        assert_eq!(canonical_double(0.1 + 0.2), "3.0E-1");
        assert_eq!(canonical_double(5.3e22), "5.3E22");
    }
}
