-- E-mails to be sent: one of each kind for an assertion, for ever. No personal data: whom it goes to is in badges.recipient.
create table lti.message (
  message_id bigint generated always as identity primary key,
  kind text not null,
  assertion_id uuid not null,
  -- Moves with each attempt, which is a lease: whoever dies before the mail server has the text lets it run out.
  run_at timestamptz not null default now(),
  attempts integer not null default 0,
  -- Set just before the mail server is given the text. From then on it is not sent again, whatever happens.
  begun_at timestamptz,
  ended_at timestamptz,
  -- Why it did not arrive, or may not have, in one word.
  problem text,
  constraint message_once unique (kind, assertion_id),
  constraint message_kind_known check (kind in ('awarded', 'expiring', 'revoked'))
);
create index message_due on lti.message (run_at, message_id) where begun_at is null and ended_at is null;
