#!/bin/bash
# Where reeve's standard output is a terminal, nothing that a child wrote is obeyed, in whatever format and however many write.
set -eu
. "$top_srcdir/tests/integration/lib.sh"
. "$top_srcdir/tests/integration/log_lib.sh"
need python3
cd "$work"
printf 'evil \033]52;c;x\a \377\302\233 \\ tab\there\nno end \033[2J' > evil

# on_terminal FORMAT: what a terminal gets from one child; its own carriage returns are taken away.
on_terminal() {
	cat > orders <<-ORDERS
	sinks 1 acme:mail drop to=stdout,format=$1
	run 1 cat $work/evil
	wait 1
	detach 1
	end
	ORDERS
	python3 -c 'import pty, sys; sys.exit(pty.spawn(sys.argv[1:]) != 0)' \
		sh -c '"$1" "$2" < orders 2> err' - "$drive" "$REEVE_HELPER_DIR/reeve-log" < /dev/null > seen || fail "$1: $(cat err)"
	tr -d '\r' < seen
}

for format in raw prefix timestamp json; do
	note "$format"
	got=$(on_terminal $format)
	contains "all of it" "$got" here
	contains "its end" "$got" "no end"
	if LC_ALL=C grep -qP '[\x00-\x08\x0b-\x1f\x7f-\xff]' <<< "$got"; then fail "control bytes on the screen: $(cat -v seen)"; fi
done
equal "bytes as they are" "$(on_terminal raw)" 'evil \x1b]52;c;x\x07 \xff\xc2\x9b \\ tab'$'\t''here
no end \x1b[2J'
