-- The administrator's pages: who may see them, what was done there, and what went wrong at which platform.
-- Secrets that travel are kept as SHA-256 only.

create table lti.admin_link (
  token_hash bytea primary key,
  note text not null,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  used_at timestamptz
);

create table lti.admin_session (
  token_hash bytea primary key,
  name text not null,
  expires_at timestamptz not null
);

-- Who did what. Nothing in it is ever changed or taken back.
create table lti.admin_event (
  event_id bigint generated always as identity primary key,
  happened_at timestamptz not null default now(),
  actor text not null,
  action text not null,
  subject text not null
);

create function lti.keep_admin_event() returns trigger
language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  raise exception 'what is written in lti.admin_event stays' using errcode = 'restrict_violation';
end
$$;
create trigger admin_event_stays before update or delete on lti.admin_event for each row execute function lti.keep_admin_event();
create trigger admin_event_stays_whole before truncate on lti.admin_event for each statement execute function lti.keep_admin_event();

-- Logins, launches and registrations that failed, with the reference that the person was shown and nothing about the person.
create table lti.refusal (
  refusal_id bigint generated always as identity primary key,
  happened_at timestamptz not null,
  registration_id uuid references lti.registration on delete cascade,
  route text not null,
  reason text not null,
  reference text not null
);
create index refusal_registration on lti.refusal (registration_id);

alter table lti.session add column begun_at timestamptz not null default now();
alter table lti.registration add column last_launch_at timestamptz;
alter table lti.invitation add column created_by text not null default 'command line';
