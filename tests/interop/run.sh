#!/usr/bin/env bash
# Independent verifiers judge what the tool issued; the network is used for `npm ci` only.
#
#   tests/interop/run.sh DIRECTORY     DIRECTORY holds credential.json and map.json (address or DID → file)
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
directory=${1:?"usage: tests/interop/run.sh DIRECTORY (with credential.json and map.json)"}
for file in credential.json map.json; do
  [ -f "$directory/$file" ] || { printf 'interop: %s/%s is missing\n' "$directory" "$file" >&2; exit 2; }
done
directory=$(cd "$directory" && pwd)

# Two runs at once install once.
(
  flock 9
  cd "$here"
  if [ ! -f node_modules/.package-lock.json ] || [ package-lock.json -nt node_modules/.package-lock.json ]; then
    npm ci --no-audit --no-fund --loglevel=error
  fi
) 9< "$here/package.json"

node "$here/judge.mjs" "$directory"
