#!/bin/bash
# What reevectl makes of answers, good and bad: a stand-in for reeve says exactly what the test wants.
set -eu
# shellcheck source=tests/integration/lib.sh
. "$top_srcdir/tests/integration/lib.sh"
need python3

export REEVE_SOCKET=$work/fake.sock
cat > "$work/fake.py" <<'PYTHON'
import os, socket, struct, sys

def text(s):
    b = s if isinstance(s, bytes) else s.encode()
    return struct.pack('<I', len(b)) + b + b'\0'
def u32(n): return struct.pack('<I', n)
def u64(n): return struct.pack('<Q', n)
def frame(number, body, ident=1, version=1):
    return struct.pack('<IBBHI', len(body), version, 0, number, ident) + body

none, one, two = b'\0' * 32, b'\x01' * 32, b'\x02' * 32
def progress(phase, done, total, unit='bytes'):
    return frame(38, text('acme/mail') + text(phase) + u64(done) + u64(total) + text(unit))
def child(name, action, ok, error, to, before, after, gap):
    return frame(39, text(name) + text(action) + u32(ok) + text('' if ok else 'env-missing') + text(error) + one +
                 to + text('1.4.1') + text('1.4.2' if to == two else '1.4.1') + text(before) + text(after) +
                 u64(gap) + u64(0) + text('kept'))
def upgraded(result, is_up, ok, counts, error='', code=0):
    return frame(40, text('u1') + text('acme/mail') + text('all') + text(result) + u32(is_up) + u32(ok) +
                 text('1.4.1') + u64(1) + one + text('1.4.2') + u64(2) + two + u64(0) + u64(0) + u64(3000000) +
                 u64(3) + u64(4) + u64(1500) + b''.join(u32(n) for n in counts) + text(error) + u32(code))
def end(code): return frame(45, u32(code))
def error(code, words, needs=''): return frame(44, text(code) + text(words) + text(needs))
def update(name, verdict, to='', reason=''):
    return frame(37, text(name) + text(verdict) + text('1.4.1') + u64(1) + text(to) + u64(2) + text(reason))
def bundle(children, running, current):
    return frame(36, text('acme/mail') + text('registry') + text('1.4.2') + u64(2) + two + u32(children) +
                 u32(running) + u32(current) + u32(2) + text('acme') + text('globex') + u64(2))
def status(name, state, reason='', lost=0, trouble=''):
    return frame(32, text(name) + text('acme') + text('mail') + text(state) + u32(1) + u32(0) + u64(5000) + u64(0) +
                 u32(0) + text('') + text('') + text('') + u64(0) + none + text(reason) + u64(lost) + text(trouble) + u32(0))

answers = {
    'upgrade': progress('resolve', 0, 0) + progress('fetch', 1000000, 3000000) + progress('fetch', 3000000, 3000000) +
        child('acme:mail', 'respawn', 1, '', two, 'running', 'running', 120) +
        child('globex:mail', 'respawn', 0, 'MAIL_KEY is not set', two, 'running', 'dead', 90) +
        child('initech:mail', 'deferred', 1, '', one, 'stopped', 'stopped', 0) +
        upgraded('partial', 1, 0, (1, 1, 1, 0, 0), code=1) + end(1),
    'noop': upgraded('noop', 0, 1, (0, 0, 0, 3, 0)) + end(0),
    'refused': upgraded('refused', 0, 0, (0, 0, 0, 0, 0), 'the registry does not answer', 4) + end(4),
    'busy': error('busy', 'acme/mail is being upgraded; wait for it') + end(7),
    'updates': update('acme/a', 'newer', '1.4.2') + update('acme/b', 'same') +
        update('acme/c', 'unknown', reason='the registry does not answer') + end(11),
    'mixed': bundle(3, 3, 1) + end(0),
    'hostile': status('acme:mail', 'dead', b'\x1b]0;owned\x07 \xff \xe2\x80\xae') + end(3),
    'unknown-state': status('acme:mail', 'dancing') + end(3),
    'log-trouble': status('acme:mail', 'running', lost=12300, trouble='/l/\x1b[x: No space left on device') +
        status('acme:page', 'running', lost=7) + status('acme:shop', 'running') + end(0),
    'cut': status('acme:mail', 'running')[:20],
    'nothing': b'',
    'no-end': status('acme:mail', 'running'),
    'version-9': frame(45, u32(0), version=9),
    'not-for-clients': frame(64, b''),
    'body-of-rubbish': frame(32, b'\xff' * 40),
    'long-length': struct.pack('<IBBHI', 0xffffffff, 1, 0, 45, 1),
    'stream-without-fd': frame(42, b''),
    'http': b'HTTP/1.1 400 Bad Request\r\n\r\n',
}
s = socket.socket(socket.AF_UNIX)
s.bind(os.environ['REEVE_SOCKET'])
s.listen(8)
print('ready', flush=True)
while True:
    c, _ = s.accept()
    c.recv(65536)
    with open(sys.argv[1]) as which:
        c.sendall(answers[which.read().strip()])
    c.close()
PYTHON
: > "$work/which"
python3 "$work/fake.py" "$work/which" > "$work/ready" &
mine $!
until_ok 10 grep -q ready "$work/ready"

# told WHAT STATUS COMMAND...: the exit status; the output is in $work/out and $work/err.
told() {
	local what=$1 want=$2 got=0; shift 2
	echo "$what" > "$work/which"
	reevectl "$@" > "$work/out" 2> "$work/err" || got=$?
	equal "exit of $what" "$got" "$want"
}
line() { sed -n "$1p" "$work/out"; }

note "an upgrade: a row per child, what failed below it, one line that sums it up"
told upgrade 1 upgrade acme/mail
equal "heading" "$(line 1)" "CHILD          ACTION     VERSION         STATE               WITHOUT SERVICE"
equal "first row" "$(line 2)" "acme:mail      respawn    1.4.1 → 1.4.2   running → running   120 ms"
equal "second row" "$(line 3)" "globex:mail    respawn    1.4.1 → 1.4.2   running → dead      90 ms"
equal "why" "$(line 4)" "    MAIL_KEY is not set"
equal "third row" "$(line 5)" "initech:mail   deferred   1.4.1           stopped → stopped"
equal "sum" "$(line 6)" "acme/mail 1.4.1 → 1.4.2: 1 ok, 1 failed (globex:mail: env-missing), 1 deferred; pulled 3.0 MB in 1.5 s"
equal "progress is a line a phase where there is no terminal" "$(cat "$work/err")" "acme/mail: resolve
acme/mail: fetch"
if command -v script >/dev/null; then
	script -qec "reevectl upgrade acme/mail" /dev/null < /dev/null > "$work/terminal" 2>&1 || true
	contains "a bar on a terminal" "$(cat "$work/terminal")" "[#######-----------------]  33%  1.0 MB of 3.0 MB"
fi
if command -v jq >/dev/null; then
	told upgrade 1 --json upgrade acme/mail
	equal "JSON" "$(jq -r '[.upgrade.result, .children[1].error, .exit_code] | join(",")' "$work/out")" \
		"partial,MAIL_KEY is not set,1"
fi
told noop 0 upgrade acme/mail
equal "nothing to do" "$(cat "$work/out")" "acme/mail 1.4.1: 3 already there; pulled 3.0 MB in 1.5 s"
told refused 4 upgrade acme/mail
equal "refused" "$(cat "$work/out")" "acme/mail 1.4.1: refused, the registry does not answer"
told busy 7 upgrade acme/mail
equal "busy" "$(cat "$work/err")" "reevectl: acme/mail is being upgraded; wait for it"

note "check-updates hides nothing; bundles marks what is mixed"
told updates 11 check-updates
contains "newer" "$(cat "$work/out")" "newer     1.4.1   1.4.2"
contains "unknown, with its reason" "$(cat "$work/out")" "    the registry does not answer"
told mixed 0 bundles
contains "mixed" "$(cat "$work/out")" "2 of 3 run another version; \`reevectl upgrade\` moves them"

note "no text steers the terminal"
told hostile 3 status
if LC_ALL=C grep -qP '[\x00-\x08\x0b-\x1f\x7f]|\xff' "$work/out"; then fail "control bytes on the screen"; fi
contains "they are shown" "$(cat "$work/out")" '\x1b]0;owned\x07 \xff'
told hostile 3 --json status
! command -v jq >/dev/null || equal "valid JSON" "$(jq -r '.children[0].state' "$work/out")" dead
told unknown-state 3 status
contains "a state of a later reeve" "$(cat "$work/out")" "dancing"

note "a child whose log is in trouble is marked"
told log-trouble 0 status
equal "trouble" "$(line 2)" '    its log is in trouble: /l/\x1b[x: No space left on device; 12.3 kB lost so far'
equal "over" "$(line 4)" '    its log is sound again; 7 B lost so far'
equal "none" "$(wc -l < "$work/out")" 5

note "an answer that breaks off or makes no sense is an error, never a guess"
for what in cut nothing no-end; do
	told "$what" 1 status
	contains "$what" "$(cat "$work/err")" "before its answer was complete"
done
for what in version-9 not-for-clients body-of-rubbish long-length stream-without-fd http; do
	told "$what" 1 status
	contains "$what" "$(cat "$work/err")" "is not understood"
done
told cut 1 --json status
contains "in JSON, too" "$(cat "$work/out")" '"code": "cut_off"'
