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

create or replace function badges.verify_outcome(credential bytea, at timestamptz default now()) returns text
language sql stable strict parallel safe cost 1000 as $$
  select (badges.verify(credential, at)).outcome
$$;

-- What a credential says, not verified; of a token the payload, in which VCDM 1.1 has the credential in a claim.
create or replace function badges.credential_body(credential text) returns jsonb
language sql immutable strict parallel safe as $$
  select case when credential ~ '^[[:space:]]*\{' then credential::jsonb
    else (select coalesce(t.payload -> 'vc', t.payload) from (select convert_from(decode(
      rpad(translate(p.part, '-_', '+/'), (length(p.part) + 3) / 4 * 4, '='), 'base64'), 'UTF8')::jsonb as payload
      from split_part(credential, '.', 2) p (part)) t) end
$$;

create or replace function badges.proof_is_valid(credential jsonb, key text) returns boolean
language sql immutable strict parallel safe cost 1000 as $$
  select badges.proof_is_valid(credential::text, key)
$$;

create or replace function badges.recipient_matches(credential jsonb, identity_type text, value text) returns boolean
language sql immutable strict parallel safe cost 50 as $$
  select badges.recipient_matches(credential::text, identity_type, value)
$$;

create or replace function badges.canonicalize(document jsonb) returns text
language sql immutable strict parallel safe cost 1000 as $$
  select badges.canonicalize(document::text)
$$;

create or replace function badges.jcs(document jsonb) returns text
language sql immutable strict parallel safe cost 50 as $$
  select badges.jcs(document::text)
$$;
