-- A key is published before it signs and after it has signed, so that nobody meets a signature by a key that they do not know.
-- No row is ever deleted: the primary key sees to it that no kid comes back.

alter table lti.signing_key add column signs_from timestamptz not null default now();
update lti.signing_key set signs_from = created_at;
alter table lti.signing_key add column published_until timestamptz;
