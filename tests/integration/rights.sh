#!/bin/bash
# Who may do what: four users at one socket, told apart by the kernel.
set -eu
# shellcheck source=tests/integration/lib.sh
. "$top_srcdir/tests/integration/lib.sh"
# shellcheck source=tests/integration/org.sh
. "$top_srcdir/tests/integration/org.sh"

[ "$(id -u)" = 0 ] || skip "other users can be tried as root only"
need setpriv

org_begin
cat >> "$work/reeve.ini" <<-INI
socket_mode = 0666
admins = gid:50010
observers = uid:50003
[workspace:acme]
admins = uid:50001, gid:50011
[workspace:globex]
observers = uid:50001
[service:one]
command = sleep 120
workspaces = acme, globex
startsecs = 50ms
INI
chmod 711 "$work"
org_start
until_state acme:one running
until_state globex:one running

as() { local uid=$1 gid=$2; shift 2; setpriv --reuid "$uid" --regid "$gid" --clear-groups "$@"; }
# denied WHAT ROLE UID GID COMMAND...: 8, and the message names the role.
denied() {
	local what=$1 role=$2 uid=$3 gid=$4; shift 4
	equal "$what" "$(exit_of as "$uid" "$gid" reevectl "$@")" 8
	contains "$what names the role" "$(cat "$work/out")" "$role"
	equal "$what, JSON" "$(exit_of as "$uid" "$gid" reevectl --json "$@")" 8
	grep -qE "\"needs\": ?\"$role\"" "$work/out" || fail "$what, JSON, does not name the role: $(cat "$work/out")"
}
allowed() {
	local what=$1 uid=$2 gid=$3; shift 3
	equal "$what" "$(exit_of as "$uid" "$gid" reevectl "$@")" 0
}

note "a workspace admin steers his workspace and no other"
allowed "restart of his own" 50001 50001 restart acme:one
allowed "a pattern of his own" 50001 50001 restart 'acme:*'
denied "another's child" "workspace admin of globex" 50001 50001 stop globex:one
denied "all" "workspace admin of globex" 50001 50001 stop all
denied "his and another's" "workspace admin of globex" 50001 50001 stop acme:one globex:one
equal "nothing was touched" "$(state_of acme:one) $(state_of globex:one)" "running running"
allowed "status where he observes" 50001 50001 status
contains "he sees both" "$(cat "$work/out")" "globex:one"
for command in reload shutdown 'upgrade acme/mail' 'rollback acme/mail' check-updates; do
	# shellcheck disable=SC2086
	denied "$command" "org admin" 50001 50001 $command
done
denied "bundles" "observer" 50001 50001 bundles

note "a group counts as its members, also a supplementary one"
allowed "by primary group" 50002 50011 restart acme:one
equal "by supplementary group" "$(exit_of setpriv --reuid 50002 --regid 50002 --groups 50005,50011 reevectl restart acme:one)" 0
allowed "an org admin by group" 50002 50010 restart globex:one

note "an observer looks and touches nothing"
allowed "status" 50003 50003 status
allowed "bundles" 50003 50003 bundles
denied "stop" "workspace admin of acme" 50003 50003 stop acme:one
equal "tail" "$(exit_of as 50003 50003 reevectl tail acme:one)" 8
contains "tail names the role" "$(cat "$work/out")" "workspace admin of acme"
denied "check" "workspace admin of acme" 50003 50003 check acme:one

note "a stranger may nothing, and learns no names"
denied "status" "observer" 50009 50009 status
denied "a name that is there" "observer" 50009 50009 stop acme:one
denied "a name that is not" "observer" 50009 50009 stop no:such
denied "events" "observer" 50009 50009 events
denied "version" "observer" 50009 50009 version

note "a reload takes rights away at once, from connections that stand, too"
as 50001 50001 reevectl --json events > "$work/events" &
follower=$!
mine $follower
follows() { reevectl restart acme:one && grep -q acme:one "$work/events"; }
until_ok 10 follows
sed -i 's/^admins = uid:50001, gid:50011$/admins = gid:50011/; s/^observers = uid:50001$/observers = uid:50099/' "$work/reeve.ini"
equal "reload" "$(exit_of reevectl reload)" 0
denied "he was an admin" "observer" 50001 50001 status
seen=$(wc -l < "$work/events")
equal "restart" "$(exit_of reevectl restart acme:one)" 0
equal "no event for him" "$(wc -l < "$work/events")" "$seen"

note "the socket itself keeps others out when its mode says so"
org_stop
sed -i 's/^socket_mode = 0666$/socket_mode = 0600/' "$work/reeve.ini"
org_start
equal "no way in" "$(exit_of as 50003 50003 reevectl status)" 8
contains "and what to do" "$(cat "$work/out")" "Try it as root"

note "one user cannot take every place"
org_stop
sed -i 's/^socket_mode = 0600$/socket_mode = 0666/' "$work/reeve.ini"
org_start
for _ in $(seq 1 40); do
	as 50003 50003 reevectl events > /dev/null 2>&1 &
	mine $!
done
refused() { grep -q client-refused "$work/log"; }
until_ok 10 refused
equal "root gets in" "$(exit_of reevectl status)" 0
