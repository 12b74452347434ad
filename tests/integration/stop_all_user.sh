#!/bin/bash
# The same for an ordinary user, who was given a control group to do with as he likes.
set -eu
# shellcheck source=tests/integration/lib.sh
. "$top_srcdir/tests/integration/lib.sh"

[ "$(id -u)" = 0 ] || skip "needs root to become somebody else"
need setpriv
parent=$(sed -n 's/^[^-]* \(\/[^ ]*\) [^-]*- cgroup2 .*$/\1/p' /proc/self/mountinfo | head -n 1)
folder=$parent/reeve-test-$$
mkdir "$folder" 2>/dev/null || skip "no control group can be made in '$parent'"
clean_up() {
	rmdir "$folder" 2>/dev/null || true
	tidy
}
trap clean_up EXIT

uid=54321
setpriv --reuid=$uid --regid=$uid --clear-groups test -r "$top_srcdir/tests/integration/stop_all.sh" ||
	skip "others may not read '$top_srcdir'"
mkdir "$work/tmp"
chown $uid "$work" "$work/tmp" "$folder" "$folder/cgroup.procs" "$folder/cgroup.subtree_control" "$folder/cgroup.threads"
chmod 755 "$work"

# In there from its start: nobody may move himself in from outside.
sh -c "echo 0 > $folder/cgroup.procs && exec setpriv --reuid=$uid --regid=$uid --clear-groups env TMPDIR=$work/tmp \
	bash $top_srcdir/tests/integration/stop_all.sh" > "$work/out" 2>&1 || { cat "$work/out" >&2; fail "as uid $uid"; }
contains "by control groups, too" "$(cat "$work/out")" "-- cgroup: nobody outlives reeve"
