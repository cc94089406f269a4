#!/usr/bin/env bash
# Figures that were filed are read again as they were filed, whatever was added, revoked, renewed, erased, moved or corrected since.
. "$(dirname "$0")/../scene.sh"
database=reports_filed
scene "$database"
aiko=00000000-0000-4000-8000-0000000000a1
ben=00000000-0000-4000-8000-0000000000a2
reports='overall participation hours coverage examinations certification_health progression movement issuance usage receipts'
file_all() { for report in $reports; do sql "$database" -c "select badges.file_report('$did', '$report', $1, '$2')" > /dev/null; done; }
same() { sql "$database" -c 'select count(*) filter (where is_same), count(*) from badges.check_filed_reports()'; }
people() { sql "$database" -c "select coalesce(sum(people), 0) from badges.report_participation() where programme_code is null"; }

sql "$database" -v did="$did" -v aiko="$aiko" <<'SQL' > /dev/null
select badges.define_framework('https://framework.example', '{"en": "Framework"}') as framework \gset
select badges.define_competency(:'framework', 'IP', '{"en": "IT Passport"}') as competency \gset
select achievement_id as achievement from badges.achievement \gset
select badges.align_achievement(:'achievement', :'competency', 'recognises_pass');
select badges.define_achievement_fact(:'achievement', 'knowledge', 1, 6);
select badges.define_programme(:'did', 'DX', '{"en": "DX"}') as programme \gset
select badges.add_to_programme(:'programme', :'achievement');
select badges.record_memberships(:'did', array[:'aiko']::uuid[], array['employee'], array['Head'], array['2023-04-01']::date[], array[null]::date[], 'hr.csv');
select badges.record_headcount(:'did', 'employee', '2024-03-31', 10, 'hr.csv', 'Head');
select badges.set_target(:'did', :'competency', 1, '2027-03-31', 4);
select badges.record_examination_pass(:'aiko', :'competency', '2024-06-01', 'clerk') as pass \gset
select badges.decide_examination_pass(:'pass', true, 'head');
SQL
# Use of the month before, which whole months of now count.
sql "$database" -c "insert into badges.usage_daily select achievement_id, 'downloaded', (date_trunc('month', now() at time zone 'UTC') - interval '3 days')::date, 40 from badges.achievement"
# Receipts of the month before from twelve holders.
sql "$database" <<'SQL' > /dev/null
alter table badges.assertion disable trigger all;
insert into badges.recipient (recipient_id, issuer_id, platform, user_id)
  select format('00000000-0000-4000-8000-0000000001%s', lpad(n::text, 2, '0'))::uuid, issuer_id, 'hr', 'c' || n from badges.issuer, generate_series(1, 12) n;
insert into badges.assertion (issuer_id, issuer_key_id, achievement_id, series_id, recipient_id, valid_from, stored_at, credential_id, credential)
  select r.issuer_id, k.issuer_key_id, a.achievement_id, a.achievement_id, r.recipient_id, '2024-05-01Z',
    date_trunc('month', now() at time zone 'UTC') at time zone 'UTC' - interval '4 days', 'urn:r:' || r.user_id, '{}'
  from badges.recipient r, badges.issuer_key k, badges.achievement a where r.platform = 'hr';
alter table badges.assertion enable trigger all;
insert into badges.use_receipt (issuer_id, assertion_id, purpose, used_on, given_at)
  select a.issuer_id, a.assertion_id, 'application', '2024-06-01', date_trunc('month', now() at time zone 'UTC') at time zone 'UTC' - interval '3 days'
  from badges.assertion a where a.credential_id like 'urn:r:%';
SQL
first=$(store "$database" valid 1)
sql "$database" -c "select badges.record_assertion_events(array['$first']::uuid[], array['accepted'], array[now()])" > /dev/null
is 'thirteen people before' "$(people)" 13

file_all 'now()' 'this year'
# A later reading of an earlier day with what is known by now is another figure, and stays too.
file_all "'2025-12-31Z'" 'history'
# A date to come: what happens until then is in none of these.
file_all "now() + interval '2 months'" 'to come'
is 'all are read again at once' "$(same)" '33|33'
is 'use of the month before is filed' "$(sql "$database" -c "select sum(jsonb_array_length(figures)) from badges.filed_report where report = 'usage'")" 4
is 'receipts of the month before are filed' "$(sql "$database" -c "select string_agg(distinct figures -> 0 ->> 'at_least', ' ') from badges.filed_report where report = 'receipts' and note = 'this year'")" 10
is 'a filing knows what it says' "$(sql "$database" -c "select figures -> 0 ->> 'people' from badges.filed_report where report = 'participation' and note = 'this year'")" 1

# A transaction that began before a filing and ends after it: its rows bear the earlier time.
fifo=$(mktemp -u); mkfifo "$fifo"
psql -XqAt -v ON_ERROR_STOP=1 -d "$database" < "$fifo" > /dev/null &
slow=$!
exec 9> "$fifo"
printf "begin; select badges.record_headcount('%s', 'employee', '2024-03-31', 99, 'late', 'Head');\n" "$did" >&9
until [ "$(sql "$database" -c "select count(*) from pg_stat_activity where datname = '$database' and state = 'idle in transaction'")" = 1 ]; do :; done
file_all 'now()' 'while somebody writes'
printf 'commit;\n' >&9
exec 9>&-; wait "$slow"; rm -f "$fifo"
is 'what is written meanwhile is in no filing' "$(same)" '44|44'
is 'it is in the figures of now' "$(sql "$database" -c "select headcount from badges.report_participation() where programme_code is null")" 99

# A year later: more awards, a renewal, a revocation, an erasure, corrections, new facts, another place, a link, use.
second=$(store "$database" second 2)
renewal=$(store "$database" renewal 1 2024)
sql "$database" -v did="$did" -v aiko="$aiko" -v ben="$ben" -v first="$first" -v second="$second" -v renewal="$renewal" <<'SQL' > /dev/null
select badges.supersede(:'first', :'renewal');
select badges.record_memberships(:'did', array[:'aiko', :'ben']::uuid[], array['employee', 'external'], array['Head', ''], array['2023-04-01', '2020-01-01']::date[], array['2024-01-01', null]::date[], 'hr-2.csv');
select badges.record_memberships(:'did', array[:'aiko']::uuid[], array['dispatched'], array['Branch'], array['2024-01-01']::date[], array[null]::date[], 'hr-2.csv');
select badges.link_identities(:'aiko', :'ben', now(), 'form 7', 'clerk');
select badges.end_identity_link(:'ben', 'clerk');
select badges.define_achievement_fact((select achievement_id from badges.achievement), 'skill', 3, 40);
select badges.set_target(:'did', (select competency_id from badges.competency), 1, '2027-03-31', 400);
select badges.withdraw_examination_pass((select examination_pass_id from badges.examination_pass), 'head');
select badges.end_alignment((select achievement_id from badges.achievement), (select competency_id from badges.competency));
select badges.remove_from_programme((select programme_id from badges.programme), (select achievement_id from badges.achievement));
select badges.define_programme(:'did', 'DX', '{"en": "DX, renamed"}');
select badges.enrol((select programme_id from badges.programme), :'ben', '2023-01-01');
select badges.record_assertion_events(array[:'second']::uuid[], array['declined'], array['2024-01-01Z']::timestamptz[]);
select badges.record_usage((select achievement_id from badges.achievement), 'downloaded') from generate_series(1, 12);
select badges.revoke(:'first', 'awarded by mistake');
select badges.suspend(:'renewal', 'under review');
select badges.revoke_use_receipt(use_receipt_id) from (select use_receipt_id from badges.use_receipt limit 6) r;
select badges.give_use_receipt(:'renewal', 'assignment', '2024-09-01');
select badges.erase_recipient(recipient_id) from badges.recipient where user_id = 'c1';
select badges.erase_recipient(:'aiko');
SQL
is 'fourteen people now' "$(people)" 14
is 'every filed figure is read again' "$(same)" '44|44'
is 'the figures of now are others, but for use and receipts, which are told by whole months' "$(sql "$database" -c "select count(*) from badges.filed_report f where note = 'this year' and figures = badges.reported_figures('$did', report, now(), now())" | tail -1)" 2
refuses 'use of a day that is over is not counted' 'uses are counted on the day on which they are seen' "$database" "select badges.count_usage(achievement_id, 'downloaded', 12, (date_trunc('month', now() at time zone 'UTC') - interval '2 days')::date) from badges.achievement"
refuses 'a filed figure stays' 'what is written in badges.filed_report stays' "$database" "update badges.filed_report set figures = '[]'"
sql "$database" -c "alter table badges.filed_report disable trigger user" -c "update badges.filed_report set edition = 0 where report = 'hours'" \
  -c "alter table badges.filed_report enable trigger user" > /dev/null
is 'what an earlier definition computed is not compared' "$(sql "$database" -c "select string_agg(distinct report || ' ' || edition, ', '), count(*) from badges.check_filed_reports() where is_same is null")" 'hours 0|4'
is 'and everything else is' "$(same)" '40|44'
sql postgres -c "drop database $database"
