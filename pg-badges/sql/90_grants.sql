-- Who may do what. Public: verify, and functions that read no table. Everything else belongs to one of four roles:
--   badges_reader    reads everything but personal data, verifies, audits
--   badges_issuer    registers, stores, revokes
--   badges_personal  reads who the recipients are
--   badges_admin     all of badges_reader and badges_issuer; tenants, trust

do $$
declare
  name text;
begin
  foreach name in array array['badges_reader', 'badges_issuer', 'badges_personal', 'badges_admin'] loop
    if not exists (select from pg_catalog.pg_roles where rolname = name) then
      execute pg_catalog.format('create role %I nologin', name);
    end if;
  end loop;
end
$$;
grant badges_reader, badges_issuer to badges_admin;

revoke all on schema badges from public;
revoke all on all tables in schema badges from public;
revoke all on all functions in schema badges from public;
grant usage on schema badges to public;

grant execute on function
  badges.verify(text, timestamptz),
  badges.verify_outcome(text, timestamptz),
  badges.verify_checks(text, timestamptz),
  badges.verify(jsonb, timestamptz),
  badges.verify_outcome(jsonb, timestamptz),
  badges.verify_checks(jsonb, timestamptz),
  badges.verify(bytea, timestamptz),
  badges.verify_checks(bytea, timestamptz),
  badges.bake(bytea, text),
  badges.unbake(bytea),
  badges.proof_is_valid(text, text),
  badges.proof_is_valid(jsonb, text),
  badges.recipient_matches(text, text, text),
  badges.recipient_matches(jsonb, text, text),
  badges.canonicalize(jsonb),
  badges.jcs(jsonb),
  badges.is_multikey(text),
  badges.set_bits(integer, integer[]),
  badges.hash_event(bytea, badges.audit_event),
  -- Asked by the policies below for whoever reads a table; they say only what the reader may see anyway.
  badges.acting_role(),
  badges.acts_for(text),
  badges.visible_issuers()
  to public;

grant select on badges.issuer, badges.issuer_key, badges.trusted_issuer, badges.achievement, badges.assertion, badges.revocation,
  badges.suspension, badges.renewal, badges.status_list, badges.status_entry, badges.document, badges.audit_head,
  badges.assertion_state, badges.expiring_assertion, badges.lapsed_assertion to badges_reader;
grant select (recipient_id, issuer_id, registered_at, erased_at) on badges.recipient to badges_reader;
grant execute on function
  badges.verify_assertion(uuid, timestamptz),
  badges.credential_state(text, timestamptz),
  badges.list_states(timestamptz),
  badges.examine(text, timestamptz),
  badges.recheck(text, text, text, text, uuid, timestamptz, timestamptz, boolean, timestamptz),
  badges.audit_assertions(timestamptz),
  badges.audit(timestamptz),
  badges.audit_failures(timestamptz),
  badges.verify_audit_chain(bigint, bytea),
  badges.status_list_bits(text, timestamptz)
  to badges_reader;

-- Events name what every tenant did.
grant select on badges.audit_event to badges_admin;

grant select on badges.recipient to badges_personal;
grant select on badges.issuer to badges_personal;

grant execute on function
  badges.register_issuer(text, jsonb),
  badges.register_issuer_key(text, text, text, timestamptz),
  badges.retire_issuer_key(text, timestamptz),
  badges.define_achievement(text, jsonb),
  badges.register_recipient(text, text, text, text, text),
  badges.store_assertion(text, uuid, uuid, text, jsonb),
  badges.store_assertions(text[], uuid[], uuid[], text[], jsonb[]),
  badges.revoke(uuid, text),
  badges.suspend(uuid, text),
  badges.reinstate(uuid),
  badges.supersede(uuid, uuid),
  badges.erase_recipient(uuid),
  badges.allocate_status_entry(text, text, text),
  badges.status_list_bits(text, timestamptz),
  badges.credential_state(text, timestamptz),
  badges.put_document(text, text, timestamptz, timestamptz),
  badges.drop_document(text)
  to badges_issuer;

grant execute on function
  badges.assign_issuer(text, text),
  badges.trust_issuer(text, text),
  badges.distrust_issuer(text)
  to badges_admin;

-- Tenants: a row is visible to those who may act for its issuer. The list of issuers is asked for once per query.
alter table badges.issuer enable row level security;
alter table badges.issuer_key enable row level security;
alter table badges.achievement enable row level security;
alter table badges.recipient enable row level security;
alter table badges.assertion enable row level security;
alter table badges.status_list enable row level security;
alter table badges.status_entry enable row level security;
alter table badges.revocation enable row level security;
alter table badges.suspension enable row level security;
alter table badges.renewal enable row level security;

create policy issuer_of_tenant on badges.issuer for select
  using (issuer_id = any (array(select badges.visible_issuers())));
create policy issuer_key_of_tenant on badges.issuer_key for select
  using (issuer_id = any (array(select badges.visible_issuers())));
create policy achievement_of_tenant on badges.achievement for select
  using (issuer_id = any (array(select badges.visible_issuers())));
create policy recipient_of_tenant on badges.recipient for select
  using (issuer_id = any (array(select badges.visible_issuers())));
create policy assertion_of_tenant on badges.assertion for select
  using (issuer_id = any (array(select badges.visible_issuers())));
create policy status_list_of_tenant on badges.status_list for select
  using (issuer_id = any (array(select badges.visible_issuers())));
create policy status_entry_of_tenant on badges.status_entry for select
  using (exists (select from badges.status_list l where l.status_list_id = status_entry.status_list_id));
create policy revocation_of_tenant on badges.revocation for select
  using (exists (select from badges.assertion a where a.assertion_id = revocation.assertion_id));
create policy renewal_of_tenant on badges.renewal for select
  using (exists (select from badges.assertion a where a.assertion_id = renewal.assertion_id));
create policy suspension_of_tenant on badges.suspension for select
  using (exists (select from badges.assertion a where a.assertion_id = suspension.assertion_id));
