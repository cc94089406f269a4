-- What the audit counts with, and how credentials are kept so that they are quick to read.

create type badges.audit_tally as (
  outcome text,
  assertions bigint,
  assertion_ids uuid[]
);

-- lz4 compresses a credential and reads it back in a fraction of pglz's time; servers that were built without it, and
-- version 13, keep pglz.
do $$
begin
  if exists (select from pg_catalog.pg_settings where name = 'default_toast_compression' and 'lz4' = any (enumvals)) then
    execute 'alter table badges.assertion alter column credential set compression lz4';
  end if;
end
$$;
