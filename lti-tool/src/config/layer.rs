//! One layer of settings over another: a file over the defaults, the environment over both.

use toml::{Table, Value};

use super::ConfigError;

/// Puts `over` on top of `table`; only keys that `table` has, only values of the same type.
pub(super) fn lay_over(table: &mut Table, over: Table, prefix: &str) -> Result<(), ConfigError> {
    for (name, value) in over {
        let key = format!("{prefix}{name}");
        match (table.get_mut(&name), value) {
            (None, _) => return Err(ConfigError::UnknownKey(key)),
            (Some(Value::Table(below)), Value::Table(above)) => lay_over(below, above, &format!("{key}."))?,
            (Some(slot), value) if std::mem::discriminant(slot) == std::mem::discriminant(&value) => {
                *slot = value;
            }
            (Some(slot), value) => {
                return Err(ConfigError::WrongType { key, expected: kind(slot), found: kind(&value) });
            }
        }
    }
    Ok(())
}

/// `SERVER__BIND=…` → `server.bind`, read as the type that the default has.
pub(super) fn set_from_environment(table: &mut Table, path: &str, text: String) -> Result<(), ConfigError> {
    let path = path.to_lowercase();
    let key = path.replace("__", ".");
    let unknown = || ConfigError::UnknownKey(key.clone());
    let (section, name) = path.split_once("__").ok_or_else(unknown)?;
    let slot = table
        .get_mut(section)
        .and_then(Value::as_table_mut)
        .and_then(|section| section.get_mut(name))
        .ok_or_else(unknown)?;
    let wrong = |expected| ConfigError::WrongType {
        key: key.clone(),
        expected,
        found: "other text in the environment",
    };
    *slot = match slot {
        Value::Integer(_) => Value::Integer(
            text.trim().parse().map_err(|_error: std::num::ParseIntError| wrong("a whole number"))?,
        ),
        Value::Boolean(_) => Value::Boolean(
            text.trim().parse().map_err(|_error: std::str::ParseBoolError| wrong("true or false"))?,
        ),
        Value::Array(_) => {
            Value::Array(text.split(',').map(|part| Value::String(part.trim().to_owned())).collect())
        }
        _ => Value::String(text),
    };
    Ok(())
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::String(_) => "a text in quotes",
        Value::Integer(_) => "a whole number",
        Value::Float(_) => "a number with a fraction",
        Value::Boolean(_) => "true or false",
        Value::Datetime(_) => "a date",
        Value::Array(_) => "a list",
        Value::Table(_) => "a section",
    }
}
