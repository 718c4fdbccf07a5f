"""The rulesets an inventory names (`firewall: {ruleset: PATH}`), read as text; they are analysed later."""

from __future__ import annotations

import dataclasses
import hashlib
from datetime import UTC, date, datetime, time

from soccheck.errors import InputError
from soccheck.files import Fault, Files
from soccheck.model import Asset, Basis, Configuration, Inventory, Problem

MAX_BYTES = 64 << 20
MAX_FILES = 32
KINDS = ("firewall", "host")


def with_rulesets(inventory: Inventory, files: Files) -> Inventory:
    """Return the inventory with the rulesets it names; raises `InputError` for one that is not there.

    Their content is part of the inventory's digest: what is judged is what was digested.
    """
    named = [a for kind in KINDS for a in inventory.assets[kind].values() if _path(a)]
    if not named:
        return inventory
    problems: list[Problem] = []
    found: dict[str, Configuration] = {}
    digest = hashlib.sha256(inventory.digest.encode())
    for asset in named:
        texts = _texts(asset, inventory.folder, files, problems)
        for name, content in texts:
            sha256 = hashlib.sha256(content.encode()).hexdigest()
            digest.update(f"{asset.id}\0{name}\0{sha256}\n".encode())
        day = asset.facts.get("firewall.exported", inventory.stated)
        assert isinstance(day, date)
        when = datetime.combine(day, time(), UTC)
        origin = f"{inventory.folder}/{_path(asset)}"
        found[asset.id] = Configuration(tuple(texts), Basis.IMPORTED, when, origin)
    if problems:
        raise InputError(problems)
    return dataclasses.replace(inventory, configurations=found, digest=digest.hexdigest())


def _path(asset: Asset) -> str:
    return str(asset.facts.get("firewall.ruleset") or "")


def _texts(
    asset: Asset, folder: str, files: Files, problems: list[Problem]
) -> list[tuple[str, str]]:
    """Return the texts of an asset's ruleset; what is wrong with a file is a fault where it is named."""
    path = _path(asset)
    entries = files.named(path)
    faults = []
    if not entries:
        hint = "a file or folder of the inventory's own folder, named from there"
        faults.append(Fault(f"no ruleset {path!r} in the inventory's folder", hint))
    if len(entries) > MAX_FILES:
        faults.append(Fault(f"{path}: more than {MAX_FILES} files", "give one machine's folder"))
    texts = []
    for entry in entries[:MAX_FILES]:
        raw = files.read(entry)
        text = decoded(raw) if isinstance(raw, bytes) else raw
        if isinstance(text, Fault):
            faults.append(Fault(f"{entry.name}: {text.message}", text.hint))
        else:
            texts.append((f"{folder}/{entry.name}", text))
            faults += _secrets(entry.name, text)
    where = asset.where("firewall.ruleset")
    problems += [Problem(where, f"firewall.ruleset: {f.message}", f.hint) for f in faults]
    return texts


def _secrets(name: str, text: str) -> list[Fault]:
    """Return the fault of a file that holds a secret: an inventory is kept in git."""
    from soccheck.probes.devices import masked

    hidden = masked(text)
    if hidden == text:
        return []
    lines = zip(text.split("\n"), [*hidden.split("\n"), *[""] * text.count("\n")], strict=False)
    line = next(n for n, (one, other) in enumerate(lines, 1) if one != other)
    hint = "put three stars in its place: secrets do not belong in an inventory"
    return [Fault(f"{name}: line {line} holds what looks like a secret", hint)]


def decoded(raw: bytes) -> str | Fault:
    """Return the text of a ruleset file: UTF-8, or UTF-16 with its mark, as PowerShell writes it."""
    if len(raw) > MAX_BYTES:
        return Fault(f"larger than {MAX_BYTES >> 20} MiB", "give the ruleset alone")
    try:
        text = raw.decode("utf-16" if raw[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8")
    except UnicodeDecodeError as error:
        return Fault(f"not text: {error}", "save it as UTF-8")
    return text.removeprefix("\ufeff")
