#!/usr/bin/env bash
# A port of 127.0.0.1 that nobody listens on now. It is below those that Linux gives to outgoing connections (from 32768 on):
# one of these may take a free port between this look and its use, and keeps it from a server that restarts.
while :; do
  port=$((RANDOM % 12000 + 20000))
  (exec 3<> "/dev/tcp/127.0.0.1/$port") 2> /dev/null || { printf '%s\n' "$port"; exit; }
done
