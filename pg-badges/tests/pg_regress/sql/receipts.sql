\getenv dir PG_ABS_SRCDIR
\set setup :dir '/setup.sql'
\i :setup
create role analyst in role badges_reader;
\set VERBOSITY terse
-- Twenty holders of a badge, and what they say that they used it for in three months.
alter table badges.assertion disable trigger all;
alter table badges.use_receipt disable trigger all;
alter table badges.person_link disable trigger all;
insert into badges.recipient (recipient_id, issuer_id, platform, user_id)
  select format('00000000-0000-4000-8000-0000000001%s', lpad(n::text, 2, '0'))::uuid, :'issuer', 'hr', 'c' || n from generate_series(1, 20) n;
insert into badges.assertion (assertion_id, issuer_id, issuer_key_id, achievement_id, series_id, recipient_id, valid_from, credential_id, credential)
  select format('00000000-0000-4000-8000-0000000002%s', lpad(n::text, 2, '0'))::uuid, :'issuer', :'issuer_key', :'achievement', :'achievement',
    format('00000000-0000-4000-8000-0000000001%s', lpad(n::text, 2, '0'))::uuid, '2024-05-01Z', 'urn:r:' || n, '{}' from generate_series(1, 20) n;
create function pg_temp.fill(hidden integer, hidden_too integer) returns void language sql as $$
  insert into badges.use_receipt (issuer_id, assertion_id, purpose, used_on, given_at)
    select a.issuer_id, a.assertion_id, u.purpose, u.given_at::date, u.given_at
    from (values ('application', '2025-05-31 23:59Z'::timestamptz, 14), ('internal_posting', '2025-05-01Z', 12), ('assignment', '2025-05-15Z', 10),
      ('qualification', '2025-05-15Z', 11), ('other', '2025-05-15Z', hidden),
      ('application', '2025-06-15Z', 20), ('internal_posting', '2025-06-15Z', hidden), ('other', '2025-06-15Z', hidden_too),
      ('application', '2025-07-15Z', 10), ('internal_posting', '2025-07-15Z', 10), ('assignment', '2025-07-15Z', 11), ('qualification', '2025-07-15Z', 19),
      ('other', '2025-07-15Z', 20)) u (purpose, given_at, upto)
    join badges.assertion a on right(a.assertion_id::text, 2)::integer <= u.upto $$;
-- Of five purposes in May one is below ten: the smallest other one goes with it. In June the hidden ones hide each other; in July all are told.
select pg_temp.fill(3, 7);
set role analyst;
select month, purpose, at_least from badges.report_receipts('2026-01-01Z');
-- A month that is not over is not told.
select distinct month from badges.report_receipts('2025-06-30 23:59Z');
select count(*) from badges.report_receipts('2025-05-31Z');
reset role;
create function pg_temp.everything() returns text language sql as $$
  select string_agg(r::text, ';' order by r::text) from generate_series('2025-05-01Z'::timestamptz, '2025-10-01Z', '1 day') day, badges.report_receipts(day) r $$;
\set filled badges.use_receipt
\set worlds :dir '/worlds.sql'
\i :worlds
-- Holders who take receipts back one after the other, or link identities, when a month is over change none of it: not even the step from ten
-- to nine is told. Erasing what a receipt says changes nothing either.
truncate badges.use_receipt;
select pg_temp.fill(3, 7);
update badges.use_receipt set revoked_at = '2025-08-01Z'::timestamptz + right(assertion_id::text, 2)::integer * interval '1 day';
insert into badges.person_link (issuer_id, recipient_id, person_id, consented_at, linked_by, linked_at)
  select issuer_id, recipient_id, '70000000-0000-4000-8000-000000000000', '2025-08-02Z', 'test', '2025-08-02Z' from badges.assertion;
select badges.erase_recipient(recipient_id) from badges.recipient where user_id = 'c1';
select count(*) as the_same from told where everything = pg_temp.everything();
-- Taken back within the month, or linked before its end, they do not count, so that the comparisons above compare something.
update badges.use_receipt set revoked_at = '2025-07-31Z' where right(assertion_id::text, 2)::integer in (9, 10);
set role analyst;
select purpose, at_least from badges.report_receipts('2025-08-15Z') where month = '2025-07-01';
reset role;
update badges.use_receipt set revoked_at = null;
update badges.person_link set linked_at = '2025-07-31 23:59Z', consented_at = '2025-07-31 23:59Z' where right(recipient_id::text, 2)::integer in (8, 9, 10);
set role analyst;
select purpose, at_least from badges.report_receipts('2025-08-15Z') where month = '2025-07-01';
-- Nobody who reads reports reads receipts.
select * from badges.use_receipt;
\echo :LAST_ERROR_SQLSTATE
rollback;
