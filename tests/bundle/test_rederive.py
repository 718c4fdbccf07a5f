"""Facts count where they follow from the raw answers beside them: each case of the corpus, forged."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from soccheck.bundle import bundle as evidence
from soccheck.bundle import taken
from soccheck.bundle.rederive import reread
from soccheck.model import Evidence, Inventory
from soccheck.probes.base import Answer, read
from tests.bundles import answer, bundle, write_inventory
from tests.probes.test_corpus import CASES, Case, read_case

Json = dict[str, Any]


def honest(case: Case) -> Json:
    """Return the entry of a machine that answered as in a case, read by the parser here."""
    facts, problems = read(case.probe, case.kind, case.answers, case.when)
    when = evidence.moment(case.when.ended)
    answers = {}
    for name, told in case.answers.items():
        state = "no_command" if told.state == "absent" else told.state
        answers[name] = {
            **answer(told.output, told.error),
            "state": state,
            "command": told.command,
        }
        if told.exit is None:
            del answers[name]["exit"]
        else:
            answers[name]["exit"] = told.exit
    record: Json = {"basis": "observed", "started": when, "ended": when, "problem": None}
    record |= {"facts": facts, "problems": problems, "answers": answers}
    return {
        "kind": case.kind,
        "platform": case.probe.platform,
        "origin": "ssh://web-1",
        "started": when,
        "ended": when,
        "probes": {case.probe.name: record},
    }


def forgeries(record: Json) -> Iterator[tuple[str, Json]]:
    """Yield a fact and the record with that fact turned round, left out, or put for a problem."""
    facts, problems = record["facts"], record["problems"]
    for fact, value in facts.items():
        if isinstance(value, bool):
            yield fact, {**record, "facts": {**facts, fact: not value}}
        yield fact, {**record, "facts": {n: v for n, v in facts.items() if n != fact}}
    for fact in problems:
        rest = {n: p for n, p in problems.items() if n != fact}
        yield fact, {**record, "problems": rest}
        yield fact, {**record, "problems": rest, "facts": {**facts, fact: True}}


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Inventory:
    folder = tmp_path_factory.mktemp("i") / "inv"
    return write_inventory(folder, {"web-1": "192.0.2.1"}, system="")


def _taken(entry: Json, loaded: Inventory) -> dict[str, list[Evidence]]:
    made = bundle(loaded, {"web-1": entry["probes"]})
    made["assets"]["web-1"] |= {"platform": entry["platform"]}
    found = taken.by_asset(made, loaded, taken.read_again(made, loaded))
    return {fact: list(answers) for fact, answers in found["web-1"].items()}


@pytest.mark.parametrize("path", CASES, ids=lambda p: f"{p.parent.name}/{p.stem}")
def test_what_was_answered_counts_and_what_was_written_over_does_not(
    path: Path, loaded: Inventory
) -> None:
    case = read_case(path)
    assert case.kind == "host", "the inventory of this test has hosts alone"
    entry, name = honest(case), case.probe.name
    record = entry["probes"][name]
    assert reread(entry, name).end == "same"
    told = _taken(entry, loaded)
    assert {f for f, (a,) in told.items() if a.problem is None} == set(record["facts"])
    for fact, forged in forgeries(record):
        if fact in case.probe.shows:
            continue  # the firewall engine reads the ruleset itself
        (found,) = _taken({**entry, "probes": {name: forged}}, loaded)[fact]
        assert found.problem is not None, f"{fact} counts though it was written over"
        assert found.value is None


def test_an_answer_that_another_parser_read_otherwise_names_both(loaded: Inventory) -> None:
    case = read_case(next(p for p in CASES if p.stem == "mdatp-healthy"))
    entry = honest(case)
    entry["probes"]["antivirus"]["facts"]["antivirus.realtime"] = False
    (found,) = _taken(entry, loaded)["antivirus.realtime"]
    assert found.problem == "not_derived"
    assert "its raw answers say true, not false" in str(found.origin)


def test_a_failure_that_passes_over_its_facts_is_a_problem_of_each(loaded: Inventory) -> None:
    case = read_case(next(p for p in CASES if p.stem == "mdatp-healthy"))
    entry = honest(case)
    gone = {"code": "timeout", "detail": "no answer"}
    entry["probes"]["antivirus"] |= {"problem": gone, "facts": {}, "problems": {}, "answers": {}}
    found = _taken(entry, loaded)
    assert set(case.probe.learns) <= set(found)
    assert {answer.problem for (answer,) in found.values()} == {"timeout"}


@pytest.mark.parametrize("path", CASES, ids=lambda p: f"{p.parent.name}/{p.stem}")
def test_what_an_earlier_release_did_not_ask_is_not_known_to_be_absent(path: Path) -> None:
    """A question left out tells no more than one that was asked, and whose answer was lost."""
    case = read_case(path)
    for name, given in case.answers.items():
        others = {other: a for other, a in case.answers.items() if other != name}
        lost = Answer(command=given.command, state="lost")
        less = read(case.probe, case.kind, others, case.when)
        assert less[0] == read(case.probe, case.kind, {**others, name: lost}, case.when)[0], name
