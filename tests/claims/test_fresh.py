"""Sentences written after the patterns: how the scan did when it first read them, and what it does since.

`tests/claims/reports/fresh/*.yaml` each hold what it did at first, untouched, and what it does now.
`python -m tests.claims.test_fresh` prints both.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from soccheck.claims import scan
from soccheck.claims.scan_rough import how_sure
from soccheck.facts import figures
from tests.claims.test_scan import READ_SINCE, key
from tests.kit import read_yaml

DATA = Path(__file__).parent / "reports" / "fresh"
BATCHES: dict[str, dict[str, Any]] = {
    path.stem: read_yaml(path.read_text(encoding="utf-8")) for path in sorted(DATA.glob("*.yaml"))
}
KINDS = ("ratio", "difference")
PRECISION = 0.95
"""What the last batch must reach at first reading."""


class Read(NamedTuple):
    """Represents what the scan makes of a batch; false figures are shown, named as not checked, or silent."""

    right: int
    found: int
    wanted: int
    wrong: int
    shown: int
    named: int
    silent: list[str]
    alarms: list[str]

    def __str__(self) -> str:
        return (
            f"precision {self.right}/{self.found} = {self.right / self.found:.0%}, "
            f"recall {self.right}/{self.wanted} = {self.right / self.wanted:.0%}; of {self.wrong} false "
            f"{self.shown} shown, {self.named} named, {len(self.silent)} silent; "
            f"{len(self.alarms)} right called false"
        )


def read(batch: dict[str, Any]) -> Read:
    right = found = wanted = wrong = shown = named = 0
    silent, alarms = [], []
    for sentence in batch["sentences"]:
        scanned = scan.scan(sentence["says"])
        items = [item for item in scanned.found if item.kind in batch.get("kinds", KINDS)]
        right += sum(1 for item in items if key(item) in sentence["found"])
        found += len(items)
        wanted += len(sentence["found"])
        told = sentence.get("wrong", 0)
        told_wrong = sum(1 for item in items if item.wrong)
        wrong += told
        shown += min(told, told_wrong)
        if told_wrong < told:
            named += (told - told_wrong) * bool(scanned.unread)
            silent += [] if scanned.unread else [sentence["says"]]
        alarms += [sentence["says"]] if told_wrong > told else []
    return Read(right, found, wanted, wrong, shown, named, silent, alarms)


def first(batch: dict[str, Any]) -> str:
    told = batch["first_read"]
    (right, found), (_, wanted), wrong = told["precision"], told["recall"], told["wrong"]
    return (
        f"precision {right}/{found} = {right / found:.0%}, recall {right}/{wanted} = {right / wanted:.0%}; "
        f"of {wrong['told']} false {wrong['shown']} shown, {wrong['named']} named, {wrong['silent']} silent; "
        f"{wrong['right_called_wrong']} right called false"
    )


@pytest.mark.parametrize("name", BATCHES)
def test_a_batch_is_read_as_well_as_it_was(name: str) -> None:
    """No false figure is silent either, and no right one called false."""
    batch = BATCHES[name]
    now, least = read(batch), batch["read_now"]
    print(f"{name} at first: {first(batch)}\n{name} now:      {now}")
    assert {field: getattr(now, field) for field in least} == least
    assert now.right / now.found >= PRECISION
    assert now.silent == []
    assert now.alarms == []


def falsified(says: str, written: str, by: int) -> str | None:
    """Return a sentence with its one per cent told falsely; nothing where it is told twice, or as over it."""
    places = [match.start() for match in re.finditer(rf"(?<![0-9.,]){re.escape(written)} ?%", says)]
    told = figures.stated("per_cent", written)
    false = told.number + by if told.number + by <= 100 else told.number - by
    if len(places) != 1 or how_sure(says[: places[0]]) or not 0 < false <= 100:
        return None
    mark = "," if "," in written else "."
    number = f"{float(false):.{told.places}f}".replace(".", mark)
    return f"{says[: places[0]]}{number}{says[places[0] + len(written) :]}"


def right_shares() -> Iterator[tuple[str, str]]:
    """Yield each sentence that tells nothing false, with each of the per cents it tells of a ratio."""
    for sentences in (*READ_SINCE.values(), *(batch["sentences"] for batch in BATCHES.values())):
        for sentence in sentences:
            if "wrong" not in sentence:
                yield from (
                    (sentence["says"], str(item[3]))
                    for item in sentence["found"]
                    if item[0] == "ratio" and len(item) > len(("ratio", "part", "whole"))
                )


def test_a_right_share_that_is_told_falsely_is_shown_or_named() -> None:
    """Every share of every sentence, made false by some points: none may pass in silence."""
    tried = shown = 0
    silent = []
    for number, (says, written) in enumerate(right_shares()):
        false = falsified(says, written, by=(3, -4, 7, -12, 18)[number % 5])
        if false is None:
            continue
        after = scan.scan(false)
        tried += 1
        if any(item.wrong for item in after.found):
            shown += 1
        elif not after.unread:
            silent.append(false)
    print(f"{tried} right shares told falsely: {shown} shown, {len(silent)} silent")
    assert silent == []
    assert tried > 700
    assert shown / tried >= 0.85


if __name__ == "__main__":
    for number, held in BATCHES.items():
        print(f"{number} at first: {first(held)}\n{number} now:      {read(held)}")
