#!/bin/bash
# What an upgrade keeps and what it does not: state stays, dropped files go, modes are the manifest's, names are the org's.
set -eu
. "$top_srcdir/tests/integration/lib.sh"
. "$top_srcdir/tests/integration/bundle_org.sh"

umask 000
for i in 1 2 3; do make_version "v$i" "word $i"; done
sed -i 's|^exec|printf "%s\\n" "$WHO" >> "$STATE/seen"\n&|' "$work"/v?/bin/web
echo "only in version 1" > "$work/v1/share/dropped"
publish 1.0 1 v1 --state data:0700 > /dev/null
org 'environment = STATE=%(state_dir)s,WHO=%(group_name)s:%(program_name)s'
mkdir "$work/elsewhere"
sed -i 's|^store = .*|store = store|; s|^state_dir = .*|state_dir = state|' "$conf" # beside reeve.ini, wherever reeve is
chmod go-w "$conf"

note "the store is one folder, however it is written and wherever reeve is started"
cd "$work/elsewhere"
org_start
cd "$work"
until_ok 10 all_run 1.0
[ -d "$work/store/trees" ] && [ -z "$(ls -A "$work/elsewhere")" ] || fail "the store went elsewhere"

note "--check-startup: fine, and it changes nothing"
pids=$(ask status all "[c['pid'] for c in a['children']]")
equal "exit" "$(exit_of reeve -c "$conf" --check-startup)" 0
equal "processes" "$(ask status all "[c['pid'] for c in a['children']]")" "$pids"

note "modes are the manifest's, not the umask's"
equal "writable for others" "$(find "$(tree)" -perm /022 ! -type l)" ""

note "a file that the new version dropped is gone, what a child wrote is there, and it is who it was"
state=$(dirname "$(find "$work/state" -name seen | grep acme)")
echo "precious" > "$state/data/mine"
publish 2.0 2 v2 --state data:0700 > /dev/null
upgrade 0
[ ! -e "$(tree)/share/dropped" ] || fail "a dropped file stayed"
equal "its own file" "$(cat "$state/data/mine")" precious
equal "mode of its data" "$(stat -c %a "$state/data")" 700
equal "name and environment" "$(sort -u "$state/seen")" "acme:web"
equal "two lives" "$(grep -c . "$state/seen")" 2

note "the host lacks what the new version needs: the old processes are left alone"
sed -i '1s|.*|#!/usr/bin/no-such-interpreter|' "$work/v3/bin/web"
publish 3.0 3 v3 --state data:0700 > /dev/null
pids=$(ask status all "[c['pid'] for c in a['children']]")
upgrade 4
contains "what is missing" "$(answered "a['upgrade']['error']")" no-such-interpreter
equal "processes" "$(ask status all "[c['pid'] for c in a['children']]")" "$pids"
equal "the pointer" "$(ask bundles "a['bundles'][0]['version']")" 2.0
org_stop
