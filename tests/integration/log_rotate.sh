#!/bin/bash
# A log file is rotated by its size, by its age, and within a total; numbers and bytes stay exact through kills.
set -eu
. "$top_srcdir/tests/integration/lib.sh"
. "$top_srcdir/tests/integration/log_lib.sh"

cd "$work"

# rotated FILE COUNT: the backups from the oldest on, and the file.
rotated() {
	local i
	for ((i = $2; i >= 1; i--)); do [ ! -e "$1.$i" ] || cat "$1.$i"; done
	[ ! -e "$1" ] || cat "$1"
}

play "an old file is rotated, silent or not, and an empty one never" <<ORDERS
sinks 1 acme:mail drop to=$work/age.log,maxage_ms=300,backups=5
sinks 2 acme:page drop to=$work/none.log,maxage_ms=300,backups=5
run 1 echo one
wait 1
$(await "[ -e $work/age.log.1 ]")
run 1 echo two
wait 1
$(await "[ -e $work/age.log.2 ]")
tail 1 0 w $work/age.whole
$(await "[ -e $work/age.whole.end ]")
sh [ ! -e $work/age.log ] || [ ! -s $work/age.log ]
end
ORDERS
equal "backups" "$(echo age.log.*)" "age.log.1 age.log.2"
equal "the younger" "$(cat age.log.1)" two
equal "the older" "$(cat age.log.2)" one
equal "all of it, with no file there yet" "$(cat age.whole)" $'one\ntwo'
[ ! -e none.log.1 ] || fail "a backup of nothing"

play "the age is the first byte's, whoever wrote it" <<ORDERS
sh echo before > $work/found.log
sinks 1 acme:mail drop to=$work/found.log,maxage_ms=500,backups=5
kill
kill
$(await "[ -e $work/found.log.1 ]")
end
ORDERS
equal "what was found" "$(cat found.log.1)" before

play "a line is not cut for its age" <<ORDERS
sinks 1 acme:mail drop to=$work/whole.log,maxage_ms=200,backups=5
run 1 printf 'half '; until [ -e $work/go ]; do read -rt 0.01 <> <(:) || true; done; echo whole; echo next
sinks 2 acme:page drop to=$work/beside.log,maxage_ms=200,backups=5
run 2 echo beside
wait 2
$(await "[ -e $work/beside.log.1 ]")
sh touch $work/go
wait 1
$(await "[ -e $work/whole.log.1 ]")
detach 1
end
ORDERS
equal "the line" "$(rotated whole.log 5)" $'half whole\nnext'
equal "where it is" "$(rotated whole.log 5 | head -n 1)" "half whole"
contains "it is whole" "$(head -n 1 "$(ls whole.log.* | sort -V | tail -n 1)")" "half whole"

seq -f 'line %06.0f' 1 200000 > much
play "file and backups fit into their total" <<ORDERS
sinks 1 acme:mail drop to=$work/total.log,maxbytes=100000,backups=99,total=350000
sinks 2 acme:page drop format=timestamp,to=$work/total2.log,maxbytes=100000,backups=99,total=350000
run 1 cat $work/much
run 2 cat $work/much
wait 1
wait 2
detach 1
detach 2
end
ORDERS
for file in total total2; do
	sum=$(cat $file.log* | wc -c)
	[ "$sum" -le 350000 ] && [ "$sum" -ge 200000 ] || fail "$file: $sum bytes"
done
rotated total.log 99 | cmp - <(tail -c "$(rotated total.log 99 | wc -c)" much) || fail "total: a hole among what was kept"
rotated total2.log 99 | sed 's/^[-0-9T:.]*Z acme:page | //' > kept
cmp kept <(tail -n "$(wc -l < kept)" much) || fail "total2: a hole among what was kept"

play "lines of a format are rotated whole" <<ORDERS
sinks 1 acme:mail drop format=json,to=$work/json.log,maxbytes=5000,backups=999
run 1 head -n 2000 $work/much
wait 1
detach 1
end
ORDERS
for file in json.log*; do
	[ "$(wc -c < "$file")" -le 5000 ] || fail "$file: too large"
	! grep -qvE '^\{"time":"[-0-9T:.]*Z","child":"acme:mail","stream":"out","line":"line [0-9]{6}"\}$' "$file" || fail "$file: cut"
done
rotated json.log 999 | sed 's/.*"line":"//; s/"}$//' | cmp - <(head -n 2000 much) || fail "json: not what was written"

play "fewer backups than before" <<ORDERS
sh for i in 1 2 3 4 5 6; do echo \$i > $work/fewer.log.\$i; done; echo 4 > $work/fewer.log.4.gz; echo 2024 > $work/fewer.log.2024
sinks 1 acme:mail drop to=$work/fewer.log,maxbytes=10,backups=3
run 1 printf '123456789\n123456789\n'
wait 1
detach 1
end
ORDERS
equal "files" "$(echo fewer.log*)" "fewer.log fewer.log.1 fewer.log.2 fewer.log.2024 fewer.log.3 fewer.log.4.gz"
equal "the oldest" "$(cat fewer.log.3)" 2

play "kill storm while rotating" <<ORDERS
sinks 1 acme:mail drop to=$work/storm.log,maxbytes=40000,backups=999
run 1 cat $work/much
storm 1
detach 1
end
ORDERS
rotated storm.log 999 | cmp - much || fail "storm: not what was written"

if [ "$(id -u)" = 0 ]; then who=root; else who=me; fi
if [ $who = me ]; then
	play "a folder that cannot be written costs no byte" <<ORDERS
sh mkdir $work/shut; touch $work/shut/x.log; chmod 555 $work/shut
sinks 1 acme:mail drop to=$work/shut/x.log,maxbytes=1000,backups=3
run 1 head -n 1000 $work/much
wait 1
detach 1
end
ORDERS
	chmod 755 shut
	cmp shut/x.log <(head -n 1000 much) || fail "a folder that cannot be written"
	grep -q rotate-failed "a folder that cannot be written costs no byte.err" || fail "not a word about it"
fi

play "a folder that somebody removes is there again from the next rotation on" <<ORDERS
attach 1 acme:mail $work/removed/deep/x.log 20 3
run 1 echo first
wait 1
$(await "[ -s $work/removed/deep/x.log ]")
sh rm -r $work/removed
run 1 seq 1 20
wait 1
$(await "grep -qsx 20 $work/removed/deep/x.log")
detach 1
end
ORDERS
equal "without a word" "$(cat "a folder that somebody removes is there again from the next rotation on.err")" ""
