"""Every case folder: the answers it states, and agreement of the two evaluators on it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from ipaddress import IPv4Address
from pathlib import Path
from typing import Any

import pytest
import yaml

from soccheck.errors import SoccheckError
from soccheck.firewall.model import Ruleset
from soccheck.firewall.queries import parse
from soccheck.firewall.questions import ask
from soccheck.firewall.readers import read
from soccheck.firewall.readers.base import Text
from soccheck.firewall.spans import Spans
from soccheck.firewall.zones import Zones
from tests.firewall.support import assert_evaluators_agree

ROOT = Path(__file__).parent / "cases"
CASES = sorted(p.parent for p in ROOT.glob("*/*/case.yaml"))


@cache
def load(folder: Path) -> tuple[dict[str, Any], list[Text]]:
    case = yaml.load((folder / "case.yaml").read_text("utf-8"), Loader=yaml.CBaseLoader)
    texts = [Text(name, (folder / name).read_text("utf-8")) for name in case["files"]]
    return case, texts


@cache
def ruleset(folder: Path) -> Ruleset:
    case, texts = load(folder)
    found = read(texts)
    assert found.vendor == case["vendor"]
    return found


GOOD = [c for c in CASES if "error" not in load(c)[0]]
BAD = [c for c in CASES if "error" in load(c)[0]]


def name(folder: Path) -> str:
    return f"{folder.parent.name}/{folder.name}"


@pytest.mark.parametrize("folder", GOOD, ids=name)
def test_answers(folder: Path) -> None:
    case, _ = load(folder)
    found = ruleset(folder)
    zones = Zones(found)
    wrong = []
    for question, expected in case["ask"].items():
        query = parse(question, zones)
        for family, answer in expected.items():
            got = ask(found, query, int(family))
            if got.answer != answer:
                wrong.append((question, family, answer, got.answer, got.reasons, got.packet))
    assert wrong == []
    kinds = [note.kind for note in found.notes]
    assert sorted(set(kinds)) == sorted(case.get("notes", []))


@pytest.mark.parametrize("folder", GOOD, ids=name)
def test_translations(folder: Path) -> None:
    """A case may say what an IPv4 packet that is let through is translated to; nothing for not at all."""
    case, _ = load(folder)
    found = ruleset(folder)
    given = {}
    for question in case.get("translated", {}):
        got = ask(found, parse(question, Zones(found)), 4)
        assert got.answer == "yes", (question, got)
        assert got.decision is not None
        changes = [
            step.rule.rewrite.values
            for step in got.decision.accepts[0]
            if step.rule is not None and step.rule.rewrite is not None
        ]
        given[question] = "".join(shown(values) for values in changes)
    assert given == case.get("translated", {})


def shown(values: Mapping[str, Spans]) -> str:
    port = f":{values['dport'][0][0]}" if "dport" in values else ""
    return f"{IPv4Address(values['dst'][0][0])}{port}"


@pytest.mark.parametrize("folder", GOOD, ids=name)
def test_evaluators_agree(folder: Path) -> None:
    found = ruleset(folder)
    for family in sorted(found.families):
        assert assert_evaluators_agree(found, family, 25, seed=family) > 3


@pytest.mark.parametrize("folder", BAD, ids=name)
def test_refused_with_the_line(folder: Path) -> None:
    case, texts = load(folder)
    with pytest.raises(SoccheckError) as caught:
        read(texts, case.get("vendor"))
    assert case["error"] in str(caught.value)
    assert caught.value.exit_code == 2


@pytest.mark.parametrize("folder", GOOD, ids=name)
def test_every_rule_has_its_line(folder: Path) -> None:
    _, texts = load(folder)
    lines = {t.name: t.content.count("\n") + 1 for t in texts}
    for chain in ruleset(folder).chains.values():
        for rule in chain.rules:
            assert 1 <= rule.where.line <= lines[rule.where.file]
            assert rule.text


@pytest.mark.parametrize("folder", GOOD, ids=name)
def test_a_truncated_file_never_opens_the_question(folder: Path) -> None:
    """A prefix of a file is refused, or else its rules are those of the beginning."""
    _, texts = load(folder)
    for cut in (0.1, 0.5, 0.9):
        short = [Text(t.name, t.content[: int(len(t.content) * cut)]) for t in texts]
        try:
            found = read(short)
        except SoccheckError as error:
            assert error.exit_code == 2  # noqa: PT017
        else:
            assert isinstance(found, Ruleset)
