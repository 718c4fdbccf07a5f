"""A fuzz target: whatever stands in the files, the loaders load it or say what is wrong, and where.

CI runs it for the examples of the profile; `SOCCHECK_FUZZ_SECONDS=600 pytest tests/test_fuzz_loaders.py`
goes on with new ones for that long.
"""

from __future__ import annotations

import json
import os
import random
import time
from collections.abc import Callable
from datetime import date

import pytest
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st

from soccheck import audit
from soccheck.assess import policy_cases as cases
from soccheck.assess.assessment import Assessment
from soccheck.compare import stored as snapshot
from soccheck.errors import SoccheckError
from soccheck.i18n import Language
from soccheck.inventory import load as inventory
from soccheck.inventory.entry_edit import added
from soccheck.policy import load as policy
from soccheck.policy.file import Written
from soccheck.report import PRINTED
from soccheck.sources.files import Memory
from tests.report.loaded import rendered
from tests.scratch import INVENTORY, POLICY

SECONDS = float(os.environ.get("SOCCHECK_FUZZ_SECONDS", "0"))
WORDS = [
    *("hosts:", "systems:", "waivers:", "authority:", "documents:", "fleets:", "- ", "{", "}", "["),
    *(
        "]",
        ", ",
        ": ",
        "\n",
        "\n  ",
        "\n    ",
        "no",
        "null",
        "~",
        "0600",
        "22:30",
        "1.10",
        "1e9",
        "&a ",
    ),
    *(
        "*a",
        "<<: ",
        "!!python/object ",
        "? ",
        "| ",
        "> ",
        "'",
        '"',
        "\\",
        "#",
        "%YAML 1.2",
        "---",
        "...",
    ),
    *(
        "so",
        "web-1",
        "T-REALTIME",
        "true",
        "false",
        "2024-06-30",
        "2024-02-30",
        "-1",
        "99999999999999999999",
    ),
    *(
        "every:",
        "some:",
        "not:",
        "all:",
        "any:",
        "if:",
        "then:",
        "measure:",
        "|age|lte: ",
        "|in: ",
        "|re: ",
    ),
    *(
        "$share",
        "$as_of",
        "(a+)+",
        "9999999y",
        "0d",
        "100%",
        "0%",
        "101%",
        "\x00",
        "\x1b[2J",
        "\ufeff",
    ),
    *("\u2028", "Điện", "::error::", "##vso[", "password: x", "::1", "2001:db8::/32", "1.2.3.4/8"),
]
bits = st.one_of(st.sampled_from(WORDS), st.text(max_size=5))


@st.composite
def mutants(draw: st.DrawFn, texts: list[str]) -> bytes:
    """Return one of `texts` with pieces cut out, doubled or put in."""
    text = draw(st.sampled_from(texts))
    for _ in range(draw(st.integers(0, 4))):
        one = draw(st.integers(0, len(text)))
        other = min(len(text), one + draw(st.integers(0, 30)))
        piece = draw(bits)
        text = draw(
            st.sampled_from(
                [
                    text[:one] + piece + text[other:],
                    text[:one] + text[other:],
                    text[:other] + text[one:],
                ]
            )
        )
    raw = text.encode("utf-8", "surrogatepass")
    if draw(st.integers(0, 20)) == 0:
        raw += draw(st.binary(max_size=4))
    return raw


def refused(error: SoccheckError) -> None:
    """A refusal says something, and never that soccheck itself failed."""
    assert str(error)
    assert error.exit_code == 2


def try_inventory(raw: bytes) -> None:
    files = {name: text.encode() for name, text in INVENTORY.items() if name != "hosts.yaml"}
    try:
        loaded = inventory.read(Memory({**files, "mutant.yaml": raw}), "inv")
    except SoccheckError as error:
        refused(error)
        return
    policies = policy.read([Written("pol", POLICY.encode())])
    judged = Assessment(loaded, policies, date(2024, 6, 30))
    for name in ("json", "junit", "sarif-full", "table", "markdown"):
        assert rendered(name, judged, Language("vi"))


def try_policy(raw: bytes) -> None:
    try:
        policies = policy.read([Written("pol", raw)])
    except SoccheckError as error:
        refused(error)
        return
    files = {name: text.encode() for name, text in INVENTORY.items()}
    judged = Assessment(inventory.read(Memory(files), "inv"), policies, date(2024, 6, 30))
    assert len({(f.control.id, f.asset.id) for f in judged.findings}) == len(judged.findings)
    for name in PRINTED:
        rendered(name, judged, Language("en"))


def try_baseline(raw: bytes) -> None:
    try:
        snapshot.read(raw, "base.json")
    except SoccheckError as error:
        refused(error)


def try_cases(raw: bytes) -> None:
    try:
        found = cases.read(Memory({"trial/T-REALTIME.yaml": raw}), "cases")
    except SoccheckError as error:
        refused(error)
        return
    policies = policy.read([Written("pol/trial.yaml", POLICY.encode())])
    for outcome in cases.run(found, policies, audit.judge):
        assert outcome.good or not outcome.good


def try_adding(raw: bytes) -> None:
    """A waiver is added without loss of a byte, or refused."""
    try:
        text = raw.decode()
        after = added(text, "waivers", {"new": {"control": "X", "reason": "a: b"}})
    except (UnicodeDecodeError, SoccheckError):
        return
    rest = iter(after.splitlines())
    assert all(line in rest for line in text.splitlines())  # each line, in the same order


CASES_TEXT = """\
control: T-REALTIME
as_of: 2024-06-30
asset: web-1
base: {authority: {stated: 2024-06-01}, hosts: {web-1: {organization: so, role: server}}}
cases:
  - {status: fail, inventory: {hosts: {web-1: {antivirus: {realtime: false}}}}}
  - {status: unknown, reason: missing, inventory: {hosts: {web-1: null}}}
"""


def baseline() -> str:
    files = {name: text.encode() for name, text in INVENTORY.items()}
    policies = policy.read([Written("pol", POLICY.encode())])
    judged = Assessment(inventory.read(Memory(files), "inv"), policies, date(2024, 6, 30))
    return json.dumps(snapshot.document(judged), indent=1)


TARGETS: dict[str, tuple[Callable[[bytes], None], list[str]]] = {
    "inventory": (try_inventory, list(INVENTORY.values())),
    "policy": (try_policy, [POLICY]),
    "baseline": (try_baseline, [baseline()]),
    "cases": (try_cases, [CASES_TEXT]),
    "adding": (try_adding, list(INVENTORY.values())),
}


@pytest.mark.parametrize("name", TARGETS)
def test_whatever_a_file_holds(name: str) -> None:
    target, texts = TARGETS[name]
    end = time.monotonic() + SECONDS / len(TARGETS)
    number = 0
    while True:

        @seed(number)
        @settings(max_examples=60, suppress_health_check=list(HealthCheck))
        @given(mutants(texts))
        def run(raw: bytes) -> None:
            target(raw)

        run()
        if time.monotonic() >= end:
            return
        number = random.randrange(1 << 32)
