-- Programmes as paths: where a step stands, what it is for, what comes next for one person, how far all people are.

-- What a programme says of itself. Standing tells a person how many are ahead of them; nobody is named, and none is shown unless asked for.
create or replace function badges.describe_programme(programme_id uuid, summary jsonb, has_standing boolean default false) returns void
language plpgsql volatile parallel unsafe security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
declare
  programme badges.programme := badges.require_programme(describe_programme.programme_id);
begin
  update badges.programme p set summary = describe_programme.summary, has_standing = describe_programme.has_standing
    where p.programme_id = programme.programme_id
      and (p.summary, p.has_standing) is distinct from (describe_programme.summary, describe_programme.has_standing);
  if found then
    perform badges.record_event('describe_programme', programme.programme_id,
      jsonb_build_object('has_standing', describe_programme.has_standing));
  end if;
end
$$;

create or replace function badges.name_stage(programme_id uuid, stage integer, name jsonb) returns void
language plpgsql volatile parallel unsafe security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
declare
  programme badges.programme := badges.require_programme(name_stage.programme_id);
begin
  insert into badges.programme_stage as s (programme_id, stage, name) values (programme.programme_id, name_stage.stage, name_stage.name)
    on conflict on constraint programme_stage_pkey do update set name = excluded.name where s.name <> excluded.name;
end
$$;

-- badges.add_to_programme with the step's place in the path; another place ends the one that it has.
create or replace function badges.place_in_programme(programme_id uuid, achievement_id uuid, stage integer, place integer,
  purpose text default null, leads_to uuid default null) returns void
language plpgsql volatile parallel unsafe security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
declare
  programme badges.programme := badges.require_programme(place_in_programme.programme_id);
  target badges.achievement := badges.require_achievement(place_in_programme.achievement_id);
  following uuid := (select a.series_id from badges.achievement a where a.achievement_id = place_in_programme.leads_to);
begin
  if exists (select from badges.programme_achievement a where a.programme_id = programme.programme_id and a.series_id = target.series_id
      and a.ended_at is null and (a.stage, a.place, a.purpose, a.leads_to)
        is not distinct from (place_in_programme.stage, place_in_programme.place, place_in_programme.purpose, following)) then
    return;
  end if;
  -- Whose it is and that it is not there twice is asked where the stage is all that there is to say.
  perform badges.remove_from_programme(programme.programme_id, target.series_id);
  perform badges.add_to_programme(programme.programme_id, target.series_id, place_in_programme.stage);
  update badges.programme_achievement a set place = place_in_programme.place, purpose = place_in_programme.purpose, leads_to = following
    where a.programme_id = programme.programme_id and a.series_id = target.series_id and a.ended_at is null;
end
$$;

-- All identities of the person who has this one, as far as they consented to that.
create or replace function badges.list_identities(recipient_id uuid) returns setof uuid
language sql stable parallel safe as $$
  select list_identities.recipient_id
  union
  select other.recipient_id
  from badges.person_link own
    join badges.person_link other on other.person_id = own.person_id and other.ended_at is null
  where own.recipient_id = list_identities.recipient_id and own.ended_at is null
$$;

-- A programme as one person walks it, who may have several identities or none yet. What was earned stays earned when it lapses; what was
-- revoked was not earned. The next step is the first that was not earned.
create or replace function badges.walk_programme(programme_id uuid, recipient_ids uuid[])
returns table (stage integer, stage_name jsonb, place bigint, achievement_uri text, name text, purpose text, is_milestone boolean,
  is_earned boolean, is_lapsed boolean, earned_at timestamptz, is_next boolean, leads_to_uri text, leads_to_name text)
language sql stable parallel safe as $$
  with earned as (
    select a.series_id, min(a.valid_from) as earned_at, bool_and(coalesce(a.valid_until < now(), false)) as is_lapsed
    from badges.assertion a
    where a.recipient_id = any (walk_programme.recipient_ids)
      and not exists (select from badges.revocation v where v.assertion_id = a.assertion_id)
    group by 1),
  step as (
    select m.stage, s.name as stage_name, row_number() over (order by m.place nulls last, m.stage, c.uri collate "C") as place, c.uri,
      coalesce(c.body ->> 'name', c.uri) as name, m.purpose, coalesce(f.kind = 'milestone', false) as is_milestone,
      e.series_id is not null as is_earned, coalesce(e.is_lapsed, false) as is_lapsed, e.earned_at, n.uri as leads_to_uri,
      coalesce(n.body ->> 'name', n.uri) as leads_to_name
    from badges.programme_achievement m
      left join badges.programme_stage s on s.programme_id = m.programme_id and s.stage = m.stage
      cross join lateral (select a.uri, a.body from badges.achievement a where a.series_id = m.series_id order by a.version desc limit 1) c
      left join lateral (select a.uri, a.body from badges.achievement a where a.series_id = m.leads_to order by a.version desc limit 1) n on true
      left join lateral (select f.kind from badges.achievement_fact f where f.series_id = m.series_id order by f.recorded_at desc limit 1) f
        on true
      left join earned e on e.series_id = m.series_id
    where m.programme_id = walk_programme.programme_id and m.ended_at is null)
  select t.stage, t.stage_name, t.place, t.uri, t.name, t.purpose, t.is_milestone, t.is_earned, t.is_lapsed, t.earned_at,
    not t.is_earned and t.place = min(t.place) filter (where not t.is_earned) over (), t.leads_to_uri, t.leads_to_name
  from step t
  order by t.place
$$;

-- Where a person stands among all who have a badge of the programme: how many have more of its badges, and how many people there are.
-- Nobody is named; below ten people there is no answer, nor if the programme does not ask for it.
create or replace function badges.programme_standing(programme_id uuid, recipient_ids uuid[]) returns table (ahead bigint, people bigint)
language sql stable parallel restricted security definer set search_path = pg_catalog, pg_temp as $$
  with person as (
    select coalesce(l.person_id, a.recipient_id) as person_id, count(distinct a.series_id) as badges,
      bool_or(a.recipient_id = any (programme_standing.recipient_ids)) as is_own
    from badges.programme p
      join badges.programme_achievement m on m.programme_id = p.programme_id and m.ended_at is null
      join badges.assertion a on a.series_id = m.series_id
      left join badges.person_link l on l.recipient_id = a.recipient_id and l.ended_at is null
    where p.programme_id = programme_standing.programme_id and p.has_standing
      and p.issuer_id = any (array(select badges.visible_issuers()))
      and not exists (select from badges.revocation v where v.assertion_id = a.assertion_id)
    group by 1)
  select count(*) filter (where s.badges > (select max(o.badges) from person o where o.is_own)), count(*)
  from person s
  having count(*) >= 10 and bool_or(s.is_own)
$$;

-- How far people are, by stage and by where they belong today: who has a badge of the stage, who has all of them, and for whom it is the
-- furthest. A stage without badges of somebody has no row; somebody who belongs to two populations counts in both.
create or replace function badges.list_programme_progress(programme_id uuid)
returns table (stage integer, stage_name jsonb, population text, began bigint, finished bigint, furthest bigint)
language sql stable parallel restricted security definer set search_path = pg_catalog, pg_temp as $$
  with step as (
    select m.stage, m.series_id, count(*) over (partition by m.stage) as badges
    from badges.programme_achievement m join badges.programme p on p.programme_id = m.programme_id
    where m.programme_id = list_programme_progress.programme_id and m.ended_at is null
      and p.issuer_id = any (array(select badges.visible_issuers()))),
  reached as (
    select coalesce(l.person_id, a.recipient_id) as person_id, s.stage, count(distinct s.series_id) = s.badges as is_finished,
      max(s.stage) over (partition by coalesce(l.person_id, a.recipient_id)) as furthest
    from step s
      join badges.assertion a on a.series_id = s.series_id
      left join badges.person_link l on l.recipient_id = a.recipient_id and l.ended_at is null
    where not exists (select from badges.revocation v where v.assertion_id = a.assertion_id)
    group by 1, 2, s.badges),
  member as (
    select distinct coalesce(l.person_id, m.recipient_id) as person_id, m.population
    from badges.membership m left join badges.person_link l on l.recipient_id = m.recipient_id and l.ended_at is null
    where m.withdrawn_at is null and m.valid_from <= (now() at time zone 'UTC')::date
      and coalesce(m.valid_until > (now() at time zone 'UTC')::date, true))
  select r.stage, n.name, m.population, count(distinct r.person_id),
    count(distinct r.person_id) filter (where r.is_finished), count(distinct r.person_id) filter (where r.stage = r.furthest)
  from reached r
    left join member m on m.person_id = r.person_id
    left join badges.programme_stage n on n.programme_id = list_programme_progress.programme_id and n.stage = r.stage
  group by grouping sets ((r.stage, n.name, m.population), (r.stage, n.name))
  having grouping(m.population) = 1 or m.population is not null
  order by r.stage, m.population collate "C" nulls first
$$;
