"""Where reports go: the terminal's width, printing, and files that are whole or not there."""

from __future__ import annotations

import difflib
import functools
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterable
from itertools import chain
from pathlib import Path

from soccheck.errors import UsageError
from soccheck.i18n import Language
from soccheck.report import REPORTS, renderer
from soccheck.report.listings import listing
from soccheck.report.listings.listing import Listing
from soccheck.report.report import Layout, Report
from soccheck.sources import git


def terminal_width() -> int:
    """Return the terminal's width; 80 where there is none (a pipe, a file)."""
    if "COLUMNS" not in os.environ and not sys.stdout.isatty():
        return 80
    return max(40, min(shutil.get_terminal_size((80, 24)).columns, 160))


def color() -> bool:
    """Return whether colour is wanted: on a terminal, unless NO_COLOR is set (no-color.org)."""
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR")


def wanted_reports(texts: tuple[str, ...]) -> list[tuple[str, str | None]]:
    """Return the formats of --report with their files; only one of them can be printed."""
    wanted = []
    for text in texts:
        form, _, output = text.partition("=")
        if form not in REPORTS:
            close = difflib.get_close_matches(form, REPORTS, n=1)
            hint = f"did you mean {close[0]!r}?" if close else f"known: {', '.join(REPORTS)}"
            raise UsageError(f"no report {form!r}", hint=hint)
        wanted.append((form, output or None))
    if sum(output in (None, "-") for _, output in wanted) > 1:
        hint = "give all but one a file: --report sarif=out.sarif"
        raise UsageError("two reports would be printed one after the other", hint=hint)
    return wanted


def write_reports(
    report: Report, language: Language, wanted: Iterable[tuple[str, str | None]], limit: int
) -> None:
    """Write every report asked for."""
    for form, file in files_first(wanted):
        colored = file in (None, "-") and color()
        layout = Layout(width=terminal_width(), color=colored, limit=limit)
        write(renderer(form)(report, language, layout), file, form)


def write_listing(table: Listing, form: str, file: str | None) -> None:
    """Print a listing in the format `form`, or write it to a file."""
    write(listing.render(table, form, terminal_width()), file, form)


def files_first(wanted: Iterable[tuple[str, str | None]]) -> list[tuple[str, str | None]]:
    """Return the reports, those to files first, so that none is lost to a closed pipe."""
    return sorted(wanted, key=lambda item: item[1] in (None, "-"))


def placing(folder: str) -> Callable[[str], str]:
    """Return the function that writes a path from the top of the repository that holds `folder`."""

    @functools.cache
    def root() -> Path:  # asked for by reports for pipelines only
        return git.top(Path(folder)) or Path.cwd()

    @functools.cache
    def place(path: str) -> str:
        top, absolute = root(), Path(os.path.abspath(path))
        whole = absolute if absolute.is_relative_to(top) else absolute.resolve()
        return whole.relative_to(top).as_posix() if whole.is_relative_to(top) else path

    return place


def write(pieces: Iterable[str], file: str | None, form: str = "") -> None:
    """Print a report, or write it to a file; a CSV file gets the mark that Excel knows UTF-8 by."""
    if file is None or file == "-":
        sys.stdout.writelines(pieces)
        return
    try:
        _write_file(chain(["\ufeff"], pieces) if form == "csv" else pieces, Path(file))
    except OSError as error:
        reason = error.strerror or type(error).__name__
        hint = "give a file in a folder that is there and can be written"
        raise UsageError(f"{file}: cannot be written: {reason}", hint=hint) from error


def _write_file(pieces: Iterable[str], target: Path) -> None:
    """Write a file whole: a temporary name, then a rename.

    A device or a pipe (`/dev/null`) is written to: a rename would put a file in its place.
    """
    if target.exists() and not target.is_file() and not target.is_dir():
        with target.open("w", encoding="utf-8", newline="") as file:
            file.writelines(pieces)
        return
    descriptor, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as file:
            file.writelines(pieces)
        umask = os.umask(0)
        os.umask(umask)
        Path(name).chmod(0o666 & ~umask)
        Path(name).replace(target)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
