#!/usr/bin/env bash
# A subscription as it is made by default copies what there is and then follows. Assertions are verified as they arrive, in either way: a forged
# row stops the subscription and is not applied. The publisher is the server of the tests, the subscriber one of its own.
. "$(dirname "$0")/../scene.sh"
make_scratch
scene publisher
PUBLISHER="host=$PGHOST port=$PGPORT user=$PGUSER password=$PGPASSWORD dbname=publisher"
is 'the server can publish' "$(sql postgres -c 'show wal_level')" logical
new_server "$scratch/subscriber" '-c fsync=off -c wal_retrieve_retry_interval=200ms'
there() { PGHOST=127.0.0.1 PGPORT=$port PGUSER=postgres PGPASSWORD='' "$@"; }
at_subscriber() { there sql subscriber "$@"; }
there new_database subscriber
at_subscriber -c 'create extension pg_badges'
cleanup() {
  at_subscriber -c 'drop subscription if exists badges_all' > /dev/null 2>&1 || true
  for server in "${servers[@]}"; do as_owner "$PG_BIN/pg_ctl" -D "$server" -s -m immediate stop > /dev/null 2>&1 || true; done
  sql publisher -c "select pg_drop_replication_slot(slot_name) from pg_replication_slots where database = 'publisher'" > /dev/null 2>&1 || true
  sql postgres -c 'drop database if exists publisher with (force)' > /dev/null 2>&1 || true
  rm -rf "$scratch"
}
trap cleanup EXIT

# eventually WHAT QUERY EXPECTED: within a minute.
eventually() {
  local found=''
  for _ in $(seq 300); do
    found=$(at_subscriber -c "$2")
    [ "$found" != "$3" ] || break
    sleep 0.2
  done
  if [ "$found" != "$3" ]; then tail -n 30 "$scratch/subscriber.log"; fi
  is "$1" "$found" "$3"
}
synchronized="select count(*) filter (where srsubstate <> 'r') from pg_subscription_rel"
# Every row of every table, at either end.
at_both_ends() { is "$1" "$(there rows subscriber | diff <(rows publisher) - | head -5)" ''; }

# What is there before anybody subscribes: assertions of which one is revoked, one suspended, one superseded, one with a status entry.
first=$(store publisher valid 1)
second=$(store publisher second 2)
renewal=$(store publisher renewal 1 2024)
sql publisher -v did="$did" -v first="$first" -v second="$second" -v renewal="$renewal" -v with_status="$(cat "$fixtures/with_status.json")" <<'SQL' > /dev/null
select badges.revoke(:'second', 'awarded by mistake');
select badges.supersede(:'first', :'renewal');
select badges.suspend(:'renewal', 'under review');
insert into badges.status_list (issuer_id, url) select issuer_id, 'https://badges.example.org/status/1' from badges.issuer;
insert into badges.status_entry (status_list_id, status_index) select status_list_id, 94567 from badges.status_list;
select badges.store_assertion(:'with_status', '00000000-0000-4000-8000-0000000000a2', achievement_id, 'with status') from badges.achievement;
select badges.define_programme(:'did', 'DX', '{"en": "DX"}');
select badges.record_headcount(:'did', 'employee', '2024-03-31', 10, 'hr.csv');
SQL
# By default: the subscription makes the slot and copies what there is, table by table in an order of its own.
sql publisher -c 'create publication badges_all for tables in schema badges'
at_subscriber -c 'set client_min_messages = warning' -c "create subscription badges_all connection '$PUBLISHER' publication badges_all"
eventually 'what there was is copied' "$synchronized" 0
at_both_ends 'every row of every table is there'
is 'the copies are in order' "$(at_subscriber -c "select string_agg(outcome || ' ' || assertions, ', ' order by outcome) from badges.audit()")" 'revoked 1, suspended 1, valid 2'
is 'so is the chain of events' "$(at_subscriber -c 'select is_intact, events > 10 from badges.verify_audit_chain()')" 't|t'

# From then on it follows.
sql publisher -c "select badges.reinstate('$renewal')" -c "select badges.revoke('$first', 'awarded by mistake')" > /dev/null
eventually 'a revocation arrives' "select outcome from badges.verify_assertion('$first')" revoked
eventually 'a suspension ends' "select outcome from badges.verify_assertion('$renewal')" valid
another=z6MkmgoN6DceCkjksTeZo42bhE9MdUpKSfdehRSfrWR9AQPV
sql publisher -c "select badges.register_issuer_key('$did', '$did#$another', '$another', '2023-01-01Z')" > /dev/null
other=$(store publisher other_key 1 'another key')
eventually 'an assertion with a key that was registered since arrives' "select outcome from badges.verify_assertion('$other')" valid
eventually 'and the event of it' "select events = $(sql publisher -c 'select count(*) from badges.audit_event') and is_intact from badges.verify_audit_chain()" t
at_both_ends 'still every row of every table is there'

# A second subscription, to the tables alone that an assertion needs.
sql publisher -c 'create publication badges_verified for table badges.issuer, badges.issuer_key, badges.achievement, badges.recipient, badges.status_list,
  badges.status_entry, badges.assertion, badges.revocation, badges.suspension, badges.renewal'
there new_database fewer
there sql fewer -c 'create extension pg_badges' -c 'set client_min_messages = warning' -c "create subscription badges_verified connection '$PUBLISHER' publication badges_verified"
for _ in $(seq 300); do
  [ "$(there sql fewer -c "$synchronized")" != 0 ] || break
  sleep 0.2
done
is 'ten tables are enough to verify' "$(there sql fewer -c "select string_agg(outcome || ' ' || assertions, ', ' order by outcome) from badges.audit()")" 'revoked 2, valid 3'
there sql fewer -c 'drop subscription badges_verified' 2> /dev/null

sql publisher > /dev/null <<SQL
alter table badges.assertion disable trigger assertion_guard;
insert into badges.assertion (issuer_id, issuer_key_id, achievement_id, series_id, recipient_id, occasion, valid_from, credential_id, credential)
  select issuer_id, issuer_key_id, achievement_id, series_id, recipient_id, 'forged', valid_from, 'https://badges.example.org/credentials/forged',
    replace(credential, 'SQL basics', 'SQL wizard') from badges.assertion where assertion_id = '$second';
SQL
eventually 'a forged one is refused where it arrives' "select apply_error_count > 0 from pg_stat_subscription_stats where subname = 'badges_all'" t
is 'and is not stored' "$(at_subscriber -c 'select count(*) from badges.assertion')" 5
is 'and the publisher'"'"'s audit finds it' "$(sql publisher -c 'select outcome from badges.audit() where is_failure')" proof_invalid
# Nor is it copied by whoever subscribes now; what there is beside it is.
there sql fewer -c 'drop extension pg_badges' -c 'create extension pg_badges' -c 'set client_min_messages = warning' -c "create subscription badges_verified connection '$PUBLISHER' publication badges_verified"
for _ in $(seq 300); do
  [ "$(there sql fewer -c "select (select count(*) from pg_subscription_rel where srsubstate <> 'r'), sync_error_count > 0 from pg_stat_subscription_stats where subname = 'badges_verified'")" != '1|t' ] || break
  sleep 0.2
done
is 'it is not copied either' "$(there sql fewer -c "select (select count(*) from badges.assertion), (select count(*) from badges.revocation) > 0, sync_error_count > 0
  from pg_stat_subscription_stats where subname = 'badges_verified'")" '0|t|t'
there sql fewer -c 'drop subscription badges_verified' 2> /dev/null
