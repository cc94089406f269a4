\getenv dir PG_ABS_SRCDIR
\set setup :dir '/setup.sql'
\i :setup
set search_path = pg_catalog;
\pset format unaligned
-- Every function: arguments, result, volatility (i s v), strictness, parallel safety (s r u), whose rights, cost, comment, grants.
select p.oid::regprocedure as function, pg_get_function_result(p.oid) as result, provolatile::text || ' ' || case when proisstrict then 'strict' else '-' end || ' ' || proparallel::text
    || ' ' || case when prosecdef then 'definer' else 'invoker' end || ' ' || procost as how, obj_description(p.oid, 'pg_proc') as comment,
  (select string_agg(case when g.grantee = 0 then 'public' else g.grantee::regrole::text end, ' ' order by g.grantee::regrole::text)
    from aclexplode(p.proacl) g where g.grantee <> p.proowner) as executed_by
from pg_proc p where pronamespace = 'badges'::regnamespace order by p.oid::regprocedure::text collate "C";
-- Every table, view and type: comment, grants, row-level security.
select c.relname as relation, c.relkind as kind, case when c.relrowsecurity then 'by issuer' end as rows_visible, obj_description(coalesce(nullif(c.reltype, 0), c.oid), 'pg_type') is null
    and obj_description(c.oid, 'pg_class') is not null as has_comment,
  (select string_agg(distinct g.grantee::regrole || ' ' || lower(g.privilege_type), ', ') from aclexplode(c.relacl) g where g.grantee <> c.relowner) as grants
from pg_class c where relnamespace = 'badges'::regnamespace and relkind in ('r', 'v') order by 1;
-- Every column with its type.
select a.attrelid::regclass as relation, string_agg(a.attname || ' ' || format_type(a.atttypid, a.atttypmod) || case when a.attnotnull then '!' else '' end, ', ' order by a.attnum) as columns
from pg_attribute a join pg_class c on c.oid = a.attrelid where c.relnamespace = 'badges'::regnamespace and c.relkind in ('r', 'v', 'c') and a.attnum > 0 and not a.attisdropped
group by 1 order by (a.attrelid::regclass)::text collate "C";
-- Everything has a comment.
select p.oid::regprocedure as function_without_comment from pg_proc p where pronamespace = 'badges'::regnamespace and obj_description(p.oid, 'pg_proc') is null;
select c.relname, a.attname as column_without_comment from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
  where c.relnamespace = 'badges'::regnamespace and c.relkind in ('r', 'v') and col_description(c.oid, a.attnum) is null;
select relname as relation_without_comment from pg_class c where relnamespace = 'badges'::regnamespace and relkind in ('r', 'v') and obj_description(c.oid, 'pg_class') is null;
select typname as type_without_comment from pg_type t where typnamespace = 'badges'::regnamespace and typtype = 'c' and obj_description(t.oid, 'pg_type') is null
  and (select relkind from pg_class where oid = typrelid) = 'c';
select tgrelid::regclass, tgname as trigger_without_comment from pg_trigger where not tgisinternal and tgrelid in (select oid from pg_class where relnamespace = 'badges'::regnamespace)
  and obj_description(oid, 'pg_trigger') is null;
-- Every refusal has an SQLSTATE and a hint.
select proname as refuses_without_hint from pg_proc p, regexp_split_to_table(prosrc, 'raise exception') with ordinality r (refusal, n)
where pronamespace = 'badges'::regnamespace and n > 1 and (refusal !~ '^[^;]*errcode = ''[a-z_]+''' or refusal !~ 'hint = ');
-- Columns that are granted apart from their table.
select attrelid::regclass as relation, g.grantee::regrole || ' ' || lower(g.privilege_type) as granted, string_agg(attname, ' ' order by attnum) as columns
from pg_attribute, aclexplode(attacl) g where attrelid in (select oid from pg_class where relnamespace = 'badges'::regnamespace) group by 1, 2;
-- Constraints, indexes, triggers, policies.
select conrelid::regclass as relation, string_agg(conname, ' ' order by conname) as constraints from pg_constraint where connamespace = 'badges'::regnamespace group by 1 order by (conrelid::regclass)::text collate "C";
select tablename, string_agg(indexname, ' ' order by indexname) as indexes from pg_indexes where schemaname = 'badges' group by 1 order by 1;
select tgrelid::regclass as relation, string_agg(tgname || ' ' || tgenabled::text, ' ' order by tgname) as triggers from pg_trigger where not tgisinternal and tgrelid::regclass::text like 'badges.%' group by 1 order by (tgrelid::regclass)::text collate "C";
select tablename, policyname, cmd from pg_policies where schemaname = 'badges' order by 1;
-- Settings.
select name, setting, unit, context, min_val, max_val from pg_settings where name like 'pg_badges.%' order by 1;
-- Roles.
select rolname, rolcanlogin, rolinherit from pg_roles where rolname like 'badges\_%' order by 1;
rollback;
-- Installing twice finds the roles that are there.
begin;
create extension pg_badges;
drop extension pg_badges;
create extension pg_badges;
select extversion from pg_extension where extname = 'pg_badges';
rollback;
