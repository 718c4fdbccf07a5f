"""A result of `soccheck audit --format json` as what a report is made of.

What it was made of is judged anew, and must say the same, to the digest, the finding and the figure; else
there is no report: one that was edited never becomes one. Nor could a report be made of a result alone. It
holds findings and figures, not the statements that reports print beside them (names, units, levels, waivers,
published figures, the head of a document), and it cannot hold the files that do: a result is passed round,
and rulesets and raw answers have secrets. The files may be elsewhere by now.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from soccheck.assess.assessment import Assessment
from soccheck.cli import common
from soccheck.compare import stored
from soccheck.compare.former import Former
from soccheck.errors import UsageError
from soccheck.i18n import Language
from soccheck.phrase import phrase
from soccheck.report.report import Layout, Report
from soccheck.sources.files import content


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenResult:
    """Represents a result that was read: its file, what it says, and where its inventory is now."""

    file: str
    data: Mapping[str, Any]
    former: Former
    inventory: str

    @property
    def folder(self) -> str:
        """The folder of the inventory as it was named when it was judged."""
        return str(self.data["inventory"]["folder"])

    @property
    def as_of(self) -> date:
        """The day it was judged as of."""
        return self.former.as_of


def read(file: str, inventory: str | None) -> GivenResult:
    """Return the result in a file, made of an inventory that is in `inventory` now, if not where it was.

    Raises `InputError` or `UsageError` where it is none, or the inventory is not there.
    """
    raw = content(Path(file))
    found = stored.read(raw, file)
    assert isinstance(raw, bytes)  # a fault was raised
    data = json.loads(raw)
    if data["soccheck"]["format"] != "assessment":
        hint = phrase("make one: soccheck audit INVENTORY --format json --output FILE")
        raise UsageError(phrase("{path}: not a result of soccheck audit", path=file), hint=hint)
    folder = inventory or str(data["inventory"]["folder"])
    if not Path(folder).is_dir():
        text = phrase(
            "{path}: the inventory it was made of is not here: {folder}", path=file, folder=folder
        )
        hint = phrase(
            "a report is judged anew, so that no edited result becomes one, and a result holds none of the "
            "files it was made of, as rulesets have secrets: bring the inventory here, and the evidence if "
            "there was any, and say where they are: --inventory FOLDER --evidence FILE"
        )
        raise UsageError(text, hint=hint)
    return GivenResult(file=file, data=data, former=found, inventory=folder)


def hold_to(result: GivenResult, assessment: Assessment) -> None:
    """Raise `UsageError` where what is judged now is not what the result was made of."""
    data, bundle = result.data, assessment.bundle
    was: dict[str, object] = {
        "inventory": data["inventory"]["digest"],
        "policies": {(p["id"], p["version"], p["digest"]) for p in data["policies"]},
        "evidence": data.get("evidence", {}).get("digest"),
        "findings": {key: finding.status for key, finding in result.former.findings.items()},
    }
    now: dict[str, object] = {
        "inventory": assessment.inventory.digest,
        "policies": {(p.id, p.version, p.digest) for p in assessment.policies},
        "evidence": bundle.digest if bundle is not None else None,
        "findings": {(f.control.id, f.asset.id): f.status for f in assessment.findings},
    }
    if was == now:  # only then are all its figures worth making again
        was["figures"], now["figures"] = _figures(data), _figures(_document(assessment))
    for what in was:
        if was[what] != now[what]:
            text = phrase(
                "{path}: the {what} of this result are no longer what is there",
                path=result.file,
                what=_named(what),
            )
            hint = phrase(
                "give the --evidence, --policies and --profile it was made with, or make it anew: "
                "soccheck audit {folder} --format json",
                folder=result.folder,
            )
            raise UsageError(text, hint=hint)


def _document(assessment: Assessment) -> Mapping[str, Any]:
    from soccheck.report.formats import json as form

    report = Report(assessment=assessment, shipped=common.shipped_policies())
    made: Mapping[str, Any] = json.loads("".join(form.render(report, Language("en"), Layout())))
    return made


def _figures(data: Mapping[str, Any]) -> dict[str, Any]:
    """Return all that a result says, but for who made and kept it, its period, and a gate."""
    return {key: data[key] for key in data if key not in ("soccheck", "history", "gate", "period")}


def _named(what: str) -> object:
    return {
        "inventory": phrase("files"),
        "policies": phrase("policies"),
        "evidence": phrase("evidence"),
        "findings": phrase("findings"),
        "figures": phrase("figures"),
    }[what]
