#!/usr/bin/env bash
# Installs what a measurement compares with, at the versions of the lock files: npm packages in the folder that is named, Python packages
# in an environment of their own under the target folder. Quick when it is done already.
#   tests/bench/install.sh peers|launch
set -euo pipefail

bench=$(cd "$(dirname "$0")" && pwd)
case ${1:-} in
  peers) environment=bench-peers ;;
  launch) environment=bench-launch-peers ;;
  *) echo 'install.sh: say peers or launch' >&2; exit 2 ;;
esac
environment=${CARGO_TARGET_DIR:-$bench/../../target}/$environment
cd "$bench/$1"
(
  flock 9
  if [ ! -f node_modules/.package-lock.json ] || [ package-lock.json -nt node_modules/.package-lock.json ]; then
    npm ci --no-audit --no-fund --loglevel=error
  fi
  if [ ! -f "$environment/done" ] || [ requirements.txt -nt "$environment/done" ]; then
    python3 -m venv "$environment"
    "$environment/bin/pip" install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
    touch "$environment/done"
  fi
) 9< package.json
