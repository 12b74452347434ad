# A reeve of the test's own, in $work: source it after lib.sh.
#
#	org_begin             $work/reeve.ini with a [reeve] section; the test appends what it needs
#	org_start [WORD...]   starts reeve (by way of WORD..., such as setpriv) and waits until it answers
#	org_stop              orderly, and waits until it is gone
#	until_state NAME STATE [SECONDS]
#
# REEVE_SOCKET is set, so that reevectl finds it. Whatever happens, reeve and its children end with the test.
# shellcheck shell=bash disable=SC2154

export REEVE_SOCKET=$work/reeve.sock
org_pid=

org_begin() {
	cat > "$work/reeve.ini" <<-INI
	[reeve]
	socket = $work/reeve.sock
	store = $work/store
	state_dir = $work/state
	INI
}

org_answers() { "${org_ctl[@]}" reevectl version; }

# reeve's standard output and error go to $work/log.
org_start() {
	"$@" reeve -c "$work/reeve.ini" > "$work/log" 2>&1 &
	org_pid=$!
	mine "$org_pid"
	until_ok 10 org_answers
}

org_stop() {
	[ -n "$org_pid" ] || return 0
	kill -TERM "$org_pid" 2>/dev/null || true
	until_ok 20 gone "$org_pid"
	wait "$org_pid" 2>/dev/null || true
	org_pid=
}

org_ctl=()
# A sanitizer speaks on standard error and would be lost with $work.
org_tidy() {
	local got=$?
	( org_stop ) || true
	if grep -E 'Sanitizer|runtime error' -A 20 "$work"/log* 2>/dev/null; then got=1; fi
	tidy
	exit "$got"
}
trap org_tidy EXIT

# state_of NAME: the word in the second column of status.
state_of() { reevectl status "$1" | awk -v name="$1" '$1 == name { print $2 }'; }
is_state() { [ "$(state_of "$1")" = "$2" ]; }
until_state() { until_ok "${3:-10}" is_state "$1" "$2"; }

# pid_of NAME
pid_of() { reevectl --json status "$1" | sed -n 's/^ *"pid": \([0-9]*\),$/\1/p'; }
