-- Where a chosen badge goes back to, and what the platform wants back with it. Set for sessions that a deep linking request began.
alter table lti.session add column deep_link_return_url text;
alter table lti.session add column deep_link_data text;
