-- Access tokens for the platforms' services, shared by all replicas. Each is sealed like the private keys. Not logged: after a crash of
-- the server the platforms are asked again.
create unlogged table lti.access_token (
  registration_id uuid not null references lti.registration on delete cascade,
  scope text not null,
  sealed bytea,
  renew_at timestamptz,
  -- The platform asked us to wait (status 429 or 503); nobody asks before this.
  ask_again_at timestamptz,
  primary key (registration_id, scope)
);
