#!/bin/sh
# Puts a backup back: backup/restore.sh 2026-01-31T120000Z [server…]
set -eu
cd "$(dirname "$0")/.."
name=$1
shift
for server in ${*:-prometheus alertmanager loki tempo grafana}; do
  docker compose stop "$server"
  docker compose run --rm --no-deps restore "$server" "$name"
  docker compose start "$server"
done
