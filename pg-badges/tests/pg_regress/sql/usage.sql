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
reset role;
update badges.achievement set created_at = '2025-01-01Z';
create function pg_temp.fill(hidden integer, hidden_too integer) returns void language sql as $$
  insert into badges.usage_daily (series_id, event, day, uses)
    select a.achievement_id, u.event, u.day, u.uses
    from (values ('sql', 'downloaded', date '2025-05-30', hidden), ('1', 'downloaded', '2025-05-31', 40), ('2', 'downloaded', '2025-05-01', 12), ('3', 'downloaded', '2025-05-02', 31),
      ('sql', 'share_pressed', '2025-05-30', hidden), ('1', 'share_pressed', '2025-05-30', hidden_too), ('2', 'share_pressed', '2025-05-30', 14), ('3', 'share_pressed', '2025-05-30', 15),
      ('sql', 'wallet', '2025-06-01', 10), ('1', 'wallet', '2025-06-02', 10), ('2', 'wallet', '2025-06-01', 10), ('3', 'wallet', '2025-06-30', 10),
      ('sql', 'accepted', '2025-06-01', hidden)) u (name, event, day, uses)
    join badges.achievement a on a.uri = 'https://badges.example.org/achievements/' || u.name where u.uses > 0 $$;
-- Of four downloads one is below ten: the next larger cell goes with it, and the total is what is left. Where two are, they hide each other.
select pg_temp.fill(3, 7);
set role analyst;
select month, event, right(achievement_uri, 3) as achievement, at_least from badges.report_usage('2026-01-01Z');
-- A month that is not over is not told, so that no difference of two days is the use of one.
select distinct month from badges.report_usage('2025-06-30 23:59Z');
select count(*) from badges.report_usage('2025-05-31Z');
reset role;
create function pg_temp.everything() returns text language sql as $$
  select string_agg(r::text, ';' order by r::text) from generate_series('2025-05-01Z'::timestamptz, '2025-08-01Z', '1 day') day, badges.report_usage(day) r $$;
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
-- Nobody who reads reports reads the counters.
set role analyst;
select * from badges.usage_daily;
\echo :LAST_ERROR_SQLSTATE
rollback;
