-- What surrounds the assertions: frameworks of competencies, alignments laid over achievements, programmes, counters of use.
-- None of it is signed, so all of it can be corrected: what ends is closed, not deleted, and every reading takes a time.

create table badges.framework (
  framework_id uuid not null default gen_random_uuid(),
  uri text not null,
  version text not null default '',
  name jsonb not null,
  created_at timestamptz not null default now(),
  constraint framework_pkey primary key (framework_id),
  constraint framework_version_unique unique (uri, version),
  constraint framework_name_is_in_languages check (jsonb_typeof(name) = 'object' and name <> '{}')
);

-- No foreign key to itself, because pg_dump cannot order such rows: badges.define_competency looks the parent up.
create table badges.competency (
  competency_id uuid not null default gen_random_uuid(),
  framework_id uuid not null,
  code text not null,
  name jsonb not null,
  level numeric,
  parent_id uuid,
  url text,
  created_at timestamptz not null default now(),
  constraint competency_pkey primary key (competency_id),
  constraint competency_code_unique unique (framework_id, code),
  constraint competency_framework_fkey foreign key (framework_id) references badges.framework,
  constraint competency_is_not_its_own_parent check (parent_id <> competency_id),
  constraint competency_has_a_code check (code ~ '[^[:space:]]'),
  constraint competency_name_is_in_languages check (jsonb_typeof(name) = 'object' and name <> '{}')
);
create index competency_parent on badges.competency (parent_id) where parent_id is not null;

create table badges.alignment (
  alignment_id uuid not null default gen_random_uuid(),
  issuer_id uuid not null,
  series_id uuid not null,
  competency_id uuid not null,
  relation text not null,
  aligned_by text not null,
  aligned_at timestamptz not null default now(),
  ended_by text,
  ended_at timestamptz,
  constraint alignment_pkey primary key (alignment_id),
  constraint alignment_issuer_fkey foreign key (issuer_id) references badges.issuer,
  constraint alignment_series_fkey foreign key (series_id) references badges.achievement (achievement_id),
  constraint alignment_competency_fkey foreign key (competency_id) references badges.competency,
  constraint alignment_relation_known check (relation in ('aligned', 'exact', 'broader', 'narrower', 'prepares')),
  constraint alignment_end_is_whole check ((ended_by is null) = (ended_at is null)),
  constraint alignment_ends_after_it_begins check (ended_at >= aligned_at)
);
create unique index alignment_one_open on badges.alignment (series_id, competency_id) where ended_at is null;
create index alignment_competency on badges.alignment (competency_id);

create table badges.programme (
  programme_id uuid not null default gen_random_uuid(),
  issuer_id uuid not null,
  code text not null,
  name jsonb not null,
  audience text[] not null default '{}',
  starts_on date,
  ends_on date,
  created_at timestamptz not null default now(),
  constraint programme_pkey primary key (programme_id),
  constraint programme_code_unique unique (issuer_id, code),
  constraint programme_issuer_fkey foreign key (issuer_id) references badges.issuer,
  constraint programme_has_a_code check (code ~ '[^[:space:]]'),
  constraint programme_ends_after_it_starts check (ends_on >= starts_on),
  constraint programme_name_is_in_languages check (jsonb_typeof(name) = 'object' and name <> '{}')
);

create table badges.programme_achievement (
  programme_achievement_id uuid not null default gen_random_uuid(),
  programme_id uuid not null,
  series_id uuid not null,
  stage integer not null,
  added_at timestamptz not null default now(),
  ended_at timestamptz,
  constraint programme_achievement_pkey primary key (programme_achievement_id),
  constraint programme_achievement_programme_fkey foreign key (programme_id) references badges.programme,
  constraint programme_achievement_series_fkey foreign key (series_id) references badges.achievement (achievement_id),
  constraint programme_achievement_stage_counts_from_one check (stage >= 1),
  constraint programme_achievement_ends_after_it_begins check (ended_at >= added_at)
);
create unique index programme_achievement_one_open on badges.programme_achievement (programme_id, series_id) where ended_at is null;
create index programme_achievement_series on badges.programme_achievement (series_id);

-- No assertion, address, agent, referrer or cookie: an achievement, a day, what was done, how often.
create table badges.usage_daily (
  series_id uuid not null,
  event text not null,
  day date not null,
  uses bigint not null,
  constraint usage_daily_pkey primary key (series_id, event, day),
  constraint usage_daily_series_fkey foreign key (series_id) references badges.achievement (achievement_id),
  constraint usage_daily_event_known check (
    event in ('offered', 'accepted', 'declined', 'downloaded', 'wallet', 'share_pressed', 'verification_page_opened')),
  constraint usage_daily_counts_up check (uses > 0)
);

do $$
declare
  name text;
begin
  foreach name in array array['framework', 'competency', 'alignment', 'programme', 'programme_achievement', 'usage_daily'] loop
    perform pg_catalog.pg_extension_config_dump(pg_catalog.format('badges.%I', name)::pg_catalog.regclass, '');
  end loop;
end
$$;
