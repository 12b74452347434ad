#!/bin/bash
# A clock that is set, for real: the kernel's own, far ahead and far back.
set -eu
. "$top_srcdir/tests/integration/lib.sh"
. "$top_srcdir/tests/vm/machine.sh"
machine_run clock_guest.sh
