\getenv dir PG_ABS_SRCDIR
\set setup :dir '/setup.sql'
\i :setup
create role tool in role badges_issuer, badges_reader, badges_personal;
create role line_manager in role badges_reader;
create role director in role badges_reader;
create role intern in role badges_reader;
create role registrar in role badges_issuer, badges_reader;
create role head in role badges_admin;
create role south nologin;
create role south_manager in role badges_reader, south;
\set VERBOSITY terse
\set chie 00000000-0000-4000-8000-0000000000a3
set role tool;
select badges.define_achievement(:'did', '{"id": "https://badges.example.org/achievements/leader", "name": "Leader"}') as leader \gset
select badges.define_achievement_fact(:'achievement', 'skill', 1, 0);
select badges.define_achievement_fact(:'leader', 'skill', 3, 0);
reset role;
alter table badges.assertion disable trigger assertion_guard;
insert into badges.recipient (recipient_id, issuer_id, platform, user_id, display_name) values (:'chie', :'issuer', 'hr', '19', 'Chie');
insert into badges.assertion (issuer_id, issuer_key_id, achievement_id, series_id, recipient_id, valid_from, credential_id, credential)
  select :'issuer', :'issuer_key', a.id, a.id, a.person, '2024-05-01Z', 'urn:x:' || a.n, '{}'
  from (values (:'achievement'::uuid, :'aiko'::uuid, 1), (:'leader', :'aiko', 2), (:'leader', :'chie', 3)) a (id, person, n);
set role tool;
select badges.record_memberships(:'did', array[:'aiko', :'chie']::uuid[], array['employee', 'external'], array['Head', ''], array['2024-04-01', '2024-04-01']::date[], array[null, null]::date[], 'hr.csv');
-- Without a rule nobody sees who holds what.
set role line_manager;
select count(*) from badges.list_visible_holders(:'did');
-- Line managers see employees from level 3 up, directors everybody from level 1 up; interns nobody. The rules hold for roles of the database ...
set role tool;
select badges.show_holders(:'did', 3, 'line_manager', 'admin', 'employee') as rule \gset
select badges.show_holders(:'did', 3, 'line_manager', 'admin', 'employee') = :'rule' as is_same;
select badges.show_holders(:'did', 1, 'director', 'admin') is not null as said;
select badges.show_holders(:'did', 0, 'director', 'admin');
\echo :LAST_ERROR_SQLSTATE
select badges.show_holders(:'did', 1, ' ', 'admin');
\echo :LAST_ERROR_SQLSTATE
set role line_manager;
select display_name, population, achievement_name, level, held_since from badges.list_visible_holders(:'did');
set role director;
select display_name, population, achievement_name, level from badges.list_visible_holders(:'did');
set role intern;
select count(*) from badges.list_visible_holders(:'did');
-- ... who may not pretend to be somebody else, and for those of an application, which may ask for them.
select * from badges.list_visible_holders(:'did', 'director');
\echo :LAST_ERROR_SQLSTATE
select display_name from badges.recipient;
\echo :LAST_ERROR_SQLSTATE
set role tool;
select badges.show_holders(:'did', 3, 'programme-owner', 'admin') is not null as said;
select display_name, level from badges.list_visible_holders(:'did', 'programme-owner');
select count(*) from badges.list_visible_holders(:'did', 'report-reader');
-- A page at a time, searched and filtered, with the number of all that are found; a page beyond the last is the last.
select p as page, h.display_name, h.achievement_name, h.total from generate_series(0, 3) p, badges.list_visible_holders(:'did', 'director', page_size => 2, page => p) h;
select display_name, achievement_name, total from badges.list_visible_holders(:'did', 'director', search => 'sql B', page_size => 2);
select display_name, achievement_name, total from badges.list_visible_holders(:'did', 'director', at_level => 3, in_population => 'external', page_size => 2);
select count(*) from badges.list_visible_holders(:'did', 'director', at_level => 2, page_size => 2, page => 9223372036854775807);
-- Whoever registers, stores and gives levels may not read names, and so lets nobody read them: not itself, and not by way of another.
set role registrar;
select badges.define_achievement_fact(:'achievement', 'skill', 1, 0);
\set VERBOSITY default
select badges.show_holders(:'did', 1, 'registrar', 'x');
\echo :LAST_ERROR_SQLSTATE
\set VERBOSITY terse
select badges.show_holders(:'did', 1, 'director', 'x');
\echo :LAST_ERROR_SQLSTATE
select count(*) from badges.list_visible_holders(:'did');
select count(*) from badges.holder_visibility where said_by = 'x';
set role head;
select badges.show_holders(:'did', 1, 'head', 'x');
\echo :LAST_ERROR_SQLSTATE
select count(*) from badges.list_visible_holders(:'did');
-- The rules can be read by all who read reports; they are taken back, not deleted; who is erased is not seen.
set role line_manager;
select from_level, viewer, population from badges.holder_visibility order by viewer collate "C";
set role tool;
select badges.hide_holders(:'rule', 'admin');
select badges.hide_holders(:'rule', 'admin');
select badges.hide_holders('00000000-0000-4000-8000-00000000dead', 'admin');
\echo :LAST_ERROR_SQLSTATE
select badges.erase_recipient(:'chie');
set role line_manager;
select count(*) from badges.list_visible_holders(:'did');
set role director;
select display_name, achievement_name from badges.list_visible_holders(:'did');
reset role;
delete from badges.holder_visibility;
\echo :LAST_ERROR_SQLSTATE
select action, details from badges.audit_event where action like '%_holders' order by event_id;
-- Where a launch says that somebody belongs, until a list or a person says otherwise; what held before stays.
set role tool;
select badges.record_launch_membership(:'ben', 'dispatched', 'East', '2024-06-01', 'https://lms.example.org');
select badges.record_launch_membership(:'ben', 'dispatched', 'East', '2024-06-02', 'https://lms.example.org');
select badges.record_launch_membership(:'ben', 'external', '', '2024-07-01', 'https://lms.example.org');
select population, legal_entity, valid_from, valid_until, origin from badges.membership where recipient_id = :'ben' and withdrawn_at is null order by valid_from;
select badges.record_memberships(:'did', array[:'ben']::uuid[], array['employee'], array['Head'], array['2024-08-01']::date[], array[null]::date[], 'hr.csv');
select badges.record_launch_membership(:'ben', 'external', '', '2024-09-01', 'https://lms.example.org');
select badges.record_launch_membership(:'aiko', 'external', '', '2024-09-01', 'https://lms.example.org');
select population, legal_entity, valid_from, valid_until, origin from badges.membership where recipient_id = :'ben' and withdrawn_at is null order by valid_from;
-- A launch that comes before the list begins lasts until then.
select badges.record_launch_membership(:'aiko', 'external', '', '2024-01-01', 'https://lms.example.org');
select population, valid_from, valid_until, origin from badges.membership where recipient_id = :'aiko' and withdrawn_at is null order by valid_from;
-- By hand, with a reason; a later list does not undo it.
select badges.set_membership(:'ben', 'dispatched', 'West', '2024-10-01', ' ', 'Tanaka');
\echo :LAST_ERROR_SQLSTATE
select badges.set_membership(:'ben', 'dispatched', 'West', '2024-10-01', 'seconded', 'Tanaka') is not null as said;
select badges.record_memberships(:'did', array[:'ben', :'ben']::uuid[], array['employee', 'employee'], array['Head', 'Head'], array['2024-08-01', '2024-11-01']::date[], array[null, null]::date[], 'hr.csv');
select badges.record_launch_membership(:'ben', 'external', '', '2024-11-01', 'https://lms.example.org');
select population, legal_entity, valid_from, valid_until, origin, source, recorded_by = 'Tanaka' as by_hand from badges.membership where recipient_id = :'ben' and withdrawn_at is null order by valid_from;
select badges.set_membership(:'ben', 'dispatched', 'South', '2024-10-01', 'a slip of the pen', 'Suzuki') is not null as said;
select population, legal_entity, valid_from, valid_until, origin from badges.membership where recipient_id = :'ben' and withdrawn_at is null order by valid_from;
select count(*) filter (where withdrawn_at is null) as open, count(*) as kept from badges.membership where recipient_id = :'ben';
-- One that is wrong is closed, once, and stays; nobody withdraws what is not there, or another tenant's.
select membership_id as south from badges.membership where recipient_id = :'ben' and legal_entity = 'South' and withdrawn_at is null \gset
select badges.withdraw_membership(:'south');
select withdrawn_at is not null as is_withdrawn, withdrawn_by from badges.membership where membership_id = :'south';
select badges.withdraw_membership(:'south');
select population, legal_entity, valid_from, valid_until, origin from badges.membership where recipient_id = :'ben' and withdrawn_at is null order by valid_from;
\set VERBOSITY default
select badges.withdraw_membership('00000000-0000-4000-8000-00000000dead');
\echo :LAST_ERROR_SQLSTATE
\set VERBOSITY terse
select badges.withdraw_membership(null);
\echo :LAST_ERROR_SQLSTATE
select membership_id as theirs from badges.membership where recipient_id = :'aiko' and withdrawn_at is null order by valid_from limit 1 \gset
reset role;
select badges.assign_issuer(:'did', 'south');
set role tool;
select badges.withdraw_membership(:'theirs');
\echo :LAST_ERROR_SQLSTATE
reset role;
select badges.assign_issuer(:'did', null);
set role tool;
select withdrawn_at is null as holds from badges.membership where membership_id = :'theirs';
reset role;
select action, count(*) from badges.audit_event where action = 'withdraw_membership' group by 1;
set role tool;
-- A badge that is to prove a pass has to verify and to be the person's own.
select badges.define_framework('https://www.ipa.go.jp/shiken/kubun/', '{"ja": "情報処理技術者試験"}') as framework \gset
select badges.define_competency(:'framework', 'IP', '{"en": "IT Passport"}', 1) as passport \gset
select badges.record_examination_pass(:'aiko', :'passport', '2024-06-01', 'clerk', null, null, :'foreign_key') as pass \gset
select foreign_outcome, foreign_matches, foreign_achievement from badges.examination_pass;
\set VERBOSITY sqlstate
select badges.decide_examination_pass(:'pass', true, 'head');
\set VERBOSITY terse
select badges.decide_examination_pass(:'pass', false, 'head');
select badges.withdraw_examination_pass(:'pass', 'head');
select badges.record_examination_pass(:'aiko', :'passport', '2024-06-01', 'clerk', null, null, '{"not": "a badge"}') as pass \gset
select foreign_outcome from badges.examination_pass where examination_pass_id = :'pass';
\set VERBOSITY sqlstate
select badges.decide_examination_pass(:'pass', true, 'head');
\set VERBOSITY terse
-- What holders say of the use of their badges: given, dated, taken back; both sides read the same row.
select assertion_id as own from badges.assertion where credential_id = 'urn:x:1' \gset
select badges.give_use_receipt(:'own', 'internal_posting', '2024-06-01', 'Personnel', 'Posting 12') as receipt \gset
select badges.give_use_receipt(:'own', 'internal_posting', '2024-04-30');
\echo :LAST_ERROR_SQLSTATE
\set VERBOSITY sqlstate
select badges.give_use_receipt(:'own', 'internal_posting', current_date + 2);
\set VERBOSITY terse
select badges.give_use_receipt(:'own', 'fun', '2024-06-01');
\echo :LAST_ERROR_SQLSTATE
select purpose, used_on, receiver, note, revoked_at is null as holds from badges.use_receipt;
select badges.revoke_use_receipt(:'receipt');
select badges.revoke_use_receipt(:'receipt');
select badges.revoke_use_receipt('00000000-0000-4000-8000-00000000dead');
\echo :LAST_ERROR_SQLSTATE
select revoked_at is null as holds from badges.use_receipt;
reset role;
update badges.use_receipt set purpose = 'other';
\echo :LAST_ERROR_SQLSTATE
-- Counted by whole months, from ten people up and in steps of five; nine and eleven cannot be told from each other by what is near them.
insert into badges.recipient (recipient_id, issuer_id, platform, user_id)
  select format('00000000-0000-4000-8000-0000000001%s', lpad(n::text, 2, '0'))::uuid, :'issuer', 'hr', 'c' || n from generate_series(1, 14) n;
insert into badges.assertion (assertion_id, issuer_id, issuer_key_id, achievement_id, series_id, recipient_id, valid_from, credential_id, credential)
  select format('00000000-0000-4000-8000-0000000002%s', lpad(n::text, 2, '0'))::uuid, :'issuer', :'issuer_key', :'leader', :'leader',
    format('00000000-0000-4000-8000-0000000001%s', lpad(n::text, 2, '0'))::uuid, '2024-05-01Z', 'urn:y:' || n, '{}' from generate_series(1, 14) n;
alter table badges.use_receipt disable trigger use_receipt_guard;
insert into badges.use_receipt (issuer_id, assertion_id, purpose, used_on, given_at)
  select :'issuer', format('00000000-0000-4000-8000-0000000002%s', lpad(n::text, 2, '0'))::uuid, p.purpose, '2024-06-01', '2024-06-15Z'
  from generate_series(1, 14) n, (values ('application', 14), ('assignment', 9), ('qualification', 10)) p (purpose, upto), generate_series(1, 2) twice where n <= p.upto;
set role director;
select month, purpose, at_least from badges.report_receipts();
select count(*) from badges.report_receipts('2024-06-30Z');
select count(*) from badges.use_receipt;
\echo :LAST_ERROR_SQLSTATE
-- Another tenant sees none of it.
reset role;
select badges.assign_issuer(:'did', 'south');
set role director;
select badges.list_visible_holders(:'did');
\echo :LAST_ERROR_SQLSTATE
select count(*) from badges.holder_visibility;
select count(*) from badges.report_receipts();
set role south_manager;
select count(*) > 0 as sees from badges.holder_visibility;
rollback;
