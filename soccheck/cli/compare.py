"""`soccheck compare`: two inventories, or one authority in two years, beside each other."""

from __future__ import annotations

from pathlib import Path

from soccheck import audit
from soccheck.assess.assessment import Assessment
from soccheck.cli import common, steps
from soccheck.cli.options import language_option, listing_options, policy_options
from soccheck.cli.output import terminal_width, write, write_listing
from soccheck.cli.translated import a_command, argument, option
from soccheck.compare.inventories import compare
from soccheck.errors import InputError, UsageError
from soccheck.phrase import phrase
from soccheck.report.listings.inventories import listing
from soccheck.report.listings.inventories_page import page


@a_command()
@argument("before")
@argument("after")
@policy_options
@option("--details", is_flag=True, help="Every figure of both, in place of one page.")
@listing_options
@language_option
def command(
    before: str,
    after: str,
    policy_paths: tuple[str, ...],
    only: tuple[str, ...],
    profiles: tuple[str, ...],
    details: bool,
    form: str,
    output: str | None,
    lang: str | None,
) -> int:
    """Compare BEFORE with AFTER, each as of the day it states: up, down, new, no longer stated.

    Exits 0, or 3 where neither states a figure.
    """
    for path in (before, after):
        if Path(path).is_file():
            text = phrase(
                "{path} is a file: compare takes the folders of two inventories", path=path
            )
            hint = phrase("a result is compared by soccheck gate FOLDER --baseline FILE")
            raise UsageError(text, hint=hint)
    if details and form != "table":
        text = phrase("{option} does nothing for {forms}", option="--details", forms=form)
        raise UsageError(text, hint=phrase("it is for: {names}", names="table"))
    language = common.language(lang)
    policies = common.load_policies(policy_paths, only, profiles)
    problems: list[object] = []
    sides: list[Assessment] = []
    for folder in (before, after):
        try:
            with steps.step(phrase("Reading and judging {folder}…", folder=folder)):
                loaded = common.inventory(folder)
                sides.append(audit.judge(loaded, policies, loaded.stated))
        except InputError as error:
            problems += error.problems
    if problems:
        raise InputError(problems)
    first, second = sides
    rows = compare(first, second)
    if form == "table" and not details:
        write([page(first, second, rows, language, terminal_width())], output)
    else:
        write_listing(listing(first, second, rows, language), form, output, language)
    return 0 if rows else 3
