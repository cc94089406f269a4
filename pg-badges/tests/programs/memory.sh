#!/usr/bin/env bash
# The memory of a backend over 100,000 verifications does not grow, and the library adds at most 8 MiB to a backend.
. "$(dirname "$0")/../scene.sh"
scene memory
store memory valid 1 > /dev/null
sql memory -v credential="$(cat "$fixtures/valid.json")" -v expired="$(cat "$fixtures/expired.json")" -v foreign="$(cat "$fixtures/foreign_web.json")" <<'SQL' > /tmp/pg-badges-memory.$$
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
SQL
cat /tmp/pg-badges-memory.$$
loading=$(grep '^loading' /tmp/pg-badges-memory.$$)
growth=$(grep '^growth' /tmp/pg-badges-memory.$$)
rm /tmp/pg-badges-memory.$$
is 'the library adds at most 8 MiB' "${loading##*|}" t
is '100,000 verifications add less than 1 MiB' "${growth##*|}" t
sql postgres -c 'drop database memory'
