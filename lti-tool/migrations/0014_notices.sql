-- Notices of platforms: each acts once, by its id, kept until its token cannot be valid any more.
create table lti.notice (
  registration_id uuid not null references lti.registration on delete cascade,
  notice_id text not null,
  expires_at timestamptz not null,
  primary key (registration_id, notice_id)
);
create index notice_expires on lti.notice (expires_at);

-- Where we have said which notices we want.
create table lti.notice_handler (
  registration_id uuid not null references lti.registration on delete cascade,
  deployment_id text not null,
  handler_url text not null,
  subscribed_at timestamptz not null,
  primary key (registration_id, deployment_id)
);

-- The course whose badge this one began with.
alter table lti.course add column copied_from uuid references lti.course on delete set null;
