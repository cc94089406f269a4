#!/usr/bin/env bash
# The audit checks signatures many at once, in parallel workers, and says of every row what a check of that row alone says.
. "$(dirname "$0")/../scene.sh"
make_scratch
scene audit
many audit 1500
sql audit <<'SQL' > /dev/null
select count(*) from badges.store_assertions((select array_agg(credential order by n) from signed), (select array_agg(recipient_id order by n) from signed),
  (select array_agg((select achievement_id from badges.achievement) order by n) from signed));
vacuum analyze badges.assertion;
SQL

# counts SETTING…: outcomes with their numbers of rows, and whether the failing ids are those that single checks name.
counts() {
  sql audit "${@/#/-cset }" -c "select string_agg(outcome || ' ' || assertions, ', ' order by outcome) from badges.audit()" \
    -c "select coalesce(array_agg(f order by f), '{}') = (select coalesce(array_agg(a.assertion_id order by a.assertion_id), '{}') from badges.audit_assertions() a where a.outcome <> 'valid')
      from badges.audit(), unnest(assertion_ids) f" \
    -c "select (select jsonb_object_agg(outcome, assertions) from badges.audit()) = (select jsonb_object_agg(outcome, n) from (select outcome, count(*) as n from badges.audit_assertions() group by 1) s)" | paste -sd' '
}
alone=('max_parallel_workers_per_gather = 0')
workers=('max_parallel_workers_per_gather = 2' 'parallel_setup_cost = 0' 'parallel_tuple_cost = 0' 'min_parallel_table_scan_size = 0' 'debug_parallel_query = on')
[ "$(sql audit -c 'show server_version_num')" -ge 160000 ] || workers[4]='force_parallel_mode = on'

is 'everything is in order' "$(counts "${alone[@]}")" 'valid 1500 t t'
is 'parallel workers say the same' "$(counts "${workers[@]}")" 'valid 1500 t t'
is 'workers take part' "$(sql audit "${workers[@]/#/-cset }" -c "explain (analyze, costs off, timing off, summary off) select * from badges.audit()" | grep -c 'Workers Launched: [12]')" 1

# One signature after the other is made wrong, at the ends of the batches of 512 and between; an altered row moves to the end.
sql audit -c 'alter table badges.assertion disable trigger assertion_guard'
wrong=0
for number in 1 512 513 1024 1500; do
  wrong=$((wrong + 1))
  # The third letter of a signature: it stays 64 bytes of base58.
  sql audit -c "update badges.assertion set credential = regexp_replace(credential, '(\"proofValue\":\"z..)(.)', '\1' || case when credential ~ '\"proofValue\":\"z..A' then 'B' else 'A' end)
    where credential_id like '%user-$number'"
  is "a wrong signature in row $number" "$(counts "${alone[@]}")" "proof_invalid $wrong, valid $((1500 - wrong)) t t"
done
# Other ways to alter a row: the text, a column, another's signature.
sql audit -c "update badges.assertion set credential = replace(credential, 'Reads and writes', 'Writes and reads') where credential_id like '%user-77'" \
  -c "update badges.assertion set valid_from = valid_from + interval '1 microsecond' where credential_id like '%user-78'" \
  -c "update badges.assertion a set credential = regexp_replace(a.credential, '\"proofValue\":\"[^\"]+\"', substring(b.credential from '\"proofValue\":\"[^\"]+\"'))
    from badges.assertion b where a.credential_id like '%user-79' and b.credential_id like '%user-80'"
is 'each is found' "$(counts "${alone[@]}")" 'altered 1, proof_invalid 7, valid 1492 t t'
is 'by parallel workers too' "$(counts "${workers[@]}")" 'altered 1, proof_invalid 7, valid 1492 t t'
is 'and explained' "$(sql audit -c "select count(*), count(detail), string_agg(distinct outcome, ' ' order by outcome) from badges.audit_failures()")" '8|8|altered proof_invalid'
refuses 'nobody calls a part of the aggregate by itself' 'function badges.audit_tallies(unknown) does not exist' audit 'select badges.audit_tallies(null)'
sql postgres -c 'drop database audit'
