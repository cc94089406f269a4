//! The extension `pg_badges`: Open Badges stored and verified inside PostgreSQL, schema `badges`.
//!
//! `api/` is the list of SQL functions written in Rust; it asks `storage/` for what the tables know and
//! `verification/` for the judgement, which is `openbadges::verify` plus what only a database can say.
//! Tables, functions written in SQL, comments and grants are the numbered files in `sql/`, listed below.

mod api;
mod error;
mod guc;
mod storage;
mod types;
mod verification;

::pgrx::pg_module_magic!(name, version);

pgrx::extension_sql_file!("../sql/10_tables.sql", name = "tables", bootstrap);
pgrx::extension_sql_file!("../sql/11_audit.sql", name = "audit_types", requires = ["tables"]);
pgrx::extension_sql_file!("../sql/12_catalogue.sql", name = "catalogue_tables", requires = ["audit_types"]);
pgrx::extension_sql_file!("../sql/13_records.sql", name = "record_tables", requires = ["catalogue_tables"]);
pgrx::extension_sql_file!("../sql/14_paths.sql", name = "path_tables", requires = ["record_tables"]);
pgrx::extension_sql_file!(
    "../sql/20_functions.sql",
    name = "functions",
    requires = [
        "path_tables",
        api::pure::is_multikey,
        api::pure::set_bits,
        api::role::acting_role_id,
        api::role::sees_assertion,
        api::stored::examine,
        api::stored::recheck,
        api::verify::verify,
        api::verify::verify_file,
        api::verify::verify_file_checks,
        api::verify::verify_checks,
        api::verify::verify_outcome,
    ]
);
pgrx::extension_sql_file!(
    "../sql/21_storing.sql",
    name = "storing",
    requires = ["functions", api::guard::guard_assertion, api::guard::examine_together]
);
pgrx::extension_sql_file!("../sql/22_lifecycle.sql", name = "lifecycle", requires = ["storing"]);
pgrx::extension_sql_file!(
    "../sql/23_audit.sql",
    name = "audit",
    requires = [
        "lifecycle",
        api::audit::audit_row,
        api::audit::audit_combine,
        api::audit::audit_serialize,
        api::audit::audit_deserialize,
        api::audit::audit_tallies,
    ]
);
pgrx::extension_sql_file!("../sql/24_status_lists.sql", name = "status_lists", requires = ["audit"]);
pgrx::extension_sql_file!("../sql/25_documents.sql", name = "documents", requires = ["status_lists"]);
pgrx::extension_sql_file!(
    "../sql/26_formats.sql",
    name = "formats",
    requires = [
        "documents",
        api::pure::bake,
        api::pure::unbake,
        api::pure::canonicalize,
        api::pure::jcs,
        api::pure::proof_is_valid,
        api::pure::recipient_matches,
    ]
);
pgrx::extension_sql_file!("../sql/27_catalogue.sql", name = "catalogue", requires = ["formats"]);
pgrx::extension_sql_file!("../sql/28_records.sql", name = "records", requires = ["catalogue"]);
pgrx::extension_sql_file!("../sql/29_paths.sql", name = "paths", requires = ["records"]);
pgrx::extension_sql_file!("../sql/29_people.sql", name = "people", requires = ["paths"]);
pgrx::extension_sql_file!("../sql/30_views.sql", name = "views", requires = ["people"]);
pgrx::extension_sql_file!("../sql/31_reports_parts.sql", name = "report_parts", requires = ["views"]);
pgrx::extension_sql_file!("../sql/31_reports.sql", name = "reports", requires = ["report_parts"]);
pgrx::extension_sql_file!("../sql/31_reports_overall.sql", name = "reports_overall", requires = ["reports"]);
pgrx::extension_sql_file!("../sql/31_reports_use.sql", name = "reports_use", requires = ["reports_overall"]);
pgrx::extension_sql_file!("../sql/31_reports_filed.sql", name = "reports_filed", requires = ["reports_use"]);
pgrx::extension_sql_file!(
    "../sql/31_reports_definitions.sql",
    name = "report_definitions",
    requires = ["reports_filed"]
);
pgrx::extension_sql_file!(
    "../sql/31_record_guards.sql",
    name = "record_guards",
    requires = ["report_definitions"]
);
pgrx::extension_sql_file!("../sql/40_guards.sql", name = "guards", requires = ["record_guards"]);
pgrx::extension_sql_file!("../sql/42_catalogue_guards.sql", name = "catalogue_guards", requires = ["guards"]);
pgrx::extension_sql_file!("../sql/80_comments.sql", name = "comments", requires = ["catalogue_guards"]);
pgrx::extension_sql_file!("../sql/81_people_comments.sql", name = "people_comments", requires = ["comments"]);
pgrx::extension_sql_file!(
    "../sql/31_reports_comments.sql",
    name = "report_comments",
    requires = ["people_comments"]
);
pgrx::extension_sql_file!("../sql/90_grants.sql", name = "grants", requires = ["report_comments"], finalize);

/// Called by PostgreSQL when it loads the library into a backend.
#[pgrx::pg_guard]
pub extern "C-unwind" fn _PG_init() {
    guc::register();
}
