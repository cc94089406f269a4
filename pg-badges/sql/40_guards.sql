-- What ties tables to functions: triggers that refuse, and the row-level security of tenants.
-- The guards fire always, also while rows arrive by logical replication.

-- A registered key is an Ed25519 key, so that a typing error is found when it is made.
alter table badges.issuer_key add constraint issuer_key_is_a_multikey check (badges.is_multikey(public_key_multibase));

create trigger assertion_guard before insert or update or delete on badges.assertion
  for each row execute function badges.guard_assertion();
create trigger assertion_guard_truncate before truncate on badges.assertion
  for each statement execute function badges.guard_assertion();
alter table badges.assertion enable always trigger assertion_guard;
alter table badges.assertion enable always trigger assertion_guard_truncate;

create trigger revocation_guard before update or delete on badges.revocation
  for each row execute function badges.guard_history();
create trigger revocation_guard_truncate before truncate on badges.revocation
  for each statement execute function badges.guard_history();
alter table badges.revocation enable always trigger revocation_guard;
alter table badges.revocation enable always trigger revocation_guard_truncate;

create trigger suspension_guard before update or delete on badges.suspension
  for each row execute function badges.guard_history();
create trigger suspension_guard_truncate before truncate on badges.suspension
  for each statement execute function badges.guard_history();
alter table badges.suspension enable always trigger suspension_guard;
alter table badges.suspension enable always trigger suspension_guard_truncate;

create trigger renewal_guard before update or delete on badges.renewal
  for each row execute function badges.guard_history();
create trigger renewal_guard_truncate before truncate on badges.renewal
  for each statement execute function badges.guard_history();
alter table badges.renewal enable always trigger renewal_guard;
alter table badges.renewal enable always trigger renewal_guard_truncate;

create trigger audit_event_guard before update or delete on badges.audit_event
  for each row execute function badges.guard_history();
create trigger audit_event_guard_truncate before truncate on badges.audit_event
  for each statement execute function badges.guard_history();
alter table badges.audit_event enable always trigger audit_event_guard;
alter table badges.audit_event enable always trigger audit_event_guard_truncate;

create constraint trigger audit_event_seal after insert on badges.audit_event
  deferrable initially deferred for each row when (new.hash is null) execute function badges.seal_event();

-- Tenants: a row is visible to those who may act for its issuer. The list of issuers is asked for once per query.
-- What has no issuer of its own asks for its assertion's, by a function that parallel workers may call: a sub-select in a
-- policy, with the list of issuers in it, would keep the audit's counting in the leader.
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
  using (badges.sees_assertion(assertion_id));
create policy renewal_of_tenant on badges.renewal for select
  using (badges.sees_assertion(assertion_id));
create policy suspension_of_tenant on badges.suspension for select
  using (badges.sees_assertion(assertion_id));
