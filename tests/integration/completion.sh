#!/bin/bash
# The completions offer what the programs have, and the names that reeve has now.
set -eu
# shellcheck source=tests/integration/lib.sh
. "$top_srcdir/tests/integration/lib.sh"
# shellcheck source=tests/integration/org.sh
. "$top_srcdir/tests/integration/org.sh"

org_begin
cat >> "$work/reeve.ini" <<-INI
[workspace:acme]
[workspace:globex]
[service:mail]
command = sleep 120
workspaces = acme, globex
autostart = no
INI
org_start

# offered PROGRAM WORD...: what bash completes after these words, in one line.
offered() {
	local program=$1; shift
	bash -c '. "$1"; shift; function=$1; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); $function; echo "${COMPREPLY[*]}"' \
		_ "$top_srcdir/contrib/completion/$program.bash" "_${program//-/_}" "$program" "$@"
}
equal "a command" "$(offered reevectl check)" "check check-updates"
equal "names" "$(offered reevectl start '')" "acme:* acme:mail all globex:* globex:mail"
equal "names begun" "$(offered reevectl status glo)" "globex:* globex:mail"
equal "options of a command" "$(offered reevectl upgrade --t)" "--to"
equal "signals" "$(offered reevectl signal US)" "USR1 USR2"
equal "names after a signal" "$(offered reevectl signal HUP acme:m)" "acme:mail"
equal "reeve-bundle" "$(offered reeve-bundle p)" "pack publish"
equal "its options" "$(offered reeve-bundle publish --ch)" "--channel"
for command in $(reeve-bundle --help | awk '/^  [a-z]+  / { print $1 }'); do
	grep -qw -- "$command" "$top_srcdir/contrib/completion/reeve-bundle.bash" || fail "bash does not complete $command"
	grep -q -- "'$command:" "$top_srcdir/contrib/completion/_reeve-bundle" || fail "zsh does not complete $command"
done
if command -v zsh >/dev/null; then
	zsh -n "$top_srcdir/contrib/completion/_reevectl"
	zsh -n "$top_srcdir/contrib/completion/_reeve-bundle"
fi
org_stop
equal "no names without reeve, and no noise" "$(offered reevectl start '' 2>&1)" "all"
