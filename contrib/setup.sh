# What quickstart and check share: the packages of a Debian 12 machine, and the way to a build.
# Sourced from the top of the tree. Silent about everything that is there already.
# shellcheck shell=bash disable=SC2034

build_packages=(
	gcc libc6-dev make autoconf automake pkg-config
	libev-dev libinih-dev libcurl4-openssl-dev libarchive-dev libjansson-dev libssl-dev libzstd-dev
	musl-tools
)

# What the story packs and serves.
demo_packages=(busybox redis-server python3)

# Test frameworks, checkers, and the real programs that tests run beside ours.
test_packages=(
	libcmocka-dev binutils universal-ctags shellcheck mandoc procps
	minisign nginx-light openssl strace python3 busybox redis-server rsyslog socat zstd
	tini dumb-init catatonit
)

say() { printf '%s: %s\n' "${0##*/}" "$*" >&2; }

missing_of() {
	local package
	for package in "$@"; do
		[ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)" = installed ] || echo "$package"
	done
}

# Runs apt-get as root. RUNLEVEL=1 keeps packages from starting their daemons: we want the programs alone.
apt() {
	local sudo=()
	[ "$(id -u)" = 0 ] || sudo=(sudo)
	"${sudo[@]}" env RUNLEVEL=1 DEBIAN_FRONTEND=noninteractive apt-get -qq "$@" < /dev/null
}

# install PACKAGE...: what is missing of them. Where that cannot be, says so and goes on: configure and
# the tests name what they miss.
install() {
	local missing=()
	if ! command -v dpkg-query >/dev/null; then
		say "no Debian here; this needs the like of: $*"
		return 0
	fi
	mapfile -t missing < <(missing_of "$@")
	[ ${#missing[@]} -gt 0 ] || return 0
	say "installing ${missing[*]}"
	if [ "$(id -u)" != 0 ] && ! command -v sudo >/dev/null; then
		say "not root, and no sudo: as root, run: apt-get install ${missing[*]}"
		return 0
	fi
	apt install -y --no-install-recommends "${missing[@]}" > /dev/null 2>&1 ||
		{ apt update && apt install -y --no-install-recommends "${missing[@]}" > /dev/null; } ||
		say "could not install all of: ${missing[*]}; going on without"
}

# build FOLDER CONFIGURE-OPTION...: configures the folder once, and makes everything in it.
build() {
	local folder=$1 top=$PWD; shift
	[ -x configure ] && [ -e Makefile.in ] || ./autogen.sh > /dev/null 2>&1 ||
		{ say "autogen.sh failed; run it by hand to see why"; return 1; }
	mkdir -p "$folder"
	if [ ! -e "$folder/Makefile" ]; then
		(cd "$folder" && "$top/configure" "$@" > configure.out 2>&1) ||
			{ tail -n 20 "$folder/configure.out" >&2; say "configure failed: $folder/configure.out"; return 1; }
	fi
	make -s -C "$folder" -j"$(nproc)" || { say "the build failed"; return 1; }
}
