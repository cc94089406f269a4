-- Sign-ins outside of the platforms, and links that were not used yet, have a name of their own by which an operator ends them: their tokens are
-- known to their owners only.
alter table lti.admin_session
  add column session_id uuid not null default gen_random_uuid() constraint admin_session_id_unique unique,
  add column begun_at timestamptz not null default now();
alter table lti.admin_link add column link_id uuid not null default gen_random_uuid() constraint admin_link_id_unique unique;
