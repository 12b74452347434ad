#!/bin/bash
# Under the name of another small init its options do what they do there. Beside the real one, where it is
# installed, both have to do the same; what is expected is written down for where it is not.
set -eu
# shellcheck source=tests/integration/lib.sh
. "$top_srcdir/tests/integration/lib.sh"
# shellcheck source=tests/integration/entry/lib.sh
. "$top_srcdir/tests/integration/entry/lib.sh"
need python3
effects=$top_srcdir/tests/integration/entry/effects.py
signals=$top_srcdir/tests/integration/entry/signals.py

# both STATUS NAME ARGUMENT...: ours and the real one end with it.
both() {
	local want=$1 name=$2; shift 2
	equal "ours: $name $*" "$(exit_of timeout 20 "$(named "$name")" "$@")" "$want"
	if command -v "$name" > /dev/null; then
		equal "the real $name $*" "$(exit_of timeout 20 "$name" "$@")" "$want"
	fi
}

# same WORDS STORY NAME OPTION...: effects.py tells the same of both; NAME is the story's INIT.
same() {
	local want=$1 story=$2 name=$3; shift 3
	# shellcheck disable=SC2086
	equal "ours: $story of $name $*" "$(timeout 60 python3 "$effects" $story "$(named "$name")" "$@")" "$want"
	if command -v "$name" > /dev/null; then
		# shellcheck disable=SC2086
		equal "the real $story of $name $*" "$(timeout 60 python3 "$effects" $story "$(command -v "$name")" "$@")" "$want"
	fi
}

# child WORDS STORY NAME OPTION...: the same for a story that is told by the child.
child() {
	local want=$1 story=$2 name=$3; shift 3
	equal "ours: $story in $name $*" "$("$(named "$name")" "$@" python3 "$effects" "$story" 2> /dev/null)" "$want"
	if command -v "$name" > /dev/null; then
		equal "the real $story in $name $*" "$("$name" "$@" python3 "$effects" "$story" 2> /dev/null)" "$want"
	fi
}

# arrive WANT NUMBERS NAME OPTION...: what becomes of these signals.
arrive() {
	local want=$1 numbers=$2 name=$3; shift 3
	# shellcheck disable=SC2086
	equal "ours: signals through $name $*" "$(timeout 60 python3 "$signals" $numbers -- "$(named "$name")" "$@" 2> /dev/null | tr '\n' ';')" "$want"
	if command -v "$name" > /dev/null; then
		# shellcheck disable=SC2086
		equal "signals through the real $name $*" "$(timeout 60 python3 "$signals" $numbers -- "$name" "$@" 2> /dev/null | tr '\n' ';')" "$want"
	fi
}

# speaks WANT NAME ARGUMENT...: yes or no, whether anything is said on standard error.
speaks() {
	local want=$1 name=$2 init got; shift 2
	for init in "$(named "$name")" "$(command -v "$name" || true)"; do
		[ -n "$init" ] || continue
		got=$("$init" "$@" 2>&1 > /dev/null | wc -c)
		[ "$got" = 0 ] && got=no || got=yes
		equal "$init $* speaks" "$got" "$want"
	done
}

everything='1 2 3 10 12 13 14 15 16 17 18 23 24 25 26 27 28 29 30 34 35 50 63'
all_but() { for n in $everything; do [ "$n" = 17 ] && printf '17 -;' || printf '%s %s;' "$n" "$n"; done; }
# shellcheck disable=SC2016
suicide='kill -KILL $$'

note "tini: exit statuses"
both 0 tini -- true
both 5 tini -- sh -c 'exit 5'
both 137 tini -- sh -c "$suicide"
both 127 tini -- "$work/nothing"
both 127 tini -- no-such-program-anywhere
both 126 tini -- /etc/passwd
both 126 tini -- "$work"
both 0 tini -e 5 -- sh -c 'exit 5'
both 6 tini -e 5 -- sh -c 'exit 6'
both 0 tini -e 5 -e6 -- sh -c 'exit 6'
both 0 tini -e 137 -- sh -c "$suicide"
both 0 tini -e 143 -s -vvg -w -- true
both 0 tini true -- -v --bogus
both 0 tini -p SIGTERM -- true

note "tini: what makes no sense"
both 1 tini
both 1 tini -s
both 1 tini -e
both 1 tini -e 256 -- true
both 1 tini -e -1 -- true
both 1 tini -e x -- true
both 1 tini -p NOTHING -- true
both 1 tini -x true
both 1 tini true -x
both 1 tini --bogus true
both 5 docker-init -- sh -c 'exit 5'
both 0 docker-init -s -e 5 -- sh -c 'exit 5'
both 1 docker-init --bogus true

note "tini: help, version, license"
both 0 tini -h
both 0 tini --version
both 0 tini -l
both 0 tini -h -x
both 1 tini -x -h
equal "the version goes to standard output, as the engines read it" \
	"$("$(named docker-init)" --version 2> /dev/null | cut -c 1-20)" "tini version 0.19.0 "

note "tini: its variables"
TINI_SUBREAPER='' child adopted adopted tini --
TINI_KILL_PROCESS_GROUP=1 same "child member" group tini -s --
TINI_VERBOSITY=0 speaks no tini -- true
TINI_VERBOSITY=1 speaks yes tini -- true
TINI_VERBOSITY=x speaks no tini -- true
speaks yes tini -- true
speaks no tini -s -- true

note "tini: what it does to the child and the others"
child group session tini -s --
child adopted adopted tini -s --
same child group tini -s --
same "child member" group tini -s -g --
same nothing farewell tini -s -g --
same SIGUSR1 parent tini -p SIGUSR1 --
arrive "$(all_but)" "$everything" tini -s --
arrive "21 -;22 -;" "21 22" tini -s --
if can_first; then
	for init in "$(named tini)" "$(command -v tini || named tini)"; do
		equal "$init tells of an orphan with -w" "$(first "$init" -w -- python3 "$effects" adopted 2>&1 | grep -ci reaped)" 1
		equal "$init does not without" "$(first "$init" -- python3 "$effects" adopted 2>&1 | grep -ci reaped)" 0
	done
fi

note "dumb-init: exit statuses"
both 0 dumb-init true
both 5 dumb-init sh -c 'exit 5'
both 5 dumb-init -- sh -c 'exit 5'
both 137 dumb-init sh -c "$suicide"
both 2 dumb-init "$work/nothing"
both 2 dumb-init /etc/passwd
both 0 dumb-init -c -v true
both 0 dumb-init --single-child --verbose true -x
both 0 dumb-init -r 15:3 -r 1:0 --rewrite 2:31 --rewrite=3:3 true
both 0 dumb-init --rew 15:3 --sing true
for words in -h --help -V --version "-V true" "-h -x" "-V --bogus"; do
	# shellcheck disable=SC2086
	both 0 dumb-init $words
done

note "dumb-init: what makes no sense"
both 1 dumb-init
both 1 dumb-init -c
both 1 dumb-init -x true
both 1 dumb-init --bogus true
both 1 dumb-init --ver true
both 1 dumb-init -r
for pair in 15 15: :3 0:1 32:1 1:32 1:-1 TERM:QUIT ''; do both 1 dumb-init -r "$pair" true; done

note "dumb-init: its variables"
DUMB_INIT_DEBUG=1 speaks yes dumb-init true
DUMB_INIT_DEBUG=0 speaks no dumb-init true
speaks yes dumb-init -v true
DUMB_INIT_SETSID=0 child neither session dumb-init
DUMB_INIT_SETSID=1 child session session dumb-init

note "dumb-init: what it does to the child and the others"
child session session dumb-init
child neither session dumb-init -c
child left adopted dumb-init
same "child member" group dumb-init
same child group dumb-init -c
same SIGTERM farewell dumb-init
same nothing farewell dumb-init -c
same nothing farewell dumb-init -r 15:0
same "init child SIGUSR1" stop dumb-init
same "init child SIGUSR1" stop dumb-init -c
arrive "$(all_but)" "$everything" dumb-init
arrive "1 -;2 2;3 3;15 3;" "1 2 3 15" dumb-init -r 15:3 -r 1:0
arrive "15 2;" 15 dumb-init -r 15:3 -r 15:2

note "catatonit: exit statuses"
both 0 catatonit true
both 5 catatonit -- sh -c 'exit 5'
both 137 catatonit -- sh -c "$suicide"
both 1 catatonit "$work/nothing"
both 1 catatonit /etc/passwd
both 0 catatonit -g true
for words in -h -V --version -L "-P -V" "-L -x"; do
	# shellcheck disable=SC2086
	both 0 catatonit $words
done
both 1 catatonit
both 1 catatonit -g
both 1 catatonit -x true
both 1 catatonit true -x
both 1 catatonit --bogus true

note "catatonit: what it does to the child and the others"
child group session catatonit --
child adopted adopted catatonit --
same child group catatonit --
same "child member" group catatonit -g --
same nothing farewell catatonit -g --
same "- - SIGUSR1" stop catatonit --
arrive "$(all_but)" "$everything" catatonit --
for number in 2 15; do same 0 "pause $number" catatonit -P; done
CATATONIT_DEBUG=1 speaks yes catatonit true

note "the links are made when asked for"
if [ -e "$top_builddir/Makefile" ]; then
	make -s -C "$top_builddir" install-init-links DESTDIR="$work/installed" > "$work/out" 2>&1 || fail "$(cat "$work/out")"
	tini=$(find "$work/installed" -name tini)
	for name in tini docker-init dumb-init catatonit; do equal "$name" "$(readlink "${tini%/*}/$name")" reeve; done
	equal "and they work" "$(exit_of "$tini" -s -- sh -c 'exit 3')" 3
	make -s -C "$top_builddir" uninstall-init-links DESTDIR="$work/installed" > "$work/out" 2>&1 || fail "$(cat "$work/out")"
	equal "and go again" "$(find "$work/installed" -name tini)" ""
fi
