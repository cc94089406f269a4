-- Where our columns of the platform's grade book are, if the launch says that we may make one.
alter table lti.session add column line_items_url text;
-- Since when somebody makes a column for the badge, so that two who press at once make one.
alter table lti.course add column column_begun_at timestamptz;
