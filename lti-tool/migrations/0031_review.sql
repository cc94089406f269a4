-- Awards whose reason is gone, and which a person decided to keep: nothing is revoked by machine.
create table lti.kept_award (
  assertion_id uuid primary key,
  kept_by text not null,
  kept_at timestamptz not null
);
