\getenv dir PG_ABS_SRCDIR
\set setup :dir '/setup.sql'
\i :setup
-- A did:key brings its key along. Nobody here knows who it is, and a check says so.
select outcome, issuer_id like 'did:key:z6Mk%' as is_did_key, missing from badges.verify(:'foreign_key', '2026-01-01Z');
select name, result, detail from badges.verify_checks(:'foreign_key', '2026-01-01Z') where name = 'issuer_known';
select v.outcome, badges.knows_issuer(v.issuer_id) as is_known from badges.verify(:'foreign_key', '2026-01-01Z') v;
select badges.trust_issuer(issuer_id, 'partner school') from badges.verify(:'foreign_key');
select name, result, detail from badges.verify_checks(:'foreign_key', '2026-01-01Z') where name = 'issuer_known';
select v.outcome, badges.knows_issuer(v.issuer_id) as is_known from badges.verify(:'foreign_key', '2026-01-01Z') v;
-- What to believe is for a query to say, and anybody may ask it: what is valid, of issuers that are registered or trusted here.
create role passer_by;
set role passer_by;
select c.n, v.outcome, badges.knows_issuer(v.issuer_id) as is_known
from (values (1, :'valid'), (2, :'foreign_key'), (3, :'foreign_web'), (4, :'did_jwk'), (5, replace(:'valid', 'SQL basics', 'SQL wizard')), (6, '{}')) c (n, credential),
  badges.verify(c.credential, '2026-01-01Z') v order by c.n;
select c.n from (values (1, :'valid'), (2, :'foreign_key'), (3, :'foreign_web'), (4, :'did_jwk'), (5, replace(:'valid', 'SQL basics', 'SQL wizard')), (6, '{}')) c (n, credential),
  badges.verify(c.credential, '2026-01-01Z') v where v.outcome = 'valid' and badges.knows_issuer(v.issuer_id) order by c.n;
select badges.knows_issuer(null) is null as null_for_null, badges.knows_issuer('');
reset role;
select badges.distrust_issuer(issuer_id) from badges.verify(:'foreign_key');
select result from badges.verify_checks(:'foreign_key', '2026-01-01Z') where name = 'issuer_known';
select badges.knows_issuer(issuer_id) from badges.verify(:'foreign_key');
-- A did:web needs its document: the answer names the address, and no request is made.
select outcome, missing from badges.verify(:'foreign_web', '2026-01-01Z');
select badges.put_document('https://university.example/.well-known/did.json', :'foreign_web_did');
select outcome, missing from badges.verify(:'foreign_web', '2026-01-01Z');
-- An older copy never replaces a newer one; an expired one no longer counts; a forgotten one is missing again.
select badges.put_document('https://university.example/.well-known/did.json', '{}', null, now() - interval '1 day');
select badges.verify_outcome(:'foreign_web', '2026-01-01Z');
select badges.put_document('https://university.example/.well-known/did.json', :'foreign_web_did', now(), now());
select badges.verify_outcome(:'foreign_web', '2026-01-01Z');
select badges.put_document('https://university.example/.well-known/did.json', :'foreign_web_did');
select badges.drop_document('https://university.example/.well-known/did.json');
select badges.verify_outcome(:'foreign_web', '2026-01-01Z');
-- A document with a name that is not asked for proves nothing.
select badges.put_document('https://university.example/.well-known/did.json', replace(:'foreign_web_did', 'university', 'academy'));
select outcome from badges.verify(:'foreign_web', '2026-01-01Z');
-- The keys of a registered issuer are managed here: a foreign copy of its document never counts.
select badges.put_document('https://badges.example.org/.well-known/did.json', '{"id": "did:web:badges.example.org"}');
select badges.verify_outcome(:'valid', '2026-01-01Z');
-- Somebody else's credential with the id of ours: it is judged by its own signature, and ours stays as it is.
select badges.store_assertion(:'valid', :'aiko', :'achievement') as assertion \gset
select badges.revoke(:'assertion', 'awarded by mistake');
select badges.verify_outcome(:'valid'), badges.verify_outcome(:'impostor');
-- Foreign credentials are verified, not stored.
select badges.store_assertion(:'foreign_key', :'aiko', :'achievement');
\echo :LAST_ERROR_SQLSTATE
rollback;
