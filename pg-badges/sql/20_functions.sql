-- Who may act for whom, and the registers: issuers, their keys, achievements, recipients, documents.
-- Every function that writes runs as the extension's owner with a fixed search_path and asks `require_issuer` first.

create or replace function badges.acting_role() returns name
language sql stable parallel safe security invoker set search_path = pg_catalog, pg_temp as $$
  select pg_get_userbyid(badges.acting_role_id())
$$;

create or replace function badges.acts_for(tenant_role text) returns boolean
language sql stable parallel safe security invoker set search_path = pg_catalog, pg_temp as $$
  select tenant_role is null or exists (
    select from pg_roles r
    where r.rolname in (tenant_role::name, 'badges_admin') and pg_has_role(badges.acting_role_id(), r.oid, 'usage'))
$$;

create or replace function badges.visible_issuers() returns setof uuid
language sql stable parallel restricted security definer set search_path = pg_catalog, pg_temp as $$
  select i.issuer_id from badges.issuer i where i.tenant_role is null or badges.acts_for(i.tenant_role)
$$;

-- The id of a registered issuer that the acting role may act for.
create or replace function badges.require_issuer(issuer_did text) returns uuid
language plpgsql stable parallel restricted security definer set search_path = pg_catalog, pg_temp as $$
declare
  found_issuer badges.issuer;
begin
  select i.* into found_issuer from badges.issuer i where i.did = issuer_did;
  if not found then
    raise exception 'no issuer `%` is registered', issuer_did
      using errcode = 'foreign_key_violation', hint = 'Register it with badges.register_issuer(did, profile).';
  elsif not badges.acts_for(found_issuer.tenant_role) then
    raise exception 'role "%" does not act for issuer `%`', badges.acting_role(), issuer_did
      using errcode = 'insufficient_privilege', hint = pg_catalog.format('Members of role "%s" may act for it.', found_issuer.tenant_role);
  end if;
  return found_issuer.issuer_id;
end
$$;

create or replace function badges.require_issuer(issuer_id uuid) returns uuid
language sql stable parallel restricted security definer set search_path = pg_catalog, pg_temp as $$
  select badges.require_issuer(i.did) from badges.issuer i where i.issuer_id = require_issuer.issuer_id
$$;

create or replace function badges.register_issuer(did text, profile jsonb) returns uuid
language plpgsql volatile parallel unsafe security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
declare
  registered uuid;
begin
  if coalesce(register_issuer.profile ->> 'id', register_issuer.did) <> register_issuer.did then
    raise exception 'the profile''s id is `%`, expected `%`', register_issuer.profile ->> 'id', register_issuer.did
      using errcode = 'invalid_parameter_value', hint = 'The "id" of the profile is the issuer''s DID; leave it out or repeat it.';
  end if;
  if exists (select from badges.issuer i where i.did = register_issuer.did) then
    perform badges.require_issuer(register_issuer.did);
  end if;
  insert into badges.issuer as i (did, profile) values (register_issuer.did, register_issuer.profile)
    on conflict (did) do update set profile = excluded.profile where i.profile is distinct from excluded.profile
    returning issuer_id into registered;
  if registered is null then
    select issuer_id into registered from badges.issuer where did = register_issuer.did;
  else
    perform badges.record_event('register_issuer', registered, jsonb_build_object('did', register_issuer.did));
  end if;
  return registered;
end
$$;

create or replace function badges.assign_issuer(issuer_did text, tenant_role text) returns void
language plpgsql volatile parallel unsafe security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_variable
declare
  assigned uuid := badges.require_issuer(issuer_did);
begin
  if tenant_role is not null and not exists (select from pg_roles where rolname = tenant_role) then
    raise exception 'role "%" does not exist', tenant_role using errcode = 'undefined_object', hint = 'Create it first, with create role.';
  end if;
  update badges.issuer i set tenant_role = assign_issuer.tenant_role where i.issuer_id = assigned;
  perform badges.record_event('assign_issuer', assigned, jsonb_build_object('tenant_role', tenant_role));
end
$$;

create or replace function badges.register_issuer_key(issuer_did text, verification_method text, public_key_multibase text,
  valid_from timestamptz default now()) returns uuid
language plpgsql volatile parallel unsafe security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
declare
  owner_id uuid := badges.require_issuer(register_issuer_key.issuer_did);
  known badges.issuer_key;
  registered uuid;
begin
  if not starts_with(register_issuer_key.verification_method, register_issuer_key.issuer_did || '#') then
    raise exception 'verification method `%` does not belong to `%`', register_issuer_key.verification_method, register_issuer_key.issuer_did
      using errcode = 'invalid_parameter_value', hint = 'It is the issuer''s DID, a #, and the name of the key.';
  end if;
  insert into badges.issuer_key (issuer_id, verification_method, public_key_multibase, valid_from)
    -- Signatures carry whole seconds: a key registered in this second may have signed in this second.
    values (owner_id, register_issuer_key.verification_method, register_issuer_key.public_key_multibase,
      date_trunc('second', register_issuer_key.valid_from))
    on conflict (verification_method) do nothing
    returning issuer_key_id into registered;
  if registered is not null then
    perform badges.record_event('register_issuer_key', registered,
      jsonb_build_object('verification_method', register_issuer_key.verification_method));
    return registered;
  end if;
  select k.* into known from badges.issuer_key k where k.verification_method = register_issuer_key.verification_method;
  if known.public_key_multibase <> register_issuer_key.public_key_multibase then
    raise exception 'verification method `%` is registered with another key', register_issuer_key.verification_method
      using errcode = 'unique_violation', hint = 'Keys never change; register the new key under a new name.';
  end if;
  return known.issuer_key_id;
end
$$;

create or replace function badges.retire_issuer_key(verification_method text, valid_until timestamptz default now()) returns void
language plpgsql volatile parallel unsafe security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
declare
  known badges.issuer_key;
begin
  select k.* into known from badges.issuer_key k where k.verification_method = retire_issuer_key.verification_method for update;
  if not found then
    raise exception 'no key `%` is registered', retire_issuer_key.verification_method using errcode = 'no_data_found',
      hint = 'The registered ones are in badges.issuer_key.';
  end if;
  perform badges.require_issuer(known.issuer_id);
  if known.valid_until is not distinct from retire_issuer_key.valid_until then
    return;
  elsif coalesce(known.valid_until < retire_issuer_key.valid_until, known.valid_until is not null)
    and not pg_has_role(badges.acting_role_id(), 'badges_admin', 'usage') then
    raise exception 'key `%` was retired at % UTC, and only badges_admin moves that to a later time', known.verification_method,
      known.valid_until at time zone 'UTC' using errcode = 'insufficient_privilege',
      hint = 'An earlier end is set by whoever acts for the issuer: what was signed after it counts no longer.';
  end if;
  update badges.issuer_key set valid_until = retire_issuer_key.valid_until where issuer_key_id = known.issuer_key_id;
  perform badges.record_event('retire_issuer_key', known.issuer_key_id,
    jsonb_build_object('verification_method', known.verification_method, 'valid_until', retire_issuer_key.valid_until));
end
$$;

create or replace function badges.define_achievement(issuer_did text, achievement jsonb) returns uuid
language plpgsql volatile parallel unsafe security definer set search_path = pg_catalog, pg_temp as $$
declare
  owner_id uuid := badges.require_issuer(issuer_did);
  newest badges.achievement;
  defined uuid := gen_random_uuid();
begin
  if achievement ->> 'id' is null then
    raise exception 'the achievement has no id' using errcode = 'invalid_parameter_value',
      hint = 'Give it an "id" property, a URI that stays the same for all its versions.';
  end if;
  -- Two sessions that define the same achievement at once take turns.
  perform pg_advisory_xact_lock(hashtextextended(issuer_did || ' ' || (achievement ->> 'id'), 0));
  select a.* into newest from badges.achievement a
    where a.issuer_id = owner_id and a.uri = achievement ->> 'id' order by a.version desc limit 1;
  if newest.body = achievement then
    return newest.achievement_id;
  end if;
  insert into badges.achievement (achievement_id, series_id, issuer_id, uri, version, body)
    values (defined, coalesce(newest.series_id, defined), owner_id, achievement ->> 'id', coalesce(newest.version, 0) + 1, achievement);
  perform badges.record_event('define_achievement', defined, jsonb_build_object('uri', achievement ->> 'id'));
  return defined;
end
$$;

create or replace function badges.register_recipient(issuer_did text, platform text, user_id text, display_name text, email text) returns uuid
language plpgsql volatile parallel unsafe security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
declare
  owner_id uuid := badges.require_issuer(register_recipient.issuer_did);
  registered uuid;
begin
  -- Said here, because the error of a constraint would repeat the personal data of the row.
  if register_recipient.platform is null or register_recipient.user_id is null then
    raise exception 'the recipient has no platform or no user id' using errcode = 'invalid_parameter_value',
      hint = 'Both together say who it is; name and address may be null.';
  end if;
  insert into badges.recipient as r (issuer_id, platform, user_id, display_name, email)
    values (owner_id, register_recipient.platform, register_recipient.user_id, register_recipient.display_name, register_recipient.email)
    on conflict (issuer_id, platform, user_id) do update
      set display_name = coalesce(excluded.display_name, r.display_name), email = coalesce(excluded.email, r.email)
      where (r.display_name, r.email) is distinct from
        (coalesce(excluded.display_name, r.display_name), coalesce(excluded.email, r.email))
    returning recipient_id into registered;
  if registered is null then
    select r.recipient_id into registered from badges.recipient r
      where r.issuer_id = owner_id and r.platform = register_recipient.platform and r.user_id = register_recipient.user_id;
  end if;
  return registered;
end
$$;
