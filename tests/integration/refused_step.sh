#!/bin/bash
# A step that refuses is what status, start and a shutdown tell of, whatever else there is advice about.
set -eu
. "$top_srcdir/tests/integration/lib.sh"
. "$top_srcdir/tests/integration/org.sh"

org_begin
sed -i 's|^state_dir.*|state_dir = /dev/null/none|' "$work/reeve.ini"
cat >> "$work/reeve.ini" <<INI
[service:step]
command = true
cpu_affinity = 8191
[service:check]
command = /no/such/program
[service:fine]
command = sleep 1000000
INI
org_start
until_state default:fine running
until_state default:step dead
until_state default:check dead

reevectl status > "$work/status" || true
# below CHILD: the notes that stand below its row.
below() { awk -v name="$1" '/^[^ ]/ { on = $1 == name } on && /^    [^ ]/' "$work/status"; }
note "the step stands below the child, and the advice as well"
contains advice "$(below default:step)" "warning: state-unusable"
contains step "$(below default:step)" "cpu-affinity: 8191: No such device"
note "a check that refused says so itself, once"
contains check "$(below default:check)" "command-missing: /no/such/program"
equal once "$(below default:check | grep -c no/such/program)" 1
contains "others have the advice alone" "$(below default:fine)" "warning: state-unusable"
equal "and nothing else" "$(below default:fine | wc -l)" 1

note "who starts it is told the step"
equal start "$(exit_of reevectl start default:step)" 1
contains start "$(cat "$work/out")" "dead: cpu-affinity: 8191: No such device"
org_stop
