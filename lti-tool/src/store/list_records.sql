-- What is known of the learners of course $1, all of them or those of $2: what its sources saw, and what rules name that is on record
-- elsewhere for the same tenant: badges ($3, by the id of their course or their code), other courses ($4, by our id or the platform's),
-- examinations ($5), populations ($6).
with here as (
  select c.course_id, c.registration_id, c.deployment_id, r.issuer || '#' || r.client_id as platform
  from lti.course c join lti.registration r using (registration_id) where c.course_id = $1
), person as (
  -- The people of this platform in the issuer's records, each with whoever they have said to be too.
  select r.recipient_id, r.user_id from here join badges.recipient r using (platform)
  where (cardinality($3) > 0 or cardinality($5) > 0 or $6) and ($2::text[] is null or r.user_id = any ($2))
  union
  select other.recipient_id, r.user_id
  from here join badges.recipient r using (platform)
    join badges.person_link own on own.recipient_id = r.recipient_id and own.ended_at is null
    join badges.person_link other on other.person_id = own.person_id and other.ended_at is null
  where (cardinality($3) > 0 or cardinality($5) > 0 or $6) and ($2::text[] is null or r.user_id = any ($2))
)
select user_id, source, fact, extract(epoch from seen_at)::bigint as seen_at
from lti.observation
where course_id = $1 and withdrawn_at is null and ($2::text[] is null or user_id = any ($2))

union all
select a.user_id, 'awards', badge.fact, extract(epoch from a.awarded_at)::bigint
from here join lti.course c using (registration_id, deployment_id) join lti.award a on a.course_id = c.course_id
  join badges.assertion s using (assertion_id),
  lateral (select jsonb_strip_nulls(jsonb_build_object('fact', 'badge', 'code', a.course_id::text, 'validUntil',
    to_char(s.valid_until at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'))) as fact) badge
where cardinality($3) > 0 and c.course_id::text = any ($3) and c.course_id <> $1 and ($2::text[] is null or a.user_id = any ($2))
  and not exists (select from badges.revocation r where r.assertion_id = a.assertion_id)
  and not exists (select from badges.renewal n where n.assertion_id = a.assertion_id)

union all
select person.user_id, 'awards', badge.fact, extract(epoch from s.awarded_at)::bigint
from person join badges.assertion s using (recipient_id) join badges.achievement d using (achievement_id),
  lateral (select jsonb_strip_nulls(jsonb_build_object('fact', 'badge', 'code', d.body ->> 'humanCode', 'validUntil',
    to_char(s.valid_until at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'))) as fact) badge
where cardinality($3) > 0 and d.body ->> 'humanCode' = any ($3)
  and not exists (select from badges.revocation r where r.assertion_id = s.assertion_id)
  and not exists (select from badges.renewal n where n.assertion_id = s.assertion_id)

union all
select o.user_id, o.source, jsonb_build_object('fact', 'courseComplete', 'course', named.name), extract(epoch from o.seen_at)::bigint
from here cross join unnest($4::text[]) as named (name)
  join lti.course c on c.registration_id = here.registration_id and c.deployment_id = here.deployment_id
    and (c.context_id = named.name or c.course_id::text = named.name)
  join lti.observation o on o.course_id = c.course_id and o.withdrawn_at is null
where cardinality($4) > 0 and o.fact_key = 'course ' and ($2::text[] is null or o.user_id = any ($2))

union all
select person.user_id, 'records', jsonb_strip_nulls(jsonb_build_object('fact', 'examination', 'exam', k.code,
    'number', coalesce(p.certificate_number, p.foreign_credential_id, ''),
    'passedOn', to_char(p.passed_on, 'YYYY-MM-DD"T00:00:00Z"'), 'evidence', p.evidence, 'verifiedBy', checked.how)),
  extract(epoch from coalesce(p.decided_at, p.recorded_at))::bigint
from person join badges.examination_pass p using (recipient_id) join badges.competency k using (competency_id)
  -- Somebody else than who recorded it has looked at it; a badge that proves it was verified when it was recorded.
  cross join lateral (select case when p.decision = 'approved' then 'document-check' end as how
    union all select 'external-badge:' || p.foreign_issuer where p.decision = 'approved' and p.foreign_outcome = 'valid') checked
where cardinality($5) > 0 and k.code = any ($5) and p.withdrawn_at is null and p.decision is distinct from 'refused'

union all
select user_id, 'records', jsonb_build_object('fact', 'population', 'population', population), seen_at
from (
  select distinct on (person.user_id) person.user_id, m.population, extract(epoch from m.recorded_at)::bigint as seen_at
  from person join badges.membership m using (recipient_id)
  where $6 and m.withdrawn_at is null and m.valid_from <= current_date and (m.valid_until is null or m.valid_until > current_date)
    and m.population in ('employee', 'dispatched', 'external')
  order by person.user_id, m.valid_from desc, m.population) standing
order by 4, 1, 2
