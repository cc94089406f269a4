-- Bitstring status lists: an entry is taken before signing, its bit follows the revocation or suspension. A credential has one entry: if that
-- is on a list of suspensions, a revocation sets its bit too, and nothing takes it back.
-- https://www.w3.org/TR/vc-bitstring-status-list/

-- Entries of the issuer's newest list; one that fills up is followed by the next. With 0 entries it only sees to it that there is a list.
create or replace function badges.allocate_status_entries(issuer_did text, url_prefix text, entries integer, purpose text default 'revocation')
returns table (status_list_url text, status_index integer)
language plpgsql volatile parallel unsafe security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
declare
  owner_id uuid := badges.require_issuer(allocate_status_entries.issuer_did);
  wanted integer := coalesce(allocate_status_entries.entries, 0);
  taken integer;
  list badges.status_list;
  new_id uuid;
begin
  if wanted not between 0 and 100000 then
    raise exception 'cannot take % status entries at once, expected 0 to 100000', wanted using errcode = 'invalid_parameter_value',
      hint = 'Take them in several transactions, so that other sessions need not wait.';
  end if;
  loop
    select l.* into list from badges.status_list l
      where l.issuer_id = owner_id and l.purpose = allocate_status_entries.purpose order by l.created_at desc limit 1;
    if found then
      return query select list.url, t.status_index from badges.take_status_indexes(list, wanted) t (status_index);
      get diagnostics taken = row_count;
      wanted := wanted - taken;
      exit when wanted = 0;
    end if;
    -- Full, or there is none: one session makes the next list, the others wait and look again.
    perform pg_advisory_xact_lock(hashtextextended('badges.status_list ' || owner_id || allocate_status_entries.purpose, 0));
    if list.status_list_id is not distinct from (select l.status_list_id from badges.status_list l
      where l.issuer_id = owner_id and l.purpose = allocate_status_entries.purpose order by l.created_at desc limit 1) then
      new_id := gen_random_uuid();
      insert into badges.status_list (status_list_id, issuer_id, purpose, url)
        values (new_id, owner_id, allocate_status_entries.purpose, rtrim(allocate_status_entries.url_prefix, '/') || '/' || new_id);
    end if;
  end loop;
end
$$;

create or replace function badges.allocate_status_entry(issuer_did text, url_prefix text, purpose text default 'revocation',
  out status_list_url text, out status_index integer)
language sql volatile parallel unsafe security definer set search_path = pg_catalog, pg_temp as $$
  select e.status_list_url, e.status_index
  from badges.allocate_status_entries(allocate_status_entry.issuer_did, allocate_status_entry.url_prefix, 1, allocate_status_entry.purpose) e
$$;

-- Random free indexes, so that neighbours on a list say nothing about each other; fewer than wanted if there are no more to be had.
-- Indexes with the same remainder of 64 are a stripe, and a transaction takes entries of stripes that it has locked:
-- nobody ever waits for an index that another transaction has taken and not committed, so nobody deadlocks.
create or replace function badges.take_status_indexes(list badges.status_list, wanted integer) returns setof integer
language plpgsql volatile parallel unsafe security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
declare
  lock_key integer := hashtext('badges.status_list ' || list.status_list_id);
  stripes integer[];
  missing integer := wanted;
  taken integer;
begin
  -- A transaction keeps to eight stripes while it can, and leaves the others to the rest.
  for group_number in 0..7 loop
    select array_agg(s.stripe) into stripes from (
        select n as stripe from generate_series(mod(pg_current_xact_id()::text::bigint + group_number, 8)::integer, 63, 8) n
        order by gen_random_uuid() limit least(wanted, 8)) s
      where pg_try_advisory_xact_lock(lock_key, s.stripe);
    exit when stripes is not null;
  end loop;
  for attempt in 1..24 loop
    exit when missing <= 0 or stripes is null;
    return query insert into badges.status_entry (status_list_id, status_index)
      select list.status_list_id, 64 * badges.random_index(list.size / 64) + stripes[1 + n % cardinality(stripes)] from generate_series(1, missing) n
      on conflict do nothing returning status_index;
    get diagnostics taken = row_count;
    missing := missing - taken;
  end loop;
  -- Almost full: what is free is listed, stripe by stripe.
  for stripe in 0..63 loop
    exit when missing <= 0;
    continue when not pg_try_advisory_xact_lock(lock_key, stripe);
    return query insert into badges.status_entry (status_list_id, status_index)
      select list.status_list_id, free.index from generate_series(stripe, list.size - 1, 64) free (index)
      where not exists (select from badges.status_entry e where e.status_list_id = list.status_list_id and e.status_index = free.index)
      order by gen_random_uuid() limit missing
      on conflict do nothing returning status_index;
    get diagnostics taken = row_count;
    missing := missing - taken;
  end loop;
end
$$;

-- Uniform in 0 .. size - 1, from the server's strong generator: random() can be foretold. Without a search_path of its own, so that it is
-- inlined; it is called by functions that set theirs.
create or replace function badges.random_index(size integer) returns integer
language sql volatile parallel safe as $$
  select (('x' || left(gen_random_uuid()::text, 8))::bit(32)::bigint * size >> 32)::integer
$$;

-- Everything that the signed list is made of: the tool compresses and signs the bits.
create or replace function badges.status_list_bits(url text, at timestamptz default now(), out issuer_did text, out purpose text, out size integer,
  out entries_set bigint, out bits bytea)
language sql stable parallel restricted security definer set search_path = pg_catalog, pg_temp as $$
  select i.did, l.purpose, l.size, cardinality(b.indexes), badges.set_bits(l.size, b.indexes)
  from badges.status_list l join badges.issuer i using (issuer_id)
    cross join lateral (
      select coalesce(array_agg(a.status_index), '{}') as indexes from badges.assertion a
      where a.status_list_id = l.status_list_id and (
        exists (select from badges.revocation v where v.assertion_id = a.assertion_id and v.revoked_at <= status_list_bits.at)
        or l.purpose = 'suspension' and exists (select from badges.suspension s where s.assertion_id = a.assertion_id
          and s.suspended_at <= status_list_bits.at and coalesce(s.reinstated_at > status_list_bits.at, true)))) b
  where l.url = status_list_bits.url
$$;

-- The lists there are, and when each last changed: what has to be signed and published anew.
create or replace function badges.list_status_lists(at timestamptz default now())
returns table (url text, issuer_did text, purpose text, size integer, entries_taken bigint, entries_set bigint, changed_at timestamptz)
language sql stable parallel safe as $$
  select l.url, i.did, l.purpose, l.size,
    (select count(*) from badges.status_entry e where e.status_list_id = l.status_list_id and e.allocated_at <= list_status_lists.at),
    c.entries_set, coalesce(c.changed_at, l.created_at)
  from badges.status_list l
    join badges.issuer i on i.issuer_id = l.issuer_id
    cross join lateral (
      select count(distinct a.assertion_id) filter (where h.is_set) as entries_set, max(h.changed_at) as changed_at
      from badges.assertion a
        join lateral (
          select true as is_set, v.revoked_at as changed_at from badges.revocation v
            where v.assertion_id = a.assertion_id and v.revoked_at <= list_status_lists.at
          union all
          select coalesce(s.reinstated_at > list_status_lists.at, true), case when s.reinstated_at <= list_status_lists.at then s.reinstated_at else s.suspended_at end
            from badges.suspension s
            where l.purpose = 'suspension' and s.assertion_id = a.assertion_id and s.suspended_at <= list_status_lists.at) h on true
      where a.status_list_id = l.status_list_id) c
$$;
