#!/usr/bin/env bash
# Assertions replicated to another database are verified as they arrive: a forged row stops the subscription and is not applied.
. "$(dirname "$0")/../scene.sh"
scene publisher
new_database subscriber
sql subscriber -c 'create extension pg_badges'
cleanup() {
  sql subscriber -c 'alter subscription badges_all disable' -c 'alter subscription badges_all set (slot_name = none)' -c 'drop subscription badges_all' > /dev/null 2>&1 || true
  sql publisher -c "select pg_drop_replication_slot('badges_all')" > /dev/null 2>&1 || true
  sql postgres -c 'drop database if exists publisher' -c 'drop database if exists subscriber' > /dev/null 2>&1 || true
}
trap cleanup EXIT
is 'the server can publish' "$(sql postgres -c 'show wal_level')" logical
# Publisher and subscriber on one server: the slot has to be made beforehand.
sql publisher -c "create publication badges_all for table badges.issuer, badges.issuer_key, badges.achievement, badges.recipient, badges.status_list,
  badges.status_entry, badges.assertion, badges.revocation, badges.suspension, badges.renewal" -c "select pg_create_logical_replication_slot('badges_all', 'pgoutput')" > /dev/null
# What is registered already is copied first, as assertions need it.
for table in issuer issuer_key achievement recipient; do
  sql publisher -c "copy badges.$table to stdout" | sql subscriber -c "copy badges.$table from stdin"
done
sql subscriber -c "create subscription badges_all connection 'host=$PGHOST port=$PGPORT user=$PGUSER password=$PGPASSWORD dbname=publisher'
  publication badges_all with (create_slot = false, slot_name = badges_all, copy_data = false)" > /dev/null

# eventually WHAT QUERY EXPECTED: within half a minute.
eventually() {
  local found=''
  for _ in $(seq 150); do
    found=$(sql subscriber -c "$2")
    [ "$found" != "$3" ] || break
    sleep 0.2
  done
  is "$1" "$found" "$3"
}
first=$(store publisher valid 1)
sql publisher -c "select badges.revoke('$first', 'awarded by mistake')" > /dev/null
eventually 'an assertion arrives with its revocation' "select outcome from badges.verify_assertion('$first')" revoked
sql publisher > /dev/null <<SQL
alter table badges.assertion disable trigger assertion_guard;
insert into badges.assertion (issuer_id, issuer_key_id, achievement_id, series_id, recipient_id, valid_from, credential_id, credential)
  select issuer_id, issuer_key_id, achievement_id, series_id, '00000000-0000-4000-8000-0000000000a2', valid_from, 'https://badges.example.org/credentials/forged',
    replace(credential, 'SQL basics', 'SQL wizard') from badges.assertion limit 1;
SQL
eventually 'a forged one is refused where it arrives' "select apply_error_count > 0 from pg_stat_subscription_stats where subname = 'badges_all'" t
is 'and is not stored' "$(sql subscriber -c 'select count(*) from badges.assertion')" 1
is 'and the publisher''s audit finds it' "$(sql publisher -c 'select outcome from badges.audit() where is_failure')" proof_invalid
