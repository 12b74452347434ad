#!/bin/bash
# Backups are compressed beside the way of the writers; every byte is there once, in one form or the other, and
# followers read through all of them.
set -eu
. "$top_srcdir/tests/integration/lib.sh"
. "$top_srcdir/tests/integration/log_lib.sh"
need zstd pgrep

cd "$work"

# unpacked FILE COUNT: the backups from the oldest on, each once, and the file.
unpacked() {
	local i
	for ((i = $2; i >= 1; i--)); do
		if [ -e "$1.$i.zst" ]; then zstd -qdc "$1.$i.zst" || fail "$1.$i.zst"; elif [ -e "$1.$i" ]; then cat "$1.$i"; fi
	done
	cat "$1"
}

seq -f 'line %.0f of some text that compresses well enough' 1 300000 > much
# compressed NAME: as a condition, that every backup of these is.
compressed() { echo "! compgen -G '$work/$1.log.*[0-9]' > /dev/null"; }

play "rotation under load" <<ORDERS
sinks 1 acme:mail drop to=$work/a.log,maxbytes=1000000,backups=99,compress=1
sinks 2 acme:page drop to=$work/b.log,maxbytes=3000000,backups=99,compress=1,mode=384
run 1 cat $work/much
run 2 cat $work/much
wait 1
wait 2
$(await "$(compressed '[ab]')")
tail 1 3 - $work/tail-3
tail 1 19000 - $work/tail-19000
tail 1 0 w $work/tail-whole
$(await "[ -e $work/tail-3.end ] && [ -e $work/tail-19000.end ] && [ -e $work/tail-whole.end ]")
detach 1
detach 2
end
ORDERS
zstd -qt ./*.zst || fail "zstd does not take them"
unpacked a.log 99 | cmp - much || fail "a.log: not what was written"
unpacked b.log 99 | cmp - much || fail "b.log: not what was written"
equal "mode" "$(stat -c %a b.log.1.zst)" 600
equal "left over" "$(compgen -G '*tmp')" ""
tail -n 3 much | cmp - tail-3 || fail "the last lines"
tail -n 19000 much | cmp - tail-19000 || fail "more lines than the file has"
cmp much tail-whole || fail "the whole"

play "who follows misses nothing, however fast it is rotated" <<ORDERS
sinks 1 acme:mail drop to=$work/fast.log,maxbytes=20000,backups=999,compress=1
tail 1 0 f $work/followed
run 1 head -n 60000 $work/much
wait 1
$(await "[ \"\$(tail -n 1 $work/followed)\" = \"\$(sed -n 60000p $work/much)\" ]")
end
ORDERS
head -n 60000 much | cmp - followed || fail "follow: not what was written"

play "kill storm while compressing" <<ORDERS
sinks 1 acme:mail drop to=$work/storm.log,maxbytes=500000,backups=999,compress=1
run 1 for i in 1 2 3 4; do cat $work/much; done
storm 1
$(await "$(compressed storm)")
detach 1
end
ORDERS
unpacked storm.log 999 | cmp - <(cat much much much much) || fail "storm: not what was written"
equal "left over" "$(compgen -G 'storm*tmp')" ""

play "the total counts what is compressed" <<ORDERS
sinks 1 acme:mail drop to=$work/total.log,maxbytes=100000,backups=999,total=400000,compress=1
run 1 while read -r line; do for i in {1..100}; do echo "\$line"; done; done < <(head -n 300 $work/much)
wait 1
$(await "$(compressed total)")
detach 1
end
ORDERS
[ "$(cat total.log* | wc -c)" -le 400000 ] || fail "total: $(cat total.log* | wc -c)"

play "a compression that stands still stops nobody" <<ORDERS
sh truncate -s 400M $work/still.log.1
sinks 1 acme:mail drop to=$work/still.log,maxbytes=1000000,backups=99,compress=1
run 1 echo first
wait 1
$(await "logger=\$(pgrep -P \$PPID reeve-log) && press=\$(pgrep -P \$logger) && kill -STOP \$press && echo \$press > $work/press")
run 1 cat $work/much
wait 1
$(await "tail -n 1 $work/still.log | grep -q 'line 300000'")
sh kill -KILL \$(cat $work/press)
$(await "grep -q compress-failed '$work/a compression that stands still stops nobody.err'")
detach 1
end
ORDERS
equal "the backup that was in work" "$(find . -name 'still.log.*' -size +300M | wc -l)" 1
find . -name 'still.log.*' -size +300M -delete
unpacked still.log 99 | cmp - <(echo first; cat much) || fail "still: not what was written"

play "what somebody else compressed is not ours to read" <<ORDERS
sh echo theirs | zstd -q > $work/theirs.log.1.zst; echo ours > $work/theirs.log
sinks 1 acme:mail drop to=$work/theirs.log,maxbytes=1000000,backups=9,compress=1
run 1 echo more
wait 1
$(await "[ \$(wc -l < $work/theirs.log) = 2 ]")
tail 1 0 w $work/tail-theirs
$(await "[ -e $work/tail-theirs.end ]")
end
ORDERS
equal "what can be read" "$(tr '\n' ' ' < tail-theirs)" "ours more "

# The disk has room for the log, not for a copy of a backup beside it.
disk=$work/disk
mkdir "$disk"
if mount -t tmpfs -o size=3m tmpfs "$disk" 2>/dev/null; then
	trap 'umount "$disk" || true; tidy' EXIT
	head -c 1500000 /dev/urandom | base64 > incompressible
	play "a full disk leaves the backup as it was" <<ORDERS
sinks 1 acme:mail drop to=$disk/x.log,maxbytes=2000000,backups=9,compress=1
run 1 cat $work/incompressible
wait 1
$(await "grep -q compress-failed '$work/a full disk leaves the backup as it was.err'")
run 1 echo goes on
wait 1
$(await "tail -n 1 $disk/x.log | grep -q 'goes on'")
detach 1
end
ORDERS
	equal "left over" "$(compgen -G "$disk/*tmp")" ""
	cat "$disk/x.log.1" "$disk/x.log" | cmp - <(cat incompressible; echo goes on) || fail "full disk: not what was written"
	umount "$disk"
	trap tidy EXIT
else
	note "no disk to fill here"
fi
