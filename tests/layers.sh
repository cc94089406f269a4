#!/usr/bin/env bash
# Who may name what: the direction of dependencies, as greps. Prints each crossing and fails if there is one.
set -uo pipefail
cd "$(dirname "$0")/.."

crossings=0
# none RULE PATTERN PATH [EXCEPT]: no Rust file below PATH, but for those matching EXCEPT, has the pattern outside comments.
none() {
  local rule=$1 pattern=$2 path=$3 except=${4:-^$} file hits
  [ -e "$path" ] || { printf 'layers: %s does not exist (rule: %s)\n' "$path" "$rule"; crossings=$((crossings + 1)); return; }
  while IFS= read -r file; do
    hits=$(grep -nE "$pattern" "$file" | grep -vE '^[0-9]+:\s*//') || continue
    printf 'layers: %s\n%s\n' "$rule" "$(printf '%s\n' "$hits" | sed "s|^|  $file:|")"
    crossings=$((crossings + 1))
  done < <(find "$path" -name '*.rs' | grep -vE "$except" | sort)
}

none 'shared does no I/O, has no clock, no async, no SQL, no HTTP' '\b(tokio|actix|sqlx|pgrx|reqwest|SystemTime)\b|std::(fs|net|env)\b' shared/src
none 'only lti-tool/src/store names sqlx' '\bsqlx::|use sqlx' lti-tool/src 'src/(store/|state\.rs|lib\.rs|error\.rs)'
none 'only platform/, completion/ and outbound name the HTTP client' '\breqwest\b' lti-tool/src 'src/(platform/|completion/|outbound)'
none 'only config.rs reads the environment' '\benv::(var|args|set_var)' lti-tool/src 'src/(config|cli|main)'
none 'the vocabulary lti/ names no framework' '\b(actix|actix_web|sqlx|reqwest)\b' lti-tool/src/lti
none 'lti-tool reaches the extension only through SQL' '\bpg_badges\b::' lti-tool/src
none 'only pg-badges/src/storage names Spi' '\bSpi\b' pg-badges/src 'src/storage/'
none 'only pg-badges/src/api has pg_extern' '\bpg_extern\b' pg-badges/src 'src/api/'
none 'only pg-badges/src/error.rs names SQLSTATEs' '\bPgSqlErrorCode\b|\bERRCODE_' pg-badges/src 'src/error\.rs'
none 'anyhow stays in main.rs' '\banyhow\b' lti-tool/src 'src/main\.rs'
none 'no string errors' 'Result<[^<>]*, *(String|&'"'"'static str)>' lti-tool/src
none 'no string errors' 'Result<[^<>]*, *(String|&'"'"'static str)>' shared/src
none 'no string errors' 'Result<[^<>]*, *(String|&'"'"'static str)>' pg-badges/src

for file in $(find shared lti-tool pg-badges tests -name '*.rs' -path '*/src/*' -not -path '*/target/*'); do
  lines=$(wc -l < "$file")
  if [ "$lines" -gt 500 ]; then printf 'layers: %s has %s lines, the wall is 500\n' "$file" "$lines"; crossings=$((crossings + 1)); fi
done

[ "$crossings" = 0 ] || { printf 'layers: %s crossed\n' "$crossings"; exit 1; }
printf 'layers: none crossed\n'
