\getenv dir PG_ABS_SRCDIR
\set setup :dir '/setup.sql'
\i :setup
-- What a stranger hands over is a verdict, or an error with an SQLSTATE; never a crash.
create temporary table hostile (name text, input text);
insert into hostile values
  ('empty', ''), ('space', ' '), ('null', 'null'), ('number', '1'), ('text', '"x"'), ('array', '[]'), ('object', '{}'), ('open', '{'), ('deep arrays', repeat('[', 200000)),
  ('deep and closed', repeat('[', 60000) || repeat(']', 60000)), ('deep objects', repeat('{"a":', 100000)), ('long number', repeat('9', 1000000)), ('huge exponent', '{"a":1e999999999}'),
  ('lone surrogate', '{"id":"\ud800"}'), ('escaped zero', '{"id":"\u0000"}'), ('repeated key', '{"id":"a","id":"b"}'), ('long key', '{"' || repeat('k', 1000000) || '":1}'),
  ('many keys', '{' || (select string_agg('"k' || n || '":1', ',') from generate_series(1, 60000) n) || '}'), ('byte order mark', chr(65279) || '{}'), ('not json', '<svg/>'), ('jws', 'eyJhbGciOiJub25lIn0.e30.'),
  ('megabytes', repeat('x', 20000000));
insert into hostile select 'proof is ' || value, regexp_replace(:'valid', '"proof".*$', '"proof":' || value || '}') from unnest(array['null', '1', '"x"', '{}', '[[]]', '[null]', '[{}]', '[{"type":"DataIntegrityProof"}]']) value;
insert into hostile select 'proofs by the thousand', regexp_replace(:'valid', '"proof":\[(.*)\]\}$', '"proof":[' || (select string_agg('\1', ',') from generate_series(1, 1000)) || ']}');
insert into hostile select 'context is ' || value, regexp_replace(:'valid', '"@context":\[[^]]*\]', '"@context":' || value)
  from unnest(array['null', '[]', '{}', '["https://www.w3.org/ns/credentials/v2","https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",{"@vocab":"x:"}],"extra":"y"', '["https://www.w3.org/ns/credentials/v2","https://attacker.example/"]']) value;
insert into hostile select 'issuer is ' || value, regexp_replace(:'valid', '"issuer":\{[^}]*\}', '"issuer":' || value) from unnest(array['null', '1', '{}', '[]', '"did:web:"', '{"id":"did:web:badges.example.org#x"}', '{"id":{"id":1}}']) value;
insert into hostile select 'method is ' || value, regexp_replace(:'valid', '"verificationMethod":"[^"]*"', '"verificationMethod":' || value)
  from unnest(array['null', '1', '""', '"#"', '"did:key:z#z"', '"did:web:badges.example.org"', '"did:web:%00"', '"file:///etc/passwd"', '"http://169.254.169.254/"']) value;
insert into hostile select 'value is ' || left(value, 20), regexp_replace(:'valid', '"proofValue":"[^"]*"', '"proofValue":"' || value || '"') from unnest(array['', 'z', 'u', 'zz', 'z' || repeat('1', 500000), 'z0OIl']) value;
insert into hostile select 'date is ' || value, replace(:'valid', '"validFrom":"2024-01-01T00:00:00Z"', '"validFrom":"' || value || '"') from unnest(array['', 'yesterday', '2024-02-30T00:00:00Z', '99999-01-01T00:00:00Z', '-0001-01-01T00:00:00Z', '2024-01-01']) value;
insert into hostile select 'cut after ' || n || ' bytes', left(:'valid', n) from unnest(array[1, 100, 700, 1400]) n;
insert into hostile select 'blank nodes', regexp_replace(:'valid', '"identifier":\[', '"identifier":[' || (select string_agg('{"type":"IdentityObject","hashed":false,"identityHash":"x","identityType":"name"},', '') from generate_series(1, 3000)));
-- None verifies.
select count(*) from hostile;
select name, badges.verify_outcome(input, '2026-01-01Z') from hostile where badges.verify_outcome(input, '2026-01-01Z') = 'valid' order by name;
select count(*) from hostile where (badges.verify(input, '2026-01-01Z')).detail is null;
select count(*) from hostile where badges.proof_is_valid(input, :'multikey');
select count(*) from hostile where badges.recipient_matches(input, 'emailAddress', 'nobody@example.org');
-- None is stored.
create function pg_temp.try_to_store(input text) returns text language plpgsql as $$
begin
  perform badges.store_assertion(input, '00000000-0000-4000-8000-0000000000a1', (select achievement_id from badges.achievement));
  return 'stored';
exception when others then
  return sqlstate;
end $$;
select pg_temp.try_to_store(input) as sqlstate, count(*) from hostile group by 1;
select count(*) from badges.assertion;
rollback;
