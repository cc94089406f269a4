-- Everything stored, verified again; and the chain of events, each of which holds the hash of the one before it.

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

create or replace function badges.verify_audit_chain(expected_position bigint default null, expected_hash bytea default null)
returns table (is_intact boolean, events bigint, first_broken_position bigint, detail text)
language plpgsql stable parallel restricted security definer set search_path = pg_catalog, pg_temp as $$
declare
  event badges.audit_event;
  head badges.audit_head;
  expected bytea := sha256('');
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
  else
    is_intact := true;
    first_broken_position := null;
    detail := format('%s events, none altered, none missing', events);
  end if;
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
create or replace aggregate badges.audit_rows(assertion_id uuid, credential text, credential_id text, issuer_did text, achievement_uri text,
  recipient_id uuid, valid_from timestamptz, valid_until timestamptz, has_status_list boolean, record_state text, at timestamptz) (
  sfunc = badges.audit_row, stype = internal, sspace = 2000000, finalfunc = badges.audit_tallies,
  combinefunc = badges.audit_combine, serialfunc = badges.audit_serialize, deserialfunc = badges.audit_deserialize, parallel = safe
);

-- Plain SQL without `security definer`: the planner sees through it and uses parallel workers; the caller's own rights apply.
-- What stands beside each assertion, with what the tables say of it as of that time.
create or replace function badges.list_audited(at timestamptz)
returns table (assertion_id uuid, credential text, credential_id text, issuer_did text, achievement_uri text, recipient_id uuid,
  valid_from timestamptz, valid_until timestamptz, has_status_list boolean, record_state text)
language sql stable parallel safe as $$
  select a.assertion_id, a.credential, a.credential_id, i.did, c.uri, a.recipient_id, a.valid_from, a.valid_until,
    a.status_list_id is not null,
    case
      when v.revoked_at <= list_audited.at then 'revoked'
      when r.erased_at <= list_audited.at then 'erased'
      when s.assertion_id is not null then 'suspended'
    end
  from badges.assertion a
    join badges.issuer i on i.issuer_id = a.issuer_id
    join badges.achievement c on c.achievement_id = a.achievement_id
    join badges.recipient r on r.recipient_id = a.recipient_id
    left join badges.revocation v on v.assertion_id = a.assertion_id
    left join badges.suspension s on s.assertion_id = a.assertion_id and s.suspended_at <= list_audited.at
      and coalesce(s.reinstated_at > list_audited.at, true)
$$;

create or replace function badges.audit(at timestamptz default now())
returns table (outcome text, assertions bigint, is_failure boolean, assertion_ids uuid[])
language sql stable parallel safe as $$
  select t.outcome, t.assertions, t.assertion_ids is not null, t.assertion_ids
  from (select badges.audit_rows(a.assertion_id, a.credential, a.credential_id, a.issuer_did, a.achievement_uri, a.recipient_id,
      a.valid_from, a.valid_until, a.has_status_list, a.record_state, audit.at) as tallies from badges.list_audited(audit.at) a) x,
    unnest(x.tallies) t
  order by 3 desc, 1
$$;

create or replace function badges.audit_failures(at timestamptz default now())
returns table (assertion_id uuid, credential_id text, outcome text, detail text)
language sql stable parallel safe as $$
  select a.assertion_id, a.credential_id, t.outcome, case t.outcome
    when 'altered' then 'the columns beside the credential contradict it'
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
    cross join lateral (select badges.recheck(a.credential, a.credential_id, a.issuer_did, a.achievement_uri, a.recipient_id, a.valid_from,
      a.valid_until, a.has_status_list, audit_assertions.at) as outcome
      -- Keeps the planner from writing the call into each branch above, where it would run several times.
      offset 0) x
$$;
