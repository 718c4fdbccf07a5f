"""What is said of rulesets is said in the reader's language; what stands in them, as it stands there.

Every case of every vendor is read. Each sentence that its reader, the engine or the lint then says is held to
the catalogue. What is no sentence is an echo: each word of it stands in the files that were read, or is one
of the vendors' own (`VENDORS`), which were read one by one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from soccheck.errors import SoccheckError
from soccheck.firewall.facts import facts
from soccheck.firewall.lint import lint, texts
from soccheck.firewall.model import Ruleset
from soccheck.firewall.queries import parse
from soccheck.firewall.questions import ask
from soccheck.firewall.readers import READERS, read
from soccheck.firewall.zones import Zones
from soccheck.i18n import Language
from soccheck.phrase import Phrase, said
from tests.cli.run import ROOT, inside
from tests.firewall.test_cases import CASES, load
from tests.test_languages import ASKED, LETTERS, TAKEN_OUT, english, left, words

VIETNAMESE = Language("vi")
NAMES = re.compile(r"\{\w+\}")
ADDRESS = re.compile(r"[0-9a-f]*(:[0-9a-f]*){2,}")
VENDORS = words(
    """
    access action ah allow any application carp class config configuration default destination dir
    disable disabled dns domain domains drop dst esp field filter firewall fortiguard forward fqdn from
    globalprotect gre handle hopopt http https icmp icmpv igmp ike input inside interface interzone
    intrazone inv ip ipv key left line listener local log management map mangle meta mgmt monitor
    mroute multicast network none not ntp ocsp op ospf output ovpn ovpnc page panorama payload permit ping
    policies policy port private proto protocol protocols public range read redirect right rule
    rulebase rules save sctp security seq service setting snmp source src ssh ssl stmt syslog system
    tables target tcp telnet timeout to traffic tunnel type udp user userid vpn vrrp vsys vty
    webfilter www zone false true
    """
)
"""Words of the vendors' configurations, and of what `nft -j` prints, that readers put together anew."""
QUESTIONS = ("ssh from internet", "tcp/443 from any", "udp/500 from internet to host")


def sentences(whole: Phrase) -> Iterator[Phrase | str]:
    """Yield a sentence, the sentences in it, and the plain texts that stand in it."""
    yield whole
    for _, value in whole.values:
        if isinstance(value, Phrase):
            yield from sentences(value)
        else:
            yield str(value)


def told(ruleset: Ruleset) -> Iterator[Phrase | str]:
    """Yield what its reader, and the lint, say of a ruleset."""
    for chain in ruleset.chains.values():
        for rule in chain.rules:
            yield rule.text
            yield from texts(rule.match)
    yield from (note.text for note in ruleset.notes)
    yield from (note.text for notes in ruleset.incomplete.values() for note in notes)
    yield from ruleset.perhaps_untrusted.values()
    for finding in lint(ruleset):
        yield from (finding.text, finding.why())


def learned(ruleset: Ruleset) -> Iterator[Phrase | str]:
    """Yield what facts and answers show beside what a reader says."""
    zones = Zones(ruleset)
    for fact in facts(ruleset, zones).values():
        yield from fact.shown
    for question in QUESTIONS:
        query = parse(question, zones)
        for family in sorted(ruleset.families):
            yield from ask(ruleset, query, family).reasons


def wrong_in(text: Phrase | str, known: set[str], vocabulary: frozenset[str]) -> Iterator[str]:
    """Yield what is not said in Vietnamese, or is no echo of the input."""
    for part in sentences(said(text)):
        echo = part if isinstance(part, str) else part.text
        if isinstance(part, Phrase) and (translated := VIETNAMESE(part.text)) != part.text:
            if words(TAKEN_OUT.sub(" ", NAMES.sub(" ", translated))) & vocabulary:
                yield f"English: {translated}"
            if LETTERS.search(part.text):
                yield f"Vietnamese: {part.text}"
        elif strange := words(ADDRESS.sub(" ", NAMES.sub(" ", echo))) - known - VENDORS:
            yield f"not translated: {sorted(strange)}: {echo}"


@pytest.fixture(scope="module")
def vocabulary() -> frozenset[str]:
    return english()


def test_what_is_said_of_every_ruleset(vocabulary: frozenset[str]) -> None:
    seen: set[Phrase | str] = set()
    asked: set[str] = set()
    wrong: dict[str, str] = {}
    for folder in CASES:
        _, files = load(folder)
        try:
            ruleset = read(files)
        except SoccheckError:
            continue
        known = words(" ".join(f"{text.name} {text.content}" for text in files))
        lines = set(told(ruleset))
        if ruleset.vendor not in asked:
            lines |= set(learned(ruleset))
        asked.add(ruleset.vendor)
        for line in lines - seen:
            wrong |= dict.fromkeys(wrong_in(line, known, vocabulary), folder.name)
        seen |= lines
    assert wrong == {}
    assert asked == set(READERS)
    assert len(seen) > 3000


CASE = ROOT / "tests/firewall/cases/fortios/unread/fortigate.conf"
COMMANDS = (
    ("ask", str(CASE), "ssh from internet", "tcp/443 from any"),
    ("show", str(CASE), "--rules"),
    ("lint", str(CASE), "--all"),
    ("diff", str(CASE), str(CASE.parents[1] / "branch" / "fortigate.conf"), "--details"),
)


@pytest.mark.parametrize("args", COMMANDS, ids=lambda args: args[0])
def test_what_commands_print(
    args: tuple[str, ...],
    vocabulary: frozenset[str],
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    files = [path for word in args if (path := Path(word)).is_file()]
    known = words(" ".join(path.read_text("utf-8") for path in files)) | VENDORS | ASKED
    monkeypatch.setenv("LC_ALL", "vi_VN.UTF-8")
    printed = inside(capsys, "firewall", *args).out
    assert len(printed.splitlines()) > 5
    assert left(printed, vocabulary - known) == []
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    printed = inside(capsys, "firewall", *args).out
    assert [line for line in printed.splitlines() if LETTERS.search(line)] == []
