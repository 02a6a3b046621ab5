#!/bin/sh
# Packs the data of one server, which must not run: pack.sh prometheus 2026-01-31
set -eu
umask 077
target=/backups/$2-$1.tar.gz
# Half a backup, as on a full disk, would take the room of what is to come.
trap 'rm -f "$target.new"' EXIT
tar -C "/data/$1" -czf "$target.new" .
# A backup that cannot be read is none.
tar -tzf "$target.new" >/dev/null
mv "$target.new" "$target"
ls -l "$target"
