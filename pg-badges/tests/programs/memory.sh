#!/usr/bin/env bash
# The memory of a backend over 100,000 verifications does not grow, and the library adds at most 8 MiB to a backend; nor does it over
# more issuers, keys and documents than a backend remembers (1000 answers of a kind, 256 keys, the multiples of 8).
. "$(dirname "$0")/../scene.sh"
make_scratch
scene memory
store memory valid 1 > /dev/null
# 1100 did:key and 1100 did:web of strangers, each with a key of its own; the latter with their documents.
sign=${CARGO_TARGET_DIR:-$ROOT/target}/debug/examples/sign_credentials
(cd "$ROOT" && cargo build --quiet --locked -p openbadges -p lti-tool -p badge-tests --example sign_credentials)
for n in $(seq 1 2200); do
  if [ "$n" -le 1100 ]; then issuer=''; else issuer="\"issuer\": \"did:web:s$n.example\", "; fi
  printf '{%s"seed": %s, "credential_id": "urn:stranger:%s", "subject": "did:example:holder", "achievement": "https://school.example/achievements/go", "valid_from": "2024-01-01T00:00:00Z"}\n' "$issuer" $((1000 + n)) "$n"
done > "$scratch/orders"
"$sign" < "$scratch/orders" > "$scratch/signed"
"$sign" --keys < "$scratch/orders" > "$scratch/keys"
sql memory -c 'create table stranger (n integer generated always as identity primary key, credential text)' \
  -c 'create table key (n integer generated always as identity primary key, key jsonb)'
sed 's/\\/\\\\/g' "$scratch/signed" | sql memory -c 'copy stranger (credential) from stdin'
sql memory -c 'copy key (key) from stdin' < "$scratch/keys"
sql memory -c "select badges.put_document(format('https://s%s.example/.well-known/did.json', n), jsonb_build_object('id', split_part(key ->> 'method', '#', 1),
  'verificationMethod', jsonb_build_array(jsonb_build_object('id', key -> 'method', 'type', 'Multikey', 'controller', split_part(key ->> 'method', '#', 1), 'publicKeyMultibase', key -> 'multikey')),
  'assertionMethod', jsonb_build_array(key -> 'method'))::text) from key where n > 1100" > /dev/null
is 'strangers verify' "$(sql memory -c "select badges.verify_outcome(credential), count(*), count(distinct (badges.verify(credential)).issuer_id) from stranger group by 1")" 'valid|2200|2200'

sql memory -v credential="$(cat "$fixtures/valid.json")" -v expired="$(cat "$fixtures/expired.json")" -v foreign="$(cat "$fixtures/foreign_web.json")" <<'SQL' > "$scratch/memory"
set max_parallel_workers_per_gather = 0;
set jit = off;
-- Resident memory of this backend in KiB: what no other process shares, without the server's buffers, whose pages count as the
-- backend's own while nobody else has touched them; and of that what is no page of a file.
create function pg_temp.private_kib() returns bigint language sql as $$
  select sum(m[1]::bigint) from regexp_split_to_table(pg_read_file('/proc/self/smaps'), '\n(?=[0-9a-f]+-[0-9a-f]+ )') mapping,
    regexp_matches(mapping, '^Private_(?:Clean|Dirty):\s+(\d+) kB', 'gn') m where mapping !~ '^\S+ ...s ' $$;
create function pg_temp.anonymous_kib() returns bigint language sql as $$
  select sum(m[1]::bigint) from regexp_matches(pg_read_file('/proc/self/smaps_rollup'), '^Anonymous:\s+(\d+) kB', 'gn') m $$;
create temporary table given (credential text);
insert into given values (:'credential'), (replace(:'credential', 'SQL basics', 'SQL wizard')), (:'expired'), (:'foreign'), ('nonsense');
select count(*), pg_temp.private_kib() > 0 from given, generate_series(1, 100);
select pg_temp.private_kib() as before_loading \gset
select count(badges.verify_outcome(credential)) from given;
select count(badges.verify_outcome(credential)) from given, generate_series(1, 4000);
select pg_temp.private_kib() as loaded, pg_temp.anonymous_kib() as before \gset
select count(badges.verify_outcome(credential)) from given, generate_series(1, 10000);
select count((badges.verify(credential)).detail) from given, generate_series(1, 4000);
do $$ begin for n in 1 .. 6000 loop perform count(badges.verify_outcome(credential)) from given; end loop; end $$;
select pg_temp.anonymous_kib() as after \gset
select 'loading', :loaded - :before_loading, :loaded - :before_loading <= 8192;
select 'growth', :after - :before, :after - :before <= 1024;
-- All strangers in turn, by one query and by many; then two hundred of them each many times in a row, so that keys become busy and others take
-- their places: 117,600 verifications. When what is remembered is full differs from run to run, so that one bound holds for all of it.
create procedure pg_temp.meet_strangers(rounds integer) language plpgsql as $$ begin
  for round in 1 .. rounds loop
    perform count(badges.verify_outcome(credential)) from stranger, generate_series(1, 2);
    perform badges.verify_outcome(credential) from stranger;
    perform count(badges.verify_outcome(s.credential)) from (select credential from stranger, generate_series(1, 40) where n <= 200 order by n) s;
    for number in 1 .. 100 loop perform badges.verify_outcome(credential) from stranger where n = number * 22; end loop;
  end loop;
end $$;
select pg_temp.anonymous_kib() as nobody \gset
call pg_temp.meet_strangers(8);
select pg_temp.anonymous_kib() as strangers \gset
select 'strangers', :strangers - :nobody, :strangers - :nobody <= 8192;
SQL
cat "$scratch/memory"
said() { grep "^$1|" "$scratch/memory" | cut -d'|' -f3; }
is 'the library adds at most 8 MiB' "$(said loading)" t
is '100,000 verifications add less than 1 MiB' "$(said growth)" t
is '117,600 verifications of more strangers than it remembers add at most 8 MiB' "$(said strangers)" t
sql postgres -c 'drop database memory'
