//! What a person reads when a setting is wrong.

use super::*;

const GOOD: &str = r#"
    [server]
    public_url = "https://badges.example.org"
    [database]
    url = "postgres://tool:secret@localhost/badges"
    [keys]
    master_key = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="
"#;

fn load(file: &str, environment: &[(&str, &str)]) -> Result<Config, ConfigError> {
    let environment = environment.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    Config::from_parts(Some((Path::new("config.toml"), file)), environment)
}

fn complaint(file: &str, environment: &[(&str, &str)]) -> String {
    load(file, environment).unwrap_err().to_string()
}

#[test]
fn the_required_settings_are_enough() {
    let config = load(GOOD, &[]).unwrap();
    assert_eq!(config.server.bind, "127.0.0.1:8080");
    assert_eq!(config.public_url(0).unwrap().as_str(), "https://badges.example.org/");
    assert_eq!(config.issuer.did_method, DidMethod::Web);
}

#[test]
fn the_environment_goes_over_the_file() {
    let config = load(
        GOOD,
        &[("LTI_TOOL__SERVER__BIND", "0.0.0.0:9"), ("LTI_TOOL__SERVER__WORKERS", "3"), ("HOME", "/")],
    );
    let config = config.unwrap();
    assert_eq!((config.server.bind.as_str(), config.server.workers), ("0.0.0.0:9", 3));
}

#[test]
fn every_complaint_names_the_key_and_what_is_expected() {
    type Case<'a> = (&'a str, &'a [(&'a str, &'a str)], &'a str);
    let cases: [Case<'_>; 12] = [
        ("[server]\nport = 1", &[], "`server.port` is not a setting; config.default.toml lists all of them"),
        (
            "[server]\nworkers = \"two\"",
            &[],
            "`server.workers` must be a whole number, found a text in quotes",
        ),
        ("server = 1", &[], "`server` must be a section, found a whole number"),
        ("", &[], &format!("`server.public_url` must be {PUBLIC_URL}")),
        (
            GOOD,
            &[("LTI_TOOL__SERVER__PUBLIC_URL", "http://badges.example.org")],
            &format!("`server.public_url` must be {PUBLIC_URL}"),
        ),
        (
            GOOD,
            &[("LTI_TOOL__SERVER__PUBLIC_URL", "https://badges.example.org/tool")],
            &format!("`server.public_url` must be {PUBLIC_URL}"),
        ),
        (
            GOOD,
            &[("LTI_TOOL__SERVER__BIND", "8080")],
            "`server.bind` must be an address and a port such as 127.0.0.1:8080",
        ),
        (
            GOOD,
            &[("LTI_TOOL__DATABASE__URL", "mysql://x")],
            "`database.url` must be postgres://user:password@host:port/name",
        ),
        (
            GOOD,
            &[("LTI_TOOL__SERVER__WORKERS", "two")],
            "`server.workers` must be a whole number, found other text in the environment",
        ),
        (
            GOOD,
            &[("LTI_TOOL__SERVER", "x")],
            "`server` is not a setting; config.default.toml lists all of them",
        ),
        (
            GOOD,
            &[("LTI_TOOL__LAUNCH__LEEWAY_SECONDS", "301")],
            "`launch.leeway_seconds` must be at most 300 (five minutes)",
        ),
        (
            GOOD,
            &[("LTI_TOOL__KEYS__MASTER_KEY", "")],
            "`keys.master_key` must be 32 bytes in Base64 (`openssl rand -base64 32`), or keys.master_key_file set instead",
        ),
    ];
    for (file, environment, expected) in cases {
        assert_eq!(complaint(file, environment), expected);
    }
}

#[test]
fn a_choice_that_does_not_exist_names_the_choices() {
    let error = load(&format!("{GOOD}\n[issuer]\ndid_method = \"ion\""), &[]).unwrap_err();
    let source = std::error::Error::source(&error).unwrap().to_string();
    assert!(source.contains("did_method") && source.contains("`web`"), "{source}");
}

#[test]
fn http_is_for_loopback_and_only_when_allowed() {
    let address = ("LTI_TOOL__SERVER__PUBLIC_URL", "http://127.0.0.1:8080");
    assert!(load(GOOD, &[address]).is_err());
    assert!(load(GOOD, &[address, ("LTI_TOOL__OUTBOUND__ALLOW_INSECURE_LOOPBACK", "true")]).is_ok());
}

#[test]
fn port_0_stands_for_the_port_that_was_bound() {
    let overrides = [
        ("LTI_TOOL__SERVER__PUBLIC_URL", "http://127.0.0.1:0"),
        ("LTI_TOOL__OUTBOUND__ALLOW_INSECURE_LOOPBACK", "true"),
    ];
    let config = load(GOOD, &overrides).unwrap();
    assert_eq!(config.public_url(4711).unwrap().as_str(), "http://127.0.0.1:4711/");
}

#[test]
fn no_secret_shows_in_the_debug_form() {
    let shown = format!("{:?}", load(GOOD, &[]).unwrap());
    assert!(!shown.contains("secret") && !shown.contains("AAAA"), "{shown}");
}
