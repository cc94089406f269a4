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
set role analyst;
select bool_or(plan ~ 'Gather') as is_parallel from pg_temp.plan($$select outcome, count(*) from badges.audit_assertions('2025-01-01Z') group by outcome$$) plan;
reset role;
explain (costs off) select count(*) from badges.assertion where badges.verify_outcome(credential) = 'valid';
explain (costs off) select count(*) from badges.assertion where (badges.verify(credential)).outcome = 'valid';
explain (costs off) select count(*) from badges.assertion where badges.proof_is_valid(credential::jsonb, 'z6MktNWXFy7fn9kNfwfvD9e2rDK3RPetS4MRKtZH8AxQzg9y');
-- A key that does not depend on the row is folded; what is stable is not.
explain (costs off, verbose) select badges.is_multikey('x');
rollback;
