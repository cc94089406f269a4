#!/usr/bin/env bash
# pg-badges/README.md keeps its word: its blocks are executed in order, as printed, and answer what is printed below them.
. "$(dirname "$0")/../scene.sh"
export ROOT=${ROOT:-$(cd "$tests/../.." && pwd)}
readme=$tests/../README.md
dir=$(mktemp -d)
drop() { for database in college college_restored college_forged college_mended; do sql postgres -c 'set client_min_messages = warning' -c "drop database if exists $database"; done; }
trap 'rm -rf "$dir"; drop' EXIT
drop
cd "$ROOT"

# Each fenced block becomes a file: 01.sh, 02.text, 03.sql, …
awk -v dir="$dir" '/^```[a-z]+$/ { n++; file = sprintf("%s/%02d.%s", dir, n, substr($0, 4)); printf "" > file; next } /^```$/ { close(file); file = ""; next } file { print > file }' "$readme"
run() {
  case $1 in
    *.sql) psql -X -d college < "$1" ;;
    *.sh) while IFS= read -r line; do
      # What installs the extension on the machine is only asked whether it could run.
      case $line in make\ *) make -n "${line#make }" > /dev/null ;; *) bash -c "$line" ;; esac || echo "failed: $line"
    done < "$1" ;;
  esac 2>&1
}

executed=0
for block in "$dir"/*; do
  case $block in *.text) continue ;; esac
  # psql ends each table with an empty line; the last one of a block is not printed.
  printf '%s\n' "$(run "$block" | sed 's/[[:space:]]*$//')" > "$dir/answer"
  number=$(basename "$block" | cut -d. -f1)
  expected=$dir/$(printf %02d $((10#$number + 1))).text
  [ -f "$expected" ] || { echo "NOT ok: block $number has no answer below it"; exit 1; }
  if [ "${1:-}" = --print ]; then printf '=== %s\n' "$block"; cat "$dir/answer"; continue; fi
  is "block $number answers as printed" "$(diff "$expected" "$dir/answer")" ''
  executed=$((executed + 1))
done
[ "${1:-}" != --print ] || exit 0
is 'blocks were found' "$([ "$executed" -ge 9 ] && echo yes)" yes

# Whatever a role may execute is in the table of functions.
missing=''
for name in $(sql college -c "select distinct p.proname from pg_proc p, aclexplode(p.proacl) g where p.pronamespace = 'badges'::regnamespace and g.grantee <> p.proowner order by 1"); do
  grep -q "^| .*\`$name[(\`]" "$readme" || missing="$missing $name"
done
is 'every function is in the table' "$missing" ' sees_assertion visible_issuers'
