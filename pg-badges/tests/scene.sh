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

# rows DATABASE: every row of every table of the extension, in an order of its own.
rows() {
  local table
  for table in $(sql "$1" -c "select c.relname from pg_class c where c.relnamespace = 'badges'::regnamespace and c.relkind = 'r' order by 1"); do
    sql "$1" -c "select '$table', t::text from badges.$table t order by t::text collate \"C\""
  done
}

# many DATABASE COUNT: registers that many recipients, signs a credential for each and leaves them in the table public.signed.
many() {
  local sign=${CARGO_TARGET_DIR:-$ROOT/target}/debug/examples/sign_credentials
  (cd "$ROOT" && cargo build --quiet --locked -p openbadges -p lti-tool -p badge-tests --example sign_credentials)
  sql "$1" -v count="$2" <<'SQL' | "$sign" > "$scratch/signed"
insert into badges.recipient (recipient_id, issuer_id, platform, user_id)
  select ('00000000-0000-4000-9000-' || lpad(to_hex(n), 12, '0'))::uuid, issuer_id, 'https://lms.example.org', 'user-' || n
  from badges.issuer, generate_series(1, :count) n;
select json_build_object('issuer', 'did:web:badges.example.org', 'credential_id', 'https://badges.example.org/credentials/' || user_id,
  'subject', 'urn:uuid:' || recipient_id, 'achievement', 'https://badges.example.org/achievements/sql', 'valid_from', '2024-01-01T00:00:00Z')
  from badges.recipient where user_id like 'user-%' order by recipient_id;
SQL
  sql "$1" -c 'create table signed (n integer generated always as identity primary key, credential text, recipient_id uuid)'
  # One line is one value: signed JSON has no tab, and its backslashes are doubled for COPY.
  sed 's/\\/\\\\/g' "$scratch/signed" | sql "$1" -c 'copy signed (credential) from stdin'
  sql "$1" -c "update signed set recipient_id = substr(credential::jsonb #>> '{credentialSubject,id}', 10)::uuid"
}

# A folder that the server's user can reach, removed at the end; servers started in it are stopped.
make_scratch() {
  scratch=$(mktemp -d /var/tmp/pg-badges-test.XXXXXX)
  chmod 755 "$scratch"
  servers=()
  trap 'for server in "${servers[@]}"; do as_owner "$PG_BIN/pg_ctl" -D "$server" -s -m immediate stop > /dev/null 2>&1 || true; done; rm -rf "$scratch"' EXIT
}

as_owner() {
  if [ "$(id -un)" = "$PG_OWNER" ]; then (cd / && "$@"); else (cd / && runuser -u "$PG_OWNER" -- "$@"); fi
}

# start_server DIR [SETTINGS]: starts a server that is set up there, and says in `port` where; another program may be quicker at a port.
start_server() {
  local attempt
  for attempt in 1 2 3 4 5; do
    port=$("$ROOT/tests/free_port.sh")
    start_server_at "$port" "$@" > "$scratch/start.log" 2>&1 && return
  done
  cat "$scratch/start.log"; tail -n 20 "$1.log"; exit 1
}

# start_server_at PORT DIR [SETTINGS]: the same where its clients know it.
start_server_at() {
  as_owner "$PG_BIN/pg_ctl" -D "$2" -l "$2.log" -w -t 60 -s start -o "-p $1 -c listen_addresses=127.0.0.1 -c unix_socket_directories='' ${3:-}"
}

# new_server DIR [SETTINGS]: a server of its own at `port`, for tests that end one the hard way.
new_server() {
  mkdir -p "$1"
  if [ "$(id -un)" != "$PG_OWNER" ]; then chown "$PG_OWNER" "$1" "$scratch"; fi
  as_owner "$PG_BIN/initdb" -D "$1" -U postgres -A trust -E UTF8 --locale=C.UTF-8 > "$scratch/initdb.log" 2>&1 || { cat "$scratch/initdb.log"; exit 1; }
  servers+=("$1")
  start_server "$1" "${2:-}"
}
