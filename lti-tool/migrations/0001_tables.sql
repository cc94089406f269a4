-- Everything that the tool remembers for itself. Credentials and people's data live in schema badges.
-- Secrets that travel (state, nonce, session) are kept as SHA-256 only; private keys are sealed with AES-256-GCM.

create table lti.registration (
  registration_id uuid primary key default gen_random_uuid(),
  name text not null,
  issuer text not null,
  client_id text not null,
  authorization_endpoint text not null,
  token_endpoint text not null,
  token_audience text,
  jwks_url text not null,
  id_token_algorithm text not null default 'RS256',
  status text not null default 'active',
  created_at timestamptz not null default now(),
  constraint registration_issuer_client_unique unique (issuer, client_id),
  constraint registration_algorithm_known check (id_token_algorithm in ('RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384')),
  constraint registration_status_known check (status in ('active', 'pending', 'suspended'))
);

create table lti.deployment (
  registration_id uuid not null references lti.registration on delete cascade,
  deployment_id text not null,
  created_at timestamptz not null default now(),
  primary key (registration_id, deployment_id),
  constraint deployment_id_length check (length(deployment_id) between 1 and 255)
);

-- Not logged: after a crash of the server a login in flight is started again, and its nonce is gone with it.
create unlogged table lti.login (
  state_hash bytea primary key,
  nonce_hash bytea not null,
  browser_hash bytea not null,
  registration_id uuid not null references lti.registration on delete cascade,
  login_hint text not null,
  message_hint text,
  target_link_uri text not null,
  deployment_hint text,
  storage_target text,
  claimed_at timestamptz,
  expires_at timestamptz not null
);
create index login_expires on lti.login (expires_at);

-- A nonce is kept until no id_token that carries it can be valid any more: exp plus the leeway.
create unlogged table lti.nonce (
  registration_id uuid not null references lti.registration on delete cascade,
  nonce_hash bytea not null,
  expires_at timestamptz not null,
  primary key (registration_id, nonce_hash)
);
create index nonce_expires on lti.nonce (expires_at);

create table lti.session (
  token_hash bytea primary key,
  registration_id uuid not null references lti.registration on delete cascade,
  deployment_id text not null,
  context_id text,
  context_title text,
  user_id text,
  user_name text,
  standing text not null,
  language text not null,
  memberships_url text,
  return_url text,
  expires_at timestamptz not null,
  constraint session_standing_known check (standing in ('instructor', 'member'))
);
create index session_expires on lti.session (expires_at);

create table lti.course (
  course_id uuid primary key default gen_random_uuid(),
  registration_id uuid not null references lti.registration on delete cascade,
  deployment_id text not null,
  context_id text not null,
  title text not null,
  name_en text not null,
  name_ja text not null,
  description_en text not null,
  description_ja text not null,
  criteria_en text not null,
  criteria_ja text not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint course_context_unique unique (registration_id, deployment_id, context_id)
);

-- Who was awarded in which course. `attempt` counts on after a revocation, so that a badge can be given again.
create table lti.award (
  course_id uuid not null references lti.course on delete cascade,
  user_id text not null,
  attempt integer not null,
  assertion_id uuid not null,
  credential_id text not null,
  awarded_by text not null,
  awarded_at timestamptz not null default now(),
  primary key (course_id, user_id, attempt)
);
create unique index award_assertion on lti.award (assertion_id);
create index award_user on lti.award (user_id);

create table lti.signing_key (
  key_id text primary key,
  purpose text not null,
  public_key text not null,
  sealed bytea not null,
  created_at timestamptz not null default now(),
  retired_at timestamptz,
  constraint signing_key_purpose_known check (purpose in ('lti', 'issuer'))
);
