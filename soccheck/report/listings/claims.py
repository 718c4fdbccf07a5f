"""What reports say of claims: what is stated, whether it agrees with itself and with the inventory."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from soccheck import __version__
from soccheck.claims.check import Agreement, Check, Checked, exit_code
from soccheck.i18n import Language
from soccheck.model import Inventory
from soccheck.report.json_text import place
from soccheck.report.listings.listing import Listing
from soccheck.report.wording import claims, csv_words, words
from soccheck.report.wording.sections import Section

VERSION = 1
_ORDER = (Agreement.DISAGREES, Agreement.UNCHECKED, Agreement.AGREES)


def listing(inventory: Inventory, checked: Sequence[Checked], language: Language) -> Listing:
    """Return the claims of an inventory as tables and as a document."""
    ordered = sorted(checked, key=lambda item: _ORDER.index(item.agreement))
    header = [
        language("Claim"),
        language("Stated"),
        language("With itself"),
        language("With the inventory"),
    ]
    rows = [
        [
            item.claim.id,
            claims.stated(item.claim, language),
            _side(item.itself, language),
            _side(item.inventory, language),
        ]
        for item in ordered
    ]
    return Listing(
        title=_title(inventory, checked, language),
        notes=[] if checked else [language("No claim is stated: nothing was checked.")],
        blocks=_details(ordered, language),
        sections=[Section(title="", header=header, rows=rows)] if rows else [],
        columns=("claim", "verdict", "kind", "about", "stated", "found", "result", "says", "where"),
        records=[record for item in ordered for record in _records(item)],
        worded={name: csv_words.agreements(language) for name in ("verdict", "result")},
        document=document(inventory, checked),
    )


def _title(inventory: Inventory, checked: Sequence[Checked], language: Language) -> str:
    counts = {v: sum(1 for item in checked if item.agreement is v) for v in Agreement}
    parts = [
        words.name_of(inventory.authority, language),
        language.plural("{n} claim", "{n} claims", len(checked)),
        language.plural("{n} agrees", "{n} agree", counts[Agreement.AGREES]),
        language.plural("{n} does not add up", "{n} do not add up", counts[Agreement.DISAGREES]),
        language.plural(
            "{n} could not be checked", "{n} could not be checked", counts[Agreement.UNCHECKED]
        ),
    ]
    return " · ".join(parts)


def _side(checks: Sequence[Check], language: Language) -> str:
    """Return the outcome of one side's checks in a word or two."""
    if not checks:
        return "–"
    if any(check.agreement is Agreement.DISAGREES for check in checks):
        return language("DOES NOT ADD UP")
    if any(check.agreement is Agreement.UNCHECKED for check in checks):
        return language("not checked")
    return language("agrees")


def _details(ordered: Sequence[Checked], language: Language) -> list[tuple[str, list[str]]]:
    """Return, for each claim that is not simply true, what was stated, found, and where."""
    blocks = []
    for item in ordered:
        if item.agreement is Agreement.AGREES:
            continue
        lines = [
            f"{name}: {claims.worded(check, language)}"
            + (f" ({check.where})" if check.where else "")
            for name, checks in (
                (language("with itself"), item.itself),
                (language("with the inventory"), item.inventory),
            )
            for check in checks
            if check.agreement is not Agreement.AGREES
        ]
        lines = lines or [language("there is nothing to check it against")]
        lines.append(f"“{words.clean(item.claim.says)}”")
        source = f"{item.claim.document} {item.claim.place or ''}".strip()
        lines.append(f"{words.clean(source)}, {item.claim.at}")
        blocks.append((f"{item.claim.id}  {claims.stated(item.claim, language)}", lines))
    return blocks


def _records(item: Checked) -> list[list[object]]:
    checks: list[Check | None] = [*item.itself, *item.inventory]
    return [
        [
            item.claim.id,
            item.agreement.value,
            check.kind if check else "",
            check.about if check else "",
            check.stated if check else "",
            (check.found or "") if check else "",
            check.agreement.value if check else "",
            item.claim.says,
            item.claim.at,
        ]
        for check in (checks or [None])
    ]


def document(inventory: Inventory, checked: Sequence[Checked]) -> dict[str, Any]:
    """Return the checked claims as the schema `claims` has them."""
    return {
        "soccheck": {"format": "claims", "version": VERSION, "tool": __version__},
        "inventory": {"folder": inventory.folder, "digest": inventory.digest},
        "exit_code": exit_code(list(checked)),
        "claims": [
            {
                "id": item.claim.id,
                "says": item.claim.says,
                "source": {"document": item.claim.document, "place": item.claim.place},
                "as_of": item.as_of.isoformat(),
                "verdict": item.agreement.value,
                "where": place(item.claim.at),
                "itself": [_document_of(check) for check in item.itself],
                "inventory": [_document_of(check) for check in item.inventory],
            }
            for item in checked
        ],
    }


def _document_of(check: Check) -> dict[str, Any]:
    item: dict[str, Any] = {
        "kind": check.kind,
        "about": check.about,
        "stated": str(check.stated),
        "found": str(check.found) if check.found is not None else None,
        "verdict": check.agreement.value,
    }
    if check.where is not None:
        item["where"] = place(check.where)
    if check.reason:
        item["reason"] = check.reason
    return item
