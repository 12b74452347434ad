#!/bin/bash
# reeve-store and its roles killed at every call that changes something, and each such call failing: the
# pointer names the old version or the new, that version is whole, the mark is no lower, and the next
# pull succeeds. `make faults` takes every ordinal, make check one in a while.
set -eu
. "$top_srcdir/tests/integration/lib.sh"
. "$top_srcdir/tests/integration/registry/store.sh"
need python3 strace
real=$REEVE_HELPER_DIR/reeve-store
strace -o /dev/null true 2>/dev/null || skip "strace may not trace here"
strace -o /dev/null -e trace=close -e inject=close:error=EIO:when=1 true 2>/dev/null || skip "strace cannot inject here"
case ${SANITIZE:-} in *address*) skip "strace and the leak checker do not go together" ;; esac

make_version v1 one
first=$(publish acme/mail 1.0.0 1 v1)
drive -- pull commit
make_version v2 two
for i in 1 2 3 4 5 6 7 8 9; do echo "file $i" > "$work/v2/lib/deep/$i"; done
second=$(publish acme/mail 2.0.0 2 v2 --no-objects)
cp -a "$store" "$work/pristine"

# The bundle's tree, against the folder that it was published from.
is_whole() {
	local tree=$store/trees/acme+mail/$1 from=$work/$2
	diff -r --no-dereference "$tree" "$from" > "$work/diff" || fail "$3: tree of $2 is not whole: $(cat "$work/diff")"
	[ -z "$(find "$tree" -type f -perm /0222)" ] || fail "$3: a file of the tree can be written"
	[ -x "$tree/bin/mail" ] || fail "$3: the executable is none"
}

reset_store() { wipe "$store"; cp -a "$work/pristine" "$store"; }

# after WHAT: recovery, then old or new and never between, then a pull without faults.
after() {
	local current seq
	drive bundle= -- recover list
	current=$(printf '%s\n' "$out" | sed -n 's/.* digest=\([0-9a-f]*\) .*/\1/p')
	case $current in
	"$first") is_whole "$first" v1 "$1"; seq=1; olds=$((olds + 1)) ;;
	"$second") is_whole "$first" v1 "$1"; is_whole "$second" v2 "$1"; seq=2; news=$((news + 1)) ;;
	*) fail "$1: the pointer names '$current'" ;;
	esac
	[ "$(sed -n 's/.*"seq": \([0-9]*\),.*/\1/p' "$store/names/acme+mail/state.json")" -ge "$seq" ] ||
		fail "$1: the mark is below the pointer"
	[ ! -e "$store/trees/acme+mail/$second" ] || is_whole "$second" v2 "$1: without pointer"
	equal "$1: what recovery leaves" "$(find "$store/tmp" "$store/trash" -mindepth 1)" ""
	! grep -rlq pending "$store/names/acme+mail/gen" || fail "$1: a generation stays pending"
	drive -- pull commit list
	contains "$1: the next pull" "$out" "digest=$second"
	is_whole "$second" v2 "$1: after the next pull"
}

ask=(pull)
# under STRACE-OPTION...: a pull and its commit with reeve-store under strace.
under() {
	printf '#!/bin/sh\nexec strace -qq -o %s/trace %s %s\n' "$work" "$*" "$real" > "$work/traced"
	chmod +x "$work/traced"
	REEVE_STORE=$work/traced try -- "${ask[@]}" commit || true
}

# How often the main process makes each call in an undisturbed run.
calls="mkdirat openat2 write fsync fchmod fchown ftruncate renameat renameat2 linkat symlinkat unlinkat memfd_create socketpair"
under -e "trace=$(echo "$calls" | tr ' ' ,)"
contains "undisturbed" "$out" STORE_COMMITTED
cp "$work/trace" "$work/undisturbed"
count() { grep -c "^$1(" "$work/undisturbed" || true; }

# step NUMBER: whether this run takes it. The short version takes one in a while.
points=0 taken=0 olds=0 news=0
step() {
	points=$((points + 1))
	[ -n "${FAULTS_FULL:-}" ] || [ $((points % ${FAULTS_EVERY:-23})) -eq 1 ] || return 1
	taken=$((taken + 1))
	reset_store
}

for call in $calls; do
	for n in $(seq 1 "$(count "$call")"); do
		step || continue
		under -e "trace=$call" -e "inject=$call:signal=KILL:when=$n"
		after "killed at $call $n"
	done
done
note "killed: $taken of $points points, $olds old, $news new"
[ "$olds" -gt 0 ] || fail "no kill left the old version: nothing was injected"

# The roles: calls that they alone make, and the calls of all processes, each counted by itself.
for call in prctl:4 setresuid:1 landlock_restrict_self:1 close_range:1 execve:1 write:14 openat2:16 sendto:2; do
	for n in $(seq 1 "${call#*:}"); do
		step || continue
		under -f -e "trace=${call%:*}" -e "inject=${call%:*}:signal=KILL:when=$n"
		after "a process killed at ${call%:*} $n"
	done
done
note "roles killed: $taken of $points points, $olds old, $news new"

# errno: a pull that could not finish says so and changes nothing that can be seen.
before_olds=$olds
for error in ENOSPC EIO EDQUOT; do
	for call in mkdirat write fsync fchmod renameat renameat2 linkat symlinkat openat2; do
		for n in $(seq 1 "$(count "$call")"); do
			step || continue
			under -e "trace=$call" -e "inject=$call:error=$error:when=$n"
			case $out in
			*STORE_COMMITTED*) ;;
			*STORE_FAILED*|*GONE*|*DIED*)
				[ "$(readlink "$store/names/acme+mail/current")" = "../../trees/acme+mail/$first" ] ||
				[ "$call" = fsync ] || fail "$error at $call $n: failed, and the pointer moved: $out" ;;
			*) fail "$error at $call $n: no answer: $out" ;;
			esac
			after "$error at $call $n"
		done
	done
done
note "errors: $taken of $points points in all, $olds old, $news new"
[ "$olds" -gt "$before_olds" ] || fail "no error left the old version: nothing was injected"

# A repair that is ended: the version stays, its tree is the damaged one or the new one, and the next
# repair succeeds.
reset_store
chmod -R u+w "$store/trees/acme+mail/$first"; rm "$store/trees/acme+mail/$first/lib/a"
chmod 555 "$store/trees/acme+mail/$first/lib" "$store/trees/acme+mail/$first/lib/deep" "$store/trees/acme+mail/$first/bin" \
	"$store/trees/acme+mail/$first"
wipe "$work/pristine"; cp -a "$store" "$work/pristine"
ask=("repair=$first")
under -e "trace=$(echo "$calls" | tr ' ' ,)"
contains "undisturbed repair" "$out" STORE_COMMITTED
cp "$work/trace" "$work/undisturbed"
for call in $calls; do
	for n in $(seq 1 "$(count "$call")"); do
		step || continue
		under -e "trace=$call" -e "inject=$call:signal=KILL:when=$n"
		drive bundle= -- recover list
		contains "repair killed at $call $n" "$out" "digest=$first"
		[ -x "$store/trees/acme+mail/$first/bin/mail" ] || fail "repair killed at $call $n: no tree is there"
		drive -- repair="$first" commit
		is_whole "$first" v1 "repair killed at $call $n: repaired again"
	done
done
ask=(pull)
reset_store; drive -- repair="$first"; wipe "$work/pristine"; cp -a "$store" "$work/pristine"
note "repairs killed: $taken of $points points in all"

# The unpack role's own writes.
for error in ENOSPC EIO; do
	for n in 5 8 11; do
		step || continue
		under -f -e trace=write -e "inject=write:error=$error:when=$n"
		after "$error in a process's write $n"
	done
done
note "$taken of $points points"
