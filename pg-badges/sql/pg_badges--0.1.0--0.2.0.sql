-- From 0.1.0 to 0.2.0: jsonb, proofs judged by a given key, canonical forms, recipients.

create function badges.canonicalize(document jsonb)
  returns text immutable strict parallel safe cost 1000
  language c as 'MODULE_PATHNAME', 'canonicalize_wrapper';
create function badges.jcs(document jsonb)
  returns text immutable strict parallel safe cost 50
  language c as 'MODULE_PATHNAME', 'jcs_wrapper';
create function badges.proof_is_valid(credential text, key text)
  returns bool immutable strict parallel safe cost 1000
  language c as 'MODULE_PATHNAME', 'proof_is_valid_wrapper';
create function badges.recipient_matches(credential text, identity_type text, value text)
  returns bool immutable strict parallel safe cost 50
  language c as 'MODULE_PATHNAME', 'recipient_matches_wrapper';

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

comment on function badges.verify(jsonb, timestamptz) is 'badges.verify for jsonb';
comment on function badges.verify_outcome(jsonb, timestamptz) is 'badges.verify_outcome for jsonb';
comment on function badges.verify_checks(jsonb, timestamptz) is 'badges.verify_checks for jsonb';
comment on function badges.proof_is_valid(text, text) is 'Whether an embedded proof was made with that Ed25519 key; reads no table, for constraints, generated columns and indexes';
comment on function badges.proof_is_valid(jsonb, text) is 'badges.proof_is_valid for jsonb';
comment on function badges.recipient_matches(text, text, text) is 'Whether a credential names somebody, plain or hashed; null if only by a hash that is unknown here. It does not verify';
comment on function badges.recipient_matches(jsonb, text, text) is 'badges.recipient_matches for jsonb';
comment on function badges.canonicalize(jsonb) is 'Canonical N-Quads (RDFC-1.0) of a JSON-LD document with known contexts; an undefined term is an error';
comment on function badges.jcs(jsonb) is 'Canonical JSON (RFC 8785)';


revoke all on all functions in schema badges from public;
grant execute on function
  badges.verify(text, timestamptz),
  badges.verify_outcome(text, timestamptz),
  badges.verify_checks(text, timestamptz),
  badges.verify(jsonb, timestamptz),
  badges.verify_outcome(jsonb, timestamptz),
  badges.verify_checks(jsonb, timestamptz),
  badges.proof_is_valid(text, text),
  badges.proof_is_valid(jsonb, text),
  badges.recipient_matches(text, text, text),
  badges.recipient_matches(jsonb, text, text),
  badges.canonicalize(jsonb),
  badges.jcs(jsonb),
  badges.is_multikey(text),
  badges.set_bits(integer, integer[]),
  badges.hash_event(bytea, badges.audit_event),
  badges.acting_role(),
  badges.acts_for(text),
  badges.visible_issuers()
  to public;
