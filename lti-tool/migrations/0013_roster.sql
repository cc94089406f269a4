-- The learners of a course as the platform listed them, read page by page so that a course of 20,000 needs no memory for all of them.
-- Personal data: deleted a day after the last reading.
create table lti.roster (
  course_id uuid primary key references lti.course on delete cascade,
  -- The number of the reading under way, or of the last one.
  reading integer not null default 1,
  -- Moves with every page; a reading that stands still has died with its replica and may be begun again.
  moved_at timestamptz not null,
  read_count integer not null default 0,
  ended_at timestamptz,
  has_failed boolean not null default false,
  is_cut boolean not null default false,
  -- When the list was last whole, and where its differences since then are.
  whole_at timestamptz,
  differences_url text
);
create table lti.member (
  course_id uuid not null references lti.roster on delete cascade,
  user_id text not null,
  reading integer not null,
  -- The platform's order.
  place integer not null,
  name text,
  email text,
  primary key (course_id, user_id)
);
create index member_place on lti.member (course_id, place);
