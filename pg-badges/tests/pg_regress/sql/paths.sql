\getenv dir PG_ABS_SRCDIR
\set setup :dir '/setup.sql'
\i :setup
create role tool in role badges_issuer, badges_reader, badges_personal;
create role analyst in role badges_reader;
create role south nologin;
create role south_tool in role badges_issuer, badges_reader, badges_personal, south;
\set VERBOSITY terse
-- A programme: what it is, its stages, and its steps in the order of the path.
set role tool;
select badges.define_programme(:'did', 'DX', '{"en": "DX", "ja": "DX研修"}', '{employee}', '2024-04-01') as programme \gset
select badges.describe_programme(:'programme', '{"en": "Staged training"}');
select badges.describe_programme(:'programme', '{"en": "Staged training"}');
select badges.describe_programme(:'programme', '"no languages"');
\echo :LAST_ERROR_SQLSTATE
select badges.name_stage(:'programme', 1, '{"en": "Start", "ja": "はじめる"}');
select badges.name_stage(:'programme', 2, '{"en": "Use", "ja": "使う"}');
select badges.name_stage(:'programme', 0, '{"en": "None"}');
\echo :LAST_ERROR_SQLSTATE
select badges.define_achievement(:'did', '{"id": "https://badges.example.org/achievements/start", "name": "Start"}') as begin_with \gset
select badges.define_achievement(:'did', '{"id": "https://badges.example.org/achievements/leader", "name": "Leader"}') as leader \gset
select badges.define_achievement_fact(:'leader', 'milestone', 1, 0);
select badges.place_in_programme(:'programme', :'begin_with', 1, 1, 'start', :'achievement');
select badges.place_in_programme(:'programme', :'achievement', 2, 2, 'apply');
-- A milestone of the first stage comes last all the same.
select badges.place_in_programme(:'programme', :'leader', 1, 3, 'continue');
select badges.place_in_programme(:'programme', :'leader', 1, 3, 'continue');
select count(*) from badges.programme_achievement;
select badges.place_in_programme(:'programme', :'leader', 1, 4, 'continue');
select count(*), count(*) filter (where ended_at is null) as open from badges.programme_achievement;
select badges.place_in_programme(:'programme', :'leader', 1, 4, 'play');
\echo :LAST_ERROR_SQLSTATE
select stage, stage_name ->> 'ja' as stage_name, place, name, purpose, is_milestone, is_earned, is_next, leads_to_name from badges.walk_programme(:'programme', '{}');
-- People of whom some have badges. (The guard would ask for a signature of each.)
reset role;
alter table badges.assertion disable trigger assertion_guard;
insert into badges.recipient (recipient_id, issuer_id, platform, user_id, display_name)
  select format('00000000-0000-4000-8000-0000000001%s', lpad(n::text, 2, '0'))::uuid, :'issuer', 'hr', n::text, 'Person ' || n from generate_series(1, 12) n;
insert into badges.assertion (issuer_id, issuer_key_id, achievement_id, series_id, recipient_id, valid_from, valid_until, credential_id, credential)
  select :'issuer', :'issuer_key', a.id, a.id, format('00000000-0000-4000-8000-0000000001%s', lpad(n::text, 2, '0'))::uuid, '2024-05-01Z',
    case when n = 1 then '2025-05-01Z'::timestamptz end, a.id || '/' || n, '{}'
  from generate_series(1, 12) n, (values (:'begin_with'::uuid, 1), (:'achievement', 4), (:'leader', 9)) a (id, upto) where n <= 13 - a.upto;
set role tool;
-- What lapsed was earned; what was revoked was not; the next step is the first that was not earned.
select place, name, is_earned, is_lapsed, earned_at, is_next from badges.walk_programme(:'programme', array['00000000-0000-4000-8000-000000000101']::uuid[]);
select place, name, is_earned, is_next from badges.walk_programme(:'programme', array['00000000-0000-4000-8000-000000000109']::uuid[]);
select badges.revoke(assertion_id, 'by mistake') from badges.assertion where credential_id = :'begin_with' || '/9';
select place, name, is_earned, is_next from badges.walk_programme(:'programme', array['00000000-0000-4000-8000-000000000109']::uuid[]);
-- Two identities that are one person walk together, until the consent is taken back.
select badges.link_identities('00000000-0000-4000-8000-000000000111', '00000000-0000-4000-8000-000000000102', now(), 'page', 'person') is not null as linked;
select count(*) from badges.list_identities('00000000-0000-4000-8000-000000000111');
select place, is_earned, is_next from badges.walk_programme(:'programme', array(select badges.list_identities('00000000-0000-4000-8000-000000000111')));
select badges.end_identity_link('00000000-0000-4000-8000-000000000111', 'person');
select count(*) from badges.list_identities('00000000-0000-4000-8000-000000000111');
-- Nobody is told where they stand unless the programme asks for it, and only among ten people.
select * from badges.programme_standing(:'programme', array['00000000-0000-4000-8000-000000000108']::uuid[]);
select badges.describe_programme(:'programme', '{}', true);
select * from badges.programme_standing(:'programme', array['00000000-0000-4000-8000-000000000108']::uuid[]);
select * from badges.programme_standing(:'programme', array[:'ben']::uuid[]);
reset role;
insert into badges.revocation (assertion_id, reason, revoked_by) select assertion_id, 'test', 'test' from badges.assertion where credential_id ~ '/(3|10|11)$';
set role tool;
select count(*) from badges.programme_standing(:'programme', array['00000000-0000-4000-8000-000000000108']::uuid[]);
-- How far people are, by stage and population; no name. Who belongs to two populations counts in both and once in all.
select badges.record_memberships(:'did', array['00000000-0000-4000-8000-000000000101', '00000000-0000-4000-8000-000000000101', '00000000-0000-4000-8000-000000000102']::uuid[],
  array['employee', 'external', 'employee'], array['', '', ''], array['2024-04-01', '2024-04-01', '2024-04-01']::date[], array[null, null, null]::date[], 'hr.csv');
set role analyst;
select stage, stage_name ->> 'en' as stage_name, population, began, finished, furthest from badges.list_programme_progress(:'programme');
select count(*) from badges.walk_programme(:'programme', '{}');
select badges.list_identities(:'ben');
\echo :LAST_ERROR_SQLSTATE
-- Another tenant sees and changes none of it.
reset role;
select badges.assign_issuer(:'did', 'south');
set role analyst;
select count(*) from badges.list_programme_progress(:'programme');
select count(*) from badges.programme_stage;
select count(*) from badges.walk_programme(:'programme', '{}');
set role tool;
select badges.name_stage(:'programme', 1, '{"en": "Mine"}');
\echo :LAST_ERROR_SQLSTATE
set role south_tool;
select count(*) from badges.list_programme_progress(:'programme') where population is null;
rollback;
