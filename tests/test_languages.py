"""Who reads Vietnamese reads only Vietnamese, and who reads English only English, whatever is printed.

Every help screen and many a refusal is printed in both languages. What stands in quotes, an
id, a path, an option, a fact's name are the same in both, and taken out; of the rest no word may be
English: one of the words the catalogue translates from and never to, or one of those below. `KEPT` are
words that Vietnamese offices write in Latin letters, too; each was read.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from datetime import date

import click
import openpyxl
import pytest
from lxml import html

from soccheck.assess.assessment import Assessment
from soccheck.cli import cli
from soccheck.i18n import Language
from soccheck.inventory import load as inventory
from soccheck.model import KINDS, Basis, Status
from soccheck.policy import load as policy
from soccheck.report import REPORTS, renderer
from soccheck.report.report import Layout, Report
from soccheck.sources import schema
from tests.cli.run import ROOT, inside
from tests.kit import shipped
from tests.report.official import opened
from tests.test_translations import catalogue

SAMPLE = "inventories/an-giang"
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
        "proxy",
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
    r"|(?:chỉ có|có|known|here): .*|(?:\[mặc định:|^)\s+[a-z]+\]"  # commands, choices, types
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


# -- reports ---------------------------------------------------------------------------------------

FORMS = ("table", "markdown", "csv", "html", "xlsx", "docx")
DATA = re.compile(r"“.*?”|(?:khai tại|mục|loại|tại) [a-z_]+(?:: [a-z_]+)?|IPv6 only|Long")
"""Keys to write, a programme's name as the law writes it, and a part of names of places."""
IDS = frozenset(("measures", "digitised", "mail"))
"""Ids of a policy, a measure and a system, which stand in a cell of their own."""


@pytest.fixture(scope="module")
def judged() -> Assessment:
    loaded = inventory.load(ROOT / SAMPLE, SAMPLE)
    found = shipped()
    day = date(2024, 6, 30)
    return Assessment(loaded, policy.in_force(found, day), day)


def texts(judged: Assessment, form: str, code: str) -> list[str]:
    """Return what people read of a report, each text once."""
    layout = Layout(width=100_000, limit=0, details=True)
    pieces = renderer(form)(Report(assessment=judged), Language(code), layout)
    raw = b"".join(p if isinstance(p, bytes) else p.encode() for p in pieces)
    if form == "html":
        page = html.fromstring(raw)
        for element in page.xpath("//script|//style"):
            element.drop_tree()
        found = list(page.itertext())
    elif form == "docx":
        found = opened.words(opened.opened(raw)).splitlines()
    elif form == "xlsx":
        book = openpyxl.load_workbook(io.BytesIO(raw), read_only=True)
        cells = (c for sheet in book for row in sheet.iter_rows(values_only=True) for c in row)
        found = [*book.sheetnames, *(cell for cell in cells if isinstance(cell, str))]
    elif form == "csv":
        rows = list(csv.reader(io.StringIO(raw.decode(), newline="")))
        coded = {i for i, head in enumerate(rows[0]) if head.endswith("(mã)")}
        found = [cell for row in rows for i, cell in enumerate(row) if i not in coded]
        found += rows[0]
    else:
        found = raw.decode().splitlines()
    return list(dict.fromkeys(text.strip() for text in found))


@pytest.mark.parametrize("form", FORMS)
def test_no_report_says_anything_english(
    judged: Assessment, form: str, vocabulary: frozenset[str]
) -> None:
    said = [DATA.sub(" ", text) for text in texts(judged, form, "vi") if text not in IDS]
    assert len(said) > 500
    assert left("\n".join(said), vocabulary) == []


@pytest.mark.parametrize("form", FORMS)
def test_of_what_has_both_languages_no_english_report_says_the_vietnamese(
    judged: Assessment, form: str
) -> None:
    """Laws, quotations, and reasons that somebody gave stand in Vietnamese in it, too."""
    controls = [control for one in judged.policies for control in one.controls]
    both = [one.title for one in judged.policies] + [control.title for control in controls]
    both += [control.remediation for control in controls]
    known = {text["vi"] for text in both if text["vi"] != text["en"]}
    for kind in KINDS:
        for asset in judged.world.assets(kind):
            if "name.en" in asset.facts:
                known.add(str(asset.facts["name.vi"]))
    wrong = {"".join(text.split("\n")) for text in texts(judged, form, "en")} & known
    assert len(known) > 300
    assert wrong == set()
