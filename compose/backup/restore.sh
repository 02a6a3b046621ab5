#!/bin/sh
# Puts a backup back: backup/restore.sh 2026-01-31T120000Z [server…]
set -eu
cd "$(dirname "$0")/.."
name=${1:?names no backup: backup/restore.sh 2026-01-31T120000Z [server…]}
shift
for server in ${*:-prometheus alertmanager loki tempo grafana}; do
  docker compose stop "$server"
  # Also where there is no such backup: what the server had is untouched then.
  trap 'docker compose start "$server"' EXIT
  docker compose run --rm --no-deps restore "$server" "$name"
  docker compose start "$server"
  trap - EXIT
done
