\getenv dir PG_ABS_SRCDIR
\set setup :dir '/setup.sql'
\i :setup
-- Issuers: registered once, the profile may change, the DID may not.
select badges.register_issuer(:'did', '{"id": "did:web:badges.example.org", "name": "College of Examples"}') = :'issuer' as is_same, profile ->> 'name' as name
  from badges.issuer;
select profile ->> 'name' as name from badges.issuer;
select badges.register_issuer('did:web:other.example', '{"id": "did:web:badges.example.org"}');
\echo :LAST_ERROR_SQLSTATE
\set VERBOSITY terse
select badges.register_issuer('https://badges.example.org', '{}');
\echo :LAST_ERROR_SQLSTATE
select badges.register_issuer('did:web:other.example', '[]');
\echo :LAST_ERROR_SQLSTATE
select badges.register_issuer(null, '{}');
\echo :LAST_ERROR_SQLSTATE
select badges.register_issuer('did:web:other.example', null);
\echo :LAST_ERROR_SQLSTATE
\set VERBOSITY default
-- Keys: an Ed25519 key of the issuer itself, once and for all.
select badges.register_issuer_key(:'did', :'method', :'multikey') = :'issuer_key' as is_same;
select valid_from at time zone 'UTC' as valid_from from badges.issuer_key;
select badges.register_issuer_key(:'did', 'did:web:other.example#key', :'multikey');
\echo :LAST_ERROR_SQLSTATE
select badges.register_issuer_key('did:web:other.example', 'did:web:other.example#key', :'multikey');
\echo :LAST_ERROR_SQLSTATE
select badges.register_issuer_key(:'did', :'method', 'z6MkmgoN6DceCkjksTeZo42bhE9MdUpKSfdehRSfrWR9AQPV');
\echo :LAST_ERROR_SQLSTATE
\set VERBOSITY terse
select badges.register_issuer_key(:'did', :'did' || '#x', 'z6LSbysY2xFMRpGMhb7tFTLMpeuPRaqaWM1yECx2AtzE3KCc');
\echo :LAST_ERROR_SQLSTATE
select badges.register_issuer_key(:'did', :'did' || '#x', 'not a key');
\echo :LAST_ERROR_SQLSTATE
select badges.retire_issuer_key(:'method', '2022-01-01Z');
\echo :LAST_ERROR_SQLSTATE
\set VERBOSITY default
select badges.register_issuer_key(:'did', :'did' || '#now', 'z6MkmgoN6DceCkjksTeZo42bhE9MdUpKSfdehRSfrWR9AQPV') is not null as is_registered;
select extract(microseconds from valid_from)::integer % 1000000 as fraction, valid_until from badges.issuer_key where verification_method like '%#now';
-- The end of a key is moved to an earlier time by whoever acts for the issuer, to a later one or away by badges_admin alone.
create role tool in role badges_issuer;
create role head in role badges_admin;
set role tool;
select badges.retire_issuer_key(:'did' || '#now', '2998-01-01Z');
select badges.retire_issuer_key(:'did' || '#now', '2997-01-01Z');
select badges.retire_issuer_key(:'did' || '#now', '2997-01-01Z');
select badges.retire_issuer_key(:'did' || '#now', '2997-01-02Z');
\echo :LAST_ERROR_SQLSTATE
select badges.retire_issuer_key(:'did' || '#now', null);
\echo :LAST_ERROR_SQLSTATE
set role head;
select badges.retire_issuer_key(:'did' || '#now', '2997-01-02Z');
select badges.retire_issuer_key(:'did' || '#now', null);
reset role;
select valid_until from badges.issuer_key where verification_method like '%#now';
select badges.is_multikey(:'multikey'), badges.is_multikey(''), badges.is_multikey('zDnaerDaTF5BXEavCrfRZEk316dpbLsfPDZ3WJ5hRTPFU2169');
-- Achievements: another body is another version of the same thing.
select badges.define_achievement(:'did', :'sql_achievement') = :'achievement' as is_same;
select badges.define_achievement(:'did', '{"id": "https://badges.example.org/achievements/sql", "name": "SQL"}') <> :'achievement' as is_new;
select version, body ->> 'name' as name, series_id = :'achievement' as is_same_series from badges.achievement order by version;
select badges.define_achievement(:'did', '{"name": "no id"}');
\echo :LAST_ERROR_SQLSTATE
select badges.define_achievement('did:web:nobody.example', '{"id": "x"}');
\echo :LAST_ERROR_SQLSTATE
-- Recipients: known by platform and user; what is not known stays as it was.
select badges.register_recipient(:'did', 'https://lms.example.org', '17', null, null) = :'aiko' as is_same;
select badges.register_recipient(:'did', 'https://lms.example.org', '18', 'Benjamin', 'ben@example.org') = :'ben' as is_same;
select badges.register_recipient(:'did', 'https://lms.example.org', '19', null, null) not in (:'aiko', :'ben') as is_new;
select user_id, display_name, email from badges.recipient order by user_id;
\set VERBOSITY terse
select badges.register_recipient(:'did', 'https://lms.example.org', null, null, null);
\echo :LAST_ERROR_SQLSTATE
\set VERBOSITY default
-- A key that somebody made unreadable behind the extension's back is an error, not a verdict: nobody can tell.
savepoint readable;
alter table badges.issuer_key drop constraint issuer_key_is_a_multikey;
update badges.issuer_key set public_key_multibase = 'z6Mk' where verification_method = :'method';
select badges.verify_outcome(:'valid');
\echo :LAST_ERROR_SQLSTATE
select badges.store_assertion(:'valid', :'aiko', :'achievement');
\echo :LAST_ERROR_SQLSTATE
rollback to readable;
select badges.verify_outcome(:'valid', '2026-01-01Z');
-- What was done is written down, without personal data.
set constraints all immediate;
select position, action, details - 'assertion_ids' as details from badges.audit_event order by position;
rollback;
