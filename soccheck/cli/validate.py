"""`soccheck validate`: check an inventory and the policies, and judge nothing."""

from __future__ import annotations

import re
from collections.abc import Sequence

import click

from soccheck.cli import common
from soccheck.cli.options import language_option, policy_options
from soccheck.cli.output import terminal_width
from soccheck.cli.translated import a_command, argument
from soccheck.errors import InputError
from soccheck.facts.near import near
from soccheck.facts.values import clean
from soccheck.inventory import places
from soccheck.model import KINDS, Inventory, Policy, Problem
from soccheck.phrase import phrase
from soccheck.report.columns import wrapped
from soccheck.report.wording.notes import twice
from soccheck.report.wording.sections import kind_words


@a_command()
@argument("inventory")
@policy_options
@language_option
def command(
    inventory: str,
    policy_paths: tuple[str, ...],
    only: tuple[str, ...],
    profiles: tuple[str, ...],
    lang: str | None,
) -> int:
    """Check INVENTORY and the policies: every fault with its file, line and column."""
    language = common.language(lang)
    loaded, policies = common.load(inventory, policy_paths, only, profiles)
    if not (policy_paths or only or profiles):  # some policies alone need not hold every control
        stray = _stray(loaded, policies)
        if stray:
            raise InputError(stray)
    machines = (*loaded.assets["host"].values(), *loaded.assets["firewall"].values())
    for remark in (*_of_rulesets(loaded), *places.doubts(machines)):
        for line in language.problem(remark).split("\n"):
            click.echo(clean(line), err=True)
    for line in twice(loaded, language):
        click.echo(line, err=True)
    counts = ", ".join(
        f"{len(loaded.assets[kind])} {kind_words(kind, len(loaded.assets[kind]), language)}"
        for kind in KINDS
        if loaded.assets[kind]
    )
    controls = sum(len(item.controls) for item in policies)
    text = language("{folder}: no fault: {counts}; {policies} policy editions, {controls} controls")
    said = text.format(
        folder=loaded.folder, counts=counts, policies=len(policies), controls=controls
    )
    click.echo(wrapped(said, terminal_width(), "  "))
    return 0


def _of_rulesets(loaded: Inventory) -> Sequence[Problem]:
    """Return what is doubtful about the rulesets; raises `InputError` where one is another device's."""
    if not loaded.configurations:
        return ()
    from soccheck.firewall.owner import doubts  # the engine, only where there is a ruleset

    found = doubts(loaded)
    if found.faults:
        raise InputError(found.faults)
    return found.remarks


def _stray(loaded: Inventory, policies: list[Policy]) -> list[Problem]:
    """Return a fault for each waiver of a control that no policy has: it waives nothing."""
    known = [control.id for policy in policies for control in policy.controls]
    problems = []
    for waiver in loaded.waivers:
        if waiver.control not in known:
            hint = near(waiver.control, known, phrase("`soccheck policy show` lists them"))
            several = re.split(r"\s*[,;]\s*", waiver.control)
            if len(several) > 1 and set(several) <= set(known):
                hint = phrase("write a waiver for each: {controls}", controls=", ".join(several))
            text = phrase(
                "the waiver {id} names no control: {control}",
                id=repr(waiver.id),
                control=repr(waiver.control),
            )
            problems.append(Problem(waiver.at, text, hint))
    return problems
