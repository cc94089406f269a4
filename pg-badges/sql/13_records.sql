-- What reports are made of besides the assertions: who belonged where, who is the same person, how many there were to reach, what was
-- aimed at, which examinations were passed. Nothing is overwritten: a row says when it held and when it was recorded; one that turned out
-- wrong is closed and the right one written beside it, so that a figure can be read again as it was filed.

-- Relations of achievements to competencies that the founding case tells apart.
alter table badges.alignment drop constraint alignment_relation_known,
  add constraint alignment_relation_known check (
    relation in ('aligned', 'exact', 'broader', 'narrower', 'prepares', 'level', 'part_of', 'recognises_pass'));

create table badges.achievement_fact (
  achievement_fact_id uuid not null default gen_random_uuid(),
  issuer_id uuid not null,
  series_id uuid not null,
  kind text not null,
  level integer,
  nominal_hours numeric not null default 0,
  recorded_by text not null,
  recorded_at timestamptz not null default now(),
  constraint achievement_fact_pkey primary key (achievement_fact_id),
  constraint achievement_fact_issuer_fkey foreign key (issuer_id) references badges.issuer,
  constraint achievement_fact_series_fkey foreign key (series_id) references badges.achievement (achievement_id),
  constraint achievement_fact_level_counts_from_one check (level >= 1),
  constraint achievement_fact_hours_are_not_negative check (nominal_hours >= 0)
);
create index achievement_fact_series on badges.achievement_fact (series_id, recorded_at);

create table badges.membership (
  membership_id uuid not null default gen_random_uuid(),
  issuer_id uuid not null,
  recipient_id uuid not null,
  population text not null,
  legal_entity text not null default '',
  valid_from date not null,
  valid_until date,
  source text not null,
  recorded_by text not null,
  recorded_at timestamptz not null default now(),
  withdrawn_by text,
  withdrawn_at timestamptz,
  constraint membership_pkey primary key (membership_id),
  constraint membership_issuer_fkey foreign key (issuer_id) references badges.issuer,
  constraint membership_recipient_fkey foreign key (recipient_id) references badges.recipient,
  constraint membership_has_a_population check (population ~ '[^[:space:]]'),
  constraint membership_ends_after_it_begins check (valid_until > valid_from),
  constraint membership_withdrawal_is_whole check ((withdrawn_by is null) = (withdrawn_at is null))
);
create unique index membership_one_open on badges.membership (recipient_id, population, legal_entity, valid_from) where withdrawn_at is null;

create table badges.person_link (
  person_link_id uuid not null default gen_random_uuid(),
  issuer_id uuid not null,
  recipient_id uuid not null,
  person_id uuid not null,
  consented_at timestamptz not null,
  evidence text,
  linked_by text not null,
  linked_at timestamptz not null default now(),
  ended_by text,
  ended_at timestamptz,
  constraint person_link_pkey primary key (person_link_id),
  constraint person_link_issuer_fkey foreign key (issuer_id) references badges.issuer,
  constraint person_link_recipient_fkey foreign key (recipient_id) references badges.recipient,
  constraint person_link_follows_consent check (linked_at >= consented_at),
  constraint person_link_end_is_whole check ((ended_by is null) = (ended_at is null))
);
create unique index person_link_one_open on badges.person_link (recipient_id) where ended_at is null;
create index person_link_person on badges.person_link (person_id);

create table badges.headcount (
  headcount_id uuid not null default gen_random_uuid(),
  issuer_id uuid not null,
  population text not null,
  legal_entity text not null default '',
  programme_id uuid,
  counted_on date not null,
  people bigint not null,
  source text not null,
  recorded_by text not null,
  recorded_at timestamptz not null default clock_timestamp(),
  constraint headcount_pkey primary key (headcount_id),
  constraint headcount_issuer_fkey foreign key (issuer_id) references badges.issuer,
  constraint headcount_programme_fkey foreign key (programme_id) references badges.programme,
  constraint headcount_has_a_population check (population ~ '[^[:space:]]'),
  constraint headcount_is_not_negative check (people >= 0)
);
create index headcount_latest on badges.headcount (issuer_id, population, legal_entity, programme_id, counted_on, recorded_at);

create table badges.enrolment (
  enrolment_id uuid not null default gen_random_uuid(),
  issuer_id uuid not null,
  programme_id uuid not null,
  recipient_id uuid not null,
  enrolled_on date not null,
  recorded_by text not null,
  recorded_at timestamptz not null default now(),
  withdrawn_by text,
  withdrawn_at timestamptz,
  constraint enrolment_pkey primary key (enrolment_id),
  constraint enrolment_issuer_fkey foreign key (issuer_id) references badges.issuer,
  constraint enrolment_programme_fkey foreign key (programme_id) references badges.programme,
  constraint enrolment_recipient_fkey foreign key (recipient_id) references badges.recipient,
  constraint enrolment_withdrawal_is_whole check ((withdrawn_by is null) = (withdrawn_at is null))
);
create unique index enrolment_one_open on badges.enrolment (programme_id, recipient_id) where withdrawn_at is null;

create table badges.target (
  target_id uuid not null default gen_random_uuid(),
  issuer_id uuid not null,
  competency_id uuid not null,
  level integer not null,
  due_on date not null,
  people bigint not null,
  recorded_by text not null,
  recorded_at timestamptz not null default clock_timestamp(),
  constraint target_pkey primary key (target_id),
  constraint target_issuer_fkey foreign key (issuer_id) references badges.issuer,
  constraint target_competency_fkey foreign key (competency_id) references badges.competency,
  constraint target_level_counts_from_one check (level >= 1),
  constraint target_is_not_negative check (people >= 0)
);
create index target_latest on badges.target (issuer_id, competency_id, level, due_on, recorded_at);

-- A pass counts once it is approved by somebody else than the person who recorded it.
create table badges.examination_pass (
  examination_pass_id uuid not null default gen_random_uuid(),
  issuer_id uuid not null,
  recipient_id uuid not null,
  competency_id uuid not null,
  passed_on date not null,
  certificate_number text,
  evidence text,
  foreign_credential_id text,
  foreign_issuer text,
  foreign_outcome text,
  recorded_by text not null,
  recorded_at timestamptz not null default now(),
  decision text,
  decided_by text,
  decided_at timestamptz,
  withdrawn_by text,
  withdrawn_at timestamptz,
  constraint examination_pass_pkey primary key (examination_pass_id),
  constraint examination_pass_issuer_fkey foreign key (issuer_id) references badges.issuer,
  constraint examination_pass_recipient_fkey foreign key (recipient_id) references badges.recipient,
  constraint examination_pass_competency_fkey foreign key (competency_id) references badges.competency,
  constraint examination_pass_decision_known check (decision in ('approved', 'refused')),
  constraint examination_pass_decision_is_whole check (
    (decision is null) = (decided_by is null) and (decision is null) = (decided_at is null)),
  constraint examination_pass_is_decided_by_another check (decided_by <> recorded_by),
  constraint examination_pass_withdrawal_is_whole check ((withdrawn_by is null) = (withdrawn_at is null))
);
create unique index examination_pass_one_open on badges.examination_pass (recipient_id, competency_id, passed_on) where withdrawn_at is null;

-- What the person did with an assertion, and since when an imported revocation held.
create table badges.assertion_event (
  assertion_event_id uuid not null default gen_random_uuid(),
  issuer_id uuid not null,
  assertion_id uuid not null,
  series_id uuid not null,
  event text not null,
  happened_at timestamptz not null,
  recorded_by text not null,
  recorded_at timestamptz not null default now(),
  constraint assertion_event_pkey primary key (assertion_event_id),
  constraint assertion_event_once unique (assertion_id, event),
  constraint assertion_event_issuer_fkey foreign key (issuer_id) references badges.issuer,
  constraint assertion_event_assertion_fkey foreign key (assertion_id) references badges.assertion,
  constraint assertion_event_series_fkey foreign key (series_id) references badges.achievement (achievement_id),
  constraint assertion_event_known check (event in ('accepted', 'declined', 'undeliverable', 'revoked')),
  constraint assertion_event_happened_before_it_was_recorded check (happened_at <= recorded_at)
);

create index assertion_event_revoked on badges.assertion_event (assertion_id) where event = 'revoked';

create table badges.filed_report (
  filed_report_id uuid not null default gen_random_uuid(),
  issuer_id uuid not null,
  report text not null,
  as_of timestamptz not null,
  known_at timestamptz not null,
  figures jsonb not null,
  edition integer not null default 0,
  note text not null default '',
  filed_by text not null,
  filed_at timestamptz not null default now(),
  constraint filed_report_pkey primary key (filed_report_id),
  constraint filed_report_issuer_fkey foreign key (issuer_id) references badges.issuer,
  constraint filed_report_figures_are_rows check (jsonb_typeof(figures) = 'array'),
  constraint filed_report_knows_only_the_past check (known_at <= filed_at)
);

do $$
declare
  name text;
begin
  foreach name in array array['achievement_fact', 'membership', 'person_link', 'headcount', 'enrolment', 'target', 'examination_pass',
    'assertion_event', 'filed_report'] loop
    perform pg_catalog.pg_extension_config_dump(pg_catalog.format('badges.%I', name)::pg_catalog.regclass, '');
  end loop;
end
$$;
