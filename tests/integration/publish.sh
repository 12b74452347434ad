#!/bin/bash
# A publisher's day: pack, sign, publish, verify, and everything that can be wrong on the way.
set -eu
. "$top_srcdir/tests/integration/lib.sh"
need reeve-bundle python3
cd "$work"

make_folder() {
	mkdir -p app/bin app/lib app/www/empty
	printf '#!/bin/sh\necho %s\n' "$1" > app/bin/web
	chmod 755 app/bin/web
	cp "$(type -P true)" app/bin/tool
	printf 'library\n' > app/lib/libx.so.1.2
	ln -sfn libx.so.1.2 app/lib/libx.so.1
	ln -sfn libx.so.1 app/lib/libx.so
	printf 'caf\303\251\n' > "app/www/caf$(printf '\303\251').html"
}

pack() { # pack VERSION SEQ OUT [OPTION...]
	local version=$1 seq=$2 out=$3; shift 3
	reeve-bundle pack app --name acme/web --version "$version" --seq "$seq" "$@" -o "$out"
}

key() { # key NAME [ARGUMENT...]: makes it
	reeve-bundle keygen --public "$1.pub" --secret "$1.key" > /dev/null
}

field() { python3 -c 'import json,sys; d=json.load(open(sys.argv[1])); print(eval("d"+sys.argv[2]))' "$1" "$2"; }

# refused CODE COMMAND...: it exits 1, and --json says this code.
refused() {
	local code=$1; shift
	equal "exit of $*" "$(exit_of "$@" --json)" 1
	equal "code of $*" "$(field out "['problems'][0]['code']")" "$code"
	python3 -c 'import json; p=json.load(open("out"))["problems"][0]; assert p["remedy"] and p["got"], p'
}

note "the same folder packs to the same bytes, whatever the times"
make_folder one
key main
pack 1.0 1 one --require-env PORT --need-command sh --state cache:0700 --entry 'web=bin/web --port 80' > /dev/null
touch -d '2001-01-01' app/bin/web app
pack 1.0 1 again --require-env PORT --need-command sh --state cache:0700 --entry 'web=bin/web --port 80' > /dev/null
for file in one/*; do same_bytes "packed twice" "$file" "again/${file#one/}"; done
equal "executable" "$(field one/bundle.json "['files'][2]['m']")" x
equal "library's link" "$(field one/bundle.json "['files'][4]['to']")" libx.so.1
equal "platform of programs" "$(field one/bundle.json "['platform']['os']")" linux
equal "argv" "$(field one/bundle.json "['entry']['web']['argv']")" "['bin/web', '--port', '80']"
equal "modes of the archive" "$(tar tvzf one/payload.*.tar.gz 2>/dev/null | awk '/bin\/web/ {print $1, $2}')" "-r-xr-xr-x 0/0"

note "publishing twice renews the channel and changes nothing else"
reeve-bundle publish one registry --key main.key > /dev/null
channel=registry/b/acme/web/channel/stable.json
equal "first revision" "$(field $channel "['rev']")" 1
(cd registry && find . -path ./b/acme/web/channel -prune -o -type f -print0 | sort -z | xargs -0 sha256sum) > before
reeve-bundle publish again registry --channel stable --key main.key > /dev/null
equal "second revision" "$(field $channel "['rev']")" 2
(cd registry && find . -path ./b/acme/web/channel -prune -o -type f -print0 | sort -z | xargs -0 sha256sum) > after
same_bytes "the registry" before after
reeve-bundle verify registry --key main.pub > /dev/null
python3 - $channel << 'PY'
import calendar, json, sys, time
left = calendar.timegm(time.strptime(json.load(open(sys.argv[1]))["expires"], "%Y-%m-%dT%H:%M:%SZ")) - time.time()
assert 89 * 86400 < left <= 90 * 86400, left
PY

note "layout R1: every file is there as an object of its own"
python3 - registry << 'PY'
import hashlib, json, os, sys
root = sys.argv[1]
channel = json.load(open(f"{root}/b/acme/web/channel/stable.json"))
digest = channel["latest"].removeprefix("sha256:")
raw = open(f"{root}/b/acme/web/{digest}/bundle.json", "rb").read()
assert hashlib.sha256(raw).hexdigest() == digest and len(raw) == channel["releases"][0]["size"]
manifest = json.loads(raw)
files = [f for f in manifest["files"] if f["t"] == "f"]
assert len(files) == 4
for f in files:
    data = open(f"{root}/o/{f['h'][:2]}/{f['h'][2:]}", "rb").read()
    assert hashlib.sha256(data).hexdigest() == f["h"] and len(data) == f["s"]
for p in manifest["payloads"]:
    suffix = {"gzip": "tar.gz", "zstd": "tar.zst"}[p["media"].rsplit("+")[1]]
    data = open(f"{root}/b/acme/web/{digest}/payload.linux-{os.uname().machine}-glibc.{suffix}", "rb").read()
    assert hashlib.sha256(data).hexdigest() == p["h"] and len(data) == p["s"]
PY

note "one seq is one set of bytes, and a later publish of an earlier seq is not the latest"
make_folder two
pack 1.1 1 clash > /dev/null
refused seq reeve-bundle publish clash registry --key main.key
pack 1.3 3 three > /dev/null
pack 1.2 2 two > /dev/null
reeve-bundle publish three registry --key main.key > /dev/null
reeve-bundle publish two registry --key main.key > /dev/null
equal "order" "$(field $channel "['releases']" | grep -o "'seq': [0-9]*" | tr -d "'\n")" "seq: 1seq: 2seq: 3"
equal "latest" "$(field $channel "['latest']")" "$(field $channel "['releases'][2]['digest']")"
reeve-bundle verify registry --key main.pub > /dev/null

note "who can write to the registry gets nothing signed"
cp $channel kept.json
sed -i 's/"1.2"/"6.6"/' $channel
refused signature reeve-bundle publish two registry --key main.key
cp kept.json $channel
key other
refused signature reeve-bundle publish two registry --key other.key
reeve-bundle publish two registry --key main.key > /dev/null

note "two of two publishers"
equal "one signature of two" "$(exit_of reeve-bundle verify registry --key main.pub --key other.pub --threshold 2)" 1
reeve-bundle sign $channel --key other.key > /dev/null
reeve-bundle verify registry --key main.pub --key other.pub --threshold 2 > /dev/null
reeve-bundle verify registry --key other.pub > /dev/null
equal "the same key twice" "$(exit_of reeve-bundle verify registry --key main.pub --key main.pub --threshold 2)" 1
refused usage reeve-bundle verify registry --key main.pub --threshold 2

note "damage anywhere in a registry is found"
damage_file() { # damage_file CODE FILE
	cp -p "$2" saved
	printf x >> "$2"
	equal "verify with damage in $2" "$(exit_of reeve-bundle verify registry --key main.pub --json)" 1
	contains "codes for $2" "$(python3 -c 'import json; print([p["code"] for p in json.load(open("out"))["problems"]])')" "'$1'"
	cp -p saved "$2"
}
damage_file signature $channel
damage_file object "$(find registry/o -type f | head -n 1)"
for file in registry/b/acme/web/????????????????????????????????????????????????????????????????/*; do
	case $file in *bundle.json) damage_file manifest "$file" ;; *) damage_file payload "$file" ;; esac
done
reeve-bundle verify registry --key main.pub > /dev/null

note "a payload that is not what its manifest lists is never published"
cp -r two evil
python3 - evil << 'PY'
import gzip, hashlib, io, json, os, sys, tarfile
folder = sys.argv[1]
manifest = json.load(open(f"{folder}/bundle.json"))
raw = io.BytesIO()
with tarfile.open(fileobj=raw, mode="w") as tar:
    info = tarfile.TarInfo("../../escaped"); info.size = 1
    tar.addfile(info, io.BytesIO(b"x"))
name = [n for n in os.listdir(folder) if n.endswith(".gz")][0]
data = gzip.compress(raw.getvalue(), mtime=0)
open(f"{folder}/{name}", "wb").write(data)
manifest["payloads"] = [dict(manifest["payloads"][0], h=hashlib.sha256(data).hexdigest(), s=len(data))]
manifest["seq"] = 9
json.dump(manifest, open(f"{folder}/bundle.json", "w"))
PY
refused payload reeve-bundle publish evil registry --key main.key
refused payload reeve-bundle verify evil
[ ! -e escaped ] && [ ! -e registry/escaped ] || fail "something escaped"
equal "the channel after it" "$(field $channel "['releases'][-1]['seq']")" 3

note "what a bundle cannot hold is refused by name, before anything is written"
cannot() { # cannot CODE PATH
	refused "$1" pack_json
	equal "path of $1" "$(field out "['problems'][0]['path']")" "$2"
	[ ! -e bad ] || fail "pack left something for $1"
}
pack_json() { reeve-bundle pack app --name acme/web --version 9 --seq 9 -o bad "$@"; }
mkfifo app/pipe; cannot file-kind pipe; rm app/pipe
ln -s /etc/passwd app/out; cannot link-outside "bundle.json: out"; rm app/out
ln -s nowhere app/out; cannot link-dangling "bundle.json: out"; rm app/out
ln -s ../x app/www/out; cannot link-dangling "bundle.json: www/out"; rm app/www/out
chmod 4755 app/bin/web; cannot file-mode bin/web; chmod 755 app/bin/web
touch app/bin/Web; cannot path-case "bundle.json: bin/web"; rm app/bin/Web
touch "app/$(printf 'a\nb')"; cannot path-unsafe 'a\x0ab'; rm "app/$(printf 'a\nb')"

note "options that make no sense are refused"
refused name reeve-bundle pack app --name ../web --version 1 --seq 1 -o bad
refused json-missing reeve-bundle pack app --version 1 --seq 1 -o bad
refused seq reeve-bundle pack app --name web --version 1 --seq one -o bad
refused seq reeve-bundle pack app --name web --version 1 --seq 0 -o bad
refused state reeve-bundle pack app --name web --version 1 --seq 1 --state cache -o bad
refused json-type reeve-bundle pack app --name web --version 1 --seq 1 --state cache:9 -o bad
refused json-type reeve-bundle pack app --name web --version 1 --seq 1 --require-env A=B -o bad
refused platform reeve-bundle pack app --name web --version 1 --seq 1 --platform a-b-c-d -o bad
refused file reeve-bundle pack nowhere --name web --version 1 --seq 1 -o bad
refused file reeve-bundle pack app --name web --version 1 --seq 1 -o one
refused usage reeve-bundle publish one registry
refused usage reeve-bundle publish one registry --key main.key --channel ../x
refused usage reeve-bundle publish one registry --key main.key --expires never
refused key reeve-bundle publish one registry --key main.pub
refused file reeve-bundle keygen --public main.pub --secret new.key
[ ! -e new.key ] || fail "half a key pair was left"
equal "no command" "$(exit_of reeve-bundle)" 2
equal "wrong command" "$(exit_of reeve-bundle pakc)" 2
contains "wrong command" "$(cat out)" "did you mean pack"
equal "wrong option" "$(exit_of reeve-bundle pack app --nmae x)" 2
equal "an option twice" "$(exit_of reeve-bundle pack app --name x --name y)" 2
equal "too few words" "$(exit_of reeve-bundle publish one)" 2
equal "mode of the secret key" "$(stat -c %a main.key)" 600

note "--meta adds keys, and may not take ours"
printf '{"needs": {"commands": ["sh"], "users": ["www-data"]}, "min_from_seq": 1, "x-build": 7}' > meta.json
pack 1.4 4 four --meta meta.json --need-command awk > /dev/null
equal "merged list" "$(field four/bundle.json "['needs']['commands']")" "['sh', 'awk']"
equal "a key of the publisher's" "$(field four/bundle.json "['x-build']")" 7
printf '{"files": []}' > meta.json
refused meta reeve-bundle pack app --name web --version 1 --seq 1 --meta meta.json -o bad
printf '{"needs": {"commands": "sh"}}' > meta.json
refused meta reeve-bundle pack app --name web --version 1 --seq 1 --meta meta.json --need-command awk -o bad
printf '[]' > meta.json
refused json-syntax reeve-bundle pack app --name web --version 1 --seq 1 --meta meta.json -o bad

note "a signed bundle by itself"
reeve-bundle sign one/bundle.json --key main.key > /dev/null
reeve-bundle verify one --key main.pub > /dev/null
equal "unsigned" "$(exit_of reeve-bundle verify two --key main.pub)" 1
contains "inspect" "$(reeve-bundle inspect one --files)" "lib/libx.so -> libx.so.1"
reeve-bundle inspect registry --json > out
equal "inspect a registry" "$(field out "['channels'][0]['releases'][2]['seq']")" 3
