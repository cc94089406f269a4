-- Dynamic registration: one-time invitations, and platforms whose deployments were approved as a whole.

create table lti.invitation (
  invitation_id uuid primary key default gen_random_uuid(),
  token_hash bytea not null,
  note text not null,
  approves boolean not null,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  used_at timestamptz,
  registration_id uuid references lti.registration on delete set null,
  constraint invitation_token_unique unique (token_hash)
);

-- Whether a verified launch from an unknown deployment of this registration adds it: Canvas names none when it registers.
alter table lti.registration add column approves_deployments boolean not null default false;
