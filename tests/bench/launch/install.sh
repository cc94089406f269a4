#!/usr/bin/env bash
# Installs the libraries that launches are measured beside, at the versions of the lock files: npm packages beside this file, Python
# packages in an environment of their own under the target folder. Quick when it is done already.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
environment=${CARGO_TARGET_DIR:-$here/../../../target}/bench-launch-peers
(
  flock 9
  cd "$here"
  if [ ! -f node_modules/.package-lock.json ] || [ package-lock.json -nt node_modules/.package-lock.json ]; then
    npm ci --no-audit --no-fund --loglevel=error
  fi
  if [ ! -f "$environment/done" ] || [ requirements.txt -nt "$environment/done" ]; then
    python3 -m venv "$environment"
    "$environment/bin/pip" install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
    touch "$environment/done"
  fi
) 9< "$here/package.json"
