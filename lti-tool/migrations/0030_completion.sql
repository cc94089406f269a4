-- From completion to award: rules by version, where completions come from, what was seen, and the queue of awards.

-- Where the members are listed, as an instructor's launch said last: sources ask there while nobody is logged in.
alter table lti.course add column memberships_url text;

-- The greatest version counts; an empty condition says that the instructor decides alone again. Old versions stay.
create table lti.rule (
  course_id uuid not null references lti.course on delete cascade,
  version integer not null,
  condition jsonb,
  created_by text not null,
  created_at timestamptz not null default now(),
  primary key (course_id, version),
  constraint rule_version_counts_from_one check (version >= 1)
);

-- What is asked for completions, and when next. One replica at a time has the lease; whoever dies lets it run out.
create table lti.completion_source (
  course_id uuid not null references lti.course on delete cascade,
  source text not null,
  settings jsonb not null default '{}',
  poll_at timestamptz not null default now(),
  claimed_until timestamptz,
  failures integer not null default 0,
  seen_at timestamptz,
  obstacle jsonb,
  primary key (course_id, source)
);
create index completion_source_due on lti.completion_source (poll_at);

-- A token for Moodle's web services, sealed like the private keys.
create table lti.moodle_token (
  registration_id uuid primary key references lti.registration on delete cascade,
  sealed bytea not null,
  created_at timestamptz not null default now()
);

-- What was seen of a learner. `seen_at` is when it became so; withdrawn rows stay for the review.
create table lti.observation (
  course_id uuid not null references lti.course on delete cascade,
  user_id text not null,
  source text not null,
  fact_key text not null,
  fact jsonb not null,
  seen_at timestamptz not null,
  withdrawn_at timestamptz,
  primary key (course_id, user_id, source, fact_key)
);

-- One row for each award to be made; it goes in the transaction that stores the assertion. No personal data: that is in badges.recipient.
create table lti.award_job (
  job_id bigint generated always as identity primary key,
  course_id uuid not null references lti.course on delete cascade,
  user_id text not null,
  occasion text not null,
  recipient_id uuid not null,
  provenance jsonb not null,
  -- How it was earned, and where that can be seen; both are signed.
  narrative text,
  evidence text,
  run_at timestamptz not null default now(),
  attempts integer not null default 0,
  last_error text,
  -- Tried too often; a person has to look.
  dead_at timestamptz,
  constraint award_job_once unique (course_id, user_id, occasion)
);
create index award_job_due on lti.award_job (run_at, job_id) where dead_at is null;
