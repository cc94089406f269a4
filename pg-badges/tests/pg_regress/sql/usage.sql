\getenv dir PG_ABS_SRCDIR
\set setup :dir '/setup.sql'
\i :setup
create role tool in role badges_issuer, badges_reader;
create role analyst in role badges_reader;
\set VERBOSITY terse
set role tool;
-- One use, today, of any version of an achievement.
select badges.record_usage(:'achievement', 'downloaded');
select badges.record_usage(:'achievement', 'downloaded');
select badges.record_usage(:'achievement', 'looked_at');
\echo :LAST_ERROR_SQLSTATE
reset role;
select event, day = (now() at time zone 'UTC')::date as is_today, uses from badges.usage_daily;
truncate badges.usage_daily;
-- Four achievements that were there in 2025, and their use of two months.
update badges.achievement set created_at = '2025-01-01Z';
set role tool;
select badges.define_achievement(:'did', jsonb_build_object('id', 'https://badges.example.org/achievements/' || n, 'name', n)) is not null as is_defined from generate_series(1, 3) n;
select badges.define_achievement(:'did', jsonb_build_object('id', 'https://badges.example.org/achievements/few', 'name', 'few')) is not null as is_defined;
reset role;
update badges.achievement set created_at = case when uri like '%few' then '2025-06-01Z' else '2025-01-01Z'::timestamptz end;
-- Ten holders of each, twenty of the second; of the last one ten as well, two of whom are one person until 20 July. Nothing is signed.
alter table badges.assertion disable trigger all;
alter table badges.assertion_event disable trigger all;
alter table badges.person_link disable trigger all;
insert into badges.recipient (recipient_id, issuer_id, platform, user_id)
  select format('00000000-0000-4000-8000-0000000001%s', lpad(n::text, 2, '0'))::uuid, :'issuer', 'hr', n::text from generate_series(1, 20) n;
insert into badges.assertion (issuer_id, issuer_key_id, achievement_id, series_id, recipient_id, valid_from, stored_at, credential_id, credential)
  select :'issuer', :'issuer_key', a.achievement_id, a.achievement_id, r.recipient_id, a.created_at, a.created_at + interval '1 day', 'urn:' || right(a.uri, 3) || r.user_id, '{}'
  from badges.achievement a join badges.recipient r on r.platform = 'hr' and (a.uri like '%/2' or (r.user_id::integer > 10) = (a.uri like '%few'));
insert into badges.person_link (issuer_id, recipient_id, person_id, consented_at, linked_by, linked_at, ended_at, ended_by)
  select :'issuer', recipient_id, '70000000-0000-4000-8000-000000000000', '2025-06-10Z', 'test', '2025-06-10Z', '2025-07-20Z', 'test'
  from badges.recipient where platform = 'hr' and user_id in ('19', '20');
create function pg_temp.fill(hidden integer, hidden_too integer) returns void language sql as $$
  delete from badges.assertion_event;
  insert into badges.usage_daily (series_id, event, day, uses)
    select a.achievement_id, u.event, u.day, u.uses
    from (values ('sql', 'downloaded', date '2025-05-30', hidden), ('1', 'downloaded', '2025-05-31', 40), ('2', 'downloaded', '2025-05-01', 12), ('3', 'downloaded', '2025-05-02', 31),
      ('sql', 'share_pressed', '2025-05-30', hidden), ('1', 'share_pressed', '2025-05-30', hidden_too), ('2', 'share_pressed', '2025-05-30', 14), ('3', 'share_pressed', '2025-05-30', 15),
      ('sql', 'wallet', '2025-06-01', 10), ('1', 'wallet', '2025-06-02', 10), ('2', 'wallet', '2025-06-01', 10), ('3', 'wallet', '2025-06-30', 11),
      ('few', 'wallet', '2025-06-30', 50 + 7 * hidden), ('few', 'downloaded', '2025-06-30', 10 + hidden_too), ('few', 'downloaded', '2025-07-01', 25),
      ('sql', 'accepted', '2025-06-01', hidden), ('1', 'declined', '2025-05-20', hidden)) u (name, event, day, uses)
    join badges.achievement a on a.uri = 'https://badges.example.org/achievements/' || u.name where u.uses > 0;
  -- In May a few decline; in June ten at once, and what a few others did is recorded only in July.
  insert into badges.assertion_event (issuer_id, assertion_id, series_id, event, happened_at, recorded_by, recorded_at)
    select a.issuer_id, a.assertion_id, a.series_id, 'declined', e.happened_at, 'test', e.recorded_at
    from (values ('1', '2025-05-20Z'::timestamptz, '2025-05-20Z'::timestamptz, 1, hidden), ('2', '2025-06-05Z', '2025-06-05Z', 1, 10), ('2', '2025-06-05Z', '2025-07-05Z', 11, 10 + hidden_too))
        e (name, happened_at, recorded_at, first, last)
      join badges.achievement c on c.uri = 'https://badges.example.org/achievements/' || e.name
      join badges.assertion a on a.series_id = c.achievement_id
      join badges.recipient r on r.recipient_id = a.recipient_id and r.user_id::integer between e.first and e.last $$;
-- Of four downloads one is below ten: the next larger cell goes with it, and the total is what is left. Where two are, they hide each other.
-- One holder may use a badge fifty times: in June nine people held it, so that nothing of it is told, and the smallest other one goes with it.
select pg_temp.fill(3, 7);
set role analyst;
select month, event, right(achievement_uri, 3) as achievement, at_least from badges.report_usage('2026-01-01Z');
select month, right(achievement_uri, 3) as achievement, issued, accepted, declined, revoked from badges.report_issuance('2026-01-01Z', 'infinity');
-- A month that is not over is not told, so that no difference of two days is the use of one, nor somebody's decision.
select distinct month from badges.report_usage('2025-06-30 23:59Z');
select count(*) from badges.report_usage('2025-05-31Z');
select sum(declined) from badges.report_issuance('2025-06-30 23:59Z', 'infinity');
select sum(declined) from badges.report_issuance('infinity', '2025-06-30 23:59Z');
reset role;
create function pg_temp.everything() returns text language sql as $$
  select string_agg(told, ';' order by told) from generate_series('2025-05-01Z'::timestamptz, '2025-09-01Z', '1 day') day, lateral (
    select r::text as told from badges.report_usage(day) r
    union all select r::text from badges.report_issuance(day) r
    union all select r::text from badges.report_issuance('2026-01-01Z', day) r) t $$;
\set filled badges.usage_daily
\set worlds :dir '/worlds.sql'
\i :worlds
-- The attack finds a leak where there is one: totals of all cells would tell these worlds apart.
select count(distinct sums) > 1 as true_totals_would_tell from (select hidden + 40 + 12 + 31 as sums from told) t;
-- One use more in a cell that is shown is told, so that the comparison above compares something.
truncate badges.usage_daily;
select pg_temp.fill(3, 7);
update badges.usage_daily set uses = uses + 1 where uses = 40;
select count(*) from told where everything = pg_temp.everything();
-- A tenth decision that was recorded in the same month is told, ten and not nine; one badge that is stored later, a link that is made later, or
-- an erasure changes no month that is over.
truncate badges.usage_daily;
select pg_temp.fill(9, 9);
update badges.assertion_event set recorded_at = '2025-06-07Z' where recorded_at = '2025-07-05Z';
select month, declined from badges.report_issuance('2026-01-01Z') where declined > 0;
truncate badges.usage_daily;
select pg_temp.fill(3, 7);
create temporary table before as select * from badges.report_usage('2025-08-15Z');
insert into badges.assertion (issuer_id, issuer_key_id, achievement_id, series_id, recipient_id, valid_from, stored_at, credential_id, credential)
  select a.issuer_id, a.issuer_key_id, a.achievement_id, a.series_id, r.recipient_id, a.valid_from, '2025-09-01Z', 'urn:late', '{}'
  from badges.assertion a, badges.recipient r where a.credential_id = 'urn:few11' and r.user_id = '1';
insert into badges.person_link (issuer_id, recipient_id, person_id, consented_at, linked_by, linked_at)
  select :'issuer', recipient_id, '70000000-0000-4000-8000-000000000001', '2025-08-10Z', 'test', '2025-08-10Z' from badges.recipient where platform = 'hr' and user_id::integer < 9;
select badges.erase_recipient(recipient_id) is not null as is_erased from badges.recipient where platform = 'hr' and user_id = '1';
select count(*) as lines, count(*) filter (where b = r) as the_same from before b full join badges.report_usage('2025-08-15Z') r on b = r;
-- Nobody who reads reports reads the counters, or what single people decided.
set role analyst;
select * from badges.usage_daily;
\echo :LAST_ERROR_SQLSTATE
select * from badges.assertion_event;
\echo :LAST_ERROR_SQLSTATE
rollback;
