#!/bin/sh
# Puts a backup in place of the data of one server, which must not run: unpack.sh prometheus 2026-01-31
set -eu
source=/backups/$2-$1.tar.gz
# All of it can be read, or nothing is touched.
tar -tzf "$source" >/dev/null
find "/data/$1" -mindepth 1 -maxdepth 1 -exec rm -rf {} +
tar -C "/data/$1" -xzpf "$source"
echo "$1 is as it was: $source"
