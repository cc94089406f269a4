-- How a Canvas's API is asked: the developer key and the refresh token, and the access token that all replicas share, sealed like the
-- private keys. A new access token ends the one before.
create table lti.canvas_key (
  registration_id uuid primary key references lti.registration on delete cascade,
  sealed bytea not null,
  access_sealed bytea,
  renew_at timestamptz,
  created_at timestamptz not null default now()
);

-- Canvas's own number of a person beside the id that launches carry, asked once.
create table lti.canvas_user (
  registration_id uuid not null references lti.registration on delete cascade,
  user_id text not null,
  canvas_id bigint not null,
  primary key (registration_id, user_id)
);
