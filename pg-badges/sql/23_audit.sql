-- Everything stored, verified again; and the chain of events, each of which holds the hash of the one before it and vouches for
-- what nobody signed: that a row is there, whom and what it names, when and why it was awarded, and its states.

create or replace function badges.record_event(action text, subject_id uuid, details jsonb default '{}') returns void
language sql volatile parallel unsafe security definer set search_path = pg_catalog, pg_temp as $$
  insert into badges.audit_event (actor, action, subject_id, details) values (badges.acting_role(), action, subject_id, details)
$$;

-- The hash covers every column; numbers and times are written so that no session setting changes them.
create or replace function badges.hash_event(previous_hash bytea, event badges.audit_event) returns bytea
language sql immutable parallel safe set search_path = pg_catalog, pg_temp as $$
  select sha256(coalesce(previous_hash, '') || convert_to(jsonb_build_array(event.position, event.event_id,
    (extract(epoch from event.happened_at) * 1000000)::bigint, event.actor, event.action, event.subject_id, event.details)::text, 'UTF8'))
$$;

-- Runs at commit, so that sessions wait for each other only then, and an aborted transaction leaves no gap.
-- The first event of a transaction seals all of them: unsealed events of others are not committed, so not visible.
create or replace function badges.seal_event() returns trigger
language plpgsql volatile parallel unsafe security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
declare
  event badges.audit_event;
  head badges.audit_head;
begin
  if not exists (select from badges.audit_event e where e.event_id = new.event_id and e.position is null) then
    return null;
  end if;
  insert into badges.audit_head (position, hash) values (0, sha256('')) on conflict do nothing;
  select h.* into head from badges.audit_head h for update;
  for event in select e.* from badges.audit_event e where e.position is null order by e.event_id loop
    event.position := head.position + 1;
    event.previous_hash := head.hash;
    event.hash := badges.hash_event(head.hash, event);
    update badges.audit_event e set position = event.position, previous_hash = event.previous_hash, hash = event.hash
      where e.event_id = event.event_id;
    head.position := event.position;
    head.hash := event.hash;
  end loop;
  update badges.audit_head h set position = head.position, hash = head.hash;
  return null;
end
$$;

-- What the events say and the tables do not say any more. Whole sets are compared: no event looks its row up by itself.
-- Events of older versions hold less: then only that is compared. What has no event at all (a row inserted by hand or by
-- logical replication) contradicts none, unless it changes the state of an assertion whose storing is an event.
create or replace function badges.list_contradictions() returns table (subject_id uuid, event_position bigint, detail text)
language sql stable parallel restricted security definer set search_path = pg_catalog, pg_temp as $$
  with stored as (
    select i.assertion_id::uuid as assertion_id, i.digest, e.position
    from badges.audit_event e cross join lateral rows from (jsonb_array_elements_text(e.details -> 'assertion_ids'),
      jsonb_array_elements_text(e.details -> 'digests')) i (assertion_id, digest)
    where e.action = 'store_assertion'),
  event as (
    select e.event_id, e.subject_id, e.position, e.actor, e.action, e.details, (e.details ->> 'at')::timestamptz as at, (e.details ->> 'suspension_id')::uuid as suspension_id
    from badges.audit_event e where e.action in ('revoke', 'suspend', 'reinstate', 'supersede', 'erase_recipient', 'retire_issuer_key'))
  select s.assertion_id, s.position,
    format(case when a.assertion_id is null then 'assertion %s was stored and is gone' else 'assertion %s is not as it was stored' end, s.assertion_id)
  from stored s left join badges.assertion a on a.assertion_id = s.assertion_id
  where a.assertion_id is null or s.digest <> badges.hash_assertion(a.assertion_id, a.achievement_id, a.series_id, a.recipient_id, a.credential_id,
    a.awarded_at, a.stored_at, a.occasion, a.provenance)
  union all
  select e.subject_id, e.position, format(case when v.assertion_id is null then 'assertion %s was revoked, and its revocation is gone'
    else 'the revocation of assertion %s is not as it was written' end, e.subject_id)
  from event e left join badges.revocation v on v.assertion_id = e.subject_id
  where e.action = 'revoke' and (v.reason, v.revoked_by, v.revoked_at) is distinct from (e.details ->> 'reason', e.actor, coalesce(e.at, v.revoked_at))
  union all
  select e.subject_id, e.position, format(case when s.suspension_id is null then 'assertion %s was suspended, and its suspension is gone'
    else 'a suspension of assertion %s is not as it was written' end, e.subject_id)
  from event e left join badges.suspension s on s.suspension_id = e.suspension_id
  where e.suspension_id is not null and case e.action
    when 'suspend' then (s.assertion_id, s.reason, s.suspended_by, s.suspended_at) is distinct from (e.subject_id, e.details ->> 'reason', e.actor, e.at)
    else (s.assertion_id, s.reinstated_by, s.reinstated_at) is distinct from (e.subject_id, e.actor, e.at) end
  union all
  -- Counted, so that one too many, one that ended by itself and those of older versions are found too.
  select c.assertion_id, null, format('assertion %s was suspended %s times and reinstated %s times by its events, %s and %s by its rows', c.assertion_id,
    c.suspended, c.reinstated, c.suspensions, c.ends)
  from (
    select u.assertion_id, sum(u.suspended) as suspended, sum(u.reinstated) as reinstated, sum(u.suspensions) as suspensions, sum(u.ends) as ends
    from (
      select e.subject_id as assertion_id, (e.action = 'suspend')::integer as suspended, (e.action = 'reinstate')::integer as reinstated, 0 as suspensions, 0 as ends
        from event e where e.action in ('suspend', 'reinstate')
      union all
      select s.assertion_id, 0, 0, 1, (s.reinstated_at is not null)::integer from badges.suspension s
        where s.assertion_id in (select i.assertion_id from stored i) or s.assertion_id in (select e.subject_id from event e where e.action = 'suspend')) u
    group by u.assertion_id) c
  where (c.suspended, c.reinstated) is distinct from (c.suspensions, c.ends)
  union all
  select e.subject_id, e.position, format(case when n.assertion_id is null then 'assertion %s was superseded, and its renewal is gone'
    else 'the renewal of assertion %s is not as it was written' end, e.subject_id)
  from event e left join badges.renewal n on n.assertion_id = e.subject_id
  where e.action = 'supersede' and (n.superseded_by::text, n.superseded_at) is distinct from (e.details ->> 'superseded_by', coalesce(e.at, n.superseded_at))
  union all
  select x.assertion_id, null, format('assertion %s was %s, and no event says so', x.assertion_id, x.participle)
  from (
    select v.assertion_id, 'revoke' as action, 'revoked' as participle from badges.revocation v
    union all select n.assertion_id, 'supersede', 'superseded' from badges.renewal n) x
  where x.assertion_id in (select i.assertion_id from stored i)
    and not exists (select from event e where e.subject_id = x.assertion_id and e.action = x.action)
  union all
  select e.subject_id, e.position, format('recipient %s was erased, and the row says otherwise', e.subject_id)
  from event e join badges.recipient r on r.recipient_id = e.subject_id
  where e.action = 'erase_recipient' and r.erased_at is distinct from coalesce(e.at, r.erased_at, 'infinity')
  union all
  select k.issuer_key_id, e.position, format('key `%s` does not end when its last event says', k.verification_method)
  from (select distinct on (e.subject_id) e.* from event e where e.action = 'retire_issuer_key' order by e.subject_id, e.event_id desc) e
    join badges.issuer_key k on k.issuer_key_id = e.subject_id
  where k.valid_until is distinct from (e.details ->> 'valid_until')::timestamptz
$$;

create or replace function badges.verify_audit_chain(expected_position bigint default null, expected_hash bytea default null)
returns table (is_intact boolean, events bigint, first_broken_position bigint, detail text)
language plpgsql stable parallel restricted security definer set search_path = pg_catalog, pg_temp as $$
declare
  event badges.audit_event;
  head badges.audit_head;
  expected bytea := sha256('');
  contradiction record;
begin
  events := 0;
  is_intact := false;
  for event in select e.* from badges.audit_event e where e.position is not null order by e.position loop
    first_broken_position := events + 1;
    if event.position <> events + 1 then
      detail := format('event %s is missing', events + 1);
    elsif event.previous_hash is distinct from expected then
      detail := format('event %s does not follow the one before it', event.position);
    elsif badges.hash_event(expected, event) is distinct from event.hash then
      detail := format('event %s was altered', event.position);
    elsif event.position = expected_position and event.hash is distinct from expected_hash then
      detail := format('event %s is not the one that was noted', event.position);
    else
      expected := event.hash;
      events := events + 1;
      continue;
    end if;
    return next;
    return;
  end loop;
  select h.* into head from badges.audit_head h;
  first_broken_position := events + 1;
  if coalesce(head.position, 0) <> events or coalesce(head.hash, sha256('')) <> expected or expected_position > events then
    detail := format('events after %s are missing', events);
    return next;
    return;
  end if;
  select c.event_position, c.detail, count(*) over () as all_of_them into contradiction
    from badges.list_contradictions() c order by c.event_position, c.detail limit 1;
  is_intact := not found;
  first_broken_position := contradiction.event_position;
  detail := case when is_intact then format('%s events, none altered, none missing', events)
    else contradiction.detail || case when contradiction.all_of_them > 1
      then format('; %s more in badges.list_contradictions()', contradiction.all_of_them - 1) else '' end end;
  return next;
end
$$;

-- The caller's own rights decide which assertions there are.
create or replace function badges.verify_assertion(assertion_id uuid, at timestamptz default now()) returns badges.verdict
language plpgsql stable parallel safe security invoker set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
declare
  stored text;
  verdict badges.verdict;
begin
  select a.credential into stored from badges.assertion a where a.assertion_id = verify_assertion.assertion_id;
  if not found then
    verdict.outcome := 'unknown';
    verdict.missing := '{}';
    verdict.detail := format('no assertion %s is stored here', coalesce(verify_assertion.assertion_id::text, 'null'));
    return verdict;
  end if;
  verdict := badges.verify(stored, verify_assertion.at);
  if verdict.outcome in ('valid', 'expired', 'not_yet_valid', 'suspended')
    and badges.credential_state(verdict.credential_id, verify_assertion.at) = 'erased' then
    verdict.outcome := 'erased';
    verdict.detail := 'the recipient asked for erasure; the proof still holds';
  end if;
  return verdict;
end
$$;

-- Counts rows of badges.assertion by outcome. Signatures are checked several hundred at once; each parallel worker counts its own rows.
create or replace aggregate badges.audit_rows(assertion_id uuid, credential text, credential_id text, issuer_did text, verification_method text,
  achievement_uri text, recipient_id uuid, valid_from timestamptz, valid_until timestamptz, status_list_url text, status_purpose text,
  status_index integer, fits_registers boolean, record_state text, at timestamptz) (
  sfunc = badges.audit_row, stype = internal, sspace = 2000000, finalfunc = badges.audit_tallies,
  combinefunc = badges.audit_combine, serialfunc = badges.audit_serialize, deserialfunc = badges.audit_deserialize, parallel = safe
);

-- Plain SQL without `security definer`: the planner sees through it and uses parallel workers; the caller's own rights apply.
-- What stands beside each assertion, with what the tables say of it as of that time. An assertion is listed also if what it names is gone.
create or replace function badges.list_audited(at timestamptz)
returns table (assertion_id uuid, credential text, credential_id text, issuer_did text, verification_method text, achievement_uri text,
  recipient_id uuid, valid_from timestamptz, valid_until timestamptz, status_list_url text, status_purpose text, status_index integer,
  fits_registers boolean, record_state text)
language sql stable parallel safe as $$
  select a.assertion_id, a.credential, a.credential_id, i.did, k.verification_method, c.uri, a.recipient_id, a.valid_from, a.valid_until,
    l.url, l.purpose, a.status_index,
    coalesce(k.issuer_id = a.issuer_id and c.issuer_id = a.issuer_id and c.series_id = a.series_id and r.issuer_id = a.issuer_id
      and (a.status_list_id is null or l.issuer_id = a.issuer_id), false),
    case
      when v.revoked_at <= list_audited.at then 'revoked'
      when r.erased_at <= list_audited.at then 'erased'
      when s.assertion_id is not null then 'suspended'
    end
  from badges.assertion a
    left join badges.issuer i on i.issuer_id = a.issuer_id
    left join badges.issuer_key k on k.issuer_key_id = a.issuer_key_id
    left join badges.achievement c on c.achievement_id = a.achievement_id
    left join badges.recipient r on r.recipient_id = a.recipient_id
    left join badges.status_list l on l.status_list_id = a.status_list_id
    left join badges.revocation v on v.assertion_id = a.assertion_id
    left join badges.suspension s on s.assertion_id = a.assertion_id and s.suspended_at <= list_audited.at
      and coalesce(s.reinstated_at > list_audited.at, true)
$$;

create or replace function badges.audit(at timestamptz default now())
returns table (outcome text, assertions bigint, is_failure boolean, assertion_ids uuid[])
language sql stable parallel safe as $$
  select t.outcome, t.assertions, t.assertion_ids is not null, t.assertion_ids
  from (select badges.audit_rows(a.assertion_id, a.credential, a.credential_id, a.issuer_did, a.verification_method, a.achievement_uri,
      a.recipient_id, a.valid_from, a.valid_until, a.status_list_url, a.status_purpose, a.status_index, a.fits_registers, a.record_state,
      audit.at) as tallies from badges.list_audited(audit.at) a) x,
    unnest(x.tallies) t
  order by 3 desc, 1
$$;

create or replace function badges.audit_failures(at timestamptz default now())
returns table (assertion_id uuid, credential_id text, outcome text, detail text)
language sql stable parallel safe as $$
  select a.assertion_id, a.credential_id, t.outcome, case t.outcome
    when 'altered' then 'the columns beside the credential contradict it, or name what is not there'
    else (badges.examine(a.credential, audit_failures.at)).detail end
  from badges.audit(audit_failures.at) t, unnest(t.assertion_ids) f (assertion_id) join badges.assertion a on a.assertion_id = f.assertion_id
$$;

-- One by one, each row with its outcome: the same outcomes as badges.audit counts.
create or replace function badges.audit_assertions(at timestamptz default now())
returns table (assertion_id uuid, credential_id text, outcome text)
language sql stable parallel safe as $$
  select a.assertion_id, a.credential_id,
    case when x.outcome in ('valid', 'expired', 'not_yet_valid') then coalesce(a.record_state, x.outcome) else x.outcome end
  from badges.list_audited(audit_assertions.at) a
    cross join lateral (select badges.recheck(a.credential, a.credential_id, a.issuer_did, a.verification_method, a.achievement_uri, a.recipient_id,
      a.valid_from, a.valid_until, a.status_list_url, a.status_purpose, a.status_index, a.fits_registers, audit_assertions.at) as outcome
      -- Keeps the planner from writing the call into each branch above, where it would run several times.
      offset 0) x
$$;
