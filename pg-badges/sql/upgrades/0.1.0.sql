-- From 0.1.0: what it lacks beside 0.2.0, and then what that lacks.
create index audit_event_unsealed on badges.audit_event (event_id) where position is null;

\i upgrades/0.2.0.sql
