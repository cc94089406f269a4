-- What a launch says besides who and where: its link, whom it is about, the groups of the course, and the courses that it was copied from.
alter table lti.session add column resource_link_id text;
alter table lti.session add column for_user_id text;
-- Whether the launch asked what we know about that person; only then somebody else's data may be erased.
alter table lti.session add column is_data_privacy boolean not null default false;
alter table lti.session add column groups_url text;
alter table lti.session add column context_history text[] not null default '{}';

-- The links that were launched. A link's id may come back in another course (a copy), and is then another link.
create table lti.resource_link (
  registration_id uuid not null references lti.registration on delete cascade,
  deployment_id text not null,
  context_id text not null,
  resource_link_id text not null,
  -- Its column in the platform's grade book, if it has one that we may write to.
  line_item_url text,
  seen_at timestamptz not null,
  primary key (registration_id, deployment_id, context_id, resource_link_id)
);

-- Who somebody was under LTI 1.1, as the platform proved with the old secret.
create table lti.former_user (
  registration_id uuid not null references lti.registration on delete cascade,
  deployment_id text not null,
  user_id text not null,
  former_user_id text not null,
  primary key (registration_id, deployment_id, user_id, former_user_id)
);

-- The old keys and their secrets, sealed.
create table lti.former_key (
  registration_id uuid not null references lti.registration on delete cascade,
  consumer_key text not null,
  sealed bytea not null,
  primary key (registration_id, consumer_key)
);
