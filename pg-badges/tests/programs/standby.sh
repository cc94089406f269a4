#!/usr/bin/env bash
# A streaming replica verifies, audits and reports, and follows what the primary registers and revokes.
. "$(dirname "$0")/../scene.sh"
make_scratch
new_server "$scratch/primary" '-c wal_level=replica -c fsync=off'
export PGHOST=127.0.0.1 PGPORT=$port PGUSER=postgres PGPASSWORD=''
scene hot
first=$(store hot valid 1)
second=$(store hot second 2)
# What reports are made of, so that each has something to say: twelve more holders, a programme, an alignment, a list with a bit, use, receipts.
sql hot -v did="$did" -v first="$first" -v with_status="$(cat "$fixtures/with_status.json")" <<'SQL' > /dev/null
\set aiko 00000000-0000-4000-8000-0000000000a1
\set ben 00000000-0000-4000-8000-0000000000a2
select achievement_id as achievement from badges.achievement \gset
select badges.define_framework('https://framework.example', '{"en": "Framework"}') as framework \gset
select badges.define_competency(:'framework', 'IP', '{"en": "IT Passport"}', 1) as competency \gset
select badges.align_achievement(:'achievement', :'competency', 'recognises_pass');
select badges.define_achievement_fact(:'achievement', 'skill', 1, 6);
select badges.define_programme(:'did', 'DX', '{"en": "DX"}') as programme \gset
select badges.add_to_programme(:'programme', :'achievement');
select badges.describe_programme(:'programme', '{"en": "For all"}', true);
select badges.record_memberships(:'did', array[:'aiko', :'ben']::uuid[], array['employee', 'employee'], array['Head', 'Head'],
  array['2023-04-01', '2023-04-01']::date[], array['2024-06-01', null]::date[], 'hr.csv');
select badges.record_memberships(:'did', array[:'aiko']::uuid[], array['dispatched'], array['Branch'], array['2024-06-01']::date[], array[null]::date[], 'hr.csv');
select badges.record_headcount(:'did', 'employee', '2024-03-31', 10, 'hr.csv', 'Head');
select badges.enrol(:'programme', :'ben', '2024-01-01');
select badges.set_target(:'did', :'competency', 1, '2027-03-31', 4);
select badges.record_examination_pass(:'aiko', :'competency', '2024-06-01', 'clerk') as pass \gset
select badges.decide_examination_pass(:'pass', true, 'head');
select badges.register_recipient(:'did', 'https://lms.example.org', '1b', null, null) as again \gset
select badges.link_identities(:'aiko', :'again', now(), 'form 7', 'clerk');
select badges.record_assertion_events(array[:'first']::uuid[], array['accepted'], array['2024-02-01Z']::timestamptz[]);
select badges.show_holders(:'did', 1, 'postgres', 'clerk');
insert into badges.status_list (issuer_id, url) select issuer_id, 'https://badges.example.org/status/1' from badges.issuer;
insert into badges.status_entry (status_list_id, status_index) select status_list_id, 94567 from badges.status_list;
select badges.store_assertion(:'with_status', :'ben', :'achievement', 'with status') as listed \gset
select badges.revoke(:'listed', 'awarded by mistake');
insert into badges.usage_daily select :'achievement', 'downloaded', (date_trunc('month', now() at time zone 'UTC') - interval '3 days')::date, 40;
-- Twelve rows that do not verify, written behind the guard's back: figures count by state, and the audit finds them.
alter table badges.assertion disable trigger all;
insert into badges.recipient (recipient_id, issuer_id, platform, user_id)
  select format('00000000-0000-4000-8000-0000000001%s', lpad(n::text, 2, '0'))::uuid, issuer_id, 'hr', 'c' || n from badges.issuer, generate_series(1, 12) n;
insert into badges.assertion (issuer_id, issuer_key_id, achievement_id, series_id, recipient_id, valid_from, stored_at, valid_until, credential_id, credential)
  select r.issuer_id, k.issuer_key_id, a.achievement_id, a.achievement_id, r.recipient_id, '2024-05-01Z',
    date_trunc('month', now() at time zone 'UTC') at time zone 'UTC' - interval '4 days',
    case r.user_id when 'c1' then now() - interval '1 day' when 'c2' then now() + interval '30 days' end, 'urn:r:' || r.user_id, '{}'
  from badges.recipient r, badges.issuer_key k, badges.achievement a where r.platform = 'hr';
alter table badges.assertion enable trigger all;
insert into badges.use_receipt (issuer_id, assertion_id, purpose, used_on, given_at)
  select a.issuer_id, a.assertion_id, 'application', '2024-06-01', date_trunc('month', now() at time zone 'UTC') at time zone 'UTC' - interval '3 days'
  from badges.assertion a where a.credential_id like 'urn:r:%';
SQL
reports='overall participation hours coverage examinations certification_health progression movement issuance usage receipts'
for report in $reports; do sql hot -c "select badges.file_report('$did', '$report')" > /dev/null; done
as_owner "$PG_BIN/pg_basebackup" -h 127.0.0.1 -p "$PGPORT" -U postgres -D "$scratch/standby" -R -X stream -c fast
servers+=("$scratch/standby")
start_server "$scratch/standby" '-c hot_standby=on -c fsync=off'
standby=$port
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
is 'the chain of events' "$(on_standby -c 'select is_intact, events > 30 from badges.verify_audit_chain()')" 't|t'

# The same rows as on the primary, and some: `now` is one moment for both.
now=$(sql hot -c 'select now()')
programme=$(sql hot -c 'select programme_id from badges.programme')
same_rows() {
  local query="select coalesce(string_agg(t::text, chr(10) order by t::text collate \"C\"), 'nothing') from $2 t" rows
  rows=$(sql hot -c "$query")
  case $rows in nothing) printf 'NOT ok: %s says nothing on the primary\n' "$1"; exit 1 ;; esac
  is "$1" "$(on_standby -c "$query")" "$rows"
}
for report in $reports; do same_rows "report_$report" "badges.report_$report('$now')"; done
same_rows 'audit()' '(select outcome, assertions, is_failure from badges.audit())'
same_rows 'expiring_assertion' '(select credential_id, valid_until from badges.expiring_assertion)'
for report in assertion_state lapsed_assertion 'audit_failures()' "list_states('$now')" "list_alignments('$now')" "list_programme_achievements('$now')" \
  "list_competency_holders('$now')" "list_status_lists('$now')" "why('$first')" "status_list_bits('https://badges.example.org/status/1', '$now')" \
  'check_filed_reports()' 'list_report_definitions()' "walk_programme('$programme', array['00000000-0000-4000-8000-0000000000a1']::uuid[])" \
  "programme_standing('$programme', array['00000000-0000-4000-8000-0000000000a1']::uuid[])" "list_programme_progress('$programme')" \
  "list_visible_holders('$did')" "list_identities('00000000-0000-4000-8000-0000000000a1')"; do
  same_rows "$report" "badges.$report"
done
is 'the audit there finds what was written behind the guard' "$(on_standby -c "select string_agg(outcome || ' ' || assertions, ', ' order by outcome) from badges.audit()")" 'malformed 12, revoked 1, valid 2'
is 'what was filed is read again there' "$(on_standby -c 'select count(*) filter (where is_same), count(*) from badges.check_filed_reports()')" '11|11'
is 'the bit of the revoked one' "$(on_standby -c "select get_byte(bits, 11820) from badges.status_list_bits('https://badges.example.org/status/1')")" 1
is 'the state of one' "$(on_standby -c "select badges.credential_state(credential_id) from badges.assertion where assertion_id = '$first'")" current
is 'a proof, a picture, canonical forms' "$(on_standby -c "select badges.proof_is_valid(credential, '$(cat "$fixtures/multikey")'), badges.recipient_matches(credential, 'emailAddress', 'aiko@example.org'),
  badges.unbake(badges.bake('<svg xmlns=\"http://www.w3.org/2000/svg\"/>', credential)) = credential, length(badges.jcs(credential)) > 100 from badges.assertion where assertion_id = '$first'")" 't|t|t|t'
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
