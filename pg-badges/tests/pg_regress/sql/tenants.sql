\getenv dir PG_ABS_SRCDIR
\set setup :dir '/setup.sql'
\i :setup
create role north nologin;
create role south nologin;
create role north_tool in role badges_issuer, badges_reader, badges_personal, north;
create role south_tool in role badges_issuer, badges_reader, badges_personal, south;
create role head in role badges_admin;
create role outsider in role badges_issuer, badges_reader;
select badges.store_assertion(:'valid', :'aiko', :'achievement') as assertion \gset
select badges.store_assertion(:'second', :'ben', :'achievement') as revoked_assertion \gset
select badges.revoke(:'revoked_assertion', 'awarded by mistake');
select badges.register_issuer('did:web:south.example', '{"id": "did:web:south.example"}') is not null as is_registered;
select badges.assign_issuer('did:web:south.example', 'south');
select badges.assign_issuer(:'did', 'nobody_such');
\echo :LAST_ERROR_SQLSTATE
-- Without a tenant, everyone with a role sees the issuer; with one, its members do.
set role outsider;
select did from badges.issuer;
select count(*) from badges.assertion;
reset role;
select badges.assign_issuer(:'did', 'north');
set role outsider;
select count(*) from badges.issuer;
select count(*) from badges.assertion;
set role north_tool;
select did from badges.issuer;
select count(*) from badges.assertion;
select count(*) from badges.revocation;
select count(*) from badges.recipient;
select (badges.verify_assertion(:'assertion')).outcome;
select outcome, assertions from badges.audit();
set role south_tool;
select did from badges.issuer;
select (select count(*) from badges.assertion) as assertions, (select count(*) from badges.achievement) as achievements, (select count(*) from badges.issuer_key) as keys,
  (select count(*) from badges.recipient) as recipients, (select count(*) from badges.revocation) as revocations, (select count(*) from badges.assertion_state) as states,
  (select count(*) from badges.status_list) as status_lists, (select count(*) from badges.status_entry) as status_entries;
select (badges.verify_assertion(:'assertion')).outcome;
select * from badges.audit();
-- The same by parallel workers, which ask for themselves whose states the acting role may see.
set parallel_setup_cost = 0;
set parallel_tuple_cost = 0;
set min_parallel_table_scan_size = 0;
set max_parallel_workers_per_gather = 2;
set parallel_leader_participation = off;
explain (costs off) select count(*) from badges.revocation;
select count(*) from badges.revocation;
select * from badges.audit();
set role north_tool;
select count(*) from badges.revocation;
select outcome, assertions from badges.audit();
set role head;
select outcome, assertions from badges.audit();
set role south_tool;
reset parallel_setup_cost;
reset parallel_tuple_cost;
reset min_parallel_table_scan_size;
reset max_parallel_workers_per_gather;
reset parallel_leader_participation;
-- Verification is for anyone who holds the credential.
select badges.verify_outcome(:'valid'), badges.verify_outcome(:'second');
-- Nobody acts for another tenant's issuer.
select badges.store_assertion(:'renewal', :'aiko', :'achievement', '2024');
\echo :LAST_ERROR_SQLSTATE
select badges.revoke(:'assertion', 'because I can');
\echo :LAST_ERROR_SQLSTATE
select badges.register_issuer(:'did', '{"id": "did:web:badges.example.org", "name": "South"}');
select badges.register_issuer_key(:'did', :'did' || '#south', :'multikey');
select badges.retire_issuer_key(:'method');
select badges.define_achievement(:'did', '{"id": "x"}');
select badges.register_recipient(:'did', 'https://lms.example.org', '17', null, null);
select badges.erase_recipient(:'aiko');
select badges.allocate_status_entry(:'did', 'https://badges.example.org/status');
select badges.store_assertion(:'valid', :'aiko', :'achievement');
-- The owner of the tenant, and administrators, do.
set role north_tool;
select badges.store_assertion(:'renewal', :'aiko', :'achievement', '2024') is not null as is_stored;
set role head;
select count(*) from badges.assertion;
select badges.revoke(:'assertion', 'reviewed');
select badges.assign_issuer(:'did', null);
set role outsider;
select count(*) from badges.assertion;
reset role;
-- A tenant whose role was dropped is nobody's but the administrators'.
select badges.assign_issuer('did:web:south.example', 'south');
revoke south from south_tool;
drop role south;
set role south_tool;
select did from badges.issuer;
rollback;
