-- What every test starts from: the extension in a transaction that is rolled back, an issuer with a key, an achievement,
-- two recipients with known ids, and the fixtures as variables of psql.
\set ECHO none
\set ON_ERROR_ROLLBACK on
\set SHOW_CONTEXT never
\pset null '(null)'
set client_min_messages = warning;
set timezone = 'UTC';
set datestyle = 'ISO';
begin;
create extension pg_badges;
\set valid `cat "$PG_ABS_SRCDIR/../fixtures/valid.json"`
\set second `cat "$PG_ABS_SRCDIR/../fixtures/second.json"`
\set renewal `cat "$PG_ABS_SRCDIR/../fixtures/renewal.json"`
\set expired `cat "$PG_ABS_SRCDIR/../fixtures/expired.json"`
\set future `cat "$PG_ABS_SRCDIR/../fixtures/future.json"`
\set other_key `cat "$PG_ABS_SRCDIR/../fixtures/other_key.json"`
\set too_early `cat "$PG_ABS_SRCDIR/../fixtures/too_early.json"`
\set with_status `cat "$PG_ABS_SRCDIR/../fixtures/with_status.json"`
\set suspendable `cat "$PG_ABS_SRCDIR/../fixtures/suspendable.json"`
\set two_statuses `cat "$PG_ABS_SRCDIR/../fixtures/two_statuses.json"`
\set foreign_web `cat "$PG_ABS_SRCDIR/../fixtures/foreign_web.json"`
\set foreign_web_did `cat "$PG_ABS_SRCDIR/../fixtures/foreign_web.did.json"`
\set foreign_key `cat "$PG_ABS_SRCDIR/../fixtures/foreign_key.json"`
\set impostor `cat "$PG_ABS_SRCDIR/../fixtures/impostor.json"`
\set did_jwk `cat "$PG_ABS_SRCDIR/../fixtures/did_jwk.json"`
\set token `cat "$PG_ABS_SRCDIR/../fixtures/token.json"`
\set plain `cat "$PG_ABS_SRCDIR/../fixtures/plain.json"`
\set plain_token `cat "$PG_ABS_SRCDIR/../fixtures/plain_token.json"`
\set same_id `cat "$PG_ABS_SRCDIR/../fixtures/same_id.json"`
\set did did:web:badges.example.org
\set multikey `cat "$PG_ABS_SRCDIR/../fixtures/multikey"`
\set method :did '#' :multikey
\set aiko 00000000-0000-4000-8000-0000000000a1
\set ben 00000000-0000-4000-8000-0000000000a2
\set sql_achievement '{"id": "https://badges.example.org/achievements/sql", "type": ["Achievement"], "name": "SQL basics / SQL入門"}'
select badges.register_issuer(:'did', '{"id": "did:web:badges.example.org", "type": ["Profile"], "name": "Example College"}') as issuer \gset
select badges.register_issuer_key(:'did', :'method', :'multikey', '2023-01-01Z') as issuer_key \gset
select badges.define_achievement(:'did', :'sql_achievement') as achievement \gset
insert into badges.recipient (recipient_id, issuer_id, platform, user_id, display_name, email) values
  (:'aiko', :'issuer', 'https://lms.example.org', '17', '佐藤 愛子', 'aiko@example.org'),
  (:'ben', :'issuer', 'https://lms.example.org', '18', 'Ben', null);
\set ECHO all
