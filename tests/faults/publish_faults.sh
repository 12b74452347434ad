#!/bin/bash
# A publisher that is killed, or whose disk is full, at any write, fsync or rename: the registry holds what
# it held or the new release, all of it verifies, and publishing again mends the rest.
set -eu
. "$top_srcdir/tests/integration/lib.sh"
need reeve-bundle strace
[ -z "${SANITIZE:-}" ] || skip "LeakSanitizer does not work under strace"
cd "$work"
mkdir -p app/bin
printf '#!/bin/sh\n' > app/bin/web
chmod 755 app/bin/web
reeve-bundle keygen --public main.pub --secret main.key > /dev/null
for seq in 1 2; do
	echo "$seq" > app/page
	reeve-bundle pack app --name web --version "$seq" --seq "$seq" -o "packed$seq" > /dev/null
done
reeve-bundle publish packed1 before --key main.key > /dev/null
strace -o /dev/null true 2>/dev/null || skip "strace may not trace here"

latest() { python3 -c 'import json; c = json.load(open("registry/b/web/channel/stable.json")); print(c["releases"][-1]["seq"])'; }

points=0
# step: whether this run takes the next point. The short version takes one in a while.
step() {
	points=$((points + 1))
	[ -n "${FAULTS_FULL:-}" ] || [ $((points % ${FAULTS_EVERY:-7})) -eq 1 ]
}

# hurt HOW CALLS: publishes with the first, second, ... of these calls hurt, as many as an honest run makes.
hurt() {
	local n got count
	fresh
	strace -o trace -f -e trace="$2" reeve-bundle publish packed2 registry --key main.key > out
	count=$(grep -cE '^[0-9]+ +[a-z]' trace)
	[ "$count" -gt 3 ] || fail "$2 is called $count times only"
	for n in $(seq "$count"); do
		step || continue
		fresh
		got=0
		{ strace -o trace -f -e trace="$2" -e inject="$2:$1:when=$n" \
			reeve-bundle publish packed2 registry --key main.key > out 2>&1; } 2>/dev/null || got=$?
		reeve-bundle verify registry --key main.pub > verified 2>&1 || fail "$2 $n ($1): $(cat verified)"
		case $(latest) in 1|2) ;; *) fail "$2 $n ($1): latest is $(latest)" ;; esac
		[ "$got" != 0 ] || fail "$2 $n ($1): said to be published"
		reeve-bundle publish packed2 registry --key main.key > out 2>&1 || fail "$2 $n ($1), again: $(cat out)"
		reeve-bundle verify registry --key main.pub > /dev/null
		equal "published again ($2 $n)" "$(latest)" 2
	done
	note "$1 at each of $count $2"
}

fresh() { rm -rf registry; cp -a before registry; }

hurt signal=KILL renameat,renameat2
hurt signal=KILL fsync
hurt error=ENOSPC write
hurt error=EIO fsync
hurt error=EIO renameat,renameat2
