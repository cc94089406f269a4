-- When an invitation was used for good. `used_at` says when a platform began to register with it: without an end that lapses.
-- What was used before stays used, whether or not its platform is still there.
alter table lti.invitation add column registered_at timestamptz;
update lti.invitation set registered_at = used_at where used_at is not null;
