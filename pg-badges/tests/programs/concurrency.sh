#!/usr/bin/env bash
# Several sessions at once: nothing is stored twice, no index is given twice, no event is lost, nobody is blocked for good.
. "$(dirname "$0")/../scene.sh"
dir=$(mktemp -d)
scratch=$dir
trap 'rm -rf "$dir"' EXIT
scene concurrency

# together COUNT SQL: that many sessions run the statement at the same time; their answers, sorted.
together() {
  local n
  for n in $(seq "$1"); do sql concurrency -c "$2" > "$dir/out.$n" 2>&1 & done
  wait
  cat "$dir"/out.* | sort
  rm "$dir"/out.*
}

credential=$(cat "$fixtures/valid.json")
together 8 "select badges.store_assertion('$credential', '00000000-0000-4000-8000-0000000000a1', (select achievement_id from badges.achievement))" > "$dir/ids"
is 'the same credential stored by eight sessions is one assertion' "$(sort -u "$dir/ids" | wc -l) $(wc -l < "$dir/ids")" '1 8'
is 'and one event' "$(sql concurrency -c "select count(*) from badges.audit_event where action = 'store_assertion'")" 1

# Forty times eight sessions store the same one at the same moment: whichever constraint they meet first, they find that very credential.
many concurrency 340
sql concurrency -c "select format('select badges.store_assertion(%L, %L, (select achievement_id from badges.achievement)) is not null;', credential, recipient_id)
  from signed where n > 300 order by n" > "$dir/forty.sql"
for n in 1 2 3 4 5 6 7 8; do sql concurrency -f "$dir/forty.sql" > "$dir/out.$n" 2>&1 & done
wait
is 'whoever stores the same at the same moment is told the same' "$(sort "$dir"/out.* | uniq -c | awk '{ print $1, $2 }')" '320 t'
rm "$dir"/out.* "$dir/forty.sql"

# Six sessions offer the same three hundred credentials, each in an order of its own: nobody waits in a circle.
together 6 "select count(*) filter (where s.is_new) from (select array_agg(credential) c, array_agg(recipient_id) r from (select * from signed where n <= 300 order by random()) o) o,
  badges.store_assertions(o.c, o.r, array_fill((select achievement_id from badges.achievement), array[300])) s" > "$dir/out"
is 'batches in six orders are stored once, by one session or another' "$(awk '{ sum += $1 } END { print sum }' "$dir/out")" 300
is 'and each is there' "$(sql concurrency -c 'select count(*) from signed s join badges.assertion a on a.credential = s.credential and a.recipient_id = s.recipient_id')" 340

# Storing, allocating, revoking and suspending, all at once.
for n in 0 1 2; do
  sql concurrency -c "select count(*) from generate_series(1, 20) i, lateral (select badges.revoke(a.assertion_id, 'by session $n') from badges.assertion a where a.recipient_id in (select recipient_id from signed where n % 40 = i)) r" > "$dir/out.r$n" 2>&1 &
  sql concurrency -c "select count(*) from badges.allocate_status_entries('$did', 'https://badges.example.org/busy', 300)" > "$dir/out.a$n" 2>&1 &
  sql concurrency -c "select count(*) from generate_series(1, 20) i, lateral (select badges.suspend(a.assertion_id, 'by session $n') from badges.assertion a where a.recipient_id in (select recipient_id from signed where n % 40 = 20 + i)) r" > "$dir/out.s$n" 2>&1 &
  for occasion in 1 2 3; do store concurrency valid 1 > "$dir/out.t$n.$occasion" 2>&1; done &
done
wait
is 'nothing fails while all of it happens at once' "$(cat "$dir"/out.* | grep -c ERROR)" 0
is 'what was revoked is revoked once' "$(sql concurrency -c 'select count(*) = count(distinct assertion_id), count(*) > 100 from badges.revocation')" 't|t'
is 'no entry was given twice' "$(sql concurrency -c "select count(*), count(distinct (status_list_id, status_index)) from badges.status_entry")" '900|900'
is 'and everything verifies' "$(sql concurrency -c 'select count(*) from badges.audit() where is_failure')" 0
rm "$dir"/out.*

first=$(head -1 "$dir/ids")
together 8 "select badges.revoke('$first', 'by session ' || pg_backend_pid())" > "$dir/out"
is 'eight revocations are one' "$(grep -c ERROR "$dir/out") $(sql concurrency -c "select count(*) from badges.revocation where assertion_id = '$first'")" '0 1'

together 8 "select status_list_url || ' ' || status_index from generate_series(1, 250) n, badges.allocate_status_entry('$did', 'https://badges.example.org/status' || left(n::text, 0))" > "$dir/entries"
is 'two thousand entries taken by eight sessions differ' "$(sort -u "$dir/entries" | wc -l)" 2000
is 'and are on one list' "$(cut -d' ' -f1 "$dir/entries" | sort -u | wc -l)" 1

# Transactions that take entries of each other's neighbourhood, one by one, for a while: nobody waits, nobody deadlocks.
together 6 "do \$\$ begin for n in 1 .. 100 loop perform badges.allocate_status_entry('$did', 'https://badges.example.org/status'); perform pg_sleep(0.002); end loop; end \$\$" > "$dir/out"
is 'transactions that take many entries end' "$(grep -c ERROR "$dir/out")" 0

# The list is filled up to eight entries: twenty sessions get entries all the same, and the next list is begun once.
sql concurrency -c "insert into badges.status_entry (status_list_id, status_index) select status_list_id, n from badges.status_list, generate_series(8, 131071) n on conflict do nothing" \
  -c 'delete from badges.status_entry where status_index < 8'
together 20 "select status_list_url || ' ' || status_index from badges.allocate_status_entry('$did', 'https://badges.example.org/status')" > "$dir/entries"
is 'the end of a list' "$(sort -u "$dir/entries" | wc -l) $(sql concurrency -c 'select count(*) from badges.status_list')" '20 2'

together 8 "select badges.define_achievement('$did', '{\"id\": \"https://badges.example.org/achievements/new\"}')" > "$dir/out"
is 'eight definitions are one version' "$(sort -u "$dir/out" | wc -l)" 1
together 8 "select badges.register_recipient('$did', 'https://lms.example.org', '99', null, null)" > "$dir/out"
is 'eight registrations are one recipient' "$(sort -u "$dir/out" | wc -l)" 1
together 8 "select badges.register_issuer_key('$did', '$did#second', 'z6MkmgoN6DceCkjksTeZo42bhE9MdUpKSfdehRSfrWR9AQPV')" > "$dir/out"
is 'and one key' "$(sort -u "$dir/out" | wc -l)" 1

# Two sessions, two steps each, in the opposite order: nobody waits for the other's audit event before committing.
second=$(store concurrency second 2)
renewal=$(store concurrency renewal 1 2024)
together 6 "begin; select badges.suspend('$second', 'review'); select pg_sleep(0.2); commit" > "$dir/out"
is 'sessions that record events end' "$(grep -c ERROR "$dir/out")" 0
for n in 1 2 3 4 5 6 7 8; do sql concurrency -c "select badges.put_document('https://x.example/$n', '$n')" -c "select badges.trust_issuer('did:web:x$n.example')" > /dev/null & done
wait
is 'the chain of events is intact and has no gap' "$(sql concurrency -c 'select is_intact, events = (select count(*) from badges.audit_event) from badges.verify_audit_chain()')" 't|t'

# A key that is registered while another session verifies is seen by its next statement, also within its transaction.
other=$(cat "$fixtures/other_key.json")
coproc reader { psql -XqAt -d concurrency; }
ask() { printf '%s\n' "$1" >&"${reader[1]}"; IFS= read -r answer <&"${reader[0]}"; }
name=$did#z6MkmgoN6DceCkjksTeZo42bhE9MdUpKSfdehRSfrWR9AQPV
ask "begin; select badges.verify_outcome('$other');"
is 'a key that nobody registered' "$answer" key_unknown
sql concurrency -c "select badges.register_issuer_key('$did', '$name', 'z6MkmgoN6DceCkjksTeZo42bhE9MdUpKSfdehRSfrWR9AQPV', '2023-01-01Z')" > /dev/null
ask "select badges.verify_outcome('$other');"
is 'is seen once it is registered, in the same transaction' "$answer" valid
ask "rollback; begin isolation level repeatable read; select badges.verify_outcome('$other');"
sql concurrency -c "select badges.retire_issuer_key('$name', '2023-02-01Z')" > /dev/null
ask "select badges.verify_outcome('$other');"
is 'a transaction with repeatable reads keeps its view' "$answer" valid
ask "rollback; select badges.verify_outcome('$other');"
is 'and the next one does not' "$answer" key_not_valid_when_signed
printf '\\q\n' >&"${reader[1]}"
wait
is 'and its own uncommitted changes' "$(sql concurrency <<SQL | grep . | paste -sd' '
begin;
select badges.verify_outcome('$other');
savepoint one;
select badges.retire_issuer_key('$did#z6MkmgoN6DceCkjksTeZo42bhE9MdUpKSfdehRSfrWR9AQPV', '2026-01-01Z');
select badges.verify_outcome('$other');
rollback to one;
select badges.verify_outcome('$other');
rollback;
select badges.verify_outcome('$other');
SQL
)" 'key_not_valid_when_signed valid key_not_valid_when_signed key_not_valid_when_signed'
sql postgres -c 'drop database concurrency'
