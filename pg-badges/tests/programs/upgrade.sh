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
select pg_get_functiondef(p.oid), p.proacl::text, obj_description(p.oid, 'pg_proc') from pg_proc p where pronamespace = 'badges'::regnamespace order by p.oid::regprocedure::text;
select a.attrelid::regclass, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull, a.attacl::text, col_description(a.attrelid, a.attnum), pg_get_expr(d.adbin, d.adrelid)
  from pg_attribute a join pg_class c on c.oid = a.attrelid left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
  where c.relnamespace = 'badges'::regnamespace and a.attnum > 0 and c.relkind in ('r', 'v', 'c') order by a.attrelid::regclass::text, a.attname;
select c.oid::regclass, c.relkind, c.relacl::text, c.relrowsecurity, obj_description(c.oid, 'pg_class'), case when c.relkind = 'v' then pg_get_viewdef(c.oid) end
  from pg_class c where c.relnamespace = 'badges'::regnamespace order by c.oid::regclass::text;
select conrelid::regclass, conname, pg_get_constraintdef(oid) from pg_constraint where connamespace = 'badges'::regnamespace order by conrelid::regclass::text, 2;
select indexname, indexdef from pg_indexes where schemaname = 'badges' order by 1;
select tgrelid::regclass, pg_get_triggerdef(oid), tgenabled from pg_trigger where not tgisinternal order by tgrelid::regclass::text, tgname;
select tablename, policyname, cmd, qual from pg_policies where schemaname = 'badges' order by 1, 2;
select extconfig::regclass[]::text[], extcondition from (select array_agg(c order by c::regclass::text) as extconfig, null as extcondition from pg_extension, unnest(extconfig) c where extname = 'pg_badges') e;
SQL
}

scene upgrade_fresh
catalogue upgrade_fresh > "$dir/fresh"
current=$(sql upgrade_fresh -c "select extversion from pg_extension where extname = 'pg_badges'")
for file in "$tests"/upgrade/pg_badges--*.sql; do
  old=$(basename "$file" .sql)
  old=${old#pg_badges--}
  scene upgrade_old "$old"
  first=$(store upgrade_old valid 1)
  second=$(store upgrade_old second 2)
  sql upgrade_old -c "select badges.revoke('$second', 'awarded by mistake')" > /dev/null
  sql upgrade_old -c 'select a::text from badges.assertion a order by 1' -c 'select r::text from badges.revocation r' > "$dir/before"
  sql upgrade_old -c 'alter extension pg_badges update'
  is "from $old to $current" "$(sql upgrade_old -c "select extversion from pg_extension where extname = 'pg_badges'")" "$current"
  sql upgrade_old -c 'select a::text from badges.assertion a order by 1' -c 'select r::text from badges.revocation r' > "$dir/after"
  is "the data of $old is kept" "$(diff "$dir/before" "$dir/after")" ''
  catalogue upgrade_old > "$dir/updated"
  is "the objects are those of a fresh installation" "$(diff "$dir/fresh" "$dir/updated" | head -20)" ''
  is 'verdicts' "$(sql upgrade_old -c "select outcome from badges.verify_assertion('$first')" -c "select outcome from badges.verify_assertion('$second')" | paste -sd' ')" 'valid revoked'
  is 'the chain goes on' "$(sql upgrade_old -c "select badges.suspend('$first', 'review')" -c 'select is_intact from badges.verify_audit_chain()' | tail -1)" t
  sql postgres -c 'drop database upgrade_old'
done
sql postgres -c 'drop database upgrade_fresh'
