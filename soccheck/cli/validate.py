"""`soccheck validate`: check an inventory and the policies, and judge nothing."""

from __future__ import annotations

from pathlib import Path

import click

from soccheck import inventory as inventories
from soccheck.cli import common
from soccheck.errors import InputError
from soccheck.model import KINDS
from soccheck.report.sections import kind_words


@click.command()
@click.argument("inventory")
@common.policy_options
@common.language_option
def command(
    inventory: str,
    policy_paths: tuple[str, ...],
    only: tuple[str, ...],
    profiles: tuple[str, ...],
    lang: str | None,
) -> int:
    """Check INVENTORY and the policies: every fault with its file, line and column."""
    language = common.language(lang)
    problems: list[object] = []
    policies = []
    loaded = None
    try:
        policies = common.load_policies(policy_paths, only, profiles)
    except InputError as error:
        problems += error.problems
    try:
        loaded = inventories.load(Path(inventory), inventory)
    except InputError as error:
        problems += error.problems
    if loaded is None or problems:
        raise InputError(problems)
    known = {control.id for item in policies for control in item.controls}
    stray = [waiver for waiver in loaded.waivers if waiver.control not in known]
    for waiver in stray:
        text = language("{where}: the waiver {waiver} names no control: {control}")
        click.echo(text.format(where=waiver.at, waiver=waiver.id, control=waiver.control))
    counts = ", ".join(
        f"{len(loaded.assets[kind])} {kind_words(kind, len(loaded.assets[kind]), language)}"
        for kind in KINDS
        if loaded.assets[kind]
    )
    controls = sum(len(item.controls) for item in policies)
    text = language("{folder}: no fault: {counts}; {policies} policy editions, {controls} controls")
    click.echo(
        text.format(folder=loaded.folder, counts=counts, policies=len(policies), controls=controls)
    )
    return 0
