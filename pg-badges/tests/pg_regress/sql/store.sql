\getenv dir PG_ABS_SRCDIR
\set setup :dir '/setup.sql'
\i :setup
-- What verifies is stored, exactly as it was signed.
select badges.store_assertion(:'valid', :'aiko', :'achievement', '', '{"rule": 3}') as assertion \gset
select credential = :'valid' as is_exact, credential_id, issuer_id = :'issuer' as is_issuer, issuer_key_id = :'issuer_key' as is_key,
  recipient_id, occasion, valid_from at time zone 'UTC' as valid_from, valid_until, provenance from badges.assertion \gx
-- How it came to be: what the application handed over, by name.
select badges.store_assertion(:'second', :'ben', :'achievement', '', '{"rule": {"all": ["course_complete"]}, "version": 3, "inputs": {"course": "DX-101", "score": 92}, "source": "nrps", "by": "7"}') as explained \gset
select credential_id, achievement_uri, achievement_version, occasion, awarded_at is not null as has_time, rule, version, inputs, source, other from badges.why(:'assertion') \gx
select rule, version, inputs, source, other from badges.why(:'explained');
select count(*) from badges.why('00000000-0000-4000-8000-00000000dead');
rollback;
\i :setup
select badges.store_assertion(:'valid', :'aiko', :'achievement', '', '{"rule": 3}') as assertion \gset
-- A second call gives the same id and changes nothing.
select badges.store_assertion(:'valid', :'aiko', :'achievement') = :'assertion' as is_same, count(*) from badges.assertion group by 1;
-- One award per achievement, recipient and occasion; a second one needs an occasion of its own.
\set VERBOSITY terse
select badges.store_assertion(:'renewal', :'aiko', :'achievement');
\set VERBOSITY default
\echo :LAST_ERROR_SQLSTATE
select badges.store_assertion(:'renewal', :'aiko', :'achievement', '2024') is not null as is_stored;
-- Another credential with the same id is refused, and so is the same one for somebody else.
select badges.store_assertion(:'same_id', :'aiko', :'achievement', 'other');
\echo :LAST_ERROR_SQLSTATE
-- What does not verify is refused; the detail is the sentence of the check that decided.
\set VERBOSITY terse
select badges.store_assertion(replace(:'second', 'SQL basics', 'SQL wizard'), :'ben', :'achievement');
\echo :LAST_ERROR_SQLSTATE
select badges.store_assertion(:'other_key', :'aiko', :'achievement', 'x');
\echo :LAST_ERROR_SQLSTATE
select badges.store_assertion(:'too_early', :'aiko', :'achievement', 'x');
\echo :LAST_ERROR_SQLSTATE
select badges.store_assertion(:'expired', :'aiko', :'achievement', 'x');
\echo :LAST_ERROR_SQLSTATE
select badges.store_assertion(:'future', :'aiko', :'achievement', 'x');
\echo :LAST_ERROR_SQLSTATE
select badges.store_assertion('hello', :'aiko', :'achievement', 'x');
\echo :LAST_ERROR_SQLSTATE
select badges.store_assertion(null, :'aiko', :'achievement', 'x');
\echo :LAST_ERROR_SQLSTATE
select badges.store_assertion(:'foreign_web', :'aiko', :'achievement', 'x');
\echo :LAST_ERROR_SQLSTATE
\set VERBOSITY default
-- Whom a stored credential names, it names by a hash: what is signed stays, and erasure could not take a name back.
select badges.verify_outcome(:'plain', '2026-01-01Z'), badges.verify_outcome(:'plain_token', '2026-01-01Z');
select badges.store_assertion(:'plain', :'ben', :'achievement', 'x');
\echo :LAST_ERROR_SQLSTATE
select badges.store_assertion(:'plain_token', :'ben', :'achievement', 'x');
\echo :LAST_ERROR_SQLSTATE
-- The achievement and the recipient must be the ones that are signed.
select badges.store_assertion(:'second', :'aiko', :'achievement', 'x');
\echo :LAST_ERROR_SQLSTATE
select badges.define_achievement(:'did', '{"id": "https://badges.example.org/achievements/go"}') as go \gset
select badges.store_assertion(:'second', :'ben', :'go');
\echo :LAST_ERROR_SQLSTATE
select badges.store_assertion(:'second', :'ben', '00000000-0000-4000-8000-00000000dead');
\echo :LAST_ERROR_SQLSTATE
select badges.store_assertion(:'second', '00000000-0000-4000-8000-00000000dead', :'achievement');
\echo :LAST_ERROR_SQLSTATE
select badges.store_assertion(:'second', :'ben', :'achievement', null, null) is not null as is_stored;
\set VERBOSITY terse
select badges.store_assertion(:'future', :'aiko', :'achievement', '2025', '[]');
\echo :LAST_ERROR_SQLSTATE
\set VERBOSITY default
-- Only what was refused is missing.
select count(*) from badges.assertion;
-- Many at once: all of them or none, old ones are found, repeated ones are stored once.
rollback;
\i :setup
select * from badges.store_assertions(array[]::text[], array[]::uuid[], array[]::uuid[]);
select ordinal, is_new, assertion_id = lag(assertion_id) over (order by ordinal) as is_the_one_before from badges.store_assertions(
  array[:'valid', :'second', :'second', :'renewal'], array[:'aiko', :'ben', :'ben', :'aiko']::uuid[],
  array_fill(:'achievement'::uuid, array[4]), array['', '', '', '2024']);
select ordinal, is_new from badges.store_assertions(array[:'second', :'valid'], array[:'ben', :'aiko']::uuid[], array_fill(:'achievement'::uuid, array[2]));
\set VERBOSITY terse
select badges.store_assertions(array[:'valid', 'broken'], array[:'aiko', :'ben']::uuid[], array_fill(:'achievement'::uuid, array[2]));
\echo :LAST_ERROR_SQLSTATE
-- Signatures are checked together, and one that is wrong is found among those that hold.
select badges.store_assertions(array[:'valid', replace(:'second', 'SQL basics', 'SQL wizard'), :'renewal'], array[:'aiko', :'ben', :'aiko']::uuid[],
  array_fill(:'achievement'::uuid, array[3]), array['', '', '2024']);
\echo :LAST_ERROR_SQLSTATE
select badges.store_assertions(array[:'valid', :'second'], array[:'aiko']::uuid[], array_fill(:'achievement'::uuid, array[2]));
\echo :LAST_ERROR_SQLSTATE
-- An array that begins elsewhere would put credentials and learners together that do not belong together.
select badges.store_assertions(('[0:1]={a,b}'::text[]), array[:'aiko', :'ben']::uuid[], array_fill(:'achievement'::uuid, array[2]));
\echo :LAST_ERROR_SQLSTATE
select badges.store_assertions(array[array[:'valid'], array[:'second']], array[:'aiko', :'ben']::uuid[], array_fill(:'achievement'::uuid, array[2]));
\echo :LAST_ERROR_SQLSTATE
select count(*) from badges.assertion;
rollback;
-- Whatever the order in which they were signed, each answer stands at the place of its credential.
\i :setup
create temporary table answer as select * from badges.store_assertions(array[:'second', :'renewal', :'valid'], array[:'ben', :'aiko', :'aiko']::uuid[],
  array_fill(:'achievement'::uuid, array[3]), array['', '2024', '']);
select s.ordinal, s.is_new, a.credential_id, a.occasion from answer s join badges.assertion a using (assertion_id) order by s.ordinal;
rollback;
