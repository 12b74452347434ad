#!/bin/bash
# One child cannot run the new version: it is dead with the reason, the others go on, the exit status is 1.
set -eu
. "$top_srcdir/tests/integration/lib.sh"
. "$top_srcdir/tests/integration/bundle_org.sh"

for i in 1 2; do make_version "v$i" "word $i"; done
publish 1.0 1 v1 > /dev/null
rollout=parallel=3 acme_environment='WEB_KEY="secret word"' org
sed -i 's/^\[workspace:initech\]/&\nenvironment = WEB_KEY=other/' "$conf"
org_start
until_ok 10 all_run 1.0

note "version 2 needs a key that globex does not have"
publish 2.0 2 v2 --require-env WEB_KEY > /dev/null
upgrade 1
equal "result" "$(answered "a['upgrade']['result']")" partial
equal "outcomes" "$(rows ok)" "True False True"
equal "states" "$(rows state_after)" "running dead running"
equal "code" "$(rows code)" " env-missing "
contains "the reason names the key" "$(rows error)" WEB_KEY
! grep -q 'secret word' "$work/answer" "$work/log" || fail "a secret was printed"

note "the dead child keeps its reason and does not loop"
equal "globex:web" "$(of globex:web state)" dead
contains "status" "$(of globex:web reason)" WEB_KEY
equal "one try" "$(seen 'globex:web checking from=stopped')" 2
equal "--check-startup says the same" "$(exit_of reeve -c "$conf" --check-startup globex:web)" 1
contains "--check-startup" "$(cat "$work/out")" WEB_KEY

note "the next upgrade gives the dead one try, converging without a flip"
upgrade 4
equal "the only child to be moved cannot run: nothing is done" "$(answered "a['upgrade']['result']")" refused
sed -i 's/^\[workspace:globex\]/&\nenvironment = WEB_KEY=third/' "$conf"
reevectl reload > /dev/null
until_ok 10 all_run 2.0
upgrade 0
equal "result" "$(answered "a['upgrade']['result']")" noop
org_stop
