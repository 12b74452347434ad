# What the benchmarks that are scripts share. $1 is the build folder, $2 a folder to work in.
# shellcheck shell=bash

build=$1
work=$2/$(basename "$0" .sh)
mkdir -p "$work"
export PATH=$build/helpers:$PATH REEVE_HELPER_DIR=$build/helpers REEVE_SOCKET=$work/reeve.sock
reeve_pid=
exec {pause_fd}<> <(:)

stop_reeve() {
	[ -z "$reeve_pid" ] || { kill -TERM "$reeve_pid" && wait "$reeve_pid"; } 2>/dev/null || true
	reeve_pid=
}
trap stop_reeve EXIT

until_ok() {
	local deadline=$((SECONDS + 60))
	until "$@" > /dev/null 2>&1; do
		[ "$SECONDS" -lt "$deadline" ] || { echo "gave up waiting for: $*" >&2; tail -n 5 "$work/reeve.log" >&2; exit 1; }
		read -rt 0.02 -u "$pause_fd" || true
	done
}

# start_reeve: with $work/reeve.ini, until it answers.
start_reeve() {
	reeve -c "$work/reeve.ini" > "$work/reeve.log" 2>&1 < /dev/null &
	reeve_pid=$!
	until_ok reevectl version
}

now_ms() { echo $(($(date +%s%N) / 1000000)); }

# row NAME VALUE...
row() { printf '  %-44s %s\n' "$1" "${*:2}"; }
