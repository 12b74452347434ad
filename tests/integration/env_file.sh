#!/bin/bash
# Files of variables: who wins, when they are read, and how a refusal reads.
set -eu
. "$top_srcdir/tests/integration/lib.sh"

driver=$top_builddir/tests/helpers/launch_driver
launch=$REEVE_HELPER_DIR/reeve-launch
secret=correct-horse-battery

# start [key=value...] -- ARGV...: what came of it is in $out, in the driver's words.
start() { out=$(timeout 60 "$driver" "$launch" env=PATH=/usr/local/bin:/usr/bin:/bin "$@" 2>&1) || fail "driver: $out"; }
never_shown() { case $out in *"$secret"*) fail "a value was shown: $out" ;; esac; }
# refused FILE CODE WORDS: the start is refused for that file, in these words.
refused() {
	start "env_file=$1" -- true
	contains "$1" "$out" "problem $2"
	contains "$1" "$out" "$3"
	contains "$1" "$out" "refused preflight"
	never_shown
}

note "a file wins over environment, a later file over an earlier one, and what is not there may be optional"
printf 'A=file\nTOKEN=%s\n' "$secret" > "$work/one.env"
printf '# two\r\nB="from two"\r\nTOKEN=two\r\n' > "$work/two.env"
chmod 600 "$work/one.env"
start env=A=ini env=C=ini "env_file=$work/one.env" "env_file=$work/two.env" "env_file=-$work/none.env" -- env
equal environment "$(grep '=' <<< "$out" | grep -v '^PATH' | sort | tr '\n' ' ')" "A=file B=from two C=ini TOKEN=two "

note "what a file sets counts for the checks: a variable that is required, and where programs are"
mkdir "$work/bin"
printf '#!/bin/sh\necho found\n' > "$work/bin/only-here"; chmod 755 "$work/bin/only-here"
printf 'PATH=%s\n' "$work/bin:/bin" > "$work/path.env"
start "env_file=$work/path.env" "env_file=$work/one.env" require=TOKEN -- only-here
contains path "$out" found
start require=TOKEN -- true
contains required "$out" "problem config env-missing TOKEN: not set"

note "a mistake is told with file and line, and never with the value"
printf 'A=1\nTOKEN "%s"\n' "$secret" > "$work/bad.env"
refused "$work/bad.env" "config env-file-line $work/bad.env:2:" "not KEY=value"
printf "A=1\nTOKEN='%s\n\n" "$secret" > "$work/open.env"
refused "$work/open.env" "config env-file-line $work/open.env:2:" "never closed"
printf 'A=1\0%s\n' "$secret" > "$work/nul.env"
refused "$work/nul.env" "config env-file-line $work/nul.env:1:" NUL
head -c 300000 /dev/zero | tr '\0' x > "$work/large.env"
refused "$work/large.env" "host env-file-unreadable $work/large.env:" "larger than 256 KiB"
start "env_file=$work/bad.env" require=TOKEN check_only=1 -- true
equal one "$(grep -c '^problem' <<< "$out")" 1

note "only a regular file, which not everybody may write to"
refused "$work/none.env" "host env-file-unreadable $work/none.env:" "No such file"
refused "$work" "host env-file-unreadable $work:" "not a regular file"
mkfifo "$work/fifo"
refused "$work/fifo" "host env-file-unreadable $work/fifo:" "not a regular file"
start "env_file=-$work/fifo" -- true
contains optional "$out" "not a regular file"
cp "$work/two.env" "$work/open-to-all.env"; chmod 666 "$work/open-to-all.env"
refused "$work/open-to-all.env" "host env-file-unreadable" "everybody may write to it"

note "links are followed when they are root's or reeve's user's, and no other"
ln -s one.env "$work/link.env"
mkdir "$work/way"
ln -s ../bin/../link.env "$work/way/link.env"
ln -s "$work/way" "$work/absolute"
start "env_file=$work/absolute/link.env" -- env
contains link "$out" A=file
ln -s self "$work/self"
refused "$work/self" "host env-file-unreadable $work/self:" "a link on the way"
if [ "$(id -u)" = 0 ]; then
	chown -h nobody "$work/link.env"
	refused "$work/absolute/link.env" "host env-file-unreadable" "a link on the way belongs neither to root nor to reeve's user"
	note "root's alone, for a child of another user"
	chmod 755 "$work"
	start user=nobody "env_file=$work/one.env" -- sh -c 'id -un; echo "$TOKEN"; cat "$0" 2>&1' "$work/one.env"
	contains user "$out" nobody
	contains value "$out" "$secret"
	contains file "$out" "Permission denied"
fi

note "it is read again at each start"
. "$top_srcdir/tests/integration/org.sh"
org_begin
cat >> "$work/reeve.ini" <<-INI
[service:web]
command = sh -c 'echo "token \$TOKEN"; exec sleep 1000'
env_file = one.env, -none.env
INI
org_start
until_ok 40 grep -q "token $secret" "$work/log"
echo 'TOKEN=another' > "$work/none.env"
reevectl restart default:web > /dev/null
until_ok 40 grep -q "token another" "$work/log"
echo 'TOKEN' > "$work/none.env"
reevectl restart default:web > /dev/null 2>&1 || true
until_state default:web dead 40
contains reason "$(reevectl status default:web)" "none.env:1"
org_stop
