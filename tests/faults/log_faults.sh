#!/bin/bash
# reeve-log killed at every call of a rotation and of a compression, the process that compresses too, and each
# such call failing: whatever happens, file and backups together have every byte once, and what was left
# half-way is gone after the next start. `make faults` takes every ordinal, make check one in a while.
set -eu
. "$top_srcdir/tests/integration/lib.sh"
need strace zstd
drive=$top_builddir/tests/helpers/log_drive
strace -o /dev/null true 2>/dev/null || skip "strace may not trace here"
strace -o /dev/null -e trace=close -e inject=close:error=EIO:when=1 true 2>/dev/null || skip "strace cannot inject here"
case ${SANITIZE:-} in *address*) skip "strace and the leak checker do not go together" ;; esac
cd "$work"
seq -f 'line %06.0f of what has to be there' 1 1500 > want

# Whoever starts reeve-log: the first time it is armed, later not.
cat > start <<END
#!/bin/sh
[ ! -e $work/armed ] || { mv $work/armed $work/fired; . $work/fired; }
exec $REEVE_HELPER_DIR/reeve-log
END
# settled: all was written, and compressed; or reeve-log was killed. A failed compression waits for its second try.
cat > settled <<END
#!/bin/bash
is_plain() { compgen -G '$work/run/log.*[0-9]' > /dev/null; }
for i in {1..1000}; do
	[ \$# -gt 0 ] || ! grep -q "killed by" $work/trace 2> /dev/null || exit 0
	if tail -n 1 $work/run/log 2> /dev/null | grep -q 001500; then
		is_plain || exit 0
		[ \${left:=\${1:-50}} -gt 0 ] || exit 0
		left=\$((left - 1))
	fi
	read -rt 0.01 <> <(:) || true
done
exit 1
END
# What a child writes, in eight pieces.
cat > pieces <<END
#!/bin/bash
for i in {1..8}; do
	split -n l/\$i/8 $work/want
	read -rt 0.01 <> <(:) || true
done
END
chmod +x start settled pieces

# under STRACE-OPTION...: writes everything in pieces, with the first reeve-log under strace and a second one after it.
under() {
	wipe run trace
	mkdir run
	echo "exec strace -qq -f -o $work/trace $* $REEVE_HELPER_DIR/reeve-log" > armed
	"$drive" "$work/start" > drive.out 2> drive.err <<ORDERS || fail "$*: $(cat drive.err; ls -l run)"
sinks 1 acme:mail drop to=$work/run/log,maxbytes=9000,backups=40,compress=1
run 1 $work/pieces
sh $work/settled
kill
wait 1
sh $work/settled 1000
detach 1
end
ORDERS
}

# after WHAT: each byte once, everything compressed, nothing left over.
after() {
	equal "$1: left over" "$(cd run && find . -name '*tmp' -o -name 'log.*[0-9]')" ""
	for ((i = 40; i > 0; i--)); do
		[ ! -e "run/log.$i.zst" ] || zstd -qdc "run/log.$i.zst" || fail "$1: log.$i.zst"
	done > got
	cat run/log >> got
	cmp got want || fail "$1: not what was written"
}

calls="renameat unlinkat splice pwrite64 write fsync fchmod utimensat statx fcntl socketpair clone openat"
under -e "trace=$(echo "$calls" | tr ' ' ,)"
after "undisturbed"
mv trace undisturbed

points=0 taken=0
step() {
	points=$((points + 1))
	[ -n "${FAULTS_FULL:-}" ] || [ $((points % ${FAULTS_EVERY:-17})) -eq 1 ] || return 1
	taken=$((taken + 1))
}

# The most that one process makes of it: strace counts for each of its own.
count() { grep " $1(" undisturbed | cut -d' ' -f1 | sort | uniq -c | sort -rn | awk 'NR == 1 { print $1 } END { if (NR == 0) print 0 }'; }

for call in $calls; do
	for n in $(seq 1 "$(count "$call")"); do
		step || continue
		under -e "trace=$call" -e "inject=$call:signal=KILL:when=$n"
		after "killed at $call $n"
	done
done
# flood STRACE-OPTION...: the same with a stream that fills its pipe, and passes through a second one from then on.
flood() {
	wipe run trace
	mkdir run
	echo "exec strace -qq -f -o $work/trace -e trace=splice,tee $* $REEVE_HELPER_DIR/reeve-log" > armed
	"$drive" "$work/start" > drive.out 2> drive.err <<ORDERS || fail "$*: $(cat drive.err; ls -l run)"
attach 1 acme:mail $work/run/log 700000 40
run 1 cat $work/much
sh $work/flooded
kill
wait 1
detach 1
end
ORDERS
	for ((i = 40; i > 0; i--)); do
		[ ! -e "run/log.$i" ] || cat "run/log.$i"
	done | cat - run/log | cmp - much || fail "flood, $*: not what was written"
}

seq -f 'line %06.0f of a lot that has to be there' 1 60000 > much
cat > flooded <<END
#!/bin/bash
for i in {1..1000}; do
	! grep -q "killed by" $work/trace 2> /dev/null || exit 0
	! tail -n 1 $work/run/log 2> /dev/null | grep -q 060000 || exit 0
	read -rt 0.01 <> <(:) || true
done
exit 1
END
chmod +x flooded
flood
equal "pipes that the flood came from" "$(sed -n 's/.*splice(\([0-9]*\),.*/\1/p' trace | sort -u | wc -l)" 2
mv trace undisturbed
for n in $(seq 1 "$(count splice)"); do
	step || continue
	flood -e "inject=splice:signal=KILL:when=$n"
done
# What cannot be renamed grows on, what cannot be compressed stays; neither costs a byte.
for fault in renameat:EACCES unlinkat:EIO fsync:EIO fchmod:EPERM utimensat:EPERM write:ENOSPC clone:EAGAIN socketpair:EMFILE; do
	call=${fault%%:*}
	for n in $(seq 1 "$(count "$call")"); do
		step || continue
		under -e "trace=$call" -e "inject=$call:error=${fault#*:}:when=$n"
		after "$fault $n"
	done
done
note "$taken of $points points"
