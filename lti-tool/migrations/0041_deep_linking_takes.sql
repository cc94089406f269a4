-- What the platform takes back from a deep linking request: links, several at once, columns of the grade book.
alter table lti.session add column deep_link_takes text[] not null default '{}';
