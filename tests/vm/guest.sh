# What the guests share: PID 1 of a machine, that says on the console what it saw.
# shellcheck shell=sh
mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -t devtmpfs dev /dev
mount -t cgroup2 cgroup2 /sys/fs/cgroup
cd /

fail() { echo "FAIL: $*"; poweroff -f; sleep 100; }
note() { echo "-- $*"; }
contains() { case $2 in *"$3"*) ;; *) fail "$1: no '$3' in: $2" ;; esac; }
equal() { [ "$2" = "$3" ] || fail "$1: got '$2', want '$3'"; }

echo "root:x:0:0::/:/bin/sh" > /etc/passwd
echo "root:x:0:" > /etc/group
mkfifo /tmp/pause
export REEVE_SOCKET=/run/reeve.sock REEVE_HELPER_DIR=/usr/libexec/reeve PATH=/bin

# Tries for a minute of tenths, and shows what reeve said when that was not enough.
until_ok() {
	tries=600
	until "$@" > /dev/null 2>&1; do
		[ $((tries -= 1)) -gt 0 ] || fail "gave up waiting for: $*: $(cat /tmp/reeve.log)"
		# shellcheck disable=SC3045 # busybox has it
		read -rt 0.1 _ <> /tmp/pause || true
	done
}
is() { [ "$(reevectl status "default:$1" | awk -v name="default:$1" '$1 == name { print $2 }')" = "$2" ]; }
