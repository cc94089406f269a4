#!/usr/bin/env bash
# kill -9 of the server during bulk storing: after the restart nothing is half stored, and the audit is clean.
. "$(dirname "$0")/../scene.sh"
make_scratch
new_server "$scratch/data" '-c fsync=on -c synchronous_commit=on'
export PGHOST=127.0.0.1 PGPORT=$port PGUSER=postgres PGPASSWORD=''
scene crash
many crash 2000
achievement=$(sql crash -c 'select achievement_id from badges.achievement')

# Its backends outlive the postmaster for a moment, and hold its shared memory until they notice.
start_again() {
  for _ in $(seq 100); do
    rm -f "$scratch/data/postmaster.pid"
    if start_server_at "$port" "$scratch/data" '-c fsync=on -c synchronous_commit=on' > /dev/null 2>&1; then return; fi
    sleep 0.1
  done
  tail -n 20 "$scratch/data.log"
  exit 1
}

for round in 1 2 3; do
  : > "$scratch/acknowledged.$round"
  # Batches of twenty in transactions of their own; each answers with what was stored once it is committed.
  (
    for batch in $(seq 0 99); do
      sql crash -c "select assertion_id from badges.store_assertions(
        (select array_agg(credential order by n) from signed where n / 20 = $batch), (select array_agg(recipient_id order by n) from signed where n / 20 = $batch),
        (select array_agg('$achievement'::uuid) from signed where n / 20 = $batch))" 2> /dev/null || break
    done > "$scratch/acknowledged.$round"
  ) &
  storing=$!
  # In the midst of it: some batches further than the round before.
  while [ "$(wc -l < "$scratch/acknowledged.$round")" -lt $((round * 300 - 100)) ] && kill -0 "$storing" 2> /dev/null; do sleep 0.02; done
  kill -9 "$(head -1 "$scratch/data/postmaster.pid")"
  wait "$storing" || true
  start_again
  acknowledged=$(wc -l < "$scratch/acknowledged.$round")
  is "round $round: it died in the midst of storing" "$([ "$acknowledged" -ge 200 ] && [ "$acknowledged" -lt 2000 ] && echo yes)" yes
  sql crash -c 'create temporary table acknowledged (assertion_id uuid)' -c "\\copy acknowledged from '$scratch/acknowledged.$round'" \
    -c 'select count(*) from acknowledged left join badges.assertion using (assertion_id) where credential_id is null' > "$scratch/lost"
  is "round $round: what was acknowledged is stored" "$(cat "$scratch/lost")" 0
  is "round $round: batches are whole" "$(sql crash -c "select count(*) from (select s.n / 20 from signed s left join badges.assertion a on a.recipient_id = s.recipient_id
    group by 1 having count(a.assertion_id) not in (0, count(*))) half")" 0
  is "round $round: every batch has its event" "$(sql crash -c "select (select count(*) from badges.assertion)
    = (select coalesce(sum((details ->> 'count')::integer), 0) from badges.audit_event where action = 'store_assertion')")" t
  is "round $round: the audit is clean" "$(sql crash -c 'select count(*) filter (where is_failure), sum(assertions) = (select count(*) from badges.assertion) from badges.audit()')" '0|t'
  is "round $round: the chain is intact" "$(sql crash -c 'select is_intact from badges.verify_audit_chain()')" t
done
is 'storing goes on where it stopped' "$(sql crash -c "select count(*) from badges.store_assertions((select array_agg(credential order by n) from signed),
  (select array_agg(recipient_id order by n) from signed), (select array_agg('$achievement'::uuid) from signed))" -c 'select count(*) from badges.assertion' | paste -sd' ')" '2000 2000'
is 'and ends clean' "$(sql crash -c "select outcome, assertions from badges.audit()")" 'valid|2000'
