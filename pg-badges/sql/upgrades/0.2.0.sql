-- From 0.2.0: what the tables lack. Functions, views, comments and grants are the current ones (upgrades.sh).
do $$
begin
  if pg_catalog.to_regclass('badges.framework') is not null then
    raise exception 'this 0.2.0 was built on the way to the next version and has tables that 0.2.0 has not'
      using errcode = 'object_not_in_prerequisite_state',
      hint = 'Dump the database and restore it where this version is installed: rows come back by the names of their columns.';
  end if;
end
$$;

alter table badges.issuer_key add constraint issuer_key_issuer_unique unique (issuer_key_id, issuer_id);
alter table badges.assertion drop constraint assertion_issuer_fkey, drop constraint assertion_issuer_key_fkey,
  add constraint assertion_issuer_key_fkey foreign key (issuer_key_id, issuer_id) references badges.issuer_key (issuer_key_id, issuer_id);
alter table badges.assertion set (parallel_workers = 8);

\i 11_audit.sql

\i 12_catalogue.sql

\i 13_records.sql

\i 14_paths.sql

\definitions

-- What the guard's own functions did is done by the library.
drop function badges.guard_new_assertion(badges.assertion);
drop function badges.guard_signed_columns(badges.assertion, badges.examination, uuid, uuid, uuid);
drop function badges.check_stored(uuid[]);
drop function badges.take_status_index(badges.status_list);
drop function badges.list_stored(text[], uuid[], uuid[], uuid[]);

-- More of a stored row is held against what is signed.
drop function badges.recheck(text, text, text, text, uuid, timestamptz, timestamptz, boolean, timestamptz);

-- Whose states are visible is asked by a function that parallel workers may call.
alter policy revocation_of_tenant on badges.revocation using (badges.sees_assertion(assertion_id));
alter policy renewal_of_tenant on badges.renewal using (badges.sees_assertion(assertion_id));
alter policy suspension_of_tenant on badges.suspension using (badges.sees_assertion(assertion_id));

-- Who declined is nobody's business who reads figures.
revoke select on badges.assertion_event from badges_reader;

-- The guards of history refuse truncate too while rows arrive by logical replication.
alter table badges.revocation enable always trigger revocation_guard_truncate;
alter table badges.suspension enable always trigger suspension_guard_truncate;
alter table badges.renewal enable always trigger renewal_guard_truncate;
alter table badges.audit_event enable always trigger audit_event_guard_truncate;

\i 42_catalogue_guards.sql

\i 31_record_guards.sql
