-- What somebody may do who signs in outside of the learning platform.
alter table lti.admin_link add column role text not null default 'administrator';
alter table lti.admin_session add column role text not null default 'administrator';
alter table lti.admin_session add constraint admin_session_role_known check (role in ('report-reader', 'programme-owner', 'administrator'));
