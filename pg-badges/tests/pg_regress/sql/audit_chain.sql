\getenv dir PG_ABS_SRCDIR
\set setup :dir '/setup.sql'
\i :setup
set constraints all immediate;
select badges.store_assertion(:'valid', :'aiko', :'achievement') as first \gset
select badges.revoke(:'first', 'awarded by mistake');
select * from badges.verify_audit_chain();
select position as noted_position, hash as noted_hash from badges.audit_head \gset
select is_intact from badges.verify_audit_chain(:'noted_position', :'noted_hash');
-- Nobody changes or removes an event by SQL.
update badges.audit_event set actor = 'somebody else';
\echo :LAST_ERROR_SQLSTATE
delete from badges.audit_event;
\echo :LAST_ERROR_SQLSTATE
truncate badges.audit_event;
\echo :LAST_ERROR_SQLSTATE
-- A superuser who switches the guard off is found.
alter table badges.audit_event disable trigger audit_event_guard;
savepoint intact;
update badges.audit_event set actor = 'somebody else' where position = 2;
select * from badges.verify_audit_chain();
rollback to intact;
update badges.audit_event set details = details || '{"reason": "no reason"}' where action = 'revoke';
select is_intact, first_broken_position, detail from badges.verify_audit_chain();
rollback to intact;
delete from badges.audit_event where position = 3;
select * from badges.verify_audit_chain();
rollback to intact;
delete from badges.audit_event where position = :noted_position;
select * from badges.verify_audit_chain();
rollback to intact;
-- Cut short together with its head, it no longer fits the tables, nor what was noted elsewhere.
delete from badges.audit_event where position = :noted_position;
update badges.audit_head set position = e.position, hash = e.hash from badges.audit_event e where e.position = :noted_position - 1;
select is_intact from badges.verify_audit_chain();
select * from badges.verify_audit_chain(:'noted_position', :'noted_hash');
rollback to intact;
-- The hash does not depend on how a session writes times and numbers.
set timezone = 'Asia/Tokyo';
set datestyle = 'German';
set intervalstyle = 'iso_8601';
set extra_float_digits = 0;
set bytea_output = 'escape';
select is_intact from badges.verify_audit_chain();
rollback;
-- An empty chain is intact.
begin;
create extension pg_badges;
select * from badges.verify_audit_chain();
rollback;
