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
\set VERBOSITY default
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
