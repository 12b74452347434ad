# A kernel of its own, in a machine without acceleration (qemu, TCG): source it after lib.sh, then machine_run GUEST.
# usage: make vm KERNEL=/boot/vmlinuz-VERSION; any kernel with its drivers for a serial line built in.
# shellcheck shell=bash disable=SC2154
need qemu-system-x86_64 cpio busybox ldd

kernel=${KERNEL:-}
[ -n "$kernel" ] || kernel=$(find /boot -name 'vmlinuz-*' -readable 2>/dev/null | sort -V | tail -1)
[ -r "$kernel" ] || skip "no kernel to boot: set KERNEL, or get one with apt-get download linux-image-cloud-amd64"
! ldd "$(command -v busybox)" >/dev/null 2>&1 || skip "busybox is not static: apt-get install busybox-static"

root=$work/root
mkdir -p "$root"/{bin,sbin,usr/bin,etc,proc,sys,dev,tmp,run,var,usr/libexec/reeve}
cp "$(command -v busybox)" "$root/bin/busybox"
for applet in sh cat grep mkfifo rmdir sleep sync mount mkdir echo awk head tail dd poweroff ls wc true seq kill tr sed date; do
	ln -s busybox "$root/bin/$applet"
done

# put PROGRAM FOLDER: it and every library that it needs, where the loader looks.
put() {
	local library
	cp -L "$1" "$root$2/"
	for library in $(ldd "$1" 2>/dev/null | grep -oE "/[^ ]+" || true); do
		mkdir -p "$root${library%/*}"
		cp -L "$library" "$root$library"
	done
}
for helper in reeve-core reeve-launch reeve-log; do
	put "$REEVE_HELPER_DIR/$helper" /usr/libexec/reeve
done
put "$REEVE_HELPER_DIR/reeve" /bin
put "$REEVE_HELPER_DIR/reevectl" /bin
put "$top_builddir/tests/helpers/launch_driver" /bin
install -m 644 "$top_srcdir/tests/vm/guest.sh" "$root/guest.sh"

# machine_run GUEST: it is PID 1 in there, and what it says of itself is said here.
machine_run() {
	install -m 755 "$top_srcdir/tests/vm/$1" "$root/init"
	( cd "$root" && find . | cpio -o -H newc 2>/dev/null | gzip -1 ) > "$work/initramfs"

	timeout 240 qemu-system-x86_64 -accel tcg -m 512 -smp 1 -no-reboot -nographic -nodefaults -serial stdio \
		-kernel "$kernel" -initrd "$work/initramfs" -append "console=ttyS0 quiet panic=-1" < /dev/null > "$work/out" 2>&1 ||
		fail "the machine did not go down by itself: $(tail -20 "$work/out")"
	tr -d '\r' < "$work/out" | grep -E '^(--|FAIL|  )' || true
	grep -q '^the guest is done' <(tr -d '\r' < "$work/out") || fail "the guest did not come to its end: $(tail -20 "$work/out")"
}
