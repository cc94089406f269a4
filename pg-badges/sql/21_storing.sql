-- The way in: nothing enters badges.assertion unless its proof verifies, and what entered never changes.

-- The two functions below run within the trigger, with its rights and its search_path.
-- What the database knows about the credential's issuer, achievement, recipient and key, against what is signed.
create or replace function badges.guard_new_assertion(new_row badges.assertion) returns badges.assertion
language plpgsql stable parallel restricted security invoker as $$
#variable_conflict use_column
declare
  signed badges.examination := badges.examine(new_row.credential);
  known_issuer badges.issuer;
  known_achievement badges.achievement;
  known_recipient badges.recipient;
  known_key badges.issuer_key;
begin
  if new_row.credential is null then
    raise exception 'there is no credential' using errcode = 'not_null_violation', hint = 'It is the signed text, not null.';
  end if;
  -- The bit in the issuer's own list is the issuer's business: the published copy is not asked.
  if signed.outcome = 'needs_documents' and signed.missing = array[signed.status_list_url] then
    signed.outcome := 'valid';
  end if;
  if signed.outcome not in ('valid', 'expired', 'not_yet_valid') then
    raise exception 'the credential does not verify: %', signed.outcome using errcode = 'check_violation', detail = signed.detail,
      hint = 'See each check: select * from badges.verify_checks(credential).';
  end if;

  select i.* into known_issuer from badges.issuer i where i.did = signed.issuer_id;
  if not found then
    raise exception 'no issuer `%` is registered', signed.issuer_id
      using errcode = 'foreign_key_violation', hint = 'Register it with badges.register_issuer(did, profile).';
  end if;
  select k.* into known_key from badges.issuer_key k
    where k.issuer_id = known_issuer.issuer_id and k.verification_method = signed.verification_method;
  if not found then
    raise exception 'the credential is signed with `%`, which is not registered as a key of its issuer', signed.verification_method
      using errcode = 'foreign_key_violation', hint = 'Register it with badges.register_issuer_key(...).';
  end if;
  select a.* into known_achievement from badges.achievement a where a.achievement_id = new_row.achievement_id;
  if not found then
    raise exception 'no achievement % is defined', coalesce(new_row.achievement_id::text, 'null') using errcode = 'foreign_key_violation',
      hint = 'Define it with badges.define_achievement(issuer_did, achievement).';
  end if;
  select r.* into known_recipient from badges.recipient r where r.recipient_id = new_row.recipient_id;
  if not found then
    raise exception 'no recipient % is registered', coalesce(new_row.recipient_id::text, 'null') using errcode = 'foreign_key_violation',
      hint = 'Register them with badges.register_recipient(...).';
  end if;

  if known_achievement.issuer_id <> known_issuer.issuer_id or known_achievement.uri is distinct from signed.achievement_id then
    raise exception 'the credential is for achievement `%` of `%`, not for `%`', signed.achievement_id, signed.issuer_id, known_achievement.uri
      using errcode = 'check_violation', hint = 'Give the achievement_id of the achievement that is signed.';
  elsif known_recipient.issuer_id <> known_issuer.issuer_id then
    raise exception 'recipient % is registered with another issuer', known_recipient.recipient_id using errcode = 'check_violation',
      hint = 'Each issuer registers its own recipients with badges.register_recipient(...).';
  elsif signed.subject_id like 'urn:uuid:%' and lower(signed.subject_id) <> 'urn:uuid:' || known_recipient.recipient_id then
    raise exception 'the credential is for subject `%`, not for recipient %', signed.subject_id, known_recipient.recipient_id
      using errcode = 'check_violation', hint = 'Give the recipient_id that is signed.';
  end if;
  return badges.guard_signed_columns(new_row, signed, known_issuer.issuer_id, known_key.issuer_key_id, known_achievement.series_id);
end
$$;

-- Fills the columns that repeat what is signed, and refuses any that contradict it.
create or replace function badges.guard_signed_columns(new_row badges.assertion, signed badges.examination, issuer_id uuid, issuer_key_id uuid,
  series_id uuid) returns badges.assertion
language plpgsql stable parallel restricted security invoker as $$
#variable_conflict use_variable
declare
  filled badges.assertion := new_row;
  wrong text;
begin
  filled.issuer_id := coalesce(new_row.issuer_id, issuer_id);
  filled.issuer_key_id := coalesce(new_row.issuer_key_id, issuer_key_id);
  filled.series_id := coalesce(new_row.series_id, series_id);
  filled.credential_id := coalesce(new_row.credential_id, signed.credential_id);
  filled.valid_from := coalesce(new_row.valid_from, signed.valid_from);
  filled.valid_until := coalesce(new_row.valid_until, signed.valid_until);
  if signed.status_list_url is not null and new_row.status_list_id is null then
    select l.status_list_id, signed.status_index into filled.status_list_id, filled.status_index from badges.status_list l
      where l.url = signed.status_list_url and l.issuer_id = filled.issuer_id and l.purpose = signed.status_purpose;
    if not found then
      raise exception 'the credential points to status list `%`, which is not a % list of its issuer', signed.status_list_url, signed.status_purpose
        using errcode = 'foreign_key_violation', hint = 'Take the entry from badges.allocate_status_entry(issuer_did, list_url).';
    end if;
  end if;
  wrong := case
    when filled.issuer_id <> issuer_id then 'issuer_id'
    when filled.issuer_key_id <> issuer_key_id then 'issuer_key_id'
    when filled.series_id <> series_id then 'series_id'
    when filled.credential_id <> signed.credential_id then 'credential_id'
    when filled.valid_from <> signed.valid_from then 'valid_from'
    when filled.valid_until is distinct from signed.valid_until then 'valid_until'
    when filled.status_index is distinct from signed.status_index then 'status_index'
    when filled.status_list_id is not null and not exists (select from badges.status_list l
      where l.status_list_id = filled.status_list_id and l.url = signed.status_list_url) then 'status_list_id'
  end;
  if wrong is not null then
    raise exception 'column % contradicts the signed credential', wrong using errcode = 'check_violation',
      hint = 'Leave it out: it is filled from the credential.';
  end if;
  return filled;
end
$$;

create or replace function badges.guard_assertion() returns trigger
language plpgsql volatile parallel unsafe security definer set search_path = pg_catalog, pg_temp as $$
begin
  if tg_op = 'INSERT' then
    return badges.guard_new_assertion(new);
  elsif tg_op = 'UPDATE' then
    raise exception 'a stored assertion never changes' using errcode = 'restrict_violation',
      hint = 'Use badges.revoke, badges.suspend, badges.reinstate, badges.supersede or badges.erase_recipient.';
  end if;
  raise exception 'a stored assertion is never deleted' using errcode = 'restrict_violation',
    hint = 'Use badges.revoke(assertion_id, reason), or badges.erase_recipient(recipient_id) to remove personal data.';
end
$$;

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
language plpgsql volatile parallel unsafe security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
declare
  stored_ids uuid[];
begin
  if cardinality(recipient_ids) is distinct from cardinality(credentials) or cardinality(achievement_ids) is distinct from cardinality(credentials)
    or cardinality(occasions) <> cardinality(credentials) or cardinality(provenances) <> cardinality(credentials) then
    raise exception 'the arrays have different lengths' using errcode = 'invalid_parameter_value',
      hint = 'Each credential needs its recipient and its achievement at the same position.';
  end if;
  -- In an order that does not depend on the caller: two sessions that store some of the same wait for each other, and never in a circle.
  with stored as (
    insert into badges.assertion (credential, recipient_id, achievement_id, occasion, provenance)
    select c.credential, c.recipient_id, c.achievement_id, coalesce(c.occasion, ''), coalesce(c.provenance, '{}')
    from unnest(credentials, recipient_ids, achievement_ids, occasions, provenances)
      with ordinality c (credential, recipient_id, achievement_id, occasion, provenance, ordinal)
    order by c.recipient_id, c.achievement_id, c.occasion, c.credential, c.ordinal
    on conflict (credential_id) do nothing
    returning assertion_id)
  select array_agg(s.assertion_id) into stored_ids from stored s;
  perform badges.check_stored(stored_ids);
  if stored_ids is not null then
    perform badges.record_event('store_assertion', case when cardinality(stored_ids) = 1 then stored_ids[1] end,
      jsonb_build_object('count', cardinality(stored_ids), 'assertion_ids', to_jsonb(stored_ids)));
  end if;
  -- All of them new: back into the caller's order, which the answer repeats.
  if cardinality(stored_ids) = cardinality(credentials) then
    return query select p.ordinal::integer, stored_ids[row_number() over (order by p.recipient_id, p.achievement_id, p.occasion, p.credential, p.ordinal)], true
      from unnest(credentials, recipient_ids, achievement_ids, occasions)
        with ordinality p (credential, recipient_id, achievement_id, occasion, ordinal)
      order by p.ordinal;
    return;
  end if;
  return query select * from badges.list_stored(credentials, recipient_ids, achievement_ids, stored_ids);
end
$$;

-- What only holds while storing, and must not stop a restore years later.
create or replace function badges.check_stored(stored_ids uuid[]) returns void
language plpgsql stable parallel restricted security definer set search_path = pg_catalog, pg_temp as $$
declare
  leeway interval := coalesce(current_setting('pg_badges.leeway_seconds', true), '60s')::interval;
  refused record;
begin
  perform badges.require_issuer(i.issuer_id) from (
    select distinct a.issuer_id from badges.assertion a where a.assertion_id = any (stored_ids)) i;
  select a.credential_id, a.valid_from, a.valid_until, a.recipient_id, r.erased_at into refused
    from badges.assertion a join badges.recipient r using (recipient_id)
    where a.assertion_id = any (stored_ids)
      and (a.valid_until < clock_timestamp() or a.valid_from > clock_timestamp() + leeway or r.erased_at is not null)
    limit 1;
  if refused.erased_at is not null then
    raise exception 'recipient % is erased', refused.recipient_id using errcode = 'check_violation',
      hint = 'Who comes back is registered anew with badges.register_recipient(...).';
  elsif refused.valid_until < clock_timestamp() then
    raise exception 'the credential does not verify: expired' using errcode = 'check_violation',
      detail = format('It was valid until %s.', refused.valid_until at time zone 'UTC'), hint = 'Sign it anew with a later validUntil.';
  elsif refused.valid_from > clock_timestamp() then
    raise exception 'the credential does not verify: not_yet_valid' using errcode = 'check_violation',
      detail = format('It is valid from %s.', refused.valid_from at time zone 'UTC'), hint = 'Store it then; pg_badges.leeway_seconds is for clocks that differ.';
  end if;
  select a.credential_id into refused from badges.assertion a, badges.credential_body(a.credential) b
    where a.assertion_id = any (stored_ids) and jsonb_path_exists(b, 'lax $.credentialSubject ?
      (@.id like_regex "^(mailto|tel):" flag "i" || exists (@.identifier[*] ? (!(@.hashed == true))))')
    limit 1;
  if found then
    raise exception 'credential `%` names its recipient in plain text', refused.credential_id using errcode = 'check_violation',
      hint = 'Sign it with a hashed identifier: what is signed stays, and badges.erase_recipient could not take a name back.';
  end if;
end
$$;

-- One row per credential offered; those that were already stored must be the very same text for the same recipient.
create or replace function badges.list_stored(credentials text[], recipient_ids uuid[], achievement_ids uuid[], new_ids uuid[])
returns table (ordinal integer, assertion_id uuid, is_new boolean)
language plpgsql stable parallel restricted security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
declare
  offered record;
  known badges.assertion;
  returned uuid[] := '{}';
begin
  for offered in select * from unnest(credentials, recipient_ids, achievement_ids)
    with ordinality o (credential, recipient_id, achievement_id, place) loop
    ordinal := offered.place;
    select a.* into known from badges.assertion a where a.credential_id = (badges.examine(offered.credential)).credential_id;
    if known.credential <> offered.credential or known.recipient_id <> offered.recipient_id or known.series_id <> (
      select c.series_id from badges.achievement c where c.achievement_id = offered.achievement_id) then
      raise exception 'another credential with the id `%` is stored', known.credential_id using errcode = 'unique_violation',
        hint = 'Every credential needs an id of its own.';
    end if;
    perform badges.require_issuer(known.issuer_id);
    assertion_id := known.assertion_id;
    is_new := coalesce(known.assertion_id = any (new_ids), false) and known.assertion_id <> all (returned);
    returned := returned || known.assertion_id;
    return next;
  end loop;
end
$$;
