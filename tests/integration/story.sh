#!/bin/bash
# What a newcomer sees first is the acceptance test of the main job: contrib/story.sh holds every command
# in it to its exit status. As whoever runs the tests, and by root also as an ordinary user, who has
# PID 1 in a user namespace that maps nobody else.
set -eu
. "$top_srcdir/tests/integration/lib.sh"
need busybox redis-server python3

note "as $(id -un)"
"$top_srcdir/contrib/story.sh" "$top_builddir" > "$work/told" 2>&1 || { cat "$work/told"; fail "the story broke off"; }
contains "the story's end" "$(cat "$work/told")" "That was the main job."

[ "$(id -u)" = 0 ] || exit 0
need setpriv
ordinary=(setpriv --reuid=65534 --regid=65534 --clear-groups)
"${ordinary[@]}" unshare --user --map-root-user --pid --fork --mount-proc true 2>/dev/null ||
	{ note "user namespaces are refused here: root's story has to do"; exit 0; }

# The build may lie where nobody else may look.
mkdir "$work/build" "$work/home"
cp -L "$top_builddir"/helpers/reeve* "$top_srcdir/contrib/story.sh" "$work/build"
ln -s . "$work/build/helpers"
chmod 755 "$work" "$work/build"
chown 65534 "$work/home"
note "as an ordinary user"
TMPDIR=$work/home "${ordinary[@]}" bash "$work/build/story.sh" "$work/build" > "$work/told" 2>&1 < /dev/null ||
	{ cat "$work/told"; fail "the story of an ordinary user broke off"; }
contains "the story's end" "$(cat "$work/told")" "That was the main job."
