#!/usr/bin/env bash
# The library reads and writes UTF-8: a database with another encoding is told so when it is to get the extension, and stays as it was.
. "$(dirname "$0")/../scene.sh"
drop() { sql postgres -c 'set client_min_messages = warning' -c 'drop database if exists encodings'; }
trap drop EXIT
for encoding in LATIN1 SQL_ASCII WIN1252; do
  drop
  sql postgres -c "create database encodings encoding '$encoding' locale 'C' template template0"
  refuses "$encoding has no extension" "ERROR:  pg_badges needs a database with encoding UTF8, not $encoding
HINT:  Make one: create database ... encoding 'UTF8' template template0." encodings 'create extension pg_badges'
  is "and stays as it was" "$(sql encodings -c "select (select count(*) from pg_extension where extname = 'pg_badges'), (select count(*) from pg_namespace where nspname = 'badges')")" '0|0'
done
# An encoding of several bytes cannot even read the script, and PostgreSQL says so.
drop
sql postgres -c "create database encodings encoding 'EUC_JP' locale 'C' template template0"
refuses 'EUC_JP has no extension' 'invalid byte sequence for encoding "EUC_JP"' encodings 'create extension pg_badges'
is 'and stays as it was' "$(sql encodings -c "select count(*) from pg_extension where extname = 'pg_badges'")" 0
drop
sql postgres -c "create database encodings encoding 'UTF8' locale 'C' template template0"
is 'UTF8 has, whatever the locale' "$(sql encodings -c 'create extension pg_badges' -c "select badges.jcs('{\"名\": \"é\"}'::jsonb)")" '{"名":"é"}'
