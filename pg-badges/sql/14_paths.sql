-- Paths through programmes, who may see who holds what, what holders say of the use of their badges; and how sure a membership or an
-- imported badge is. As in 13: what is recorded stays, what ends is closed.

alter table badges.programme
  add column summary jsonb not null default '{}',
  add column has_standing boolean not null default false,
  add constraint programme_summary_is_in_languages check (jsonb_typeof(summary) = 'object');

-- No foreign key for what a step leads to: it may be another programme's, and pg_dump orders these rows as it likes.
alter table badges.programme_achievement
  add column place integer,
  add column purpose text,
  add column leads_to uuid,
  add constraint programme_achievement_place_counts_from_one check (place >= 1),
  add constraint programme_achievement_purpose_known check (purpose in ('start', 'understand', 'apply', 'continue'));

create table badges.programme_stage (
  programme_id uuid not null,
  stage integer not null,
  name jsonb not null,
  constraint programme_stage_pkey primary key (programme_id, stage),
  constraint programme_stage_programme_fkey foreign key (programme_id) references badges.programme,
  constraint programme_stage_counts_from_one check (stage >= 1),
  constraint programme_stage_name_is_in_languages check (jsonb_typeof(name) = 'object' and name <> '{}')
);

-- Nobody sees who holds what unless a row says so. A viewer is a role of an application or a role of the database.
create table badges.holder_visibility (
  holder_visibility_id uuid not null default gen_random_uuid(),
  issuer_id uuid not null,
  from_level integer not null,
  viewer text not null,
  population text,
  said_by text not null,
  said_at timestamptz not null default now(),
  ended_by text,
  ended_at timestamptz,
  constraint holder_visibility_pkey primary key (holder_visibility_id),
  constraint holder_visibility_issuer_fkey foreign key (issuer_id) references badges.issuer,
  constraint holder_visibility_level_counts_from_one check (from_level >= 1),
  constraint holder_visibility_has_a_viewer check (viewer ~ '[^[:space:]]'),
  constraint holder_visibility_population_is_a_word check (population ~ '[^[:space:]]'),
  constraint holder_visibility_end_is_whole check ((ended_by is null) = (ended_at is null))
);
create unique index holder_visibility_one_open on badges.holder_visibility (issuer_id, from_level, viewer, coalesce(population, ''))
  where ended_at is null;

-- What a person or a launch says gives way to the list of the personnel department, and that to what was set by hand with a reason.
alter table badges.membership
  add column origin text not null default 'list',
  add constraint membership_origin_known check (origin in ('list', 'launch', 'hand'));

alter table badges.examination_pass
  add column foreign_achievement text,
  add column foreign_matches boolean;

-- A holder says what a badge was used for. The receiving side reads the same row.
create table badges.use_receipt (
  use_receipt_id uuid not null default gen_random_uuid(),
  issuer_id uuid not null,
  assertion_id uuid not null,
  purpose text not null,
  used_on date not null,
  receiver text,
  note text,
  given_at timestamptz not null default now(),
  revoked_at timestamptz,
  constraint use_receipt_pkey primary key (use_receipt_id),
  constraint use_receipt_issuer_fkey foreign key (issuer_id) references badges.issuer,
  constraint use_receipt_assertion_fkey foreign key (assertion_id) references badges.assertion,
  constraint use_receipt_purpose_known check (purpose in ('application', 'internal_posting', 'assignment', 'qualification', 'other')),
  constraint use_receipt_revoked_after_it_was_given check (revoked_at >= given_at)
);
create index use_receipt_assertion on badges.use_receipt (assertion_id);

do $$
declare
  name text;
begin
  foreach name in array array['programme_stage', 'holder_visibility', 'use_receipt'] loop
    perform pg_catalog.pg_extension_config_dump(pg_catalog.format('badges.%I', name)::pg_catalog.regclass, '');
  end loop;
end
$$;
