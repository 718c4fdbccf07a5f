#!/bin/sh
# The worked hour of docs/imports.md, from a clerk's workbook to 39/39, and the machines of Ansible. `sh docs/examples/imports.sh STEP` prints
# what a step prints; nothing here is changed, all is done in a copy.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cp -r "$here/imports/." "$work"
cd "$work"

judge() {
  soccheck audit province --policy security-level --as-of 2026-09-01 | sed -n '6,10p' || true
}

list() {
  soccheck import level-dossier-systems danh-muc.xlsx --inventory province --to inventory > list.diff || true
  (cd province && git apply ../list.diff)
}

case $1 in
  suggest) soccheck import suggest danh-muc.xlsx 2>&1 > map.yaml || true ;;
  account) soccheck import level-dossier-systems danh-muc.xlsx --inventory province --to inventory 2>&1 > list.diff || true ;;
  diff) list 2> /dev/null; sed -n '1,13p' list.diff ;;
  judge) list 2> /dev/null; judge ;;
  again)
    list 2> /dev/null
    python3 - << 'PYTHON'
import openpyxl
from datetime import date
book = openpyxl.load_workbook("danh-muc.xlsx")
book["Danh mục"]["H16"] = date(2024, 7, 14)    # looked up in the decision itself
book["Danh mục"]["F29"] = "Đã phê duyệt"  # said by the unit, with its decision
book.save("danh-muc.xlsx")
PYTHON
    soccheck import level-dossier-systems danh-muc.xlsx --inventory province --to inventory 2> account | grep '^[-+] '
    tail -n 1 account
    list 2> /dev/null
    judge
    ;;
  ansible)
    soccheck import ansible-inventory ansible_2026-08-20.json --inventory province --to inventory 2> account || true
    cat account
    ;;
esac
