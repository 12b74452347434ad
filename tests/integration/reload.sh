#!/bin/bash
# A reload applies the difference, instance by instance, or nothing at all.
set -eu
# shellcheck source=tests/integration/lib.sh
. "$top_srcdir/tests/integration/lib.sh"
# shellcheck source=tests/integration/org.sh
. "$top_srcdir/tests/integration/org.sh"

service() { # NAME COMMAND [LINE...]
	printf '[service:%s]\ncommand = %s\nstartsecs = 0\nstdout_logfile = none\n' "$1" "$2"
	shift 2
	[ $# = 0 ] || printf '%s\n' "$@"
}
# The new file appears in one piece.
write() { { org_begin_text; cat; } > "$work/new.ini"; mv "$work/new.ini" "$work/reeve.ini"; }
org_begin
org_begin_text() { printf '[reeve]\nsocket = %s\nstore = %s\nstate_dir = %s\n' "$work/reeve.sock" "$work/store" "$work/state"; }

{ service same "sleep 300"; service changed "sleep 301"; service policy "sleep 302"; service removed "sleep 303"
  service idle "sleep 304" "autostart = no"; } | write
org_start
for name in same changed policy removed; do until_state "default:$name" running; done
same=$(pid_of default:same); changed=$(pid_of default:changed); policy=$(pid_of default:policy); removed=$(pid_of default:removed)

note "each instance gets what it needs and no more"
{ service same "sleep 300"; service changed "sleep 311"; service policy "sleep 302" "stopwaitsecs = 3"
  service idle "sleep 314" "autostart = no"; service added "sleep 305"; } | write
reevectl reload > "$work/changes"
contains "same" "$(cat "$work/changes")" "default:same: untouched"
contains "changed" "$(cat "$work/changes")" "default:changed: changed (restarting)"
contains "policy" "$(cat "$work/changes")" "default:policy: changed (applied as it is)"
contains "removed" "$(cat "$work/changes")" "default:removed: removed"
contains "added" "$(cat "$work/changes")" "default:added: added"
until_state default:added running
until_state default:changed running
until_ok 5 gone "$removed"
equal "same's process" "$(pid_of default:same)" "$same"
equal "policy's process" "$(pid_of default:policy)" "$policy"
[ "$(pid_of default:changed)" != "$changed" ] || fail "changed kept its process"
equal "who was not wanted is still not" "$(state_of default:idle)" stopped
is_unknown() { [ "$(exit_of reevectl status default:removed)" = 4 ]; }
until_ok 5 is_unknown

note "with a mistake anywhere nothing changes, and every mistake is told"
{ service same "sleep 999"; service typo "sleep 1" "autostrat = yes"; service worse "sleep 1" "stopwaitsecs = never"; } | write
equal "reload with mistakes" "$(exit_of reevectl reload)" 1
contains "the first mistake" "$(cat "$work/out")" autostrat
contains "the second mistake" "$(cat "$work/out")" stopwaitsecs
equal "same's process after it" "$(pid_of default:same)" "$same"
equal "added after it" "$(state_of default:added)" running

note "a file that is gone changes nothing either"
mv "$work/reeve.ini" "$work/away.ini"
[ "$(exit_of reevectl reload)" != 0 ] || fail "a reload without a file went well"
contains "which file" "$(cat "$work/out")" "$work/reeve.ini"
equal "same's process without a file" "$(pid_of default:same)" "$same"

note "back and forth in a hurry: one comes back that was on its way out"
{ service same "sleep 300"; service slow "sh -c 'trap \"\" TERM; while :; do sleep 0.05; done'" "stopwaitsecs = 400ms"; } | write
reevectl reload > /dev/null
until_state default:slow running
{ service same "sleep 300"; } | write
reevectl reload > /dev/null
{ service same "sleep 300"; service slow "sleep 306"; } | write
reevectl reload > /dev/null
until_state default:slow running
equal "same's process in the end" "$(pid_of default:same)" "$same"
