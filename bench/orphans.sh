#!/bin/bash
# 20 000 orphans for a process 1: how long until all are buried, what that costs the init, and how many wait
# for it at most. Each init in a PID namespace of its own, in turn; of three
# rounds the fastest, the least of the processor and the most of those who waited.
# usage: bench/orphans.sh BUILD_FOLDER WORK_FOLDER
set -euo pipefail
. "$(dirname "$0")/lib.sh"

litter="$build/bench/orphans ${BENCH_ORPHANS:-20000} $work/result"
if ! unshare --pid --fork --mount-proc true 2> /dev/null; then
	echo "  (no PID namespace here)"
	exit 0
fi

cat > "$work/reeve.ini" <<INI
[reeve]
socket = $work/reeve.sock
store = $work/store
state_dir = $work/state
[service:litter]
command = $litter
autorestart = never
startsecs = 0
stdout_logfile = none
INI
mkdir -p "$work/sv/litter" "$work/scan/litter"
printf '#!/bin/sh\n[ -e %s/result ] || %s\nexec sleep 300\n' "$work" "$litter" | tee "$work/sv/litter/run" > "$work/scan/litter/run"
chmod +x "$work"/{sv,scan}/litter/run

# once PROGRAM...: as process 1 until the result is there; an init that stays is ended then.
once() {
	local outer
	rm -f "$work/result"
	unshare --pid --fork --kill-child --mount-proc "$@" > "$work/log" 2>&1 < /dev/null &
	outer=$!
	until_ok test -s "$work/result"
	kill -KILL "$outer" 2> /dev/null || true
	wait "$outer" 2> /dev/null || true
	cat "$work/result"
}

inits=() commands=()
contest() {
	if ! command -v "$2" > /dev/null; then echo "  (no $2 here)"; return; fi
	inits+=("$1") commands+=("${*:2}")
}

contest "reeve --" reeve -- "$litter"
contest "reeve, a configuration" reeve -c "$work/reeve.ini"
contest "the least an init can be" "$build/bench/least_init" "$litter"
contest tini tini -- "$litter"
contest dumb-init dumb-init "$litter"
contest catatonit catatonit "$litter"
contest s6-svscan s6-svscan "$work/scan"
contest runsvdir runsvdir "$work/sv"

for _ in 1 2 3; do
	for i in "${!inits[@]}"; do
		# shellcheck disable=SC2086
		once ${commands[i]} >> "$work/times.$i"
	done
done
for i in "${!inits[@]}"; do
	sort -n "$work/times.$i" | awk -v name="${inits[i]}" '
		NR == 1 { ms = $1; cpu = $2 } { if ($2 < cpu) cpu = $2; if ($3 > most) most = $3 }
		END { printf "  %-28s %8.0f ms  %8.0f ms of processor  %6d at most\n", name, ms, cpu, most }'
done
