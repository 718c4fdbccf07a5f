"""Who reads Vietnamese reads only Vietnamese, and who reads English only English, whatever is printed.

Every help screen and many a refusal is printed in both languages. What stands in quotes, an
id, a path, an option, a fact's name are the same in both, and taken out; of the rest no word may be
English: one of the words the catalogue translates from and never to, or one of those below. `KEPT` are
words that Vietnamese offices write in Latin letters, too; each was read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import click
import pytest

from soccheck.cli import cli
from soccheck.model import KINDS, Basis, Status
from soccheck.report import REPORTS
from soccheck.sources import schema
from tests.cli.run import ROOT, inside
from tests.test_translations import catalogue

SAMPLE = "inventories/an-giang"
DAY = ("--as-of", "2026-11-26")
CHOICES = frozenset(
    word
    for name in (*REPORTS, *Basis, *KINDS, *Status, *schema.NAMES)
    for word in re.findall(r"[a-z]+", name)
)
"""Names of reports, bases, kinds, statuses and schemas, which click breaks over lines."""
ASKED = frozenset(("from", "to", "in", "out", "over", "state", "any", "all"))
"""Words of a question to a ruleset, which is asked in one language."""

ENGLISH = frozenset(
    [
        "the",
        "of",
        "is",
        "are",
        "not",
        "and",
        "with",
        "from",
        "that",
        "what",
        "which",
        "this",
        "be",
        "it",
        "its",
        "by",
        "was",
        "has",
        "have",
        "does",
        "did",
        "no",
        "as",
        "at",
        "on",
        "or",
        "if",
        "than",
        "then",
        "but",
        "only",
        "same",
        "one",
        "two",
        "more",
        "most",
        "such",
        "any",
        "all",
        "each",
        "where",
        "when",
        "why",
        "how",
        "who",
        "whose",
        "been",
        "other",
        "another",
        "there",
        "here",
        "must",
        "may",
        "can",
        "cannot",
        "could",
        "would",
        "should",
        "will",
    ]
) - {"to", "no", "then"}
KEPT = frozenset(
    [
        "a",
        "an",
        "bash",
        "byte",
        "can",
        "chan",
        "co",
        "code",
        "con",
        "do",
        "em",
        "git",
        "host",
        "internet",
        "it",
        "json",
        "la",
        "log",
        "man",
        "may",
        "me",
        "no",
        "on",
        "or",
        "port",
        "server",
        "so",
        "ssh",
        "than",
        "the",
        "to",
        "top",
        "web",
        "word",
    ]
)
TAKEN_OUT = re.compile(
    r"'[^'\n]*'|\"[^\"\n]*\"|`[^`\n]*`|“[^”]*”"  # quoted
    r"|^\s+[a-z][a-z-]+  +|soccheck( [a-z-]+)*|\[[^]\n]*\||INTEGER RANGE|TEXT"
    r"|(?:chỉ có|có|known|here): .*"  # commands, choices, types
    r"|\S*[/\\@=_]\S*"  # paths, addresses, assignments, names with an underscore
    r"|\S*\w[.:]\w\S*"  # files, dotted facts, places
    r"|(?<!\w)--?[a-z][\w-]*"  # options
    r"|[\w-]*\d[\w-]*"  # ids, editions, units
    r"|\w+(?:-\w+)+"  # ids
)
LETTERS = re.compile(
    r"[ăâđêôơưĂÂĐÊÔƠƯạảãàáằắẳẵặầấẩẫậèéẻẽẹềếểễệìíỉĩịòóỏõọồốổỗộờớởỡợùúủũụừứửữựỳýỷỹỵ]"
)


def words(text: str) -> set[str]:
    return set(re.findall(r"[a-z]{2,}", text.lower()))


def english() -> frozenset[str]:
    """Return what only English has: words that are translated, and into none of which is translated."""
    said: set[str] = set()
    meant: set[str] = set()
    for domain in ("soccheck", "click"):
        for message in catalogue(domain):
            if message.id:
                ids = message.id if isinstance(message.id, tuple) else (message.id,)
                texts = (
                    message.string
                    if isinstance(message.string, tuple | list)
                    else (message.string,)
                )
                for one in ids:
                    said |= words(TAKEN_OUT.sub(" ", re.sub(r"\{\w+\}", " ", str(one))))
                for text in texts:
                    meant |= words(re.sub(r"\{\w+\}", " ", str(text)))
    return frozenset((said - meant) | ENGLISH) - KEPT


def commands(command: click.Command, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    yield path
    if isinstance(command, click.Group):
        ctx = click.Context(command)
        for name in command.list_commands(ctx):
            found = command.get_command(ctx, name)
            assert found is not None
            yield from commands(found, (*path, name))


HELP = [(*path, "--help") for path in commands(cli)]
RULES = "tests/firewall/cases/linux/docker"
REFUSED: list[tuple[str, ...]] = [
    ("adit",),
    ("zzz",),
    ("audit",),
    ("audit", SAMPLE, "--nope"),
    ("audit", SAMPLE, "--as-of", "2024-02-30"),
    ("audit", SAMPLE, "--max-evidence-age", "x"),
    ("audit", SAMPLE, "--limit", "-1"),
    ("audit", SAMPLE, "--limit", "x"),
    ("audit", SAMPLE, "--format", "xml"),
    ("audit", SAMPLE, "--report", "xml"),
    ("audit", SAMPLE, "--asset", "nobody"),
    ("audit", SAMPLE, "--policy", "antivrus"),
    ("audit", SAMPLE, "--profile", "lax"),
    ("audit", "no/where"),
    ("audit", "README.md"),
    ("audit", SAMPLE, "--workers", "3"),
    ("explain", SAMPLE, "AV-REALTIM"),
    ("explain", SAMPLE, "SL-APPROVED", "nobody"),
    ("gate", SAMPLE, "--base", "no/where"),
    ("gate", SAMPLE, "--base", ""),
    ("gate", SAMPLE, "--fail-on", "x"),
    ("collect", "no/where"),
    ("collect", SAMPLE, "--probe", "x", "-o", "/dev/null"),
    ("hostkeys", SAMPLE, "--append"),
    ("probe", "list", "x"),
    ("probe", "script", "x"),
    ("probe", "script", "x", "--inventory", SAMPLE),
    ("probe", "script", "--platform", "x"),
    ("probe", "sudoers", "--user", "A B"),
    ("drift", SAMPLE),
    ("claims", "scan", "Makefile"),
    ("policy", "show", "antivirs"),
    ("policy", "show", "ipv6", "--as-of", "1990-01-01"),
    ("policy", "test", "no/where"),
    ("policy", "diff", "x", "y"),
    ("docs", "AV-REALTIM"),
    ("docs",),
    ("waiver", "add", SAMPLE, "--control", "x"),
    ("waiver", "lint", SAMPLE, "--within", "x"),
    ("attest", "lint", SAMPLE, "--within", "x"),
    ("firewall", "show", "README.md"),
    ("firewall", "ask", RULES, "x y z"),
    ("firewall", "ask", RULES, "tcp/99999 from internet"),
    ("firewall", "show", RULES, "--vendor", "x"),
    ("firewall", "show", RULES, "--zone", "x"),
    ("schema", "x"),
    ("init", SAMPLE),
    ("init", "new", "--sample", "x"),
    ("completion", "tcsh"),
]


SHOWN: list[tuple[str, ...]] = [
    ("audit", SAMPLE, *DAY),
    ("policy", "lint"),
    ("waiver", "lint", SAMPLE),
    ("validate", SAMPLE),
]


@pytest.fixture(scope="module")
def vocabulary() -> frozenset[str]:
    return english()


@pytest.fixture
def vietnamese(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "vi_VN.UTF-8")
    monkeypatch.chdir(ROOT)


def said(capsys: pytest.CaptureFixture[str], *args: str) -> str:
    ran = inside(capsys, *args)
    assert ran.code != 4, ran.err
    return ran.out + ran.err


def left(text: str, vocabulary: frozenset[str]) -> list[str]:
    """Return the lines of a Vietnamese text that have English in them, with the words."""
    found = []
    for line in text.splitlines():
        bad = words(TAKEN_OUT.sub(" ", line)) & vocabulary
        if bad:
            found.append(f"{sorted(bad)}: {line.strip()}")
    return found


@pytest.mark.usefixtures("vietnamese")
@pytest.mark.parametrize("args", [*HELP, *REFUSED, *SHOWN], ids=" ".join)
def test_nothing_english_is_said(
    args: tuple[str, ...], vocabulary: frozenset[str], capsys: pytest.CaptureFixture[str]
) -> None:
    kept = ASKED if args[0] == "firewall" else frozenset[str]()
    if args[-1] == "--help" or args[0] == "schema":
        kept |= CHOICES
    assert left(said(capsys, *args), vocabulary - kept) == []


@pytest.mark.parametrize("args", [*HELP, *REFUSED, *SHOWN], ids=" ".join)
def test_nothing_vietnamese_is_said(
    args: tuple[str, ...], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    assert [line for line in said(capsys, *args).splitlines() if LETTERS.search(line)] == []
