#!/bin/sh
# What `soccheck report` writes of a sample, and what a filled workbook gives back.
set -eu
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
soccheck report inventories/an-giang --as-of 2024-06-30 --lang vi \
  --format html --format xlsx --format csv -o "$out" || true
ls "$out"
