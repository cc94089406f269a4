-- The way in: nothing enters badges.assertion unless its proof verifies, and what entered never changes.
-- The guard itself is src/api/guard.rs; its rules are src/verification/admission.rs.
alter function badges.guard_assertion() security definer set search_path = pg_catalog, pg_temp;

create or replace function badges.store_assertion(credential text, recipient_id uuid, achievement_id uuid, occasion text default '',
  provenance jsonb default '{}') returns uuid
language plpgsql volatile parallel unsafe security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
declare
  result record;
begin
  select s.* into result from badges.store_assertions(array[store_assertion.credential], array[store_assertion.recipient_id],
    array[store_assertion.achievement_id], array[store_assertion.occasion], array[store_assertion.provenance]) s;
  return result.assertion_id;
end
$$;

create or replace function badges.store_assertions(credentials text[], recipient_ids uuid[], achievement_ids uuid[],
  occasions text[] default null, provenances jsonb[] default null)
returns table (ordinal integer, assertion_id uuid, is_new boolean)
language plpgsql volatile parallel unsafe security definer set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan as $$
#variable_conflict use_column
declare
  batch record;
  stored record;
  stored_ids uuid[] := '{}';
  stored_names text[] := '{}';
  stored_digests text[] := '{}';
  offered_places integer[] := '{}';
  offered_names text[] := '{}';
begin
  if cardinality(recipient_ids) is distinct from cardinality(credentials) or cardinality(achievement_ids) is distinct from cardinality(credentials)
    or cardinality(occasions) <> cardinality(credentials) or cardinality(provenances) <> cardinality(credentials) then
    raise exception 'the arrays have different lengths' using errcode = 'invalid_parameter_value',
      hint = 'Each credential needs its recipient and its achievement at the same position.';
  elsif (array_lower(credentials, 1), array_lower(recipient_ids, 1), array_lower(achievement_ids, 1), coalesce(array_lower(occasions, 1), 1),
      coalesce(array_lower(provenances, 1), 1)) <> (1, 1, 1, 1, 1) or array_ndims(credentials) <> 1 then
    raise exception 'the arrays are not lists that begin at 1' using errcode = 'array_subscript_error', hint = 'array(select unnest(...)) makes one that does.';
  end if;
  -- In an order that does not depend on the caller: two sessions that store some of the same wait for each other, and never
  -- in a circle. Some hundred at once, so that their signatures are checked together and a large call takes no more memory.
  -- Only places are sorted and handed on: a credential has some KB, and each step would copy it.
  for batch in
    select array_agg(c.place order by c.turn) as places
    from (
      select o.place::integer as place, row_number() over (order by o.recipient_id, o.achievement_id, o.occasion,
        hashtextextended(credentials[o.place::integer], 0), o.place) - 1 as turn
      from unnest(recipient_ids, achievement_ids, occasions) with ordinality o (recipient_id, achievement_id, occasion, place)) c
    group by c.turn / 512 order by c.turn / 512
  loop
    stored := badges.store_batch(credentials, recipient_ids, achievement_ids, occasions, provenances, batch.places);
    stored_ids := stored_ids || stored.assertion_ids;
    stored_names := stored_names || stored.credential_ids;
    stored_digests := stored_digests || stored.digests;
    offered_places := offered_places || batch.places;
    offered_names := offered_names || stored.offered_ids;
  end loop;
  if cardinality(stored_ids) > 0 then
    perform badges.record_event('store_assertion', case when cardinality(stored_ids) = 1 then stored_ids[1] end,
      jsonb_build_object('count', cardinality(stored_ids), 'assertion_ids', to_jsonb(stored_ids), 'digests', to_jsonb(stored_digests)));
  end if;
  if cardinality(stored_ids) = cardinality(credentials) then
    return query select o.place, s.assertion_id, true
      from unnest(offered_places, offered_names) o (place, credential_id)
        join unnest(stored_ids, stored_names) s (assertion_id, credential_id) on s.credential_id = o.credential_id
      order by o.place;
    return;
  end if;
  return query select * from badges.list_stored(credentials, recipient_ids, achievement_ids,
    (select array_agg(o.credential_id order by o.place) from unnest(offered_places, offered_names) o (place, credential_id)), stored_ids);
end
$$;

-- The columns that nobody signed, so that the event of storing can vouch for them; the others are held against what is signed.
-- Without a search_path of its own, so that it is inlined; it is called by functions that set theirs.
create or replace function badges.hash_assertion(assertion_id uuid, achievement_id uuid, series_id uuid, recipient_id uuid, credential_id text,
  awarded_at timestamptz, stored_at timestamptz, occasion text, provenance jsonb) returns text
language sql stable parallel safe as $$
  select encode(sha256(convert_to(assertion_id::text || ' ' || achievement_id::text || ' ' || series_id::text || ' ' || recipient_id::text || ' '
    || (extract(epoch from awarded_at) * 1000000)::bigint::text || ' ' || (extract(epoch from stored_at) * 1000000)::bigint::text || ' '
    || length(credential_id)::text || ' ' || credential_id || ' ' || length(occasion)::text || ' ' || occasion || ' ' || provenance::text, 'UTF8')), 'base64')
$$;

-- Stores those at some places and says which of them are new. Here stands what only holds while storing, and must not stop a restore years later.
-- A generic plan reads elements where they are; one made for these arrays would contain copies of them.
create or replace function badges.store_batch(credentials text[], recipient_ids uuid[], achievement_ids uuid[], occasions text[], provenances jsonb[],
  places integer[], out assertion_ids uuid[], out credential_ids text[], out digests text[], out offered_ids text[])
language plpgsql volatile parallel unsafe security definer set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan as $$
#variable_conflict use_column
declare
  leeway interval := coalesce(current_setting('pg_badges.leeway_seconds', true), '60s')::interval;
  stored record;
begin
  with offered as materialized (
    select o.* from rows from (badges.examine_together(array(select credentials[p.place] from unnest(places) with ordinality p (place, turn) order by p.turn)),
      unnest(places)) with ordinality o (credential_id, names_plainly, place, turn)),
  entered as (
    insert into badges.assertion (credential, recipient_id, achievement_id, occasion, provenance)
    select credentials[o.place], recipient_ids[o.place], achievement_ids[o.place], coalesce(occasions[o.place], ''), coalesce(provenances[o.place], '{}')
    from (select place from offered order by turn offset 0) o
    on conflict do nothing
    returning assertion_id, issuer_id, achievement_id, series_id, recipient_id, credential_id, valid_from, valid_until, awarded_at, stored_at,
      occasion, provenance)
  select array_agg(e.assertion_id) as assertion_ids, array_agg(e.credential_id) as credential_ids, array_agg(distinct e.issuer_id) as issuer_ids,
    array_agg(badges.hash_assertion(e.assertion_id, e.achievement_id, e.series_id, e.recipient_id, e.credential_id, e.awarded_at, e.stored_at,
      e.occasion, e.provenance)) as digests,
    max(e.valid_from) as begins, min(e.valid_until) as ends,
    (array_agg(r.recipient_id) filter (where r.erased_at is not null))[1] as erased,
    (array_agg(e.credential_id) filter (where e.credential_id = any (array(select o.credential_id from offered o where o.names_plainly))))[1] as plain,
    (select array_agg(o.credential_id order by o.turn) from offered o) as offered_ids
  into stored from entered e join badges.recipient r on r.recipient_id = e.recipient_id;

  -- What met another row and is not that very credential is offered again, and refused by the constraint that it violates. Had the conflict been
  -- asked for by credential_id alone, a session that stores the same credential at the same moment would meet the others first.
  if coalesce(cardinality(stored.assertion_ids), 0) < cardinality(places) then
    insert into badges.assertion (credential, recipient_id, achievement_id, occasion, provenance)
      select credentials[o.place], recipient_ids[o.place], achievement_ids[o.place], coalesce(occasions[o.place], ''), coalesce(provenances[o.place], '{}')
      from unnest(places, stored.offered_ids) with ordinality o (place, credential_id, turn)
      where not exists (select from badges.assertion a where a.credential_id = o.credential_id) order by o.turn;
    if found then
      raise exception 'what stood against a credential is gone' using errcode = 'serialization_failure', hint = 'Store it again.';
    end if;
  end if;
  perform badges.require_issuer(i.issuer_id) from unnest(stored.issuer_ids) i (issuer_id);
  if stored.erased is not null then
    raise exception 'recipient % is erased', stored.erased using errcode = 'check_violation',
      hint = 'Who comes back is registered anew with badges.register_recipient(...).';
  elsif stored.ends < clock_timestamp() then
    raise exception 'the credential does not verify: expired' using errcode = 'check_violation',
      detail = format('It was valid until %s UTC.', stored.ends at time zone 'UTC'), hint = 'Sign it anew with a later validUntil.';
  elsif stored.begins > clock_timestamp() + leeway then
    raise exception 'the credential does not verify: not_yet_valid' using errcode = 'check_violation',
      detail = format('It is valid from %s UTC.', stored.begins at time zone 'UTC'), hint = 'Store it when it has become valid; pg_badges.leeway_seconds allows for clocks that differ.';
  elsif stored.plain is not null then
    raise exception 'credential `%` names its recipient in plain text', stored.plain using errcode = 'check_violation',
      hint = 'Sign it with a hashed identifier: what is signed stays, and badges.erase_recipient could not take a name back.';
  end if;
  assertion_ids := coalesce(stored.assertion_ids, '{}');
  credential_ids := coalesce(stored.credential_ids, '{}');
  digests := coalesce(stored.digests, '{}');
  offered_ids := stored.offered_ids;
end
$$;

-- One row per credential offered; those that were already stored must be the very same text for the same recipient.
create or replace function badges.list_stored(credentials text[], recipient_ids uuid[], achievement_ids uuid[], credential_ids text[], new_ids uuid[])
returns table (ordinal integer, assertion_id uuid, is_new boolean)
language plpgsql stable parallel restricted security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
declare
  offered record;
begin
  for offered in
    select o.place, a.assertion_id, a.issuer_id, a.credential_id, n.assertion_id is not null as is_new,
      a.credential = o.credential and a.recipient_id = o.recipient_id and a.series_id = c.series_id as is_same,
      row_number() over (partition by a.assertion_id order by o.place) = 1 as is_first,
      lag(a.issuer_id) over (order by o.place) is distinct from a.issuer_id as is_another_issuers
    from unnest(credentials, recipient_ids, achievement_ids, credential_ids)
        with ordinality o (credential, recipient_id, achievement_id, credential_id, place)
      join badges.assertion a on a.credential_id = o.credential_id
      join badges.achievement c on c.achievement_id = o.achievement_id
      left join unnest(new_ids) n (assertion_id) on n.assertion_id = a.assertion_id
    order by o.place
  loop
    if offered.is_same is not true then
      raise exception 'another credential with the id `%` is stored', offered.credential_id using errcode = 'unique_violation',
        hint = 'Every credential needs an id of its own.';
    end if;
    if offered.is_another_issuers then
      perform badges.require_issuer(offered.issuer_id);
    end if;
    ordinal := offered.place;
    assertion_id := offered.assertion_id;
    is_new := offered.is_new and offered.is_first;
    return next;
  end loop;
end
$$;
