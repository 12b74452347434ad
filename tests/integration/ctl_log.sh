#!/bin/bash
# reevectl log: the output of several children, by lines, now and as it comes.
set -eu
# shellcheck source=tests/integration/lib.sh
. "$top_srcdir/tests/integration/lib.sh"
# shellcheck source=tests/integration/org.sh
. "$top_srcdir/tests/integration/org.sh"
need python3

# Each child says what is written into its fifo.
org_begin
cat >> "$work/reeve.ini" <<-INI
[workspace:acme]
[workspace:globex]
[service:mail]
command = sh -c 'exec cat <> $work/mail'
workspaces = acme
startsecs = 0
stdout_logfile = $work/mail.log
[service:page]
command = sh -c 'exec cat <> $work/page'
workspaces = acme
startsecs = 0
[service:shop]
command = sh -c 'exec cat <> $work/shop'
workspaces = globex
startsecs = 0
stdout_logfile = $work/shop.log, stdout
redirect_stderr = no
stderr_logfile = $work/shop.err
[service:quiet]
command = sleep 300
workspaces = globex
startsecs = 0
stdout_logfile = none
INI
mkfifo "$work/mail" "$work/page" "$work/shop"
org_start
until_state acme:mail running
until_state acme:page running
until_state globex:shop running
say() { printf '%s\n' "${@:2}" > "$work/$1"; }
has() { grep -qF -- "$2" "$1"; }

note "one child: its bytes as they are; -n the last lines"
say mail $'one \e[31m' two three
until_ok 10 has "$work/mail.log" three
equal "all of it" "$(reevectl log acme:mail)" "$(cat "$work/mail.log")"
equal "the last two" "$(reevectl log -n 2 acme:mail | tr '\n' ' ')" "two three "
equal "tail is log with ten" "$(reevectl tail acme:mail)" "$(reevectl log -n 10 acme:mail)"

note "several: each line behind its child's name, once, whoever is named twice"
say page "of page"
until_ok 10 has "$work/log" "acme:page | of page"
equal "a workspace" "$(reevectl log -n 1 'acme:*')" "acme:mail | three
acme:page | of page"
equal "by name" "$(reevectl log -n 1 acme:page acme:mail acme:mail | wc -l)" 2
equal "nobody" "$(exit_of reevectl log acme:mail acme:nosuch)" 4
equal "who throws it away" "$(exit_of reevectl log globex:quiet)" 4
contains "says so" "$(cat "$work/out")" "not kept"
equal "and the others are shown" "$(exit_of reevectl log all)" 4
contains "the others" "$(cat "$work/out")" "acme:mail | three"

note "JSON: an object a line"
equal "JSON" "$(reevectl --json log -n 1 'acme:*')" '{"child":"acme:mail","line":"three"}
{"child":"acme:page","line":"of page"}'
printf 'bad \xff\n' > "$work/page"
until_ok 10 has "$work/log" "bad"
equal "what is no UTF-8" "$(reevectl --json log -n 1 acme:page)" '{"child":"acme:page","line":"bad \\xff","escaped":true}'

note "--since: by the time in the lines, what has none goes with the line before"
say mail "2020-01-01T00:00:00Z old" "  more of old" "2026-01-01T00:00:00Z young" "  more of young"
until_ok 10 has "$work/mail.log" "more of young"
equal "since" "$(reevectl log --since 2025-06-01T00:00:00Z acme:mail)" "2026-01-01T00:00:00Z young
  more of young"
equal "since before" "$(reevectl log --since 2019-01-01T00:00:00+01:00 acme:mail | wc -l)" 4
equal "lines without a time go by when they came" "$(reevectl log --since 10m acme:page | sed -n 1p)" "of page"
soon=$(date -d '+1 hour' +%Y-%m-%dT%H:%M:%S%:z)
equal "nothing came since" "$(reevectl log --since "$soon" acme:page acme:mail)" ""
equal "no moment" "$(exit_of reevectl log --since soon acme:mail)" 2
contains "what one is" "$(cat "$work/out")" "10m, 2h, 13:45"
equal "not for status" "$(exit_of reevectl status --since 1h)" 2

note "-f of three children: whole lines as they come, across a kill of reeve-log, until ^C"
reevectl log -f -n 0 acme:mail acme:page globex:shop > "$work/followed" 2> "$work/told" &
follower=$!
mine $follower
arrives() { say "$1" "$2" && has "$work/followed" "$3 | $2"; }
until_ok 10 arrives mail first-of-mail acme:mail
until_ok 10 arrives page first-of-page acme:page
until_ok 10 arrives shop first-of-shop globex:shop
for i in {1..200}; do say mail "mail-$i"; say shop "shop-$i"; done
until_ok 10 has "$work/followed" mail-200
until_ok 10 has "$work/followed" shop-200
if grep -vE '^(acme:(mail|page)|globex:shop) \| [a-z0-9-]+$' "$work/followed"; then fail "a line was cut or mixed"; fi
for who in acme:mail globex:shop; do
	sed -n "s/^$who | [a-z]*-\([0-9]*\)$/\1/p" "$work/followed" | cmp - <(seq 200) || fail "-f: lines of $who"
done
log_pid() { pgrep -P "$org_pid" -f reeve-log; }
kill -KILL "$(log_pid)"
until_ok 10 arrives mail after-the-kill acme:mail
until_ok 10 arrives page after-the-kill acme:page
contains "it is told" "$(cat "$work/told")" "acme:mail goes on"
kill -INT $follower
got=0; wait $follower || got=$?
equal "exit of ^C" "$got" 0

note "on a terminal nothing that a child wrote is obeyed; names are padded and coloured"
seen=$work/seen
on_terminal() { TERM=xterm python3 -c 'import pty, sys; pty.spawn(sys.argv[1:])' "$@" < /dev/null > "$seen"; }
printf 'evil \e]52;c;x\a \xff\xc2\x9b tab\there\n' > "$work/page"
until_ok 10 has "$work/log" "evil"
on_terminal reevectl log -n 1 acme:page
contains "shown" "$(cat "$seen")" 'evil \x1b]52;c;x\x07 \xff\xc2\x9b tab'$'\t'here
on_terminal reevectl log -n 1 acme:page globex:shop
contains "names" "$(cat "$seen")" $'acme:page   | \e[0mevil'
if LC_ALL=C sed 's/\x1b\[[0-9]*m//g' "$seen" | LC_ALL=C grep -qP '[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\xff]'; then fail "control bytes on the screen"; fi
NO_COLOR=1 on_terminal reevectl log -n 1 acme:page globex:shop
if grep -q $'\e' "$seen"; then fail "colours in spite of NO_COLOR"; fi
contains "piped, it is the bytes" "$(reevectl log -n 1 acme:page)" $'\e]52;c;x\a'

note "--stderr: where it is kept apart"
equal "nothing yet" "$(reevectl log --stderr globex:shop)" ""

note "a line without end comes in pieces, and no byte is missing"
head -c 300000 /dev/zero | tr '\0' x > "$work/shop"
size() { [ "$(stat -c %s "$work/shop.log")" -gt 300000 ]; }
until_ok 10 size
equal "raw" "$(reevectl log globex:shop | tr -dc x | wc -c)" 300000
reevectl log -n 1 globex:shop acme:mail > "$work/pieces"
equal "in pieces" "$(sed 's/^globex:shop [|+] //' "$work/pieces" | tr -dc x | wc -c)" 300000
contains "which say so" "$(cat "$work/pieces" | cut -c1-40)" "globex:shop + xxx"

note "reeve goes: the follower says so and ends"
reevectl log -f -n 0 acme:mail acme:page > "$work/followed" 2> "$work/told" &
follower=$!
mine $follower
until_ok 10 arrives mail last acme:mail
org_stop
got=0; wait $follower || got=$?
equal "exit" "$got" 1
contains "told" "$(cat "$work/told")" "is followed no more"
