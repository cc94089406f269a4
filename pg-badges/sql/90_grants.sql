-- Who may do what. Public: verify with knows_issuer, which says what its checks say, and functions that read no table. Everything else belongs to one of four roles:
--   badges_reader    reads everything but personal data, verifies, audits
--   badges_issuer    registers, stores, revokes
--   badges_personal  reads who the recipients are; with badges_issuer, says who else may see who holds what
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

-- An update begins anew: what an earlier version granted and this one does not is gone. Grants to other roles stay.
revoke all on schema badges from public;
revoke all on all tables in schema badges from public, badges_reader, badges_issuer, badges_personal, badges_admin;
revoke all on all functions in schema badges from public, badges_reader, badges_issuer, badges_personal, badges_admin;
grant usage on schema badges to public;

grant execute on function
  badges.verify(text, timestamptz),
  badges.verify_outcome(text, timestamptz),
  badges.verify_checks(text, timestamptz),
  badges.verify(jsonb, timestamptz),
  badges.verify_outcome(jsonb, timestamptz),
  badges.verify_checks(jsonb, timestamptz),
  badges.verify(bytea, timestamptz),
  badges.verify_outcome(bytea, timestamptz),
  badges.verify_checks(bytea, timestamptz),
  badges.knows_issuer(text),
  badges.bake(bytea, text),
  badges.unbake(bytea),
  badges.credential_body(text),
  badges.proof_is_valid(text, text),
  badges.proof_is_valid(jsonb, text),
  badges.recipient_matches(text, text, text),
  badges.recipient_matches(jsonb, text, text),
  badges.canonicalize(text),
  badges.canonicalize(jsonb),
  badges.jcs(text),
  badges.jcs(jsonb),
  badges.is_multikey(text),
  badges.set_bits(integer, integer[]),
  badges.hash_event(bytea, badges.audit_event)
  to public;

-- Asked by the row-level security policies for whoever reads a table.
grant execute on function badges.visible_issuers() to badges_reader, badges_personal;
grant execute on function badges.sees_assertion(uuid) to badges_reader;

grant select on badges.issuer, badges.issuer_key, badges.trusted_issuer, badges.achievement, badges.assertion, badges.revocation,
  badges.suspension, badges.renewal, badges.status_list, badges.status_entry, badges.document, badges.audit_head,
  badges.framework, badges.competency, badges.alignment, badges.programme, badges.programme_achievement, badges.programme_stage,
  badges.holder_visibility,
  badges.assertion_state, badges.expiring_assertion, badges.lapsed_assertion to badges_reader;
grant select (recipient_id, issuer_id, registered_at, erased_at) on badges.recipient to badges_reader;
grant execute on function
  badges.verify_assertion(uuid, timestamptz),
  badges.credential_state(text, timestamptz),
  badges.list_states(timestamptz),
  badges.examine(text, timestamptz),
  badges.recheck(text, text, text, text, text, uuid, timestamptz, timestamptz, text, text, integer, boolean, timestamptz),
  badges.audit_rows(uuid, text, text, text, text, text, uuid, timestamptz, timestamptz, text, text, integer, boolean, text, timestamptz),
  badges.list_audited(timestamptz),
  badges.audit_assertions(timestamptz),
  badges.audit(timestamptz),
  badges.audit_failures(timestamptz),
  badges.verify_audit_chain(bigint, bytea),
  badges.list_idle_guards(),
  badges.status_list_bits(text, timestamptz),
  badges.list_status_lists(timestamptz),
  badges.why(uuid),
  badges.list_alignments(timestamptz),
  badges.list_programme_achievements(timestamptz),
  badges.list_competency_holders(timestamptz)
  to badges_reader;

-- Events name what every tenant did. Small counts may mean one person: reports hide them, the table itself does not.
grant select on badges.audit_event, badges.usage_daily to badges_admin;

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
  badges.allocate_status_entries(text, text, integer, text),
  badges.status_list_bits(text, timestamptz),
  badges.credential_state(text, timestamptz),
  badges.put_document(text, text, timestamptz, timestamptz),
  badges.drop_document(text),
  badges.define_framework(text, jsonb, text),
  badges.define_competency(uuid, text, jsonb, numeric, uuid, text),
  badges.align_achievement(uuid, uuid, text),
  badges.end_alignment(uuid, uuid),
  badges.define_programme(text, text, jsonb, text[], date, date),
  badges.add_to_programme(uuid, uuid, integer),
  badges.remove_from_programme(uuid, uuid),
  badges.count_usage(uuid, text, bigint, date)
  to badges_issuer;

grant execute on function
  badges.assign_issuer(text, text),
  badges.trust_issuer(text, text),
  badges.distrust_issuer(text),
  badges.list_contradictions()
  to badges_admin;

-- Reports are aggregates. Who the people in them are is read by badges_personal alone; the numbers that they are measured by are no secret.
grant select on badges.achievement_fact, badges.headcount, badges.target, badges.filed_report to badges_reader;
grant select on badges.membership, badges.person_link, badges.enrolment, badges.examination_pass, badges.use_receipt, badges.assertion_event
  to badges_personal;
grant execute on function badges.list_report_definitions() to public;
grant execute on function
  badges.report_overall(timestamptz, timestamptz),
  badges.report_participation(timestamptz, timestamptz),
  badges.report_hours(timestamptz, timestamptz),
  badges.report_coverage(timestamptz, timestamptz),
  badges.report_examinations(timestamptz, timestamptz),
  badges.report_certification_health(timestamptz, timestamptz),
  badges.report_progression(timestamptz, timestamptz),
  badges.report_movement(timestamptz, timestamptz),
  badges.report_issuance(timestamptz, timestamptz),
  badges.report_usage(timestamptz),
  badges.report_receipts(timestamptz),
  badges.check_filed_reports(),
  badges.walk_programme(uuid, uuid[]),
  badges.programme_standing(uuid, uuid[]),
  badges.list_programme_progress(uuid),
  badges.list_visible_holders(text, text, text, integer, text, bigint, bigint)
  to badges_reader;
grant execute on function badges.list_identities(uuid) to badges_personal;
grant execute on function
  badges.record_usage(uuid, text),
  badges.define_achievement_fact(uuid, text, integer, numeric),
  badges.record_memberships(text, uuid[], text[], text[], date[], date[], text),
  badges.withdraw_membership(uuid),
  badges.link_identities(uuid, uuid, timestamptz, text, text),
  badges.end_identity_link(uuid, text),
  badges.record_headcount(text, text, date, bigint, text, text, text),
  badges.enrol(uuid, uuid, date),
  badges.set_target(text, uuid, integer, date, bigint),
  badges.record_examination_pass(uuid, uuid, date, text, text, text, text),
  badges.decide_examination_pass(uuid, boolean, text),
  badges.withdraw_examination_pass(uuid, text),
  badges.record_assertion_events(uuid[], text[], timestamptz[]),
  badges.file_report(text, text, timestamptz, text, text),
  badges.describe_programme(uuid, jsonb, boolean),
  badges.name_stage(uuid, integer, jsonb),
  badges.place_in_programme(uuid, uuid, integer, integer, text, uuid),
  badges.show_holders(text, integer, text, text, text),
  badges.hide_holders(uuid, text),
  badges.record_launch_membership(uuid, text, text, date, text),
  badges.set_membership(uuid, text, text, date, text, text),
  badges.give_use_receipt(uuid, text, date, text, text),
  badges.revoke_use_receipt(uuid)
  to badges_issuer;
