-- From 0.1.0 to 0.2.0: jsonb, proofs judged by a given key, canonical forms, recipients.

create function badges.bake(image bytea, credential text)
  returns bytea immutable strict parallel safe cost 1000
  language c as 'MODULE_PATHNAME', 'bake_wrapper';
create function badges.canonicalize(document jsonb)
  returns text immutable strict parallel safe cost 1000
  language c as 'MODULE_PATHNAME', 'canonicalize_wrapper';
create function badges.jcs(document jsonb)
  returns text immutable strict parallel safe cost 50
  language c as 'MODULE_PATHNAME', 'jcs_wrapper';
create function badges.proof_is_valid(credential text, key text)
  returns bool immutable strict parallel safe cost 1000
  language c as 'MODULE_PATHNAME', 'proof_is_valid_wrapper';
create function badges.recipient_matches(credential text, identity_type text, value text)
  returns bool immutable strict parallel safe cost 50
  language c as 'MODULE_PATHNAME', 'recipient_matches_wrapper';
create function badges.unbake(image bytea)
  returns text immutable strict parallel safe cost 1000
  language c as 'MODULE_PATHNAME', 'unbake_wrapper';
create function badges.verify(credential bytea, at timestamp with time zone default now())
  returns badges.verdict strict stable security definer parallel safe cost 1000 set search_path = pg_catalog, pg_temp
  language c as 'MODULE_PATHNAME', 'verify_file_wrapper';
create function badges.verify_checks(credential bytea, at timestamp with time zone default now())
  returns TABLE (name text, result text, detail text) strict stable security definer parallel safe cost 1000 set search_path = pg_catalog, pg_temp
  language c as 'MODULE_PATHNAME', 'verify_file_checks_wrapper';

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
    raise exception 'there is no credential' using errcode = 'not_null_violation';
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
      using errcode = 'check_violation';
  elsif known_recipient.issuer_id <> known_issuer.issuer_id then
    raise exception 'recipient % is registered with another issuer', known_recipient.recipient_id using errcode = 'check_violation';
  elsif signed.subject_id like 'urn:uuid:%' and lower(signed.subject_id) <> 'urn:uuid:' || known_recipient.recipient_id then
    raise exception 'the credential is for subject `%`, not for recipient %', signed.subject_id, known_recipient.recipient_id
      using errcode = 'check_violation';
  end if;
  return badges.guard_signed_columns(new_row, signed, known_issuer.issuer_id, known_key.issuer_key_id, known_achievement.series_id);
end
$$;

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
    raise exception 'column % contradicts the signed credential', wrong using errcode = 'check_violation';
  end if;
  return filled;
end
$$;

create or replace function badges.seal_event() returns trigger
language plpgsql volatile parallel unsafe security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
declare
  event badges.audit_event;
  head badges.audit_head;
begin
  if not exists (select from badges.audit_event e where e.event_id = new.event_id and e.position is null) then
    return null;
  end if;
  insert into badges.audit_head (position, hash) values (0, sha256('')) on conflict do nothing;
  select h.* into head from badges.audit_head h for update;
  for event in select e.* from badges.audit_event e where e.position is null order by e.event_id loop
    event.position := head.position + 1;
    event.previous_hash := head.hash;
    event.hash := badges.hash_event(head.hash, event);
    update badges.audit_event e set position = event.position, previous_hash = event.previous_hash, hash = event.hash
      where e.event_id = event.event_id;
    head.position := event.position;
    head.hash := event.hash;
  end loop;
  update badges.audit_head h set position = head.position, hash = head.hash;
  return null;
end
$$;

create or replace function badges.audit_assertions(at timestamptz default now())
returns table (assertion_id uuid, credential_id text, outcome text)
language sql stable parallel safe as $$
  select a.assertion_id, a.credential_id,
    case
      when x.outcome not in ('valid', 'expired', 'not_yet_valid') then x.outcome
      when v.revoked_at <= audit_assertions.at then 'revoked'
      when r.erased_at <= audit_assertions.at then 'erased'
      when s.assertion_id is not null then 'suspended'
      else x.outcome
    end
  from badges.assertion a
    join badges.issuer i on i.issuer_id = a.issuer_id
    join badges.achievement c on c.achievement_id = a.achievement_id
    join badges.recipient r on r.recipient_id = a.recipient_id
    left join badges.revocation v on v.assertion_id = a.assertion_id
    left join badges.suspension s on s.assertion_id = a.assertion_id and s.suspended_at <= audit_assertions.at
      and coalesce(s.reinstated_at > audit_assertions.at, true)
    cross join lateral (select badges.recheck(a.credential, a.credential_id, i.did, c.uri, a.recipient_id, a.valid_from, a.valid_until,
      a.status_list_id is not null, audit_assertions.at) as outcome
      -- Keeps the planner from writing the call into each branch above, where it would run several times.
      offset 0) x
$$;

create or replace function badges.take_status_index(list badges.status_list) returns integer
language plpgsql volatile parallel unsafe security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
declare
  lock_key integer := hashtext('badges.status_list ' || list.status_list_id);
  -- A transaction keeps to eight stripes while it can, and leaves the others to the rest.
  first_stripe integer := mod(pg_current_xact_id()::text::bigint, 8);
  stripe integer;
  taken integer;
begin
  for attempt in 1..48 loop
    stripe := case when attempt <= 24 then first_stripe + 8 * badges.random_index(8) else badges.random_index(64) end;
    continue when not pg_try_advisory_xact_lock(lock_key, stripe);
    insert into badges.status_entry (status_list_id, status_index)
      values (list.status_list_id, 64 * badges.random_index(list.size / 64) + stripe)
      on conflict do nothing returning status_index into taken;
    if taken is not null then
      return taken;
    end if;
  end loop;
  -- Almost full: what is free is listed, stripe by stripe.
  for stripe in 0..63 loop
    continue when not pg_try_advisory_xact_lock(lock_key, stripe);
    insert into badges.status_entry (status_list_id, status_index)
      select list.status_list_id, free.index from generate_series(stripe, list.size - 1, 64) free (index)
      where not exists (select from badges.status_entry e where e.status_list_id = list.status_list_id and e.status_index = free.index)
      order by gen_random_uuid() limit 1
      on conflict do nothing returning status_index into taken;
    if taken is not null then
      return taken;
    end if;
  end loop;
  return null;
end
$$;

create or replace function badges.verify(credential jsonb, at timestamptz default now()) returns badges.verdict
language sql stable strict parallel safe cost 1000 as $$
  select badges.verify(credential::text, at)
$$;

create or replace function badges.verify_outcome(credential jsonb, at timestamptz default now()) returns text
language sql stable strict parallel safe cost 1000 as $$
  select badges.verify_outcome(credential::text, at)
$$;

create or replace function badges.verify_checks(credential jsonb, at timestamptz default now())
returns table (name text, result text, detail text)
language sql stable strict parallel safe cost 1000 as $$
  select * from badges.verify_checks(credential::text, at)
$$;

create or replace function badges.proof_is_valid(credential jsonb, key text) returns boolean
language sql immutable strict parallel safe cost 1000 as $$
  select badges.proof_is_valid(credential::text, key)
$$;

create or replace function badges.recipient_matches(credential jsonb, identity_type text, value text) returns boolean
language sql immutable strict parallel safe cost 50 as $$
  select badges.recipient_matches(credential::text, identity_type, value)
$$;

comment on function badges.verify(jsonb, timestamptz) is 'badges.verify for jsonb';
comment on function badges.verify_outcome(jsonb, timestamptz) is 'badges.verify_outcome for jsonb';
comment on function badges.verify_checks(jsonb, timestamptz) is 'badges.verify_checks for jsonb';
comment on function badges.verify(bytea, timestamptz) is 'badges.verify for a file: JSON, token, or a PNG or SVG picture with a badge baked in';
comment on function badges.verify_checks(bytea, timestamptz) is 'badges.verify_checks for a file';
comment on function badges.bake(bytea, text) is 'A PNG or SVG picture with the credential inside, in place of one that was there';
comment on function badges.unbake(bytea) is 'The credential in a PNG or SVG picture, not verified; null if there is none';
comment on function badges.proof_is_valid(text, text) is 'Whether an embedded proof was made with that Ed25519 key; reads no table, for constraints, generated columns and indexes';
comment on function badges.proof_is_valid(jsonb, text) is 'badges.proof_is_valid for jsonb';
comment on function badges.recipient_matches(text, text, text) is 'Whether a credential names somebody, plain or hashed; null if only by a hash that is unknown here. It does not verify';
comment on function badges.recipient_matches(jsonb, text, text) is 'badges.recipient_matches for jsonb';
comment on function badges.canonicalize(jsonb) is 'Canonical N-Quads (RDFC-1.0) of a JSON-LD document with known contexts; an undefined term is an error';
comment on function badges.jcs(jsonb) is 'Canonical JSON (RFC 8785)';
comment on function badges.take_status_index(badges.status_list) is 'Takes a random free index of a list without waiting; null if there is none to be had';


create index audit_event_unsealed on badges.audit_event (event_id) where position is null;

revoke all on all functions in schema badges from public;
grant execute on function
  badges.verify(text, timestamptz),
  badges.verify_outcome(text, timestamptz),
  badges.verify_checks(text, timestamptz),
  badges.verify(jsonb, timestamptz),
  badges.verify_outcome(jsonb, timestamptz),
  badges.verify_checks(jsonb, timestamptz),
  badges.verify(bytea, timestamptz),
  badges.verify_checks(bytea, timestamptz),
  badges.bake(bytea, text),
  badges.unbake(bytea),
  badges.proof_is_valid(text, text),
  badges.proof_is_valid(jsonb, text),
  badges.recipient_matches(text, text, text),
  badges.recipient_matches(jsonb, text, text),
  badges.canonicalize(jsonb),
  badges.jcs(jsonb),
  badges.is_multikey(text),
  badges.set_bits(integer, integer[]),
  badges.hash_event(bytea, badges.audit_event),
  badges.acting_role(),
  badges.acts_for(text),
  badges.visible_issuers()
  to public;
