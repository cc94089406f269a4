#!/usr/bin/env bash
# Independent libraries judge what is issued here, and what they issue is judged here; the network is used for installing only.
#
#   tests/interop/run.sh DIRECTORY     DIRECTORY holds the demo's credential.json and map.json (address or DID → file)
#   LTI_TOOL, ISSUE_EVERY_FORM, SCHEMA_DEPARTURES   the built programs, target/debug's if not named
#   OPEN_BADGES_SCHEMA                 the JSON schema that 1EdTech publishes, which may not be copied here (official_schema.mjs)
#
# Every line is a case, `ok  ` or `FAIL`; the last one counts them.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
directory=${1:?"usage: tests/interop/run.sh DIRECTORY (with credential.json and map.json)"}
for file in credential.json map.json; do
  [ -f "$directory/$file" ] || { printf 'interop: %s/%s is missing\n' "$directory" "$file" >&2; exit 2; }
done
directory=$(cd "$directory" && pwd)
target=${CARGO_TARGET_DIR:-$here/../../target}
tool=${LTI_TOOL:-$target/debug/lti-tool}
issue=${ISSUE_EVERY_FORM:-$target/debug/examples/issue_every_form}
departures=${SCHEMA_DEPARTURES:-$target/debug/examples/schema_departures}
venv=$target/interop/python
work=$target/interop/run.$$
mkdir -p "$work"
trap 'rm -rf "$work"' EXIT

# Two runs at once install once.
(
  flock 9
  cd "$here"
  if [ ! -f node_modules/.package-lock.json ] || [ package-lock.json -nt node_modules/.package-lock.json ]; then
    npm ci --no-audit --no-fund --ignore-scripts --loglevel=error
  fi
  if [ ! -f "$venv/installed" ] || [ requirements.txt -nt "$venv/installed" ]; then
    python3 -m venv "$venv"
    "$venv/bin/pip" install --quiet --disable-pip-version-check --require-hashes --only-binary=:all: -r requirements.txt
    touch "$venv/installed"
  fi
) 9< "$here/package.json"

# theirs DIRECTORY: our verdicts on what another library issued, against its cases.tsv.
theirs() {
  local file expected found verdict
  while IFS=$'\t' read -r file expected; do
    found=$("$tool" verify "$1/$file" --documents "$1" 2>&1 | head -n 1) || true
    case $found in "lti-tool: "*": the picture "*) found='no badge' ;; esac
    verdict=FAIL
    [ "$found" != "$expected" ] || verdict='ok  '
    printf '%s lti-tool: %s of %s is %s (%s)\n' "$verdict" "$file" "$(basename "$1")" "$expected" "$found"
  done < "$1/cases.tsv"
}

# What is printed but not a case goes to standard error; a script that breaks off is a failed case.
cases() {
  "$@" || printf 'FAIL %s ended with status %s\n' "$(basename "$2")" $?
}

{
  cases node "$here/judge.mjs" "$directory" | grep -v 'passed, '
  "$issue" "$work/ours"
  cases node "$here/official_schema.mjs" "$departures" "$directory/credential.json" "$work"/ours/{rdfc,set,expired,revoked,everything}.json "$work"/ours/{rs256,es256}.jwt
  cases node "$here/judge_forms.mjs" "$work/ours"
  cases "$venv/bin/python" "$here/judge_forms.py" "$work/ours"
  cases node "$here/issue.mjs" "$work/javascript" && theirs "$work/javascript"
  cases "$venv/bin/python" "$here/issue.py" "$work/python" && theirs "$work/python"
} | tee "$work/cases"

passed=$(grep -c '^ok  ' "$work/cases" || true)
failed=$(grep -c '^FAIL' "$work/cases" || true)
printf '%s passed, %s failed\n' "$passed" "$failed"
# Fewer cases than there were is a script that went quiet.
[ "$failed" = 0 ] && [ "$passed" -ge 105 ]
