\getenv dir PG_ABS_SRCDIR
\set setup :dir '/setup.sql'
\i :setup
-- What a superuser alters who switches every trigger off: badges.audit finds what contradicts what is signed, the events what nobody signed.
insert into badges.status_list (issuer_id, url) values (:'issuer', 'https://badges.example.org/status/1'), (:'issuer', 'https://badges.example.org/status/2');
insert into badges.status_entry (status_list_id, status_index) select status_list_id, i from badges.status_list, unnest(array[94567, 94568]) i;
select badges.register_issuer_key(:'did', :'did' || '#other', 'z6MkmgoN6DceCkjksTeZo42bhE9MdUpKSfdehRSfrWR9AQPV', '2023-01-01Z') is not null as is_registered;
select badges.define_achievement(:'did', :'sql_achievement'::jsonb || '{"description": "now with joins"}') is not null as has_two_versions;
select badges.store_assertion(:'valid', :'aiko', :'achievement', provenance => '{"rule": "sql-basics", "inputs": {"score": 92}}') as first \gset
select assertion_id as second from badges.store_assertions(array[:'second', :'renewal'], array[:'ben', :'aiko']::uuid[], array[:'achievement', :'achievement']::uuid[],
  array['', '2024']) where ordinal = 1 \gset
select assertion_id as renewal from badges.assertion where occasion = '2024' \gset
select badges.store_assertion(:'with_status', :'ben', :'achievement', 'listed') is not null as is_listed;
select badges.suspend(:'first', 'under review');
select badges.reinstate(:'first');
select badges.suspend(:'first', 'once more');
select badges.supersede(:'first', :'renewal');
select badges.revoke(:'second', 'awarded by mistake');
select badges.erase_recipient(:'ben');
select badges.retire_issuer_key(:'did' || '#other', '2025-01-01Z');
-- A row without an event, as logical replication brings it, contradicts none.
insert into badges.assertion (credential, recipient_id, achievement_id, occasion) values (:'expired', :'aiko', :'achievement', 'old');
set constraints all immediate;
create function pg_temp.found() returns table (audit text, contradictions text) language sql as $$
  select coalesce((select string_agg(a.outcome || ' ' || a.assertions, ', ' order by a.outcome) from badges.audit() a where a.is_failure), 'clean'),
    coalesce((select string_agg(regexp_replace(c.detail, '[0-9a-f]{8}-[0-9a-f-]{27}', 'X', 'g'), '; ' order by c.event_position, c.detail) from badges.list_contradictions() c), 'none')
$$;
-- What is found after a statement, which is then taken back.
create function pg_temp.after(statement text, out audit text, out contradictions text) language plpgsql as $$
begin
  execute statement;
  select f.audit, f.contradictions into audit, contradictions from pg_temp.found() f;
  raise exception using errcode = 'ZZ000';
exception when sqlstate 'ZZ000' then
  return;
end
$$;
select * from pg_temp.found();
select is_intact, detail from badges.verify_audit_chain();
select format('alter table badges.%I disable trigger all', t) from unnest(array['assertion', 'revocation', 'suspension', 'renewal', 'recipient', 'achievement',
  'issuer', 'issuer_key', 'status_list', 'status_entry', 'audit_event']) t \gexec
-- Signed: the entry of the status list, whose bit a later revocation would set; the key; the dates; what the row is for.
select * from pg_temp.after($$update badges.assertion set status_index = 94568 where occasion = 'listed'$$);
select * from pg_temp.after($$update badges.assertion set status_list_id = (select status_list_id from badges.status_list where url ~ '2$') where occasion = 'listed'$$);
select * from pg_temp.after($$update badges.assertion set status_list_id = null, status_index = null where occasion = 'listed'$$);
select * from pg_temp.after($$update badges.assertion set status_list_id = gen_random_uuid() where occasion = 'listed'$$);
select * from pg_temp.after($$update badges.assertion set status_index = 94568, status_list_id = (select status_list_id from badges.status_list where url ~ '1$') where occasion = 'old'$$);
select * from pg_temp.after($$update badges.status_list set purpose = 'suspension' where url ~ '1$'$$);
select * from pg_temp.after($$update badges.assertion set issuer_key_id = (select issuer_key_id from badges.issuer_key where verification_method ~ '#other$')
  where occasion = 'old'$$);
select * from pg_temp.after($$update badges.assertion set issuer_key_id = gen_random_uuid() where occasion = 'old'$$);
select * from pg_temp.after($$update badges.assertion set series_id = gen_random_uuid() where occasion = 'old'$$);
select * from pg_temp.after($$update badges.assertion set valid_until = null, valid_from = '2023-01-01Z' where occasion = 'old'$$);
select * from pg_temp.after($$update badges.assertion set issuer_id = gen_random_uuid() where occasion = 'old'$$);
-- What it names is gone: the row is still counted.
select * from pg_temp.after($$delete from badges.achievement$$);
select * from pg_temp.after($$delete from badges.recipient where user_id is not null$$);
select * from pg_temp.after($$delete from badges.issuer$$);
-- Nobody signed these.
select * from pg_temp.after($$update badges.assertion set occasion = 'another' where occasion = ''$$);
select * from pg_temp.after($$update badges.assertion set provenance = jsonb_set(provenance, '{inputs,score}', '93') where provenance <> '{}'$$);
select * from pg_temp.after($$update badges.assertion set awarded_at = awarded_at - interval '1 microsecond' where occasion = '2024'$$);
select * from pg_temp.after($$update badges.assertion set stored_at = stored_at + interval '1 second' where occasion = '2024'$$);
select * from pg_temp.after($$update badges.assertion set achievement_id = (select achievement_id from badges.achievement where version = 2) where occasion = 'listed'$$);
select * from pg_temp.after($$update badges.assertion set assertion_id = gen_random_uuid() where occasion = 'listed'$$);
-- Removed.
select * from pg_temp.after($$delete from badges.assertion where occasion in ('', 'listed')$$);
select * from pg_temp.after($$delete from badges.revocation$$);
select * from pg_temp.after($$delete from badges.suspension where reinstated_at is not null$$);
select * from pg_temp.after($$delete from badges.suspension$$);
select * from pg_temp.after($$delete from badges.renewal$$);
-- Altered, and made up.
select * from pg_temp.after($$update badges.revocation set revoked_at = 'infinity'$$);
select * from pg_temp.after($$update badges.revocation set reason = 'no reason', revoked_by = 'nobody'$$);
select * from pg_temp.after($$update badges.suspension set reinstated_at = now(), reinstated_by = 'nobody' where reinstated_at is null$$);
select * from pg_temp.after($$update badges.suspension set suspended_at = '2020-01-01Z' where reinstated_at is not null$$);
select * from pg_temp.after($$insert into badges.revocation (assertion_id, reason, revoked_by) select assertion_id, 'x', 'x' from badges.assertion where occasion in ('2024', 'old')$$);
select * from pg_temp.after($$insert into badges.suspension (assertion_id, reason, suspended_by) select assertion_id, 'x', 'x' from badges.assertion where occasion in ('2024', 'old')$$);
select * from pg_temp.after($$update badges.renewal set superseded_at = now() + interval '1 day'$$);
select * from pg_temp.after($$update badges.recipient set erased_at = null, platform = 'https://lms.example.org', user_id = '18' where erased_at is not null$$);
select * from pg_temp.after($$update badges.issuer_key set valid_until = null$$);
-- What README tells an administrator to ask says so too, also to a reader; each row is named to an administrator only.
create role analyst in role badges_reader;
savepoint honest;
delete from badges.revocation;
update badges.assertion set occasion = 'another' where occasion = '';
select state from badges.list_states() where assertion_id = :'second';
set role analyst;
select is_intact, events, first_broken_position, regexp_replace(detail, '[0-9a-f]{8}-[0-9a-f-]{27}', 'X') as detail from badges.verify_audit_chain();
select * from badges.list_contradictions();
\echo :LAST_ERROR_SQLSTATE
reset role;
rollback to honest;
-- Events of earlier versions have neither digests nor times: their rows do not fail, and removed ones are found all the same.
update badges.audit_event set details = details - '{digests,at,suspension_id}'::text[];
select * from pg_temp.found();
select * from pg_temp.after($$delete from badges.assertion where occasion = 'listed'$$);
select * from pg_temp.after($$delete from badges.revocation$$);
select * from pg_temp.after($$delete from badges.suspension where reinstated_at is null$$);
select * from pg_temp.after($$update badges.suspension set reinstated_at = now(), reinstated_by = 'nobody' where reinstated_at is null$$);
select * from pg_temp.after($$delete from badges.renewal$$);
select * from pg_temp.after($$update badges.recipient set erased_at = null, platform = 'https://lms.example.org', user_id = '18' where erased_at is not null$$);
-- Guards that do not fire always are listed with what mends them.
select count(*), min(g collate "C") from badges.list_idle_guards() g;
select badges.list_idle_guards() \gexec
select count(*) from badges.list_idle_guards();
rollback;
