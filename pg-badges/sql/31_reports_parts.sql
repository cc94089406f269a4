-- Parts of the reports: what counts at a time and as known at a time, and how months, years and bits are counted. Called by the figures of
-- 31_reports.sql alone, with the rights of the owner.

-- The month of a moment, as its first day. Written so that it takes a third of what naming the zone for each of a million rows does.
create or replace function badges.reported_month(at timestamptz) returns date
language sql immutable parallel safe as $$
  select date_trunc('month', (at at time zone interval '0')::date::timestamp)::date
$$;

-- Whether twelve months of the calendar, in UTC, have passed by a later time, and whether that is at most twelve months later. They have 365 or
-- 366 days, so that most times need no calendar; null is neither.
create or replace function badges.reported_is_year_later(earlier timestamptz, later timestamptz) returns boolean
language sql stable parallel safe as $$
  select case when later >= earlier + interval '8784 hours' then true
    when later >= earlier + interval '8760 hours'
      then later at time zone interval '0' >= (earlier at time zone interval '0') + interval '12 months'
    else false end
$$;

create or replace function badges.reported_is_within_year(earlier timestamptz, later timestamptz) returns boolean
language sql stable parallel safe as $$
  select case when later < earlier then false
    when later <= earlier + interval '8760 hours' then true
    when later <= earlier + interval '8784 hours'
      then later at time zone interval '0' <= (earlier at time zone interval '0') + interval '12 months'
    else false end
$$;

create or replace function badges.reported_is_any_within_year(earlier timestamptz, later timestamptz[]) returns boolean
language sql stable strict parallel safe as $$
  select exists (select from unnest(later) l (at) where badges.reported_is_within_year(earlier, l.at))
$$;

-- How far somebody came who reached a level, or did not (0): reached it (1) twelve months before (2), and within these one of the levels whose
-- times follow (3). The list of more than seven is read, and slowly, only where there is one.
create or replace function badges.reported_step(reached_at timestamptz, as_of timestamptz, at1 timestamptz, at2 timestamptz, at3 timestamptz,
  at4 timestamptz, at5 timestamptz, at6 timestamptz, at7 timestamptz, others timestamptz[]) returns integer
language sql stable parallel safe as $$
  select case when reached_at is null then 0
    when not badges.reported_is_year_later(reached_at, as_of) then 1
    when badges.reported_is_within_year(reached_at, at1) or badges.reported_is_within_year(reached_at, at2)
      or badges.reported_is_within_year(reached_at, at3) or badges.reported_is_within_year(reached_at, at4)
      or badges.reported_is_within_year(reached_at, at5) or badges.reported_is_within_year(reached_at, at6)
      or badges.reported_is_within_year(reached_at, at7) or badges.reported_is_any_within_year(reached_at, others) then 3
    else 2 end
$$;

-- How many numbers have each of their 62 bits set, out of sums over them of every two bits that are 31 apart: each sum holds two counts, since
-- there are fewer people than 2 ^ 31. One pass and 31 sums instead of 62 counts, and no row for each bit of each person.
create or replace function badges.reported_places(sums numeric[]) returns table (place integer, people bigint)
language sql immutable parallel safe as $$
  select c.place::integer, c.people::bigint
  from unnest(sums) with ordinality u (both_counts, turn),
    lateral (values (u.turn - 1, mod(div(u.both_counts, 1::bigint << (u.turn - 1)::integer), 2147483648)),
      (u.turn + 30, div(u.both_counts, 1::bigint << (u.turn + 30)::integer))) c (place, people)
  where c.people > 0
$$;

-- Awards that count: made by then, recorded by then, not revoked by then; lapsed and erased ones too, and superseded ones unless only those that
-- no newer one replaced by then are asked for. A person is a recipient, or all recipients that are linked with consent. What does not count is
-- one set, hashed: joining its parts one by one would take nearly three times as long.
create or replace function badges.reported_awards(as_of timestamptz, known_at timestamptz, only_newest boolean default false)
returns table (assertion_id uuid, issuer_id uuid, series_id uuid, person_id uuid, issued_at timestamptz, valid_until timestamptz)
language sql stable parallel restricted as $$
  select a.assertion_id, a.issuer_id, a.series_id, coalesce(l.person_id, a.recipient_id), a.valid_from, a.valid_until
  from badges.assertion a
    left join badges.person_link l on l.recipient_id = a.recipient_id and l.linked_at <= reported_awards.known_at
      and coalesce(l.ended_at > reported_awards.known_at, true)
  where a.stored_at <= reported_awards.known_at and a.valid_from <= reported_awards.as_of
    and a.issuer_id = any (array(select badges.visible_issuers()))
    and a.assertion_id not in (
      select v.assertion_id
      from badges.revocation v
        left join badges.assertion_event e on e.assertion_id = v.assertion_id and e.event = 'revoked' and e.recorded_at <= reported_awards.known_at
      where v.revoked_at <= reported_awards.known_at and coalesce(e.happened_at, v.revoked_at) <= reported_awards.as_of
      union all
      select n.assertion_id
      from badges.renewal n
      where reported_awards.only_newest and n.superseded_at <= reported_awards.known_at
        and (select b.valid_from from badges.assertion b where b.assertion_id = n.superseded_by) <= reported_awards.as_of)
$$;

-- Of those, what its holder could show at that time: begun, neither lapsed nor suspended.
create or replace function badges.reported_holdings(as_of timestamptz, known_at timestamptz)
returns table (issuer_id uuid, series_id uuid, person_id uuid)
language sql stable parallel restricted as $$
  select a.issuer_id, a.series_id, a.person_id
  from badges.reported_awards(reported_holdings.as_of, reported_holdings.known_at) a
    left join badges.suspension s on s.assertion_id = a.assertion_id
      and s.suspended_at <= least(reported_holdings.as_of, reported_holdings.known_at)
      and coalesce(s.reinstated_at > least(reported_holdings.as_of, reported_holdings.known_at), true)
  where coalesce(a.valid_until >= reported_holdings.as_of, true) and s.assertion_id is null
$$;

-- Where people belonged on a day; somebody who belonged to two is there twice.
create or replace function badges.reported_members(on_day date, known_at timestamptz)
returns table (issuer_id uuid, person_id uuid, population text, legal_entity text)
language sql stable parallel restricted as $$
  select distinct m.issuer_id, coalesce(l.person_id, m.recipient_id), m.population, m.legal_entity
  from badges.membership m
    left join badges.person_link l on l.recipient_id = m.recipient_id and l.linked_at <= reported_members.known_at
      and coalesce(l.ended_at > reported_members.known_at, true)
  where m.recorded_at <= reported_members.known_at and coalesce(m.withdrawn_at > reported_members.known_at, true)
    and m.valid_from <= reported_members.on_day and coalesce(m.valid_until > reported_members.on_day, true)
    and m.issuer_id = any (array(select badges.visible_issuers()))
$$;

-- What was said of each achievement last.
create or replace function badges.reported_facts(known_at timestamptz)
returns table (series_id uuid, kind text, level integer, nominal_hours numeric)
language sql stable parallel restricted as $$
  select distinct on (f.series_id) f.series_id, f.kind, f.level, f.nominal_hours
  from badges.achievement_fact f
  where f.recorded_at <= reported_facts.known_at
  order by f.series_id, f.recorded_at desc
$$;

create or replace function badges.reported_programmes(known_at timestamptz)
returns table (programme_id uuid, series_id uuid)
language sql stable parallel restricted as $$
  select m.programme_id, m.series_id
  from badges.programme_achievement m
  where m.added_at <= reported_programmes.known_at and coalesce(m.ended_at > reported_programmes.known_at, true)
$$;

-- The last count of each group on or before a day.
create or replace function badges.reported_headcounts(on_day date, known_at timestamptz)
returns table (issuer_id uuid, population text, legal_entity text, programme_id uuid, counted_on date, people bigint)
language sql stable parallel restricted as $$
  select distinct on (h.issuer_id, h.population, h.legal_entity, h.programme_id)
    h.issuer_id, h.population, h.legal_entity, h.programme_id, h.counted_on, h.people
  from badges.headcount h
  where h.recorded_at <= reported_headcounts.known_at and h.counted_on <= reported_headcounts.on_day
    and h.issuer_id = any (array(select badges.visible_issuers()))
  order by h.issuer_id, h.population, h.legal_entity, h.programme_id, h.counted_on desc, h.recorded_at desc
$$;
