-- A job may renew a badge: the assertion whose place the new one takes, on an occasion that there is once.
alter table lti.award_job add column renews uuid;
