-- One-time codes by which a person shows that another identity is theirs too. Kept as SHA-256 only.
create table lti.identity_code (
  code_hash bytea primary key,
  recipient_id uuid not null,
  made_by text not null,
  expires_at timestamptz not null,
  used_at timestamptz
);
create index identity_code_recipient on lti.identity_code (recipient_id);
