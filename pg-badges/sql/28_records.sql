-- Recording what reports are made of. Every function asks whom the acting role may act for; who says it is a name that the caller gives
-- where people decide, because the application's role is the same for all of them.

-- One use, today. No assertion, address, agent, referrer or cookie: there is no argument for them.
create or replace function badges.record_usage(achievement_id uuid, event text) returns void
language sql volatile parallel unsafe security definer set search_path = pg_catalog, pg_temp as $$
  select badges.count_usage(record_usage.achievement_id, record_usage.event, 1, (now() at time zone 'UTC')::date)
$$;

-- What is recorded stays: only the columns named by the trigger may be filled or emptied, and nothing is deleted.
create or replace function badges.guard_record() returns trigger
language plpgsql volatile parallel unsafe security definer set search_path = pg_catalog, pg_temp as $$
begin
  if tg_op = 'UPDATE' and to_jsonb(new) - tg_argv = to_jsonb(old) - tg_argv then
    return new;
  end if;
  raise exception 'what is written in badges.% stays', tg_table_name using errcode = 'restrict_violation',
    hint = 'Close the row that is wrong and record the right one beside it: figures that were filed are read again from both.';
end
$$;

-- Numbers and texts that name a person go with the person; the pass and the link stay, so that counts do not change.
create or replace function badges.erase_records() returns trigger
language plpgsql volatile parallel unsafe security definer set search_path = pg_catalog, pg_temp as $$
begin
  update badges.examination_pass p set certificate_number = null, evidence = null, foreign_credential_id = null
    where p.recipient_id = new.recipient_id;
  update badges.person_link l set evidence = null where l.recipient_id = new.recipient_id;
  update badges.use_receipt u set receiver = null, note = null
    from badges.assertion a where a.assertion_id = u.assertion_id and a.recipient_id = new.recipient_id;
  return null;
end
$$;

-- A recipient whom the acting role may act for, locked against being erased meanwhile.
create or replace function badges.require_recipient(recipient_id uuid) returns badges.recipient
language plpgsql volatile parallel unsafe security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
declare
  found_recipient badges.recipient;
begin
  select r.* into found_recipient from badges.recipient r where r.recipient_id = require_recipient.recipient_id for update;
  if not found then
    raise exception 'no recipient % is registered', coalesce(require_recipient.recipient_id::text, 'null') using errcode = 'no_data_found',
      hint = 'The registered ones are in badges.recipient.';
  end if;
  perform badges.require_issuer(found_recipient.issuer_id);
  if found_recipient.erased_at is not null then
    raise exception 'recipient % is erased', found_recipient.recipient_id using errcode = 'check_violation',
      hint = 'Who comes back is registered anew with badges.register_recipient(...).';
  end if;
  return found_recipient;
end
$$;

create or replace function badges.define_achievement_fact(achievement_id uuid, kind text, level integer default null, nominal_hours numeric default 0)
returns void
language plpgsql volatile parallel unsafe security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
declare
  target badges.achievement := badges.require_achievement(define_achievement_fact.achievement_id);
begin
  perform pg_advisory_xact_lock(hashtextextended('badges.achievement_fact ' || target.series_id, 0));
  if (select (f.kind, f.level, f.nominal_hours) from badges.achievement_fact f where f.series_id = target.series_id
      order by f.recorded_at desc limit 1)
    is not distinct from (define_achievement_fact.kind, define_achievement_fact.level, define_achievement_fact.nominal_hours) then
    return;
  end if;
  insert into badges.achievement_fact (issuer_id, series_id, kind, level, nominal_hours, recorded_by)
    values (target.issuer_id, target.series_id, define_achievement_fact.kind, define_achievement_fact.level,
      define_achievement_fact.nominal_hours, badges.acting_role());
  perform badges.record_event('define_achievement_fact', target.series_id, jsonb_build_object('kind', define_achievement_fact.kind,
    'level', define_achievement_fact.level, 'nominal_hours', define_achievement_fact.nominal_hours));
end
$$;

-- Who belonged where, many at once; what is recorded so already stays. Returns how many are new.
create or replace function badges.record_memberships(issuer_did text, recipient_ids uuid[], populations text[], legal_entities text[],
  valid_from date[], valid_until date[], source text) returns bigint
language plpgsql volatile parallel unsafe security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
declare
  owner_id uuid := badges.require_issuer(record_memberships.issuer_did);
  stranger uuid;
  starts date[];
  ends date[];
  added bigint;
begin
  select m.recipient_id into stranger from unnest(recipient_ids) m (recipient_id)
    where not exists (select from badges.recipient r where r.recipient_id = m.recipient_id and r.issuer_id = owner_id and r.erased_at is null) limit 1;
  if found then
    raise exception 'no recipient % is registered by this issuer', coalesce(stranger::text, 'null') using errcode = 'foreign_key_violation',
      hint = 'Register who is meant with badges.register_recipient(...); who is erased is registered anew.';
  end if;
  -- One that is open with another end is closed: the newer list is right. What a launch said gives way from the day on which the list begins,
  -- and the list gives way to what was set by hand.
  with listed as materialized (
    select m.recipient_id, m.population, coalesce(m.legal_entity, '') as legal_entity, m.valid_from, m.valid_until
    from unnest(recipient_ids, populations, legal_entities, record_memberships.valid_from, record_memberships.valid_until)
      m (recipient_id, population, legal_entity, valid_from, valid_until)
    where not exists (select from badges.membership h where h.recipient_id = m.recipient_id and h.origin = 'hand' and h.withdrawn_at is null
      and coalesce(h.valid_until > m.valid_from, true) and coalesce(m.valid_until > h.valid_from, true))),
  closed as (
    update badges.membership w set withdrawn_at = now(), withdrawn_by = badges.acting_role()
    from listed m
    where w.withdrawn_at is null and w.origin = 'list' and w.recipient_id = m.recipient_id and w.population = m.population
      and w.legal_entity = m.legal_entity and w.valid_from = m.valid_from and w.valid_until is distinct from m.valid_until)
  select array_agg(m.recipient_id), array_agg(m.population), array_agg(m.legal_entity), array_agg(m.valid_from), array_agg(m.valid_until)
    into recipient_ids, populations, legal_entities, starts, ends from listed m;
  perform badges.cut_memberships(recipient_ids, starts, array['launch'], badges.acting_role());
  insert into badges.membership (issuer_id, recipient_id, population, legal_entity, valid_from, valid_until, source, recorded_by)
    select owner_id, m.recipient_id, m.population, m.legal_entity, m.valid_from, m.valid_until, record_memberships.source, badges.acting_role()
    from unnest(recipient_ids, populations, legal_entities, starts, ends) m (recipient_id, population, legal_entity, valid_from, valid_until)
    on conflict (recipient_id, population, legal_entity, valid_from) where withdrawn_at is null do nothing;
  get diagnostics added = row_count;
  if added > 0 then
    perform badges.record_event('record_memberships', owner_id, jsonb_build_object('source', record_memberships.source, 'rows', added));
  end if;
  return added;
end
$$;

create or replace function badges.withdraw_membership(membership_id uuid) returns void
language plpgsql volatile parallel unsafe security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
declare
  owner_id uuid := (select m.issuer_id from badges.membership m where m.membership_id = withdraw_membership.membership_id);
begin
  if owner_id is null then
    raise exception 'no membership % is recorded', coalesce(withdraw_membership.membership_id::text, 'null') using errcode = 'no_data_found',
      hint = 'The recorded ones are in badges.membership.';
  end if;
  perform badges.require_issuer(owner_id);
  update badges.membership m set withdrawn_at = now(), withdrawn_by = badges.acting_role()
    where m.membership_id = withdraw_membership.membership_id and m.withdrawn_at is null;
  if found then
    perform badges.record_event('withdraw_membership', withdraw_membership.membership_id);
  end if;
end
$$;

-- Two identities of one person, who agreed to that. Both then count as one; a link that is there is taken over.
create or replace function badges.link_identities(recipient_id uuid, other_recipient_id uuid, consented_at timestamptz, evidence text, linked_by text)
returns uuid
language plpgsql volatile parallel unsafe security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
declare
  one badges.recipient := badges.require_recipient(least(link_identities.recipient_id, link_identities.other_recipient_id));
  other badges.recipient := badges.require_recipient(greatest(link_identities.recipient_id, link_identities.other_recipient_id));
  persons uuid[];
  person uuid;
begin
  if one.recipient_id = other.recipient_id or one.issuer_id <> other.issuer_id then
    raise exception 'recipients % and % cannot be linked', one.recipient_id, other.recipient_id using errcode = 'check_violation',
      hint = 'A link joins two recipients of the same issuer.';
  elsif link_identities.consented_at is null or link_identities.consented_at > now() then
    raise exception 'nobody has consented to the link' using errcode = 'check_violation', hint = 'Say when the person agreed; it is kept.';
  end if;
  persons := array(select distinct l.person_id from badges.person_link l
    where l.recipient_id in (one.recipient_id, other.recipient_id) and l.ended_at is null);
  person := coalesce(persons[1], gen_random_uuid());
  if cardinality(persons) = 2 then
    with moved as (
      update badges.person_link l set ended_at = now(), ended_by = link_identities.linked_by
        where l.person_id = persons[2] and l.ended_at is null returning l.*)
    insert into badges.person_link (issuer_id, recipient_id, person_id, consented_at, evidence, linked_by)
      select m.issuer_id, m.recipient_id, person, m.consented_at, m.evidence, link_identities.linked_by from moved m;
  end if;
  insert into badges.person_link (issuer_id, recipient_id, person_id, consented_at, evidence, linked_by)
    select one.issuer_id, i.recipient_id, person, link_identities.consented_at, link_identities.evidence, link_identities.linked_by
    from (values (one.recipient_id), (other.recipient_id)) i (recipient_id)
    on conflict (recipient_id) where ended_at is null do nothing;
  perform badges.record_event('link_identities', person, jsonb_build_object('recipients', jsonb_build_array(one.recipient_id, other.recipient_id)));
  return person;
end
$$;

-- The person takes the consent back: from now on the identity counts by itself; what was filed before stays as it was filed.
create or replace function badges.end_identity_link(recipient_id uuid, ended_by text) returns void
language plpgsql volatile parallel unsafe security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
declare
  owner_id uuid := (select r.issuer_id from badges.recipient r where r.recipient_id = end_identity_link.recipient_id);
begin
  perform badges.require_issuer(owner_id);
  update badges.person_link l set ended_at = now(), ended_by = end_identity_link.ended_by
    where l.recipient_id = end_identity_link.recipient_id and l.ended_at is null;
  if found then
    perform badges.record_event('end_identity_link', end_identity_link.recipient_id);
  end if;
end
$$;

-- How many there were to reach. For one programme or, without its code, for all; the latest record of a day counts.
create or replace function badges.record_headcount(issuer_did text, population text, counted_on date, people bigint, source text,
  legal_entity text default '', programme_code text default null) returns void
language plpgsql volatile parallel unsafe security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
declare
  owner_id uuid := badges.require_issuer(record_headcount.issuer_did);
  programme uuid := (select p.programme_id from badges.programme p where p.issuer_id = owner_id and p.code = record_headcount.programme_code);
begin
  if record_headcount.programme_code is not null and programme is null then
    raise exception 'no programme `%` is defined', record_headcount.programme_code using errcode = 'no_data_found',
      hint = 'Define it with badges.define_programme(issuer_did, code, name).';
  end if;
  insert into badges.headcount (issuer_id, population, legal_entity, programme_id, counted_on, people, source, recorded_by)
    values (owner_id, record_headcount.population, coalesce(record_headcount.legal_entity, ''), programme, record_headcount.counted_on,
      record_headcount.people, record_headcount.source, badges.acting_role());
  perform badges.record_event('record_headcount', owner_id, jsonb_build_object('population', record_headcount.population, 'counted_on',
    record_headcount.counted_on, 'people', record_headcount.people));
end
$$;

create or replace function badges.enrol(programme_id uuid, recipient_id uuid, enrolled_on date default current_date) returns void
language plpgsql volatile parallel unsafe security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
declare
  programme badges.programme := badges.require_programme(enrol.programme_id);
  person badges.recipient := badges.require_recipient(enrol.recipient_id);
begin
  if person.issuer_id <> programme.issuer_id then
    raise exception 'recipient % is another issuer''s', person.recipient_id using errcode = 'check_violation',
      hint = 'A programme is for recipients of its own issuer.';
  end if;
  insert into badges.enrolment (issuer_id, programme_id, recipient_id, enrolled_on, recorded_by)
    values (programme.issuer_id, programme.programme_id, person.recipient_id, enrol.enrolled_on, badges.acting_role())
    on conflict (programme_id, recipient_id) where withdrawn_at is null do nothing;
end
$$;

-- How many are to hold a competency at a level by a day; the latest record counts.
create or replace function badges.set_target(issuer_did text, competency_id uuid, level integer, due_on date, people bigint) returns void
language plpgsql volatile parallel unsafe security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
declare
  owner_id uuid := badges.require_issuer(set_target.issuer_did);
begin
  insert into badges.target (issuer_id, competency_id, level, due_on, people, recorded_by)
    values (owner_id, set_target.competency_id, set_target.level, set_target.due_on, set_target.people, badges.acting_role());
  perform badges.record_event('set_target', set_target.competency_id,
    jsonb_build_object('level', set_target.level, 'due_on', set_target.due_on, 'people', set_target.people));
end
$$;

-- A pass of an examination. A badge that proves it is verified like any other; what does not verify is kept with its outcome and says nothing.
create or replace function badges.record_examination_pass(recipient_id uuid, competency_id uuid, passed_on date, recorded_by text,
  certificate_number text default null, evidence text default null, credential text default null) returns uuid
language plpgsql volatile parallel unsafe security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
declare
  person badges.recipient := badges.require_recipient(record_examination_pass.recipient_id);
  verdict badges.verdict;
  shown text;
  content jsonb;
  achievement text;
  is_own boolean;
  recorded uuid;
begin
  if record_examination_pass.passed_on is null or record_examination_pass.passed_on > (now() at time zone 'UTC')::date + 1 then
    raise exception 'the examination is not yet passed' using errcode = 'check_violation', hint = 'Say the day on which it was passed.';
  end if;
  if credential is not null then
    verdict := badges.verify(record_examination_pass.credential);
    if verdict.outcome <> 'malformed' then
      -- A hosted assertion of Open Badges 2.0 is an address: what it says is in the document, and its name in the one of its class.
      shown := coalesce((select d.body from badges.document d where d.url = record_examination_pass.credential), record_examination_pass.credential);
      content := badges.credential_body(shown);
      achievement := left(coalesce(content #>> '{credentialSubject,achievement,name}', content #>> '{badge,name}',
        (select badges.credential_body(d.body) ->> 'name' from badges.document d where d.url = content ->> 'badge')), 200);
      is_own := badges.recipient_matches(shown, 'emailAddress', person.email);
    end if;
  end if;
  insert into badges.examination_pass (issuer_id, recipient_id, competency_id, passed_on, certificate_number, evidence, foreign_credential_id,
      foreign_issuer, foreign_outcome, foreign_achievement, foreign_matches, recorded_by)
    values (person.issuer_id, person.recipient_id, record_examination_pass.competency_id, record_examination_pass.passed_on,
      record_examination_pass.certificate_number, record_examination_pass.evidence, verdict.credential_id, verdict.issuer_id, verdict.outcome,
      achievement, is_own, record_examination_pass.recorded_by)
    returning examination_pass_id into recorded;
  perform badges.record_event('record_examination_pass', recorded);
  return recorded;
end
$$;

create or replace function badges.decide_examination_pass(examination_pass_id uuid, is_approved boolean, decided_by text) returns void
language plpgsql volatile parallel unsafe security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
declare
  pass badges.examination_pass;
begin
  select p.* into pass from badges.examination_pass p where p.examination_pass_id = decide_examination_pass.examination_pass_id for update;
  if not found then
    raise exception 'no pass % is recorded', coalesce(decide_examination_pass.examination_pass_id::text, 'null') using errcode = 'no_data_found',
      hint = 'Record it with badges.record_examination_pass(...).';
  end if;
  perform badges.require_issuer(pass.issuer_id);
  if pass.decision is not null or pass.withdrawn_at is not null then
    raise exception 'pass % is decided already', pass.examination_pass_id using errcode = 'object_not_in_prerequisite_state',
      hint = 'Withdraw it and record it again.';
  elsif pass.recorded_by = decide_examination_pass.decided_by then
    raise exception 'who records a pass does not approve it' using errcode = 'insufficient_privilege', hint = 'Let a second person decide.';
  elsif exists (select from badges.list_identities(pass.recipient_id) i (recipient_id) join badges.recipient r using (recipient_id)
      where lower(r.email) = lower(decide_examination_pass.decided_by)) then
    raise exception 'nobody approves a pass of their own' using errcode = 'insufficient_privilege', hint = 'Let a second person decide.';
  elsif is_approved and pass.foreign_outcome <> 'valid' then
    raise exception 'the badge that is to prove pass % does not verify: `%`', pass.examination_pass_id, pass.foreign_outcome
      using errcode = 'check_violation', hint = 'Refuse it, or withdraw it and record it again with a badge that verifies.';
  elsif is_approved and pass.foreign_matches is false then
    raise exception 'the badge that is to prove pass % was given to somebody else', pass.examination_pass_id
      using errcode = 'check_violation', hint = 'Its recipient is not the address of the person whose pass it is to prove.';
  end if;
  update badges.examination_pass p set decided_at = now(), decided_by = decide_examination_pass.decided_by,
      decision = case when is_approved then 'approved' else 'refused' end
    where p.examination_pass_id = pass.examination_pass_id;
  perform badges.record_event('decide_examination_pass', pass.examination_pass_id, jsonb_build_object('is_approved', is_approved));
end
$$;

create or replace function badges.withdraw_examination_pass(examination_pass_id uuid, withdrawn_by text) returns void
language plpgsql volatile parallel unsafe security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
declare
  owner_id uuid := (select p.issuer_id from badges.examination_pass p
    where p.examination_pass_id = withdraw_examination_pass.examination_pass_id);
begin
  perform badges.require_issuer(owner_id);
  update badges.examination_pass p set withdrawn_at = now(), withdrawn_by = withdraw_examination_pass.withdrawn_by
    where p.examination_pass_id = withdraw_examination_pass.examination_pass_id and p.withdrawn_at is null;
  if found then
    perform badges.record_event('withdraw_examination_pass', withdraw_examination_pass.examination_pass_id);
  end if;
end
$$;

-- What became of assertions, many at once. The first record of an event stays. Returns how many are new.
create or replace function badges.record_assertion_events(assertion_ids uuid[], events text[], happened_at timestamptz[]) returns bigint
language plpgsql volatile parallel unsafe security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
declare
  added bigint;
begin
  perform badges.require_issuer(i.issuer_id) from (select distinct a.issuer_id from badges.assertion a where a.assertion_id = any (assertion_ids)) i;
  insert into badges.assertion_event (issuer_id, assertion_id, series_id, event, happened_at, recorded_by)
    select a.issuer_id, a.assertion_id, a.series_id, e.event, least(e.happened_at, now()), badges.acting_role()
    from unnest(assertion_ids, events, record_assertion_events.happened_at) e (assertion_id, event, happened_at)
      join badges.assertion a on a.assertion_id = e.assertion_id
    on conflict (assertion_id, event) do nothing;
  get diagnostics added = row_count;
  return added;
end
$$;
