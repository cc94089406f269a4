#!/usr/bin/env bash
# pg_dump and pg_restore keep every row of the extension, in each format, and the restored database judges as before.
. "$(dirname "$0")/../scene.sh"
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT

scene dump_source
first=$(store dump_source valid 1)
second=$(store dump_source second 2)
sql dump_source -c "select badges.store_assertion('$(cat "$fixtures/renewal.json")', '00000000-0000-4000-8000-0000000000a1',
  (select achievement_id from badges.achievement), '2024')" > "$dir/renewal"
sql dump_source > /dev/null <<SQL
-- An assertion that has expired since it was stored, one revoked, one suspended, one superseded, a recipient erased, a key retired.
insert into badges.assertion (credential, recipient_id, achievement_id, occasion)
  select '$(cat "$fixtures/expired.json")', '00000000-0000-4000-8000-0000000000a1', achievement_id, 'old' from badges.achievement;
select badges.revoke('$second', 'awarded by mistake');
select badges.supersede('$first', '$(cat "$dir/renewal")');
select badges.suspend('$(cat "$dir/renewal")', 'under review');
select badges.erase_recipient('00000000-0000-4000-8000-0000000000a2');
select badges.retire_issuer_key('$did#$(cat "$fixtures/multikey")', '2025-01-01Z');
select badges.allocate_status_entry('$did', 'https://badges.example.org/status');
select badges.put_document('https://university.example/.well-known/did.json', '{}');
select badges.trust_issuer('did:web:university.example', 'partner');
select badges.define_framework('https://www.ipa.go.jp/shiken/kubun/', '{"ja": "情報処理技術者試験"}', '2023') as framework \gset
select badges.define_competency(:'framework', 'LEVEL1', '{"en": "Level 1"}', 1) as parent \gset
select badges.define_competency(:'framework', 'IP', '{"en": "IT Passport"}', 1, :'parent') as passport \gset
select badges.align_achievement(achievement_id, :'passport') from badges.achievement;
select badges.add_to_programme(badges.define_programme('$did', 'DX', '{"en": "DX Beginners"}'), achievement_id) from badges.achievement;
select badges.count_usage(achievement_id, 'downloaded') from badges.achievement;
select badges.define_achievement_fact(achievement_id, 'knowledge', 1, 6) from badges.achievement;
select badges.record_memberships('$did', array['00000000-0000-4000-8000-0000000000a1']::uuid[], array['employee'], array['Head'], array['2023-04-01']::date[], array[null]::date[], 'hr.csv');
select badges.register_recipient('$did', 'https://lms.example.org', '1b', null, null) as again \gset
select badges.link_identities('00000000-0000-4000-8000-0000000000a1', :'again', now(), 'form 7', 'clerk');
select badges.record_headcount('$did', 'employee', '2024-03-31', 10, 'hr.csv', 'Head', 'DX');
select badges.enrol(programme_id, '00000000-0000-4000-8000-0000000000a1') from badges.programme;
select badges.set_target('$did', :'passport', 1, '2027-03-31', 4);
select badges.record_examination_pass('00000000-0000-4000-8000-0000000000a1', :'passport', '2024-06-01', 'clerk', 'IP-123');
select badges.record_assertion_events(array['$first']::uuid[], array['accepted'], array[now()]);
select badges.file_report('$did', 'participation');
select badges.name_stage(programme_id, 1, '{"en": "Start"}') from badges.programme;
select badges.show_holders('$did', 3, 'badges_reader', 'clerk');
select badges.give_use_receipt('$first', 'assignment', '2024-06-01', 'Example Works');
SQL

rows dump_source > "$dir/before"
is 'the source has rows in every table' "$(cut -d'|' -f1 "$dir/before" | sort -u | wc -l)" \
  "$(sql dump_source -c "select count(*) from pg_class where relnamespace = 'badges'::regnamespace and relkind = 'r'")"
sql dump_source -c 'select outcome, assertions, is_failure from badges.audit()' > "$dir/audit_before"

pg_dump -d dump_source -f "$dir/plain.sql"
new_database dump_plain
sql dump_plain -f "$dir/plain.sql" > /dev/null
rows dump_plain > "$dir/after"
is 'plain format' "$(diff "$dir/before" "$dir/after" | head -5)" ''

pg_dump -d dump_source -Fc -f "$dir/custom"
new_database dump_custom
pg_restore -d dump_custom --exit-on-error "$dir/custom"
rows dump_custom > "$dir/after"
is 'custom format' "$(diff "$dir/before" "$dir/after" | head -5)" ''

pg_dump -d dump_source -Fd -f "$dir/directory"
new_database dump_parallel
# PostgreSQL keeps no order among tables of extensions when several jobs restore data, so one job does.
pg_restore -d dump_parallel --exit-on-error -j 4 --section=pre-data "$dir/directory"
pg_restore -d dump_parallel --exit-on-error --section=data "$dir/directory"
pg_restore -d dump_parallel --exit-on-error -j 4 --section=post-data "$dir/directory"
rows dump_parallel > "$dir/after"
is 'directory format' "$(diff "$dir/before" "$dir/after" | head -5)" ''

sql dump_parallel -c 'select outcome, assertions, is_failure from badges.audit()' > "$dir/audit_after"
is 'the audit says the same' "$(diff "$dir/audit_before" "$dir/audit_after")" ''
is 'the chain of events is intact' "$(sql dump_parallel -c 'select is_intact from badges.verify_audit_chain()')" t
is 'and goes on' "$(sql dump_parallel -c "select badges.reinstate('$(cat "$dir/renewal")')" -c 'select is_intact from badges.verify_audit_chain()' | tail -1)" t
refuses 'the guard still stands' 'the credential does not verify: malformed' dump_parallel \
  "insert into badges.assertion (credential, recipient_id, achievement_id) select '{}', recipient_id, achievement_id from badges.recipient, badges.achievement limit 1"

# A dump that somebody altered is not restored.
sed 's/SQL basics/SQL wizard/' "$dir/plain.sql" > "$dir/altered.sql"
new_database dump_altered
if sql dump_altered -1 -f "$dir/altered.sql" > "$dir/log" 2>&1; then echo 'NOT ok: an altered dump was restored'; exit 1; fi
grep -q 'the credential does not verify: proof_invalid' "$dir/log"
is 'an altered dump is refused' "$?" 0

# A key that is retired as of a time before it signed: what it signed does not verify, and one such row stops the whole table.
sql dump_source -c "select badges.retire_issuer_key('$did#$(cat "$fixtures/multikey")', '2023-06-01Z')" > /dev/null
rows dump_source > "$dir/before"
pg_dump -d dump_source -f "$dir/plain.sql"
pg_dump -d dump_source -Fc -f "$dir/custom"
new_database dump_backdated
if sql dump_backdated -f "$dir/plain.sql" > "$dir/log" 2>&1; then echo 'NOT ok: what does not verify was restored'; exit 1; fi
is 'what no longer verifies is refused' "$(grep -c 'the credential does not verify: key_not_valid_when_signed' "$dir/log")" 1
new_database dump_backdated
pg_restore -d dump_backdated --exit-on-error --section=pre-data "$dir/custom"
sql dump_backdated -c 'alter table badges.assertion disable trigger assertion_guard'
pg_restore -d dump_backdated --exit-on-error --section=data "$dir/custom"
pg_restore -d dump_backdated --exit-on-error --section=post-data "$dir/custom"
rows dump_backdated > "$dir/after"
is 'with the guard switched off every row comes back' "$(diff "$dir/before" "$dir/after" | head -5)" ''
is 'the guard is known to be off' "$(sql dump_backdated -c 'select badges.list_idle_guards()')" 'alter table badges.assertion enable always trigger assertion_guard;'
sql dump_backdated -c 'select badges.list_idle_guards()' | sql dump_backdated
is 'and is mended' "$(sql dump_backdated -c 'select count(*) from badges.list_idle_guards()')" 0
is 'the audit says which rows' "$(sql dump_backdated -c 'select outcome, assertions, is_failure, cardinality(assertion_ids) from badges.audit()')" 'key_not_valid_when_signed|4|t|4'
is 'and the events are whole' "$(sql dump_backdated -c 'select is_intact from badges.verify_audit_chain()')" t
refuses 'the guard stands again' 'a stored assertion never changes' dump_backdated "update badges.assertion set occasion = 'x'"

# pg_restore can switch all triggers off, and does not put them back as they were.
guards() { sql "$1" -c "select tgrelid::regclass, tgname, tgenabled from pg_trigger where not tgisinternal order by tgrelid::regclass::text collate \"C\", tgname collate \"C\""; }
new_database dump_disabled
sql dump_disabled -c 'create extension pg_badges'
guards dump_disabled > "$dir/guards"
pg_restore -d dump_disabled --exit-on-error --data-only --disable-triggers "$dir/custom"
rows dump_disabled > "$dir/after"
is '--disable-triggers brings every row back' "$(diff "$dir/before" "$dir/after" | head -5)" ''
is 'and leaves no guard as it was' "$(sql dump_disabled -c 'select count(*) from badges.list_idle_guards()')" "$(grep -c '|A$' "$dir/guards")"
sql dump_disabled -c 'select badges.list_idle_guards()' | sql dump_disabled
is 'until they are mended' "$(guards dump_disabled | diff "$dir/guards" - | head -5)" ''
for database in dump_source dump_plain dump_custom dump_parallel dump_altered dump_backdated dump_disabled; do sql postgres -c "drop database $database"; done
