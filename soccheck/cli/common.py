"""What several commands share: options, finding the shipped policies, loading, writing."""

from __future__ import annotations

import functools
import os
import sys
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import click

from soccheck.assess.assessment import Assessment
from soccheck.errors import InputError, UsageError
from soccheck.facts import values
from soccheck.i18n import LANGUAGES, Language, chosen
from soccheck.inventory import load as inventories
from soccheck.model import Inventory, Policy
from soccheck.policy import load as policy
from soccheck.report import REPORTS, renderer

F = TypeVar("F", bound=Callable[..., Any])
_PACKAGE = Path(__file__).parent.parent


def shipped(name: str) -> Path:
    """Return the folder `policies` or `inventories`: beside the package, or in the wheel within it."""
    inside = _PACKAGE / name
    return inside if inside.is_dir() else _PACKAGE.parent / name


class Day(click.ParamType[date]):
    """A day as year-month-day."""

    name = "day"

    def convert(
        self, value: str | date, param: click.Parameter | None, ctx: click.Context | None
    ) -> date:
        """Return the date, or fail with what was expected."""
        found = value if isinstance(value, date) else values.day(value)
        if found is None:
            self.fail(f"{value!r} is not a day; write year-month-day: 2024-06-30", param, ctx)
        return found


def language_option(function: F) -> F:
    """Add --lang."""
    return click.option(
        "--lang",
        type=click.Choice(LANGUAGES),
        help="Language of the output; else that of the locale.",
    )(function)


def as_of_option(function: F) -> F:
    """Add --as-of."""
    return click.option(
        "--as-of",
        type=Day(),
        metavar="YYYY-MM-DD",
        help="Judge as of this day, by what was in force then; today unless said.",
    )(function)


def policy_options(function: F) -> F:
    """Add --policies, --policy and --profile."""
    options = [
        click.option(
            "--policies",
            "policy_paths",
            multiple=True,
            metavar="PATH",
            help="Policy file or folder instead of the shipped ones; may be repeated.",
        ),
        click.option(
            "--policy",
            "only",
            multiple=True,
            metavar="ID",
            help="Judge by this policy only; may be repeated.",
        ),
        click.option(
            "--profile",
            "profiles",
            multiple=True,
            metavar="NAME|FILE",
            help="Tailor a policy by a profile; may be repeated.",
        ),
    ]
    for option in reversed(options):
        function = option(function)
    return function


def report_options(function: F) -> F:
    """Add --report and --limit."""
    options = [
        click.option(
            "--report",
            "reports",
            multiple=True,
            metavar="FORMAT[=FILE]",
            help=f"Write this report; may be repeated. Formats: {', '.join(REPORTS)}.",
        ),
        click.option(
            "--limit",
            type=click.IntRange(0),
            default=20,
            show_default=True,
            help="Rows shown for a control in table and markdown; 0 for all.",
        ),
    ]
    for option in reversed(options):
        function = option(function)
    return function


def listing_options(function: F) -> F:
    """Add --format and --output."""
    from soccheck.report.listings.listing import FORMATS

    options = [
        click.option(
            "--format", "form", type=click.Choice(FORMATS), default="table", show_default=True
        ),
        click.option("--output", metavar="FILE", help="Write to a file instead of printing."),
    ]
    for option in reversed(options):
        function = option(function)
    return function


def language(lang: str | None) -> Language:
    """Return the language of the output."""
    return Language(chosen(lang, os.environ))


def day(as_of: date | None) -> date:
    """Return the as-of day; today in UTC+7, Vietnam's time, when none is given."""
    if as_of is not None:
        return as_of
    from datetime import timedelta, timezone

    return datetime.now(UTC).astimezone(timezone(timedelta(hours=7))).date()


class PolicyFiles(NamedTuple):
    """Represents the policies and profiles a command was given: each path, and how it is printed."""

    paths: list[tuple[Path, str]]
    profiles: list[tuple[Path, str]]


def policy_files(paths: tuple[str, ...], profiles: tuple[str, ...] = ()) -> PolicyFiles:
    """Return where the policies asked for are: the shipped ones unless others are named."""
    folder = shipped("policies")
    chosen_paths = [(Path(path), path) for path in paths] or [(folder, "policies")]
    return PolicyFiles(chosen_paths, [_profile(name, folder) for name in profiles])


def load_policies(
    paths: tuple[str, ...], only: tuple[str, ...] = (), profiles: tuple[str, ...] = ()
) -> list[Policy]:
    """Return every edition of the policies asked for; those that ship are kept once they are read."""
    files = policy_files(paths, profiles)
    if paths or profiles:
        return among(policy.load(files.paths, files.profiles), only)
    written = policy.found(files.paths)
    return among(policy.read(written), only)


def among(policies: list[Policy], only: tuple[str, ...]) -> list[Policy]:
    """Return the policies named by --policy, or all of them."""
    known = {item.id for item in policies}
    for name in only:
        if name not in known:
            raise UsageError(f"no policy {name!r}", hint=f"known: {', '.join(sorted(known))}")
    return [item for item in policies if not only or item.id in only]


def load(
    inventory: str,
    paths: tuple[str, ...],
    only: tuple[str, ...],
    profiles: tuple[str, ...],
) -> tuple[Inventory, list[Policy]]:
    """Return the inventory and the policies; the faults of both are raised together."""
    problems: list[object] = []
    policies: list[Policy] = []
    loaded = None
    try:
        policies = load_policies(paths, only, profiles)
    except InputError as error:
        problems += error.problems
    try:
        loaded = inventories.load(Path(inventory), inventory)
    except InputError as error:
        problems += error.problems
    if loaded is None or problems:
        raise InputError(problems)
    return loaded, policies


def _profile(name: str, folder: Path) -> tuple[Path, str]:
    if name.endswith((".yaml", ".yml")):
        if not Path(name).is_file():
            hint = "a profile is a .yaml file that extends a policy; shipped ones go by their name"
            raise UsageError(f"{name}: no such profile file", hint=hint)
        return Path(name), name
    path = folder / "profiles" / f"{name}.yaml"
    if not path.is_file():
        known = ", ".join(sorted(p.stem for p in path.parent.glob("*.yaml"))) or "none"
        raise UsageError(f"no profile {name!r}", hint=f"shipped: {known}; or give a .yaml file")
    return path, f"policies/profiles/{name}.yaml"


def width() -> int:
    """Return the terminal's width; 80 where there is none (a pipe, a file)."""
    if "COLUMNS" not in os.environ and not sys.stdout.isatty():
        return 80
    import shutil

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
            import difflib

            close = difflib.get_close_matches(form, REPORTS, n=1)
            hint = f"did you mean {close[0]!r}?" if close else f"known: {', '.join(REPORTS)}"
            raise UsageError(f"no report {form!r}", hint=hint)
        wanted.append((form, output or None))
    if sum(output in (None, "-") for _, output in wanted) > 1:
        hint = "give all but one a file: --report sarif=out.sarif"
        raise UsageError("two reports would be printed one after the other", hint=hint)
    return wanted


def write_reports(
    assessment: Assessment,
    language: Language,
    wanted: list[tuple[str, str | None]],
    limit: int,
) -> None:
    """Write every report asked for."""
    for form, output in files_first(wanted):
        colored = output in (None, "-") and color()
        text = renderer(form)(assessment, language, width=width(), color=colored, limit=limit)
        write_listing(text, form, output)


def files_first(wanted: Iterable[tuple[str, str | None]]) -> list[tuple[str, str | None]]:
    """Return the reports, those to files first, so that none is lost to a closed pipe."""
    return sorted(wanted, key=lambda item: item[1] in (None, "-"))


def placing(folder: str) -> Callable[[str], str]:
    """Return the function that writes a path from the top of the repository that holds `folder`."""

    @functools.cache
    def root() -> Path:  # asked for by reports for pipelines only
        from soccheck.sources import git

        return git.top(Path(folder)) or Path.cwd()

    @functools.cache
    def place(path: str) -> str:
        top, absolute = root(), Path(os.path.abspath(path))
        whole = absolute if absolute.is_relative_to(top) else absolute.resolve()
        return whole.relative_to(top).as_posix() if whole.is_relative_to(top) else path

    return place


def write_listing(text: str, form: str, output: str | None) -> None:
    """Print a report or write it to a file; a CSV file gets the mark that Excel knows UTF-8 by."""
    write("\ufeff" + text if form == "csv" and output not in (None, "-") else text, output)


def write(text: str, output: str | None) -> None:
    """Print `text`, or write it to a file whole: a temporary name, then a rename.

    A device or a pipe (`/dev/null`) is written to: a rename would put a file in its place.
    """
    if output is None or output == "-":
        click.echo(text, nl=False)
        return
    import tempfile

    target = Path(output)
    name = None
    try:
        if target.exists() and not target.is_file() and not target.is_dir():
            target.write_text(text, encoding="utf-8", newline="")
            return
        descriptor, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as file:
            file.write(text)
        umask = os.umask(0)
        os.umask(umask)
        Path(name).chmod(0o666 & ~umask)
        Path(name).replace(target)
        name = None
    except OSError as error:
        reason = error.strerror or type(error).__name__
        hint = "give a file in a folder that is there and can be written"
        raise UsageError(f"{output}: cannot be written: {reason}", hint=hint) from error
    finally:
        if name is not None:
            Path(name).unlink(missing_ok=True)
