#!/bin/sh
# Packs the data of one server, which must not run: pack.sh prometheus 2026-01-31
set -eu
umask 077
target=/backups/$2-$1.tar.gz
tar -C "/data/$1" -czf "$target.new" .
# A backup that cannot be read is none.
tar -tzf "$target.new" >/dev/null
mv "$target.new" "$target"
ls -l "$target"
