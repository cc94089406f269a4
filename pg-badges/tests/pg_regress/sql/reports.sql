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
-- A pass counts once somebody else approved it. (Whose the badge is that is to prove it cannot be compared without an address.)
reset role;
update badges.recipient set email = null where recipient_id = :'aiko';
set role tool;
select badges.record_examination_pass(:'aiko', :'passport', '2024-06-01', 'clerk', 'IP-123', 'seen on paper', :'foreign_key') as pass \gset
select badges.record_examination_pass(:'aiko', :'passport', '2999-06-01', 'clerk');
\echo :LAST_ERROR_SQLSTATE
select badges.record_examination_pass(:'aiko', :'passport', '2024-06-01', 'clerk');
\echo :LAST_ERROR_SQLSTATE
select code, year, population, people, passes, verified, undecided, people_by_badge from badges.report_examinations();
select badges.decide_examination_pass(:'pass', true, 'clerk');
\echo :LAST_ERROR_SQLSTATE
reset role;
update badges.recipient set email = 'aiko@example.org' where recipient_id = :'aiko';
set role tool;
select badges.decide_examination_pass(:'pass', true, 'Aiko@Example.org');
\echo :LAST_ERROR_SQLSTATE
reset role;
update badges.recipient set email = null where recipient_id = :'aiko';
set role tool;
select badges.decide_examination_pass(:'pass', true, 'head');
\set VERBOSITY sqlstate
select badges.decide_examination_pass(:'pass', true, 'head');
\set VERBOSITY terse
select badges.decide_examination_pass('00000000-0000-4000-8000-00000000dead', true, 'head');
\echo :LAST_ERROR_SQLSTATE
select code, year, population, people, passes, verified, undecided, people_by_badge from badges.report_examinations();
-- Figures. (What was counted and aimed at in this very transaction was recorded after it began.)
set role analyst;
select programme_code, people, enrolled, headcount, headcount_on, share, achievements, hours from badges.report_overall(clock_timestamp());
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
select programme_code, people, enrolled from badges.report_overall();
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
select (select count(*) from badges.report_overall()) + (select count(*) from badges.report_participation()) + (select count(*) from badges.report_hours()) + (select count(*) from badges.report_coverage())
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
-- More achievements, programmes and competencies than one number has bits: each figure is what counting one by one says. Nothing is signed.
reset role;
select badges.register_issuer('did:web:wide.example', '{"id": "did:web:wide.example"}') as wide \gset
alter table badges.assertion disable trigger all;
insert into badges.achievement (achievement_id, series_id, issuer_id, uri, version, body, created_at)
  select id, id, :'wide', uri, 1, jsonb_build_object('id', uri), '2024-01-01Z'
  from (select ('30000000-0000-4000-8000-' || lpad(n::text, 12, '0'))::uuid as id, 'https://wide.example/' || n as uri from generate_series(0, 129) n) a;
insert into badges.achievement_fact (issuer_id, series_id, kind, level, nominal_hours, recorded_by, recorded_at)
  select issuer_id, series_id, 'skill', 1 + right(uri, 1)::integer % 2, right(uri, 1)::integer, 'clerk', '2024-01-01Z' from badges.achievement where issuer_id = :'wide';
select count(badges.define_programme('did:web:wide.example', 'P' || n, '{"en": "x"}')) from generate_series(0, 129) n;
insert into badges.programme_achievement (programme_id, series_id, stage, added_at)
  select p.programme_id, ('30000000-0000-4000-8000-' || lpad(((substr(p.code, 2)::integer + k) % 130)::text, 12, '0'))::uuid, 1, '2024-01-01Z'
  from badges.programme p, generate_series(0, 1) k where p.issuer_id = :'wide';
insert into badges.competency (competency_id, framework_id, code, name, created_at)
  select gen_random_uuid(), :'framework', 'C' || n, '{"en": "x"}', '2024-01-01Z' from generate_series(0, 129) n;
insert into badges.alignment (issuer_id, series_id, competency_id, relation, aligned_by, aligned_at)
  select :'wide', ('30000000-0000-4000-8000-' || lpad((substr(c.code, 2)::integer * k % 130)::text, 12, '0'))::uuid, c.competency_id, 'aligned', 'clerk', '2024-01-01Z'
  from badges.competency c, unnest(array[1, 7, 11]) k where c.code ~ '^C[0-9]' on conflict do nothing;
insert into badges.recipient (recipient_id, issuer_id, platform, user_id, registered_at)
  select ('10000000-0000-4000-8000-' || lpad(n::text, 12, '0'))::uuid, :'wide', 'wide', n::text, '2024-01-01Z' from generate_series(2, 6) n;
insert into badges.assertion (issuer_id, issuer_key_id, achievement_id, series_id, recipient_id, valid_from, awarded_at, stored_at, credential_id, occasion, credential)
  select :'wide', gen_random_uuid(), a.achievement_id, a.achievement_id, r.recipient_id, '2024-02-01Z', '2024-02-01Z', '2024-02-01Z', gen_random_uuid()::text, k::text, ''
  from badges.achievement a, badges.recipient r, generate_series(1, 2) k
  where a.issuer_id = :'wide' and r.issuer_id = :'wide' and substr(a.uri, 22)::integer % r.user_id::integer = 0;
select count(*), count(*) filter (where p.people <> (
    select count(distinct a.recipient_id) from badges.assertion a
      left join badges.programme_achievement m on m.series_id = a.series_id left join badges.programme g on g.programme_id = m.programme_id
    where a.issuer_id = :'wide' and (p.programme_code is null or g.code = p.programme_code))) as wrong, sum(p.people) as people
from badges.report_participation() p where p.issuer_did = 'did:web:wide.example';
select count(*), count(*) filter (where (h.achievements, h.hours) is distinct from (
    select (count(*), sum(f.nominal_hours)) from (
      select distinct a.series_id, a.recipient_id, case when h.programme_code is not null then g.code end from badges.assertion a
        left join badges.programme_achievement m on m.series_id = a.series_id left join badges.programme g on g.programme_id = m.programme_id
      where a.issuer_id = :'wide' and (h.programme_code is null or g.code = h.programme_code)) t
      join badges.achievement_fact f on f.series_id = t.series_id)) as wrong, sum(h.achievements) as achievements, sum(h.hours) as hours
from badges.report_hours() h where h.issuer_did = 'did:web:wide.example';
select count(*), count(*) filter (where c.holders <> (
    select count(distinct a.recipient_id) from badges.assertion a join badges.achievement_fact f on f.series_id = a.series_id
      join badges.alignment l on l.series_id = a.series_id join badges.competency k on k.competency_id = l.competency_id
    where a.issuer_id = :'wide' and k.code = c.code and f.level = c.level)) as wrong, sum(c.holders) as holders
from badges.report_coverage() c where c.issuer_did = 'did:web:wide.example';
-- More levels than one row holds, days of leap years and edges of months: each figure is what its definition says.
select badges.register_issuer('did:web:long.example', '{"id": "did:web:long.example"}') as long \gset
insert into badges.achievement (achievement_id, series_id, issuer_id, uri, version, body, created_at)
  select id, id, :'long', uri, 1, jsonb_build_object('id', uri), '2021-01-01Z'
  from (select ('31000000-0000-4000-8000-' || lpad(n::text, 12, '0'))::uuid as id, 'https://long.example/' || n as uri from generate_series(1, 19) n) a;
insert into badges.achievement_fact (issuer_id, series_id, kind, level, recorded_by, recorded_at)
  select issuer_id, series_id, 'skill', nullif(substr(uri, 22)::integer, 19), 'clerk', '2021-01-01Z' from badges.achievement where issuer_id = :'long';
insert into badges.recipient (recipient_id, issuer_id, platform, user_id, registered_at)
  select ('11000000-0000-4000-8000-' || lpad(n::text, 12, '0'))::uuid, :'long', 'long', n::text, '2021-01-01Z' from generate_series(0, 96) n;
insert into badges.assertion (issuer_id, issuer_key_id, achievement_id, series_id, recipient_id, valid_from, valid_until, awarded_at, stored_at, credential_id, occasion, credential)
  select :'long', gen_random_uuid(), a.id, a.id, ('11000000-0000-4000-8000-' || lpad((n % 97)::text, 12, '0'))::uuid, a.at,
    case n % 4 when 1 then a.at + interval '700 days' when 2 then date_trunc('month', a.at) + interval '25 months'
      when 3 then date_trunc('month', a.at) + interval '13 months' - interval '1 microsecond' end, a.at, a.at, 'urn:l:' || n, n::text, ''
  from generate_series(0, 699) n, lateral (
    select ('31000000-0000-4000-8000-' || lpad((1 + n * n % 19)::text, 12, '0'))::uuid as id,
      (array['2022-02-28 10:00Z', '2023-01-01Z', '2023-02-28 10:00Z', '2023-02-28 10:00:00.000001Z', '2023-03-01Z', '2023-12-31 23:59:59.999999Z', '2024-01-01Z', '2024-02-28 10:00Z',
        '2024-02-29Z', '2024-02-29 10:00Z', '2024-02-29 10:00:00.000001Z', '2024-03-01Z', '2025-02-28Z', '2025-02-28 10:00Z', '2025-02-28 10:00:00.000001Z', '2025-03-01Z'])
        [1 + (n * 7 + n / 97 * 5) % 16]::timestamptz as at) a;
create temp table day as select d::timestamptz as at from unnest(array['2022-01-01Z', '2024-02-29 10:00Z', '2024-12-02 10:00Z', '2025-02-28 09:59Z', '2025-02-28 10:00Z', '2025-06-01Z', '2027-01-01Z']) d;
create temp view told as
  select d.at, r.level, r.reached, r.observed, r.progressed from day d, badges.report_progression(d.at) r where r.issuer_did = 'did:web:long.example';
create temp view first_at as
  select d.at as day, a.recipient_id, f.level, min(a.valid_from) as at from day d
    join badges.assertion a on a.valid_from <= d.at join badges.achievement_fact f on f.series_id = a.series_id
  where a.issuer_id = (select issuer_id from badges.issuer where did = 'did:web:long.example') and f.level is not null group by 1, 2, 3;
create temp view counted as
  select n.day, n.level, count(*) as reached, count(*) filter (where n.at + interval '12 months' <= n.day) as observed,
    count(*) filter (where n.at + interval '12 months' <= n.day and exists (select from first_at h
      where h.day = n.day and h.recipient_id = n.recipient_id and h.level > n.level and h.at between n.at and n.at + interval '12 months')) as progressed
  from first_at n group by 1, 2;
select count(*), sum(reached) as reached, sum(observed) as observed, sum(progressed) as progressed from told;
select * from told except select * from counted;
select * from counted except select * from told;
create temp view healthy as
  select d.at, r.ends_in, r.health, r.badges, r.people from day d, badges.report_certification_health(d.at) r where r.issuer_did = 'did:web:long.example';
create temp view ending as
  select d.at, date_trunc('month', a.valid_until)::date as ends_in,
    case when a.valid_until < d.at then 'lapsed' when a.valid_until <= d.at + interval '90 days' then 'expiring' else 'valid' end as health, count(*) as badges, count(distinct a.recipient_id) as people
  from day d join badges.assertion a on a.valid_from <= d.at
  where a.issuer_id = (select issuer_id from badges.issuer where did = 'did:web:long.example') group by 1, 2, 3;
select count(*), sum(badges) as badges, sum(people) as people from healthy;
select * from healthy except select * from ending;
select * from ending except select * from healthy;
rollback;
