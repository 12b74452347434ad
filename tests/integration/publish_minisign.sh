#!/bin/bash
# What reeve-bundle signs the public minisign verifies, and the other way round.
set -eu
. "$top_srcdir/tests/integration/lib.sh"
need reeve-bundle minisign
cd "$work"
mkdir app
echo hello > app/page
reeve-bundle pack app --name site --version 1 --seq 1 -o packed > /dev/null
channel=registry/b/site/channel/stable.json

note "our key, our signature, their verification"
reeve-bundle keygen --public ours.pub --secret ours.key > /dev/null
reeve-bundle publish packed registry --key ours.key > /dev/null
minisign -V -q -H -p ours.pub -m $channel
minisign -V -q -H -p ours.pub -m $channel -x $channel."$(sed -n '1s/.* //p' ours.pub)".minisig
echo >> $channel
equal "a changed file" "$(exit_of minisign -V -q -p ours.pub -m $channel)" 1
rm -r registry

note "our key, their signature, our verification"
reeve-bundle publish packed registry --key ours.key > /dev/null
rm registry/b/site/channel/*.minisig
minisign -S -W -s ours.key -m $channel < /dev/null > /dev/null
reeve-bundle verify registry --key ours.pub > /dev/null
minisign -S -l -W -s ours.key -m $channel < /dev/null > /dev/null
equal "minisign's legacy form" "$(exit_of reeve-bundle verify registry --key ours.pub)" 1
contains "the reason" "$(cat out)" "legacy form"
minisign -S -W -s ours.key -m $channel -t "a comment without the file's name" < /dev/null > /dev/null
equal "a comment of another kind" "$(exit_of reeve-bundle verify registry --key ours.pub)" 1
rm -r registry

note "their key, our signature, their verification"
minisign -G -W -p theirs.pub -s theirs.key > /dev/null
reeve-bundle publish packed registry --key theirs.key > /dev/null
minisign -V -q -H -p theirs.pub -m $channel
reeve-bundle verify registry --key theirs.pub > /dev/null
equal "the wrong key" "$(exit_of reeve-bundle verify registry --key ours.pub)" 1

note "a public key made anew from our secret key is the same key"
minisign -R -s ours.key -p again.pub < /dev/null > /dev/null
equal "public key" "$(sed -n 2p again.pub)" "$(sed -n 2p ours.pub)"
