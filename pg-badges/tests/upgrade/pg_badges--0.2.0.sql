-- Version 0.2.0 as it installed itself at first, without its comments, which an update writes anew: tests/programs/upgrade.sh starts from it.
create type badges.verdict as (
  outcome text,
  credential_id text,
  issuer_id text,
  achievement_id text,
  valid_from timestamptz,
  valid_until timestamptz,
  missing text[],
  detail text
);
create type badges.examination as (
  outcome text,
  detail text,
  credential_id text,
  issuer_id text,
  achievement_id text,
  subject_id text,
  valid_from timestamptz,
  valid_until timestamptz,
  signed_at timestamptz,
  verification_method text,
  status_list_url text,
  status_index integer,
  status_purpose text,
  missing text[]
);
create table badges.issuer (
  issuer_id uuid not null default gen_random_uuid(),
  did text not null,
  profile jsonb not null,
  tenant_role text,
  created_at timestamptz not null default now(),
  constraint issuer_pkey primary key (issuer_id),
  constraint issuer_did_unique unique (did),
  constraint issuer_did_is_a_did check (did ~ '^did:[a-z0-9]+:[^[:space:]#?]+$'),
  constraint issuer_profile_is_an_object check (jsonb_typeof(profile) = 'object')
);
create table badges.issuer_key (
  issuer_key_id uuid not null default gen_random_uuid(),
  issuer_id uuid not null,
  verification_method text not null,
  public_key_multibase text not null,
  valid_from timestamptz not null default now(),
  valid_until timestamptz,
  created_at timestamptz not null default now(),
  constraint issuer_key_pkey primary key (issuer_key_id),
  constraint issuer_key_verification_method_unique unique (verification_method),
  constraint issuer_key_issuer_fkey foreign key (issuer_id) references badges.issuer,
  constraint issuer_key_ends_after_it_begins check (valid_until >= valid_from)
);
create index issuer_key_issuer on badges.issuer_key (issuer_id);
create table badges.trusted_issuer (
  did text not null,
  note text not null default '',
  trusted_by text not null,
  trusted_at timestamptz not null default now(),
  constraint trusted_issuer_pkey primary key (did),
  constraint trusted_issuer_did_is_a_did check (did ~ '^(did:[a-z0-9]+:|https://)[^[:space:]]+$')
);
create table badges.achievement (
  achievement_id uuid not null default gen_random_uuid(),
  series_id uuid not null,
  issuer_id uuid not null,
  uri text not null,
  version integer not null,
  body jsonb not null,
  created_at timestamptz not null default now(),
  constraint achievement_pkey primary key (achievement_id),
  constraint achievement_version_unique unique (issuer_id, uri, version),
  constraint achievement_series_unique unique (achievement_id, series_id),
  constraint achievement_issuer_fkey foreign key (issuer_id) references badges.issuer,
  constraint achievement_version_counts_from_one check (version >= 1),
  constraint achievement_body_names_it check (jsonb_typeof(body) = 'object' and body ->> 'id' = uri)
);
create index achievement_series on badges.achievement (series_id);
create table badges.recipient (
  recipient_id uuid not null default gen_random_uuid(),
  issuer_id uuid not null,
  platform text,
  user_id text,
  display_name text,
  email text,
  registered_at timestamptz not null default now(),
  erased_at timestamptz,
  constraint recipient_pkey primary key (recipient_id),
  constraint recipient_user_unique unique (issuer_id, platform, user_id),
  constraint recipient_issuer_fkey foreign key (issuer_id) references badges.issuer,
  constraint recipient_is_known_or_erased check (
    case when erased_at is null then platform is not null and user_id is not null
    else platform is null and user_id is null and display_name is null and email is null end)
);
create table badges.status_list (
  status_list_id uuid not null default gen_random_uuid(),
  issuer_id uuid not null,
  purpose text not null default 'revocation',
  url text not null,
  size integer not null default 131072,
  created_at timestamptz not null default clock_timestamp(),
  constraint status_list_pkey primary key (status_list_id),
  constraint status_list_url_unique unique (url),
  constraint status_list_issuer_fkey foreign key (issuer_id) references badges.issuer,
  constraint status_list_purpose_known check (purpose in ('revocation', 'suspension')),
  constraint status_list_size_hides_the_holder check (size between 131072 and 8388608 and size % 8 = 0)
);
create index status_list_issuer on badges.status_list (issuer_id, purpose, created_at);
create table badges.status_entry (
  status_list_id uuid not null,
  status_index integer not null,
  allocated_at timestamptz not null default now(),
  constraint status_entry_pkey primary key (status_list_id, status_index),
  constraint status_entry_status_list_fkey foreign key (status_list_id) references badges.status_list,
  constraint status_entry_index_is_not_negative check (status_index >= 0)
);
create table badges.assertion (
  assertion_id uuid not null default gen_random_uuid(),
  issuer_id uuid not null,
  issuer_key_id uuid not null,
  achievement_id uuid not null,
  series_id uuid not null,
  recipient_id uuid not null,
  status_list_id uuid,
  valid_from timestamptz not null,
  valid_until timestamptz,
  awarded_at timestamptz not null default now(),
  stored_at timestamptz not null default now(),
  status_index integer,
  credential_id text not null,
  occasion text not null default '',
  provenance jsonb not null default '{}',
  credential text not null,
  constraint assertion_pkey primary key (assertion_id),
  constraint assertion_credential_id_unique unique (credential_id),
  constraint assertion_once_per_occasion unique (series_id, recipient_id, occasion),
  constraint assertion_status_entry_unique unique (status_list_id, status_index),
  constraint assertion_issuer_fkey foreign key (issuer_id) references badges.issuer,
  constraint assertion_issuer_key_fkey foreign key (issuer_key_id) references badges.issuer_key,
  constraint assertion_achievement_fkey foreign key (achievement_id, series_id) references badges.achievement (achievement_id, series_id),
  constraint assertion_recipient_fkey foreign key (recipient_id) references badges.recipient,
  constraint assertion_status_entry_fkey foreign key (status_list_id, status_index) references badges.status_entry,
  constraint assertion_status_is_whole check ((status_list_id is null) = (status_index is null)),
  constraint assertion_provenance_is_an_object check (jsonb_typeof(provenance) = 'object')
);
create index assertion_recipient on badges.assertion (recipient_id);
create index assertion_achievement on badges.assertion (achievement_id);
create index assertion_issuer on badges.assertion (issuer_id, awarded_at);
create index assertion_valid_until on badges.assertion (valid_until) where valid_until is not null;
create table badges.revocation (
  assertion_id uuid not null,
  reason text not null,
  revoked_by text not null,
  revoked_at timestamptz not null default now(),
  constraint revocation_pkey primary key (assertion_id),
  constraint revocation_assertion_fkey foreign key (assertion_id) references badges.assertion,
  constraint revocation_has_a_reason check (reason ~ '[^[:space:]]')
);
create table badges.suspension (
  suspension_id uuid not null default gen_random_uuid(),
  assertion_id uuid not null,
  reason text not null,
  suspended_by text not null,
  suspended_at timestamptz not null default now(),
  reinstated_by text,
  reinstated_at timestamptz,
  constraint suspension_pkey primary key (suspension_id),
  constraint suspension_assertion_fkey foreign key (assertion_id) references badges.assertion,
  constraint suspension_has_a_reason check (reason ~ '[^[:space:]]'),
  constraint suspension_ends_after_it_begins check (reinstated_at >= suspended_at),
  constraint suspension_end_is_whole check ((reinstated_by is null) = (reinstated_at is null))
);
create unique index suspension_one_open on badges.suspension (assertion_id) where reinstated_at is null;
create index suspension_assertion on badges.suspension (assertion_id);
create table badges.renewal (
  assertion_id uuid not null,
  superseded_by uuid not null,
  superseded_at timestamptz not null default now(),
  constraint renewal_pkey primary key (assertion_id),
  constraint renewal_superseded_by_unique unique (superseded_by),
  constraint renewal_assertion_fkey foreign key (assertion_id) references badges.assertion,
  constraint renewal_superseded_by_fkey foreign key (superseded_by) references badges.assertion,
  constraint renewal_is_another_assertion check (superseded_by <> assertion_id)
);
create table badges.document (
  url text not null,
  body text not null,
  fetched_at timestamptz not null default now(),
  expires_at timestamptz,
  constraint document_pkey primary key (url),
  constraint document_expires_after_it_was_fetched check (expires_at >= fetched_at)
);
create table badges.audit_event (
  event_id bigint generated by default as identity,
  position bigint,
  happened_at timestamptz not null default clock_timestamp(),
  actor text not null,
  action text not null,
  subject_id uuid,
  details jsonb not null default '{}',
  previous_hash bytea,
  hash bytea,
  constraint audit_event_pkey primary key (event_id),
  constraint audit_event_position_unique unique (position),
  constraint audit_event_seal_is_whole check ((position is null) = (hash is null))
);
create index audit_event_unsealed on badges.audit_event (event_id) where position is null;
create table badges.audit_head (
  only_row boolean not null default true,
  position bigint not null,
  hash bytea not null,
  constraint audit_head_pkey primary key (only_row),
  constraint audit_head_is_one_row check (only_row)
);
do $$
declare
  name text;
begin
  foreach name in array array['issuer', 'issuer_key', 'trusted_issuer', 'achievement', 'recipient', 'status_list', 'status_entry',
    'assertion', 'revocation', 'suspension', 'renewal', 'document', 'audit_event', 'audit_head'] loop
    perform pg_catalog.pg_extension_config_dump(pg_catalog.format('badges.%I', name)::pg_catalog.regclass, '');
  end loop;
  perform pg_catalog.pg_extension_config_dump('badges.audit_event_event_id_seq', '');
end
$$;
CREATE  FUNCTION "bake"(
	"image" bytea,
	"credential" TEXT
) RETURNS bytea
IMMUTABLE STRICT PARALLEL SAFE COST 1000
LANGUAGE c
AS 'MODULE_PATHNAME', 'bake_wrapper';
CREATE  FUNCTION "canonicalize"(
	"document" jsonb
) RETURNS TEXT
IMMUTABLE STRICT PARALLEL SAFE COST 1000
LANGUAGE c
AS 'MODULE_PATHNAME', 'canonicalize_wrapper';
CREATE  FUNCTION "examine"(
	"credential" TEXT,
	"at" timestamp with time zone DEFAULT now()
) RETURNS badges.examination
STRICT STABLE SECURITY DEFINER PARALLEL SAFE COST 1000
SET search_path TO pg_catalog, pg_temp
LANGUAGE c
AS 'MODULE_PATHNAME', 'examine_wrapper';
CREATE  FUNCTION "is_multikey"(
	"key" TEXT
) RETURNS bool
IMMUTABLE STRICT PARALLEL SAFE
LANGUAGE c
AS 'MODULE_PATHNAME', 'is_multikey_wrapper';
CREATE  FUNCTION "jcs"(
	"document" jsonb
) RETURNS TEXT
IMMUTABLE STRICT PARALLEL SAFE COST 50
LANGUAGE c
AS 'MODULE_PATHNAME', 'jcs_wrapper';
CREATE  FUNCTION "proof_is_valid"(
	"credential" TEXT,
	"key" TEXT
) RETURNS bool
IMMUTABLE STRICT PARALLEL SAFE COST 1000
LANGUAGE c
AS 'MODULE_PATHNAME', 'proof_is_valid_wrapper';
CREATE  FUNCTION "recheck"(
	"credential" TEXT,
	"credential_id" TEXT,
	"issuer_did" TEXT,
	"achievement_uri" TEXT,
	"recipient_id" uuid,
	"valid_from" timestamp with time zone,
	"valid_until" timestamp with time zone,
	"has_status_list" bool,
	"at" timestamp with time zone
) RETURNS TEXT
STABLE SECURITY DEFINER PARALLEL SAFE COST 1000
SET search_path TO pg_catalog, pg_temp
LANGUAGE c
AS 'MODULE_PATHNAME', 'recheck_wrapper';
CREATE  FUNCTION "recipient_matches"(
	"credential" TEXT,
	"identity_type" TEXT,
	"value" TEXT
) RETURNS bool
IMMUTABLE STRICT PARALLEL SAFE COST 50
LANGUAGE c
AS 'MODULE_PATHNAME', 'recipient_matches_wrapper';
CREATE  FUNCTION "set_bits"(
	"size" INT,
	"indexes" INT[]
) RETURNS bytea
IMMUTABLE STRICT PARALLEL SAFE
LANGUAGE c
AS 'MODULE_PATHNAME', 'set_bits_wrapper';
CREATE  FUNCTION "unbake"(
	"image" bytea
) RETURNS TEXT
IMMUTABLE STRICT PARALLEL SAFE COST 1000
LANGUAGE c
AS 'MODULE_PATHNAME', 'unbake_wrapper';
CREATE  FUNCTION "verify"(
	"credential" TEXT,
	"at" timestamp with time zone DEFAULT now()
) RETURNS badges.verdict
STRICT STABLE SECURITY DEFINER PARALLEL SAFE COST 1000
SET search_path TO pg_catalog, pg_temp
LANGUAGE c
AS 'MODULE_PATHNAME', 'verify_wrapper';
CREATE  FUNCTION "verify"(
	"credential" bytea,
	"at" timestamp with time zone DEFAULT now()
) RETURNS badges.verdict
STRICT STABLE SECURITY DEFINER PARALLEL SAFE  COST 1000
SET search_path TO pg_catalog, pg_temp
LANGUAGE c
AS 'MODULE_PATHNAME', 'verify_file_wrapper';
CREATE  FUNCTION "verify_checks"(
	"credential" TEXT,
	"at" timestamp with time zone DEFAULT now()
) RETURNS TABLE (
	"name" TEXT,
	"result" TEXT,
	"detail" TEXT
)
STRICT STABLE SECURITY DEFINER PARALLEL SAFE COST 1000
SET search_path TO pg_catalog, pg_temp
LANGUAGE c
AS 'MODULE_PATHNAME', 'verify_checks_wrapper';
CREATE  FUNCTION "verify_checks"(
	"credential" bytea,
	"at" timestamp with time zone DEFAULT now()
) RETURNS TABLE (
	"name" TEXT,
	"result" TEXT,
	"detail" TEXT
)
STRICT STABLE SECURITY DEFINER PARALLEL SAFE  COST 1000
SET search_path TO pg_catalog, pg_temp
LANGUAGE c
AS 'MODULE_PATHNAME', 'verify_file_checks_wrapper';
CREATE  FUNCTION "verify_outcome"(
	"credential" TEXT,
	"at" timestamp with time zone DEFAULT now()
) RETURNS TEXT
STRICT STABLE SECURITY DEFINER PARALLEL SAFE COST 1000
SET search_path TO pg_catalog, pg_temp
LANGUAGE c
AS 'MODULE_PATHNAME', 'verify_outcome_wrapper';
create function badges.acting_role() returns name
language sql stable parallel restricted security invoker set search_path = pg_catalog, pg_temp as $$
  select coalesce(nullif(current_setting('role', true), 'none')::name, session_user)
$$;
create function badges.acts_for(tenant_role text) returns boolean
language sql stable parallel restricted security invoker set search_path = pg_catalog, pg_temp as $$
  select tenant_role is null or exists (
    select from pg_roles r
    where r.rolname in (tenant_role::name, 'badges_admin') and pg_has_role(badges.acting_role(), r.oid, 'usage'))
$$;
create function badges.visible_issuers() returns setof uuid
language sql stable parallel restricted security definer set search_path = pg_catalog, pg_temp as $$
  select i.issuer_id from badges.issuer i where badges.acts_for(i.tenant_role)
$$;
create function badges.require_issuer(issuer_did text) returns uuid
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
      using errcode = 'insufficient_privilege', hint = pg_catalog.format('Members of role "%s" may.', found_issuer.tenant_role);
  end if;
  return found_issuer.issuer_id;
end
$$;
create function badges.require_issuer(issuer_id uuid) returns uuid
language sql stable parallel restricted security definer set search_path = pg_catalog, pg_temp as $$
  select badges.require_issuer(i.did) from badges.issuer i where i.issuer_id = require_issuer.issuer_id
$$;
create function badges.register_issuer(did text, profile jsonb) returns uuid
language plpgsql volatile parallel unsafe security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
declare
  registered uuid;
begin
  if coalesce(register_issuer.profile ->> 'id', register_issuer.did) <> register_issuer.did then
    raise exception 'the profile''s id is `%`, expected `%`', register_issuer.profile ->> 'id', register_issuer.did
      using errcode = 'invalid_parameter_value';
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
create function badges.assign_issuer(issuer_did text, tenant_role text) returns void
language plpgsql volatile parallel unsafe security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_variable
declare
  assigned uuid := badges.require_issuer(issuer_did);
begin
  if tenant_role is not null and not exists (select from pg_roles where rolname = tenant_role) then
    raise exception 'role "%" does not exist', tenant_role using errcode = 'undefined_object';
  end if;
  update badges.issuer i set tenant_role = assign_issuer.tenant_role where i.issuer_id = assigned;
  perform badges.record_event('assign_issuer', assigned, jsonb_build_object('tenant_role', tenant_role));
end
$$;
create function badges.register_issuer_key(issuer_did text, verification_method text, public_key_multibase text,
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
create function badges.retire_issuer_key(verification_method text, valid_until timestamptz default now()) returns void
language plpgsql volatile parallel unsafe security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
declare
  known badges.issuer_key;
begin
  select k.* into known from badges.issuer_key k where k.verification_method = retire_issuer_key.verification_method for update;
  if not found then
    raise exception 'no key `%` is registered', retire_issuer_key.verification_method using errcode = 'no_data_found';
  end if;
  perform badges.require_issuer(known.issuer_id);
  if known.valid_until is not distinct from retire_issuer_key.valid_until then
    return;
  end if;
  update badges.issuer_key set valid_until = retire_issuer_key.valid_until where issuer_key_id = known.issuer_key_id;
  perform badges.record_event('retire_issuer_key', known.issuer_key_id,
    jsonb_build_object('verification_method', known.verification_method, 'valid_until', retire_issuer_key.valid_until));
end
$$;
create function badges.define_achievement(issuer_did text, achievement jsonb) returns uuid
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
create function badges.register_recipient(issuer_did text, platform text, user_id text, display_name text, email text) returns uuid
language plpgsql volatile parallel unsafe security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
declare
  owner_id uuid := badges.require_issuer(register_recipient.issuer_did);
  registered uuid;
begin
  -- Said here, because the error of a constraint would repeat the personal data of the row.
  if register_recipient.platform is null or register_recipient.user_id is null then
    raise exception 'the recipient has no platform or no user id' using errcode = 'invalid_parameter_value';
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
create function badges.guard_new_assertion(new_row badges.assertion) returns badges.assertion
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
create function badges.guard_signed_columns(new_row badges.assertion, signed badges.examination, issuer_id uuid, issuer_key_id uuid,
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
create function badges.guard_assertion() returns trigger
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
create trigger assertion_guard before insert or update or delete on badges.assertion
  for each row execute function badges.guard_assertion();
create trigger assertion_guard_truncate before truncate on badges.assertion
  for each statement execute function badges.guard_assertion();
alter table badges.assertion enable always trigger assertion_guard;
alter table badges.assertion enable always trigger assertion_guard_truncate;
create function badges.store_assertion(credential text, recipient_id uuid, achievement_id uuid, occasion text default '',
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
create function badges.store_assertions(credentials text[], recipient_ids uuid[], achievement_ids uuid[],
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
  with stored as (
    insert into badges.assertion (credential, recipient_id, achievement_id, occasion, provenance)
    select c.credential, c.recipient_id, c.achievement_id, coalesce(c.occasion, ''), coalesce(c.provenance, '{}')
    from unnest(credentials, recipient_ids, achievement_ids, occasions, provenances)
      with ordinality c (credential, recipient_id, achievement_id, occasion, provenance, ordinal)
    order by c.ordinal
    on conflict (credential_id) do nothing
    returning assertion_id)
  select array_agg(s.assertion_id) into stored_ids from stored s;
  perform badges.check_stored(stored_ids);
  if stored_ids is not null then
    perform badges.record_event('store_assertion', case when cardinality(stored_ids) = 1 then stored_ids[1] end,
      jsonb_build_object('count', cardinality(stored_ids), 'assertion_ids', to_jsonb(stored_ids)));
  end if;
  return query select * from badges.list_stored(credentials, recipient_ids, achievement_ids, stored_ids);
end
$$;
create function badges.check_stored(stored_ids uuid[]) returns void
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
    raise exception 'recipient % is erased', refused.recipient_id using errcode = 'check_violation';
  elsif refused.valid_until < clock_timestamp() then
    raise exception 'the credential does not verify: expired' using errcode = 'check_violation',
      detail = format('It was valid until %s.', refused.valid_until at time zone 'UTC');
  elsif refused.valid_from > clock_timestamp() then
    raise exception 'the credential does not verify: not_yet_valid' using errcode = 'check_violation',
      detail = format('It is valid from %s.', refused.valid_from at time zone 'UTC');
  end if;
end
$$;
create function badges.list_stored(credentials text[], recipient_ids uuid[], achievement_ids uuid[], new_ids uuid[])
returns table (ordinal integer, assertion_id uuid, is_new boolean)
language plpgsql stable parallel restricted security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
declare
  offered record;
  known badges.assertion;
  returned uuid[] := '{}';
  is_simple boolean := coalesce(cardinality(new_ids), 0) = cardinality(credentials);
begin
  for offered in select * from unnest(credentials, recipient_ids, achievement_ids)
    with ordinality o (credential, recipient_id, achievement_id, place) loop
    ordinal := offered.place;
    if is_simple then
      assertion_id := new_ids[offered.place];
      is_new := true;
      return next;
      continue;
    end if;
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
create function badges.require_assertion(assertion_id uuid) returns badges.assertion
language plpgsql volatile parallel unsafe security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
declare
  found_assertion badges.assertion;
begin
  select a.* into found_assertion from badges.assertion a where a.assertion_id = require_assertion.assertion_id for update;
  if not found then
    raise exception 'no assertion % is stored', coalesce(require_assertion.assertion_id::text, 'null') using errcode = 'no_data_found';
  end if;
  perform badges.require_issuer(found_assertion.issuer_id);
  return found_assertion;
end
$$;
create function badges.require_reason(reason text) returns text
language plpgsql immutable parallel safe set search_path = pg_catalog, pg_temp as $$
begin
  if reason is null or reason !~ '[^[:space:]]' then
    raise exception 'a reason is missing' using errcode = 'invalid_parameter_value', hint = 'Say why in a few words; it is kept and shown.';
  end if;
  return reason;
end
$$;
create function badges.revoke(assertion_id uuid, reason text) returns void
language plpgsql volatile parallel unsafe security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
declare
  target badges.assertion := badges.require_assertion(revoke.assertion_id);
begin
  insert into badges.revocation (assertion_id, reason, revoked_by)
    values (target.assertion_id, badges.require_reason(revoke.reason), badges.acting_role())
    on conflict (assertion_id) do nothing;
  if found then
    perform badges.record_event('revoke', target.assertion_id, jsonb_build_object('reason', revoke.reason));
  end if;
end
$$;
create function badges.suspend(assertion_id uuid, reason text) returns void
language plpgsql volatile parallel unsafe security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
declare
  target badges.assertion := badges.require_assertion(suspend.assertion_id);
begin
  if exists (select from badges.revocation r where r.assertion_id = target.assertion_id) then
    raise exception 'assertion % is revoked', target.assertion_id using errcode = 'object_not_in_prerequisite_state',
      hint = 'A revocation is final.';
  end if;
  insert into badges.suspension (assertion_id, reason, suspended_by)
    values (target.assertion_id, badges.require_reason(suspend.reason), badges.acting_role())
    on conflict (assertion_id) where reinstated_at is null do nothing;
  if found then
    perform badges.record_event('suspend', target.assertion_id, jsonb_build_object('reason', suspend.reason));
  end if;
end
$$;
create function badges.reinstate(assertion_id uuid) returns void
language plpgsql volatile parallel unsafe security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
declare
  target badges.assertion := badges.require_assertion(reinstate.assertion_id);
begin
  if exists (select from badges.revocation r where r.assertion_id = target.assertion_id) then
    raise exception 'assertion % is revoked', target.assertion_id using errcode = 'object_not_in_prerequisite_state',
      hint = 'A revocation is final; award the badge again for another occasion.';
  end if;
  update badges.suspension s set reinstated_at = now(), reinstated_by = badges.acting_role()
    where s.assertion_id = target.assertion_id and s.reinstated_at is null;
  if found then
    perform badges.record_event('reinstate', target.assertion_id);
  end if;
end
$$;
create function badges.supersede(assertion_id uuid, superseded_by uuid) returns void
language plpgsql volatile parallel unsafe security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
declare
  older badges.assertion := badges.require_assertion(supersede.assertion_id);
  newer badges.assertion := badges.require_assertion(supersede.superseded_by);
  successor uuid := (select n.superseded_by from badges.renewal n where n.assertion_id = older.assertion_id);
begin
  if successor = newer.assertion_id then
    return;
  elsif successor is not null then
    raise exception 'assertion % is superseded by % already', older.assertion_id, successor
      using errcode = 'object_not_in_prerequisite_state';
  elsif newer.recipient_id <> older.recipient_id or newer.series_id <> older.series_id then
    raise exception 'assertion % is for another recipient or achievement', newer.assertion_id using errcode = 'check_violation',
      hint = 'A renewal is the same achievement, awarded to the same recipient for a later occasion.';
  elsif newer.valid_from < older.valid_from or newer.assertion_id = older.assertion_id
    or exists (select from badges.renewal n where n.assertion_id = newer.assertion_id) then
    raise exception 'assertion % is not newer than %', newer.assertion_id, older.assertion_id using errcode = 'check_violation';
  end if;
  insert into badges.renewal (assertion_id, superseded_by) values (older.assertion_id, newer.assertion_id);
  perform badges.record_event('supersede', older.assertion_id, jsonb_build_object('superseded_by', newer.assertion_id));
end
$$;
create function badges.erase_recipient(recipient_id uuid) returns void
language plpgsql volatile parallel unsafe security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
declare
  target badges.recipient;
begin
  select r.* into target from badges.recipient r where r.recipient_id = erase_recipient.recipient_id for update;
  if not found then
    raise exception 'no recipient % is registered', coalesce(erase_recipient.recipient_id::text, 'null') using errcode = 'no_data_found';
  end if;
  perform badges.require_issuer(target.issuer_id);
  if target.erased_at is not null then
    return;
  end if;
  update badges.recipient r set platform = null, user_id = null, display_name = null, email = null, erased_at = now()
    where r.recipient_id = target.recipient_id;
  perform badges.record_event('erase_recipient', target.recipient_id);
end
$$;
create function badges.list_states(at timestamptz default now())
returns table (assertion_id uuid, credential_id text, issuer_id uuid, achievement_id uuid, series_id uuid, recipient_id uuid, occasion text,
  valid_from timestamptz, valid_until timestamptz, awarded_at timestamptz, superseded_by uuid, state text)
language sql stable parallel safe as $$
  select a.assertion_id, a.credential_id, a.issuer_id, a.achievement_id, a.series_id, a.recipient_id, a.occasion,
    a.valid_from, a.valid_until, a.awarded_at, n.superseded_by,
    case
      when v.assertion_id is not null then 'revoked'
      when r.erased_at <= list_states.at then 'erased'
      when s.assertion_id is not null then 'suspended'
      when n.superseded_at <= list_states.at then 'superseded'
      when a.valid_until < list_states.at then 'expired'
      when a.valid_from > list_states.at then 'not_yet_valid'
      else 'current'
    end
  from badges.assertion a
    join badges.recipient r on r.recipient_id = a.recipient_id
    left join badges.revocation v on v.assertion_id = a.assertion_id and v.revoked_at <= list_states.at
    left join badges.suspension s on s.assertion_id = a.assertion_id and s.suspended_at <= list_states.at
      and coalesce(s.reinstated_at > list_states.at, true)
    left join badges.renewal n on n.assertion_id = a.assertion_id
$$;
create function badges.credential_state(credential_id text, at timestamptz default now()) returns text
language sql stable parallel safe security definer set search_path = pg_catalog, pg_temp as $$
  select coalesce((select s.state from badges.list_states(credential_state.at) s
    where s.credential_id = credential_state.credential_id), 'unknown')
$$;
create function badges.guard_history() returns trigger
language plpgsql volatile parallel unsafe security definer set search_path = pg_catalog, pg_temp as $$
begin
  if tg_table_name = 'suspension' and tg_op = 'UPDATE' then
    if old.reinstated_at is null and (new.suspension_id, new.assertion_id, new.reason, new.suspended_by, new.suspended_at)
      is not distinct from (old.suspension_id, old.assertion_id, old.reason, old.suspended_by, old.suspended_at) then
      return new;
    end if;
  elsif tg_table_name = 'audit_event' and tg_op = 'UPDATE' then
    if old.hash is null and (new.event_id, new.happened_at, new.actor, new.action, new.subject_id, new.details)
      is not distinct from (old.event_id, old.happened_at, old.actor, old.action, old.subject_id, old.details) then
      return new;
    end if;
  end if;
  raise exception 'what is written in badges.% stays', tg_table_name using errcode = 'restrict_violation',
    hint = 'It is the record of what happened; write what is right now as a new event.';
end
$$;
create trigger revocation_guard before update or delete on badges.revocation
  for each row execute function badges.guard_history();
create trigger revocation_guard_truncate before truncate on badges.revocation
  for each statement execute function badges.guard_history();
create trigger suspension_guard before update or delete on badges.suspension
  for each row execute function badges.guard_history();
create trigger suspension_guard_truncate before truncate on badges.suspension
  for each statement execute function badges.guard_history();
create trigger renewal_guard before update or delete on badges.renewal
  for each row execute function badges.guard_history();
create trigger renewal_guard_truncate before truncate on badges.renewal
  for each statement execute function badges.guard_history();
create trigger audit_event_guard before update or delete on badges.audit_event
  for each row execute function badges.guard_history();
create trigger audit_event_guard_truncate before truncate on badges.audit_event
  for each statement execute function badges.guard_history();
alter table badges.revocation enable always trigger revocation_guard;
alter table badges.suspension enable always trigger suspension_guard;
alter table badges.renewal enable always trigger renewal_guard;
alter table badges.audit_event enable always trigger audit_event_guard;
create function badges.record_event(action text, subject_id uuid, details jsonb default '{}') returns void
language sql volatile parallel unsafe security definer set search_path = pg_catalog, pg_temp as $$
  insert into badges.audit_event (actor, action, subject_id, details) values (badges.acting_role(), action, subject_id, details)
$$;
create function badges.hash_event(previous_hash bytea, event badges.audit_event) returns bytea
language sql immutable parallel safe set search_path = pg_catalog, pg_temp as $$
  select sha256(coalesce(previous_hash, '') || convert_to(jsonb_build_array(event.position, event.event_id,
    (extract(epoch from event.happened_at) * 1000000)::bigint, event.actor, event.action, event.subject_id, event.details)::text, 'UTF8'))
$$;
create function badges.seal_event() returns trigger
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
create constraint trigger audit_event_seal after insert on badges.audit_event
  deferrable initially deferred for each row when (new.hash is null) execute function badges.seal_event();
create function badges.verify_audit_chain(expected_position bigint default null, expected_hash bytea default null)
returns table (is_intact boolean, events bigint, first_broken_position bigint, detail text)
language plpgsql stable parallel restricted security definer set search_path = pg_catalog, pg_temp as $$
declare
  event badges.audit_event;
  head badges.audit_head;
  expected bytea := sha256('');
begin
  events := 0;
  is_intact := false;
  for event in select e.* from badges.audit_event e where e.position is not null order by e.position loop
    first_broken_position := events + 1;
    if event.position <> events + 1 then
      detail := format('event %s is missing', events + 1);
    elsif event.previous_hash is distinct from expected then
      detail := format('event %s does not follow the one before it', event.position);
    elsif badges.hash_event(expected, event) is distinct from event.hash then
      detail := format('event %s was altered', event.position);
    elsif event.position = expected_position and event.hash is distinct from expected_hash then
      detail := format('event %s is not the one that was noted', event.position);
    else
      expected := event.hash;
      events := events + 1;
      continue;
    end if;
    return next;
    return;
  end loop;
  select h.* into head from badges.audit_head h;
  first_broken_position := events + 1;
  if coalesce(head.position, 0) <> events or coalesce(head.hash, sha256('')) <> expected or expected_position > events then
    detail := format('events after %s are missing', events);
  else
    is_intact := true;
    first_broken_position := null;
    detail := format('%s events, none altered, none missing', events);
  end if;
  return next;
end
$$;
create function badges.verify_assertion(assertion_id uuid, at timestamptz default now()) returns badges.verdict
language plpgsql stable parallel safe security invoker set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
declare
  stored text;
  verdict badges.verdict;
begin
  select a.credential into stored from badges.assertion a where a.assertion_id = verify_assertion.assertion_id;
  if not found then
    verdict.outcome := 'unknown';
    verdict.missing := '{}';
    verdict.detail := format('no assertion %s is stored here', coalesce(verify_assertion.assertion_id::text, 'null'));
    return verdict;
  end if;
  verdict := badges.verify(stored, verify_assertion.at);
  if verdict.outcome in ('valid', 'expired', 'not_yet_valid', 'suspended')
    and badges.credential_state(verdict.credential_id, verify_assertion.at) = 'erased' then
    verdict.outcome := 'erased';
    verdict.detail := 'the recipient asked for erasure; the proof still holds';
  end if;
  return verdict;
end
$$;
create function badges.audit_assertions(at timestamptz default now())
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
create function badges.audit(at timestamptz default now())
returns table (outcome text, assertions bigint, is_failure boolean, assertion_ids uuid[])
language sql stable parallel safe as $$
  select a.outcome, count(*), a.outcome not in ('valid', 'expired', 'not_yet_valid', 'revoked', 'suspended', 'erased'),
    (array_agg(a.assertion_id order by a.assertion_id)
      filter (where a.outcome not in ('valid', 'expired', 'not_yet_valid', 'revoked', 'suspended', 'erased')))
  from badges.audit_assertions(audit.at) a
  group by a.outcome
  order by 3 desc, 1
$$;
create function badges.audit_failures(at timestamptz default now())
returns table (assertion_id uuid, credential_id text, outcome text, detail text)
language sql stable parallel safe as $$
  select a.assertion_id, a.credential_id, a.outcome, case a.outcome
    when 'altered' then 'the columns beside the credential contradict it'
    else (select (badges.examine(b.credential)).detail from badges.assertion b where b.assertion_id = a.assertion_id) end
  from badges.audit_assertions(audit_failures.at) a
  where a.outcome not in ('valid', 'expired', 'not_yet_valid', 'revoked', 'suspended', 'erased')
$$;
create function badges.allocate_status_entry(issuer_did text, url_prefix text, purpose text default 'revocation',
  out status_list_url text, out status_index integer)
language plpgsql volatile parallel unsafe security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
declare
  owner_id uuid := badges.require_issuer(allocate_status_entry.issuer_did);
  list badges.status_list;
  new_id uuid;
begin
  loop
    select l.* into list from badges.status_list l
      where l.issuer_id = owner_id and l.purpose = allocate_status_entry.purpose order by l.created_at desc limit 1;
    if found then
      status_list_url := list.url;
      status_index := badges.take_status_index(list);
      if status_index is not null then
        return;
      end if;
    end if;
    -- Full, or there is none: one session makes the next list, the others wait and look again.
    perform pg_advisory_xact_lock(hashtextextended('badges.status_list ' || owner_id || allocate_status_entry.purpose, 0));
    if list.status_list_id is not distinct from (select l.status_list_id from badges.status_list l
      where l.issuer_id = owner_id and l.purpose = allocate_status_entry.purpose order by l.created_at desc limit 1) then
      new_id := gen_random_uuid();
      insert into badges.status_list (status_list_id, issuer_id, purpose, url)
        values (new_id, owner_id, allocate_status_entry.purpose, rtrim(allocate_status_entry.url_prefix, '/') || '/' || new_id);
    end if;
  end loop;
end
$$;
create function badges.take_status_index(list badges.status_list) returns integer
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
create function badges.random_index(size integer) returns integer
language sql volatile parallel safe set search_path = pg_catalog, pg_temp as $$
  select (('x' || substr(replace(gen_random_uuid()::text, '-', ''), 1, 8))::bit(32)::bigint * size >> 32)::integer
$$;
create function badges.status_list_bits(url text, at timestamptz default now(), out issuer_did text, out purpose text, out size integer,
  out entries_set bigint, out bits bytea)
language sql stable parallel restricted security definer set search_path = pg_catalog, pg_temp as $$
  select i.did, l.purpose, l.size, cardinality(b.indexes), badges.set_bits(l.size, b.indexes)
  from badges.status_list l join badges.issuer i using (issuer_id)
    cross join lateral (
      select coalesce(array_agg(a.status_index), '{}') as indexes from badges.assertion a
      where a.status_list_id = l.status_list_id and case l.purpose
        when 'revocation' then exists (
          select from badges.revocation v where v.assertion_id = a.assertion_id and v.revoked_at <= status_list_bits.at)
        else exists (select from badges.suspension s where s.assertion_id = a.assertion_id and s.suspended_at <= status_list_bits.at
          and coalesce(s.reinstated_at > status_list_bits.at, true)) end) b
  where l.url = status_list_bits.url
$$;
create function badges.put_document(url text, body text, expires_at timestamptz default null, fetched_at timestamptz default now())
returns void
language sql volatile parallel unsafe security definer set search_path = pg_catalog, pg_temp as $$
  insert into badges.document as d (url, body, fetched_at, expires_at)
    values (put_document.url, put_document.body, put_document.fetched_at, put_document.expires_at)
    on conflict on constraint document_pkey do update
      set body = excluded.body, fetched_at = excluded.fetched_at, expires_at = excluded.expires_at
      where d.fetched_at <= excluded.fetched_at
$$;
create function badges.drop_document(url text) returns void
language sql volatile parallel unsafe security definer set search_path = pg_catalog, pg_temp as $$
  delete from badges.document d where d.url = drop_document.url
$$;
create function badges.trust_issuer(did text, note text default '') returns void
language plpgsql volatile parallel unsafe security definer set search_path = pg_catalog, pg_temp as $$
begin
  insert into badges.trusted_issuer (did, note, trusted_by) values (trust_issuer.did, trust_issuer.note, badges.acting_role())
    on conflict on constraint trusted_issuer_pkey do nothing;
  if found then
    perform badges.record_event('trust_issuer', null, jsonb_build_object('did', trust_issuer.did, 'note', trust_issuer.note));
  end if;
end
$$;
create function badges.distrust_issuer(did text) returns void
language plpgsql volatile parallel unsafe security definer set search_path = pg_catalog, pg_temp as $$
begin
  delete from badges.trusted_issuer t where t.did = distrust_issuer.did;
  if found then
    perform badges.record_event('distrust_issuer', null, jsonb_build_object('did', distrust_issuer.did));
  end if;
end
$$;
alter table badges.issuer_key add constraint issuer_key_is_a_multikey check (badges.is_multikey(public_key_multibase));
create function badges.verify(credential jsonb, at timestamptz default now()) returns badges.verdict
language sql stable strict parallel safe cost 1000 as $$
  select badges.verify(credential::text, at)
$$;
create function badges.verify_outcome(credential jsonb, at timestamptz default now()) returns text
language sql stable strict parallel safe cost 1000 as $$
  select badges.verify_outcome(credential::text, at)
$$;
create function badges.verify_checks(credential jsonb, at timestamptz default now())
returns table (name text, result text, detail text)
language sql stable strict parallel safe cost 1000 as $$
  select * from badges.verify_checks(credential::text, at)
$$;
create function badges.proof_is_valid(credential jsonb, key text) returns boolean
language sql immutable strict parallel safe cost 1000 as $$
  select badges.proof_is_valid(credential::text, key)
$$;
create function badges.recipient_matches(credential jsonb, identity_type text, value text) returns boolean
language sql immutable strict parallel safe cost 50 as $$
  select badges.recipient_matches(credential::text, identity_type, value)
$$;
create view badges.assertion_state as
  select * from badges.list_states(now());
create view badges.expiring_assertion as
  select s.assertion_id, s.credential_id, s.issuer_id, s.achievement_id, s.recipient_id, s.valid_until, s.valid_until - now() as time_left
  from badges.list_states(now()) s
  where s.state = 'current' and s.valid_until <= now() + interval '90 days';
create view badges.lapsed_assertion as
  select s.assertion_id, s.credential_id, s.issuer_id, s.achievement_id, s.recipient_id, s.valid_until
  from badges.list_states(now()) s
  where s.state = 'expired';
do $$
declare
  name text;
begin
  foreach name in array array['badges_reader', 'badges_issuer', 'badges_personal', 'badges_admin'] loop
    if not exists (select from pg_catalog.pg_roles where rolname = name) then
      execute pg_catalog.format('create role %I nologin', name);
    end if;
  end loop;
end
$$;
grant badges_reader, badges_issuer to badges_admin;
revoke all on schema badges from public;
revoke all on all tables in schema badges from public;
revoke all on all functions in schema badges from public;
grant usage on schema badges to public;
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
  -- Asked by the policies below for whoever reads a table; they say only what the reader may see anyway.
  badges.acting_role(),
  badges.acts_for(text),
  badges.visible_issuers()
  to public;
grant select on badges.issuer, badges.issuer_key, badges.trusted_issuer, badges.achievement, badges.assertion, badges.revocation,
  badges.suspension, badges.renewal, badges.status_list, badges.status_entry, badges.document, badges.audit_head,
  badges.assertion_state, badges.expiring_assertion, badges.lapsed_assertion to badges_reader;
grant select (recipient_id, issuer_id, registered_at, erased_at) on badges.recipient to badges_reader;
grant execute on function
  badges.verify_assertion(uuid, timestamptz),
  badges.credential_state(text, timestamptz),
  badges.list_states(timestamptz),
  badges.examine(text, timestamptz),
  badges.recheck(text, text, text, text, uuid, timestamptz, timestamptz, boolean, timestamptz),
  badges.audit_assertions(timestamptz),
  badges.audit(timestamptz),
  badges.audit_failures(timestamptz),
  badges.verify_audit_chain(bigint, bytea),
  badges.status_list_bits(text, timestamptz)
  to badges_reader;
grant select on badges.audit_event to badges_admin;
grant select on badges.recipient to badges_personal;
grant select on badges.issuer to badges_personal;
grant execute on function
  badges.register_issuer(text, jsonb),
  badges.register_issuer_key(text, text, text, timestamptz),
  badges.retire_issuer_key(text, timestamptz),
  badges.define_achievement(text, jsonb),
  badges.register_recipient(text, text, text, text, text),
  badges.store_assertion(text, uuid, uuid, text, jsonb),
  badges.store_assertions(text[], uuid[], uuid[], text[], jsonb[]),
  badges.revoke(uuid, text),
  badges.suspend(uuid, text),
  badges.reinstate(uuid),
  badges.supersede(uuid, uuid),
  badges.erase_recipient(uuid),
  badges.allocate_status_entry(text, text, text),
  badges.status_list_bits(text, timestamptz),
  badges.credential_state(text, timestamptz),
  badges.put_document(text, text, timestamptz, timestamptz),
  badges.drop_document(text)
  to badges_issuer;
grant execute on function
  badges.assign_issuer(text, text),
  badges.trust_issuer(text, text),
  badges.distrust_issuer(text)
  to badges_admin;
alter table badges.issuer enable row level security;
alter table badges.issuer_key enable row level security;
alter table badges.achievement enable row level security;
alter table badges.recipient enable row level security;
alter table badges.assertion enable row level security;
alter table badges.status_list enable row level security;
alter table badges.status_entry enable row level security;
alter table badges.revocation enable row level security;
alter table badges.suspension enable row level security;
alter table badges.renewal enable row level security;
create policy issuer_of_tenant on badges.issuer for select
  using (issuer_id = any (array(select badges.visible_issuers())));
create policy issuer_key_of_tenant on badges.issuer_key for select
  using (issuer_id = any (array(select badges.visible_issuers())));
create policy achievement_of_tenant on badges.achievement for select
  using (issuer_id = any (array(select badges.visible_issuers())));
create policy recipient_of_tenant on badges.recipient for select
  using (issuer_id = any (array(select badges.visible_issuers())));
create policy assertion_of_tenant on badges.assertion for select
  using (issuer_id = any (array(select badges.visible_issuers())));
create policy status_list_of_tenant on badges.status_list for select
  using (issuer_id = any (array(select badges.visible_issuers())));
create policy status_entry_of_tenant on badges.status_entry for select
  using (exists (select from badges.status_list l where l.status_list_id = status_entry.status_list_id));
create policy revocation_of_tenant on badges.revocation for select
  using (exists (select from badges.assertion a where a.assertion_id = revocation.assertion_id));
create policy renewal_of_tenant on badges.renewal for select
  using (exists (select from badges.assertion a where a.assertion_id = renewal.assertion_id));
create policy suspension_of_tenant on badges.suspension for select
  using (exists (select from badges.assertion a where a.assertion_id = suspension.assertion_id));
