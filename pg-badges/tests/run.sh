#!/usr/bin/env bash
# All tests of the extension, against the server that PGHOST, PGPORT, PGUSER and PGPASSWORD name (a superuser of a throwaway cluster):
#   tests/cluster.sh run -- pg-badges/tests/run.sh [NAME…]
# Regression files run by PostgreSQL's own pg_regress, each in a transaction that is rolled back; then the programs in programs/.
# NAME picks single tests: the name of a file in pg_regress/sql or programs, without its ending.
set -uo pipefail
tests=$(cd "$(dirname "$0")" && pwd)
export ROOT
ROOT=$(cd "$tests/../.." && pwd)
major=${PG_MAJOR:-15}
pg_regress=/usr/lib/postgresql/$major/lib/pgxs/src/test/regress/pg_regress
bin=${PG_BIN:-/usr/lib/postgresql/$major/bin}
export PATH=$bin:$PATH
out=${CARGO_TARGET_DIR:-$ROOT/target}/pg_regress
passed=0
failed=0

[ -x "$pg_regress" ] || { echo "run.sh: $pg_regress is missing; install postgresql-server-dev-$major" >&2; exit 2; }
psql -Xqc 'select 1' > /dev/null || { echo "run.sh: no server; start it with tests/cluster.sh run -- pg-badges/tests/run.sh" >&2; exit 2; }

is_wanted() { [ ${#wanted[@]} = 0 ] || [[ " ${wanted[*]} " == *" $1 "* ]]; }
wanted=("$@")

regress() {
  local names=() file log
  for file in "$tests"/pg_regress/sql/*.sql; do
    file=$(basename "$file" .sql)
    if is_wanted "$file"; then names+=("$file"); fi
  done
  [ ${#names[@]} -gt 0 ] || return 0
  rm -rf "$out" && mkdir -p "$out"
  log=$out/log
  PGTZ=UTC "$pg_regress" --host="$PGHOST" --port="$PGPORT" --user="$PGUSER" --dbname=pg_badges_regress --bindir="$bin" \
    --inputdir="$tests/pg_regress" --outputdir="$out" "${names[@]}" 2>&1 | tee "$log"
  passed=$((passed + $(grep -cE '^(test|ok) .* ok +[0-9]+ ms$|^ok ' "$log")))
  failed=$((failed + $(grep -cE '^test .*FAILED|^not ok ' "$log")))
  if [ $((passed + failed)) -lt ${#names[@]} ]; then failed=$((${#names[@]} - passed)); fi
  if [ -f "$out/regression.diffs" ]; then cat "$out/regression.diffs"; fi
}

programs() {
  local file name
  for file in "$tests"/programs/*.sh; do
    name=$(basename "$file" .sh)
    is_wanted "$name" || continue
    if timeout 600 "$file" > "$out.$name.log" 2>&1; then
      printf 'test %-28s ... ok\n' "$name"
      passed=$((passed + 1))
    else
      printf 'test %-28s ... FAILED\n' "$name"
      tail -n 40 "$out.$name.log"
      failed=$((failed + 1))
    fi
  done
}

regress
programs
printf '%s passed, %s failed\n' "$passed" "$failed"
[ "$failed" = 0 ] && [ "$passed" -gt 0 ]
