#!/usr/bin/env bash
# Writes the scripts of `alter extension pg_badges update` beside the installation script that cargo-pgrx has written:
#   pg-badges/upgrades.sh FOLDER        the folder that holds pg_badges.control
# sql/upgrades/OLD.sql says what the tables of version OLD lack; if there is a version between, it ends with `\i upgrades/NEXT.sql`, so that what
# this version adds is said once, in the newest of them. In place of a line `\i NAME` comes that file of sql/, in place of `\definitions` the
# functions, views, comments and grants of this version, from the same files as a fresh installation: they cannot differ.
set -euo pipefail
sql=$(cd "$(dirname "$0")/sql" && pwd)
folder=$1
version=$(sed -nE "s/^default_version *= *'([^']+)'.*/\1/p" "$folder/pg_badges.control")
installation=$folder/pg_badges--$version.sql
[ -s "$installation" ] || { printf 'upgrades: %s is missing; build the extension first\n' "$installation" >&2; exit 1; }

# Every version's functions written in Rust are replaced; `create or replace` keeps what depends on them.
definitions() {
  awk '/^CREATE +FUNCTION/ { copying = 1; sub(/CREATE +FUNCTION/, "create or replace function") } copying { print } /^[[:space:]]*AS .MODULE_PATHNAME/ { copying = 0 }' "$installation"
  printf '\n'
  cat "$sql"/2[0-9]_*.sql "$sql"/30_views.sql "$sql"/31_reports_parts.sql "$sql"/31_reports.sql "$sql"/31_reports_overall.sql "$sql"/31_reports_use.sql "$sql"/31_reports_filed.sql "$sql"/31_reports_definitions.sql \
    "$sql"/80_comments.sql "$sql"/81_people_comments.sql "$sql"/31_reports_comments.sql "$sql"/90_grants.sql
}

# with_files FILE: the file, and in place of a line `\i NAME` that file of sql/, whose lines are read in the same way.
with_files() {
  local line
  while IFS= read -r line; do
    case $line in
      '\definitions') definitions ;;
      '\i '*) with_files "$sql/${line#'\i '}" ;;
      *) printf '%s\n' "$line" ;;
    esac
  done < "$1"
}

# What an earlier version left here would make PostgreSQL offer updates to that version.
find "$folder" -name 'pg_badges--*.sql' ! -name "pg_badges--*$version.sql" -delete
for file in "$sql"/upgrades/*.sql; do
  old=$(basename "$file" .sql)
  with_files "$file" > "$folder/pg_badges--$old--$version.sql"
done
