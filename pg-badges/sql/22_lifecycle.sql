-- What happens to an assertion after it was stored: revoked, suspended, superseded, its recipient erased.

-- The assertion, locked against a second session that changes its state at the same time.
create or replace function badges.require_assertion(assertion_id uuid) returns badges.assertion
language plpgsql volatile parallel unsafe security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
declare
  found_assertion badges.assertion;
begin
  select a.* into found_assertion from badges.assertion a where a.assertion_id = require_assertion.assertion_id for update;
  if not found then
    raise exception 'no assertion % is stored', coalesce(require_assertion.assertion_id::text, 'null') using errcode = 'no_data_found',
      hint = 'The stored ones are in badges.assertion.';
  end if;
  perform badges.require_issuer(found_assertion.issuer_id);
  return found_assertion;
end
$$;

create or replace function badges.require_reason(reason text) returns text
language plpgsql immutable parallel safe set search_path = pg_catalog, pg_temp as $$
begin
  if reason is null or reason !~ '[^[:space:]]' then
    raise exception 'a reason is missing' using errcode = 'invalid_parameter_value', hint = 'Say why in a few words; it is kept and shown.';
  end if;
  return reason;
end
$$;

create or replace function badges.revoke(assertion_id uuid, reason text) returns void
language plpgsql volatile parallel unsafe security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
declare
  target badges.assertion := badges.require_assertion(revoke.assertion_id);
begin
  insert into badges.revocation (assertion_id, reason, revoked_by)
    values (target.assertion_id, badges.require_reason(revoke.reason), badges.acting_role())
    on conflict (assertion_id) do nothing;
  if found then
    perform badges.record_event('revoke', target.assertion_id, jsonb_build_object('reason', revoke.reason, 'at', now()));
  end if;
end
$$;

create or replace function badges.suspend(assertion_id uuid, reason text) returns void
language plpgsql volatile parallel unsafe security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
declare
  target badges.assertion := badges.require_assertion(suspend.assertion_id);
  begun uuid;
begin
  if exists (select from badges.revocation r where r.assertion_id = target.assertion_id) then
    raise exception 'assertion % is revoked', target.assertion_id using errcode = 'object_not_in_prerequisite_state',
      hint = 'A revocation is final.';
  end if;
  insert into badges.suspension (assertion_id, reason, suspended_by)
    values (target.assertion_id, badges.require_reason(suspend.reason), badges.acting_role())
    on conflict (assertion_id) where reinstated_at is null do nothing
    returning suspension_id into begun;
  if found then
    perform badges.record_event('suspend', target.assertion_id, jsonb_build_object('reason', suspend.reason, 'suspension_id', begun, 'at', now()));
  end if;
end
$$;

create or replace function badges.reinstate(assertion_id uuid) returns void
language plpgsql volatile parallel unsafe security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
declare
  target badges.assertion := badges.require_assertion(reinstate.assertion_id);
  ended uuid;
begin
  if exists (select from badges.revocation r where r.assertion_id = target.assertion_id) then
    raise exception 'assertion % is revoked', target.assertion_id using errcode = 'object_not_in_prerequisite_state',
      hint = 'A revocation is final; award the badge again for another occasion.';
  end if;
  update badges.suspension s set reinstated_at = now(), reinstated_by = badges.acting_role()
    where s.assertion_id = target.assertion_id and s.reinstated_at is null
    returning s.suspension_id into ended;
  if found then
    perform badges.record_event('reinstate', target.assertion_id, jsonb_build_object('suspension_id', ended, 'at', now()));
  end if;
end
$$;

-- A renewal: the newer assertion takes the older one's place. Both stay stored, both stay verifiable.
create or replace function badges.supersede(assertion_id uuid, superseded_by uuid) returns void
language plpgsql volatile parallel unsafe security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
declare
  older badges.assertion := badges.require_assertion(supersede.assertion_id);
  newer badges.assertion := badges.require_assertion(supersede.superseded_by);
  successor uuid := (select n.superseded_by from badges.renewal n where n.assertion_id = older.assertion_id);
begin
  if successor = newer.assertion_id then
    return;
  elsif successor is not null then
    raise exception 'assertion % is superseded by % already', older.assertion_id, successor
      using errcode = 'object_not_in_prerequisite_state', hint = 'Supersede that one: renewals form a chain.';
  elsif newer.recipient_id <> older.recipient_id or newer.series_id <> older.series_id then
    raise exception 'assertion % is for another recipient or achievement', newer.assertion_id using errcode = 'check_violation',
      hint = 'A renewal is the same achievement, awarded to the same recipient for a later occasion.';
  elsif newer.valid_from < older.valid_from or newer.assertion_id = older.assertion_id
    or exists (select from badges.renewal n where n.assertion_id = newer.assertion_id) then
    raise exception 'assertion % is not newer than %', newer.assertion_id, older.assertion_id using errcode = 'check_violation',
      hint = 'A renewal begins later and renews one assertion.';
  end if;
  insert into badges.renewal (assertion_id, superseded_by) values (older.assertion_id, newer.assertion_id);
  perform badges.record_event('supersede', older.assertion_id, jsonb_build_object('superseded_by', newer.assertion_id, 'at', now()));
end
$$;

-- Personal data goes; the assertion with its salted, hashed identity stays, so that counts do not change.
create or replace function badges.erase_recipient(recipient_id uuid) returns void
language plpgsql volatile parallel unsafe security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
declare
  target badges.recipient;
begin
  select r.* into target from badges.recipient r where r.recipient_id = erase_recipient.recipient_id for update;
  if not found then
    raise exception 'no recipient % is registered', coalesce(erase_recipient.recipient_id::text, 'null') using errcode = 'no_data_found',
      hint = 'The registered ones are in badges.recipient.';
  end if;
  perform badges.require_issuer(target.issuer_id);
  if target.erased_at is not null then
    return;
  end if;
  update badges.recipient r set platform = null, user_id = null, display_name = null, email = null, erased_at = now()
    where r.recipient_id = target.recipient_id;
  perform badges.record_event('erase_recipient', target.recipient_id, jsonb_build_object('at', now()));
end
$$;

-- Every assertion with its state at a time. Plain SQL: the planner sees through it, the caller's own rights apply.
create or replace function badges.list_states(at timestamptz default now())
returns table (assertion_id uuid, credential_id text, issuer_id uuid, achievement_id uuid, series_id uuid, recipient_id uuid, occasion text,
  valid_from timestamptz, valid_until timestamptz, awarded_at timestamptz, superseded_by uuid, state text)
language sql stable parallel safe as $$
  select a.assertion_id, a.credential_id, a.issuer_id, a.achievement_id, a.series_id, a.recipient_id, a.occasion,
    a.valid_from, a.valid_until, a.awarded_at, n.superseded_by,
    case
      when v.assertion_id is not null then 'revoked'
      when r.erased_at <= list_states.at then 'erased'
      when s.assertion_id is not null then 'suspended'
      when n.superseded_at <= list_states.at then 'superseded'
      when a.valid_until < list_states.at then 'expired'
      when a.valid_from > list_states.at then 'not_yet_valid'
      else 'current'
    end
  from badges.assertion a
    join badges.recipient r on r.recipient_id = a.recipient_id
    left join badges.revocation v on v.assertion_id = a.assertion_id and v.revoked_at <= list_states.at
    left join badges.suspension s on s.assertion_id = a.assertion_id and s.suspended_at <= list_states.at
      and coalesce(s.reinstated_at > list_states.at, true)
    left join badges.renewal n on n.assertion_id = a.assertion_id
$$;

-- One word for the page that answers for a credential's address: unknown is not revoked, and revoked is not erased.
-- In PL/pgSQL, which keeps its plan: a function in SQL would plan the whole of list_states at each call.
create or replace function badges.credential_state(credential_id text, at timestamptz default now()) returns text
language plpgsql stable parallel safe security definer set search_path = pg_catalog, pg_temp as $$
begin
  return coalesce((select s.state from badges.list_states(credential_state.at) s
    where s.credential_id = credential_state.credential_id), 'unknown');
end
$$;

-- How an award came to be: the rule, its version and the inputs that satisfied it, as the application handed them over.
create or replace function badges.why(assertion_id uuid)
returns table (credential_id text, achievement_uri text, achievement_version integer, occasion text, awarded_at timestamptz, rule jsonb, version text,
  inputs jsonb, source text, other jsonb)
language sql stable parallel safe as $$
  select a.credential_id, c.uri, c.version, a.occasion, a.awarded_at, a.provenance -> 'rule', a.provenance ->> 'version', a.provenance -> 'inputs',
    a.provenance ->> 'source', a.provenance - '{rule,version,inputs,source}'::text[]
  from badges.assertion a
    join badges.achievement c on c.achievement_id = a.achievement_id
  where a.assertion_id = why.assertion_id
$$;

-- States are history: nothing but these functions writes them, and nothing takes them back.
create or replace function badges.guard_history() returns trigger
language plpgsql volatile parallel unsafe security definer set search_path = pg_catalog, pg_temp as $$
begin
  if tg_table_name = 'suspension' and tg_op = 'UPDATE' then
    if old.reinstated_at is null and (new.suspension_id, new.assertion_id, new.reason, new.suspended_by, new.suspended_at)
      is not distinct from (old.suspension_id, old.assertion_id, old.reason, old.suspended_by, old.suspended_at) then
      return new;
    end if;
  elsif tg_table_name = 'audit_event' and tg_op = 'UPDATE' then
    if old.hash is null and (new.event_id, new.happened_at, new.actor, new.action, new.subject_id, new.details)
      is not distinct from (old.event_id, old.happened_at, old.actor, old.action, old.subject_id, old.details) then
      return new;
    end if;
  end if;
  raise exception 'what is written in badges.% stays', tg_table_name using errcode = 'restrict_violation',
    hint = 'It is the record of what happened; write what is right now as a new event.';
end
$$;

-- Guards that do not fire always, which is what a restore leaves that had to switch them off: a statement for each that mends it.
create or replace function badges.list_idle_guards() returns setof text
language sql stable parallel safe security invoker set search_path = pg_catalog, pg_temp as $$
  select format('alter table badges.%I enable always trigger %I;', c.relname, t.tgname)
  from pg_trigger t join pg_class c on c.oid = t.tgrelid join pg_namespace n on n.oid = c.relnamespace
  where n.nspname = 'badges' and not t.tgisinternal and t.tgname ~ '_guard(_truncate)?$' and t.tgenabled <> 'A'
  order by t.tgname collate "C"
$$;
