-- What its holder has decided about a badge that they were awarded in a course. No row: it was not shown to them yet.
-- Nobody but the holder and their instructors sees a badge before `shared_at`; programs that hold its address may verify it.
-- Outlives the platform and the course: a link that was shared stays good.
create table lti.holding (
  assertion_id uuid primary key,
  offered_at timestamptz not null,
  decision text,
  decided_at timestamptz,
  shared_at timestamptz,
  constraint holding_decision_known check (decision in ('accepted', 'declined')),
  constraint holding_decision_is_whole check ((decision is null) = (decided_at is null)),
  constraint holding_shared_is_accepted check (shared_at is null or decision = 'accepted')
);
