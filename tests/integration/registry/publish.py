#!/usr/bin/env python3
"""A publisher for tests: puts a version of a bundle into a static registry, honest or not.

publish.py REGISTRY NAME VERSION SEQ FOLDER [option...]
  --channel C          default stable
  --expires DATE       default 2099-01-01T00:00:00Z
  --rev N              default: one more than the channel has
  --platform OS-ARCH-LIBC
  --min-from-seq N
  --media gz|zst       default gz
  --no-objects         publish the payload alone
  --no-payload         publish single objects alone
  --block DIGEST       in the channel
  --payload FILE       this archive in the place of the honest one; the manifest lists its digest
  --sign KEY           a minisign secret key without password; more than one may sign
Prints the manifest's digest.
"""
import argparse, gzip, hashlib, io, json, os, stat, subprocess, sys, tarfile

MEDIA = {"gz": ("application/vnd.reeve.bundle.payload.v1.tar+gzip", "tar.gz"),
         "zst": ("application/vnd.reeve.bundle.payload.v1.tar+zstd", "tar.zst")}


def sha(data):
    return hashlib.sha256(data).hexdigest()


def read(path):
    with open(path, "rb") as f:
        return f.read()


def write(path, data):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as f:
        f.write(data)


def walk(folder):
    """Entries of a folder in byte order of their paths, as a manifest lists them."""
    entries = []
    for at, dirs, files in os.walk(folder):
        for name in dirs + files:
            path = os.path.join(at, name)
            rel = os.path.relpath(path, folder)
            st = os.lstat(path)
            if stat.S_ISLNK(st.st_mode):
                entries.append({"p": rel, "t": "l", "to": os.readlink(path)})
            elif stat.S_ISDIR(st.st_mode):
                entries.append({"p": rel, "t": "d"})
            else:
                data = read(path)
                entries.append({"p": rel, "t": "f", "m": "x" if st.st_mode & 0o100 else "r",
                                "s": len(data), "h": sha(data)})
    return sorted(entries, key=lambda e: os.fsencode(e["p"]))


def pack(folder, entries, media):
    raw = io.BytesIO()
    with tarfile.open(fileobj=raw, mode="w", format=tarfile.PAX_FORMAT) as tar:
        for e in entries:
            info = tarfile.TarInfo(e["p"])
            if e["t"] == "d":
                info.type, info.mode = tarfile.DIRTYPE, 0o755
                tar.addfile(info)
            elif e["t"] == "l":
                info.type, info.linkname = tarfile.SYMTYPE, e["to"]
                tar.addfile(info)
            else:
                info.size, info.mode = e["s"], 0o755 if e["m"] == "x" else 0o644
                tar.addfile(info, io.BytesIO(read(os.path.join(folder, e["p"]))))
    if media == "gz":
        return gzip.compress(raw.getvalue(), mtime=0)
    return subprocess.run(["zstd", "-q", "-c"], input=raw.getvalue(), stdout=subprocess.PIPE, check=True).stdout


def sign(path, keys):
    for i, key in enumerate(keys):
        to = path + ".minisig"
        if i > 0 or len(keys) > 1:
            key_id = read(key.removesuffix(".key") + ".pub").decode().splitlines()[0].split()[-1].zfill(16)  # minisign leaves leading zeros out
            to = f"{path}.{key_id}.minisig"
        subprocess.run(["minisign", "-S", "-q", "-W", "-s", key, "-m", path, "-x", to,
                        "-t", "file:" + os.path.basename(path)], check=True, stdin=subprocess.DEVNULL,
                       stdout=subprocess.DEVNULL)


def main():
    a = argparse.ArgumentParser()
    for name in ("registry", "name", "version", "seq", "folder"):
        a.add_argument(name, type=int if name == "seq" else str)
    a.add_argument("--channel", default="stable")
    a.add_argument("--expires", default="2099-01-01T00:00:00Z")
    a.add_argument("--rev", type=int)
    a.add_argument("--platform")
    a.add_argument("--min-from-seq", type=int, default=0)
    a.add_argument("--media", default="gz")
    a.add_argument("--no-objects", action="store_true")
    a.add_argument("--no-payload", action="store_true")
    a.add_argument("--block", action="append", default=[])
    a.add_argument("--payload")
    a.add_argument("--sign", action="append", default=[])
    o = a.parse_args()

    entries = walk(o.folder)
    media, suffix = MEDIA[o.media]
    payload = read(o.payload) if o.payload else pack(o.folder, entries, o.media)
    manifest = {"_type": "reeve-bundle", "schema": 1, "name": o.name, "version": o.version, "seq": o.seq,
                "files": entries,
                "payloads": [{"media": media, "h": sha(payload), "s": len(payload),
                              "u": sum(e.get("s", 0) for e in entries), "n": len(entries)}]}
    platform = o.platform or "any"
    if o.platform:
        manifest["platform"] = dict(zip(("os", "arch", "libc"), o.platform.split("-")))
    if o.min_from_seq:
        manifest["min_from_seq"] = o.min_from_seq
    if o.no_payload:
        del manifest["payloads"]
    body = json.dumps(manifest, indent=1).encode()
    digest = sha(body)
    base = os.path.join(o.registry, "b", o.name)
    write(f"{base}/{digest}/bundle.json", body)
    if not o.no_payload:
        write(f"{base}/{digest}/payload.{platform}.{suffix}", payload)
    if not o.no_objects:
        for e in entries:
            if e["t"] == "f":
                write(f"{o.registry}/o/{e['h'][:2]}/{e['h'][2:]}", read(os.path.join(o.folder, e["p"])))

    path = f"{base}/channel/{o.channel}.json"
    channel = {"_type": "reeve-channel", "name": o.name, "channel": o.channel, "rev": 0, "releases": []}
    if os.path.exists(path):
        channel = json.loads(read(path))
    channel["rev"] = o.rev if o.rev is not None else channel["rev"] + 1
    channel["expires"] = o.expires
    channel["releases"] = [r for r in channel["releases"] if r["seq"] < o.seq]
    release = {"version": o.version, "seq": o.seq, "digest": "sha256:" + digest, "size": len(body)}
    if o.min_from_seq:
        release["min_from_seq"] = o.min_from_seq
    channel["releases"].append(release)
    channel["latest"] = "sha256:" + digest
    if o.block:
        channel["blocked"] = ["sha256:" + d for d in o.block]
    write(path, json.dumps(channel, indent=1).encode())
    sign(path, o.sign)
    print(digest)


if __name__ == "__main__":
    sys.exit(main())
