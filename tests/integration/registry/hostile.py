#!/usr/bin/env python3
"""A registry that misbehaves on purpose, on 127.0.0.1 alone and for two minutes at most.

hostile.py FOLDER PORT-FILE PLAN-FILE LOG-FILE [CERT KEY]
serves FOLDER. PLAN-FILE holds lines "PART ACTION [ARG]"; the first whose PART is in the path says what
is done instead, "-" in the place of ACTION nothing special. It is read anew for each request.
  status N [HEADER: VALUE]  answers N          html      200 with a page instead of the file
  truncate N    hangs up after N bytes          short N   promises and sends only N bytes less
  endless       chunked, never ends             long      more bytes than the file has, chunked
  slow          one byte a second               stall     the head, then nothing
  wrong         one bit flipped                 close     hangs up at once
  redirect URL  302                             head N    a header of N bytes
  etag          a new ETag for every answer     norange   ignores Range
  badrange      answers another range           once ACTION...   only for the first request of this path
"""
import http.server, os, signal, ssl, sys, threading

FOLDER, PORT_FILE, PLAN_FILE, LOG_FILE = sys.argv[1:5]
ENDLESS_MAX = 64 << 20
asked, lock, stop = {}, threading.Lock(), threading.Event()


def plan_for(path, n):
    with open(PLAN_FILE) as f:
        for line in f:
            words = line.split()
            if len(words) < 2 or words[0] not in path:
                continue
            if words[1] == "once":
                if n > 1:
                    continue
                words.pop(1)
            return words[1], " ".join(words[2:])
    return "-", ""


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *args):
        pass

    def do_GET(self):
        with lock:
            n = asked[self.path] = asked.get(self.path, 0) + 1
            with open(LOG_FILE, "a") as f:
                f.write(f"{self.path} range={self.headers.get('Range', '-')} accept={self.headers.get('Accept-Encoding', '-')}\n")
        action, arg = plan_for(self.path, n)
        try:
            getattr(self, "do_" + action, self.honest)(arg, self.read())
        except (BrokenPipeError, ConnectionResetError, ssl.SSLError):
            self.close_connection = True

    def read(self):
        path = os.path.join(FOLDER, self.path.lstrip("/"))
        if ".." in path or not os.path.isfile(path):
            return None
        with open(path, "rb") as f:
            return f.read()

    def head(self, status, length, *more):
        self.send_response(status)
        if length is None:
            self.send_header("Transfer-Encoding", "chunked")
        else:
            self.send_header("Content-Length", str(length))
        for name, value in more:
            self.send_header(name, value)
        self.end_headers()

    def hang_up(self):
        self.wfile.flush()
        self.close_connection = True

    def chunk(self, data):
        self.wfile.write(b"%x\r\n" % len(data) + data + b"\r\n")

    def honest(self, _, data, etag='"one"', ranged=True, shift=0):
        if data is None:
            return self.head(404, 0)
        start = self.headers.get("Range", "")
        if ranged and start.startswith("bytes=") and self.headers.get("If-Range", etag) == etag:
            at = int(start[6:].split("-")[0]) + shift
            if at >= len(data):
                return self.head(416, 0, ("Content-Range", f"bytes */{len(data)}"))
            self.head(206, len(data) - at, ("ETag", etag), ("Content-Range", f"bytes {at}-{len(data)-1}/{len(data)}"))
            return self.wfile.write(data[at:])
        self.head(200, len(data), ("ETag", etag))
        self.wfile.write(data)

    def do_status(self, arg, data):
        code, _, header = arg.partition(" ")
        self.head(int(code), 0, *([tuple(header.split(": ", 1))] if header else []))

    def do_html(self, arg, data):
        page = b"<html><body>Please log in</body></html>\n" * 3
        self.head(200, len(page))
        self.wfile.write(page)

    def do_truncate(self, arg, data):
        start = self.headers.get("Range", "bytes=0-")
        at = int(start[6:].split("-")[0])
        more = [("ETag", '"one"')]
        if at:
            more.append(("Content-Range", f"bytes {at}-{len(data)-1}/{len(data)}"))
        self.head(206 if at else 200, len(data) - at, *more)
        self.wfile.write(data[at:at + int(arg)])
        self.hang_up()

    def do_short(self, arg, data):
        self.head(200, len(data) - int(arg))
        self.wfile.write(data[:len(data) - int(arg)])

    def do_endless(self, arg, data):
        self.head(200, None)
        for _ in range(ENDLESS_MAX // 65536):
            self.chunk(b"x" * 65536)

    def do_long(self, arg, data):
        self.head(200, None)
        self.chunk(data)
        self.chunk(b"and more" * 1000)
        self.chunk(b"")

    def do_slow(self, arg, data):
        self.head(200, len(data))
        for i in range(min(len(data), 60)):
            self.wfile.write(data[i:i + 1])
            self.wfile.flush()
            if stop.wait(1):
                return

    def do_stall(self, arg, data):
        self.head(200, len(data or b"12345"))
        self.wfile.flush()
        stop.wait(60)

    def do_wrong(self, arg, data):
        data = bytearray(data)
        data[len(data) // 2] ^= 1
        self.head(200, len(data))
        self.wfile.write(data)

    def do_close(self, arg, data):
        self.hang_up()

    def do_redirect(self, arg, data):
        self.head(302, 0, ("Location", arg.replace("PATH", self.path)))

    def do_head(self, arg, data):
        self.head(200, len(data), *[("X-Pad", "x" * 1000)] * (int(arg) // 1000))
        self.wfile.write(data)

    def do_etag(self, arg, data):
        n = asked[self.path]
        if n == 1:
            self.head(200, len(data), ("ETag", f'"{n}"'))
            self.wfile.write(data[:len(data) // 2])
            return self.hang_up()
        self.honest(arg, data, etag=f'"{n}"')

    def do_norange(self, arg, data):
        if asked[self.path] == 1:
            return self.do_truncate("100", data)
        self.honest(arg, data, ranged=False)

    def do_badrange(self, arg, data):
        if asked[self.path] == 1:
            return self.do_truncate("100", data)
        if "Range" in self.headers:
            return self.honest(arg, data, shift=7)
        self.honest(arg, data)


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request, address):
        pass


server = Server(("127.0.0.1", 0), Handler)
if len(sys.argv) > 5:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(sys.argv[5], sys.argv[6])
    server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
signal.alarm(120)
with open(PORT_FILE + ".new", "w") as f:
    f.write(str(server.server_address[1]))
os.rename(PORT_FILE + ".new", PORT_FILE)
server.serve_forever()
