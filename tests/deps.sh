#!/usr/bin/env bash
# Installs what the build, the tests and the demo need and this machine lacks, and says so; quick when nothing is missing.
#   tests/deps.sh build     PostgreSQL with headers, libclang, cargo-pgrx
#   tests/deps.sh check     … and cargo-deny
#   tests/deps.sh browser   Chromium with its driver, a Japanese font, readers of PDF
#   tests/deps.sh interop   Node.js with npm, Python with venv
#   tests/deps.sh fuzz      a C++ compiler, for libFuzzer
#   tests/deps.sh bench     Python inside PostgreSQL with its package for signatures, to be measured against
set -euo pipefail

major=${PG_MAJOR:-15}
pg_config=${PGRX_PG_CONFIG_PATH:-/usr/lib/postgresql/$major/bin/pg_config}
pgrx_version=0.18.1
deny_version=0.20.2

say() { printf 'deps: %s\n' "$*"; }
fail() { printf 'deps: %s\n' "$*" >&2; exit 1; }

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"
  elif command -v sudo >/dev/null; then sudo "$@"
  else fail "this needs root: run it as root, install sudo, or install by hand: ${missing[*]}"; fi
}

missing=()
# want PACKAGE COMMAND-OR-FILE: the package is missing unless the command (or file pattern) is there.
want() {
  case $2 in
    /*) compgen -G "$2" >/dev/null || missing+=("$1") ;;
    *) command -v "$2" >/dev/null || missing+=("$1") ;;
  esac
}

apt_install() {
  [ ${#missing[@]} -gt 0 ] || return 0
  command -v apt-get >/dev/null || fail "no apt-get here; install the equivalents of: ${missing[*]}"
  say "installing with apt-get: ${missing[*]}"
  as_root apt-get update -qq
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
  missing=()
}

# cargo_tool NAME VERSION: built from source once per machine, kept in cargo's own bin folder.
cargo_tool() {
  local have
  have=$(cargo "${1#cargo-}" --version 2>/dev/null | awk '{print $NF}') || true
  [ "$have" != "$2" ] || return 0
  say "building $1 $2 (once per machine, some minutes on two cores)"
  # A tool that runs for seconds is not worth minutes of optimising.
  CARGO_PROFILE_RELEASE_OPT_LEVEL=0 CARGO_PROFILE_RELEASE_LTO=off CARGO_PROFILE_RELEASE_CODEGEN_UNITS=256 \
    cargo install --quiet --locked "$1" --version "$2"
}

build() {
  # A PostgreSQL that somebody built is theirs to complete.
  if [ "$pg_config" = "/usr/lib/postgresql/$major/bin/pg_config" ]; then
    want "postgresql-$major" "/usr/lib/postgresql/$major/bin/postgres"
    want "postgresql-server-dev-$major" "/usr/include/postgresql/$major/server/postgres.h"
  elif [ ! -e "$("$pg_config" --includedir-server)/postgres.h" ]; then
    fail "$pg_config (PG_CONFIG) names no PostgreSQL with headers"
  fi
  want libclang-dev "/usr/lib/llvm-*/lib/libclang.so*"
  want clang clang
  want gcc gcc
  want pkg-config pkg-config
  apt_install
  cargo_tool cargo-pgrx "$pgrx_version"
}

browser() {
  want chromium /usr/bin/chromium
  want chromium-driver /usr/bin/chromedriver
  want fonts-noto-cjk "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc"
  want poppler-utils pdfinfo
  apt_install
}

interop() {
  want nodejs node
  want npm npm
  want python3-venv python3
  apt_install
}

fuzz() {
  want g++ g++
  apt_install
}

bench() {
  want "postgresql-plpython3-$major" "/usr/lib/postgresql/$major/lib/plpython3.so"
  want python3-cryptography "/usr/lib/python3/dist-packages/cryptography"
  apt_install
}

for group in "${@:-build}"; do
  case $group in
    build) build ;;
    check) build; cargo_tool cargo-deny "$deny_version" ;;
    browser) browser ;;
    interop) interop ;;
    fuzz) fuzz ;;
    bench) bench ;;
    *) fail "unknown group '$group'; one of: build check browser interop fuzz bench" ;;
  esac
done
