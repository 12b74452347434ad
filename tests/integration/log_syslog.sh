#!/bin/bash
# Lines in syslog: a real rsyslogd hears them at a unix socket, by UDP and by TCP, understands all there is to
# understand, and may go and come back.
set -eu
. "$top_srcdir/tests/integration/lib.sh"
. "$top_srcdir/tests/integration/log_lib.sh"
need rsyslogd socat python3

cd "$work"
udp=$((20000 + RANDOM % 10000)) tcp=$((30000 + RANDOM % 2000))

cat > rsyslog.conf <<END
global(workDirectory="$work" net.enableDNS="off" parser.escapeControlCharactersOnReceive="on")
module(load="imuxsock" SysSock.Use="off")
module(load="imudp")
module(load="imtcp")
input(type="imuxsock" Socket="$work/dev-log" RateLimit.Interval="0")
input(type="imuxsock" Socket="$work/rfc-log" RateLimit.Interval="0" UseSpecialParser="off")
input(type="imudp" Address="127.0.0.1" Port="$udp")
input(type="imtcp" Address="127.0.0.1" Port="$tcp")
template(name="all" type="list") {
	property(name="pri") constant(value="|") property(name="timereported" dateFormat="rfc3339") constant(value="|")
	property(name="hostname") constant(value="|") property(name="app-name") constant(value="|")
	property(name="procid") constant(value="|") property(name="msgid") constant(value="|")
	property(name="structured-data") constant(value="|") property(name="msg") constant(value="\n")
}
if \$inputname == "imuxsock" then { action(type="omfile" file="$work/heard.unix" template="all") }
if \$inputname == "imudp" then { action(type="omfile" file="$work/heard.udp" template="all") }
if \$inputname == "imtcp" then { action(type="omfile" file="$work/heard.tcp" template="all") }
END

listening() { [ -S dev-log ] && [ -S rfc-log ] && : 2>/dev/null < /dev/tcp/127.0.0.1/$tcp; }
start_rsyslogd() {
	rsyslogd -n -f "$work/rsyslog.conf" -i "$work/rsyslogd.pid" > rsyslogd.out 2>&1 &
	rsyslogd=$!
	mine $rsyslogd
	until_ok 10 listening
}
rsyslogd -N1 -f "$work/rsyslog.conf" > rsyslogd.out 2>&1 || fail "rsyslogd: $(cat rsyslogd.out)"
start_rsyslogd

# said FILE FIELD: that field of every message.
said() { cut -d'|' -f"$2" "$1"; }
today=$(date -u +%Y-%m-%dT)

play "every transport" <<ORDERS
sinks 1 acme:mail drop to=syslog:unix:$work/dev-log,facility=3
sinks 2 acme:mail drop to=syslog:unix-rfc5424:$work/rfc-log,facility=3
sinks 3 acme:mail drop to=syslog:udp:127.0.0.1:$udp,facility=16
sinks 4 acme:mail drop to=syslog:tcp:127.0.0.1:$tcp,facility=16 to=$work/beside.log
run 1 echo hello local
run 2 printf 'hello rfc\n\033[1mb\\\\ld\n'
run 3 printf 'hello udp\ngr\303\274n\n'
run 4 seq 1 20000; printf 'no newline'
wait 1
wait 2
wait 3
wait 4
$(await "grep -q 20000 $work/heard.tcp && [ \$(wc -l < $work/heard.udp) = 2 ] && [ \$(wc -l < $work/heard.unix) = 3 ]")
detach 1
detach 2
detach 3
detach 4
end
ORDERS
until_ok 10 grep -q 'no newline' heard.tcp
host=$(hostname)
structure='[reeve@32473 child="acme:mail" stream="out"]'
equal "local" "$(grep 'hello local' heard.unix | cut -d'|' -f1,4-)" "30|mail|acme|-|-| hello local"
equal "rfc 5424 on a unix socket" "$(grep 'hello rfc' heard.unix | cut -d'|' -f1,3-)" \
	"30|$host|mail|-|acme|$structure|hello rfc"
contains "controls" "$(cat heard.unix)" '[reeve@32473 child="acme:mail" stream="out" escaped="yes"]|\x1b[1mb\\ld'
equal "udp" "$(head -n 1 heard.udp | cut -d'|' -f1,3-)" "134|$host|mail|-|acme|$structure|hello udp"
equal "UTF-8 has its mark" "$(tail -n 1 heard.udp | cut -d'|' -f8)" $'\xef\xbb\xbfgr\xc3\xbcn'
[ "$(said heard.tcp 2 | grep -cE "^${today}[0-9:]{8}\.[0-9]{6}Z$")" -ge 19000 ] || fail "times: $(head -n 1 heard.tcp)"
equal "tcp, all of it" "$(said heard.tcp 8 | sed '$d' | cksum)" "$(seq 1 20000 | cksum)"
contains "what has no newline" "$(tail -n 1 heard.tcp)" 'partial="yes"]|no newline'
equal "the file beside" "$(cksum < beside.log)" "$( (seq 1 20000; printf 'no newline') | cksum)"

# whole FILE: the lines that its messages were, put together again.
whole() {
	awk -F'|' '{ text = $8; for (i = 9; i <= NF; i++) text = text "|" $i
		printf "%s%s", text, ($7 ~ /partial="yes"/ ? "" : "\n") }' "$1"
}

# Three datagrams: what a socket has room for while rsyslogd is not at it, or the kernel drops some.
head -c 20000 /dev/zero | tr '\0' x > long
seq 1 3000 | tr '\n' ' ' >> long
echo >> long
: > heard.udp; : > heard.tcp
play "long lines are split, not cut" <<ORDERS
sinks 1 acme:mail drop to=syslog:udp:127.0.0.1:$udp
sinks 2 acme:mail drop to=syslog:tcp:127.0.0.1:$tcp
run 1 cat $work/long
run 2 cat $work/long
wait 1
wait 2
$(await "grep -q ' 3000 ' $work/heard.udp && grep -q ' 3000 ' $work/heard.tcp")
detach 1
detach 2
end
ORDERS
whole heard.udp | cmp - long || fail "split: udp"
whole heard.tcp | cmp - long || fail "split: tcp"

# What arrives, and what is said to be lost, after the time that nobody was there.
lost_of() { sed -n 's/^log_drive: stream 1 lost \([0-9]*\).*/\1/p' "$1"; }
for way in "unix:$work/dev-log" "tcp:127.0.0.1:$tcp" "udp:127.0.0.1:$udp"; do
	kind=${way%%:*}
	heard=heard.$kind
	: > "$heard"
	note "$kind: nobody is there, then somebody"
	kill "$rsyslogd"
	wait "$rsyslogd" || true
	rm -f "$heard"
	mkfifo orders.$kind
	"$drive" "$REEVE_HELPER_DIR/reeve-log" < orders.$kind > /dev/null 2> "dead.$kind.err" &
	player=$!
	mine $player
	exec {orders}> orders.$kind
	cat >&$orders <<ORDERS
sinks 1 acme:mail drop to=syslog:$way to=$work/beside.$kind
run 1 seq -f 'before %.0f' 1 100000
wait 1
$(await "[ \$(wc -l < $work/beside.$kind) = 100000 ] && grep -q log-failed $work/dead.$kind.err")
$(await ": > $work/gone.$kind")
ORDERS
	until_ok 20 test -e gone.$kind
	start_rsyslogd
	# One line after the other: the next try may be some seconds away.
	cat >&$orders <<ORDERS
run 1 for i in {1..3000}; do echo "after \$i"; read -rt 0.02 <> <(:) || grep -q 'after' $work/$heard && break; done; echo last; :
wait 1
$(await "grep -q last $work/$heard")
detach 1
end
ORDERS
	exec {orders}>&-
	wait $player || fail "$kind: $(cat "dead.$kind.err")"
	contains "$kind: it says so" "$(cat "dead.$kind.err")" "log-failed to=$way"
	contains "$kind: and says when it is over" "$(cat "dead.$kind.err")" "log-recovered to=$way"
	contains "$kind: the hole is marked" "$(cat "$heard")" "bytes lost"
	[ "$kind" = udp ] && continue # who is not there takes a datagram now and then
	got=$(whole "$heard" | sed 's/^ //' | grep -E '^(before|after|last)' | wc -c)
	[ "$kind" = unix ] && got=$(said "$heard" 8 | sed 's/^ //' | grep -E '^(before|after|last)' | wc -c)
	equal "$kind: heard and lost make all" $((got + $(lost_of "dead.$kind.err"))) "$(stat -c %s beside.$kind)"
done

play "addresses are numbers" <<ORDERS
sinks 1 acme:mail drop to=syslog:udp:localhost:514 to=$work/numbers.log
run 1 echo still
wait 1
$(await "[ -s $work/numbers.log ]")
detach 1
end
ORDERS
contains "a name" "$(cat "addresses are numbers.err")" "sink-failed"

# A stream socket where datagrams were expected, as some daemons have it.
for way in unix unix-rfc5424; do
	socat -u "UNIX-LISTEN:$work/stream-$way" "CREATE:heard.stream-$way" &
	mine $!
	until_ok 10 test -S "stream-$way"
	play "a stream at $way" <<ORDERS
sinks 1 acme:mail drop to=syslog:$way:$work/stream-$way,facility=1
run 1 printf 'one\n\ntwo\n'
wait 1
$(await "grep -qa two $work/heard.stream-$way")
detach 1
end
ORDERS
done
# The day has a blank for its first digit up to the 9th.
equal "NUL ends a message" "$(tr '\0' '\n' < heard.stream-unix | tr -s ' ' | cut -d' ' -f4-)" $'mail[acme]: one\nmail[acme]: \nmail[acme]: two'
equal "messages in all" "$(tr -dc '\0' < heard.stream-unix | wc -c)" 3

# A slow reader with little room, which takes messages in pieces, goes away within one, and comes back.
cat > slow.py <<'END'
import select, socket, sys
listener = socket.socket()
listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
listener.bind(("127.0.0.1", int(sys.argv[1])))
listener.listen()
print("listening", flush=True)
for turn, limit in enumerate((5000, None)):
    peer, _ = listener.accept()
    data = b""
    while limit is None or len(data) < limit:
        piece = peer.recv(777)
        if not piece:
            break
        data += piece
    peer.close()
    with open("slow.%d" % turn, "wb") as out:
        while data:
            length, _, data = data.partition(b" ")
            message, data = data[:int(length)], data[int(length):]
            out.write(message + b"\n")
END
python3 slow.py $((tcp + 2)) > slow.out 2>&1 &
slow=$!
mine $slow
until_ok 10 grep -q listening slow.out
play "a slow reader gets messages whole" <<ORDERS
sinks 1 acme:mail block to=syslog:tcp:127.0.0.1:$((tcp + 2))
run 1 seq -f 'line %.0f of the slow reader' 1 20000
wait 1
detach 1
end
ORDERS
wait $slow || fail "slow reader: $(cat slow.out)"
# What had reached the kernel of the one who went away is gone with him. What came to his second self is all the rest.
seq -f 'line %.0f of the slow reader' 1 20000 > slow.want
sed '$d; s/.*"out"\] //' slow.0 | cmp - <(head -n $(($(wc -l < slow.0) - 1)) slow.want) || fail "a slow reader, at first"
sed 's/.*"out"\] //' slow.1 > slow.got
[ "$(wc -l < slow.got)" -ge 10000 ] || fail "a slow reader got $(wc -l < slow.got) lines"
cmp slow.got <(tail -n "$(wc -l < slow.got)" slow.want) || fail "a slow reader, then"

note "nobody reads: a stalled reader stops nobody"
mkfifo never
# shellcheck disable=SC2034 # it is there, and nobody reads it
exec {never}<> never
socat -u TCP-LISTEN:$((tcp + 1)),bind=127.0.0.1,reuseaddr,fork FILE:never > /dev/null 2>&1 &
mine $!
play "stalled" <<ORDERS
sinks 1 acme:mail drop to=syslog:tcp:127.0.0.1:$((tcp + 1)) to=$work/goes-on.log
run 1 seq 1 3000000
wait 1
$(await "[ \"\$(tail -n 1 $work/goes-on.log)\" = 3000000 ]")
detach 1
end
ORDERS
equal "the file beside a stalled syslog" "$(cksum < goes-on.log)" "$(seq 1 3000000 | cksum)"
