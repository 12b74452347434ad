#!/bin/bash
# Children with a PID namespace of their own under reeve: stopped, killed, ended by themselves, upgraded; nobody is left.
set -eu
. "$top_srcdir/tests/integration/lib.sh"
. "$top_srcdir/tests/integration/bundle_org.sh"

[ "$(id -u)" = 0 ] || skip "namespaces are for root"
unshare -mp --fork true 2>/dev/null || skip "no namespaces here"

n=$((2000000 + $$)) # seconds that nobody else sleeps
asleep() { pgrep -cf "^sleep $n$1\$" || true; }
sleeps() { [ "$(asleep "$1")" = "$2" ]; }

# web_runs VERSION: whether each of its three children does.
web_runs() {
	[ "$(ask status all "all(c['state'] == 'running' and c['version'] == '$1' for c in a['children'] if c['service'] == 'web')")" = True ]
}

for i in 1 2; do
	make_version "v$i" "word $i"
	printf '#!/bin/sh\necho "word %s as $$, of $(ls /proc | grep -c "^[0-9]")"\nexec sleep %s8\n' "$i" "$n" > "$work/v$i/bin/web"
done
publish 1.0 1 v1 > /dev/null
org 'private_pids = yes' 'private_network = yes' 'read_only = /'
cat >> "$conf" <<-INI
[service:polite]
command = sh -c 'setsid sleep ${n}1 & exec sleep ${n}2'
private_pids = yes
stopwaitsecs = 60
[service:deaf]
command = sh -c 'trap "" TERM; setsid sleep ${n}3 & sleep ${n}4; sleep ${n}4'
private_pids = yes
stopwaitsecs = 0.2
[service:brief]
command = sh -c 'sleep ${n}5 & exit 7'
private_pids = yes
exitcodes = 7
startsecs = 0
[service:crash]
command = sh -c 'kill -SEGV \$\$'
private_pids = yes
autostart = no
autorestart = never
startsecs = 0
INI
org_start

note "they run, each in a namespace of its own"
until_ok 40 web_runs 1.0
for name in polite deaf; do until_state "default:$name" running 40; done
until_ok 40 sleeps 2 1
pid=$(pid_of default:polite)
equal init "$(cat "/proc/$pid/comm")" reeve-init
equal service "$(ps -o args= --ppid "$pid")" "sleep ${n}2"

note "stop: TERM is enough for the polite, KILL takes the deaf, and nobody is left of either"
reevectl stop default:polite > /dev/null
until_state default:polite stopped 40
equal polite "$(asleep '[12]')" 0
reevectl stop default:deaf > /dev/null
until_state default:deaf stopped 40
equal deaf "$(asleep '[34]')" 0

note "an end by itself has the service's own status, and takes what is left along"
until_state default:brief exited 40
equal status "$(of default:brief exit)" "status 7"
equal brief "$(asleep 5)" 0
reevectl start default:crash > /dev/null 2>&1 || true
ended() { [ "$(of "$1" exit)" = "$2" ]; }
until_ok 40 ended default:crash "status 139"

note "KILL from outside is an end like any other: it starts again"
pid=$(pid_of acme:web)
kill -KILL "$pid"
until_ok 40 sleeps 8 3
until_ok 40 web_runs 1.0

note "an upgrade moves them"
publish 2.0 2 v2 > /dev/null
upgrade 0
until_ok 40 web_runs 2.0
until_ok 40 sleeps 8 3
all_said() { [ "$(seen 'word 2 as [23], of [345]')" = 3 ]; }
until_ok 40 all_said
org_stop
equal left "$(asleep '[0-9]')" 0
