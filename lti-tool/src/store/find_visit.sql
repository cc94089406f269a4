-- A learner's visit in one go: the session, its course, the person's awards and the programmes that they take part in.
-- $1 hash of the token, $2 now, $3 the issuer, $4 what the addresses of our achievements begin with.
with visit as materialized (
  select s.*, r.issuer, r.client_id, r.authorization_endpoint, r.token_endpoint, r.token_audience, r.jwks_url, r.id_token_algorithm,
    s.administers_institution and r.allows_reports as reads_reports,
    -- The person's id, and the one that they had under LTI 1.1.
    array(select s.user_id union all select f.former_user_id from lti.former_user f
      where (f.registration_id, f.deployment_id, f.user_id) = (s.registration_id, s.deployment_id, s.user_id)) as user_ids
  from lti.session s join lti.registration r using (registration_id)
  where s.token_hash = $1 and s.expires_at > to_timestamp($2) and r.status = 'active'
), person as materialized (
  select coalesce(array_agg(distinct i.recipient_id), '{}') as identities
  from visit v join badges.issuer o on o.did = $3
    join badges.recipient p on p.issuer_id = o.issuer_id and p.platform = v.issuer || '#' || v.client_id and p.user_id = any (v.user_ids)
    cross join lateral badges.list_identities(p.recipient_id) i (recipient_id)
), course as materialized (
  select c.* from visit v join lti.course c
    on (c.registration_id, c.deployment_id, c.context_id) = (v.registration_id, v.deployment_id, v.context_id)
), walked as (
  select p.programme_id, p.code, p.name, p.audience, count(*) as steps, count(*) filter (where w.is_earned) as earned,
    lti.wording(max(w.achievement_uri) filter (where w.is_next), max(w.name) filter (where w.is_next)) as next, true as is_own
  from person cross join badges.issuer o join badges.programme p using (issuer_id)
    cross join lateral badges.walk_programme(p.programme_id, person.identities) w
  where o.did = $3
  group by p.programme_id
  having bool_or(w.is_earned or w.achievement_uri = $4 || (select course_id from course)::text) is true or exists (
    select from badges.enrolment e
    where e.programme_id = p.programme_id and e.recipient_id = any ((select identities from person)::uuid[]) and e.withdrawn_at is null)
  order by p.code collate "C" limit 100
)
select v.*, c.course_id, c.title, c.name_en, c.name_ja, c.description_en, c.description_ja, c.criteria_en, c.criteria_ja, c.validity_months,
  c.design, c.alt_en, c.alt_ja, c.renewal_en, c.renewal_ja, c.competencies, c.picture_tag,
  (select jsonb_agg(jsonb_build_object(
       'assertion_id', a.assertion_id, 'credential_id', a.credential_id, 'user_id', a.user_id, 'display_name', p.display_name,
       'awarded_at', extract(epoch from a.awarded_at)::bigint, 'valid_until', extract(epoch from s.valid_until)::bigint,
       'is_superseded', exists (select from badges.renewal n where n.assertion_id = a.assertion_id),
       'revocation_reason', x.reason, 'course_title', o.title, 'course_id', o.course_id) order by a.awarded_at desc)
     from lti.award a join lti.course o using (course_id) join badges.assertion s using (assertion_id)
       join badges.recipient p using (recipient_id) left join badges.revocation x using (assertion_id)
     where a.user_id = any (v.user_ids) and (o.registration_id, o.deployment_id) = (v.registration_id, v.deployment_id)) as awards,
  (select jsonb_agg(to_jsonb(w) order by w.code collate "C") from walked w where v.user_id is not null) as programmes
from visit v left join course c on true
