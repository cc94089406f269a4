-- What an administrator did it to, in parts: codes and names, so that pages say it in the reader's language. Rows of before have none.
alter table lti.admin_event add column details jsonb not null default '{}';
-- The sentence that a person was shown, by its key.
alter table lti.refusal add column sentence text;
