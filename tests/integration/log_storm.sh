#!/bin/bash
# reeve-log is stopped and killed at random under load: files of bytes as they are have every line of every child
# exactly once, everything else has it at least once and in order.
set -eu
. "$top_srcdir/tests/integration/lib.sh"
. "$top_srcdir/tests/integration/log_lib.sh"
cd "$work"
lines=150000

# at_least_once WHAT: numbers 1 to $lines on standard input, none missing before a later one comes for the first time.
# A kill may cut a line short, and what comes again stands right behind it.
at_least_once() {
	awk -v lines=$lines -v kills="$kills" '
		$1 == want + 1 { want++; next }
		$1 ~ want + 1 "$" { want++; cut++; next }
		$1 !~ /^[0-9]+$/ || $1 > want { cut++ }
		END { if (want != lines || cut > kills) { print "has up to " want ", and " cut + 0 " lines cut"; exit 1 } }' ||
		fail "$1"
}

mkfifo fed
cat fed > fed.log &
reader=$!
mine "$reader"
play "storm" <<ORDERS
attach 1 acme:mail $work/exact.log 0 0
attach 2 acme:page $work/rotated.log 200000 1000
sinks 3 acme:many drop to=$work/raw.log to=$work/stamp.log,format=timestamp to=$work/json.log,format=json to=feed:$work/fed
attach 4 globex:mail - 0 0
run 1 for i in {1..20}; do seq 1 $lines; done
run 2 seq 1 $lines
run 3 seq 1 $lines
run 4 seq 1 $lines
storm 1
wait 2
wait 3
wait 4
detach 1
detach 2
detach 3
detach 4
end
ORDERS
until_ok 10 gone "$reader"
times() { sed -n "s/^log_drive: $1 \([0-9]*\) times/\1/p" storm.err; }
kills=$(times killed)
[ "$kills" -ge 5 ] && [ "$(times stopped)" -ge 3 ] || fail "only $kills kills and $(times stopped) stops; write more"

for i in {1..20}; do seq 1 $lines; done | cmp - exact.log || fail "exactly once"
for i in {999..1}; do [ ! -e "rotated.log.$i" ] || cat "rotated.log.$i"; done | cat - rotated.log |
	cmp - <(seq 1 $lines) || fail "exactly once, rotated"
at_least_once "bytes as they are, beside others" < raw.log
sed -E 's/^.*Z acme:many [|+] //' stamp.log | at_least_once "timestamps"
sed -E 's/^.*"line":"([^"]*)".*$/\1/' json.log | at_least_once "JSON"
at_least_once "a logger child" < fed.log
sed 's/.*globex:mail [|+] //' storm.out | at_least_once "standard output"
equal "lost" "$(grep -c ' lost ' storm.err)" 0
