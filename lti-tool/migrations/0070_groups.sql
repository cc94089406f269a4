-- The groups of a course as the platform listed them, and who is in which. Deleted with the list of members.
create table lti.course_group (
  course_id uuid not null references lti.roster on delete cascade,
  group_id text not null,
  name text not null,
  -- The platform's order.
  place integer not null,
  primary key (course_id, group_id)
);
alter table lti.member add column groups text[] not null default '{}';
