-- From 0.1.0: what the tables lack. Functions, views, comments and grants are the current ones (upgrades.sh).
create index audit_event_unsealed on badges.audit_event (event_id) where position is null;

\i 11_audit.sql

\i 12_catalogue.sql

\definitions

-- The guards of history refuse truncate too while rows arrive by logical replication.
alter table badges.revocation enable always trigger revocation_guard_truncate;
alter table badges.suspension enable always trigger suspension_guard_truncate;
alter table badges.renewal enable always trigger renewal_guard_truncate;
alter table badges.audit_event enable always trigger audit_event_guard_truncate;

\i 42_catalogue_guards.sql
