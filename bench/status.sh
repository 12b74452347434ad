#!/bin/bash
# A whole run of reevectl that asks about one child, beside a run of /bin/true.
# usage: bench/status.sh BUILD_FOLDER WORK_FOLDER
set -euo pipefail
. "$(dirname "$0")/lib.sh"

cat > "$work/reeve.ini" <<INI
[reeve]
socket = $work/reeve.sock
store = $work/store
state_dir = $work/state
[service:t]
command = $build/bench/trivial
INI
for i in {1..99}; do printf '[service:t%s]\ncommand = %s\n' "$i" "$build/bench/trivial"; done >> "$work/reeve.ini"
start_reeve
until_ok reevectl status default:t
row "/bin/true" "$("$build/bench/runs" 300 /bin/true)"
row "reevectl status of one child out of 100" "$("$build/bench/runs" 300 reevectl status default:t)"
row "reevectl status of all 100" "$("$build/bench/runs" 100 reevectl status)"
