# Sourced by the programs: a database of its own with an issuer, a key, an achievement and recipients.
# shellcheck shell=bash
set -euo pipefail
tests=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
fixtures=$tests/fixtures
did=did:web:badges.example.org
export PGTZ=UTC

# sql DATABASE ARGUMENTS…: quiet psql that stops at the first error and prints bare values.
sql() { local database=$1; shift; psql -XqAt -v ON_ERROR_STOP=1 -d "$database" "$@"; }

# is WHAT ACTUAL EXPECTED
is() {
  if [ "$2" = "$3" ]; then printf 'ok: %s\n' "$1"; else printf 'NOT ok: %s\n  is       %s\n  expected %s\n' "$1" "$2" "$3"; exit 1; fi
}

# refuses WHAT SENTENCE DATABASE SQL: the statement fails with that sentence.
refuses() {
  local message
  if message=$(sql "$3" -c "$4" 2>&1); then printf 'NOT ok: %s: nothing was refused\n' "$1"; exit 1; fi
  case $message in *"$2"*) printf 'ok: %s\n' "$1" ;; *) printf 'NOT ok: %s\n  says     %s\n  expected %s\n' "$1" "$message" "$2"; exit 1 ;; esac
}

new_database() {
  sql postgres -c "set client_min_messages = warning" -c "drop database if exists $1" -c "create database $1"
}

# scene DATABASE [EXTENSION_VERSION]: with the recipients …a1 and …a2 of the fixtures.
scene() {
  new_database "$1"
  sql "$1" -v multikey="$(cat "$fixtures/multikey")" -v did="$did" <<SQL > /dev/null
create extension pg_badges ${2:+version '$2'};
select badges.register_issuer(:'did', '{"id": "did:web:badges.example.org", "type": ["Profile"], "name": "Example College"}');
select badges.register_issuer_key(:'did', :'did' || '#' || :'multikey', :'multikey', '2023-01-01Z');
select badges.define_achievement(:'did', '{"id": "https://badges.example.org/achievements/sql", "type": ["Achievement"], "name": "SQL"}');
insert into badges.recipient (recipient_id, issuer_id, platform, user_id, display_name)
  select ('00000000-0000-4000-8000-0000000000a' || n)::uuid, issuer_id, 'https://lms.example.org', n::text, 'Learner ' || n
  from badges.issuer, generate_series(1, 2) n;
SQL
}

# store DATABASE FIXTURE RECIPIENT_NUMBER [OCCASION]: prints the assertion's id.
store() {
  sql "$1" -v credential="$(cat "$fixtures/$2.json")" -v n="$3" -v occasion="${4:-}" <<'SQL'
select badges.store_assertion(:'credential', ('00000000-0000-4000-8000-0000000000a' || :'n')::uuid,
  (select achievement_id from badges.achievement order by version limit 1), :'occasion');
SQL
}
