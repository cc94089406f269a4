-- What has to be told to the platforms' grade books: one row for each learner and column, written again when the wish changes. Rows come
-- from triggers, so that whoever awards or places a column does not have to think of it; the tool's publisher works them off.
create table lti.score (
  course_id uuid not null references lti.course on delete cascade,
  user_id text not null,
  line_item_url text not null,
  -- The full score, or none.
  is_given boolean not null,
  -- Counts the changes of the wish, so that a score that was written meanwhile does not count for a later one.
  wish integer not null default 1,
  tries integer not null default 0,
  try_at timestamptz not null default now(),
  -- The moment that was last told to the platform; the next one has to be later.
  told_at timestamptz,
  is_written boolean not null default false,
  -- Why it is not tried any more.
  problem text,
  primary key (course_id, user_id, line_item_url),
  constraint score_problem_known check (problem in ('ungradable', 'no_line_item', 'refused'))
);
create index score_due on lti.score (try_at) where not is_written and problem is null;

create function lti.wish_for_scores() returns trigger language plpgsql set search_path = pg_catalog, lti as $$
begin
  insert into lti.score as s (course_id, user_id, line_item_url, is_given)
  select distinct a.course_id, a.user_id, l.line_item_url, true
  from awarded a join lti.course c using (course_id)
    join lti.resource_link l using (registration_id, deployment_id, context_id)
  where l.line_item_url is not null
  on conflict (course_id, user_id, line_item_url) do update
    set is_given = true, wish = s.wish + 1, tries = 0, try_at = now(), is_written = false, problem = null;
  return null;
end $$;
create trigger award_wishes_for_scores after insert on lti.award referencing new table as awarded
  for each statement execute function lti.wish_for_scores();

-- A column that is placed after the first awards gets their scores too.
create function lti.wish_for_earlier_scores() returns trigger language plpgsql set search_path = pg_catalog, lti as $$
begin
  insert into lti.score (course_id, user_id, line_item_url, is_given)
  select distinct a.course_id, a.user_id, new.line_item_url, true
  from lti.course c join lti.award a using (course_id)
  where (c.registration_id, c.deployment_id, c.context_id) = (new.registration_id, new.deployment_id, new.context_id)
    and not exists (select from badges.revocation r where r.assertion_id = a.assertion_id)
  on conflict do nothing;
  return null;
end $$;
create trigger resource_link_wishes_for_scores after insert or update of line_item_url on lti.resource_link
  for each row when (new.line_item_url is not null) execute function lti.wish_for_earlier_scores();
