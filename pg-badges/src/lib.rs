//! The extension: Open Badges stored and verified inside PostgreSQL.
::pgrx::pg_module_magic!();
