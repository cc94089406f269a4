-- Who may see who holds what; memberships from launches and by hand; what holders say of the use of their badges.

create or replace function badges.show_holders(issuer_did text, from_level integer, viewer text, said_by text, population text default null)
returns uuid
language plpgsql volatile parallel unsafe security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
declare
  owner_id uuid := badges.require_issuer(show_holders.issuer_did);
  acting name := badges.acting_role();
  said uuid;
begin
  -- A rule lets its viewer read names: who may not read them may not let anybody, itself least of all.
  if not pg_has_role(acting, 'badges_personal', 'usage') then
    raise exception 'role "%" may not let anybody see holders', acting using errcode = 'insufficient_privilege',
      hint = 'Members of role "badges_personal" may, who see them anyway.';
  end if;
  insert into badges.holder_visibility (issuer_id, from_level, viewer, population, said_by)
    values (owner_id, show_holders.from_level, show_holders.viewer, nullif(show_holders.population, ''), show_holders.said_by)
    on conflict (issuer_id, from_level, viewer, coalesce(population, '')) where ended_at is null do nothing
    returning holder_visibility_id into said;
  if said is null then
    return (select v.holder_visibility_id from badges.holder_visibility v where v.issuer_id = owner_id and v.from_level = show_holders.from_level
      and v.viewer = show_holders.viewer and coalesce(v.population, '') = coalesce(show_holders.population, '') and v.ended_at is null);
  end if;
  perform badges.record_event('show_holders', said, jsonb_build_object('from_level', show_holders.from_level, 'viewer', show_holders.viewer,
    'population', nullif(show_holders.population, '')));
  return said;
end
$$;

create or replace function badges.hide_holders(holder_visibility_id uuid, ended_by text) returns void
language plpgsql volatile parallel unsafe security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
declare
  owner_id uuid := (select v.issuer_id from badges.holder_visibility v where v.holder_visibility_id = hide_holders.holder_visibility_id);
begin
  if owner_id is null then
    raise exception 'no rule % is there', coalesce(hide_holders.holder_visibility_id::text, 'null') using errcode = 'no_data_found',
      hint = 'The rules are in badges.holder_visibility.';
  end if;
  perform badges.require_issuer(owner_id);
  update badges.holder_visibility v set ended_at = now(), ended_by = hide_holders.ended_by
    where v.holder_visibility_id = hide_holders.holder_visibility_id and v.ended_at is null;
  if found then
    perform badges.record_event('hide_holders', hide_holders.holder_visibility_id);
  end if;
end
$$;

-- Who holds what, as far as the rules let this viewer see it. Without a viewer it is the acting role and the roles that it is a member of;
-- only who may read personal data anyway may ask for somebody else, as an application does for its users. All of it, or one page: a page beyond
-- the last is the last. `total` is how many are found. Each person is looked at once, and only the badges that a page shows are put in order.
create or replace function badges.list_visible_holders(issuer_did text, viewer text default null, search text default '', at_level integer default null,
  in_population text default null, page_size bigint default null, page bigint default 1)
returns table (recipient_id uuid, display_name text, user_id text, population text, achievement_uri text, achievement_name text, level integer,
  held_since timestamptz, total bigint)
language plpgsql stable parallel restricted security definer set search_path = pg_catalog, pg_temp
  set jit = off set enable_nestloop = off set work_mem = '256MB' as $$
#variable_conflict use_column
declare
  owner_id uuid := badges.require_issuer(list_visible_holders.issuer_did);
  acting name := badges.acting_role();
  today date := (now() at time zone 'UTC')::date;
begin
  if list_visible_holders.viewer is not null and not pg_has_role(acting, 'badges_personal', 'usage') then
    raise exception 'role "%" may not see what `%` sees', acting, list_visible_holders.viewer using errcode = 'insufficient_privilege',
      hint = 'Leave the viewer out to see what the rules let the role itself see.';
  end if;
  return query
    with rule as materialized (
      select v.from_level, v.population from badges.holder_visibility v
      where v.issuer_id = owner_id and v.ended_at is null
        and case when list_visible_holders.viewer is not null then v.viewer = list_visible_holders.viewer
          else exists (select from pg_roles r where r.rolname = v.viewer and pg_has_role(acting, r.oid, 'usage')) end),
    fact as (
      select distinct on (f.series_id) f.series_id, f.level from badges.achievement_fact f
      where f.issuer_id = owner_id order by f.series_id, f.recorded_at desc),
    -- Badges in the order of the list; those of one name and level are one turn.
    badge as materialized (
      select f.series_id, f.level, c.uri, c.name, dense_rank() over (order by f.level desc, c.name collate "C") as turn
      from fact f
        cross join lateral (select a.uri, coalesce(a.body ->> 'name', a.uri) as name from badges.achievement a
          where a.series_id = f.series_id order by a.version desc limit 1) c
      where f.level >= (select min(u.from_level) from rule u)
        and coalesce(f.level = list_visible_holders.at_level, list_visible_holders.at_level is null)),
    member as not materialized (
      select m.recipient_id, m.population from badges.membership m
      where m.issuer_id = owner_id and m.withdrawn_at is null and m.valid_from <= today and coalesce(m.valid_until > today, true)),
    -- From which level on a rule about where they belong shows people.
    shown_from as (select m.recipient_id, min(u.from_level) as level from member m join rule u on u.population = m.population group by 1),
    held as (
      select a.recipient_id, a.series_id, min(a.valid_from) as held_since
      from badges.assertion a
      where a.series_id in (select b.series_id from badge b) and coalesce(a.valid_until >= now(), true) and a.valid_from <= now()
        and a.assertion_id not in (select v.assertion_id from badges.revocation v
          union all select s.assertion_id from badges.suspension s where s.reinstated_at is null)
      group by 1, 2),
    found as materialized (
      select h.recipient_id, h.series_id, h.held_since, b.turn
      from held h
        join badge b on b.series_id = h.series_id
        join badges.recipient r on r.recipient_id = h.recipient_id and r.erased_at is null
        left join shown_from o on o.recipient_id = h.recipient_id
      where b.level >= least((select min(u.from_level) from rule u where u.population is null), o.level)
        and (list_visible_holders.search = ''
          or strpos(lower(concat_ws(' ', r.display_name, r.user_id, b.name)), lower(list_visible_holders.search)) > 0)
        and (list_visible_holders.in_population is null
          or h.recipient_id in (select m.recipient_id from member m where m.population = list_visible_holders.in_population))),
    -- Which badges the page shows: how many rows there are up to the end of each.
    counted as materialized (
      select f.turn, count(*) as people, (sum(count(*)) over (order by f.turn))::bigint as up_to from found f group by 1),
    place as materialized (
      select max(c.up_to) as total,
        least(greatest(list_visible_holders.page, 1) - 1, (coalesce(max(c.up_to), 1) - 1) / list_visible_holders.page_size)
          * list_visible_holders.page_size as before
      from counted c),
    part as (
      select c.turn, c.up_to - c.people as before from counted c, place p
      where coalesce(c.up_to > p.before and c.up_to - c.people < p.before + list_visible_holders.page_size, true)),
    page as (
      select f.*, r.display_name, r.user_id
      from found f join part c on c.turn = f.turn join badges.recipient r on r.recipient_id = f.recipient_id
      order by f.turn, r.display_name collate "C" nulls last, r.user_id collate "C", f.recipient_id, f.series_id
      limit list_visible_holders.page_size offset (select p.before - min(c.before) from part c, place p group by p.before))
    select g.recipient_id, g.display_name, g.user_id, m.populations, b.uri, b.name, b.level, g.held_since, p.total
    from page g
      join badge b on b.series_id = g.series_id
      cross join place p
      cross join lateral (select string_agg(distinct b.population, ', ') as populations from member b where b.recipient_id = g.recipient_id) m
    order by g.turn, g.display_name collate "C" nulls last, g.user_id collate "C", g.recipient_id, g.series_id;
end
$$;

-- Closes what is open of these origins from a day on; what lasted before that day still did.
create or replace function badges.cut_memberships(recipient_ids uuid[], from_days date[], origins text[], cut_by text) returns void
language sql volatile parallel unsafe security definer set search_path = pg_catalog, pg_temp as $$
  with cut as (
    update badges.membership m set withdrawn_at = now(), withdrawn_by = cut_memberships.cut_by
    from (select c.recipient_id, min(c.from_day) as from_day from unnest(recipient_ids, from_days) c (recipient_id, from_day) group by 1) c
    where m.recipient_id = c.recipient_id and m.withdrawn_at is null and m.origin = any (cut_memberships.origins)
      and coalesce(m.valid_until > c.from_day, true)
    returning m.*, c.from_day)
  insert into badges.membership (issuer_id, recipient_id, population, legal_entity, valid_from, valid_until, source, origin, recorded_by)
    select c.issuer_id, c.recipient_id, c.population, c.legal_entity, c.valid_from, c.from_day, c.source, c.origin, c.recorded_by
    from cut c where c.valid_from < c.from_day
    on conflict (recipient_id, population, legal_entity, valid_from) where withdrawn_at is null do nothing
$$;

-- Where a launch says that somebody belongs, from that day on. A list or somebody by hand knows better: then nothing is recorded.
-- Returns `recorded`, `known` or `outranked`.
create or replace function badges.record_launch_membership(recipient_id uuid, population text, legal_entity text, on_day date, source text)
returns text
language plpgsql volatile parallel unsafe security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
declare
  person badges.recipient := badges.require_recipient(record_launch_membership.recipient_id);
  entity text := coalesce(record_launch_membership.legal_entity, '');
begin
  if exists (select from badges.membership m where m.recipient_id = person.recipient_id and m.withdrawn_at is null and m.origin <> 'launch'
      and m.valid_from <= record_launch_membership.on_day and coalesce(m.valid_until > record_launch_membership.on_day, true)) then
    return 'outranked';
  elsif exists (select from badges.membership m where m.recipient_id = person.recipient_id and m.withdrawn_at is null and m.origin = 'launch'
      and m.valid_from <= record_launch_membership.on_day and coalesce(m.valid_until > record_launch_membership.on_day, true)
      and m.population = record_launch_membership.population and m.legal_entity = entity) then
    return 'known';
  end if;
  perform badges.cut_memberships(array[person.recipient_id], array[record_launch_membership.on_day], array['launch'], badges.acting_role());
  insert into badges.membership (issuer_id, recipient_id, population, legal_entity, valid_from, valid_until, source, origin, recorded_by)
    values (person.issuer_id, person.recipient_id, record_launch_membership.population, entity, record_launch_membership.on_day,
      (select min(m.valid_from) from badges.membership m where m.recipient_id = person.recipient_id and m.withdrawn_at is null
        and m.origin <> 'launch' and m.valid_from > record_launch_membership.on_day),
      record_launch_membership.source, 'launch', badges.acting_role());
  perform badges.record_event('record_launch_membership', person.recipient_id);
  return 'recorded';
end
$$;

-- Where somebody belongs from a day on, as a person says who gives a reason. It stands until another person says otherwise, whatever lists say.
create or replace function badges.set_membership(recipient_id uuid, population text, legal_entity text, valid_from date, reason text, set_by text)
returns uuid
language plpgsql volatile parallel unsafe security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
declare
  person badges.recipient := badges.require_recipient(set_membership.recipient_id);
  why text := badges.require_reason(set_membership.reason);
  recorded uuid;
begin
  perform badges.cut_memberships(array[person.recipient_id], array[set_membership.valid_from], array['list', 'launch', 'hand'],
    set_membership.set_by);
  insert into badges.membership (issuer_id, recipient_id, population, legal_entity, valid_from, source, origin, recorded_by)
    values (person.issuer_id, person.recipient_id, set_membership.population, coalesce(set_membership.legal_entity, ''),
      set_membership.valid_from, why, 'hand', set_membership.set_by)
    returning membership_id into recorded;
  perform badges.record_event('set_membership', person.recipient_id,
    jsonb_build_object('population', set_membership.population, 'valid_from', set_membership.valid_from, 'set_by', set_membership.set_by));
  return recorded;
end
$$;

-- A holder says what a badge was used for; whoever is given the key of the row reads the same.
create or replace function badges.give_use_receipt(assertion_id uuid, purpose text, used_on date, receiver text default null, note text default null)
returns uuid
language plpgsql volatile parallel unsafe security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
declare
  target badges.assertion := badges.require_assertion(give_use_receipt.assertion_id);
  given uuid;
begin
  if exists (select from badges.revocation v where v.assertion_id = target.assertion_id) then
    raise exception 'assertion % is revoked', target.assertion_id using errcode = 'check_violation',
      hint = 'A receipt says how a badge was used that held then.';
  elsif give_use_receipt.used_on > (now() at time zone 'UTC')::date + 1 or give_use_receipt.used_on < target.valid_from::date then
    raise exception 'the badge cannot have been used on %', give_use_receipt.used_on using errcode = 'check_violation',
      hint = 'Say a day between the award and today.';
  end if;
  insert into badges.use_receipt (issuer_id, assertion_id, purpose, used_on, receiver, note)
    values (target.issuer_id, target.assertion_id, give_use_receipt.purpose, give_use_receipt.used_on, nullif(give_use_receipt.receiver, ''),
      nullif(give_use_receipt.note, ''))
    returning use_receipt_id into given;
  return given;
end
$$;

create or replace function badges.revoke_use_receipt(use_receipt_id uuid) returns void
language plpgsql volatile parallel unsafe security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
declare
  owner_id uuid := (select u.issuer_id from badges.use_receipt u where u.use_receipt_id = revoke_use_receipt.use_receipt_id);
begin
  if owner_id is null then
    raise exception 'no receipt % is there', coalesce(revoke_use_receipt.use_receipt_id::text, 'null') using errcode = 'no_data_found',
      hint = 'Receipts are given with badges.give_use_receipt(...).';
  end if;
  perform badges.require_issuer(owner_id);
  update badges.use_receipt u set revoked_at = now() where u.use_receipt_id = revoke_use_receipt.use_receipt_id and u.revoked_at is null;
end
$$;
