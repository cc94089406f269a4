-- The first figure of every year: everybody, whatever their population and legal entity, so that who belongs to two of them counts once.

-- Nominal hours and people with at least one badge, by programme; programme_code is null for all programmes together.
create or replace function badges.report_overall(as_of timestamptz default now(), known_at timestamptz default null)
returns table (issuer_did text, programme_code text, programme_name jsonb, people bigint, enrolled bigint, headcount bigint, headcount_on date,
  share numeric, achievements bigint, hours numeric)
language sql stable parallel restricted security definer set search_path = pg_catalog, pg_temp
  set jit = off set max_parallel_workers_per_gather = 0 set enable_nestloop = off set enable_mergejoin = off set enable_sort = off set work_mem = '256MB' as $$
  -- Achievements as bits of numbers, 62 in each, and so the programmes that they belong to, whose lowest bit is any badge: while there are
  -- not more of either, an award has one of each, and one pass over the awards says everything of a person.
  with series as materialized (
    select c.achievement_id as series_id, c.issuer_id, (c.place / 62)::integer as part, (c.place % 62)::integer as place
    from (
      select o.achievement_id, o.issuer_id, row_number() over (order by o.achievement_id) as place
      from badges.achievement o where o.achievement_id = o.series_id) c),
  belonging as materialized (
    select r.* from badges.reported_programmes(coalesce(report_overall.known_at, report_overall.as_of)) r),
  slot as materialized (
    select p.programme_id, (row_number() over (order by p.programme_id) / 62)::integer as part,
      1::bigint << (row_number() over (order by p.programme_id) % 62)::integer as bit
    from (select distinct b.programme_id from belonging b) p
    union all select null, 0, 1),
  mark as (
    select m.series_id, m.part, bit_or(m.achievement_bit) as achievement_bits, bit_or(m.programme_bit) as programme_bits
    from (
      select s.series_id, s.part, 1::bigint << s.place, 0::bigint from series s
      union all select s.series_id, 0, 0, 1 from series s
      union all select b.series_id, k.part, 0, k.bit from belonging b join slot k on k.programme_id = b.programme_id)
      m (series_id, part, achievement_bit, programme_bit)
    group by 1, 2),
  person as materialized (
    select a.issuer_id, m.part, bit_or(m.achievement_bits) as achievement_bits, bit_or(m.programme_bits) as programme_bits
    from badges.reported_awards(report_overall.as_of, coalesce(report_overall.known_at, report_overall.as_of)) a
      join mark m on m.series_id = a.series_id
    group by a.issuer_id, a.person_id, m.part),
  reached as (
    select g.issuer_id, k.programme_id, sum(g.people)::bigint as people
    from (select p.issuer_id, p.part, p.programme_bits, count(*) as people from person p group by 1, 2, 3) g
      join slot k on k.part = g.part and k.bit & g.programme_bits > 0
    group by 1, 2),
  counted as materialized (
    select s.issuer_id, s.series_id, n.people as achievements
    from (
      select p.part, array[
          sum(p.achievement_bits & 2147483649), sum(p.achievement_bits & 4294967298), sum(p.achievement_bits & 8589934596),
          sum(p.achievement_bits & 17179869192), sum(p.achievement_bits & 34359738384), sum(p.achievement_bits & 68719476768),
          sum(p.achievement_bits & 137438953536), sum(p.achievement_bits & 274877907072), sum(p.achievement_bits & 549755814144),
          sum(p.achievement_bits & 1099511628288), sum(p.achievement_bits & 2199023256576), sum(p.achievement_bits & 4398046513152),
          sum(p.achievement_bits & 8796093026304), sum(p.achievement_bits & 17592186052608), sum(p.achievement_bits & 35184372105216),
          sum(p.achievement_bits & 70368744210432), sum(p.achievement_bits & 140737488420864), sum(p.achievement_bits & 281474976841728),
          sum(p.achievement_bits & 562949953683456), sum(p.achievement_bits & 1125899907366912), sum(p.achievement_bits & 2251799814733824),
          sum(p.achievement_bits & 4503599629467648), sum(p.achievement_bits & 9007199258935296), sum(p.achievement_bits & 18014398517870592),
          sum(p.achievement_bits & 36028797035741184), sum(p.achievement_bits & 72057594071482368), sum(p.achievement_bits & 144115188142964736),
          sum(p.achievement_bits & 288230376285929472), sum(p.achievement_bits & 576460752571858944),
          sum(p.achievement_bits & 1152921505143717888), sum(p.achievement_bits & 2305843010287435776)] as sums
      from person p group by 1) g
      cross join badges.reported_places(g.sums) n
      join series s on s.part = g.part and s.place = n.place),
  earned as (
    select c.issuer_id, b.programme_id, sum(c.achievements)::bigint as achievements, sum(c.achievements * coalesce(f.nominal_hours, 0)) as hours
    from counted c
      join (select b.series_id, b.programme_id from belonging b union all select s.series_id, null from series s) b on b.series_id = c.series_id
      left join badges.reported_facts(coalesce(report_overall.known_at, report_overall.as_of)) f on f.series_id = c.series_id
    group by 1, 2),
  enrolled as (
    select e.issuer_id, e.programme_id, count(distinct coalesce(l.person_id, e.recipient_id)) as enrolled
    from badges.enrolment e
      left join badges.person_link l on l.recipient_id = e.recipient_id
        and l.linked_at <= coalesce(report_overall.known_at, report_overall.as_of)
        and coalesce(l.ended_at > coalesce(report_overall.known_at, report_overall.as_of), true)
    where e.recorded_at <= coalesce(report_overall.known_at, report_overall.as_of)
      and coalesce(e.withdrawn_at > coalesce(report_overall.known_at, report_overall.as_of), true)
      and e.enrolled_on <= (report_overall.as_of at time zone 'UTC')::date
      and e.issuer_id = any (array(select badges.visible_issuers()))
    group by grouping sets ((1, 2), (1))),
  head as (
    select h.issuer_id, sum(h.people)::bigint as headcount, min(h.counted_on) as counted_on
    from badges.reported_headcounts((report_overall.as_of at time zone 'UTC')::date, coalesce(report_overall.known_at, report_overall.as_of)) h
    where h.programme_id is null
    group by 1),
  line as (
    select r.issuer_id, r.programme_id from reached r
    union select e.issuer_id, e.programme_id from enrolled e
    union select h.issuer_id, null from head h)
  select i.did, g.code, g.name, coalesce(r.people, 0), coalesce(e.enrolled, 0), h.headcount, h.counted_on,
    round(coalesce(r.people, 0)::numeric / nullif(h.headcount, 0), 4), coalesce(a.achievements, 0), coalesce(a.hours, 0)
  from line n
    join badges.issuer i on i.issuer_id = n.issuer_id
    left join badges.programme g on g.programme_id = n.programme_id
    left join reached r on r.issuer_id = n.issuer_id and r.programme_id is not distinct from n.programme_id
    left join earned a on a.issuer_id = n.issuer_id and a.programme_id is not distinct from n.programme_id
    left join enrolled e on e.issuer_id = n.issuer_id and e.programme_id is not distinct from n.programme_id
    left join head h on h.issuer_id = n.issuer_id
  order by i.did, g.code collate "C" nulls first
$$;
