#!/bin/bash
# reeve-log: what children write arrives, byte for byte, whatever happens to reeve-log meanwhile.
set -eu
. "$top_srcdir/tests/integration/lib.sh"
. "$top_srcdir/tests/integration/log_lib.sh"
cd "$work"

# Bytes of every kind: lines of all lengths, NUL, invalid UTF-8, escapes, no newline at the end.
make_bytes() { head -c "$1" /dev/urandom; seq 1 20000; printf 'nul \0 bad \xff\xfe esc \e]52;c;x\a cr \r bs \b'; }

make_bytes 3000000 > bytes
for i in {1..8}; do cat bytes; done > many

play "a file has exactly what was written" <<ORDERS
attach 1 acme:mail $work/a/b/mail.log 0 0
run 1 cat $work/many
wait 1
detach 1
end
ORDERS
same_bytes "mail.log" many a/b/mail.log
equal "mode of the file" "$(stat -c %a a/b/mail.log)" 640

play "kill storm" <<ORDERS
attach 1 acme:mail $work/storm.log 0 0
attach 2 acme:page $work/storm-rotated.log 1000000 100
run 1 for i in {1..12}; do cat $work/many; done
run 2 cat $work/many
storm 1
wait 2
detach 1
detach 2
end
ORDERS
for i in {1..12}; do cat many; done | cmp - storm.log || fail "kill storm: storm.log has other bytes"
rotated() { local i; for ((i = $2; i >= 1; i--)); do [ ! -e "$1.$i" ] || cat "$1.$i"; done; cat "$1"; }
rotated storm-rotated.log 100 | cmp - many || fail "kill storm: the rotated files have other bytes"
kills=$(sed -n 's/.*killed \([0-9]*\) times/\1/p' "kill storm.err")
[ "$kills" -ge 5 ] || fail "kill storm: only $kills kills; write more"

play "kill storm on the prefixed stream" <<ORDERS
attach 1 acme:mail - 0 0
run 1 seq 1 200000
storm 1
detach 1
end
ORDERS
# A batch may come twice after a kill, the second time behind a line cut short; nothing may be missing.
sed 's/.*acme:mail | //' "kill storm on the prefixed stream.out" | awk '
	!($1 in seen) { seen[$1] = 1; if ($1 == want + 1) want++ }
	END { if (want != 200000) { print "missing: " want + 1; exit 1 } }' ||
	fail "kill storm on the prefixed stream"

play "rotation keeps lines whole and files small" <<ORDERS
attach 1 acme:mail $work/rot.log 1000 3
run 1 for i in {1..400}; do echo "line \$i"; done
wait 1
detach 1
end
ORDERS
equal "files" "$(echo rot.log*)" "rot.log rot.log.1 rot.log.2 rot.log.3"
for file in rot.log*; do
	[ "$(stat -c %s "$file")" -le 1000 ] || fail "$file: $(stat -c %s "$file") bytes"
	if grep -qvE '^line [0-9]+$' "$file"; then fail "$file: a line was cut"; fi
done
equal "the last line" "$(tail -n 1 rot.log)" "line 400"
rotated rot.log 3 > kept
seq -f 'line %g' 1 400 | tail -n "$(wc -l < kept)" | cmp - kept || fail "rotation: a hole among the kept lines"

play "without backups the file begins anew" <<ORDERS
attach 1 acme:mail $work/one.log 100 0
run 1 seq 1 200
wait 1
detach 1
end
ORDERS
equal "files" "$(echo one.log*)" "one.log"
equal "the last line" "$(tail -n 1 one.log)" "200"

play "a link is not followed" <<ORDERS
sh mkdir real; ln -s real linked; ln -s $work/victim real/link.log
attach 1 acme:mail $work/linked/x.log 0 0
attach 2 acme:page $work/real/link.log 0 0
run 1 echo one
run 2 echo two
wait 1
wait 2
$(await "[ \$(grep -c 'log-failed .*a symbolic link is on the way' 'a link is not followed.err') = 2 ]")
detach 1
detach 2
end
ORDERS
[ ! -e victim ] && [ ! -e real/x.log ] || fail "a link was followed"

play "two streams share one file" <<ORDERS
attach 1 acme:mail $work/both.log 0 0
attach 2 acme:mail $work/both.log 0 0
run 1 seq 1 50000
run 2 seq 50001 100000
wait 1
wait 2
detach 1
detach 2
end
ORDERS
equal "bytes of both" "$(stat -c %s both.log)" "$(seq 1 100000 | wc -c)"

play "lines of different children never mix" <<ORDERS
attach 1 acme:mail - 0 0
attach 2 globex:mail - 0 0
run 1 for i in {1..3000}; do printf 'aaaa'; printf 'aaaa\n'; done
run 2 for i in {1..3000}; do printf 'bbbb'; printf 'bbbb\n'; done
wait 1
wait 2
detach 1
detach 2
end
ORDERS
equal "kinds of lines" "$(sort -u "lines of different children never mix.out" | tr '\n' ',')" \
	"acme:mail | aaaaaaaa,globex:mail | bbbbbbbb,"
equal "lines" "$(wc -l < "lines of different children never mix.out")" 6000

# Each write is larger than the pipe and ends within a line: the writer waits for us while we wait for the line.
seq -f 'a line of some length, as it may be, with its number %.0f' 1 400000 > blocks
play "big blocks that end within a line" <<ORDERS
attach 1 acme:mail - 0 0
run 1 cat $work/blocks $work/blocks
wait 1
detach 1
end
ORDERS
sed 's/^acme:mail | //' "big blocks that end within a line.out" | cmp - <(cat blocks blocks) || fail "big blocks"

play "a line without end is split and the last piece kept" <<ORDERS
attach 1 acme:mail - 0 0
run 1 head -c 50000000 /dev/zero | tr '\0' x; printf 'end'
wait 1
detach 1
end
ORDERS
out="a line without end is split and the last piece kept.out"
equal "bytes" "$(sed 's/^acme:mail [|+] //' "$out" | tr -d '\n' | wc -c)" 50000003
equal "longest line" "$(awk '{ if (length($0) > n) n = length($0) } END { print n }' "$out")" $((16384 + 12))
equal "the end" "$(tail -c 4 "$out")" "end"

play "the beginning of a line waits for its end" <<ORDERS
attach 1 acme:mail - 0 0
run 1 printf 'half '; until [ -e $work/go ]; do read -rt 0.01 <> <(:) || true; done; echo whole
attach 2 acme:page - 0 0
run 2 echo other
wait 2
$(await "grep -q other 'the beginning of a line waits for its end.out'")
sh touch $work/go
wait 1
detach 1
detach 2
end
ORDERS
equal "order" "$(tr '\n' ',' < "the beginning of a line waits for its end.out")" "acme:page | other,acme:mail | half whole,"

play "a stalled standard output stops no file" <<ORDERS
attach 1 acme:mail $work/goes-on.log 0 0
run 1 cat $work/many
wait 1
$(await "cmp -s $work/many $work/goes-on.log")
detach 1
end
ORDERS
mkfifo stalled
exec {hold}<> stalled
note "a stalled standard output stops no file: stalled for real"
"$drive" "$REEVE_HELPER_DIR/reeve-log" > stalled 2> stalled.err <<ORDERS || fail "stalled: $(cat stalled.err)"
attach 1 acme:loud - 0 0
attach 2 acme:mail $work/beside.log 0 0
run 1 yes
run 2 cat $work/many
wait 2
$(await "cmp -s $work/many $work/beside.log")
sh pkill -P \$PPID -x yes
end
ORDERS
exec {hold}<&-

play "a full disk stops no child, and the loss is counted" <<ORDERS
attach 1 acme:mail /dev/full 0 0
run 1 cat $work/many
wait 1
detach 1
end
ORDERS
grep -q 'log-failed' "a full disk stops no child, and the loss is counted.err" || fail "a full disk: not a word about it"

play "the last lines, and what comes" <<ORDERS
attach 1 acme:mail $work/tail.log 2000 5
attach 2 acme:page - 0 0
run 1 seq 1 1000
run 2 seq 1 1000
wait 1
wait 2
$(await "[ \"\$(tail -n 1 $work/tail.log)\" = 1000 ] && grep -q '| 1000' 'the last lines, and what comes.out'")
tail 1 3 - $work/tail-file
tail 1 0 w $work/tail-whole
tail 2 3 - $work/tail-ring
tail 9 3 f $work/tail-none
$(await "[ -e $work/tail-file.end ] && [ -e $work/tail-whole.end ] && [ -e $work/tail-ring.end ] && [ -e $work/tail-none.end ]")
tail 1 2 f $work/follow-file
tail 2 2 f $work/follow-ring
$(await "[ -s $work/follow-file ] && [ -s $work/follow-ring ]")
run 1 seq 1001 3000
run 2 seq 1001 1100
wait 1
wait 2
$(await "[ \"\$(tail -n 1 $work/follow-file)\" = 3000 ] && [ \"\$(tail -n 1 $work/follow-ring)\" = 1100 ]")
end
ORDERS
equal "tail of a file" "$(tr '\n' ' ' < tail-file)" "998 999 1000 "
equal "whole of a file" "$(tail -n 1 tail-whole)" 1000
seq 1 1000 | tail -n "$(wc -l < tail-whole)" | cmp - tail-whole || fail "whole: a hole"
equal "tail of a stream" "$(tr '\n' ' ' < tail-ring)" "998 999 1000 "
equal "tail of nobody" "$(cat tail-none)" ""
seq 999 3000 | cmp - follow-file || fail "follow: not what was written, across rotations"
seq 999 1100 | cmp - follow-ring || fail "follow: not what was written"

play "USR2 opens files anew" <<ORDERS
attach 1 acme:mail $work/usr2.log 0 0
run 1 echo before
wait 1
$(await "[ -s $work/usr2.log ]")
sh mv $work/usr2.log $work/usr2.old
reopen
run 1 echo after
wait 1
$(await "[ -s $work/usr2.log ]")
detach 1
end
ORDERS
equal "old" "$(cat usr2.old)" before
equal "new" "$(cat usr2.log)" after
