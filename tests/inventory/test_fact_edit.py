"""Facts of assets changed in a file's text: what is wanted, and not a byte beside it."""

from __future__ import annotations

import pytest

from soccheck.inventory.fact_edit import changed, nested

CASES: dict[str, tuple[str, dict[str, object], str]] = {
    "block": (
        "systems:\n  a:\n    name: {vi: A} # tên\n    dossier:\n      status: draft # chưa\n  b: {}\n",
        {"dossier.status": "approved", "dossier.proposed_level": 3},
        "systems:\n  a:\n    name: {vi: A} # tên\n    dossier:\n      status: approved # chưa\n"
        "      proposed_level: 3\n  b: {}\n",
    ),
    "braces": (
        "systems: {a: {dossier: {status: draft}}}\n",
        {"dossier.status": "approved", "owner": "o"},
        "systems: {a: {owner: o, dossier: {status: approved}}}\n",
    ),
    "quotes": (
        "systems:\n  a:\n    name: {vi: \"A, b: c # d\", en: 'it''s'}\n",
        {"name.vi": "Ấ: 1", "name.en": "x"},
        'systems:\n  a:\n    name: {vi: "Ấ: 1", en: x}\n',
    ),
    "nested-new": (
        "systems:\n  a:\n    owner: o\n\n# rest\nhosts: {}\n",
        {"dossier.decision.date": "2022-04-05", "dossier.decision.number": "15/QĐ"},
        'systems:\n  a:\n    owner: o\n    dossier: {decision: {date: 2022-04-05, number: "15/QĐ"}}\n\n'
        "# rest\nhosts: {}\n",
    ),
    "no-end-of-line": (
        "systems:\n  a:\n    owner: o",
        {"operator": "p"},
        "systems:\n  a:\n    owner: o\n    operator: p\n",
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_changed(name: str) -> None:
    before, facts, after = CASES[name]
    assert changed(before, "systems", {"a": nested(facts)}) == (after, [])


@pytest.mark.parametrize(
    ("text", "facts"),
    [
        ("systems:\n  a: {}\n", {"owner": "o"}),
        ("systems:\n  a: &x {owner: o}\n  b: *x\n", {"owner": "p"}),
        ("systems:\n  a:\n    note: >-\n      long\n      text\n", {"note": "short"}),
        ("systems:\n  a:\n    tags: [x, y]\n", {"tags": ["z"]}),
        ("systems:\n  a:\n    owner:\n      o\n", {"owner": "p"}),
    ],
)
def test_what_is_not_seen_through_is_left_to_be_done_by_hand(
    text: str, facts: dict[str, object]
) -> None:
    assert changed(text, "systems", {"a": nested(facts)}) == (text, ["a"])


def test_one_that_cannot_be_changed_does_not_stop_the_others() -> None:
    text = "systems:\n  a: {}\n  b: {owner: o}\n"
    wanted = {"a": nested({"owner": "p"}), "b": nested({"owner": "p"})}
    after, left = changed(text, "systems", wanted)
    assert (after, left) == ("systems:\n  a: {}\n  b: {owner: p}\n", ["a"])
