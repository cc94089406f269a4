\getenv dir PG_ABS_SRCDIR
\set setup :dir '/setup.sql'
\i :setup
\set VERBOSITY terse
-- The table itself refuses what does not verify, from a superuser too.
insert into badges.assertion (credential, recipient_id, achievement_id)
  values (replace(:'valid', 'SQL basics', 'SQL wizard'), :'aiko', :'achievement');
\echo :LAST_ERROR_SQLSTATE
-- What was found out a moment ago counts only for the very same text, and only while nothing has changed.
select * from badges.examine_together(array[:'valid', :'second']);
insert into badges.assertion (credential, recipient_id, achievement_id) values (replace(:'valid', 'SQL basics', 'SQL wizard'), :'aiko', :'achievement');
\echo :LAST_ERROR_SQLSTATE
savepoint with_key;
delete from badges.issuer_key;
insert into badges.assertion (credential, recipient_id, achievement_id) values (:'valid', :'aiko', :'achievement');
\echo :LAST_ERROR_SQLSTATE
rollback to with_key;
-- Columns that repeat what is signed are filled in, and cannot say anything else.
insert into badges.assertion (credential, recipient_id, achievement_id) values (:'valid', :'aiko', :'achievement')
  returning credential_id, valid_from at time zone 'UTC' as valid_from, series_id = achievement_id as is_first_version;
insert into badges.assertion (credential, recipient_id, achievement_id, credential_id) values (:'second', :'ben', :'achievement', 'https://badges.example.org/credentials/x');
\echo :LAST_ERROR_SQLSTATE
insert into badges.assertion (credential, recipient_id, achievement_id, valid_until) values (:'second', :'ben', :'achievement', '2999-01-01Z');
\echo :LAST_ERROR_SQLSTATE
insert into badges.assertion (credential, recipient_id, achievement_id, valid_from) values (:'second', :'ben', :'achievement', '2023-01-01Z');
\echo :LAST_ERROR_SQLSTATE
insert into badges.assertion (credential, recipient_id, achievement_id, valid_from) values (:'second', :'ben', :'achievement', '2024-01-02 00:00:00.000001Z');
\echo :LAST_ERROR_SQLSTATE
insert into badges.assertion (credential, recipient_id, achievement_id, issuer_id) values (:'second', :'ben', :'achievement', :'aiko');
\echo :LAST_ERROR_SQLSTATE
insert into badges.assertion (credential, recipient_id, achievement_id, issuer_key_id) values (:'second', :'ben', :'achievement', :'aiko');
\echo :LAST_ERROR_SQLSTATE
insert into badges.assertion (credential, recipient_id, achievement_id, series_id) values (:'second', :'ben', :'achievement', :'aiko');
\echo :LAST_ERROR_SQLSTATE
-- The entry of a status list too, whether the credential has another or none.
insert into badges.status_list (issuer_id, url) values (:'issuer', 'https://badges.example.org/status/1') returning status_list_id as list \gset
insert into badges.status_list (issuer_id, url) values (:'issuer', 'https://badges.example.org/status/2') returning status_list_id as other_list \gset
insert into badges.status_entry (status_list_id, status_index) values (:'list', 94567), (:'list', 7), (:'other_list', 94567);
insert into badges.assertion (credential, recipient_id, achievement_id, status_index) values (:'with_status', :'ben', :'achievement', 7);
\echo :LAST_ERROR_SQLSTATE
insert into badges.assertion (credential, recipient_id, achievement_id, status_list_id) values (:'with_status', :'ben', :'achievement', :'other_list');
\echo :LAST_ERROR_SQLSTATE
insert into badges.assertion (credential, recipient_id, achievement_id, status_list_id, status_index) values (:'second', :'ben', :'achievement', :'list', 7);
\echo :LAST_ERROR_SQLSTATE
insert into badges.assertion (credential, recipient_id, achievement_id, status_list_id) values (:'second', :'ben', :'achievement', :'list');
\echo :LAST_ERROR_SQLSTATE
\set VERBOSITY default
insert into badges.assertion (credential, recipient_id, achievement_id, status_index) values (:'second', :'ben', :'achievement', 7);
\echo :LAST_ERROR_SQLSTATE
savepoint agreed;
-- All columns that say what is signed are taken as they are.
insert into badges.assertion (credential, recipient_id, achievement_id, issuer_id, issuer_key_id, series_id, credential_id, valid_from, status_list_id, status_index)
  values (:'with_status', :'ben', :'achievement', :'issuer', :'issuer_key', :'achievement', 'https://badges.example.org/credentials/00000000-0000-4000-8000-0000000000c8',
    '2024-01-01Z', :'list', 94567) returning status_index;
rollback to agreed;
-- Whom one issuer knows, another cannot award to, though it gives the very id.
select badges.register_issuer('did:web:south.example', '{"id": "did:web:south.example"}') is not null as is_registered;
select badges.register_recipient('did:web:south.example', 'https://lms.example.org', '17', null, null) as stranger \gset
update badges.recipient set recipient_id = '00000000-0000-4000-8000-0000000000c3' where recipient_id = :'stranger';
insert into badges.assertion (credential, recipient_id, achievement_id) values (:'second', '00000000-0000-4000-8000-0000000000c3', :'achievement');
\echo :LAST_ERROR_SQLSTATE
select badges.store_assertion(:'second', '00000000-0000-4000-8000-0000000000c3', :'achievement');
\echo :LAST_ERROR_SQLSTATE
-- A did:key proves itself; stored is what a key signed that is registered here.
select issuer_id as key_did from badges.verify(:'foreign_key') \gset
select badges.register_issuer(:'key_did', '{}') as key_issuer \gset
select badges.define_achievement(:'key_did', '{"id": "https://school.example/achievements/go"}') as go \gset
select badges.register_recipient(:'key_did', 'https://lms.example.org', '1', null, null) as gopher \gset
select badges.verify_outcome(:'foreign_key');
insert into badges.assertion (credential, recipient_id, achievement_id) values (:'foreign_key', :'gopher', :'go');
\echo :LAST_ERROR_SQLSTATE
select badges.register_issuer_key(:'key_did', :'key_did' || '#' || substr(:'key_did', 9), substr(:'key_did', 9), '2023-01-01Z') is not null as is_registered;
insert into badges.assertion (credential, recipient_id, achievement_id, occasion) values (:'foreign_key', :'gopher', :'go', 'did:key') returning occasion;
rollback to agreed;
-- What entered never changes, not even by one space.
update badges.assertion set credential = credential || ' ';
\echo :LAST_ERROR_SQLSTATE
update badges.assertion set provenance = '{"rule": 4}';
\echo :LAST_ERROR_SQLSTATE
update badges.assertion set awarded_at = '2020-01-01Z';
\echo :LAST_ERROR_SQLSTATE
delete from badges.assertion;
\echo :LAST_ERROR_SQLSTATE
truncate badges.assertion cascade;
\echo :LAST_ERROR_SQLSTATE
\set VERBOSITY terse
-- The same while rows arrive by logical replication.
set session_replication_role = replica;
insert into badges.assertion (credential, recipient_id, achievement_id) values ('{}', :'aiko', :'achievement');
\echo :LAST_ERROR_SQLSTATE
update badges.assertion set credential = '{}';
\echo :LAST_ERROR_SQLSTATE
set session_replication_role = origin;
-- COPY is no back door.
copy badges.assertion (credential, recipient_id, achievement_id) from stdin;
{}	00000000-0000-4000-8000-0000000000a1	00000000-0000-4000-8000-0000000000a1
\.
-- A row of a credential that has expired meanwhile comes in: a backup is restored years later.
insert into badges.assertion (credential, recipient_id, achievement_id, occasion) values (:'expired', :'aiko', :'achievement', 'old') returning occasion;
select count(*) from badges.assertion;
rollback;
