-- Tables and composite types. Functions are in 20 to 26, comments in 80, grants in 90.
-- Foreign keys also fix the order in which pg_dump writes the data: an issuer's keys are restored before the
-- assertions that need them to be verified again. (A restore by several jobs at once does not keep that order for
-- tables of extensions: restore --section=data by one job.)

-- The library reads and writes UTF-8; with another encoding it would fail at the first letter beyond ASCII.
do $$
begin
  if pg_catalog.current_setting('server_encoding') <> 'UTF8' then
    raise exception 'pg_badges needs a database with encoding UTF8, not %', pg_catalog.current_setting('server_encoding')
      using errcode = 'feature_not_supported', hint = 'Make one: create database ... encoding ''UTF8'' template template0.';
  end if;
end
$$;

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
  constraint issuer_key_issuer_unique unique (issuer_key_id, issuer_id),
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
  -- The key of that issuer, which the key's own constraint knows to exist.
  constraint assertion_issuer_key_fkey foreign key (issuer_key_id, issuer_id) references badges.issuer_key (issuer_key_id, issuer_id),
  constraint assertion_achievement_fkey foreign key (achievement_id, series_id) references badges.achievement (achievement_id, series_id),
  constraint assertion_recipient_fkey foreign key (recipient_id) references badges.recipient,
  constraint assertion_status_entry_fkey foreign key (status_list_id, status_index) references badges.status_entry,
  constraint assertion_status_is_whole check ((status_list_id is null) = (status_index is null)),
  constraint assertion_provenance_is_an_object check (jsonb_typeof(provenance) = 'object')
)
-- The planner counts pages without TOAST, where the credentials are, and would start no worker below 8 MB: 25,000 verifications.
-- So it is told how many are worth it; max_parallel_workers_per_gather bounds them, and costs still decide whether any is.
with (parallel_workers = 8);
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

-- pg_dump writes the rows of these tables; everything else of the extension comes back with `create extension`.
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
