\getenv dir PG_ABS_SRCDIR
\set setup :dir '/setup.sql'
\i :setup
create role tool in role badges_issuer, badges_reader;
create role analyst in role badges_reader;
create role clerk in role badges_personal;
create role south nologin;
create role south_tool in role badges_issuer, badges_reader, south;
select badges.store_assertion(:'valid', :'aiko', :'achievement') as first \gset
select badges.store_assertion(:'second', :'ben', :'achievement') as second \gset
set role tool;
select badges.define_framework('https://www.ipa.go.jp/shiken/kubun/', '{"ja": "情報処理技術者試験"}') as framework \gset
select badges.define_competency(:'framework', 'IP', '{"en": "IT Passport"}', 1) as passport \gset
select badges.align_achievement(:'achievement', :'passport', 'recognises_pass');
select badges.define_programme(:'did', 'DX', '{"en": "DX"}') as programme \gset
select badges.add_to_programme(:'programme', :'achievement');
\set VERBOSITY terse
-- Facts of an achievement: said twice is said once.
select badges.define_achievement_fact(:'achievement', 'knowledge', 1, 6);
select badges.define_achievement_fact(:'achievement', 'knowledge', 1, 6);
select kind, level, nominal_hours from badges.achievement_fact;
select badges.define_achievement_fact(:'achievement', 'knowledge', 0);
\echo :LAST_ERROR_SQLSTATE
-- Where people belonged. A list that says another end closes what there was.
select badges.record_memberships(:'did', array[:'aiko', :'ben']::uuid[], array['employee', 'dispatched'], array['Head', null], array['2023-04-01', '2023-04-01']::date[], array[null, null]::date[], 'hr.csv');
select badges.record_memberships(:'did', array[:'aiko', :'ben']::uuid[], array['employee', 'dispatched'], array['Head', null], array['2023-04-01', '2023-04-01']::date[], array[null, '2024-04-01']::date[], 'hr.csv');
select badges.record_memberships(:'did', array[:'ben']::uuid[], array['employee'], array['Head'], array['2024-04-01']::date[], array[null]::date[], 'hr.csv');
select badges.record_memberships(:'did', array['00000000-0000-4000-8000-00000000dead']::uuid[], array['employee'], array['Head'], array['2024-04-01']::date[], array[null]::date[], 'hr.csv');
\echo :LAST_ERROR_SQLSTATE
select badges.record_headcount(:'did', 'employee', '2024-03-31', 4, 'hr.csv', 'Head');
select badges.record_headcount(:'did', 'employee', '2024-03-31', 5, 'hr.csv', 'Head');
select badges.record_headcount(:'did', 'employee', '2024-03-31', 2, 'hr.csv', 'Head', 'DX');
select badges.record_headcount(:'did', 'employee', '2024-03-31', -1, 'hr.csv');
\echo :LAST_ERROR_SQLSTATE
select badges.record_headcount(:'did', 'employee', '2024-03-31', 1, 'hr.csv', '', 'DY');
\echo :LAST_ERROR_SQLSTATE
select badges.enrol(:'programme', :'ben', '2024-01-01');
select badges.enrol(:'programme', :'ben', '2024-01-01');
select badges.set_target(:'did', :'passport', 1, '2027-03-31', 4);
-- A pass counts once somebody else approved it.
select badges.record_examination_pass(:'aiko', :'passport', '2024-06-01', 'clerk', 'IP-123', 'seen on paper', :'foreign_key') as pass \gset
select badges.record_examination_pass(:'aiko', :'passport', '2999-06-01', 'clerk');
\echo :LAST_ERROR_SQLSTATE
select badges.record_examination_pass(:'aiko', :'passport', '2024-06-01', 'clerk');
\echo :LAST_ERROR_SQLSTATE
select code, year, population, people, passes, verified, undecided, people_by_badge from badges.report_examinations();
select badges.decide_examination_pass(:'pass', true, 'clerk');
\echo :LAST_ERROR_SQLSTATE
select badges.decide_examination_pass(:'pass', true, 'head');
\set VERBOSITY sqlstate
select badges.decide_examination_pass(:'pass', true, 'head');
\set VERBOSITY terse
select badges.decide_examination_pass('00000000-0000-4000-8000-00000000dead', true, 'head');
\echo :LAST_ERROR_SQLSTATE
select code, year, population, people, passes, verified, undecided, people_by_badge from badges.report_examinations();
-- Figures. (What was counted and aimed at in this very transaction was recorded after it began.)
set role analyst;
select programme_code, population, legal_entity, people, enrolled, headcount, headcount_on, share from badges.report_participation(clock_timestamp());
select programme_code, population, legal_entity, achievements, hours from badges.report_hours();
select code, level, holders, target, target_on, share from badges.report_coverage(clock_timestamp());
select ends_in, health, badges, people from badges.report_certification_health();
select level, reached, observed, progressed, share from badges.report_progression();
select from_population, from_legal_entity, to_population, to_legal_entity, people, people_with_badge_before from badges.report_movement();
select month, achievement_uri, kind, issued, accepted, declined, revoked from badges.report_issuance();
-- Before anything was recorded there was nothing to say, unless what is known now is to count.
select count(*) from badges.report_participation('2025-12-31Z');
select programme_code, population, people, headcount from badges.report_participation('2025-12-31Z', 'infinity');
select programme_code, population, people, headcount from badges.report_participation('2024-03-31Z', 'infinity') where population = 'dispatched';
-- Two identities that are one person, with consent and until it is taken back.
set role tool;
select badges.link_identities(:'aiko', :'ben', null, 'form 7', 'clerk');
\echo :LAST_ERROR_SQLSTATE
select badges.link_identities(:'aiko', :'aiko', now(), 'form 7', 'clerk');
\echo :LAST_ERROR_SQLSTATE
select badges.link_identities(:'ben', :'aiko', now(), 'form 7', 'clerk') as person \gset
select badges.link_identities(:'aiko', :'ben', now(), 'form 7', 'clerk') = :'person' as is_same;
select programme_code, population, legal_entity, people, enrolled from badges.report_participation();
select holders from badges.report_coverage();
select badges.end_identity_link(:'ben', 'clerk');
select holders from badges.report_coverage();
-- What became of assertions.
select badges.record_assertion_events(array[:'first', :'second', :'second']::uuid[], array['accepted', 'declined', 'revoked'], array[now(), now(), '2024-02-01Z']::timestamptz[]);
select badges.record_assertion_events(array[:'first']::uuid[], array['declined'], array[now()]::timestamptz[]);
select badges.record_assertion_events(array[:'first']::uuid[], array['loved'], array[now()]::timestamptz[]);
\echo :LAST_ERROR_SQLSTATE
select badges.revoke(:'second', 'awarded by mistake');
select month < '2024-02-15' as is_that_month, issued, accepted, declined, revoked from badges.report_issuance() where revoked > 0;
select holders from badges.report_coverage();
-- Erasure takes what names the person, and no figure.
select badges.erase_recipient(:'aiko');
select badges.record_examination_pass(:'aiko', :'passport', '2024-06-02', 'clerk');
\echo :LAST_ERROR_SQLSTATE
set role analyst;
select code, people, passes, people_by_badge from badges.report_examinations();
select holders from badges.report_coverage();
set role clerk;
select certificate_number, evidence, foreign_credential_id, foreign_outcome, decision from badges.examination_pass;
select recipient_id = :'aiko' as is_aiko, evidence, ended_at is null as is_open from badges.person_link order by 1;
-- Readers see no person, whoever they are.
set role analyst;
select * from badges.membership;
\echo :LAST_ERROR_SQLSTATE
select * from badges.examination_pass;
select * from badges.person_link;
select * from badges.enrolment;
select * from badges.reported_awards(now(), now());
select badges.enrol(:'programme', :'ben');
select badges.file_report(:'did', 'hours');
select badges.record_usage(:'achievement', 'downloaded');
\echo :LAST_ERROR_SQLSTATE
-- Nothing is overwritten or deleted, not by the owner of the tables.
reset role;
update badges.membership set population = 'external';
\echo :LAST_ERROR_SQLSTATE
delete from badges.headcount;
update badges.target set people = 0;
update badges.examination_pass set passed_on = '2020-01-01';
truncate badges.filed_report;
-- What every figure is, in two languages.
select report, cardinality(sources) > 0 as has_sources, title ? 'en' and title ? 'ja' and formula ? 'en' and formula ? 'ja' and is_not ? 'en' and is_not ? 'ja' as is_in_two_languages, edition from badges.list_report_definitions();
select report, source as unknown_source from badges.list_report_definitions(), unnest(sources) source
where not exists (select from pg_attribute a join pg_class c on c.oid = a.attrelid where c.relnamespace = 'badges'::regnamespace
  and source in ('badges.' || c.relname, 'badges.' || c.relname || '.' || a.attname));
-- Another tenant sees nothing and records nothing.
create role north nologin;
select badges.assign_issuer(:'did', 'north');
set role south_tool;
select (select count(*) from badges.report_participation()) + (select count(*) from badges.report_hours()) + (select count(*) from badges.report_coverage())
  + (select count(*) from badges.report_examinations()) + (select count(*) from badges.report_certification_health()) + (select count(*) from badges.report_progression())
  + (select count(*) from badges.report_movement()) + (select count(*) from badges.report_issuance()) + (select count(*) from badges.headcount) + (select count(*) from badges.target) as seen;
select badges.record_headcount(:'did', 'employee', '2024-03-31', 4, 'hr.csv');
\echo :LAST_ERROR_SQLSTATE
select badges.set_target(:'did', :'passport', 1, '2027-03-31', 4);
select badges.enrol(:'programme', :'ben');
select badges.decide_examination_pass(:'pass', false, 'south');
select badges.withdraw_examination_pass(:'pass', 'south');
select badges.end_identity_link(:'aiko', 'south');
select badges.file_report(:'did', 'hours');
select badges.record_assertion_events(array[:'first']::uuid[], array['accepted'], array[now()]::timestamptz[]);
rollback;
