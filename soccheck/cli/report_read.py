"""What a filled workbook says, as a change to the inventory and as attestations that are proposed."""

from __future__ import annotations

import shlex
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from soccheck.assess.assessment import Assessment
from soccheck.assess.drift import written
from soccheck.cli.file_diff import diff
from soccheck.errors import InputError, UsageError
from soccheck.facts.values import clean
from soccheck.i18n import LANGUAGES, Language
from soccheck.imports import filled, sheets
from soccheck.imports.filled import FilledHeads, FilledRow
from soccheck.imports.table import FileForm
from soccheck.inventory import load as inventories
from soccheck.inventory.entry_edit import Entry
from soccheck.inventory.fact_edit import Tree, changed
from soccheck.model import Asset, Inventory, Problem
from soccheck.phrase import phrase
from soccheck.report.sheets import unmet
from soccheck.sources.files import Fault, Folder, Memory, content


def refuse_swapped(file: str, inventory: str) -> None:
    """Raise `UsageError` where the workbook and the inventory stand in each other's place."""
    if Path(file).is_dir():
        line = shlex.join(["soccheck", "report", "read", inventory, file])
        hint = phrase("the workbook comes first: {line}", line=line)
        raise UsageError(phrase("{path}: that is a folder", path=file), hint=hint)


def rows(file: str, assessment: Assessment) -> list[FilledRow]:
    """Return what is filled in, each of a finding there is; raises `InputError` with all that is not."""
    raw = content(Path(file))
    if isinstance(raw, Fault):
        raise InputError([Problem(file, raw.message, raw.hint)])
    found = filled.read(sheets(raw, file, FileForm()), [*map(_heads, LANGUAGES)], file)
    problems = [problem for row in found for problem in _strange(row, assessment)]
    if problems:
        raise InputError(problems)
    return found


def _heads(code: str) -> FilledHeads:
    language = Language(code)
    control, asset = unmet.keys(language)
    unit, deadline, state, remark = unmet.forms(language)
    return FilledHeads(
        control=control,
        asset=asset,
        unit=unit,
        deadline=deadline,
        state=state,
        remark=remark,
        states=unmet.state_words(language),
    )


def _strange(row: FilledRow, assessment: Assessment) -> Iterator[Problem]:
    """Yield what of a row is not in the inventory, or in the policies in force."""
    if assessment.finding(row.control, row.asset) is None:
        text = phrase("no finding of {control} on {asset}", control=row.control, asset=row.asset)
        hint = phrase("give the --as-of and --policies of the report, or delete the row")
        yield Problem(row.places["control"], text, hint)
    if row.deadline is not None and row.deadline < assessment.as_of:
        text = phrase("{day} was before the day of the report", day=row.deadline)
        yield Problem(row.places["deadline"], text, phrase("write a day that is still to come"))
    if row.unit and _unit(row.unit, assessment.inventory) is None:
        text = phrase("no unit of the inventory: {name}", name=repr(row.unit))
        yield Problem(row.places["unit"], text, phrase("write its id, or its whole name"))


def _unit(name: str, inventory: Inventory) -> Asset | None:
    """Return the one unit of this id or name."""
    units = inventory.assets["organization"]
    if name in units:
        return units[name]
    wanted = _folded(name)
    named = [
        unit
        for unit in units.values()
        if wanted in {_folded(str(unit.facts.get(f"name.{code}", ""))) for code in LANGUAGES}
    ]
    return named[0] if len(named) == 1 else None


def _folded(text: str) -> str:
    return unicodedata.normalize("NFC", text).strip().casefold()


def change(
    found: Sequence[FilledRow], assessment: Assessment, folder: str
) -> tuple[str, list[str]]:
    """Return the diff that writes expected days and remarks into the inventory, and what is left over.

    Raises `InputError` where the inventory would not load with it.
    """
    inventory = assessment.inventory
    assets = {finding.asset.id: finding.asset for finding in assessment.findings}
    by_asset: dict[str, list[FilledRow]] = {}
    for row in found:
        if row.deadline is not None or row.unit or row.remark:
            by_asset.setdefault(row.asset, []).append(row)
    texts: dict[str, str] = {}
    wanted: dict[tuple[str, str], dict[str, Tree]] = {}
    left = [_by_hand(row) for row in found if _state_alone(row)]
    for name, entries in by_asset.items():
        asset = assets[name]
        path = asset.at.path.removeprefix(inventory.folder).lstrip("/")
        if path not in texts:
            texts[path] = Path(folder, path).read_bytes().decode()
        plans, note, rest = _said(entries, asset, inventory)
        said: Tree = {**({"plans": plans} if plans else {}), **({"note": note} if note else {})}
        if asset.kind == "authority":
            rest = entries
        elif said:
            wanted.setdefault((path, f"{asset.kind}s"), {})[name] = said
        left += [_by_hand(row) for row in rest]
    after = dict(texts)
    for (path, section), trees in wanted.items():
        after[path], unchanged = changed(after[path], section, trees)
        left += [_by_hand(row) for name in unchanged for row in by_asset[name]]
    overlay = {path: text.encode() for path, text in after.items()}
    inventories.read(Memory(overlay, Folder(Path(folder))), folder)
    return diff(folder, texts, after), left


def _said(
    entries: Iterable[FilledRow], asset: Asset, inventory: Inventory
) -> tuple[list[Entry], str, list[FilledRow]]:
    """Return an asset's plans, its note, and the rows that neither can hold beside what it states already."""
    plans: list[Entry] = []
    remarks: list[str] = []
    rest = []
    for row in entries:
        unit = _unit(row.unit, inventory) if row.unit else None
        if row.deadline is not None and "plans" not in asset.facts:
            plan: Entry = {"control": row.control, "expected": row.deadline.isoformat()}
            plan |= {"organization": unit.id} if unit is not None else {}
            plans.append({**plan, **({"note": row.remark} if row.remark else {})})
        elif row.deadline is None and row.remark and not unit and "note" not in asset.facts:
            remarks.append(f"{row.control}: {row.remark}")
        else:
            rest.append(row)
    return plans, "; ".join(remarks), rest


def _state_alone(row: FilledRow) -> bool:
    """Return whether nothing but how far it is was said, which an inventory has no place for."""
    return row.state == "doing" and not (row.deadline or row.unit or row.remark)


def _by_hand(row: FilledRow) -> str:
    day = row.deadline.isoformat() if row.deadline is not None else ""
    said = ", ".join(part for part in (row.unit, day, row.remark) if part)
    return clean(
        f"{row.places['state' if _state_alone(row) else 'control']}: {row.control} {row.asset}: {said}"
    )


def proposed(found: Iterable[FilledRow], assessment: Assessment, folder: str) -> Iterator[str]:
    """Yield, of each finding said to be mended, the command that attests it once somebody has signed."""
    for row in found:
        finding = assessment.finding(row.control, row.asset)
        if row.state != "done" or finding is None:
            continue
        facts = [
            f"{item.fact}={written(item.leaf.value)}"
            for item in assessment.detail(finding).observed
            if item.met is not True
            and not item.negated
            and item.leaf is not None
            and item.leaf.operator == "eq"
            and not item.leaf.transforms
            and item.asset is finding.asset
            and isinstance(item.leaf.value, bool | int | str)
        ]
        words = ["soccheck", "attest", "add", folder, "--asset", row.asset]
        for fact in facts or ["…"]:
            words += ["--fact", fact]
        words += ["--signer", "…", "--role", "…", "--number", "…", "--to", "…"]
        yield clean(f"# {row.control} {row.asset}: {shlex.join(words)}")
