"""Where reports go: the terminal's width, printing, and files that are whole or not there."""

from __future__ import annotations

import codecs
import functools
import os
import re
import shutil
import sys
from collections.abc import Callable, Iterable
from dataclasses import replace
from itertools import chain
from pathlib import Path

from soccheck.bundle.atomic import write_atomic
from soccheck.cli import inputs, steps
from soccheck.errors import UsageError, unwritable
from soccheck.facts.near import near
from soccheck.i18n import Language
from soccheck.phrase import Phrase, phrase
from soccheck.report import REPORTS, renderer
from soccheck.report.listings import listing
from soccheck.report.listings.listing import Listing
from soccheck.report.report import Layout, Report
from soccheck.sources import work_tree

_DOCUMENTS = frozenset(
    ("json", "sarif", "sarif-full", "baseline", "gitlab", "junit", "csv", "html")
)
"""Formats that programs read, which expect UTF-8."""
_LIMITED = ("table", "markdown", "summary")
"""Formats for readers, of which the first rows may do."""

_COMPARED = ("table", "html", "xlsx", "docx", "pdf")
"""Formats that say what changed since the period before."""


def terminal_width() -> int:
    """Return the terminal's width; 80 where there is none (a pipe, a file)."""
    if "COLUMNS" not in os.environ and not sys.stdout.isatty():
        return 80
    return max(40, min(shutil.get_terminal_size((80, 24)).columns, 160))


def color() -> bool:
    """Return whether colour is wanted: on a terminal that has it, unless NO_COLOR is set (no-color.org)."""
    wanted = os.environ.get("TERM") != "dumb" and not os.environ.get("NO_COLOR")
    return sys.stdout.isatty() and wanted


def wanted_reports(texts: tuple[str, ...]) -> list[tuple[str, str | None]]:
    """Return the formats of --report with their files; only one of them can be printed, if it is text."""
    wanted = []
    for text in texts:
        form, _, output = text.partition("=")
        if form not in REPORTS:
            raise UsageError(phrase("no report {name}", name=repr(form)), hint=_report_meant(text))
        wanted.append((form, output or None))
    refuse_printing(wanted, "--report {form}={file}")
    if sum(output in (None, "-") for _, output in wanted) > 1:
        hint = phrase("give all but one a file: --report sarif=out.sarif")
        raise UsageError(phrase("two reports would be printed one after the other"), hint=hint)
    return wanted


def _report_meant(text: str) -> Phrase:
    """Return how to ask for the report that was meant by `html:out.html`, or by a file alone."""
    from soccheck.cli import astray

    form, _, file = re.sub(r"[:,\s]", "=", text, count=1).partition("=")
    if not file and (suffix := Path(text).suffix):
        form, file = suffix.removeprefix("."), text
    form = astray.choice(form, list(REPORTS)) or form
    if form in REPORTS and file:
        return phrase("did you mean {word}?", word=f"--report {form}={file}")
    return near(text.partition("=")[0], REPORTS)


_OPENED = (".html", ".htm", ".xlsx", ".xls", ".docx", ".doc", ".pdf", ".csv", ".json")
"""How the names of files end that one program opens, and no other."""
_TOO = {".html": ".htm", ".sarif": ".json"}
"""Endings that a format's own has beside it: SARIF is JSON."""


def refuse_printing(
    wanted: Iterable[tuple[str, str | None]], option: str = "--output {file}"
) -> None:
    """Raise `UsageError` for a format that is no text and has no file to go to."""
    for form, output in wanted:
        if output is None and not REPORTS[form].printed:
            text = phrase("{form} is no text that could be printed", form=form)
            file = option.format(form=form, file=f"report{REPORTS[form].suffix}")
            hint = phrase("give it a file: {file}", file=file)
            raise UsageError(text, hint=hint)
        _refuse_ending(form, Path(output or ""))


def _refuse_ending(form: str, file: Path) -> None:
    """Raise `UsageError` for a file whose name would have another program open it than can read it."""
    own, ending = Path(f"x{REPORTS[form].suffix}").suffix, file.suffix.lower()
    if ending in _OPENED and ending not in (own, _TOO.get(own)):
        text = phrase("{file}: {form} is no {ending} file", file=file, form=form, ending=ending)
        other = next((name for name, one in REPORTS.items() if one.suffix == ending), None)
        hint = phrase("name it {file}", file=file.with_suffix(own))
        if other is not None:
            hint = phrase(
                "name it {file}, or write {other} in the place of {form}",
                file=file.with_suffix(own),
                other=other,
                form=form,
            )
        raise UsageError(text, hint=hint)


def layout_of(
    wanted: Iterable[tuple[str, str | None]],
    *,
    details: bool,
    limit: int | None,
    by: str | None = None,
    previous: str | None = None,
) -> Layout:
    """Return the layout asked for; raises `UsageError` for what no report asked for heeds.

    Every format but the table has all details by itself.
    """
    forms = {form for form, _ in wanted}
    if limit is not None and forms.isdisjoint(_LIMITED):
        text = phrase("--limit does nothing for {forms}", forms=", ".join(sorted(forms)))
        raise UsageError(text, hint=phrase("it is for: {names}", names=", ".join(_LIMITED)))
    told = {"table --details" if details and form == "table" else form for form in forms}
    if previous is not None and told.isdisjoint(_COMPARED):
        text = phrase("--previous does nothing for {forms}", forms=", ".join(sorted(told)))
        raise UsageError(text, hint=phrase("it is for: {names}", names=", ".join(_COMPARED)))
    if details and "table" not in forms:
        text = phrase(
            "{option} does nothing for {forms}", option="--details", forms=", ".join(sorted(forms))
        )
        raise UsageError(text, hint=phrase("it is for: {names}", names="table"))
    if by is not None and (details or "table" not in forms):
        text = phrase("--by chooses the rows of the table's one page")
        raise UsageError(text, hint=phrase("leave out --by, or --details and other formats"))
    return Layout(details=details, limit=limit, by=by)


def write_reports(
    report: Report,
    language: Language,
    wanted: Iterable[tuple[str, str | None]],
    layout: Layout,
) -> None:
    """Write every report asked for, those for a terminal as wide as it is.

    Raises `UsageError`, before anything is written, for a file that the command reads.
    """
    wanted = list(wanted)
    inputs.refuse(file for _, file in wanted)
    for form, file in files_first(wanted):
        colored = file in (None, "-") and color()
        layout = replace(layout, width=terminal_width(), color=colored)
        write(renderer(form)(report, language, layout), file, form)


def write_listing(table: Listing, form: str, file: str | None, language: Language) -> None:
    """Print a listing in the format `form`, or write it to a file, though not one that is read."""
    refuse_printing([(form, file)])
    inputs.refuse([file])
    write(listing.render(table, form, terminal_width(), language), file, form)


def files_first(wanted: Iterable[tuple[str, str | None]]) -> list[tuple[str, str | None]]:
    """Return the reports, those to files first, so that none is lost to a closed pipe."""
    return sorted(wanted, key=lambda item: item[1] in (None, "-"))


def placing(folder: str) -> Callable[[str], str]:
    """Return the function that writes a path from the top of the repository that holds `folder`."""

    @functools.cache
    def root() -> Path:  # asked for by reports for pipelines only
        return work_tree.top(Path(folder)) or Path.cwd()

    @functools.cache
    def place(path: str) -> str:
        top, absolute = root(), Path(os.path.abspath(path))
        whole = absolute if absolute.is_relative_to(top) else absolute.resolve()
        return whole.relative_to(top).as_posix() if whole.is_relative_to(top) else path

    return place


def write(pieces: Iterable[str] | Iterable[bytes], file: str | None, form: str = "") -> None:
    """Print a report, or write it to a file; a CSV file gets the mark that Excel knows UTF-8 by."""
    if file is None or file == "-":
        _print(steps.begun(pieces, steps.WRITING), form)
        return
    mark = [b"\xef\xbb\xbf"] if form == "csv" else []
    encoded = chain(mark, map(_encoded, pieces))
    try:
        with steps.step(phrase("Writing {file}…", file=file)):
            write_atomic(Path(file), encoded, private=False)
    except OSError as error:
        raise unwritable(file, error) from error


def _encoded(piece: str | bytes) -> bytes:
    return piece if isinstance(piece, bytes) else piece.encode("utf-8", "replace")


def _print(pieces: Iterable[str | bytes], form: str) -> None:
    """Print a report; what a program reads is UTF-8 in a pipe too, whatever the console's code page is."""
    page = codecs.lookup(sys.stdout.encoding).name
    printed = form not in REPORTS or REPORTS[form].printed
    if printed and (form not in _DOCUMENTS or page == "utf-8" or sys.stdout.isatty()):
        sys.stdout.writelines(map(str, pieces))
        return
    sys.stdout.flush()
    sys.stdout.buffer.writelines(map(_encoded, pieces))


def write_private(parts: Iterable[bytes], file: str) -> None:
    """Write a bundle or a signature for its owner alone, or to standard output; raises `OSError`."""
    if file == "-":
        sys.stdout.buffer.writelines(parts)
        sys.stdout.buffer.flush()
    else:
        write_atomic(Path(file), parts, private=True)


def kept_private(parts: Iterable[bytes], file: str) -> None:
    """Write what `write_private` writes; raises what is told of a file that cannot be written."""
    try:
        write_private(parts, file)
    except OSError as error:
        if file == "-":
            raise
        raise unwritable(file, error) from error
