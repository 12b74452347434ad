#!/bin/bash
# What --check-startup says of the machine: each thing by its name, and what follows where it is missing.
set -eu
# shellcheck source=tests/integration/lib.sh
. "$top_srcdir/tests/integration/lib.sh"
# shellcheck source=tests/integration/box.sh
. "$top_srcdir/tests/integration/box.sh"
need python3

box_new
box_add "$top_builddir/tests/helpers/refuse_calls"

# missing STATUS WORD...: the names of what --check-startup --json misses, run in a box by way of WORD...
missing() {
	local want=$1 got=0; shift
	box_script > "$work/box.sh"
	env -i PATH="$PATH" REEVE_HELPER_DIR=/bin "${box_outer[@]}" sh "$work/box.sh" "$@" \
		reeve -c /etc/reeve/reeve.ini --check-startup --json > "$work/json" 2> "$work/log" || got=$?
	equal "exit status" "$got" "$want"
	python3 -c '
import json, sys
rows = [r for r in map(json.loads, open(sys.argv[1])) if "machine" in r]
assert len(rows) > 10 and all(r["effect"] and r["remedy"] for r in rows if not r["here"]), rows
print(*(r["machine"] for r in rows if not r["here"]))' "$work/json"
}
# A box has no account and no control group.
usual="account control-group"
is_missing() { # WHAT GOT NAME...
	local what=$1 got=" $2 " name; shift 2
	for name in "$@"; do case $got in *" $name "*) ;; *) fail "$what: $name is not missed in:$got" ;; esac; done
}

note "a folder for everything"
box_root=rw
got=$(missing 0)
for name in control-socket tmp state-dir store writable-root proc; do
	case " $got " in *" $name "*) fail "$name is missed in: $got" ;; esac
done
# shellcheck disable=SC2086
is_missing "as ever" "$got" $usual
box_root=ro

note "each thing by its name"
is_missing "read-only" "$(missing 0)" writable-root state-dir store
box_run=no
is_missing "no /run" "$(missing 0)" control-socket
box_run=yes box_tmp=no
is_missing "no /tmp" "$(missing 0)" tmp
box_tmp=yes
if ! box_is_sanitized; then
	box_proc=no
	is_missing "no /proc" "$(missing 0)" proc
	box_proc=yes
fi
box_capabilities=no
is_missing "no capability" "$(missing 0)" capabilities
box_capabilities=yes
is_missing "few descriptors" "$(missing 0 sh -c 'ulimit -n 64; exec "$@"' sh)" descriptors
for error in EPERM ENOSYS; do
	for call in clone3 pidfd_open close_range openat2; do
		is_missing "$error" "$(missing 0 refuse_calls $error $call --)" $call
	done
done

note "what no child can do without is a failure"
is_missing "so few that nobody has pipes" "$(missing 1 sh -c 'ulimit -n 20; exec "$@"' sh)" pipes
box_null=no
is_missing "no /dev/null" "$(missing 1)" null-device

note "for people"
box_script > "$work/box.sh"
equal "exit status" "$(exit_of env -i PATH="$PATH" REEVE_HELPER_DIR=/bin "${box_outer[@]}" sh "$work/box.sh" \
	reeve -c /etc/reeve/reeve.ini --check-startup)" 1
contains "what, and what to do" "$(cat "$work/out")" \
	"this machine: null-device: missing: nothing can be started. To do: mknod -m 666 /dev/null c 1 3"
