-- The signed status lists as they are served: one copy for all replicas, signed anew when an entry changes or the copy grows old.

create table lti.published_status_list (
  url text primary key,
  body text not null,
  entries_hash text not null,
  verification_method text not null,
  signed_at timestamptz not null
);

-- The entries of a list that are set, found from the few revocations and not from the many assertions: strangers ask often.
create function lti.set_entries(list badges.status_list) returns integer[]
language sql stable set search_path = pg_catalog, pg_temp as $$
  select coalesce(array_agg(a.status_index order by a.status_index), '{}') from badges.assertion a
  where a.status_list_id = list.status_list_id and a.assertion_id in (
    select r.assertion_id from badges.revocation r where list.purpose = 'revocation'
    union all select s.assertion_id from badges.suspension s where list.purpose = 'suspension' and s.reinstated_at is null)
$$;
