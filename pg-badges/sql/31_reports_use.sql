-- Use after issuance, without watching people: figures as in 31, of months that are over.

-- Use after issuance, by whole months: a cell below ten uses is not shown, nor one of a badge that fewer than ten people had been issued by the
-- month's end, and where one cell of a month would be the only one that is not, the smallest that is shown goes with it. Totals are sums of
-- the cells that are shown, so that no difference of figures that anybody can read tells a cell that is not: every one is "at least".
-- achievement_uri is null for the total.
create or replace function badges.report_usage(as_of timestamptz default now())
returns table (issuer_did text, month date, event text, achievement_uri text, at_least bigint)
language sql stable parallel restricted security definer set search_path = pg_catalog, pg_temp
  set jit = off set max_parallel_workers_per_gather = 0 set enable_nestloop = off set enable_mergejoin = off set enable_sort = off set work_mem = '256MB' as $$
  with own as (
    select c.issuer_id, c.achievement_id, c.uri from badges.achievement c
    where c.achievement_id = c.series_id and c.issuer_id = any (array(select badges.visible_issuers()))),
  counted as (
    select u.series_id, u.event, date_trunc('month', u.day::timestamp)::date as month, sum(u.uses)::bigint as uses
    from badges.usage_daily u
    where u.day < date_trunc('month', report_usage.as_of at time zone 'UTC')
    group by 1, 2, 3
    having sum(u.uses) >= 10),
  -- A sixteenth of the people, whoever they are, is ten people nearly always, and is read in no time. Counted as it was stored, so that nothing
  -- that is stored later changes a month that is over; who was ever linked is left out, so that ten recipients are ten people.
  sampled as (
    select a.series_id, a.recipient_id, min(a.stored_at) as since
    from badges.assertion a
    where uuid_hash(a.recipient_id) & 15 = 0 and a.series_id in (select k.series_id from counted k)
      and a.issuer_id = any (array(select badges.visible_issuers())) and a.recipient_id not in (select l.recipient_id from badges.person_link l)
    group by 1, 2),
  grown as (
    select s.series_id, badges.reported_month(s.since) as month, count(*) as people from sampled s group by 1, 2),
  enough as materialized (
    select k.series_id, k.month
    from (select distinct c.series_id, c.month from counted c) k join grown g on g.series_id = k.series_id and g.month <= k.month
    group by 1, 2
    having sum(g.people) >= 10),
  -- Of the other months everybody is looked at, as they were linked when the month ended.
  other as materialized (
    select c.series_id, c.month, (c.month + interval '1 month') at time zone 'UTC' as month_end
    from counted c
    where (c.series_id, c.month) not in (select e.series_id, e.month from enough e)
    group by 1, 2),
  crowded as (
    select e.series_id, e.month from enough e
    union all
    select o.series_id, o.month
    from other o
      join (
        select a.series_id, a.recipient_id, min(a.stored_at) as since
        from badges.assertion a
        where a.series_id in (select x.series_id from other x) and a.issuer_id = any (array(select badges.visible_issuers()))
        group by 1, 2) h on h.series_id = o.series_id and h.since < o.month_end
      left join badges.person_link l on l.recipient_id = h.recipient_id and l.linked_at < o.month_end and coalesce(l.ended_at >= o.month_end, true)
    group by 1, 2
    having count(distinct coalesce(l.person_id, h.recipient_id)) >= 10),
  large as (
    select c.issuer_id, k.month, k.event, c.uri, k.uses, count(*) over (partition by c.issuer_id, k.month, k.event) as shown,
      row_number() over (partition by c.issuer_id, k.month, k.event order by k.uses, c.uri collate "C") as turn
    from counted k
      join crowded w on w.series_id = k.series_id and w.month = k.month
      join own c on c.achievement_id = k.series_id),
  possible as (
    select m.issuer_id, m.month, count(*) as achievements
    from (select distinct l.issuer_id, l.month from large l) m
      join badges.achievement c on c.issuer_id = m.issuer_id and c.achievement_id = c.series_id
        and c.created_at at time zone 'UTC' < m.month + interval '1 month'
    group by 1, 2),
  shown as (
    select l.issuer_id, l.month, l.event, l.uri, l.uses
    from large l left join possible p on p.issuer_id = l.issuer_id and p.month = l.month
    where l.turn > case when p.achievements - l.shown = 1 then 1 else 0 end)
  select i.did, s.month, s.event, s.uri, sum(s.uses)::bigint
  from shown s join badges.issuer i on i.issuer_id = s.issuer_id
  group by grouping sets ((i.did, s.month, s.event, s.uri), (i.did, s.month, s.event))
  order by i.did, s.month, s.event collate "C", s.uri collate "C" nulls last
$$;

-- What holders say that they used badges for, by whole months and purpose: who gave a receipt in the month and had not taken it back by its
-- end, so that a month that is over stays what it is and no two days can be subtracted. In steps of five, and hidden as use is: where four of
-- the five purposes could be shown, the smallest of them goes with the one that cannot. There are no totals, because somebody may have
-- several purposes.
create or replace function badges.report_receipts(as_of timestamptz default now())
returns table (issuer_did text, month date, purpose text, at_least bigint)
language sql stable parallel restricted security definer set search_path = pg_catalog, pg_temp
  set jit = off set max_parallel_workers_per_gather = 0 set enable_nestloop = off set enable_mergejoin = off set enable_sort = off set work_mem = '256MB' as $$
  with given as (
    select u.issuer_id, u.assertion_id, u.purpose, u.revoked_at, date_trunc('month', u.given_at at time zone 'UTC') as month,
      (date_trunc('month', u.given_at at time zone 'UTC') + interval '1 month') at time zone 'UTC' as month_end
    from badges.use_receipt u
    where u.given_at < date_trunc('month', report_receipts.as_of at time zone 'UTC') at time zone 'UTC'
      and u.issuer_id = any (array(select badges.visible_issuers()))),
  counted as (
    select g.issuer_id, g.month, g.purpose, count(distinct coalesce(l.person_id, a.recipient_id)) as people
    from given g
      join badges.assertion a on a.assertion_id = g.assertion_id
      left join badges.person_link l on l.recipient_id = a.recipient_id and l.linked_at < g.month_end and coalesce(l.ended_at >= g.month_end, true)
    where coalesce(g.revoked_at >= g.month_end, true)
    group by 1, 2, 3),
  large as (
    select c.*, count(*) over (partition by c.issuer_id, c.month) as shown,
      row_number() over (partition by c.issuer_id, c.month order by c.people, c.purpose collate "C") as turn
    from counted c
    where c.people >= 10)
  select i.did, l.month::date, l.purpose, l.people / 5 * 5
  from large l join badges.issuer i on i.issuer_id = l.issuer_id
  where l.turn > case when l.shown = 4 then 1 else 0 end
  order by i.did, l.month, l.purpose collate "C"
$$;
