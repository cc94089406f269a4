-- Who administers the institution may read the reports from a launch, where an administrator of this installation lets the platform (#8).
alter table lti.registration add column allows_reports boolean not null default false;
alter table lti.session add column administers_institution boolean not null default false;
-- What a session outside of the platform rests on: the provider that vouches for a person in the settings' lists, or a platform. It is asked
-- at every request. Sessions from before say neither, so that everybody signs in again.
delete from lti.admin_session;
alter table lti.admin_session add column provider text;
alter table lti.admin_session add column registration_id uuid
  constraint admin_session_registration_fkey references lti.registration on delete cascade;
alter table lti.admin_session add constraint admin_session_rests_on_one check (provider is null or registration_id is null);
create index admin_session_registration on lti.admin_session (registration_id) where registration_id is not null;
