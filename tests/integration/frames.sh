#!/bin/bash
# Bytes that no honest client sends, at a real reeve: the connection ends, nothing moved, others are served.
set -eu
# shellcheck source=tests/integration/lib.sh
. "$top_srcdir/tests/integration/lib.sh"
# shellcheck source=tests/integration/org.sh
. "$top_srcdir/tests/integration/org.sh"
need python3

org_begin
cat >> "$work/reeve.ini" <<-INI
[workspace:acme]
[service:one]
command = sleep 120
workspaces = acme
startsecs = 50ms
INI
org_start
until_state acme:one running
before=$(pid_of acme:one)

python3 - "$REEVE_SOCKET" <<'PYTHON'
import array, os, select, socket, struct, sys

path = sys.argv[1]

def connect():
    s = socket.socket(socket.AF_UNIX)
    s.settimeout(10)
    while True:
        try:
            s.connect(path)
            return s
        except BlockingIOError:  # the backlog is full, and unix sockets have no event for "again"
            select.select([], [], [], 0.01)

def head(length, number, version=1, spare=0, ident=7):
    return struct.pack('<IBBHI', length & 0xffffffff, version, spare, number, ident)

def text(s):
    return struct.pack('<I', len(s)) + s + b'\0'

def names(*list_of):
    return struct.pack('<I', len(list_of)) + b''.join(text(n) for n in list_of)

def status(*list_of):
    body = names(*list_of)
    return head(len(body), 1) + body

def read_answer(s):
    """The numbers of the frames of one answer, up to its END; or what came before the connection ended."""
    got, data = [], b''
    while True:
        while len(data) >= 12:
            length, _, _, number, ident = struct.unpack('<IBBHI', data[:12])
            if len(data) < 12 + length:
                break
            got.append(number)
            data = data[12 + length:]
            if number == 45:
                return got
        more = s.recv(65536)
        if not more:
            return got + ['closed']
        data += more

def alive():
    s = connect()
    s.sendall(status(b'acme:one'))
    assert read_answer(s) == [32, 45], 'reeve does not answer others any more'
    s.close()

closed = {
    'length 1 of rubbish':      head(1, 1) + b'x',
    'length 3 of rubbish':      head(3, 1) + b'xyz',
    'max + 1':                  head(16385, 1),
    '2^31':                     head(1 << 31, 1),
    '2^32 - 1':                 head(-1, 1),
    'body where none belongs':  head(1, 9) + b'x',
    'no such message':          head(0, 77),
    'message 65535':            head(0, 65535),
    'version 0':                head(0, 9, version=0),
    'version 255':              head(0, 9, version=255),
    'spare byte':               head(0, 9, spare=1),
    "reeve's own message":      head(4, 45) + struct.pack('<I', 0),
    "a helper's message":       head(4, 65) + struct.pack('<I', 1),
    'text without end':         head(9, 1) + struct.pack('<II', 1, 1) + b'a',
    'text longer than body':    head(10, 1) + struct.pack('<II', 1, 64) + b'a\0',
    'NUL in a text':            head(12, 1) + struct.pack('<II', 1, 3) + b'a\0b\0',
    'a million texts':          head(4, 1) + struct.pack('<I', 1000000),
    'bytes behind the end':     head(5, 1) + struct.pack('<I', 0) + b'x',
    'HTTP':                     b'GET / HTTP/1.1\r\nHost: reeve\r\n\r\n',
}
for what, data in closed.items():
    s = connect()
    s.sendall(data)
    answer = read_answer(s)
    assert answer == ['closed'], (what, answer)
    s.close()
    alive()

# Errors of sense, not of form, are answered.
answered = {
    'a name of 16 KiB':   status(b'x' * 16000),
    'a name of bytes':    status(bytes(range(1, 256))),
    'an empty name':      status(b''),
    'three thousand':     status(*[b''] * 3000),
    'signal 0':           (lambda b: head(len(b), 5) + b)(struct.pack('<I', 0) + names(b'acme:one')),
    'signal 4294967295':  (lambda b: head(len(b), 5) + b)(struct.pack('<I', 0xffffffff) + names(b'acme:one')),
    'stop of nobody':     (lambda b: head(len(b), 3) + b)(names()),
}
for what, data in answered.items():
    s = connect()
    s.sendall(data)
    answer = read_answer(s)
    assert answer == [44, 45], (what, answer)
    s.sendall(status(b'acme:one'))
    assert read_answer(s) == [32, 45], (what, 'the connection is of no use any more')
    s.close()

# One frame in 64 writes; two in one; a request id used twice.
s = connect()
frame = status(b'acme:one')
for byte in frame:
    s.sendall(bytes([byte]))
assert read_answer(s) == [32, 45]
s.sendall(frame + frame)
assert read_answer(s)[:2] == [32, 45]
s.close()

# Descriptors where none belong: one, and as many as the kernel lets through.
for count in (1, 253):
    s = connect()
    fd = os.open('/dev/null', os.O_RDONLY)
    s.sendmsg([frame], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array('i', [fd] * count))])
    try:
        assert read_answer(s) == ['closed'], count
    except ConnectionResetError:
        pass
    os.close(fd)
    s.close()
    alive()

# Half a close: the answer still comes, then the end.
s = connect()
s.sendall(frame)
s.shutdown(socket.SHUT_WR)
assert read_answer(s) == [32, 45]
assert s.recv(1) == b''
s.close()

# Half a frame and silence holds nobody up; a hundred and fifty such connections are refused beyond the bound.
idle = []
for _ in range(150):
    try:
        c = connect()
        c.sendall(frame[:7])
        idle.append(c)
    except (BrokenPipeError, ConnectionResetError):
        pass
for c in idle:
    c.close()
alive()

# Requests by the ten thousand from one who never reads: he is held up, nobody else.
s = connect()
s.setblocking(False)
sent = 0
try:
    while sent < 100000:
        sent += s.send(frame * 100) // len(frame)
except BlockingIOError:
    pass
assert sent < 100000, 'reeve took everything'
alive()
s.close()
alive()
PYTHON

equal "the child is as it was" "$(pid_of acme:one)" "$before"
equal "it runs" "$(state_of acme:one)" running
if grep -qi 'bug' "$work/log"; then fail "reeve met a bug: $(grep -i bug "$work/log" | head -1)"; fi
open_now=$(find "/proc/$org_pid/fd" -mindepth 1 | wc -l)
[ "$open_now" -lt 40 ] || fail "descriptors leak: $open_now are open"
