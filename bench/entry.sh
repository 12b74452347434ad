#!/bin/bash
# What an entrypoint costs: whole runs of /bin/true beside the least an init can be, in turn; and what it
# holds of memory while a child runs.
# usage: bench/entry.sh BUILD_FOLDER WORK_FOLDER
set -euo pipefail
. "$(dirname "$0")/lib.sh"

least=$build/bench/least_init
names=("the least an init can be" "reeve --")
programs=("$least" "reeve --")
for peer in "tini -s --" dumb-init catatonit; do
	if command -v "${peer%% *}" > /dev/null; then names+=("$peer"); programs+=("$peer"); else echo "  (no ${peer%% *} here)"; fi
done

arguments=()
for program in "${programs[@]}"; do
	# shellcheck disable=SC2206
	arguments+=(+ $program /bin/true)
done
mapfile -t lines < <("$build/bench/runs" "${BENCH_ENTRY_RUNS:-2000}" "${arguments[@]:1}" + /bin/true)
names+=("/bin/true by itself")
for i in "${!names[@]}"; do row "${names[i]}" "${lines[i]% *}"; done

echo "  kB while its child runs:        RSS     PSS  private dirty"
for i in "${!programs[@]}"; do
	# shellcheck disable=SC2086
	${programs[i]} "$build/bench/trivial" &
	init=$!
	until_ok pgrep -P "$init" -x trivial
	awk -v name="${names[i]}" '$1 ~ /^(Rss|Pss|Private_Dirty):/ { v[$1] = $2 }
		END { printf "  %-28s %7d %7d %7d\n", name, v["Rss:"], v["Pss:"], v["Private_Dirty:"] }' "/proc/$init/smaps_rollup"
	pkill -KILL -P "$init"
	wait "$init" 2> /dev/null || true
done
