\getenv dir PG_ABS_SRCDIR
\set setup :dir '/setup.sql'
\i :setup
create role anyone_at_all;
create role analyst in role badges_reader;
create role tool in role badges_issuer, badges_reader;
create role registrar in role badges_personal;
create role head in role badges_admin;
select badges.store_assertion(:'valid', :'aiko', :'achievement') as assertion \gset
set constraints all immediate;
-- Anyone verifies, and sees no table.
set role anyone_at_all;
select badges.verify_outcome(:'valid'), (badges.verify(:'valid')).outcome, (select count(*) > 10 from badges.verify_checks(:'valid')) as has_checks, badges.is_multikey(:'multikey');
select count(*) from badges.assertion;
\echo :LAST_ERROR_SQLSTATE
select count(*) from badges.issuer;
select count(*) from badges.recipient;
select count(*) from badges.document;
select count(*) from badges.audit_event;
select badges.verify_assertion(:'assertion');
select badges.credential_state('x');
select * from badges.audit();
select badges.store_assertion(:'valid', :'aiko', :'achievement');
select badges.revoke(:'assertion', 'because I can');
select badges.examine(:'valid');
select badges.record_event('x', null);
select badges.require_issuer(:'did');
-- A reader reads everything but personal data, and changes nothing.
set role analyst;
select count(*) from badges.assertion;
select (badges.verify_assertion(:'assertion')).outcome, badges.credential_state(credential_id) from badges.assertion;
select outcome, assertions from badges.audit();
select count(*) from badges.audit_failures();
select count(*) from badges.assertion_state;
select count(*) from badges.expiring_assertion;
select is_intact from badges.verify_audit_chain();
select recipient_id, erased_at from badges.recipient order by 1;
select email from badges.recipient;
\echo :LAST_ERROR_SQLSTATE
select * from badges.recipient;
select badges.revoke(:'assertion', 'because I can');
insert into badges.revocation values (:'assertion', 'x', 'x');
\echo :LAST_ERROR_SQLSTATE
update badges.issuer_key set public_key_multibase = 'x';
delete from badges.assertion;
insert into badges.assertion (credential, recipient_id, achievement_id) values (:'second', :'ben', :'achievement');
insert into badges.document (url, body) values ('x', 'x');
-- The tool stores and revokes by function; it cannot write a table, nor read an address.
set role tool;
select badges.store_assertion(:'second', :'ben', :'achievement') is not null as is_stored;
select badges.suspend(:'assertion', 'under review');
select badges.reinstate(:'assertion');
select badges.revoke(:'assertion', 'awarded by mistake');
select badges.register_recipient(:'did', 'https://lms.example.org', '99', 'Chiyo', 'chiyo@example.org') is not null as is_registered;
select email from badges.recipient;
insert into badges.assertion (credential, recipient_id, achievement_id) values (:'renewal', :'aiko', :'achievement');
insert into badges.issuer_key (issuer_id, verification_method, public_key_multibase) values (:'issuer', 'x', :'multikey');
select badges.trust_issuer('did:web:university.example');
select badges.assign_issuer(:'did', 'tool');
-- Names and addresses belong to one role, which has nothing else.
set role registrar;
select display_name, email from badges.recipient order by user_id;
select count(*) from badges.assertion;
update badges.recipient set email = null;
-- An administrator is both, and cannot go around the guard either.
set role head;
select badges.trust_issuer('did:web:university.example', 'partner');
select count(*) from badges.assertion;
delete from badges.assertion;
select email from badges.recipient;
-- Who did it is the acting role, not the extension's owner.
reset role;
select action, actor from badges.audit_event where actor not in (session_user) order by position;
select revoked_by from badges.revocation;
select trusted_by from badges.trusted_issuer;
rollback;
