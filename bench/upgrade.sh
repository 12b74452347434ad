#!/bin/bash
# One upgrade of 50 children on one bundle: what it pulls, how often it reads the tree, how long each child
# is away. Beside it the least that could bring the same bytes: unpack the payload and hash what comes out.
# usage: bench/upgrade.sh BUILD_FOLDER WORK_FOLDER
set -euo pipefail
. "$(dirname "$0")/lib.sh"
children=50 files=500

make_release() {
	local dir=$work/release-$1 i
	mkdir -p "$dir/bin" "$dir/data"
	cp "$build/bench/trivial" "$dir/bin/trivial"
	for ((i = 0; i < files; i++)); do head -c 40000 /dev/urandom > "$dir/data/$i"; done
	reeve-bundle pack "$dir" --name bench/site --version "$1.0" --seq "$1" -o "$work/packed-$1" > /dev/null
}

publish() { reeve-bundle publish "$work/packed-$1" "$work/registry" --channel stable --key "$work/key" > /dev/null; }

# Bytes that reeve, every helper it waited for, and those that are there now have read (proc(5), io).
read_bytes() {
	local pid
	for pid in "$reeve_pid" $(pgrep -P "$reeve_pid" -f reeve-); do
		cat "/proc/$pid/io" 2>/dev/null || true # a helper may just have ended; then reeve has its sum
	done | awk '$1 == "rchar:" { sum += $2 } END { print sum }'
}

reeve-bundle keygen --public "$work/pub" --secret "$work/key" > /dev/null
make_release 1
make_release 2
publish 1
{
	cat <<-INI
	[reeve]
	socket = $work/reeve.sock
	store = $work/store
	state_dir = $work/state
	[registry:main]
	url = file://$work/registry
	key = $work/pub
	[bundle:bench/site]
	registry = main
	INI
	for ((i = 0; i < children; i++)); do
		printf '[service:s%s]\nbundle = bench/site\ncommand = bin/trivial\nstartsecs = 0\n' "$i"
	done
} > "$work/reeve.ini"
start_reeve
until_ok reevectl status

tree=$(du -sb "$work/release-2" | cut -f1)
payload=$(find "$work/packed-2" -name 'payload*.gz' | head -n 1)
mkdir "$work/bare"
before=$(now_ms)
tar xf "$payload" -C "$work/bare"
find "$work/bare" -type f -print0 | xargs -0 sha256sum > /dev/null
bare_ms=$(($(now_ms) - before))

publish 2
read_before=$(read_bytes)
before=$(now_ms)
reevectl --json upgrade bench/site > "$work/report.json"
upgrade_ms=$(($(now_ms) - before))
read_after=$(read_bytes)

row "tree" "$((tree / 1024)) kB in $files files, $children children"
row "tar xf and sha256sum of the same" "$bare_ms ms"
row "the upgrade, from request to report" "$upgrade_ms ms"
row "read by everything of reeve's" "$(awk -v a="$read_before" -v b="$read_after" -v t="$tree" 'BEGIN { printf "%.1f x the tree (a pass per child would be %d x)", (b - a) / t, '"$children"' }')"
python3 - "$work/report.json" <<'PY'
import json, sys

def walk(value):
    if isinstance(value, dict):
        yield value
        for v in value.values():
            yield from walk(v)
    elif isinstance(value, list):
        for v in value:
            yield from walk(v)

text = open(sys.argv[1]).read()
try:
    documents = [json.loads(text)]
except ValueError:
    documents = [json.loads(line) for line in text.splitlines() if line.strip()]
rows = [v for d in documents for v in walk(d)]
children = [v for v in rows if "gap_ms" in v]
total = next(v for v in rows if "pull_ms" in v)
gaps = sorted(v["gap_ms"] for v in children)

def row(name, value):
    print(f"  {name:<44} {value}")

row("pulled", f"{total['bytes'] // 1024} kB in {total['pull_ms']} ms")
row("children moved, failed", f"{total['respawned']}, {total['failed']}")
if gaps:
    row("a child was away for", f"{gaps[len(gaps) // 2]} ms (median), {gaps[-1]} ms (longest)")
PY
