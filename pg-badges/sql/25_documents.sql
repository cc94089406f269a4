-- Foreign DID documents, keys and status lists, fetched by the tool: the database itself never touches the network.

create or replace function badges.put_document(url text, body text, expires_at timestamptz default null, fetched_at timestamptz default now())
returns void
language sql volatile parallel unsafe security definer set search_path = pg_catalog, pg_temp as $$
  insert into badges.document as d (url, body, fetched_at, expires_at)
    values (put_document.url, put_document.body, put_document.fetched_at, put_document.expires_at)
    on conflict on constraint document_pkey do update
      set body = excluded.body, fetched_at = excluded.fetched_at, expires_at = excluded.expires_at
      where d.fetched_at <= excluded.fetched_at
$$;

create or replace function badges.drop_document(url text) returns void
language sql volatile parallel unsafe security definer set search_path = pg_catalog, pg_temp as $$
  delete from badges.document d where d.url = drop_document.url
$$;

create or replace function badges.trust_issuer(did text, note text default '') returns void
language plpgsql volatile parallel unsafe security definer set search_path = pg_catalog, pg_temp as $$
begin
  insert into badges.trusted_issuer (did, note, trusted_by) values (trust_issuer.did, trust_issuer.note, badges.acting_role())
    on conflict on constraint trusted_issuer_pkey do nothing;
  if found then
    perform badges.record_event('trust_issuer', null, jsonb_build_object('did', trust_issuer.did, 'note', trust_issuer.note));
  end if;
end
$$;

create or replace function badges.distrust_issuer(did text) returns void
language plpgsql volatile parallel unsafe security definer set search_path = pg_catalog, pg_temp as $$
begin
  delete from badges.trusted_issuer t where t.did = distrust_issuer.did;
  if found then
    perform badges.record_event('distrust_issuer', null, jsonb_build_object('did', distrust_issuer.did));
  end if;
end
$$;

-- Whether there is somebody here who knows an issuer: it is registered, or an administrator trusts it. `verify` does not ask this, because a
-- proof holds or not whoever made it; the check `issuer_known` of `verify_checks` says the same.
create or replace function badges.knows_issuer(did text) returns boolean
language plpgsql stable strict parallel safe security definer set search_path = pg_catalog, pg_temp as $$
begin
  return exists (select from badges.issuer i where i.did = knows_issuer.did)
    or exists (select from badges.trusted_issuer t where t.did = knows_issuer.did);
end
$$;
