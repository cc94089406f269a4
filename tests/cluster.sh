#!/usr/bin/env bash
# A private PostgreSQL with the extension, for tests and the demo. The system's own server is neither used nor changed.
#
#   tests/cluster.sh run -- COMMAND…   a throwaway cluster around COMMAND; its address is in PGHOST, PGPORT, PGUSER, PGPASSWORD, PGDATABASE, DATABASE_URL
#   tests/cluster.sh start DIR         a kept cluster; DIR/env holds the same variables to be sourced (CLUSTER_ENV_FILE names another place)
#   tests/cluster.sh stop DIR          stops it; the data stays
#   tests/cluster.sh prepare           only the private copy of PostgreSQL, with the extension if it is built
#
# PostgreSQL is relocatable: a copy of Debian's tree finds its own lib and share folders, so the extension is installed without root.
# PostgreSQL refuses to run as root: then everything runs as the package's user `postgres`.
set -euo pipefail

here=$(cd "$(dirname "$0")/.." && pwd)
major=${PG_MAJOR:-15}
system=/usr/lib/postgresql/$major
target=${CARGO_TARGET_DIR:-$here/target}
package=$target/release/pg_badges-pg$major
owner=$(id -un)
[ "$owner" != root ] || owner=postgres

fail() { printf 'cluster: %s\n' "$*" >&2; exit 1; }

# Runs a command as the user that may own a cluster.
as_owner() {
  if [ "$(id -un)" = "$owner" ]; then (cd / && "$@"); else (cd / && runuser -u "$owner" -- "$@"); fi
}

# Where private files may live: below target/ if the cluster's user can get there, else in /var/tmp under a name of this checkout.
private_home() {
  mkdir -p "$target"
  local aside
  aside=/var/tmp/pg-badges-$(printf %s "$target" | sha256sum | cut -c1-12)
  if as_owner test -x "$target"; then printf '%s\n' "$target"; return; fi
  mkdir -p "$aside"
  [ -O "$aside" ] || fail "$aside belongs to somebody else; remove it, or build where the user '$owner' may enter"
  chmod 755 "$aside"
  printf '%s\n' "$aside"
}

home=''
bin=''

# Copies the distribution's PostgreSQL once, and the extension whenever it was built anew.
prepare() {
  [ -x "$system/bin/postgres" ] || fail "PostgreSQL $major is not installed ($system/bin/postgres is missing); run 'make deps'"
  id "$owner" >/dev/null 2>&1 || fail "the user '$owner' does not exist; install the distribution's postgresql-$major package"
  home=$(private_home)/postgres-$major
  bin=$home/usr/lib/postgresql/$major/bin
  mkdir -p "$home"
  (
    flock 9
    local version
    # The names of all modules too: one that is installed later is to be copied.
    version=$("$system/bin/postgres" --version; ls "$system/lib" "/usr/share/postgresql/$major/extension" | sha256sum)
    if [ "$(cat "$home/version" 2>/dev/null)" != "$version" ]; then
      rm -rf "$home/usr" && mkdir -p "$home/usr/lib/postgresql" "$home/usr/share/postgresql"
      cp -a "$system" "$home/usr/lib/postgresql/"
      cp -a "/usr/share/postgresql/$major" "$home/usr/share/postgresql/"
      printf '%s\n' "$version" > "$home/version"
    fi
    if [ -d "$package/usr" ]; then cp -ru "$package/usr" "$home/"; fi
  ) 9> "$home/lock"
}

# start_cluster DIR [SETTING…]: initialises DIR once, starts it, writes its address.
start_cluster() {
  local dir=$1 port password attempt env_file
  shift
  prepare
  env_file=${CLUSTER_ENV_FILE:-$dir/env}
  mkdir -p "$dir" "$(dirname "$env_file")"
  [ "$(id -un)" = "$owner" ] || chown "$owner" "$dir"
  if [ ! -s "$dir/data/PG_VERSION" ]; then
    password=$(od -An -N18 -tx1 /dev/urandom | tr -d ' \n')
    as_owner sh -c "umask 077 && printf '%s\n' $password > '$dir/password'"
    as_owner "$bin/initdb" -D "$dir/data" -U postgres -A scram-sha-256 --pwfile="$dir/password" -E UTF8 --locale=C.UTF-8 > "$dir/initdb.log" 2>&1 \
      || { cat "$dir/initdb.log" >&2; fail "initdb failed in $dir"; }
  fi
  password=$(cat "$dir/password")
  for attempt in 1 2 3 4 5; do
    port=$("$here/tests/free_port.sh")
    if as_owner "$bin/pg_ctl" -D "$dir/data" -l "$dir/server.log" -w -t 60 -s start \
      -o "-p $port -c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c max_connections=200 $*" 2>/dev/null; then
      ( umask 077
        cat > "$env_file" <<ENV
export PGHOST=127.0.0.1 PGPORT=$port PGUSER=postgres PGPASSWORD=$password PGDATABASE=postgres
export DATABASE_URL=postgres://postgres:$password@127.0.0.1:$port/postgres
export PG_BIN=$bin PGDATA=$dir/data PG_OWNER=$owner
export PATH=$bin:\$PATH
ENV
      )
      return
    fi
    if as_owner "$bin/pg_ctl" -D "$dir/data" status >/dev/null 2>&1; then fail "a server already runs in $dir; 'tests/cluster.sh stop $dir' ends it"; fi
  done
  tail -n 20 "$dir/server.log" >&2 || true
  fail "the server did not start; its log is $dir/server.log"
}

stop_cluster() {
  prepare
  if as_owner "$bin/pg_ctl" -D "$1/data" status >/dev/null 2>&1; then as_owner "$bin/pg_ctl" -D "$1/data" -s -m "${2:-fast}" -w stop; fi
  if [ -z "${CLUSTER_ENV_FILE:-}" ]; then rm -f "$1/env"; fi
}

case ${1:-} in
  prepare) prepare; printf '%s\n' "$home" ;;
  # The cluster's folder must be reachable by its user; a DIR below an unreachable one is moved aside and printed.
  start)
    [ $# -ge 2 ] || fail "usage: tests/cluster.sh start DIR"
    mkdir -p "$2"
    start_cluster "$(cd "$2" && pwd)" ;;
  stop)
    [ $# -ge 2 ] || fail "usage: tests/cluster.sh stop DIR"
    [ -d "$2" ] || exit 0
    stop_cluster "$(cd "$2" && pwd)" ;;
  home) prepare >/dev/null; private_home ;;
  run)
    [ "${2:-}" = -- ] && [ $# -ge 3 ] || fail "usage: tests/cluster.sh run -- COMMAND…"
    shift 2
    dir=$(private_home)/throwaway/$$
    mkdir -p "$dir"
    chmod 755 "$dir" "$(dirname "$dir")"
    trap 'stop_cluster "$dir" immediate || true; rm -rf "$dir"' EXIT
    trap 'exit 130' INT TERM
    # Nothing here has to survive a power cut.
    start_cluster "$dir" -c fsync=off -c synchronous_commit=off -c full_page_writes=off -c wal_level=logical ${CLUSTER_SETTINGS:-}
    # shellcheck source=/dev/null
    . "$dir/env"
    cd "$here"
    "$@" ;;
  *) fail "usage: tests/cluster.sh run -- COMMAND… | start DIR | stop DIR | home | prepare" ;;
esac
