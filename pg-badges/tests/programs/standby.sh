#!/usr/bin/env bash
# A streaming replica verifies, audits and reports, and follows what the primary registers and revokes.
. "$(dirname "$0")/../scene.sh"
make_scratch
primary=$(free_port)
standby=$(free_port)
export PGHOST=127.0.0.1 PGPORT=$primary PGUSER=postgres PGPASSWORD=''
new_server "$scratch/primary" "$primary" '-c wal_level=replica -c fsync=off'
scene hot
first=$(store hot valid 1)
second=$(store hot second 2)
as_owner "$PG_BIN/pg_basebackup" -h 127.0.0.1 -p "$primary" -U postgres -D "$scratch/standby" -R -X stream -c fast
servers+=("$scratch/standby")
start_server "$scratch/standby" "$standby" '-c hot_standby=on -c fsync=off'
on_standby() { PGPORT=$standby sql hot "$@"; }

# Waits until the standby has applied everything that the primary has written.
catch_up() {
  local lsn
  lsn=$(sql hot -c 'select pg_current_wal_lsn()')
  for _ in $(seq 300); do
    [ "$(on_standby -c "select pg_last_wal_replay_lsn() >= '$lsn'")" = t ] && return
    sleep 0.1
  done
  echo 'the standby does not follow'; exit 1
}
catch_up
is 'it is a standby' "$(on_standby -c 'select pg_is_in_recovery()')" t
is 'verify' "$(on_standby -c "select outcome from badges.verify((select credential from badges.assertion where assertion_id = '$first'))")" valid
is 'verify_assertion' "$(on_standby -c "select outcome from badges.verify_assertion('$first')")" valid
is 'verify_checks' "$(on_standby -c "select count(*) from badges.verify_checks((select credential from badges.assertion where assertion_id = '$first')) where result = 'failed'")" 0
is 'audit' "$(on_standby -c 'select outcome, assertions, is_failure from badges.audit()')" 'valid|2|f'
is 'states' "$(on_standby -c 'select string_agg(state, chr(32)) from badges.assertion_state')" 'current current'
for report in assertion_state expiring_assertion lapsed_assertion 'audit_failures()' 'list_states()' 'list_alignments()' 'list_programme_achievements()' 'list_competency_holders()' \
  'list_status_lists()' "why('$first')" "status_list_bits('https://badges.example.org/status/1')"; do
  is "badges.$report" "$(on_standby -c "select count(*) from badges.$report")" "$(sql hot -c "select count(*) from badges.$report")"
done
is 'the state of one' "$(on_standby -c "select badges.credential_state(credential_id) from badges.assertion where assertion_id = '$first'")" current
is 'a proof, a picture, canonical forms' "$(on_standby -c "select badges.proof_is_valid(credential, '$(cat "$fixtures/multikey")'), badges.recipient_matches(credential, 'emailAddress', 'aiko@example.org'),
  badges.unbake(badges.bake('<svg xmlns=\"http://www.w3.org/2000/svg\"/>', credential)) = credential, length(badges.jcs(credential)) > 100 from badges.assertion where assertion_id = '$first'")" 't|t|t|t'
is 'the chain of events' "$(on_standby -c 'select is_intact from badges.verify_audit_chain()')" t
if message=$(on_standby -c "select badges.revoke('$first', 'x')" 2>&1); then echo 'NOT ok: the standby wrote'; exit 1; fi
case $message in *'read-only transaction'* | *'during recovery'*) echo 'ok: writing is refused' ;; *) echo "NOT ok: $message"; exit 1 ;; esac

# One session on the standby, kept open, sees what the primary changes.
coproc session { PGPORT=$standby psql -XqAt -d hot; }
ask() { printf '%s\n' "$1" >&"${session[1]}"; IFS= read -r answer <&"${session[0]}"; }
other=$(cat "$fixtures/other_key.json")
ask "select badges.verify_outcome('$other');"
is 'a key that is unknown' "$answer" key_unknown
sql hot -c "select badges.register_issuer_key('$did', '$did#z6MkmgoN6DceCkjksTeZo42bhE9MdUpKSfdehRSfrWR9AQPV', 'z6MkmgoN6DceCkjksTeZo42bhE9MdUpKSfdehRSfrWR9AQPV', '2023-01-01Z')" > /dev/null
catch_up
ask "select badges.verify_outcome('$other');"
is 'is known once the primary registers it' "$answer" valid
sql hot -c "select badges.revoke('$second', 'awarded by mistake')" > /dev/null
catch_up
ask "select outcome from badges.verify_assertion('$second');"
is 'a revocation arrives' "$answer" revoked
printf '\\q\n' >&"${session[1]}"
