"""An import as an evidence bundle: facts with their row, basis `imported`, of the time the row is of."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from soccheck.bundle import bundle as bundles
from soccheck.bundle import canonical_json
from soccheck.errors import UsageError
from soccheck.facts.values import encode
from soccheck.imports.imported import Imported, ImportedRow
from soccheck.imports.map import ImportMap, for_evidence
from soccheck.imports.rows import RowKind
from soccheck.model import Asset, Inventory
from soccheck.phrase import phrase

Json = dict[str, Any]


def bundle(imported: Imported, inventory: Inventory, tool: str) -> Json:
    """Return the bundle; raises `UsageError` where the map states what only an inventory may."""
    refused = for_evidence(imported.map)
    if refused:
        told = ", ".join(refused[:5])
        text = phrase("the map states what an asset is, which is no evidence: {facts}", facts=told)
        raise UsageError(text, hint=phrase("give --to inventory: what an asset is stands there"))
    of_asset: dict[str, list[ImportedRow]] = {}
    for entry in imported.entries:
        if entry.asset is not None:
            of_asset.setdefault(entry.asset.id, []).append(entry)
    assets = {}
    for name, entries in of_asset.items():
        asset = entries[0].asset
        assert asset is not None
        rows = latest(entries)
        when = bundles.moment(min(row.when for row in rows))
        records = [_record(row, imported.map, when) for row in rows]
        assets[name] = _asset(asset, records, imported)
    assets |= _absent(imported)
    records = [r for entry in assets.values() for r in entry["probes"].values()]
    taken = [bundles.moment(file.taken) for file in imported.files]
    head = {
        "format": bundles.FORMAT,
        "version": bundles.VERSION,
        "tool": tool,
        "started": min([r["started"] for r in records] + taken),
        "ended": max([r["ended"] for r in records] + taken),
        "complete": all(entry.asset is not None for entry in imported.entries),
        "inventory": {"digest": inventory.digest, "folder": inventory.name or inventory.folder},
        "assets": dict(sorted(assets.items())),
        "manifest": {"assets": {}, "sha256": ""},
    }
    return bundles.sealed(head)


def latest(entries: Iterable[ImportedRow]) -> list[ImportedRow]:
    """Return the entries of the file that was taken last; those of earlier ones have had their day."""
    known = list(entries)
    last = max(entry.file.taken for entry in known)
    return [entry for entry in known if entry.file.taken == last]


def _asset(asset: Asset, records: list[Json], imported: Imported) -> Json:
    """Return an asset's entry; what several rows say of it stands side by side, as answers of one moment."""
    probe = f"import.{imported.map.id}"
    names = [probe, *(f"{probe}.{number}" for number in range(2, len(records) + 1))]
    return {
        "kind": asset.kind,
        "platform": "imported",
        "origin": imported.map.id,
        "started": records[0]["started"],
        "ended": records[0]["ended"],
        "probes": dict(zip(names, records, strict=True)),
    }


def _record(row: ImportedRow, by: ImportMap, when: str) -> Json:
    """Return what one row says, of the time given: what several rows say is of the earliest."""
    return {
        "basis": "imported",
        "origin": f"{by.id}: {row.place}",
        "started": when,
        "ended": when,
        "problem": None,
        "facts": {name: encode(value) for name, value in row.facts.items()},
        "problems": {name: _problem(str(it.why)) for name, it in row.troubles.items()},
        "answers": {"row": _answer(row, by)},
    }


def _answer(entry: ImportedRow, by: ImportMap) -> Json:
    raw = canonical_json.dumps(dict(entry.raw)).decode()
    return _text(f"{by.id} {by.version}, {entry.place}, SHA-256 {entry.file.sha256}", raw)


def _text(command: str, output: str) -> Json:
    return {
        "command": command,
        "state": "ok",
        "output": output,
        "output_sha256": canonical_json.sha256(output),
        "error": "",
        "error_sha256": canonical_json.sha256(""),
    }


def _problem(detail: str) -> Json:
    return {"code": "not_understood", "detail": detail[:1000]}


def _absent(imported: Imported) -> dict[str, Json]:
    """Return what a complete list says of assets that are not in it.

    Of an asset that some row may be about it says nothing: who that row means is not known.
    """
    by = imported.map
    if not by.complete or not by.absent:
        return {}
    last = max(imported.files, key=lambda file: file.taken)
    when = bundles.moment(last.taken)
    told = f"{by.id} {by.version}, {last.shown}, SHA-256 {last.sha256}"
    if any(RowKind.UNREAD in file.counts for file in imported.files):
        return {}
    perhaps = {name for entry in imported.entries for name in entry.perhaps}
    found = {}
    for asset in imported.unmatched_assets:
        if asset.id in perhaps:
            continue
        record: Json = {
            "basis": "imported",
            "origin": f"{by.id}: {last.shown}",
            "started": when,
            "ended": when,
            "problem": None,
            "facts": dict.fromkeys(by.absent, False),
            "problems": {},
            "answers": {"absent": _text(told, "not in the list, which is complete")},
        }
        found[asset.id] = _asset(asset, [record], imported)
    return found
