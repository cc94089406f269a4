\getenv dir PG_ABS_SRCDIR
\set setup :dir '/setup.sql'
\i :setup
-- A credential of a registered issuer verifies, stored or not.
select * from badges.verify(:'valid', '2026-01-01Z') \gx
select count(*) > 10 as are_many, bool_and(result in ('passed', 'skipped')) as none_fails, bool_and(detail > '') as each_says_why from badges.verify_checks(:'valid', '2026-01-01Z');
select name, detail from badges.verify_checks(:'valid', '2026-01-01Z') where name in ('issuer_known', 'key_valid_when_signed', 'record');
-- The time decides about validity, and nothing else.
select badges.verify_outcome(:'expired', '2024-01-15Z'), badges.verify_outcome(:'expired', '2024-02-01 00:00:00Z'), badges.verify_outcome(:'expired', '2024-02-01 00:00:01Z');
select outcome, detail > '' as says_why from badges.verify(:'future', '2026-01-01Z');
select badges.verify_outcome(:'valid', 'infinity'), badges.verify_outcome(:'valid', '-infinity');
-- Each byte of what is signed counts.
select outcome, detail > '' as says_why from badges.verify(replace(:'valid', 'SQL basics', 'SQL wizard'), '2026-01-01Z');
select outcome, detail > '' as says_why from badges.verify(replace(:'valid', '2024-01-01T00:00:00Z', '2023-12-31T00:00:00Z'), '2026-01-01Z');
select outcome from badges.verify(replace(:'valid', '"validFrom"', '"validUntil":"2999-01-01T00:00:00Z","validFrom"'), '2026-01-01Z');
select outcome, detail > '' as says_why from badges.verify(regexp_replace(:'valid', '"proof".*$', '"proof":[]}'), '2026-01-01Z');
-- A key of another owner does not sign for the issuer; a key that is not registered is unknown.
select outcome, detail > '' as says_why from badges.verify(:'other_key', '2026-01-01Z');
-- The key counts in its time only: signed before it was valid, and after it was retired.
select outcome, detail from badges.verify(:'too_early', '2026-01-01Z');
select badges.retire_issuer_key(:'method', '2023-06-01Z');
select outcome, detail from badges.verify(:'valid', '2026-01-01Z');
select badges.retire_issuer_key(:'method', '2025-06-01Z');
select outcome, detail from badges.verify(:'valid', '2026-01-01Z');
select badges.retire_issuer_key('did:web:badges.example.org#nothing');
\echo :LAST_ERROR_SQLSTATE
-- What is no credential is malformed, never an error.
select outcome, detail > '' as says_why from badges.verify('');
select outcome, detail > '' as says_why from badges.verify('null');
select outcome, detail > '' as says_why from badges.verify('{"id": 1');
select outcome, detail > '' as says_why from badges.verify('{}');
select outcome from badges.verify(repeat('[', 100000));
select outcome, detail > '' as says_why from badges.verify(repeat('{"a":', 60) || '1' || repeat('}', 60));
select outcome, detail from badges.verify(repeat(' ', 5000000));
set pg_badges.max_credential_bytes = 2000;
select outcome, detail from badges.verify(rpad(:'valid', 3000));
reset pg_badges.max_credential_bytes;
set pg_badges.max_credential_bytes = 1;
\echo :LAST_ERROR_SQLSTATE
select badges.verify(null) is null as null_for_null;
rollback;
