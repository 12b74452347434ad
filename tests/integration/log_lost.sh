#!/bin/bash
# reeve-log is killed while it throws away what a sink does not take: what reeve was told is what is missing, to the byte.
set -eu
. "$top_srcdir/tests/integration/lib.sh"
. "$top_srcdir/tests/integration/log_lib.sh"
cd "$work"
seq -f 'line %09.0f' 1 30000 > lines
size=$(($(stat -c %s lines) + 6)) # and "end N"
touch file

# said N: an order that waits until the child wrote N times, and reeve-log did all that it had to do about it: it
# answers when it is through with its turn.
said() {
	await "grep -qx 'end $1' $work/beside.log"
	printf 'tail 2 0 - %s\n' "$work/answer.$1"
	await "[ -e $work/answer.$1.end ]"
}

play "killed" <<ORDERS
sinks 1 acme:mail drop to=$work/file/bad.log to=$work/beside.log
attach 2 acme:other $work/other.log 0 0
run 2 echo hello
wait 2
$(for i in {1..5}; do printf 'run 1 cat %s; echo end %s\nwait 1\n' "$work/lines" "$i"; said "$i"; echo kill; done)
detach 1
detach 2
end
ORDERS
lost=$(sed -n "s/^log_drive: stream 1 lost \([0-9]*\).*/\1/p" killed.err)
equal "nothing was stored there, all of it was counted" "$lost" $((5 * size))

touch later
play "what is no message" <<ORDERS
sinks 1 acme:mail drop to=$work/later/log
run 1 echo words
wait 1
trouble 1 later/log
babble
sh rm $work/later
$(await "grep -qx words $work/later/log")
detach 1
end
ORDERS
contains "it says so" "$(cat "what is no message.err")" "control broken"
equal "nothing is lost by it" "$(grep -c ' lost ' "what is no message.err")" 0
