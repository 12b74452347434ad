#!/bin/bash
# reeve-log: one stream goes to several places at once, and a place that cannot take stops nobody, or whom it is
# asked to stop. What is stored and what is counted as lost is what was written, to the byte.
set -eu
. "$top_srcdir/tests/integration/lib.sh"
. "$top_srcdir/tests/integration/log_lib.sh"
cd "$work"

seq -f 'a line of one length, with its number %06.0f' 1 60000 > lines
size=$(stat -c %s lines)

# stored FILE: bytes of the child's in it. A mark is ours, and the end that it gave to a line cut short.
stored() {
	awk '/^\[reeve-log: [0-9]* bytes lost here\]$/ { if (last != 43) n--; next }
		{ last = length($0); n += last + 1 } END { print n }' "$1"
}

# lost NAME STREAM: what reeve was told by the end.
lost() { local n; n=$(sed -n "s/^log_drive: stream $2 lost \([0-9]*\).*/\1/p" "$1.err"); echo "${n:-0}"; }

mkfifo fed
cat fed > fed.log &
mine $!
play "several places at once" <<ORDERS
sinks 1 acme:mail drop to=$work/raw.log to=$work/stamp.log,format=timestamp to=$work/json.log,format=json to=stdout,format=prefix to=feed:$work/fed
run 1 cat $work/lines; printf 'no end'
wait 1
detach 1
end
ORDERS
cat lines > want
printf 'no end' >> want
same_bytes "raw" raw.log want
until_ok 10 cmp fed.log want
sed -E 's/^[0-9-]{10}T[0-9:.]{15}Z acme:mail [|+] //' stamp.log | cmp - <(cat want; echo) || fail "timestamps"
equal "lines of JSON" "$(grep -c '"child":"acme:mail"' json.log)" 60001
sed -E 's/^acme:mail [|+] //' "several places at once.out" | cmp - <(cat want; echo) || fail "standard output"
equal "lost" "$(lost "several places at once" 1)" 0

# The pipe of a logger child that never reads takes what it takes; the rest is counted.
mkfifo dead
play "a logger child that does not read stops nobody" <<ORDERS
sinks 1 acme:mail drop to=$work/beside.log to=feed:$work/dead
run 1 for i in {1..20}; do cat $work/lines; done
wait 1
$(await "[ \$(stat -c %s $work/beside.log) = $((20 * size)) ]")
trouble 1 dead: nobody reads it
sh cat $work/dead > $work/dead.got & echo \$! > $work/dead.pid
$(await "[ -s $work/dead.got ]")
detach 1
end
ORDERS
mine "$(cat dead.pid)"
for _ in {1..20}; do cat lines; done | cmp - beside.log || fail "the file beside it"
until_ok 10 gone "$(cat dead.pid)"
equal "stored and lost" $(($(stat -c %s dead.got) + $(lost "a logger child that does not read stops nobody" 1))) $((20 * size))

mkfifo slow
play "block: the child waits, and nothing is lost" <<ORDERS
sinks 1 acme:mail block to=$work/block.log to=feed:$work/slow
run 1 for i in {1..5}; do cat $work/lines; done; touch $work/written
$(await "[ \$(stat -c %s $work/block.log) -ge 65536 ]")
trouble 1 slow: nobody reads it
sh [ ! -e $work/written ]
sh cat $work/slow > $work/slow.got & echo \$! > $work/slow.pid
wait 1
detach 1
end
ORDERS
mine "$(cat slow.pid)"
until_ok 10 gone "$(cat slow.pid)"
for _ in {1..5}; do cat lines; done > want
same_bytes "the logger child" slow.got want
same_bytes "the file" block.log want
equal "lost" "$(lost "block: the child waits, and nothing is lost" 1)" 0

mkfifo stalled
exec {hold}<> stalled
note "standard output that nobody reads: the stream's own file has all of it"
"$drive" "$REEVE_HELPER_DIR/reeve-log" > stalled 2> stalled.err <<ORDERS || fail "stalled: $(cat stalled.err)"
sinks 1 acme:mail drop to=stdout,format=prefix to=$work/own.log
sinks 2 acme:page drop to=$work/other.log
run 1 for i in {1..5}; do cat $work/lines; done
run 2 for i in {1..5}; do cat $work/lines; done
wait 1
wait 2
$(await "cmp -s $work/want $work/own.log && cmp -s $work/want $work/other.log")
trouble 1 stdout: nobody reads it
end
ORDERS
exec {hold}<&-

# a_moment_after FILE: an order line that waits until FILE is older than what a moment is good to.
a_moment_after() {
	printf 'sh until [ $(($(date +%%s%%3N) - $(date -r %s +%%s%%3N))) -gt 700 ]; do read -rt 0.05 <> <(:) || true; done\n' "$1"
}

play "what came since then" <<ORDERS
attach 1 acme:mail $work/since.log 0 0
sinks 2 acme:page drop to=stdout,format=prefix
run 1 echo before
run 2 echo before
wait 1
wait 2
$(await "[ -s $work/since.log ] && grep -q before 'what came since then.out'")
$(a_moment_after $work/since.log)
sh date +%s%3N > $work/now
$(a_moment_after $work/now)
run 1 echo after
run 2 echo after
wait 1
wait 2
$(await "grep -q after $work/since.log && grep -q after 'what came since then.out'")
tail-since 1 $work/now $work/since-file
tail-since 2 $work/now $work/since-ring
$(await "[ -e $work/since-file.end ] && [ -e $work/since-ring.end ]")
end
ORDERS
equal "of a file" "$(cat since-file)" after
equal "of a ring" "$(cat since-ring)" after

# What follows needs a disk that is full at will.
mkdir disk
[ "$(id -u)" = 0 ] || { note "no disk to fill without root"; exit 0; }
mount -t tmpfs -o size=1M,mode=777 tmpfs disk 2>/dev/null || { note "no tmpfs here"; exit 0; }
trap 'umount -l "$work/disk"; tidy' EXIT

# full NAME FORMAT SINK...: a disk becomes full, and empty again.
full() {
	local name=$1 format=$2; shift 2
	rm -f "$work"/disk/*
	head -c 900000 /dev/zero > "$work/disk/filler"
	play "$name" <<-ORDERS
	sinks 1 acme:mail drop to=$work/disk/x.log,format=$format $*
	run 1 cat $work/lines
	wait 1
	trouble 1 x.log: No space left on device
	sh rm $work/disk/filler
	run 1 echo the last line
	wait 1
	$(await "grep -q 'the last line' $work/disk/x.log")
	trouble 1 -
	detach 1
	end
	ORDERS
}
total=$((size + 14))
full "a full disk under bytes as they are" raw
equal "stored and lost" $(($(stored disk/x.log) + $(lost "a full disk under bytes as they are" 1))) $total
full "a full disk beside a file that is not" raw "to=$work/sound.log"
equal "stored and lost" $(($(stored disk/x.log) + $(lost "a full disk beside a file that is not" 1))) $total
{ cat lines; echo the last line; } | cmp - sound.log || fail "the file on the other disk"
full "a full disk under lines" prefix
equal "stored and lost" \
	$(($(sed -E '/reeve-log: [0-9]+ bytes lost here/d; s/^acme:mail \| //' disk/x.log | wc -c) + $(lost "a full disk under lines" 1))) $total
