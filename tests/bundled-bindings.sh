#!/bin/sh
# A rustc wrapper for `make check-features`: pgrx-pg-sys takes the bindings that it ships for its documentation,
# so that the extension is type-checked for PostgreSQL versions whose headers are not installed.
rustc=$1
shift
case " $* " in
  *" --crate-name pgrx_pg_sys "*) exec "$rustc" "$@" --cfg docsrs ;;
  *) exec "$rustc" "$@" ;;
esac
