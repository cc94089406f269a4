-- Whether Moodle lets a token call what readings need: when it was looked at, what was refused by which word of Moodle's, and when it is
-- looked at again; a token that was just kept is looked at at once.
alter table lti.moodle_token add column check_at timestamptz not null default '-infinity';
alter table lti.moodle_token add column checked_at timestamptz;
alter table lti.moodle_token add column refusals jsonb not null default '{}';
