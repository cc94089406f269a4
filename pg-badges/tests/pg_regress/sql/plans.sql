\getenv dir PG_ABS_SRCDIR
\set setup :dir '/setup.sql'
\i :setup
-- Enough rows that a plan matters; the guard is off, because what is measured here is the plan and not the proof.
alter table badges.assertion disable trigger all;
insert into badges.recipient (recipient_id, issuer_id, platform, user_id)
  select ('10000000-0000-4000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, :'issuer', 'https://lms.example.org', 'user ' || n from generate_series(1, 20000) n;
insert into badges.assertion (assertion_id, issuer_id, issuer_key_id, achievement_id, series_id, recipient_id, valid_from, valid_until, credential_id, credential)
  select ('20000000-0000-4000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, :'issuer', :'issuer_key', :'achievement', :'achievement',
    ('10000000-0000-4000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, '2024-01-01Z', case when n % 100 = 0 then '2024-02-01Z'::timestamptz end, 'https://badges.example.org/credentials/' || n, :'valid'
  from generate_series(1, 20000) n;
alter table badges.assertion enable always trigger assertion_guard;
analyze badges.assertion;
analyze badges.recipient;
-- Each look-up goes by an index, also for a role with row-level security.
create role analyst in role badges_reader;
set role analyst;
explain (costs off) select * from badges.assertion where assertion_id = '20000000-0000-4000-8000-000000000007';
explain (costs off) select * from badges.assertion where credential_id = 'https://badges.example.org/credentials/7';
explain (costs off) select * from badges.assertion where recipient_id = '10000000-0000-4000-8000-000000000007';
explain (costs off) select * from badges.list_states('2025-01-01Z') where recipient_id = '10000000-0000-4000-8000-000000000007';
reset role;
explain (costs off) select * from badges.recipient where issuer_id = '00000000-0000-4000-8000-000000000001' and platform = 'https://lms.example.org' and user_id = 'user 7';
explain (costs off) select count(*) from badges.assertion where valid_until < '2024-02-02Z';
explain (costs off) select 1 from badges.issuer_key where verification_method = 'did:web:badges.example.org#x';
-- The other look-ups that functions make. Their tables are almost empty here, so that reading them whole is what the planner
-- would do; asked not to, it finds an index for each.
set enable_seqscan = off;
set enable_bitmapscan = off;
create function pg_temp.ways(query text) returns text language plpgsql as $$
declare
  line text;
  found text[];
begin
  for line in execute 'explain (costs off) ' || query loop
    found := found || substring(line from '(?:Index (?:Only )?Scan (?:Backward )?using|Seq Scan on) .*');
  end loop;
  return array_to_string(found, ', ');
end $$;
select pg_temp.ways($$select from badges.issuer where did = 'did:web:x'$$);
select pg_temp.ways($$select from badges.issuer_key where issuer_id = '00000000-0000-4000-8000-000000000001'$$);
select pg_temp.ways($$select from badges.trusted_issuer where did = 'did:web:x'$$);
select pg_temp.ways($$select from badges.document where url = 'https://x'$$);
select pg_temp.ways($$select from badges.achievement where issuer_id = '00000000-0000-4000-8000-000000000001' and uri = 'https://x' order by version desc limit 1$$);
select pg_temp.ways($$select from badges.achievement where series_id = '00000000-0000-4000-8000-000000000001'$$);
select pg_temp.ways($$select from badges.assertion where achievement_id = '00000000-0000-4000-8000-000000000001'$$);
select pg_temp.ways($$select from badges.assertion where issuer_id = '00000000-0000-4000-8000-000000000001' and awarded_at >= '2025-01-01Z'$$);
select pg_temp.ways($$select from badges.assertion where series_id = '00000000-0000-4000-8000-000000000001' and recipient_id = '10000000-0000-4000-8000-000000000007' and occasion = ''$$);
select pg_temp.ways($$select from badges.assertion where status_list_id = '00000000-0000-4000-8000-000000000001' and status_index = 7$$);
select pg_temp.ways($$select from badges.status_list where url = 'https://x'$$);
select pg_temp.ways($$select from badges.status_list where issuer_id = '00000000-0000-4000-8000-000000000001' and purpose = 'revocation' order by created_at$$);
select pg_temp.ways($$select from badges.status_entry where status_list_id = '00000000-0000-4000-8000-000000000001' and status_index = 7$$);
select pg_temp.ways($$select from badges.revocation where assertion_id = '20000000-0000-4000-8000-000000000007'$$);
select pg_temp.ways($$select from badges.suspension where assertion_id = '20000000-0000-4000-8000-000000000007'$$);
select pg_temp.ways($$select from badges.renewal where assertion_id = '20000000-0000-4000-8000-000000000007'$$);
select pg_temp.ways($$select from badges.renewal where superseded_by = '20000000-0000-4000-8000-000000000007'$$);
select pg_temp.ways($$select from badges.audit_event where position = 7$$);
reset enable_seqscan;
reset enable_bitmapscan;
-- Verification is dear: a cheap condition goes first, whatever the order they are written in.
explain (costs off) select 1 from badges.assertion where badges.verify_outcome(credential) = 'valid' and occasion = 'x';
-- The audit is one statement for the planner: verification runs in parallel workers.
set parallel_setup_cost = 0;
set parallel_tuple_cost = 0;
set min_parallel_table_scan_size = 0;
set max_parallel_workers_per_gather = 2;
set enable_mergejoin = off;
create function pg_temp.plan(query text) returns setof text language plpgsql as $$
begin
  return query execute 'explain (costs off) ' || query;
end $$;
select bool_or(plan ~ 'Gather') as has_workers, bool_or(plan ~ 'Parallel Seq Scan on assertion a') as they_read_assertions
  from pg_temp.plan($$select outcome, count(*) from badges.audit_assertions('2025-01-01Z') group by outcome$$) plan;
-- However few pages the table has without its TOAST: what counts is the work. Ten badges are no work for a worker.
set min_parallel_table_scan_size = '1GB';
reset parallel_setup_cost;
reset parallel_tuple_cost;
select bool_or(plan ~ 'Parallel Seq Scan on assertion a') as workers_for_few_pages from pg_temp.plan('select * from badges.audit()') plan;
select bool_or(plan ~ 'Parallel Seq Scan on assertion') as workers_for_verification
  from pg_temp.plan($$select count(*) from badges.assertion where badges.verify_outcome(credential) = 'valid'$$) plan;
select bool_or(plan ~ 'Gather') as workers_for_ten
  from pg_temp.plan($$select badges.verify_outcome(credential) from badges.assertion where assertion_id <= '20000000-0000-4000-8000-00000000000a'$$) plan;
set min_parallel_table_scan_size = 0;
set parallel_setup_cost = 0;
set parallel_tuple_cost = 0;
set role analyst;
select bool_or(plan ~ 'Gather') as is_parallel from pg_temp.plan($$select outcome, count(*) from badges.audit_assertions('2025-01-01Z') group by outcome$$) plan;
reset role;
explain (costs off) select count(*) from badges.assertion where badges.verify_outcome(credential) = 'valid';
explain (costs off) select count(*) from badges.assertion where (badges.verify(credential)).outcome = 'valid';
-- Each worker checks the signatures of its own rows together; the leader adds up.
select bool_or(plan ~ 'Finalize Aggregate') as leader_adds_up, bool_or(plan ~ 'Partial Aggregate') as workers_count,
  bool_or(plan ~ 'Parallel Seq Scan on assertion a') as they_read_assertions from pg_temp.plan('select * from badges.audit()') plan;
set role analyst;
-- Also for whom row-level security decides about each row.
select bool_or(plan ~ 'Finalize Aggregate') as leader_adds_up, bool_or(plan ~ 'Partial Aggregate') as workers_count,
  bool_or(plan ~ 'Parallel Seq Scan on assertion a') as they_read_assertions from pg_temp.plan('select * from badges.audit()') plan;
reset role;
-- One badge is not worth a worker, and its verification no reason to read another row.
reset parallel_setup_cost;
reset parallel_tuple_cost;
explain (costs off) select (badges.verify(credential)).outcome from badges.assertion where credential_id = 'https://badges.example.org/credentials/7';
explain (costs off) select badges.verify_outcome(credential) from badges.assertion where recipient_id = '10000000-0000-4000-8000-000000000007' order by awarded_at limit 1;
explain (costs off) select count(*) from badges.assertion where badges.proof_is_valid(credential::jsonb, 'z6MktNWXFy7fn9kNfwfvD9e2rDK3RPetS4MRKtZH8AxQzg9y');
-- A key that does not depend on the row is folded; what is stable is not.
explain (costs off, verbose) select badges.is_multikey('x');
rollback;
