#!/usr/bin/env bash
# `alter extension pg_badges update` from each earlier version keeps the data and ends with the same objects as a fresh installation.
. "$(dirname "$0")/../scene.sh"
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
extension_dir=$(sql postgres -c "select setting || '/extension' from pg_config where name = 'SHAREDIR'")
cp "$tests"/upgrade/pg_badges--*.sql "$extension_dir/"
trap 'rm -rf "$dir"; (cd "$tests/upgrade" && for file in pg_badges--*.sql; do rm -f "$extension_dir/$file"; done)' EXIT

# Every object of the extension as text: definitions, owners' rights, comments.
catalogue() {
  sql "$1" <<'SQL'
set search_path = pg_catalog;
select pg_describe_object(classid, objid, 0) from pg_depend where refobjid = (select oid from pg_extension where extname = 'pg_badges') and deptype = 'e' order by 1;
create function pg_temp.acl(acl aclitem[]) returns text language sql as $$
  select string_agg(g.grantee || ' ' || g.privilege_type || g.is_grantable, ', ' order by 1) from (
    select case when grantee = 0 then 'public' else grantee::regrole::text end as grantee, privilege_type, is_grantable from aclexplode(acl)) g $$;
select case when p.prokind = 'a' then p.oid::regprocedure || (select a::text from pg_aggregate a where a.aggfnoid = p.oid) else pg_get_functiondef(p.oid) end, pg_temp.acl(p.proacl), obj_description(p.oid, 'pg_proc') from pg_proc p where pronamespace = 'badges'::regnamespace order by p.oid::regprocedure::text;
select a.attrelid::regclass, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull, pg_temp.acl(a.attacl), col_description(a.attrelid, a.attnum), pg_get_expr(d.adbin, d.adrelid)
  from pg_attribute a join pg_class c on c.oid = a.attrelid left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
  where c.relnamespace = 'badges'::regnamespace and a.attnum > 0 and c.relkind in ('r', 'v', 'c') order by a.attrelid::regclass::text, a.attname;
select c.oid::regclass, c.relkind, c.reloptions, pg_temp.acl(c.relacl), c.relrowsecurity, obj_description(c.oid, 'pg_class'), case when c.relkind = 'v' then pg_get_viewdef(c.oid) end
  from pg_class c where c.relnamespace = 'badges'::regnamespace order by c.oid::regclass::text;
select conrelid::regclass, conname, pg_get_constraintdef(oid) from pg_constraint where connamespace = 'badges'::regnamespace order by conrelid::regclass::text, 2;
select indexname, indexdef from pg_indexes where schemaname = 'badges' order by 1;
select tgrelid::regclass, pg_get_triggerdef(oid), tgenabled, obj_description(oid, 'pg_trigger') from pg_trigger where not tgisinternal order by tgrelid::regclass::text, tgname;
select tablename, policyname, cmd, roles, qual from pg_policies where schemaname = 'badges' order by 1, 2;
select nspname, pg_temp.acl(nspacl) from pg_namespace where nspname = 'badges';
select typname, obj_description(oid, 'pg_type') from pg_type where typnamespace = 'badges'::regnamespace and typtype = 'c' order by 1;
select extconfig::regclass[]::text[], extcondition from (select array_agg(c order by c::regclass::text) as extconfig, null as extcondition from pg_extension, unnest(extconfig) c where extname = 'pg_badges') e;
SQL
}

scene upgrade_fresh
catalogue upgrade_fresh > "$dir/fresh"
current=$(sql upgrade_fresh -c "select extversion from pg_extension where extname = 'pg_badges'")
is 'there are scripts from each earlier version' "$(cd "$tests/upgrade" && echo pg_badges--*.sql)" 'pg_badges--0.1.0.sql pg_badges--0.2.0.sql'
for file in "$tests"/upgrade/pg_badges--*.sql; do
  old=$(basename "$file" .sql)
  old=${old#pg_badges--}
  scene upgrade_old "$old"
  first=$(store upgrade_old valid 1)
  second=$(store upgrade_old second 2)
  renewal=$(store upgrade_old renewal 1 2024)
  sql upgrade_old > /dev/null <<SQL
select badges.revoke('$second', 'awarded by mistake');
select badges.supersede('$first', '$renewal');
select badges.suspend('$renewal', 'under review');
select badges.erase_recipient('00000000-0000-4000-8000-0000000000a2');
select badges.allocate_status_entry('$did', 'https://badges.example.org/status');
select badges.put_document('https://university.example/.well-known/did.json', '{}');
select badges.trust_issuer('did:web:university.example', 'partner');
-- What somebody built on the extension, and a grant of their own.
create table own (key text constraint own_key check (badges.is_multikey(key)));
insert into own values ('$(cat "$fixtures/multikey")');
create view current_badges as select credential_id from badges.assertion_state where state = 'current';
set client_min_messages = warning;
drop role if exists upgrade_reporter;
create role upgrade_reporter;
grant execute on function badges.credential_state(text, timestamptz) to upgrade_reporter;
SQL
  rows upgrade_old > "$dir/before"
  is "the data of $old is worth keeping" "$(cut -d'|' -f1 "$dir/before" | sort -u | wc -l)" 14
  sql upgrade_old -c 'alter extension pg_badges update'
  is "from $old to $current" "$(sql upgrade_old -c "select extversion from pg_extension where extname = 'pg_badges'")" "$current"
  rows upgrade_old > "$dir/after"
  is "every row of $old is kept" "$(diff "$dir/before" "$dir/after")" ''
  is 'what was built on it works, and grants of others stay' "$(sql upgrade_old -c 'select count(*) from current_badges' -c "select has_function_privilege('upgrade_reporter', 'badges.credential_state(text, timestamptz)', 'execute')" | paste -sd' ')" '0 t'
  refuses 'its constraint too' 'own_key' upgrade_old "insert into own values ('not a key')"
  sql upgrade_old -c 'drop owned by upgrade_reporter' -c 'drop role upgrade_reporter' -c 'drop view current_badges' -c 'drop table own'
  catalogue upgrade_old > "$dir/updated"
  is "the objects are those of a fresh installation" "$(diff "$dir/fresh" "$dir/updated" | head -20)" ''
  is 'verdicts' "$(sql upgrade_old -c "select outcome from badges.verify_assertion('$first')" -c "select outcome from badges.verify_assertion('$second')" | paste -sd' ')" 'valid revoked'
  is 'the audit is clean' "$(sql upgrade_old -c 'select count(*) filter (where is_failure) from badges.audit()')" 0
  is 'the chain goes on' "$(sql upgrade_old -c "select badges.suspend('$first', 'review')" -c 'select is_intact from badges.verify_audit_chain()' | tail -1)" t
  sql postgres -c 'drop database upgrade_old'
done
# For some days, what was on the way to 0.3.0 called itself 0.2.0 too.
scene upgrade_old 0.2.0
sql upgrade_old -c 'create table badges.framework (framework_id uuid)'
refuses 'a 0.2.0 with tables of the next version is told what to do' 'this 0.2.0 was built on the way to the next version and has tables that 0.2.0 has not
HINT:  Dump the database and restore it where this version is installed: rows come back by the names of their columns.' upgrade_old 'alter extension pg_badges update'
sql postgres -c 'drop database upgrade_old' -c 'drop database upgrade_fresh'
