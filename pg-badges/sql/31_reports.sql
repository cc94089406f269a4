-- Figures, each as of a time and as known at a time. `as_of` says which awards, passes and memberships had happened, `known_at` which of them
-- had been recorded; it is `as_of` unless given, so that what is recorded later about earlier days does not change a figure that was filed.
-- Months and days are those of UTC. The functions named `reported_` are parts; those named `report_` are the figures: aggregates only, with
-- the rights of the owner, for the issuers that the acting role may act for. All rows are read, so that joining and grouping by hash is right
-- whatever the planner guesses of the parts; it guesses a thousandth of what there is, and would sort a million rows.
-- In one process each, but for participation: sharing the work took a tenth to a quarter more of it on the two processors that were measured.

-- People with at least one badge, by programme and by where they belonged; programme_code is null for all programmes together.
create or replace function badges.report_participation(as_of timestamptz default now(), known_at timestamptz default null)
returns table (issuer_did text, programme_code text, programme_name jsonb, population text, legal_entity text, people bigint, enrolled bigint,
  headcount bigint, headcount_on date, share numeric)
language sql stable parallel restricted security definer set search_path = pg_catalog, pg_temp
  set jit = off set enable_nestloop = off set enable_mergejoin = off set enable_sort = off set work_mem = '256MB' as $$
  -- The programmes of an achievement as bits of numbers, 62 in each, so that one pass over the awards says everything of a person; the lowest
  -- bit of the first number is any badge.
  with slot as (
    select p.programme_id, (row_number() over (order by p.programme_id) / 62)::integer as part,
      1::bigint << (row_number() over (order by p.programme_id) % 62)::integer as bit
    from (select distinct r.programme_id
      from badges.reported_programmes(coalesce(report_participation.known_at, report_participation.as_of)) r) p
    union all select null, 0, 1),
  mark as (
    select c.achievement_id as series_id, s.part, bit_or(s.bit) as bits
    from badges.achievement c
      left join badges.reported_programmes(coalesce(report_participation.known_at, report_participation.as_of)) r on r.series_id = c.achievement_id
      join slot s on s.programme_id = r.programme_id or s.programme_id is null
    where c.achievement_id = c.series_id
    group by 1, 2),
  person as (
    select a.issuer_id, a.person_id, k.part, bit_or(k.bits) as bits
    from badges.reported_awards(report_participation.as_of, coalesce(report_participation.known_at, report_participation.as_of)) a
      join mark k on k.series_id = a.series_id
    group by 1, 2, 3),
  member as materialized (
    select m.* from badges.reported_members((report_participation.as_of at time zone 'UTC')::date,
      coalesce(report_participation.known_at, report_participation.as_of)) m),
  grouped as materialized (
    select p.issuer_id, m.population, m.legal_entity, p.part, p.bits, count(*) as people
    from person p left join member m on m.person_id = p.person_id
    group by 1, 2, 3, 4, 5),
  counted as (
    select g.issuer_id, s.programme_id, g.population, g.legal_entity, sum(g.people)::bigint as people
    from grouped g join slot s on s.part = g.part and g.bits & s.bit > 0
    group by 1, 2, 3, 4),
  enrolled as (
    select n.issuer_id, n.programme_id, m.population, m.legal_entity, count(distinct n.person_id) as enrolled
    from (
      select e.issuer_id, e.programme_id, coalesce(l.person_id, e.recipient_id) as person_id
      from badges.enrolment e
        left join badges.person_link l on l.recipient_id = e.recipient_id
          and l.linked_at <= coalesce(report_participation.known_at, report_participation.as_of)
          and coalesce(l.ended_at > coalesce(report_participation.known_at, report_participation.as_of), true)
      where e.recorded_at <= coalesce(report_participation.known_at, report_participation.as_of)
        and coalesce(e.withdrawn_at > coalesce(report_participation.known_at, report_participation.as_of), true)
        and e.enrolled_on <= (report_participation.as_of at time zone 'UTC')::date
        and e.issuer_id = any (array(select badges.visible_issuers()))) n
      left join member m on m.issuer_id = n.issuer_id and m.person_id = n.person_id
    group by 1, 2, 3, 4),
  head as (
    select h.* from badges.reported_headcounts((report_participation.as_of at time zone 'UTC')::date,
      coalesce(report_participation.known_at, report_participation.as_of)) h),
  line as (
    select c.issuer_id, c.programme_id, c.population, c.legal_entity from counted c
    union select e.issuer_id, e.programme_id, e.population, e.legal_entity from enrolled e
    union select h.issuer_id, h.programme_id, h.population, h.legal_entity from head h)
  select i.did, g.code, g.name, n.population, n.legal_entity, coalesce(c.people, 0), coalesce(e.enrolled, 0),
    coalesce(own.people, everybody.people), case when own.people is not null then own.counted_on else everybody.counted_on end,
    round(coalesce(c.people, 0)::numeric / nullif(coalesce(own.people, everybody.people), 0), 4)
  from line n
    join badges.issuer i on i.issuer_id = n.issuer_id
    left join badges.programme g on g.programme_id = n.programme_id
    left join counted c on c.issuer_id = n.issuer_id and c.programme_id is not distinct from n.programme_id
      and c.population is not distinct from n.population and c.legal_entity is not distinct from n.legal_entity
    left join enrolled e on e.issuer_id = n.issuer_id and e.programme_id is not distinct from n.programme_id
      and e.population is not distinct from n.population and e.legal_entity is not distinct from n.legal_entity
    left join head own on own.issuer_id = n.issuer_id and own.programme_id = n.programme_id and own.population = n.population
      and own.legal_entity = n.legal_entity
    left join head everybody on everybody.issuer_id = n.issuer_id and everybody.programme_id is null and everybody.population = n.population
      and everybody.legal_entity = n.legal_entity
  order by i.did, g.code collate "C" nulls first, n.population collate "C", n.legal_entity collate "C"
$$;

-- Nominal hours of what was achieved: each achievement once per person, so that a renewal adds nothing.
create or replace function badges.report_hours(as_of timestamptz default now(), known_at timestamptz default null)
returns table (issuer_did text, programme_code text, population text, legal_entity text, achievements bigint, hours numeric)
language sql stable parallel restricted security definer set search_path = pg_catalog, pg_temp
  set jit = off set max_parallel_workers_per_gather = 0 set enable_nestloop = off set enable_mergejoin = off set enable_sort = off set work_mem = '256MB' as $$
  -- The achievements of a person as bits of numbers, 62 in each: a million pairs of person and achievement would be grouped one by one.
  with slot as (
    select c.achievement_id as series_id, c.issuer_id, (c.place / 62)::integer as part, (c.place % 62)::integer as place
    from (
      select o.achievement_id, o.issuer_id, row_number() over (order by o.achievement_id) as place
      from badges.achievement o where o.achievement_id = o.series_id) c),
  person as (
    select a.person_id, s.part, bit_or(1::bigint << s.place) as bits
    from badges.reported_awards(report_hours.as_of, coalesce(report_hours.known_at, report_hours.as_of)) a join slot s on s.series_id = a.series_id
    group by 1, 2),
  counted as materialized (
    select s.issuer_id, s.series_id, g.population, g.legal_entity, n.people as achievements
    from (
      select p.part, m.population, m.legal_entity, array[
          sum(p.bits & 2147483649), sum(p.bits & 4294967298), sum(p.bits & 8589934596), sum(p.bits & 17179869192), sum(p.bits & 34359738384),
          sum(p.bits & 68719476768), sum(p.bits & 137438953536), sum(p.bits & 274877907072), sum(p.bits & 549755814144), sum(p.bits & 1099511628288),
          sum(p.bits & 2199023256576), sum(p.bits & 4398046513152), sum(p.bits & 8796093026304), sum(p.bits & 17592186052608),
          sum(p.bits & 35184372105216), sum(p.bits & 70368744210432), sum(p.bits & 140737488420864), sum(p.bits & 281474976841728),
          sum(p.bits & 562949953683456), sum(p.bits & 1125899907366912), sum(p.bits & 2251799814733824), sum(p.bits & 4503599629467648),
          sum(p.bits & 9007199258935296), sum(p.bits & 18014398517870592), sum(p.bits & 36028797035741184), sum(p.bits & 72057594071482368),
          sum(p.bits & 144115188142964736), sum(p.bits & 288230376285929472), sum(p.bits & 576460752571858944), sum(p.bits & 1152921505143717888),
          sum(p.bits & 2305843010287435776)] as sums
      from person p
        left join badges.reported_members((report_hours.as_of at time zone 'UTC')::date, coalesce(report_hours.known_at, report_hours.as_of)) m
          on m.person_id = p.person_id
      group by 1, 2, 3) g
      cross join badges.reported_places(g.sums) n
      join slot s on s.part = g.part and s.place = n.place),
  placed as (
    select c.*, r.programme_id
    from counted c join badges.reported_programmes(coalesce(report_hours.known_at, report_hours.as_of)) r on r.series_id = c.series_id
    union all select c.*, null from counted c)
  select i.did, g.code, p.population, p.legal_entity, sum(p.achievements)::bigint, sum(p.achievements * coalesce(f.nominal_hours, 0))
  from placed p
    join badges.issuer i on i.issuer_id = p.issuer_id
    left join badges.programme g on g.programme_id = p.programme_id
    left join badges.reported_facts(coalesce(report_hours.known_at, report_hours.as_of)) f on f.series_id = p.series_id
  group by 1, 2, 3, 4
  order by i.did, g.code collate "C" nulls first, p.population collate "C", p.legal_entity collate "C"
$$;

-- Holders of each competency by the level of the badge that stands for it, against the last target that is due by then or the next one.
create or replace function badges.report_coverage(as_of timestamptz default now(), known_at timestamptz default null)
returns table (issuer_did text, framework_uri text, framework_version text, framework_name jsonb, code text, name jsonb, level integer,
  holders bigint, target bigint, target_on date, share numeric)
language sql stable parallel restricted security definer set search_path = pg_catalog, pg_temp
  set jit = off set max_parallel_workers_per_gather = 0 set enable_nestloop = off set enable_mergejoin = off set enable_sort = off set work_mem = '256MB' as $$
  with aligned as materialized (
    select l.issuer_id, l.competency_id, l.series_id, f.level
    from badges.alignment l
      left join badges.reported_facts(coalesce(report_coverage.known_at, report_coverage.as_of)) f on f.series_id = l.series_id
    where l.aligned_at <= coalesce(report_coverage.known_at, report_coverage.as_of)
      and coalesce(l.ended_at > coalesce(report_coverage.known_at, report_coverage.as_of), true)
      and l.issuer_id = any (array(select badges.visible_issuers()))),
  -- What an achievement stands for as bits of numbers, 62 in each: whoever holds two that stand for the same counts once. What one achievement
  -- stands for is near together, so that an award seldom touches two numbers.
  meaning as materialized (
    select n.*, (n.turn - 1) / 62 as part, ((n.turn - 1) % 62)::integer as place
    from (
      select a.issuer_id, a.competency_id, a.level, row_number() over (order by min(a.series_id::text collate "C")) as turn
      from aligned a group by 1, 2, 3) n),
  person as (
    select k.part, bit_or(k.bits) as bits
    from badges.reported_holdings(report_coverage.as_of, coalesce(report_coverage.known_at, report_coverage.as_of)) h
      join (
        select a.series_id, m.part, bit_or(1::bigint << m.place) as bits
        from aligned a
          join meaning m on m.issuer_id = a.issuer_id and m.competency_id = a.competency_id and m.level is not distinct from a.level
        group by 1, 2) k on k.series_id = h.series_id
    group by h.person_id, 1),
  counted as (
    select m.issuer_id, m.competency_id, m.level, n.people as holders
    from (
      select p.part, array[
          sum(p.bits & 2147483649), sum(p.bits & 4294967298), sum(p.bits & 8589934596), sum(p.bits & 17179869192), sum(p.bits & 34359738384),
          sum(p.bits & 68719476768), sum(p.bits & 137438953536), sum(p.bits & 274877907072), sum(p.bits & 549755814144), sum(p.bits & 1099511628288),
          sum(p.bits & 2199023256576), sum(p.bits & 4398046513152), sum(p.bits & 8796093026304), sum(p.bits & 17592186052608),
          sum(p.bits & 35184372105216), sum(p.bits & 70368744210432), sum(p.bits & 140737488420864), sum(p.bits & 281474976841728),
          sum(p.bits & 562949953683456), sum(p.bits & 1125899907366912), sum(p.bits & 2251799814733824), sum(p.bits & 4503599629467648),
          sum(p.bits & 9007199258935296), sum(p.bits & 18014398517870592), sum(p.bits & 36028797035741184), sum(p.bits & 72057594071482368),
          sum(p.bits & 144115188142964736), sum(p.bits & 288230376285929472), sum(p.bits & 576460752571858944), sum(p.bits & 1152921505143717888),
          sum(p.bits & 2305843010287435776)] as sums
      from person p group by 1) g
      cross join badges.reported_places(g.sums) n
      join meaning m on m.part = g.part and m.place = n.place),
  aim as (
    select distinct on (t.issuer_id, t.competency_id, t.level) t.issuer_id, t.competency_id, t.level, t.due_on, t.people
    from badges.target t
    where t.recorded_at <= coalesce(report_coverage.known_at, report_coverage.as_of) and t.issuer_id = any (array(select badges.visible_issuers()))
    order by t.issuer_id, t.competency_id, t.level, t.due_on < (report_coverage.as_of at time zone 'UTC')::date,
      abs(t.due_on - (report_coverage.as_of at time zone 'UTC')::date), t.recorded_at desc),
  line as (
    select a.issuer_id, a.competency_id, a.level from aligned a union select t.issuer_id, t.competency_id, t.level from aim t)
  select i.did, w.uri, w.version, w.name, c.code, c.name, n.level, coalesce(k.holders, 0), t.people, t.due_on,
    round(coalesce(k.holders, 0)::numeric / nullif(t.people, 0), 4)
  from line n
    join badges.issuer i on i.issuer_id = n.issuer_id
    join badges.competency c on c.competency_id = n.competency_id
    join badges.framework w on w.framework_id = c.framework_id
    left join counted k on k.issuer_id = n.issuer_id and k.competency_id = n.competency_id and k.level is not distinct from n.level
    left join aim t on t.issuer_id = n.issuer_id and t.competency_id = n.competency_id and t.level is not distinct from n.level
  order by i.did, w.uri collate "C", w.version collate "C", c.code collate "C", n.level
$$;

-- Passes of examinations that were recorded and approved, and badges that say somebody passed, by the year of either.
create or replace function badges.report_examinations(as_of timestamptz default now(), known_at timestamptz default null)
returns table (issuer_did text, code text, name jsonb, year integer, population text, people bigint, passes bigint, verified bigint,
  undecided bigint, people_by_badge bigint)
language sql stable parallel restricted security definer set search_path = pg_catalog, pg_temp
  set jit = off set max_parallel_workers_per_gather = 0 set enable_nestloop = off set enable_mergejoin = off set enable_sort = off set work_mem = '256MB' as $$
  with passed as (
    select p.issuer_id, p.competency_id, coalesce(l.person_id, p.recipient_id) as person_id, extract(year from p.passed_on)::integer as year,
      coalesce(p.decided_at <= coalesce(report_examinations.known_at, report_examinations.as_of) and p.decision = 'approved', false) as is_approved,
      coalesce(p.decided_at > coalesce(report_examinations.known_at, report_examinations.as_of), true) as is_undecided,
      p.foreign_outcome = 'valid' as is_verified
    from badges.examination_pass p
      left join badges.person_link l on l.recipient_id = p.recipient_id
        and l.linked_at <= coalesce(report_examinations.known_at, report_examinations.as_of)
        and coalesce(l.ended_at > coalesce(report_examinations.known_at, report_examinations.as_of), true)
    where p.recorded_at <= coalesce(report_examinations.known_at, report_examinations.as_of)
      and coalesce(p.withdrawn_at > coalesce(report_examinations.known_at, report_examinations.as_of), true)
      and p.passed_on <= (report_examinations.as_of at time zone 'UTC')::date
      and p.issuer_id = any (array(select badges.visible_issuers()))),
  badged as (
    select distinct a.issuer_id, l.competency_id, a.person_id, min(extract(year from a.issued_at at time zone 'UTC')::integer) as year
    from badges.alignment l
      join badges.reported_awards(report_examinations.as_of, coalesce(report_examinations.known_at, report_examinations.as_of)) a
        on a.series_id = l.series_id
    where l.relation = 'recognises_pass' and l.aligned_at <= coalesce(report_examinations.known_at, report_examinations.as_of)
      and coalesce(l.ended_at > coalesce(report_examinations.known_at, report_examinations.as_of), true)
    group by 1, 2, 3),
  said as (
    select p.issuer_id, p.competency_id, p.person_id, p.year, p.is_approved, p.is_approved and p.is_verified as is_verified, p.is_undecided,
      false as by_badge from passed p
    union all select b.issuer_id, b.competency_id, b.person_id, b.year, false, false, false, true from badged b)
  select i.did, c.code, c.name, s.year, m.population, count(distinct s.person_id) filter (where s.is_approved),
    count(*) filter (where s.is_approved), count(*) filter (where s.is_verified), count(*) filter (where s.is_undecided),
    count(distinct s.person_id) filter (where s.by_badge)
  from said s
    join badges.issuer i on i.issuer_id = s.issuer_id
    join badges.competency c on c.competency_id = s.competency_id
    left join badges.reported_members((report_examinations.as_of at time zone 'UTC')::date,
      coalesce(report_examinations.known_at, report_examinations.as_of)) m on m.issuer_id = s.issuer_id and m.person_id = s.person_id
  group by 1, 2, 3, 4, 5
  order by i.did, c.code collate "C", s.year, m.population collate "C"
$$;

-- Badges that can be shown, by the month in which they end: valid, ending within 90 days, lapsed without a newer one.
create or replace function badges.report_certification_health(as_of timestamptz default now(), known_at timestamptz default null)
returns table (issuer_did text, ends_in date, health text, badges bigint, people bigint)
language sql stable parallel restricted security definer set search_path = pg_catalog, pg_temp
  set jit = off set max_parallel_workers_per_gather = 0 set enable_nestloop = off set enable_mergejoin = off set enable_sort = off set work_mem = '256MB' as $$
  -- The months in which any badge ends, each looked up in the index: dates of a million badges are then compared with these, not computed with.
  with recursive month as (
    select badges.reported_month(min(a.valid_until)) as first_day from badges.assertion a
    union
    select badges.reported_month((select min(a.valid_until) from badges.assertion a
      where a.valid_until >= (m.first_day + interval '1 month') at time zone interval '0'))
    from month m where m.first_day is not null),
  -- Where a cell of the figure begins; cell 0 is what never ends. The last moment that is within 90 days is still expiring.
  edge as materialized (
    select e.at, (row_number() over (order by e.at))::integer as cell, max(e.first_day) over (order by e.at) as first_day
    from (
      select m.first_day::timestamp at time zone interval '0' as at, m.first_day from month m where m.first_day is not null
      union all select report_certification_health.as_of, null
      union all select report_certification_health.as_of + interval '90 days' + interval '1 microsecond', null) e),
  -- A person counts once in each cell. People are gathered by cell first, so that each small table of those who were met stays near the
  -- processor; one of all people in all cells takes twice as long, nearly all of it waiting for memory.
  held as (
    select a.issuer_id, coalesce(width_bucket(a.valid_until, (select array_agg(e.at order by e.at) from edge e)), 0) as cell, array_agg(a.person_id) as people
    from badges.reported_awards(report_certification_health.as_of,
        coalesce(report_certification_health.known_at, report_certification_health.as_of), true) a
    group by 1, 2)
  select i.did, e.first_day, t.health, cardinality(h.people)::bigint, (select count(*) from (select p.person_id from unnest(h.people) p (person_id) group by 1) d)
  from held h
    join badges.issuer i on i.issuer_id = h.issuer_id
    left join edge e on e.cell = h.cell
    cross join lateral (select case when e.at < report_certification_health.as_of then 'lapsed'
      when e.at <= report_certification_health.as_of + interval '90 days' then 'expiring' else 'valid' end as health) t
  order by i.did, e.first_day nulls last, t.health collate "C"
$$;

-- Of the people who reached a level at least twelve months before, how many reached a higher one within twelve months of that.
create or replace function badges.report_progression(as_of timestamptz default now(), known_at timestamptz default null)
returns table (issuer_did text, level integer, reached bigint, observed bigint, progressed bigint, share numeric)
language sql stable parallel restricted security definer set search_path = pg_catalog, pg_temp
  set jit = off set max_parallel_workers_per_gather = 0 set enable_nestloop = off set enable_mergejoin = off set enable_sort = off set work_mem = '256MB' as $$
  -- A person is one row with the times of eight levels beside each other, so that nobody is looked up again; more levels are more parts. How far
  -- each level led is two bits of a number, so that people are counted by these numbers.
  with rung as (
    select f.series_id, f.level, ((dense_rank() over (order by f.level) - 1) / 8)::integer as part,
      ((dense_rank() over (order by f.level) - 1) % 8 + 1)::integer as place
    from badges.reported_facts(coalesce(report_progression.known_at, report_progression.as_of)) f
    where f.level is not null),
  climb as (
    select a.issuer_id, a.person_id, r.part,
      min(a.issued_at) filter (where r.place = 1) as at1, min(a.issued_at) filter (where r.place = 2) as at2,
      min(a.issued_at) filter (where r.place = 3) as at3, min(a.issued_at) filter (where r.place = 4) as at4,
      min(a.issued_at) filter (where r.place = 5) as at5, min(a.issued_at) filter (where r.place = 6) as at6,
      min(a.issued_at) filter (where r.place = 7) as at7, min(a.issued_at) filter (where r.place = 8) as at8
    from badges.reported_awards(report_progression.as_of, coalesce(report_progression.known_at, report_progression.as_of)) a
      join rung r on r.series_id = a.series_id
    group by 1, 2, 3),
  -- The times of the levels in further parts; where there is one part only, nothing is read.
  above as (
    select f.issuer_id, f.person_id, b.part, array_agg(f.reached_at) as times
    from (
      select a.issuer_id, a.person_id, r.part, r.place, min(a.issued_at) as reached_at
      from badges.reported_awards(report_progression.as_of, coalesce(report_progression.known_at, report_progression.as_of)) a
        join rung r on r.series_id = a.series_id and r.part > 0
      group by 1, 2, 3, 4) f
      join (select distinct n.part from rung n) b on b.part < f.part
    group by 1, 2, 3),
  walked as (
    select c.issuer_id, c.part,
      badges.reported_step(c.at1, report_progression.as_of, c.at2, c.at3, c.at4, c.at5, c.at6, c.at7, c.at8, o.times)
      + badges.reported_step(c.at2, report_progression.as_of, c.at3, c.at4, c.at5, c.at6, c.at7, c.at8, null, o.times) * 4
      + badges.reported_step(c.at3, report_progression.as_of, c.at4, c.at5, c.at6, c.at7, c.at8, null, null, o.times) * 16
      + badges.reported_step(c.at4, report_progression.as_of, c.at5, c.at6, c.at7, c.at8, null, null, null, o.times) * 64
      + badges.reported_step(c.at5, report_progression.as_of, c.at6, c.at7, c.at8, null, null, null, null, o.times) * 256
      + badges.reported_step(c.at6, report_progression.as_of, c.at7, c.at8, null, null, null, null, null, o.times) * 1024
      + badges.reported_step(c.at7, report_progression.as_of, c.at8, null, null, null, null, null, null, o.times) * 4096
      + badges.reported_step(c.at8, report_progression.as_of, null, null, null, null, null, null, null, o.times) * 16384 as steps, count(*) as people
    from climb c left join above o on o.issuer_id = c.issuer_id and o.person_id = c.person_id and o.part = c.part
    group by 1, 2, 3),
  counted as (
    select w.issuer_id, r.level, sum(w.people) as reached, coalesce(sum(w.people) filter (where w.steps >> 2 * (r.place - 1) & 3 >= 2), 0) as observed,
      coalesce(sum(w.people) filter (where w.steps >> 2 * (r.place - 1) & 3 = 3), 0) as progressed
    from walked w join (select distinct n.level, n.part, n.place from rung n) r on r.part = w.part and w.steps >> 2 * (r.place - 1) & 3 > 0
    group by 1, 2)
  select i.did, c.level, c.reached::bigint, c.observed::bigint, c.progressed::bigint, round(c.progressed / nullif(c.observed, 0), 4)
  from counted c join badges.issuer i on i.issuer_id = c.issuer_id
  order by 1, 2
$$;

-- People with a badge whose population or legal entity became another, and how many of them had one before they moved.
create or replace function badges.report_movement(as_of timestamptz default now(), known_at timestamptz default null)
returns table (issuer_did text, from_population text, from_legal_entity text, to_population text, to_legal_entity text, people bigint,
  people_with_badge_before bigint)
language sql stable parallel restricted security definer set search_path = pg_catalog, pg_temp
  set jit = off set max_parallel_workers_per_gather = 0 set enable_nestloop = off set enable_mergejoin = off set enable_sort = off set work_mem = '256MB' as $$
  with said as materialized (
    select m.issuer_id, coalesce(l.person_id, m.recipient_id) as person_id, m.population, m.legal_entity, m.valid_from
    from badges.membership m
      left join badges.person_link l on l.recipient_id = m.recipient_id and l.linked_at <= coalesce(report_movement.known_at, report_movement.as_of)
        and coalesce(l.ended_at > coalesce(report_movement.known_at, report_movement.as_of), true)
    where m.recorded_at <= coalesce(report_movement.known_at, report_movement.as_of)
      and coalesce(m.withdrawn_at > coalesce(report_movement.known_at, report_movement.as_of), true)
      and m.valid_from <= (report_movement.as_of at time zone 'UTC')::date
      and m.issuer_id = any (array(select badges.visible_issuers()))),
  -- Most people have always been where they are: only of the others are the stays put in order.
  stay as (
    select distinct s.*
    from said s
    where (s.issuer_id, s.person_id) in (select t.issuer_id, t.person_id from said t group by 1, 2 having count(*) > 1)),
  step as (
    select s.*, lag(s.population) over person as from_population, lag(s.legal_entity) over person as from_legal_entity
    from stay s
    window person as (partition by s.issuer_id, s.person_id order by s.valid_from, s.population collate "C", s.legal_entity collate "C")),
  moved as (
    select t.* from step t where (t.from_population, t.from_legal_entity) is distinct from (t.population, t.legal_entity) and t.from_population is not null),
  first_badge as (
    select a.issuer_id, a.person_id, min(a.issued_at) as issued_at
    from badges.reported_awards(report_movement.as_of, coalesce(report_movement.known_at, report_movement.as_of)) a
    where a.person_id in (select m.person_id from moved m)
    group by 1, 2)
  select i.did, m.from_population, m.from_legal_entity, m.population, m.legal_entity, count(distinct m.person_id),
    count(distinct m.person_id) filter (where (b.issued_at at time zone 'UTC')::date < m.valid_from)
  from moved m
    join first_badge b on b.issuer_id = m.issuer_id and b.person_id = m.person_id
    join badges.issuer i on i.issuer_id = m.issuer_id
  group by 1, 2, 3, 4, 5
  order by i.did, m.from_population collate "C", m.from_legal_entity collate "C", m.population collate "C", m.legal_entity collate "C"
$$;

-- What happened each month, by achievement: issued (revoked ones too), accepted, revoked; declined only where it tells of nobody.
create or replace function badges.report_issuance(as_of timestamptz default now(), known_at timestamptz default null)
returns table (issuer_did text, month date, achievement_uri text, kind text, issued bigint, accepted bigint, declined bigint, revoked bigint)
language sql stable parallel restricted security definer set search_path = pg_catalog, pg_temp
  set jit = off set max_parallel_workers_per_gather = 0 set enable_nestloop = off set enable_mergejoin = off set enable_sort = off set work_mem = '256MB' as $$
  with happened as (
    select a.issuer_id, a.series_id, badges.reported_month(a.valid_from) as month, 'issued' as event, count(*) as times
    from badges.assertion a
    where a.stored_at <= coalesce(report_issuance.known_at, report_issuance.as_of) and a.valid_from <= report_issuance.as_of
      and a.issuer_id = any (array(select badges.visible_issuers()))
    group by 1, 2, 3
    union all
    select e.issuer_id, e.series_id, badges.reported_month(e.happened_at), e.event, count(*)
    from badges.assertion_event e
    where e.event = 'accepted' and e.recorded_at <= coalesce(report_issuance.known_at, report_issuance.as_of)
      and e.happened_at <= report_issuance.as_of and e.issuer_id = any (array(select badges.visible_issuers()))
    group by 1, 2, 3, 4
    union all
    -- Nobody is told apart by having declined: months that are over, as known when a month was over, and no part of less than ten people.
    select d.issuer_id, d.series_id, d.month, 'declined', sum(d.times)::bigint
    from (
      select e.issuer_id, e.series_id, badges.reported_month(e.happened_at) as month, badges.reported_month(e.recorded_at) as recorded_in, count(*) as times
      from badges.assertion_event e
        join badges.assertion a on a.assertion_id = e.assertion_id
        left join badges.person_link l on l.recipient_id = a.recipient_id and l.linked_at < (badges.reported_month(e.recorded_at) + interval '1 month') at time zone 'UTC'
          and coalesce(l.ended_at >= (badges.reported_month(e.recorded_at) + interval '1 month') at time zone 'UTC', true)
      where e.event = 'declined' and e.issuer_id = any (array(select badges.visible_issuers()))
        and e.recorded_at < badges.reported_month(coalesce(report_issuance.known_at, report_issuance.as_of))::timestamp at time zone 'UTC'
        and e.happened_at < badges.reported_month(report_issuance.as_of)::timestamp at time zone 'UTC'
      group by 1, 2, 3, 4
      having count(distinct coalesce(l.person_id, a.recipient_id)) >= 10) d
    group by 1, 2, 3
    union all
    select a.issuer_id, a.series_id, badges.reported_month(coalesce(e.happened_at, v.revoked_at)), 'revoked', count(*)
    from badges.revocation v
      -- Few are revoked: each is looked up, where joining would read all.
      cross join lateral (select b.issuer_id, b.series_id from badges.assertion b where b.assertion_id = v.assertion_id offset 0) a
      left join badges.assertion_event e on e.assertion_id = v.assertion_id and e.event = 'revoked'
        and e.recorded_at <= coalesce(report_issuance.known_at, report_issuance.as_of)
    where v.revoked_at <= coalesce(report_issuance.known_at, report_issuance.as_of)
      and coalesce(e.happened_at, v.revoked_at) <= report_issuance.as_of and a.issuer_id = any (array(select badges.visible_issuers()))
    group by 1, 2, 3)
  select i.did, h.month, c.uri, f.kind, sum(h.times) filter (where h.event = 'issued')::bigint, sum(h.times) filter (where h.event = 'accepted')::bigint,
    sum(h.times) filter (where h.event = 'declined')::bigint, sum(h.times) filter (where h.event = 'revoked')::bigint
  from happened h
    join badges.issuer i on i.issuer_id = h.issuer_id
    join badges.achievement c on c.achievement_id = h.series_id
    left join badges.reported_facts(coalesce(report_issuance.known_at, report_issuance.as_of)) f on f.series_id = h.series_id
  group by 1, 2, 3, 4
  order by i.did, h.month, c.uri collate "C"
$$;
