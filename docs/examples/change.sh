#!/bin/sh
# The example of docs/ci.md: a pull request that breaks three things, and what the gate says of it.
set -eu
root="$(cd "$(dirname "$0")/../.." && pwd)"
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
cd "$work"
mkdir inventories
cp -r "$root/inventories/an-giang" inventories/
git init -q -b main
git add -A
git -c user.name=Reader -c user.email=reader@an-giang.example commit -q -m "The inventory as it is"

cd inventories/an-giang
# 1: protection is turned off on a web server
sed -i '0,/realtime: true/s//realtime: false/' hosts.yaml
# 2: the first system of level 3 is put down to level 2
sed -i '0,/proposed_level: 3/s//proposed_level: 2/' systems.yaml
# 3: a waiver is stretched over another system, and by a year
sed -i 's/assets: \[van-ban\]/assets: [van-ban, lris]/; s/expires: 2024-09-30/expires: 2025-09-30/' waivers.yaml
cd ../..
code=0
soccheck gate inventories/an-giang --base main --as-of 2024-06-30 "$@" || code=$?
echo "exit code $code"
