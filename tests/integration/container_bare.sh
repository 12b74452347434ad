#!/bin/bash
# Containers that lack what a machine has: nothing to write to, no /run, no /proc, no user, no right.
set -eu
# shellcheck source=tests/integration/lib.sh
. "$top_srcdir/tests/integration/lib.sh"
# shellcheck source=tests/integration/box.sh
. "$top_srcdir/tests/integration/box.sh"

box_new
for box_uid in 0 12345; do
	note "user $box_uid: a read-only root, no account, no control group"
	box_story

	note "user $box_uid: no /run and no /tmp either: reeve and reevectl find each other all the same"
	box_run=no box_tmp=no
	box_story
	contains "where the socket is" "$(cat "$work/log")" "socket-elsewhere path=@reeve-$box_uid-"
	box_run=yes

	note "user $box_uid: /run, and no /tmp"
	box_story
	box_tmp=yes

	note "user $box_uid: /tmp, and no /run"
	box_run=no
	box_story
	box_run=yes

	# A sanitizer reads /proc, and so does who makes a user of a namespace's root.
	if box_is_sanitized || { [ "$(id -u)" -ne 0 ] && [ $box_uid -ne 0 ]; }; then continue; fi
	note "user $box_uid: no /proc"
	box_proc=no
	box_story

	note "user $box_uid: nothing of all that"
	box_run=no box_tmp=no
	box_story
	box_run=yes box_tmp=yes box_proc=yes
done

note "root without a single capability"
box_uid=0 box_capabilities=no
box_story
