#!/usr/bin/env bash
# Fuzzes every parser that a stranger can reach, for a bounded time, two targets at once; fails on the first finding.
#
#   shared/fuzz/run.sh [TARGET …]     all targets if none is named
#   FUZZ_SECONDS=60                   time for each, at most
#   FUZZ_SEED=0                       where the random choices start; 0 is anew every time
#
# A finding stays in shared/fuzz/artifacts/TARGET; mend it, then keep its input in shared/tests/found/TARGET.
# What the fuzzer learns is kept in the target folder, so that the next run goes on from there; with a fixed seed it begins anew.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
shared=$(dirname "$here")
seconds=${FUZZ_SECONDS:-60}
choices=${FUZZ_SEED:-0}
target_dir=${CARGO_TARGET_DIR:-$(dirname "$shared")/target}/fuzz
host=$(rustc -vV | sed -n 's/^host: //p')
all=(jsonld verify unbake names)
targets=("${@:-${all[@]}}")
work=$target_dir/work

# The compiler's own coverage pass is all that libFuzzer needs; it is there on stable Rust. Naming the target keeps it
# out of build scripts.
export RUSTFLAGS="-Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
-Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table \
-Cllvm-args=-sanitizer-coverage-trace-compares"
# The product's versions of everything; libFuzzer's are fixed in Cargo.toml.
cp "$(dirname "$shared")/Cargo.lock" "$here/Cargo.lock"
cargo build --quiet --release --manifest-path "$here/Cargo.toml" --target "$host" --target-dir "$target_dir"

# Files with zero bytes between: a credential and the documents that stand at its addresses.
joined() {
  local out=$1 file; shift
  cat "$1" >"$out"; shift
  for file in "$@"; do { printf '\0'; cat "$file"; } >>"$out"; done
}

# What the tests hold is where the fuzzer starts.
seed() {
  local target=$1 seeds=$work/$1/seeds tests=$shared/tests
  rm -rf "$seeds"
  [ "$choices" = 0 ] || rm -rf "$work/$target/corpus"
  mkdir -p "$seeds" "$work/$target/corpus" "$here/artifacts/$target"
  [ ! -d "$tests/found/$target" ] || cp "$tests/found/$target"/* "$seeds/"
  case $target in
    jsonld) cp "$tests"/badges/*.json "$tests"/vectors/1edtech-validator/*.json "$seeds/" ;;
    verify)
      cp "$tests"/badges/*.json "$tests"/vectors/1edtech-validator/*.json "$seeds/"
      joined "$seeds/with-documents" "$tests"/vectors/1edtech-validator/simple-did-web-method.json "$tests"/badges/*.json
      { printf '~{"alg":"RS256","kid":"https://badges.example/key"}\n'; tr -d '\n' <"$tests/badges/minimal.json"; printf '\nAA'; } >"$seeds/token"
      ;;
    unbake) cp "$tests"/vectors/1edtech-validator/*.png "$tests"/vectors/1edtech-validator/*.svg "$seeds/" ;;
    names)
      cp "$tests"/it/keys/*.pub.pem "$seeds/"
      printf '2026-11-23T16:48:31.5+09:00' >"$seeds/time"
      printf 'did:web:badges.example%%3A8443:a:b' >"$seeds/did-web"
      printf 'z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2' >"$seeds/multikey"
      printf 'uH4sIAAAAAAAAA-3BMQEAAADCoPVPbQwfoAAAAAAAAAAAAAAAAAAAAIC3AYbSVKsAQAAA' >"$seeds/list"
      printf '{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}' >"$seeds/jwk"
      ;;
  esac
}

# A fixed seed makes the same inputs everywhere. It ends after about as many as a minute makes on two cores, so that a quicker machine goes no farther.
most() { case $1 in jsonld) echo 50000 ;; verify | unbake) echo 400000 ;; names) echo 900000 ;; esac; }

fuzz() {
  local target=$1 log=$work/$1/log options=()
  case $target in jsonld | verify) options+=("-dict=$here/jsonld.dict") ;; esac
  [ "$choices" = 0 ] || options+=("-runs=$(most "$target")")
  # Ten seconds for one input and half a gigabyte for all are findings too.
  if ! "$target_dir/$host/release/$target" -max_total_time="$seconds" -seed="$choices" -timeout=10 -rss_limit_mb=512 -verbosity=0 \
      -print_final_stats=1 "${options[@]}" -artifact_prefix="$here/artifacts/$target/" \
      "$work/$target/corpus" "$work/$target/seeds" >"$log" 2>&1; then
    tail -n 60 "$log" >&2
    printf 'fuzz: %s has a finding, see %s\n' "$target" "$here/artifacts/$target" >&2
    return 1
  fi
  printf 'fuzz: %s ran %s inputs in %s seconds at most\n' "$target" "$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")" "$seconds"
}

pids=() failed=0
for target in "${targets[@]}"; do
  seed "$target"
  fuzz "$target" & pids+=($!)
  if [ ${#pids[@]} = 2 ]; then
    for pid in "${pids[@]}"; do wait "$pid" || failed=1; done
    pids=()
  fi
done
for pid in "${pids[@]}"; do wait "$pid" || failed=1; done
exit $failed
