#!/bin/sh
# The example of docs/firewalls.md: three sample firewalls name theirs, and what the policy says of them.
set -eu
root="$(cd "$(dirname "$0")/../.." && pwd)"
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
cd "$work"
mkdir inventories
cp -r "$root/inventories/an-giang" inventories/

# In the sample no firewall names its ruleset, so that its audit need not analyse any.
names() {
  sed -i "/^  $1\.ag/,/active/s|{active: true|{ruleset: rulesets/$2, untrusted: [$3], active: true|" \
    inventories/an-giang/firewalls.yaml
}
names fw-bien fw-bien.conf wan1
names fw-so-tnmt fw-so-tnmt.rsc ether1
names fw-long-xuyen fw-long-xuyen.pf igb0
soccheck "$@" || echo "exit code $?"
