\getenv dir PG_ABS_SRCDIR
\set setup :dir '/setup.sql'
\i :setup
-- An entry is taken before signing: random, within the list, never twice.
select status_list_url as url from badges.allocate_status_entry(:'did', 'https://badges.example.org/status/') \gset
select :'url' ~ '^https://badges.example.org/status/[0-9a-f-]{36}$' as is_below_prefix;
select count(*), count(distinct status_index), min(status_index) >= 0 as from_zero, max(status_index) < 131072 as below_size, stddev(status_index) > 20000 as is_spread
  from generate_series(1, 500) n, badges.allocate_status_entry(:'did', 'https://badges.example.org/status' || left(n::text, 0)) where status_list_url = :'url';
select min(n) >= 0, max(n) <= 9, count(distinct n) from (select badges.random_index(10) n from generate_series(1, 1000)) r;
-- A list that is almost full still gives its last entries, then the next list begins.
insert into badges.status_entry (status_list_id, status_index)
  select status_list_id, i from badges.status_list, generate_series(0, 131071) i where i not in (5, 131071) on conflict do nothing;
delete from badges.status_entry where status_index in (5, 131071);
select count(*), bool_or(status_index = 5), bool_or(status_index = 131071) from generate_series(1, 2) n, badges.allocate_status_entry(:'did', 'https://badges.example.org/status' || left(n::text, 0)) where status_list_url = :'url';
select status_list_url <> :'url' as is_next from badges.allocate_status_entry(:'did', 'https://badges.example.org/status');
select count(*) from badges.status_list;
-- Many at once; a list that ends in between is followed by the next.
select count(*), count(distinct status_index), count(distinct status_list_url) from badges.allocate_status_entries(:'did', 'https://badges.example.org/status', 300);
select count(*) from badges.allocate_status_entries(:'did', 'https://badges.example.org/status', 0);
select count(*), count(distinct status_list_url), bool_and(status_list_url like 'https://badges.example.org/suspended/%') as below_prefix
  from badges.allocate_status_entries(:'did', 'https://badges.example.org/suspended', 3, 'suspension');
select purpose, size, entries_taken, entries_set, changed_at is not null as has_begun from badges.list_status_lists() order by purpose, entries_taken;
\set VERBOSITY terse
select badges.allocate_status_entries(:'did', 'https://badges.example.org/status', -1);
\echo :LAST_ERROR_SQLSTATE
select badges.allocate_status_entries(:'did', 'https://badges.example.org/status', 100001);
\echo :LAST_ERROR_SQLSTATE
select badges.allocate_status_entry('did:web:nobody.example', 'https://x');
\echo :LAST_ERROR_SQLSTATE
select badges.allocate_status_entry(:'did', 'https://badges.example.org/status', 'refresh');
\echo :LAST_ERROR_SQLSTATE
-- A credential must point to an entry of a list of its issuer that was taken and that no other credential has.
\set VERBOSITY terse
select badges.store_assertion(:'with_status', :'ben', :'achievement');
\echo :LAST_ERROR_SQLSTATE
insert into badges.status_list (issuer_id, url) values (:'issuer', 'https://badges.example.org/status/1') returning status_list_id as list \gset
select badges.store_assertion(:'with_status', :'ben', :'achievement');
\echo :LAST_ERROR_SQLSTATE
insert into badges.status_entry (status_list_id, status_index) values (:'list', 94567);
select badges.store_assertion(:'with_status', :'ben', :'achievement') as assertion \gset
\set VERBOSITY default
-- Open Badges give a credential one status entry. One with two is verified, list after list, wherever it comes from, and
-- not stored: the bits of its own issuer's lists follow the tables, and there is one place for an index.
insert into badges.status_list (issuer_id, url, purpose) values (:'issuer', 'https://badges.example.org/status/2', 'suspension');
insert into badges.status_entry (status_list_id, status_index) select status_list_id, 94568 from badges.status_list where url ~ 'status/[12]$';
select badges.store_assertion(:'two_statuses', :'ben', :'achievement', 'two');
\echo :LAST_ERROR_SQLSTATE
select outcome, missing from badges.verify(:'two_statuses');
-- The list is kept here, so nothing is missing; the audit agrees.
select outcome, missing from badges.verify(:'with_status');
select outcome, assertions from badges.audit();
select issuer_did, purpose, size, entries_set, octet_length(bits), bits = decode(repeat('00', 16384), 'hex') as is_empty from badges.status_list_bits('https://badges.example.org/status/1');
-- The bit follows the revocation: index 94567 is bit 7 of byte 11820, counted from the left.
select badges.revoke(:'assertion', 'awarded by mistake');
select entries_set, get_byte(bits, 11820) as byte, bits = set_byte(decode(repeat('00', 16384), 'hex'), 11820, 1) as is_the_only_one from badges.status_list_bits('https://badges.example.org/status/1');
select entries_set from badges.status_list_bits('https://badges.example.org/status/1', now() - interval '1 second');
select outcome, detail from badges.verify(:'with_status');
select l.entries_set, l.changed_at = r.revoked_at as changed_by_it from badges.list_status_lists() l, badges.revocation r where l.url = 'https://badges.example.org/status/1';
select bits is null as is_unknown from badges.status_list_bits('https://nowhere.example');
-- A list of suspensions: index 94569 is bit 6 of byte 11821. A revocation sets the bit too, for good, and counts once.
insert into badges.status_list (issuer_id, url, purpose) values (:'issuer', 'https://badges.example.org/status/3', 'suspension') returning status_list_id as suspensions \gset
insert into badges.status_entry (status_list_id, status_index) values (:'suspensions', 94569);
select badges.store_assertion(:'suspendable', :'ben', :'achievement', 'suspendable') as suspendable_id \gset
create function pg_temp.bit(at timestamptz default now(), out purpose text, out entries_set bigint, out byte integer, out is_the_only_one boolean, out listed bigint, out has_changed boolean)
  language sql as $$
  select b.purpose, b.entries_set, get_byte(b.bits, 11821), b.bits = set_byte(decode(repeat('00', 16384), 'hex'), 11821, get_byte(b.bits, 11821)), l.entries_set, l.changed_at = now()
  from badges.status_list_bits('https://badges.example.org/status/3', bit.at) b, badges.list_status_lists(bit.at) l where l.url = 'https://badges.example.org/status/3' $$;
select * from pg_temp.bit();
select badges.suspend(:'suspendable_id', 'under review');
select * from pg_temp.bit();
select outcome, missing from badges.verify(:'suspendable');
select badges.reinstate(:'suspendable_id');
select * from pg_temp.bit();
savepoint reinstated;
select badges.revoke(:'suspendable_id', 'awarded by mistake');
select * from pg_temp.bit();
select outcome from badges.verify(:'suspendable');
select * from pg_temp.bit(now() - interval '1 second');
rollback to reinstated;
select badges.suspend(:'suspendable_id', 'again');
select badges.revoke(:'suspendable_id', 'awarded by mistake');
select * from pg_temp.bit();
-- Bits as the specification counts them.
select encode(badges.set_bits(16, array[0, 7, 8]), 'hex'), encode(badges.set_bits(8, '{}'), 'hex'), badges.set_bits(null, '{}') is null as null_for_null;
select badges.set_bits(16, array[16]);
\echo :LAST_ERROR_SQLSTATE
select badges.set_bits(16, array[-1]);
\echo :LAST_ERROR_SQLSTATE
select badges.set_bits(12, array[1]);
\echo :LAST_ERROR_SQLSTATE
select badges.set_bits(-8, array[1]);
\echo :LAST_ERROR_SQLSTATE
rollback;
