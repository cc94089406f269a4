\getenv dir PG_ABS_SRCDIR
\set setup :dir '/setup.sql'
\i :setup
create role tool in role badges_issuer, badges_reader;
create role analyst in role badges_reader;
create role head in role badges_admin;
create role south nologin;
create role south_tool in role badges_issuer, badges_reader, south;
select badges.store_assertion(:'valid', :'aiko', :'achievement') as first \gset
select badges.store_assertion(:'second', :'ben', :'achievement') as second \gset
-- Frameworks and competencies: known by address and code, and the same for a second call.
set role tool;
select badges.define_framework('https://www.ipa.go.jp/shiken/kubun/', '{"ja": "情報処理技術者試験"}', '2023') as framework \gset
select badges.define_framework('https://www.ipa.go.jp/shiken/kubun/', '{"ja": "情報処理技術者試験"}', '2023') = :'framework' as is_same;
select badges.define_framework('https://www.ipa.go.jp/shiken/kubun/', '{"ja": "情報処理技術者試験", "en": "IT engineers examination"}', '2023') = :'framework' as is_renamed;
select badges.define_framework('https://www.ipa.go.jp/shiken/kubun/', '{"ja": "情報処理技術者試験"}', '2024') <> :'framework' as is_another_version;
select uri, version, name ->> 'en' as name from badges.framework order by version;
select badges.define_competency(:'framework', 'LEVEL1', '{"en": "Level 1"}', 1) as parent \gset
select badges.define_competency(:'framework', 'IP', '{"en": "IT Passport"}', 1, :'parent', 'https://www3.jitec.ipa.go.jp/JitesCbt/') as passport \gset
select badges.define_competency(:'framework', 'IP', '{"en": "IT Passport"}', 1, :'parent', 'https://www3.jitec.ipa.go.jp/JitesCbt/') = :'passport' as is_same;
select badges.define_competency(:'framework', 'IP', '{"en": "IT Passport examination"}', 1, :'parent') = :'passport' as is_changed;
select code, name ->> 'en' as name, level, parent_id = :'parent' as is_below, url from badges.competency order by code;
\set VERBOSITY terse
select badges.define_framework('x', '"no languages"');
\echo :LAST_ERROR_SQLSTATE
select badges.define_competency(:'framework', ' ', '{"en": "x"}');
\echo :LAST_ERROR_SQLSTATE
select badges.define_competency(:'parent', 'X', '{"en": "x"}');
\echo :LAST_ERROR_SQLSTATE
select badges.define_competency(:'framework', 'SG', '{"en": "Information security"}', 2, :'framework');
\echo :LAST_ERROR_SQLSTATE
select badges.define_competency(:'framework', 'LEVEL1', '{"en": "Level 1"}', 1, :'parent');
\echo :LAST_ERROR_SQLSTATE
-- Alignments lie over achievements, whatever their version; what is signed stays as it was.
select badges.align_achievement(:'achievement', :'passport', 'prepares');
select badges.align_achievement(:'achievement', :'passport', 'prepares');
select badges.define_achievement(:'did', '{"id": "https://badges.example.org/achievements/sql", "name": "SQL"}') as newer \gset
select badges.align_achievement(:'newer', :'parent');
select achievement_uri, framework_version, code, name ->> 'en' as name, level, relation from badges.list_alignments() order by code;
select code, name ->> 'en' as name, holders from badges.list_competency_holders() order by code;
select badges.align_achievement(:'achievement', :'passport', 'loves');
\echo :LAST_ERROR_SQLSTATE
select badges.align_achievement('00000000-0000-4000-8000-00000000dead', :'passport');
\echo :LAST_ERROR_SQLSTATE
select badges.align_achievement(:'achievement', :'framework');
\echo :LAST_ERROR_SQLSTATE
-- Another relation ends the one before it; what held at a time is still known.
select badges.align_achievement(:'achievement', :'passport', 'exact');
select badges.end_alignment(:'achievement', :'parent');
select badges.end_alignment(:'achievement', :'parent');
select code, relation from badges.list_alignments() order by code;
reset role;
update badges.alignment set aligned_at = '2025-01-01Z', ended_at = case when ended_at is not null then '2025-06-01Z'::timestamptz end;
set role analyst;
select code, relation from badges.list_alignments('2025-05-31Z') order by code, relation;
select code, relation from badges.list_alignments('2025-06-01Z') order by code, relation;
select count(*) from badges.list_alignments('2024-12-31Z');
-- Who holds a badge counts in its state at that time.
select badges.verify_outcome(:'valid'), code, holders from badges.list_competency_holders();
set role tool;
select badges.revoke(:'second', 'awarded by mistake');
select code, holders from badges.list_competency_holders();
select badges.erase_recipient(:'aiko');
select code, holders from badges.list_competency_holders();
-- Programmes: achievements by stage.
select badges.define_programme(:'did', 'DX', '{"en": "DX Beginners"}', array['employee'], '2025-04-01') as programme \gset
select badges.define_programme(:'did', 'DX', '{"en": "DX Beginners"}', array['employee'], '2025-04-01') = :'programme' as is_same;
select badges.define_programme(:'did', 'DX', '{"en": "DX Beginners"}', array['employee', 'external'], '2025-04-01', '2026-03-31') = :'programme' as is_changed;
select code, audience, starts_on, ends_on from badges.programme;
select badges.add_to_programme(:'programme', :'newer');
select badges.add_to_programme(:'programme', :'achievement');
select programme_code, stage, achievement_uri from badges.list_programme_achievements();
select badges.add_to_programme(:'programme', :'achievement', 2);
select programme_code, stage from badges.list_programme_achievements();
select badges.remove_from_programme(:'programme', :'achievement');
select badges.remove_from_programme(:'programme', :'achievement');
select count(*) from badges.list_programme_achievements();
select badges.define_programme(:'did', 'DY', '{"en": "x"}', '{}', '2025-04-01', '2025-03-31');
\echo :LAST_ERROR_SQLSTATE
select badges.add_to_programme(:'programme', :'achievement', 0);
\echo :LAST_ERROR_SQLSTATE
select badges.add_to_programme('00000000-0000-4000-8000-00000000dead', :'achievement');
\echo :LAST_ERROR_SQLSTATE
-- Use is counted by achievement, event and day; who reads single counters is an administrator.
select badges.count_usage(:'achievement', 'downloaded', 1);
select badges.count_usage(:'newer', 'downloaded', 2, (now() at time zone 'UTC')::date);
select badges.count_usage(:'newer', 'downloaded', 2, '2025-06-01');
\echo :LAST_ERROR_SQLSTATE
select badges.count_usage(:'newer', 'share_pressed');
select badges.count_usage(:'newer', 'looked_at');
\echo :LAST_ERROR_SQLSTATE
select badges.count_usage(:'newer', 'downloaded', 0);
\echo :LAST_ERROR_SQLSTATE
select * from badges.usage_daily;
\echo :LAST_ERROR_SQLSTATE
set role head;
select event, uses from badges.usage_daily where series_id = :'achievement' order by event;
-- Another tenant sees none of it and changes none of it.
reset role;
create role north nologin;
select badges.assign_issuer(:'did', 'north');
set role south_tool;
select (select count(*) from badges.alignment) as alignments, (select count(*) from badges.programme) as programmes, (select count(*) from badges.programme_achievement) as stages,
  (select count(*) from badges.list_alignments()) as listed;
select badges.align_achievement(:'achievement', :'parent');
\echo :LAST_ERROR_SQLSTATE
select badges.end_alignment(:'achievement', :'passport');
select badges.define_programme(:'did', 'DX', '{"en": "ours"}');
select badges.add_to_programme(:'programme', :'achievement');
select badges.remove_from_programme(:'programme', :'achievement');
select badges.count_usage(:'achievement', 'downloaded');
reset role;
select badges.register_issuer('did:web:south.example', '{"id": "did:web:south.example"}') is not null as is_registered;
select badges.define_achievement('did:web:south.example', '{"id": "https://south.example/a"}') as southern \gset
select badges.add_to_programme(:'programme', :'southern');
\echo :LAST_ERROR_SQLSTATE
-- What was done is written down, without use.
set constraints all immediate;
select action, count(*) from badges.audit_event where action ~ 'framework|competency|align|programme|usage' group by action order by action;
rollback;
