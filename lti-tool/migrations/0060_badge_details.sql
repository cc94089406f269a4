-- What an instructor chose of a badge besides its texts. An empty design is the one that follows from the course's id.
alter table lti.course
  add column design jsonb not null default '{}',
  add column alt_en text not null default '',
  add column alt_ja text not null default '',
  add column renewal_en text not null default '',
  add column renewal_ja text not null default '',
  add column competencies jsonb not null default '[]',
  add column picture_tag text;

-- A picture of the instructor's own instead of the drawn one, as we wrote it anew; lti.course.picture_tag is the hash of its content.
create table lti.course_picture (
  course_id uuid primary key references lti.course on delete cascade,
  png bytea not null,
  constraint course_picture_is_bounded check (octet_length(png) <= 2097152)
);
