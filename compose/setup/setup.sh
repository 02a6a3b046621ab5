#!/bin/sh
# Makes on first use what no repository may hold: the password of Grafana's admin, its key, the token of the demo shop.
# And it puts together the configuration of Alertmanager, with a receiver for each address that somebody has written
# into a file. It needs a POSIX shell and nothing else, and may run again at any time: what is there stays.
#
#   SECRETS_DIR        what people read and write: one file for each secret
#   ALERTS_DIR         alertmanager.yml and templates/ of @sightline/alerts
#   RECEIVERS_FILE     alertmanager.yml with every receiver
#   GRAFANA_DIR, ALERTMANAGER_DIR, SHOP_DIR   what the servers read; a user for each: GRAFANA_USER, …
set -eu
umask 077

secrets=${SECRETS_DIR:-/secrets}
alerts=${ALERTS_DIR:-/alerts}
receivers=${RECEIVERS_FILE:-/receivers/alertmanager.yml}
grafana=${GRAFANA_DIR:-/out/grafana}
alertmanager=${ALERTMANAGER_DIR:-/out/alertmanager}
shop=${SHOP_DIR:-/out/shop}

random() {
  head -c 32 /dev/urandom | od -An -v -tx1 | tr -d ' \n'
}

# Writes a secret that is not there yet, whole or not at all.
once() {
  [ -s "$secrets/$1" ] && return 0
  random >"$secrets/$1.new"
  mv "$secrets/$1.new" "$secrets/$1"
  echo "made secrets/$1"
}

# Hands what was written to the user that reads it; without the right to, everything is one user's anyway.
hand_over() {
  [ "$(id -u)" = 0 ] && [ -n "$2" ] && chown -R "$2" "$1"
  return 0
}

mkdir -p "$secrets" "$grafana" "$alertmanager/secrets" "$alertmanager/templates" "$shop"
once grafana_admin_password
once grafana_secret_key
once shop_token
# Files to write an address or a key into; while a file is empty, its receiver is not there.
for name in $(sed -n 's|.*_file: .*/secrets/\([a-z_]*\).*|\1|p' "$receivers"); do
  [ -e "$secrets/$name" ] || : >"$secrets/$name"
  cat "$secrets/$name" >"$alertmanager/secrets/$name"
done
# Whoever owns the folder reads them, not root alone.
hand_over "$secrets" "$(stat -c %u:%g "$secrets")"

cat "$secrets/grafana_admin_password" >"$grafana/admin_password"
cat "$secrets/grafana_secret_key" >"$grafana/secret_key"
cat "$secrets/shop_token" >"$shop/token"
cp "$alerts"/templates/*.tmpl "$alertmanager/templates/"

# Routes of your own, as `sightline alerts generate` writes them, are taken as they are.
source=$receivers
if grep '^  - name: ' "$alerts/alertmanager.yml" | grep -qv 'name: nobody$'; then source=$alerts/alertmanager.yml; fi

# A receiver begins with `    name_configs:` and takes the lines that are further in. One whose secret is to be in an empty
# file goes; a group of receivers without any left goes as a whole, and the routes that name it lead to nobody.
# Names of folders come by the environment, and are put in as they are: with -v and sub, `&` and a backslash would mean something.
FOLDER="$alertmanager/secrets/" SHOWN="${ALERTMANAGER_SECRETS_SHOWN:-/etc/alertmanager/secrets/}" awk '
  function moved(text, to,   at) {
    at = index(text, within)
    return at ? substr(text, 1, at - 1) to substr(text, at + length(within)) : text
  }
  # In quotes where it is not the usual one: a blank with a # behind it would begin a comment.
  function shown(line,   path) {
    if (seen == within || line !~ /_file: / || !index(line, within)) return line
    path = moved(substr(line, index(line, within)), seen)
    gsub(quote, quote quote, path)
    return substr(line, 1, index(line, within) - 1) quote path quote
  }
  function filled(path,   line, found) {
    path = moved(path, folder)
    found = 0
    while ((getline line <path) > 0) if (line != "") found = 1
    close(path)
    return found
  }
  BEGIN {
    within = "/etc/alertmanager/secrets/"
    folder = ENVIRON["FOLDER"]
    seen = ENVIRON["SHOWN"]
    quote = sprintf("%c", 39)
  }
  { lines[NR] = $0 }
  /^  - name: / { name = substr($0, 11); block = 0 }
  /^    [a-z0-9]+_configs:/ { block = NR; owner[NR] = name; kept[NR] = 1 }
  block && /_file: / && index($0, within) { kept[block] = filled($NF) }
  END {
    for (each in kept) if (kept[each]) used[owner[each]] = 1
    for (i = 1; i <= NR; i++) {
      line = lines[i]
      if (line ~ /^[a-z]/) left_out = dropped = 0
      if (line ~ /^  - name: /) { name = substr(line, 11); dropped = name != "nobody" && !(name in used); left_out = 0 }
      if (i in kept) left_out = !kept[i]
      if (line ~ /receiver: /) {
        name = line
        sub(/.*receiver: /, "", name)
        if (name != "nobody" && !(name in used)) line = substr(line, 1, length(line) - length(name)) "nobody"
      }
      if (!dropped && !left_out) print shown(line)
    }
  }
' "$source" >"$alertmanager/alertmanager.yml.new"
mv "$alertmanager/alertmanager.yml.new" "$alertmanager/alertmanager.yml"

hand_over "$grafana" "${GRAFANA_USER:-}"
hand_over "$alertmanager" "${ALERTMANAGER_USER:-}"
hand_over "$shop" "${SHOP_USER:-}"
