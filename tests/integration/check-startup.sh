#!/bin/bash
# reeve --check-startup: would everybody start? Needs no reeve that runs, and starts nobody.
set -eu
# shellcheck source=tests/integration/lib.sh
. "$top_srcdir/tests/integration/lib.sh"
need python3
# shellcheck source=tests/integration/org.sh
. "$top_srcdir/tests/integration/org.sh"

org_begin
cat >> "$work/reeve.ini" <<-INI
[workspace:acme]
[workspace:globex]
[service:web]
command = touch $work/started
workspaces = acme, globex
INI
equal "all good" "$(exit_of reeve -c "$work/reeve.ini" --check-startup)" 0
contains "the verdict" "$(cat "$work/out")" "Startup check: OK (2 children)"

cat >> "$work/reeve.ini" <<-INI
[service:missing]
command = /no/such/program
workspaces = acme
[service:needy]
command = true
workspaces = globex
required_environment = TOKEN
INI
equal "two bad ones" "$(exit_of reeve -c "$work/reeve.ini" --check-startup)" 1
contains "who, what, where" "$(cat "$work/out")" "acme:missing: command-missing: /no/such/program"
contains "the other one too" "$(cat "$work/out")" "globex:needy: "
contains "which key" "$(cat "$work/out")" TOKEN
contains "the verdict" "$(cat "$work/out")" "Startup check: FAILED (2 of 4 children"

note "only who is named"
equal "a good one" "$(exit_of reeve -c "$work/reeve.ini" --check-startup acme:web)" 0
equal "a workspace" "$(exit_of reeve -c "$work/reeve.ini" --check-startup 'globex:*')" 1
equal "nobody" "$(exit_of reeve -c "$work/reeve.ini" --check-startup acme:nobody)" 1
contains "who is unknown" "$(cat "$work/out")" "acme:nobody: no-such-child"

note "who is left out for a mistake does not start"
cp "$work/reeve.ini" "$work/bad.ini"
printf '[service:late]\ncomand = true\ncritical = yes\n' >> "$work/bad.ini"
equal "a mistake" "$(exit_of reeve -c "$work/bad.ini" --check-startup)" 1
contains "where" "$(cat "$work/out")" "service:late: E-KEY: $work/bad.ini: line "
sed -i '/missing/,/globex/d; /required_environment/d' "$work/bad.ini"
equal "a mistake and nothing else" "$(exit_of reeve -c "$work/bad.ini" --check-startup)" 1
contains "the verdict" "$(cat "$work/out")" "Startup check: FAILED (0 of 2 children could not start; mistakes in the configuration: 1)"
equal "who is named is sound" "$(exit_of reeve -c "$work/bad.ini" --check-startup acme:web)" 0

note "for a program"
equal "in JSON" "$(exit_of reeve -c "$work/reeve.ini" --check-startup --json 'globex:*')" 1
equal "every line is JSON, the last one the verdict" "$(python3 -c '
import json, sys
*rows, verdict = [json.loads(line) for line in open(sys.argv[1])]
problems = [row for row in rows if "problem" in row]
assert all("machine" in row for row in rows[:-len(problems)]), rows
print(sorted({p["problem"]["code"] for p in problems}), verdict)' "$work/out")" \
	"['env-missing'] {'ok': False, 'checked': 2, 'failed': 1}"

[ ! -e "$work/started" ] || fail "something was started"

note "a reeve that runs does not mind"
org_start
until_ok 10 test -e "$work/started"
equal "beside a reeve that runs" "$(exit_of reeve -c "$work/reeve.ini" --check-startup acme:web)" 0
until_ok 5 reevectl version
