#!/bin/bash
# Whose word counts: signatures k of n, pinned digests, order, expiry. Whatever is refused leaves the
# store as it was.
set -eu
. "$top_srcdir/tests/integration/lib.sh"
. "$top_srcdir/tests/integration/registry/store.sh"
need python3 minisign

for k in a b c stranger; do minisign -G -W -p "$work/$k.pub" -s "$work/$k.key" > /dev/null; done
channel=$registry/b/acme/mail/channel/stable.json
trust=(key="$work/a.pub")

make_version v1 one; make_version v2 two; make_version v3 three
first=$(publish acme/mail 1.0.0 1 v1 --sign "$work/a.key")

note "signed by the key that is trusted"
drive -- pull commit list
contains "signed" "$out" "digest=$first"
before=$(state_of "$store")
kept() { equal "$1: the store" "$(state_of "$store")" "$before"; }

note "not signed, signed by a stranger, a signature of something else, a bit wrong"
second=$(publish acme/mail 2.0.0 2 v2 --sign "$work/a.key")
cp -r "$registry" "$work/honest"
again() { rm -rf "$registry"; cp -r "$work/honest" "$registry"; }
rm "$channel.minisig";                                        refused "no signature" signature -- pull; again
: > "$channel.minisig";                                       refused "empty signature" signature -- pull; again
head -c 100000 /dev/zero > "$channel.minisig";                refused "huge signature" size -- pull; again
sed -i 's/file:stable.json/file:edge.json/' "$channel.minisig"; refused "comment changed" signature -- pull; again
sed -i 's/"2.0.0"/"2.0.1"/' "$channel";                       refused "channel changed" signature -- pull; again
echo >> "$channel";                                           refused "channel longer" signature -- pull; again
publish acme/mail 2.0.0 2 v2 --sign "$work/stranger.key" > /dev/null
refused "a stranger" signature -- pull; again
minisign -S -l -q -s "$work/a.key" -m "$channel" -t file:stable.json < /dev/null > /dev/null
refused "a legacy signature" signature -- pull; again
minisign -S -q -s "$work/a.key" -m "$channel" -t file:other.json < /dev/null > /dev/null
refused "a signature of another file" signature -- pull; again
kept "signatures"
refused "a key file that is none" bad-key key="$channel" -- pull
refused "a key file that is not there" bad-key key="$work/nothing" -- pull

note "a trusted bundle does not turn into an untrusted one"
trust=(insecure=yes); refused "no key any more" trust-downgrade -- pull
trust=(); refused "no trust at all" no-trust store="$work/fresh" -- pull
trust=(key="$work/a.pub")

note "the pull that was good all along"
drive -- pull commit list
contains "second" "$out" "digest=$second"
before=$(state_of "$store")

note "an older channel, signed as ever, is refused; so is another version under a known number"
cp -r "$registry" "$work/newer"
rm -rf "$registry"; publish acme/mail 1.0.0 1 v1 --sign "$work/a.key" --rev 9 > /dev/null
refused "older seq" rollback -- pull; kept "older seq"
rm -rf "$registry"; publish acme/mail 2.0.0 2 v3 --sign "$work/a.key" --rev 9 > /dev/null
refused "other bytes under the same seq" rollback -- pull; kept "same seq"
rm -rf "$registry"; cp -r "$work/newer" "$registry"
publish acme/mail 2.0.0 2 v2 --sign "$work/a.key" --rev 1 > /dev/null
refused "older revision" rollback -- pull; kept "older revision"

note "the mark is raised by the channel alone, before any byte of the version"
third=$(publish acme/mail 3.0.0 3 v3 --sign "$work/a.key" --rev 10)
mv "$registry/b/acme/mail/$third" "$work/third"
refused "no manifest" not-found -- pull; kept "no manifest"
grep -q '"seq": 3' "$store/names/acme+mail/state.json" || fail "the mark was not raised"
rm -rf "$registry"; cp -r "$work/newer" "$registry"
refused "back to the second" rollback -- pull
cp -r "$registry" "$work/x"; rm -rf "$registry"; cp -r "$work/newer" "$registry"

note "expired, withdrawn, for others, too big a step"
publish acme/mail 4.0.0 4 v3 --sign "$work/a.key" --rev 11 --expires 2020-01-01T00:00:00Z > /dev/null
refused "expired" expired -- pull
publish acme/mail 4.0.0 4 v3 --sign "$work/a.key" --rev 12 --min-from-seq 3 > /dev/null
refused "a stepping stone is missing" min-from-seq -- pull
publish acme/mail 4.1.0 5 v3 --sign "$work/a.key" --rev 13 --platform plan9-mips-none > /dev/null
refused "another platform" platform -- pull
publish acme/mail 4.2.0 6 v3 --sign "$work/a.key" --rev 14 --block "$second" > /dev/null
refused "a withdrawn version by digest" blocked -- pull="sha256:$second"
refused "a version that was never published" not-found -- pull="sha256:$(printf '%064d' 7)"
kept "refused versions"

note "another bundle's channel under this name"
publish acme/web 1.0.0 9 v1 --sign "$work/a.key" > /dev/null
cp "$registry/b/acme/web/channel/"* "$registry/b/acme/mail/channel/"
refused "another name" channel -- pull; kept "another name"

note "two of three must sign"
rm -rf "$registry"
trust=(key="$work/a.pub" key="$work/b.pub" key="$work/c.pub" threshold=2)
last=$(publish acme/mail 7.0.0 7 v3 --rev 20 --sign "$work/a.key" --sign "$work/c.key")
drive -- pull commit list
contains "two of three" "$out" "digest=$last"
rm "$channel".*.minisig
publish acme/mail 8.0.0 8 v2 --rev 21 --sign "$work/a.key" --sign "$work/stranger.key" > /dev/null
refused "one and a stranger" signature -- pull
ids=$(for k in a b c; do printf '%16s\n' "$(sed -n '1s/.* //p' "$work/$k.pub")" | tr ' ' 0; done)
cp "$channel.$(echo "$ids" | head -1).minisig" "$work/one"
for id in $ids; do cp "$work/one" "$channel.$id.minisig"; done
refused "one twice" signature -- pull
trust=(key="$work/a.pub" threshold=2); refused "more asked for than given" bad-key -- pull

note "pinned: no channel, no key, this digest and no other"
wipe "$registry" "$store"; trust=(pin="$first")
publish acme/mail 1.0.0 1 v1 > /dev/null; rm -r "$registry/b/acme/mail/channel"
drive -- pull commit list
contains "pinned" "$out" "digest=$first"
refused "another digest" no-trust -- pull="sha256:$second"
trust=(pin="$second"); refused "a pin that is not there" not-found -- pull
