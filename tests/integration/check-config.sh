#!/bin/bash
# reeve --check-config: every mistake at once, with its place, and nothing is started.
set -eu
# shellcheck source=tests/integration/lib.sh
. "$top_srcdir/tests/integration/lib.sh"

cat > "$work/good.ini" <<-INI
[service:web]
command = touch $work/started
INI
equal "a sound one" "$(exit_of reeve -c "$work/good.ini" --check-config)" 0
contains "it says so" "$(cat "$work/out")" "Configuration check: OK (1 children)"
[ ! -e "$work/started" ] || fail "something was started"

cat > "$work/bad.ini" <<-INI
[service:web]
command = true
autostrat = yes
[service:mail]
comand = true
[nonsense]
[service:sound]
command = true
INI
equal "a bad one" "$(exit_of reeve -c "$work/bad.ini" --check-config)" 1
contains "file and line" "$(cat "$work/out")" "$work/bad.ini:3:"
contains "the nearest key" "$(cat "$work/out")" autostart
contains "the second mistake" "$(cat "$work/out")" "$work/bad.ini:5:"
contains "the third mistake" "$(cat "$work/out")" "$work/bad.ini:6:"
contains "the verdict" "$(cat "$work/out")" "Configuration check: FAILED"

equal "no file" "$(exit_of reeve -c "$work/none.ini" --check-config)" 1
contains "what is missing" "$(cat "$work/out")" "$work/none.ini"

note "to run, what is sound is enough; nothing sound at all is exit status 70"
printf '[service:web]\ncomand = true\n' > "$work/empty.ini"
printf '[reeve]\nsocket = %s\n' "$work/reeve.sock" >> "$work/empty.ini"
equal "nothing to run" "$(exit_of reeve -c "$work/empty.ini")" 70
contains "it says why" "$(cat "$work/out")" comand
equal "no file at all" "$(exit_of reeve -c "$work/none.ini")" 70

note "the command line"
equal "an unknown option" "$(exit_of reeve --nonsense)" 2
equal "a stray word" "$(exit_of reeve -c "$work/good.ini" web)" 2
equal "--version" "$(exit_of reeve --version)" 0
equal "--help" "$(exit_of reeve --help)" 0
contains "help" "$(cat "$work/out")" "--check-startup"
