-- A company of :awards awards: 54 achievements of 7 programmes, levels 1 to 4, about 4.4 awards a person, of whom a tenth moved, some are one
-- person with two identities, some awards are revoked, renewed, lapsed, suspended. The guard is switched off: no report reads what is signed.
-- Everything was recorded when it happened, so that every `as_of` has its figures.
alter table badges.assertion disable trigger all;
select badges.register_issuer('did:web:bench.example', '{"id": "did:web:bench.example", "name": "Bench"}') as issuer \gset
insert into badges.issuer_key (issuer_id, verification_method, public_key_multibase) values (:'issuer', 'did:web:bench.example#key', :'multikey');
insert into badges.achievement (achievement_id, series_id, issuer_id, uri, version, body, created_at)
  select id, id, :'issuer', uri, 1, jsonb_build_object('id', uri, 'name', uri), '2021-01-01Z'
  from (select ('30000000-0000-4000-8000-' || lpad(n::text, 12, '0'))::uuid as id, 'https://bench.example/achievements/' || n as uri from generate_series(0, 53) n) a;
insert into badges.achievement_fact (issuer_id, series_id, kind, level, nominal_hours, recorded_by, recorded_at)
  select :'issuer', ('30000000-0000-4000-8000-' || lpad(n::text, 12, '0'))::uuid, (array['knowledge', 'skill', 'milestone'])[1 + n % 3], 1 + n % 4, n % 13, 'bench', '2021-01-01Z'
  from generate_series(0, 53) n;
insert into badges.programme (programme_id, issuer_id, code, name)
  select ('40000000-0000-4000-8000-' || lpad(n::text, 12, '0'))::uuid, :'issuer', 'P' || n, '{"en": "Programme"}' from generate_series(0, 6) n;
insert into badges.programme_achievement (programme_id, series_id, stage, added_at)
  select ('40000000-0000-4000-8000-' || lpad((n % 7)::text, 12, '0'))::uuid, ('30000000-0000-4000-8000-' || lpad(n::text, 12, '0'))::uuid, 1 + n % 3, '2021-01-01Z'
  from generate_series(0, 53) n;
insert into badges.framework (framework_id, uri, name, created_at) values ('50000000-0000-4000-8000-000000000000', 'https://framework.example', '{"en": "Framework"}', '2021-01-01Z');
insert into badges.competency (competency_id, framework_id, code, name, created_at)
  select ('60000000-0000-4000-8000-' || lpad(n::text, 12, '0'))::uuid, '50000000-0000-4000-8000-000000000000', 'C' || n, '{"en": "Competency"}', '2021-01-01Z' from generate_series(0, 59) n;
insert into badges.alignment (issuer_id, series_id, competency_id, relation, aligned_by, aligned_at)
  select :'issuer', ('30000000-0000-4000-8000-' || lpad((n % 54)::text, 12, '0'))::uuid, ('60000000-0000-4000-8000-' || lpad((n % 60)::text, 12, '0'))::uuid,
    case when n % 40 = 0 then 'recognises_pass' else 'aligned' end, 'bench', '2021-01-01Z' from generate_series(0, 162) n;
insert into badges.target (issuer_id, competency_id, level, due_on, people, recorded_by, recorded_at)
  select :'issuer', ('60000000-0000-4000-8000-' || lpad(n::text, 12, '0'))::uuid, 1 + n % 4, '2026-03-31', 100, 'bench', '2021-01-01Z' from generate_series(0, 59) n;
insert into badges.recipient (recipient_id, issuer_id, platform, user_id, registered_at)
  select ('10000000-0000-4000-8000-' || lpad(n::text, 12, '0'))::uuid, :'issuer', 'bench', n::text, '2021-01-01Z' from generate_series(0, :awards * 10 / 44) n;
insert into badges.membership (issuer_id, recipient_id, population, legal_entity, valid_from, valid_until, source, recorded_by, recorded_at)
  select :'issuer', r.recipient_id, (array['employee', 'dispatched', 'external'])[1 + r.user_id::bigint % 3], 'E' || r.user_id::bigint % 5, '2021-01-01',
    case when r.user_id::bigint % 10 = 7 then '2024-04-01'::date end, 'bench', 'bench', '2021-01-01Z'
  from badges.recipient r;
insert into badges.membership (issuer_id, recipient_id, population, legal_entity, valid_from, source, recorded_by, recorded_at)
  select :'issuer', r.recipient_id, 'employee', 'E0', '2024-04-01', 'bench', 'bench', '2024-04-01Z' from badges.recipient r where r.user_id::bigint % 10 = 7;
insert into badges.person_link (issuer_id, recipient_id, person_id, consented_at, linked_by, linked_at)
  select :'issuer', r.recipient_id, ('70000000-0000-4000-8000-' || lpad((r.user_id::bigint / 100)::text, 12, '0'))::uuid, '2021-01-01Z', 'bench', '2021-01-01Z'
  from badges.recipient r where r.user_id::bigint % 100 < 2;
insert into badges.headcount (issuer_id, population, legal_entity, counted_on, people, source, recorded_by, recorded_at)
  select :'issuer', p, 'E' || e, '2025-03-31', :awards, 'bench', 'bench', '2025-04-01Z' from unnest(array['employee', 'dispatched', 'external']) p, generate_series(0, 4) e;
-- An award every so often from October 2021 to September 2025; the credential's text is as long as one that is signed.
insert into badges.assertion (assertion_id, issuer_id, issuer_key_id, achievement_id, series_id, recipient_id, valid_from, valid_until, awarded_at, stored_at,
    credential_id, occasion, provenance, credential)
  select ('20000000-0000-4000-8000-' || lpad(n::text, 12, '0'))::uuid, :'issuer', k.issuer_key_id, a.id, a.id,
    ('10000000-0000-4000-8000-' || lpad((n::bigint * 7919 % (:awards * 10 / 44))::text, 12, '0'))::uuid, a.at,
    case when n % 2 = 0 then a.at + interval '2 years' when n % 5 = 0 then a.at + interval '3 years' end, a.at, a.at,
    'https://bench.example/credentials/' || n, n::text, '{"source": "bench", "rule": {"kind": "course_complete"}, "version": "1", "inputs": []}', text.filler
  from badges.issuer_key k, (select string_agg(md5(i::text), '') as filler from generate_series(1, 96) i) text, generate_series(0, :awards - 1) n,
    lateral (select ('30000000-0000-4000-8000-' || lpad((n * 31 % 54)::text, 12, '0'))::uuid as id,
      '2021-10-01Z'::timestamptz + n * interval '4 years' / :awards as at) a
  where k.issuer_id = :'issuer';
insert into badges.revocation (assertion_id, reason, revoked_by, revoked_at)
  select a.assertion_id, 'bench', 'bench', a.valid_from + interval '20 days' from badges.assertion a where a.occasion::bigint % 83 = 0;
insert into badges.suspension (assertion_id, reason, suspended_by, suspended_at)
  select a.assertion_id, 'bench', 'bench', a.valid_from + interval '20 days' from badges.assertion a where a.occasion::bigint % 997 = 1;
insert into badges.renewal (assertion_id, superseded_by, superseded_at)
  select a.assertion_id, b.assertion_id, b.valid_from from badges.assertion a
    join badges.assertion b on b.occasion::bigint = a.occasion::bigint + 54 where a.occasion::bigint % 13 = 0;
insert into badges.assertion_event (issuer_id, assertion_id, series_id, event, happened_at, recorded_by, recorded_at)
  select a.issuer_id, a.assertion_id, a.series_id, case when a.occasion::bigint % 40 = 0 then 'declined' else 'accepted' end, a.valid_from + interval '1 day', 'bench', a.valid_from + interval '1 day'
  from badges.assertion a where a.occasion::bigint % 6 > 0;
insert into badges.examination_pass (issuer_id, recipient_id, competency_id, passed_on, recorded_by, recorded_at, decision, decided_by, decided_at)
  select :'issuer', r.recipient_id, '60000000-0000-4000-8000-000000000001', '2024-06-01', 'clerk', '2024-06-02Z', 'approved', 'head', '2024-06-03Z'
  from badges.recipient r where r.user_id::bigint % 9 = 0;
insert into badges.usage_daily (series_id, event, day, uses)
  select a.achievement_id, e, d::date, 1 + extract(day from d)::int % 5
  from badges.achievement a, unnest(array['downloaded', 'share_pressed', 'verification_page_opened']) e, generate_series('2025-09-30'::timestamp - least(1000, 60 + :awards / 1000) * interval '1 day', '2025-09-30', '1 day') d;
alter table badges.use_receipt disable trigger all;
-- Of few awards all are given in one month: below ten people a report says nothing.
insert into badges.use_receipt (issuer_id, assertion_id, purpose, used_on, given_at, revoked_at)
  select a.issuer_id, a.assertion_id, (array['application', 'internal_posting', 'assignment', 'qualification'])[1 + a.occasion::bigint % 4], g.at::date,
    g.at, case when a.occasion::bigint % 88 = 11 then g.at + interval '2 days' end
  from badges.assertion a, lateral (select case when :awards < 100000 then '2025-08-11Z' else a.valid_from + interval '30 days' end as at) g
  where a.occasion::bigint % 11 = 0 and a.valid_from < g.at;
alter table badges.use_receipt enable trigger all;
alter table badges.assertion enable trigger all;
vacuum analyze;
