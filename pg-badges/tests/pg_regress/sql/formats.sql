\getenv dir PG_ABS_SRCDIR
\set setup :dir '/setup.sql'
\i :setup
-- jsonb verifies like text: what is signed does not depend on the order of members or on spaces.
select outcome, credential_id from badges.verify(:'valid'::jsonb, '2026-01-01Z');
select badges.verify_outcome(:'valid'::jsonb, '2026-01-01Z'), badges.verify_outcome(jsonb_set(:'valid', '{name}', '"SQL wizard"'), '2026-01-01Z');
select count(*) from badges.verify_checks(:'valid'::jsonb) where result = 'failed';
select badges.verify_outcome('[]'::jsonb), badges.verify_outcome('1e400'::jsonb), badges.verify_outcome(null::jsonb) is null as null_for_null;
-- An unknown literal and a parameter without a type are text.
select badges.verify_outcome('{}');
prepare untyped as select badges.verify_outcome($1);
execute untyped('{}');
-- A key that the caller hands over: whose it is does not matter, nor the time.
select badges.proof_is_valid(:'valid', :'multikey'), badges.proof_is_valid(:'valid'::jsonb, :'multikey'), badges.proof_is_valid(:'expired', :'multikey'), badges.proof_is_valid(:'too_early', :'multikey');
select badges.proof_is_valid(:'other_key', :'multikey'), badges.proof_is_valid(:'other_key', 'z6MkmgoN6DceCkjksTeZo42bhE9MdUpKSfdehRSfrWR9AQPV');
select badges.proof_is_valid(replace(:'valid', 'SQL basics', 'SQL wizard'), :'multikey'), badges.proof_is_valid('', :'multikey'), badges.proof_is_valid('{"proof": 1}', :'multikey'), badges.proof_is_valid(null, :'multikey') is null as null_for_null;
-- A did:key says itself which key it is: another one does not count.
select badges.proof_is_valid(:'foreign_key', substring((badges.verify(:'foreign_key')).issuer_id from 9)), badges.proof_is_valid(:'foreign_key', :'multikey');
-- A did:jwk too; and what somebody else signed is not what the given key signed, whatever the name of their key.
select badges.proof_is_valid(:'did_jwk', :'multikey'), badges.verify_outcome(:'did_jwk', '2026-01-01Z');
-- Tokens: verified by the registered key of their issuer, from text and from a file, and stored like the others.
select outcome, credential_id, issuer_id, valid_until at time zone 'UTC' as valid_until from badges.verify(:'token', '2026-01-01Z') \gx
select badges.verify_outcome(:'token', '2023-01-01Z'), badges.verify_outcome(left(:'token', -3) || 'xyz', '2026-01-01Z'), badges.verify_outcome(convert_to(:'token', 'UTF8'), '2026-01-01Z') as from_file,
  (select count(*) from badges.verify_checks(:'token', '2026-01-01Z') where result = 'failed') as failed;
select badges.proof_is_valid(:'token', :'multikey'), badges.proof_is_valid(:'token', 'z6MkmgoN6DceCkjksTeZo42bhE9MdUpKSfdehRSfrWR9AQPV'), badges.proof_is_valid(left(:'token', -3) || 'xyz', :'multikey'), badges.proof_is_valid('e30.e30.', :'multikey');
select badges.credential_body(:'token') ->> 'id' as token, badges.credential_body(:'valid') = :'valid'::jsonb as is_document, badges.credential_body('a.eyJ2YyI6eyJpZCI6IngifX0.b') as in_a_claim;
select badges.credential_body('no.token.');
\echo :LAST_ERROR_SQLSTATE
select badges.recipient_matches(:'token', 'emailAddress', 'ben@example.org'), badges.recipient_matches(:'token', 'emailAddress', 'aiko@example.org');
select badges.store_assertion(:'token', :'ben', :'achievement', 'token') as token_id \gset
select (badges.verify_assertion(:'token_id')).outcome, (select outcome from badges.audit_assertions() where assertion_id = :'token_id') as audited, credential = :'token' as is_exact from badges.assertion where assertion_id = :'token_id';
select badges.proof_is_valid(:'valid', 'not a key');
\echo :LAST_ERROR_SQLSTATE
-- Whom a credential names: the identifier is hashed with a salt.
select badges.recipient_matches(:'valid', 'emailAddress', 'aiko@example.org'), badges.recipient_matches(:'valid', 'emailAddress', 'ben@example.org'), badges.recipient_matches(:'valid', 'ltiUserId', 'aiko@example.org'),
  badges.recipient_matches(:'second', 'emailAddress', 'aiko@example.org'), badges.recipient_matches(:'valid'::jsonb, 'emailAddress', 'aiko@example.org'), badges.recipient_matches('nothing', 'emailAddress', 'x');
select badges.recipient_matches(jsonb_set(:'valid', '{credentialSubject,identifier,0,identityHash}', '"sha3$00"'), 'emailAddress', 'aiko@example.org') as cannot_tell;
-- Canonical forms.
select badges.jcs('{"b": [1.0, 1e21, 0.000001], "a": "\u20ac\u0007", "é": null}');
select badges.canonicalize('{"@context": ["https://www.w3.org/ns/credentials/v2"], "id": "urn:x:1", "type": ["VerifiableCredential"], "name": "SQL入門"}');
select badges.canonicalize('{"@context": ["https://www.w3.org/ns/credentials/v2"], "id": "urn:x:1", "undefined_term": 1}');
\echo :LAST_ERROR_SQLSTATE
-- Files: text, and pictures with a badge baked in.
\set svg '<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"><rect width="1" height="1"/></svg>'
select decode('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==', 'base64') as png \gset
select badges.unbake(badges.bake(:'png', :'valid')) = :'valid' as from_png, badges.unbake(badges.bake(convert_to(:'svg', 'UTF8'), :'valid')) = :'valid' as from_svg;
select badges.unbake(badges.bake(badges.bake(:'png', :'second'), :'valid')) = :'valid' as baked_once, badges.unbake(:'png') is null as is_plain, badges.unbake(convert_to(:'svg', 'UTF8')) is null as is_plain_svg;
select (badges.verify(badges.bake(:'png', :'valid'), '2026-01-01Z')).outcome as png, (badges.verify(badges.bake(convert_to(:'svg', 'UTF8'), :'valid'), '2026-01-01Z')).outcome as svg,
  (badges.verify(convert_to(:'valid', 'UTF8'), '2026-01-01Z')).outcome as json, (badges.verify(badges.bake(:'png', replace(:'valid', 'SQL basics', 'SQL wizard')), '2026-01-01Z')).outcome as altered;
select outcome, detail from badges.verify(:'png'::bytea);
select outcome, detail from badges.verify('\x00ff00ff'::bytea);
select outcome, detail > '' as says_why from badges.verify(substr(badges.bake(:'png', :'valid'), 1, 200));
select outcome, detail > '' as says_why from badges.verify(convert_to('<svg', 'UTF8'));
select outcome, detail > '' as says_why from badges.verify('\x'::bytea);
select name, result, detail from badges.verify_checks(:'png'::bytea);
\set VERBOSITY terse
select badges.bake('\x00', 'x');
\echo :LAST_ERROR_SQLSTATE
select badges.unbake(convert_to('hello', 'UTF8'));
\echo :LAST_ERROR_SQLSTATE
\set VERBOSITY default
-- Use beyond our tables: a generated column, a constraint, an index.
create table wallet (
  holder text,
  credential jsonb,
  key text,
  is_signed boolean generated always as (badges.proof_is_valid(credential, key)) stored,
  canonical_hash text generated always as (md5(badges.jcs(credential))) stored
);
insert into wallet (holder, credential, key) values ('Aiko', :'valid', :'multikey'), ('Mallory', jsonb_set(:'valid', '{name}', '"SQL wizard"'), :'multikey');
select holder, is_signed, length(canonical_hash) from wallet order by holder;
create table strict_wallet (credential text check (badges.proof_is_valid(credential, 'z6MktNWXFy7fn9kNfwfvD9e2rDK3RPetS4MRKtZH8AxQzg9y')));
insert into strict_wallet values (:'valid');
\set VERBOSITY terse
insert into strict_wallet values (replace(:'valid', 'SQL basics', 'SQL wizard'));
\echo :LAST_ERROR_SQLSTATE
create index wallet_is_for_aiko on wallet ((badges.recipient_matches(credential, 'emailAddress', 'aiko@example.org')));
create unique index wallet_once on wallet (canonical_hash) where badges.proof_is_valid(credential, key);
rollback;
