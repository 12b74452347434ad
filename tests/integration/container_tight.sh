#!/bin/bash
# Containers that refuse: system calls, descriptors, streams.
set -eu
# shellcheck source=tests/integration/lib.sh
. "$top_srcdir/tests/integration/lib.sh"
# shellcheck source=tests/integration/box.sh
. "$top_srcdir/tests/integration/box.sh"

box_new
box_add "$top_builddir/tests/helpers/refuse_calls"
newer=(clone3 pidfd_open pidfd_send_signal close_range openat2 faccessat2 memfd_create signalfd4)
for box_uid in 0 12345; do
	for error in EPERM ENOSYS; do
		note "user $box_uid: the newer system calls are answered with $error"
		box_story refuse_calls "$error" "${newer[@]}" --
	done

	note "user $box_uid: 64 descriptors"
	box_story sh -c 'ulimit -n 64; exec "$@"' sh
	contains "it says so" "$(cat "$work/log")" "few-descriptors have=64"
done
note "a user without a right, a place to write, /proc, or more than 64 descriptors, whom all those calls are refused"
box_run=no box_tmp=no
box_is_sanitized || [ "$(id -u)" -ne 0 ] || box_proc=no
for error in EPERM ENOSYS; do
	box_story sh -c 'ulimit -n 64; exec "$@"' sh refuse_calls "$error" "${newer[@]}" --
done
box_uid=0 box_run=yes box_tmp=yes box_proc=yes

note "no standard stream is open: nothing else takes its place"
box_start sh -c 'exec "$@" <&- >&- 2>&-' sh
box_until_state default:plain running
streams() { box_ctl sh -c 'for i in 0 1 2; do readlink /proc/1/fd/$i; done' | tr '\n' ' '; }
equal "what stands in their place" "$(streams)" "/dev/null /dev/null /dev/null "
until_ok 10 box_ctl reevectl healthy
kill -TERM "$box_init"
box_wait 0 "closed streams"

note "no /dev/null: it says what is missing and how to mend it"
rm "$box/dev/null"
box_null=no
box_start
box_wait 73 "no /dev/null"
contains "what and how" "$(cat "$work/log")" "let /dev/null be there"
