#!/bin/bash
# One upgrade in flight per bundle: the same request shares its answer, another one is told to wait; one pull.
set -eu
. "$top_srcdir/tests/integration/lib.sh"
. "$top_srcdir/tests/integration/bundle_org.sh"

for i in 1 2; do make_version "v$i" "word $i"; done
publish 1.0 1 v1 > /dev/null
mkdir "$work/www" && ln -s "$registry" "$work/www/registry"
python3 -u - "$work/www" > "$work/port" 2>> "$work/requests" <<-'P' &
	import http.server, os, sys
	os.chdir(sys.argv[1])
	s = http.server.ThreadingHTTPServer(("127.0.0.1", 0), http.server.SimpleHTTPRequestHandler)
	print(s.server_port)
	s.serve_forever()
	P
mine $!
until_ok 10 test -s "$work/port"
url=http://127.0.0.1:$(cat "$work/port")/registry
org
org_start
until_ok 10 all_run 1.0
fetched_twice() { grep -o 'GET [^ ]*' "$work/requests" | grep -v channel | sort | uniq -d; }
equal "three first starts are one pull" "$(fetched_twice)$(grep -c 'GET.*/bundle.json' "$work/requests")" 1

note "two requests for the same: the same rows, one pull"
publish 2.0 2 v2 > /dev/null
: > "$work/requests"
reevectl --json upgrade acme/web > "$work/first" & first=$!
mine "$first"
until_ok 10 has_seen upgrade.began
reevectl --json upgrade acme/web > "$work/second" & second=$!
mine "$second"
equal "another target" "$(exit_of reevectl upgrade acme/web --to "sha256:$(printf '%064d' 1)")" 7
contains "another target" "$(cat "$work/out")" "in flight"
equal "a rollback" "$(exit_of reevectl rollback acme/web)" 7
wait "$first" || fail "the first ended with $?"
wait "$second" || fail "the second ended with $?"
python3 -c 'import json, sys; a, b = (json.load(open(f)) for f in sys.argv[1:]); assert a["upgrade"] == b["upgrade"] and a["children"] == b["children"], (a, b)' \
	"$work/first" "$work/second" || fail "they were told different things"
equal "manifests" "$(grep -c 'GET.*/bundle.json' "$work/requests")" 1
equal "nothing was fetched twice" "$(fetched_twice)" ""
equal "upgrades" "$(seen upgrade.began)" 1

note "it is free again afterwards"
upgrade 0
equal "result" "$(answered "a['upgrade']['result']")" noop
org_stop
