#!/bin/bash
# A full disk under a log: the child goes on, status says what is wrong and how much is lost, to the byte.
set -eu
# shellcheck source=tests/integration/lib.sh
. "$top_srcdir/tests/integration/lib.sh"
need unshare mount python3
if [ "${1:-}" != inside ]; then
	[ "$(id -u)" = 0 ] || skip "mounts need root"
	unshare -m true 2>/dev/null || skip "no mount namespace to be had here"
	tidy; trap - EXIT
	exec unshare -m bash "$0" inside
fi
mount --make-rprivate /
# shellcheck source=tests/integration/org.sh
. "$top_srcdir/tests/integration/org.sh"

org_gone() {
	local got=$?
	( org_stop ) || true
	umount "$work/disk" || true
	set +e
	(exit "$got")
	org_tidy
}
trap org_gone EXIT
mkdir "$work/disk"
mount -t tmpfs -o size=1m none "$work/disk"
org_begin
cat >> "$work/reeve.ini" <<-INI
[workspace:acme]
[service:mail]
command = sh -c 'exec cat <> $work/mail'
workspaces = acme
startsecs = 0
stdout_logfile = $work/disk/mail.log
stdout_logfile_maxbytes = 0
[service:page]
command = sh -c 'exec cat <> $work/page'
workspaces = acme
startsecs = 0
stdout_logfile = $work/disk/page.log, $work/page.log
stdout_logfile_maxbytes = 0
[service:shop]
command = sh -c 'exec cat <> $work/shop'
workspaces = acme
startsecs = 0
stdout_logfile = $work/disk/shop.log
stdout_logfile_maxbytes = 0
log_block = yes
INI
mkfifo "$work/mail" "$work/page" "$work/shop"
org_start
for who in mail page shop; do until_state "acme:$who" running; done

# field CHILD NAME: a field of its status as JSON.
field() { reevectl --json status "acme:$1" | sed -n "s/^ *\"$2\": \"\{0,1\}\(.*[^\",]\)\"\{0,1\},\{0,1\}$/\1/p"; }
has() { grep -qF -- "$2" "$1"; }
# adds_up FILE WRITTEN LOST: the file has what was written, but for holes as large as their marks say, together LOST.
adds_up() {
	python3 - "$@" <<-'PYTHON'
	import re, sys
	parts = re.split(rb'\n?\[reeve-log: (\d+) bytes lost here\]\n', open(sys.argv[1], 'rb').read())
	written, lost, at = open(sys.argv[2], 'rb').read(), 0, 0
	for i, part in enumerate(parts):
	    if i % 2: # a newline before the mark is the child's own, or one for the mark
	        lost += int(part)
	        at += written[at:at + 1] == b'\n' and parts[i + 1] != written[at + int(part):][:len(parts[i + 1])]
	        at += int(part)
	    elif written[at:at + len(part)] != part:
	        sys.exit(f'part {i} is not what was written at {at}')
	    else:
	        at += len(part)
	if (at, lost) != (len(written), int(sys.argv[3])):
	    sys.exit(f'stored up to {at} of {len(written)}, lost {lost}, told {sys.argv[3]}')
	PYTHON
}
equal "nothing is lost at first" "$(field mail log_lost)" 0
equal "no error" "$(reevectl status acme:mail | grep -c 'its log' || true)" 0

note "the disk is full: the child is not stopped by it"
seq -f '%.0f of the lines that will not fit on so small a disk' 1 60000 > "$work/lines"
timeout 30 cp "$work/lines" "$work/mail" || fail "the writer had to wait"
in_trouble() { reevectl status "acme:$1" | grep -qF "its log is in trouble: $work/disk/$1.log: No space left on device"; }
until_ok 20 in_trouble mail
loses() { [ "$(field "$1" log_lost)" -gt 0 ]; }
until_ok 20 loses mail
contains "JSON says why" "$(field mail log_error)" "No space left on device"
contains "and how much" "$(reevectl status acme:mail)" " lost so far"
equal "it runs" "$(state_of acme:mail)" running
contains "in the list of all, too" "$(reevectl status)" "its log is in trouble"

note "one of two places is full: the other has everything"
timeout 30 cp "$work/lines" "$work/page" || fail "the writer had to wait"
whole() { cmp -s "$work/lines" "$work/page.log"; }
until_ok 20 whole
until_ok 20 in_trouble page

note "with log_block the writer waits, and nothing is lost"
cp "$work/lines" "$work/shop" &
waits=$!
mine $waits
until_ok 20 in_trouble shop
kill -0 $waits || fail "the writer did not wait"

note "there is room again: what was lost stands in the file where it was lost, and the sum is right"
mount -o remount,size=100m "$work/disk"
head -c 999 /dev/zero | tr '\0' z > "$work/mail"
echo > "$work/mail"
until_ok 20 has "$work/disk/mail.log" "zzzzzz"
sound() { reevectl status "acme:$1" | grep -q 'its log is sound again'; }
until_ok 20 sound mail
until_ok 20 sound page
{ cat "$work/lines"; head -c 999 /dev/zero | tr '\0' z; echo; } > "$work/written"
adds_up "$work/disk/mail.log" "$work/written" "$(field mail log_lost)" || fail "mail"
adds_up "$work/disk/page.log" "$work/lines" "$(field page log_lost)" || fail "page"
has "$work/disk/mail.log" "bytes lost here]" || fail "no mark in the file"
wait $waits || fail "the writer failed"
same() { cmp -s "$work/lines" "$work/disk/shop.log"; }
until_ok 20 same
equal "nothing of it was lost" "$(field shop log_lost)" 0
