-- The same answers for jsonb. A jsonb keeps no order of members and no second spelling of a number; neither is signed.

create or replace function badges.verify(credential jsonb, at timestamptz default now()) returns badges.verdict
language sql stable strict parallel safe cost 1000 as $$
  select badges.verify(credential::text, at)
$$;

create or replace function badges.verify_outcome(credential jsonb, at timestamptz default now()) returns text
language sql stable strict parallel safe cost 1000 as $$
  select badges.verify_outcome(credential::text, at)
$$;

create or replace function badges.verify_checks(credential jsonb, at timestamptz default now())
returns table (name text, result text, detail text)
language sql stable strict parallel safe cost 1000 as $$
  select * from badges.verify_checks(credential::text, at)
$$;

create or replace function badges.proof_is_valid(credential jsonb, key text) returns boolean
language sql immutable strict parallel safe cost 1000 as $$
  select badges.proof_is_valid(credential::text, key)
$$;

create or replace function badges.recipient_matches(credential jsonb, identity_type text, value text) returns boolean
language sql immutable strict parallel safe cost 50 as $$
  select badges.recipient_matches(credential::text, identity_type, value)
$$;
