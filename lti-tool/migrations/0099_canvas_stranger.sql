-- Whom Canvas did not know in a course: how often in a row, and when they are asked for again. Who launches is asked for at once.
create table lti.canvas_stranger (
  course_id uuid not null references lti.course on delete cascade,
  user_id text not null,
  misses integer not null default 1,
  ask_at timestamptz not null,
  primary key (course_id, user_id)
);
