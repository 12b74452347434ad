#!/bin/bash
# Every controller of control groups: limits that bite.
set -eu
. "$top_srcdir/tests/integration/lib.sh"
. "$top_srcdir/tests/vm/machine.sh"
machine_run cgroup_guest.sh
