#!/usr/bin/env python3
"""Archives that an honest packer never makes.

archives.py FOLDER OUT: writes OUT/<name>.tar.gz for the bundle in FOLDER, and OUT/list with a line
"<name> <code>" each: what must come of it, "ok" when the manifest makes it harmless, "any" when only
the store must stay sound.
"""
import gzip, io, os, random, subprocess, sys, tarfile, zipfile

folder, out = sys.argv[1:3]
os.makedirs(out, exist_ok=True)
listing = open(os.path.join(out, "list"), "w")
MAIL = open(os.path.join(folder, "bin/mail"), "rb").read()


def honest(tar, skip=(), change=None):
    for name in ("bin", "lib", "lib/deep"):
        i = tarfile.TarInfo(name)
        i.type = tarfile.DIRTYPE
        tar.addfile(i)
    for name in ("bin/mail", "lib/a", "lib/deep/b"):
        if name not in skip:
            data = open(os.path.join(folder, name), "rb").read()
            i = tarfile.TarInfo(name)
            if change:
                data = change(name, i, data)
            i.size = len(data)
            tar.addfile(i, io.BytesIO(data))
    i = tarfile.TarInfo("lib/link")
    i.type, i.linkname = tarfile.SYMTYPE, "a"
    if "lib/link" not in skip:
        tar.addfile(i)


def raw(build, form=tarfile.PAX_FORMAT):
    b = io.BytesIO()
    with tarfile.open(fileobj=b, mode="w", format=form) as tar:
        build(tar)
    return b.getvalue()


def put(name, code, data, wrap=True):
    with open(os.path.join(out, name + ".tar.gz"), "wb") as f:
        f.write(gzip.compress(data, mtime=0) if wrap else data)
    listing.write(f"{name} {code}\n")


def entry(name, kind=tarfile.REGTYPE, data=b"evil", link="", mode=0o644, first=True, **pax):
    def build(tar):
        if not first:
            honest(tar)
        i = tarfile.TarInfo(name)
        i.type, i.linkname, i.mode, i.pax_headers = kind, link, mode, pax
        if kind == tarfile.REGTYPE:
            i.size = len(data)
        i.devmajor, i.devminor = 1, 3
        tar.addfile(i, io.BytesIO(data) if kind == tarfile.REGTYPE else None)
        if first:
            honest(tar)
    return raw(build)


for what, name in (("absolute", "/tmp/reeve-evil"), ("dotdot", "../evil"), ("dotdot-deep", "lib/../../evil"),
                   ("dotdot-end", "lib/.."), ("case", "LIB/a"), ("extra", "lib/extra"), ("newline", "lib/a\nb"),
                   ("escape", "lib/\x1b[2J"), ("space", "lib/a "), ("dot-inside", "lib/./a"), ("slashes", "lib//a"),
                   ("empty", ""), ("long", "x" * 300), ("deep", "d/" * 4000 + "f"), ("latin1", "lib/\udce9")):
    put("name-" + what, "unpack:unlisted", entry(name))
put("pax-path", "unpack:unlisted", entry("lib/a", path="../../evil"))
put("pax-absolute", "unpack:unlisted", entry("lib/a", path="/tmp/reeve-evil"))
put("pax-huge", "any", entry("lib/a", path="y" * (10 << 20)))
for what, kind in (("device", tarfile.CHRTYPE), ("block", tarfile.BLKTYPE), ("fifo", tarfile.FIFOTYPE)):
    put("type-" + what, "unpack:type", entry("lib/a", kind))
    put("type-" + what + "-unlisted", "unpack:unlisted", entry("lib/null", kind))
put("link-for-file", "unpack:type", entry("lib/a", tarfile.SYMTYPE, link="/etc/passwd"))
put("hardlink", "unpack:type", entry("lib/a", tarfile.LNKTYPE, link="/etc/passwd"))
put("hardlink-inside", "unpack:type", entry("lib/a", tarfile.LNKTYPE, link="bin/mail"))
put("folder-for-file", "unpack:type", entry("lib/a", tarfile.DIRTYPE))
put("file-for-folder", "unpack:type", entry("lib"))
put("link-then-through", "unpack:type", entry("lib", tarfile.SYMTYPE, link="/tmp"))
put("twice", "unpack:duplicate", entry("lib/a", data=open(folder + "/lib/a", "rb").read(), first=False))
put("twice-dotted", "unpack:duplicate", entry("./lib/a", data=open(folder + "/lib/a", "rb").read(), first=False))
put("folder-twice", "unpack:duplicate", entry("lib/", tarfile.DIRTYPE, first=False))
put("top-folder", "ok", entry(".", tarfile.DIRTYPE, mode=0o777))


def modes(name, i, data):
    i.mode, i.uid, i.gid = 0o6777, 4242, 4242
    return data


put("setuid", "ok", raw(lambda t: honest(t, change=modes)))
put("linkname-differs", "ok", raw(lambda t: (honest(t, skip=("lib/link",)), None)))
put("missing", "unpack:missing", raw(lambda t: honest(t, skip=("lib/deep/b",))))
put("longer", "unpack:size", raw(lambda t: honest(t, change=lambda n, i, d: d + b"!")))
put("shorter", "unpack:size", raw(lambda t: honest(t, change=lambda n, i, d: d[:-1])))
put("bomb", "unpack:size", raw(lambda t: honest(t, change=lambda n, i, d: bytes(200 << 20) if n == "lib/a" else d)))
put("other-bytes", "digest", raw(lambda t: honest(t, change=lambda n, i, d: bytes(len(d)))))
for form in ("USTAR", "GNU", "PAX"):
    put("format-" + form.lower(), "ok", raw(honest, getattr(tarfile, form + "_FORMAT")))
good = raw(honest)
put("nothing", "any", b"", wrap=False)
put("empty-gzip", "any", b"")
put("no-end", "ok", good.rstrip(b"\0") + bytes(-len(good.rstrip(b"\0")) % 512))
put("trailing", "ok", good + b"garbage" * 1000)
put("not-a-tar", "unpack:format", b"MZ" + os.urandom(4096))
put("uncompressed", "ok", good, wrap=False)
put("gzip-cut", "unpack:format", gzip.compress(good)[:-40], wrap=False)
put("bzip2", "unpack:format", subprocess.run(["python3", "-c", "import bz2,sys; sys.stdout.buffer.write(bz2.compress(sys.stdin.buffer.read()))"], input=good, capture_output=True).stdout, wrap=False)
z = io.BytesIO()
with zipfile.ZipFile(z, "w") as f:
    f.writestr("lib/a", "evil")
put("zip", "unpack:format", z.getvalue(), wrap=False)
put("cpio", "unpack:format", subprocess.run(["sh", "-c", f"cd '{folder}' && find . | cpio -o -H newc 2>/dev/null || printf 070701"], capture_output=True).stdout, wrap=False)
used = len(good.rstrip(b"\0"))
for at in range(0, used, 512):
    put(f"cut-{at:05}", "any", good[:at])
for at in range(0, used, 512):
    put(f"cut-{at + 100:05}", "any", good[:at + 100])
rng = random.Random(42)
for n in range(40):
    bad = bytearray(good)
    bad[rng.randrange(used)] ^= 1 << rng.randrange(8)
    put(f"flip-{n:02}", "any", bytes(bad))
