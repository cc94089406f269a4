-- Frameworks, competencies, alignments, programmes, counters of use. Signed credentials are never touched.

create or replace function badges.define_framework(uri text, name jsonb, version text default '') returns uuid
language plpgsql volatile parallel unsafe security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
declare
  defined uuid;
begin
  insert into badges.framework as f (uri, version, name) values (define_framework.uri, define_framework.version, define_framework.name)
    on conflict (uri, version) do update set name = excluded.name where f.name <> excluded.name
    returning framework_id into defined;
  if defined is null then
    return (select f.framework_id from badges.framework f where f.uri = define_framework.uri and f.version = define_framework.version);
  end if;
  perform badges.record_event('define_framework', defined, jsonb_build_object('uri', define_framework.uri, 'version', define_framework.version));
  return defined;
end
$$;

create or replace function badges.define_competency(framework_id uuid, code text, name jsonb, level numeric default null, parent_id uuid default null,
  url text default null) returns uuid
language plpgsql volatile parallel unsafe security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
declare
  defined uuid;
begin
  if define_competency.parent_id is not null and not exists (select from badges.competency p
    where p.competency_id = define_competency.parent_id and p.framework_id = define_competency.framework_id) then
    raise exception 'the parent of `%` is no competency of its framework', define_competency.code
      using errcode = 'foreign_key_violation', hint = 'Define the parent first, in the same framework.';
  end if;
  insert into badges.competency as c (framework_id, code, name, level, parent_id, url) values (define_competency.framework_id,
      define_competency.code, define_competency.name, define_competency.level, define_competency.parent_id, define_competency.url)
    on conflict on constraint competency_code_unique do update
      set name = excluded.name, level = excluded.level, parent_id = excluded.parent_id, url = excluded.url
      where (c.name, c.level, c.parent_id, c.url) is distinct from (excluded.name, excluded.level, excluded.parent_id, excluded.url)
    returning competency_id into defined;
  if defined is null then
    return (select c.competency_id from badges.competency c
      where c.framework_id = define_competency.framework_id and c.code = define_competency.code);
  end if;
  perform badges.record_event('define_competency', defined, jsonb_build_object('code', define_competency.code));
  return defined;
end
$$;

-- The first version of an achievement that the acting role may act for, by the id of any version: its series.
create or replace function badges.require_achievement(achievement_id uuid) returns badges.achievement
language plpgsql stable parallel restricted security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
declare
  found_achievement badges.achievement;
begin
  select first.* into found_achievement from badges.achievement a join badges.achievement first on first.achievement_id = a.series_id
    where a.achievement_id = require_achievement.achievement_id;
  if not found then
    raise exception 'no achievement % is defined', coalesce(require_achievement.achievement_id::text, 'null') using errcode = 'no_data_found',
      hint = 'Define it with badges.define_achievement(issuer_did, achievement).';
  end if;
  perform badges.require_issuer(found_achievement.issuer_id);
  return found_achievement;
end
$$;

-- Another relation ends the one that there is.
create or replace function badges.align_achievement(achievement_id uuid, competency_id uuid, relation text default 'aligned') returns void
language plpgsql volatile parallel unsafe security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
declare
  target badges.achievement := badges.require_achievement(align_achievement.achievement_id);
begin
  perform pg_advisory_xact_lock(hashtextextended('badges.alignment ' || target.series_id, 0));
  if exists (select from badges.alignment a where a.series_id = target.series_id and a.competency_id = align_achievement.competency_id
      and a.ended_at is null and a.relation = align_achievement.relation) then
    return;
  end if;
  update badges.alignment a set ended_at = now(), ended_by = badges.acting_role()
    where a.series_id = target.series_id and a.competency_id = align_achievement.competency_id and a.ended_at is null;
  insert into badges.alignment (issuer_id, series_id, competency_id, relation, aligned_by)
    values (target.issuer_id, target.series_id, align_achievement.competency_id, align_achievement.relation, badges.acting_role());
  perform badges.record_event('align_achievement', target.series_id,
    jsonb_build_object('competency_id', align_achievement.competency_id, 'relation', align_achievement.relation));
end
$$;

create or replace function badges.end_alignment(achievement_id uuid, competency_id uuid) returns void
language plpgsql volatile parallel unsafe security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
declare
  target badges.achievement := badges.require_achievement(end_alignment.achievement_id);
begin
  update badges.alignment a set ended_at = now(), ended_by = badges.acting_role()
    where a.series_id = target.series_id and a.competency_id = end_alignment.competency_id and a.ended_at is null;
  if found then
    perform badges.record_event('end_alignment', target.series_id, jsonb_build_object('competency_id', end_alignment.competency_id));
  end if;
end
$$;

create or replace function badges.define_programme(issuer_did text, code text, name jsonb, audience text[] default '{}', starts_on date default null,
  ends_on date default null) returns uuid
language plpgsql volatile parallel unsafe security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
declare
  owner_id uuid := badges.require_issuer(define_programme.issuer_did);
  defined uuid;
begin
  insert into badges.programme as p (issuer_id, code, name, audience, starts_on, ends_on) values (owner_id, define_programme.code,
      define_programme.name, define_programme.audience, define_programme.starts_on, define_programme.ends_on)
    on conflict on constraint programme_code_unique do update
      set name = excluded.name, audience = excluded.audience, starts_on = excluded.starts_on, ends_on = excluded.ends_on
      where (p.name, p.audience, p.starts_on, p.ends_on) is distinct from (excluded.name, excluded.audience, excluded.starts_on, excluded.ends_on)
    returning programme_id into defined;
  if defined is null then
    return (select p.programme_id from badges.programme p where p.issuer_id = owner_id and p.code = define_programme.code);
  end if;
  perform badges.record_event('define_programme', defined, jsonb_build_object('code', define_programme.code));
  return defined;
end
$$;

create or replace function badges.require_programme(programme_id uuid) returns badges.programme
language plpgsql volatile parallel unsafe security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
declare
  found_programme badges.programme;
begin
  select p.* into found_programme from badges.programme p where p.programme_id = require_programme.programme_id for update;
  if not found then
    raise exception 'no programme % is defined', coalesce(require_programme.programme_id::text, 'null') using errcode = 'no_data_found',
      hint = 'Define it with badges.define_programme(issuer_did, code, name).';
  end if;
  perform badges.require_issuer(found_programme.issuer_id);
  return found_programme;
end
$$;

-- Another stage ends the place that the achievement has.
create or replace function badges.add_to_programme(programme_id uuid, achievement_id uuid, stage integer default 1) returns void
language plpgsql volatile parallel unsafe security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
declare
  programme badges.programme := badges.require_programme(add_to_programme.programme_id);
  target badges.achievement := badges.require_achievement(add_to_programme.achievement_id);
begin
  if target.issuer_id <> programme.issuer_id then
    raise exception 'achievement `%` is another issuer''s', target.uri using errcode = 'check_violation',
      hint = 'A programme is made of achievements of its own issuer.';
  elsif exists (select from badges.programme_achievement a where a.programme_id = programme.programme_id and a.series_id = target.series_id
      and a.ended_at is null and a.stage = add_to_programme.stage) then
    return;
  end if;
  update badges.programme_achievement a set ended_at = now()
    where a.programme_id = programme.programme_id and a.series_id = target.series_id and a.ended_at is null;
  insert into badges.programme_achievement (programme_id, series_id, stage) values (programme.programme_id, target.series_id, add_to_programme.stage);
  perform badges.record_event('add_to_programme', programme.programme_id,
    jsonb_build_object('series_id', target.series_id, 'stage', add_to_programme.stage));
end
$$;

create or replace function badges.remove_from_programme(programme_id uuid, achievement_id uuid) returns void
language plpgsql volatile parallel unsafe security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
declare
  programme badges.programme := badges.require_programme(remove_from_programme.programme_id);
  target badges.achievement := badges.require_achievement(remove_from_programme.achievement_id);
begin
  update badges.programme_achievement a set ended_at = now()
    where a.programme_id = programme.programme_id and a.series_id = target.series_id and a.ended_at is null;
  if found then
    perform badges.record_event('remove_from_programme', programme.programme_id, jsonb_build_object('series_id', target.series_id));
  end if;
end
$$;

-- Not in the chain of events: it would say when one person did something. The day is today: figures of use are filed by whole months that
-- are over, and a use that came to one of them later would change what was filed.
create or replace function badges.count_usage(achievement_id uuid, event text, uses bigint default 1,
  day date default (now() at time zone 'UTC')::date) returns void
language plpgsql volatile parallel unsafe security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
declare
  target badges.achievement := badges.require_achievement(count_usage.achievement_id);
begin
  if count_usage.day is distinct from (now() at time zone 'UTC')::date then
    raise exception 'uses are counted on the day on which they are seen, not on %', count_usage.day using errcode = 'invalid_parameter_value',
      hint = 'Days are those of UTC. Figures of use that were filed count the whole months before: they stay as they are.';
  end if;
  insert into badges.usage_daily as u (series_id, event, day, uses) values (target.series_id, count_usage.event, count_usage.day, count_usage.uses)
    on conflict on constraint usage_daily_pkey do update set uses = u.uses + excluded.uses;
end
$$;

-- Which competencies an achievement stood for at a time. Plain SQL: the caller's own rights apply.
create or replace function badges.list_alignments(as_of timestamptz default now())
returns table (series_id uuid, achievement_uri text, framework_uri text, framework_version text, competency_id uuid, code text, name jsonb, level numeric,
  relation text)
language sql stable parallel safe as $$
  select l.series_id, a.uri, f.uri, f.version, c.competency_id, c.code, c.name, c.level, l.relation
  from badges.alignment l
    join badges.achievement a on a.achievement_id = l.series_id
    join badges.competency c on c.competency_id = l.competency_id
    join badges.framework f on f.framework_id = c.framework_id
  where l.aligned_at <= list_alignments.as_of and coalesce(l.ended_at > list_alignments.as_of, true)
$$;

create or replace function badges.list_programme_achievements(as_of timestamptz default now())
returns table (programme_id uuid, programme_code text, stage integer, series_id uuid, achievement_uri text)
language sql stable parallel safe as $$
  select p.programme_id, p.code, m.stage, m.series_id, a.uri
  from badges.programme_achievement m
    join badges.programme p on p.programme_id = m.programme_id
    join badges.achievement a on a.achievement_id = m.series_id
  where m.added_at <= list_programme_achievements.as_of and coalesce(m.ended_at > list_programme_achievements.as_of, true)
$$;

-- Holders per competency: what programmes and their outcomes are measured by. An assertion counts in its state at that time.
create or replace function badges.list_competency_holders(as_of timestamptz default now())
returns table (framework_uri text, framework_version text, code text, name jsonb, level numeric, holders bigint)
language sql stable parallel safe as $$
  select l.framework_uri, l.framework_version, l.code, l.name, l.level, count(distinct s.recipient_id)
  from badges.list_alignments(list_competency_holders.as_of) l
    left join badges.list_states(list_competency_holders.as_of) s on s.series_id = l.series_id
      and (s.state = 'current' or s.state = 'erased' and coalesce(s.valid_until >= list_competency_holders.as_of, true))
      and s.awarded_at <= list_competency_holders.as_of
  group by 1, 2, 3, 4, 5
$$;
