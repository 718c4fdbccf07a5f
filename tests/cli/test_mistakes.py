"""What people type wrong: each command line is told in both languages, with what to type in its place.

A file of `mistakes/` has command lines (`$`) with what ends their process, what is then typed (`>`; `~` where
only the person knows it, else what is new in it stands in both hints) and what is said, in English and in
Vietnamese. After a change of the words `python -m tests.cli.test_mistakes` writes what is said now: read it.
"""

from __future__ import annotations

import re
import shlex
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import click
import pytest

from soccheck.cli import cli
from soccheck.cli.translated import speaking
from soccheck.i18n import Language
from tests.cli.run import Ran, environment, here, process

FOLDER = Path(__file__).parent / "mistakes"
LANGUAGES = ("en", "vi")
_ASIDE = ("Usage: ", "Try '", "Cách dùng: ", "Xem hướng dẫn", "  ")


@dataclass(kw_only=True)
class Mistake:
    """Holds one command line: its exit code, what is typed then, what is said."""

    typed: str
    then: str = ""
    known: bool = False
    code: int = 2
    said: dict[str, str] = field(default_factory=dict)


def read(path: Path) -> list[Mistake]:
    found: list[Mistake] = []
    language = "en"
    for line in path.read_text("utf-8").splitlines():
        sign, _, rest = line.partition(" ")
        if sign == "$":
            found.append(Mistake(typed=rest))
        elif sign in (">", "~"):
            found[-1].then, found[-1].known = rest, sign == "~"
        elif sign == "=":
            found[-1].code = int(rest)
        elif line in LANGUAGES:
            language = line
            found[-1].said[language] = ""
        elif line and not line.startswith("#"):
            found[-1].said[language] += f"{line}\n"
    return found


CASES = [(path.stem, case) for path in sorted(FOLDER.glob("*.txt")) for case in read(path)]


def laid_out(folder: Path) -> None:
    """Write the files that people have beside each other."""
    for place in ("inv", "An Giang", "inventories/an-giang", "inventories/An Giang"):
        assert run(["init", place], folder, "en").code == 0
    assert run(["audit", "inv", "--format", "json", "-o", "result.json"], folder, "en").code == 1
    assert run(["audit", "inv", "--format", "xlsx", "-o", "filled.xlsx"], folder, "en").code == 1
    assert run(["export", "xlsx", "inv", "-o", "inv.xlsx"], folder, "en").code == 0
    (folder / "list.csv").write_text("Tên máy;Địa chỉ IP\nweb-1;203.0.113.10\n", encoding="utf-8")
    (folder / "evidence.json").write_text("{}", encoding="utf-8")
    (folder / "report.txt").write_text("Có 3/4 máy.\n", encoding="utf-8")


def run(words: list[str], folder: Path, language: str) -> Ran:
    return here(words, folder, environment(SOCCHECK_LANG=language))


def told(ran: Ran) -> str:
    """Return what is said, the lines of usage left out."""
    text = re.sub(r"\A(?:Usage|Cách dùng): .*\n(?: {8,}.*\n)*(?:Try|Xem) .*\n\n", "", ran.err)
    return "".join(f"{line}\n" for line in text.splitlines() if line)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("mistakes")
    laid_out(folder)
    return folder


@cache
def followed(typed: str, folder: Path) -> int:
    """Return the exit code of what is typed in the end; many mistakes end in one command."""
    return run(shlex.split(typed), folder, "en").code


@pytest.mark.parametrize(("_", "case"), CASES, ids=[f"{name}: {c.typed}" for name, c in CASES])
def test_mistake(_: str, case: Mistake, place: Path) -> None:
    hints = []
    for language, said in case.said.items():
        ran = run(shlex.split(case.typed), place, language)
        assert (ran.code, told(ran)) == (case.code, said)
        hints.append("\n".join(line for line in said.splitlines() if line.startswith("  ")))
    if case.code == 2:
        assert ran.out == ""
        assert all(hints) or case.known
        assert case.then
    if case.then:
        new = set(shlex.split(case.then)) - set(shlex.split(case.typed))
        quoted = {shlex.quote(word) for word in new if word.strip()}
        for hint in [] if case.known else hints:
            assert [word for word in quoted if word not in hint] == []
        assert followed(case.then, place) in (0, 1, 3)


def test_there_are_enough() -> None:
    assert len(CASES) >= 100
    assert sum(case.code == 2 for _, case in CASES) >= 100


def test_a_process_of_its_own_says_the_same(place: Path) -> None:
    for words in (
        ["audit", "inv", "--format", "Excel"],
        ["kiem-tra", "inv"],
        ["audit", "An", "Giang"],
    ):
        assert process(*words, cwd=place) == run(words, place, "en")


def _commands(ctx: click.Context) -> Iterator[click.Context]:
    yield ctx
    if isinstance(ctx.command, click.Group):
        for name in ctx.command.list_commands(ctx):
            found = ctx.command.get_command(ctx, name)
            assert found is not None
            inner = click.Context(found, info_name=name, parent=ctx, **found.context_settings)
            yield from _commands(inner)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_help_of_every_command_fits_eighty_columns(language: str) -> None:
    with speaking(Language(language)):
        root = click.Context(
            cli, info_name="soccheck", obj=Language(language), **cli.context_settings
        )
        for ctx in _commands(root):
            assert [line for line in ctx.get_help().splitlines() if len(line) > 80] == []


def test_no_option_of_one_value_is_taken_twice() -> None:
    root = click.Context(cli, info_name="soccheck", obj=Language("en"), **cli.context_settings)
    tried = 0
    for ctx in _commands(root):
        for each in ctx.command.get_params(ctx):
            if not isinstance(each, click.Option) or each.multiple:
                continue
            if each.is_flag and not each.secondary_opts:
                continue
            values = ["x"] * (0 if each.is_flag else each.nargs)
            first, last = each.opts[0], [*each.opts, *each.secondary_opts][-1]
            with pytest.raises(click.UsageError, match="is given twice"):
                ctx.command.parse_args(ctx, [first, *values, last, *values])
            tried += 1
    assert tried > 200


def main() -> None:
    """Write what is said now into every file."""
    with tempfile.TemporaryDirectory() as scratch:
        laid_out(Path(scratch))
        for path in sorted(FOLDER.glob("*.txt")):
            head = [line for line in path.read_text("utf-8").splitlines() if line.startswith("#")]
            text = "\n".join(head) + "\n"
            for case in read(path):
                text += f"\n$ {case.typed}\n"
                if case.then:
                    text += f"{'~' if case.known else '>'} {case.then}\n"
                ran = [run(shlex.split(case.typed), Path(scratch), code) for code in LANGUAGES]
                if ran[0].code != 2:
                    text += f"= {ran[0].code}\n"
                    continue
                for code, one in zip(LANGUAGES, ran, strict=True):
                    text += f"{code}\n{told(one)}"
            path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
