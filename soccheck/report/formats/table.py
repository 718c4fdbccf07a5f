"""The report for a terminal: readable in 80 columns, with colour only to repeat what words say."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import wcwidth
from tabulate import tabulate

from soccheck.assess.assessment import Assessment
from soccheck.i18n import Language
from soccheck.model import Status
from soccheck.report.wording import measures as counted
from soccheck.report.wording import sections, words
from soccheck.report.wording.sections import Section, Trouble

if TYPE_CHECKING:
    from soccheck.compare.gate import GateResult

_COLOURS = {
    Status.PASS: "32",
    Status.FAIL: "31;1",
    Status.UNKNOWN: "33;1",
    Status.WAIVED: "36",
    Status.NOT_APPLICABLE: "2",
}
_MARGIN = 2


def render(
    assessment: Assessment, language: Language, *, width: int, color: bool, limit: int
) -> str:
    """Return the whole report; where the gate judged a change, what it says of it."""
    if assessment.verdict is not None:
        return _gate(assessment, assessment.verdict, language, width, color, limit)
    parts = [wrapped(sections.title(assessment, language), width)]
    parts += [wrapped(note, width) for note in sections.notes(assessment, language)]
    parts.append(table(sections.summary(assessment, language), width, titled=False))
    found = sections.troubles(assessment, limit)
    if found:
        parts.append(heading(language("Failing and unknown")))
        parts += [_trouble(item, assessment, language, width, color) for item in found]
    parts += [table(section, width) for section in counted.scores(assessment, language)]
    parts.append(table(sections.controls(assessment, language), width))
    parts += [table(section, width) for section in counted.by_unit(assessment, language, limit)]
    parts += [table(section, width) for section in sections.groups(assessment, language)]
    return "\n\n".join(parts) + "\n"


def _gate(
    assessment: Assessment,
    verdict: GateResult,
    language: Language,
    width: int,
    color: bool,
    limit: int,
) -> str:
    """Return what a reviewer needs of a change, and no older debts."""
    from soccheck.report.wording import changes

    comparison = verdict.comparison
    parts = [
        wrapped(sections.title(assessment, language), width),
        wrapped(changes.against(comparison, language), width),
        *(wrapped(note, width) for note in sections.notes(assessment, language)),
        wrapped(changes.judgement(verdict, language), width),
        table(changes.counted(comparison, language), width, titled=False),
    ]
    found = changes.troubles(verdict, limit)
    if found:
        parts.append(heading(language("New, or not accepted")))
        parts += [_trouble(item, assessment, language, width, color) for item in found]
    scope = changes.scope(verdict, assessment, language)
    if scope:
        lines = [
            "\n".join([wrapped(f"  {text}", width, "    "), *([f"      {at}"] if at else [])])
            for text, at in scope
        ]
        title = heading(language("Scope changes"))
        parts.append("\n".join([title, *changes.shortened(lines, limit, language)]))
    resolved = [
        wrapped(f"  {text}", width, "    ") for text in changes.resolved(comparison, language)
    ]
    if resolved:
        title = heading(language("Resolved"))
        parts.append("\n".join([title, *changes.shortened(resolved, limit, language)]))
    older = changes.older(verdict, assessment, language)
    return "\n\n".join([*parts, *([wrapped(older, width)] if older else [])]) + "\n"


def columns(text: str) -> int:
    """Return the columns `text` takes on a terminal; -1 where it holds a control character."""
    return wcwidth.wcswidth(text)


def heading(text: str) -> str:
    """Return a section's title, underlined."""
    return f"{text}\n{'=' * max(map(columns, text.splitlines()))}"


def wrapped(text: str, width: int, indent: str = "") -> str:
    """Return text broken at spaces to `width` display columns, following lines indented.

    A word too long for a line is left whole: file:line:column is there to be copied.
    """
    if 0 <= columns(text) <= width:
        return text.rstrip(" ")
    body = text.lstrip(" ")
    lines: list[str] = []
    line = text[: len(text) - len(body)]
    room, empty = width - len(line), True
    words_ = body.split(" ")
    for word, size in zip(words_, map(columns, words_), strict=True):
        if empty and lines and not word:
            continue  # a space that a line would begin with
        if not empty and size + 1 > room:
            lines.append(line.rstrip(" "))
            line, room, empty = indent, width - len(indent), True
        line += word if empty else f" {word}"
        room -= size + (not empty)
        empty = False
    return "\n".join([*lines, line.rstrip(" ")])


def table(section: Section, width: int, *, titled: bool = True) -> str:
    """Return a section as columns that fit `width`; the widest text columns are wrapped."""
    widths = _widths(section, width)
    broken = [
        [_broken(cell, size).strip() for cell, size in zip(row, widths, strict=True)]
        for row in (section.header, *section.rows)
    ]
    # The header is a row like the others: tabulate gives a header of its own two columns more.
    lines = ["-" * max(map(_longest, column)) for column in zip(*broken, strict=True)]
    text = tabulate(
        [broken[0], lines, *broken[1:]],
        tablefmt="plain",
        colalign=["right" if i in section.numbers else "left" for i in range(len(widths))],
        disable_numparse=True,
    )
    return f"{heading(wrapped(section.title, width))}\n{text}" if titled else text


def _longest(cell: str) -> int:
    """Return the columns of a cell's longest line."""
    return max(map(columns, cell.split("\n")))


def _broken(cell: str, width: int) -> str:
    """Return a cell broken into lines of at most `width` columns, inside a word if need be."""
    if 0 <= columns(cell) <= width:
        return cell.rstrip(" ")
    if max(map(columns, cell.split(" "))) > width:
        cell = " ".join(part for word in cell.split(" ") for part in _pieces(word, width))
    return wrapped(cell, width)


def _pieces(word: str, width: int) -> list[str]:
    """Return a word in pieces of at most `width` columns; a mark stays with its letter."""
    if columns(word) <= width:
        return [word]
    pieces, room = [""], width
    for letter in word:
        size = max(wcwidth.wcwidth(letter), 0)
        if size > room and pieces[-1]:
            pieces.append("")
            room = width
        pieces[-1] += letter
        room -= size
    return pieces


def _widths(section: Section, width: int) -> list[int]:
    """Share the line among the columns: numbers get what they need, texts share the rest.

    A header that is wider than what stands below it is broken before any row is.
    """
    texts = list(zip(section.header, *section.rows, strict=True))
    sizes = [list(map(columns, column)) for column in texts]
    longest = list(map(max, sizes))
    room = width - _MARGIN * (len(texts) - 1)
    if sum(longest) <= room:
        return longest
    below = [max(column[1:], default=0) for column in sizes]
    words_ = [max(map(columns, set(" ".join(column).split(" ")))) for column in texts]
    # A word of a number, also of its header, is not broken.
    least = [size if i in section.numbers else min(size, 20) for i, size in enumerate(words_)]
    given = list(longest)
    for floor in (list(map(max, least, below)), least):
        while sum(given) > room:
            wider = [i for i, size in enumerate(given) if size > floor[i]]
            if not wider:
                break
            given[max(wider, key=given.__getitem__)] -= 1
    return given


def _trouble(
    trouble: Trouble, assessment: Assessment, language: Language, width: int, color: bool
) -> str:
    """Return a control in trouble: what it asks, what to do, and each asset with its evidence."""
    control = trouble.control
    head = f"{control.id}  {language.text(control.title)}"
    counts = sections.trouble_line(trouble, language)
    severity = sections.severity(control.severity, language)
    lines = [
        wrapped(head, width, "    "),
        wrapped(f"  {counts} · {severity}", width, "    "),
        wrapped(
            "  " + language("to do") + f": {language.text(control.remediation)}", width, "    "
        ),
    ]
    for finding in trouble.findings:
        word = words.status(finding.status, language)
        shown = f"\033[{_COLOURS[finding.status]}m{word}\033[0m" if color else word
        name = words.name_of(finding.asset, language)
        named = f"  {finding.asset.id}" + (f"  {name}" if name != finding.asset.id else "")
        first, *rest = wrapped(word + named, width - 2, "    ").splitlines()
        lines.append("  " + shown + first[len(word) :])
        lines += ["  " + line for line in rest]
        for text, where in sections.why(assessment, finding, language):
            lines.append(wrapped(f"      {text}", width, "        "))
            if where:
                lines.append(wrapped(f"        {where}", width, "          "))
    if trouble.more:
        lines.append(
            "  "
            + language.plural("… and {n} more", "… and {n} more", trouble.more)
            + f": soccheck explain {assessment.inventory.folder} {control.id}"
        )
    return "\n".join(lines)


def plain(rows: Sequence[Sequence[str]], header: Sequence[str], width: int) -> str:
    """Return a small table without a title."""
    return table(Section("", header, rows), width, titled=False)
