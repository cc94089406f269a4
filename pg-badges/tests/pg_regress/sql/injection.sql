\getenv dir PG_ABS_SRCDIR
\set setup :dir '/setup.sql'
\i :setup
-- Text is data, wherever it comes in.
\set attack 'x''); drop table badges.revocation cascade; --'
\set quotes '$$ || (select current_user) || $$ "; \\'
select badges.store_assertion(:'valid', :'aiko', :'achievement', :'attack', jsonb_build_object('note', :'quotes')) as assertion \gset
select occasion, provenance from badges.assertion;
select badges.revoke(:'assertion', :'attack');
select reason from badges.revocation;
select badges.register_recipient(:'did', :'attack', :'quotes', :'attack', :'quotes') is not null as is_registered;
select platform, user_id, display_name, email from badges.recipient where platform like 'x%';
select badges.define_achievement(:'did', jsonb_build_object('id', :'attack', 'name', :'quotes')) is not null as is_defined;
select badges.put_document(:'attack', :'quotes');
select badges.trust_issuer('did:x:' || translate(:'attack', ' ', '_'), :'quotes');
select badges.verify_outcome(:'attack'), badges.credential_state(:'attack');
\set VERBOSITY terse
select badges.register_issuer(:'attack', '{}');
\echo :LAST_ERROR_SQLSTATE
select badges.assign_issuer(:'did', :'attack');
\echo :LAST_ERROR_SQLSTATE
-- What a caller defines does not stand in for what the functions use: their search_path is fixed.
create role tool in role badges_issuer, badges_reader;
create schema trap;
grant all on schema trap to tool;
create function trap.now() returns timestamptz language sql as $$ select '1970-01-01Z'::timestamptz $$;
create function trap.verify(text, timestamptz) returns badges.verdict language sql as $$ select row('valid', null, null, null, null, null, null, null)::badges.verdict $$;
create function trap.acting_role() returns name language sql as $$ select 'postgres'::name $$;
create table trap.assertion (assertion_id uuid, credential text);
create table trap.issuer (did text);
create operator trap.= (leftarg = text, rightarg = text, function = textne);
set search_path = trap, pg_catalog, badges;
set role tool;
create temporary table issuer_key (verification_method text);
create temporary table document (url text, body text, expires_at timestamptz);
select badges.verify_outcome(:'valid') operator(pg_catalog.=) 'revoked' as is_revoked, badges.verify_outcome(:'second') operator(pg_catalog.=) 'valid' as is_valid;
select badges.store_assertion(replace(:'second', 'SQL basics', 'SQL wizard'), :'ben', :'achievement');
select badges.store_assertion(:'second', :'ben', :'achievement') is not null as is_stored;
reset role;
reset search_path;
-- Every function that runs as its owner has a fixed search_path without a schema that others write to.
select proname from pg_proc where pronamespace = 'badges'::regnamespace and prosecdef
  and coalesce(array_to_string(proconfig, ' '), '') !~ '^search_path=pg_catalog, pg_temp( |$)';
-- And no function builds a statement out of text.
select proname from pg_proc where pronamespace = 'badges'::regnamespace and prosrc ~* '\mexecute\M' ;
-- Public executes what needs no right, and nothing else.
select p.oid::regprocedure from pg_proc p where pronamespace = 'badges'::regnamespace and has_function_privilege('public', p.oid, 'execute') order by p.oid::regprocedure::text collate "C";
rollback;
