-- Canvas Live Events: which root account of a Canvas may tell a registration's courses something, and where the keys are that sign it. Every
-- customer's events are signed with the same keys, so that the root account is what keeps schools apart.
create table lti.canvas_stream (
  registration_id uuid primary key references lti.registration on delete cascade,
  root_account text not null,
  jwks_url text not null,
  created_at timestamptz not null default now(),
  -- When an event of this account came last.
  seen_at timestamptz
);

-- Canvas's own number of a course beside the id that launches carry; launches say both.
create table lti.canvas_course (
  registration_id uuid not null references lti.registration on delete cascade,
  deployment_id text not null,
  context_id text not null,
  canvas_id bigint not null,
  primary key (registration_id, deployment_id, context_id)
);
create index canvas_course_number on lti.canvas_course (registration_id, canvas_id);

-- Events that acted, by a digest of what they say, kept as long as the same one would be young enough to be believed.
create table lti.canvas_event (
  registration_id uuid not null references lti.registration on delete cascade,
  digest bytea not null,
  expires_at timestamptz not null,
  primary key (registration_id, digest)
);
create index canvas_event_expires on lti.canvas_event (expires_at);

-- The last word of events about a person in a course; without a fact it was taken back. People are Canvas's numbers: who that is, is said
-- by lti.canvas_user.
create table lti.canvas_event_fact (
  course_id uuid not null references lti.course on delete cascade,
  canvas_id bigint not null,
  fact_key text not null,
  fact jsonb,
  happened_at timestamptz not null,
  primary key (course_id, canvas_id, fact_key)
);
