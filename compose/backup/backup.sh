#!/bin/sh
# Backs up the servers one after the other: each is stopped, packed and started, the others go on. Services lose nothing
# meanwhile but what does not fit into their queues; Prometheus has a gap of some seconds.
#
#   backup/backup.sh [server…]
set -eu
cd "$(dirname "$0")/.."
servers=${*:-prometheus alertmanager loki tempo grafana}
name=$(date -u +%Y-%m-%dT%H%M%SZ)
mkdir -p "${BACKUP_DIR:-./backups}"
for server in $servers; do
  docker compose stop "$server"
  trap 'docker compose start "$server"' EXIT
  docker compose run --rm --no-deps backup "$server" "$name"
  docker compose start "$server"
  trap - EXIT
done
echo "secrets/ is not in it: keep grafana_secret_key of it as well, or Grafana cannot read what it had encrypted."
