#!/bin/bash
# A registry that lies, stalls, breaks off and sends elsewhere: each time one clear line, a failed pull,
# and a store that is bit for bit as it was. Where a second try can help it does.
set -eu
. "$top_srcdir/tests/integration/lib.sh"
. "$top_srcdir/tests/integration/registry/store.sh"
need python3
export REEVE_STORE=$top_builddir/tests/helpers/reeve-store-hasty

serve hostile
make_version v1 one
publish acme/mail 1.0.0 1 v1 > /dev/null
drive -- pull commit
make_version v2 two
head -c 300000 /dev/urandom > "$work/v2/lib/big"
second=$(publish acme/mail 2.0.0 2 v2)
before=$(state_of "$store")

# spoilt WHAT CODE PLAN-LINE...: this plan refuses the pull and changes nothing.
spoilt() {
	local what=$1 code=$2; shift 2
	note "$what: $code"
	printf '%s\n' "$@" "/o/ status 404" > "$work/plan"
	rm -rf "$store/partial/"*
	refused "$what" "$code" -- pull
	equal "$what: the store afterwards" "$(state_of "$store")" "$before"
	equal "$what: staging" "$(ls -A "$store/tmp" "$store/trash")" "$store/tmp:

$store/trash:"
}

# cured WHAT PLAN-LINE...: this plan only costs another try.
cured() {
	local what=$1; shift
	note "$what: cured by another try"
	printf '%s\n' "$@" "/o/ status 404" > "$work/plan"
	wipe "$store"
	restart_hostile
	drive -- pull commit list
	contains "$what" "$out" "digest=$second"
}

for file in channel/stable.json bundle.json payload; do
	spoilt "$file: nothing there" not-found "$file status 404"
	spoilt "$file: gone" not-found "$file status 410"
	spoilt "$file: broken server" http-status "$file status 500"
	spoilt "$file: too many requests" http-status "$file status 429 Retry-After: 1000000"
	spoilt "$file: forbidden" denied "$file status 403"
	spoilt "$file: hangs up at once" offline "$file close"
	spoilt "$file: stalls" too-slow "$file stall"
	spoilt "$file: drips" too-slow "$file slow"
	spoilt "$file: never ends" size "$file endless"
	spoilt "$file: to another host" redirect "$file redirect http://127.0.0.2:1PATH"
	spoilt "$file: to a file" redirect "$file redirect file:///etc/passwd"
	spoilt "$file: round and round" redirect "$file redirect PATH"
	spoilt "$file: breaks off" offline "$file truncate 10"
done
for file in bundle.json payload; do
	spoilt "$file: one bit wrong" digest "$file wrong"
	spoilt "$file: a page instead" digest "$file html"
	spoilt "$file: one byte less" digest "$file short 1"
done
spoilt "channel: a page instead" channel "channel html"
spoilt "payload: more than was signed" size "payload long"
spoilt "payload: a header without end" offline "payload head 200000"
spoilt "payload: not where the manifest says" digest "bundle.json html" "payload -"

note "nobody is asked to compress"
grep -vq 'accept=-$' "$work/log" && fail "something asked for an encoding: $(grep -v 'accept=-$' "$work/log" | head -1)"

cured "breaks off once" "payload once truncate 1000"
grep -q "payload.*range=bytes=1000-" "$work/log" || fail "the download did not go on where it stopped"
cured "another file behind the same name" "payload etag"
cured "a server without ranges" "payload norange"
cured "a server with wrong ranges" "payload badrange"
cured "a broken answer once" "payload once status 503"
ln -s . "$registry/away"
cured "a redirect to another place of the same server" "away -" "payload redirect /awayPATH"

note "a download that failed goes on in the next pull"
wipe "$store"; restart_hostile
printf 'payload truncate 50000\n/o/ status 404\n' > "$work/plan"
refused "breaks off always" offline -- pull
kept=$(find "$store/partial" -type f ! -name "*.meta" -size +97k)
[ -n "$kept" ] || fail "what came is not kept"
echo "/o/ status 404" > "$work/plan"
: > "$work/log"
drive -- pull commit
grep -q "payload.*range=bytes=" "$work/log" || fail "the download began anew"

note "whoever asked hangs up: nothing goes on, nothing stays"
echo "payload stall" > "$work/plan"; rm -rf "$store/partial/"*
before=$(state_of "$store")
make_version v3 three; publish acme/mail 3.0.0 3 v3 --no-objects > /dev/null
got=0; try -- hang-up=500ms pull || got=$?
equal "hung up" "$got" 3
: > "$work/log"
equal "hung up: the store" "$(state_of "$store")" "$before"
equal "hung up: staging" "$(ls -A "$store/tmp")" ""

note "reeve-store killed: its role ends with it"
"$top_builddir/tests/helpers/store-drive" store="$store" bundle="$bundle" url="$url" "${trust[@]}" -- pull > "$work/bg" 2>&1 &
asker=$!; mine $asker
role_of() { role=$(ps -eo pid=,ppid=,args= | awk -v a="$asker" '$2 == a {s=$1} $2 == s && /--role fetch/ {print $1}'); [ -n "$role" ]; }
until_ok 20 eval 'role_of && grep -q "payload" "$work/log"'
kill -9 "$(ps -o ppid= -p "$role" | tr -d " ")"
until_ok 10 gone "$role"
drive bundle= -- recover
equal "killed: the store" "$(state_of "$store")" "$before"
equal "killed: staging" "$(ls -A "$store/tmp")" ""

note "nobody there at all"
kill "$(cat "$work/pid")"; until_ok 5 gone "$(cat "$work/pid")"
rm -rf "$store/partial/"*
refused "no server" offline -- pull
