"""The options that narrow a report, and what they select; an id that is not there is refused."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any, TypeVar

import click

from soccheck.assess.assessment import Assessment
from soccheck.assess.selection import Selection
from soccheck.cli.translated import option
from soccheck.cli.value_types import Level, OneOf
from soccheck.errors import UsageError
from soccheck.facts.near import near, nearest
from soccheck.facts.spoken import plain
from soccheck.model import Basis, Severity, Status
from soccheck.phrase import Phrase, phrase

F = TypeVar("F", bound=Callable[..., Any])

NAMES = {
    "organizations": "--organization",
    "systems": "--system",
    "levels": "--level",
    "controls": "--control",
    "severities": "--severity",
    "statuses": "--status",
    "bases": "--basis",
}
"""Parameter -> option, --asset left out: it also says which machines are asked."""


def options(function: F) -> F:
    """Add the options; the command takes them as `**given`."""
    severity, status, basis = (
        OneOf([item.value for item in words]) for words in (Severity, Status, Basis)
    )
    added = [
        option("--organization", "organizations", multiple=True, metavar="ID",
               help="Report on this unit only; may be repeated."),
        option("--system", "systems", multiple=True, metavar="ID",
               help="Report on this system only, with what belongs to it; may be repeated."),
        option("--level", "levels", multiple=True, type=Level(),
               help="Report on systems of this level only; may be repeated."),
        option("--control", "controls", multiple=True, metavar="ID",
               help="Report on this control only; may be repeated."),
        option("--severity", "severities", multiple=True, type=severity,
               help="Show only this severity; may be repeated."),
        option("--status", "statuses", multiple=True, type=status,
               help="Show only this status; may be repeated."),
        option("--basis", "bases", multiple=True, type=basis,
               help="Show only what stands on this basis; may be repeated."),
    ]  # fmt: skip
    for add in reversed(added):
        function = add(function)
    return function


def refused(function: F) -> F:
    """Add the options to a command that answers for the whole: each is refused, and says why."""
    for name in (*NAMES.values(), "--asset", "--by"):
        function = option(
            name, hidden=True, expose_value=False, multiple=True, callback=_of_the_whole
        )(function)
    return function


def _of_the_whole(ctx: click.Context, param: click.Parameter, value: tuple[str, ...]) -> None:
    if value:
        text = phrase(
            "{option}: the whole change is judged; a part of it could pass while another got worse",
            option=param.opts[0],
        )
        hint = phrase(
            "to look at a part: soccheck audit INVENTORY {option} ...; "
            "what stops a change: --fail-on",
            option=param.opts[0],
        )
        raise UsageError(text, hint=hint)


def asset_option(function: F) -> F:
    """Add --asset, for a command that asks no machine."""
    return option(
        "--asset",
        "assets",
        multiple=True,
        metavar="ID",
        help="Report on this asset only; may be repeated.",
    )(function)


def selection(given: dict[str, Any]) -> Selection:
    """Return what is selected, the narrowing options taken out of `given`."""
    words = {name: given.pop(name) for name in NAMES}
    return Selection(
        assets=given["assets"],
        organizations=words["organizations"],
        systems=words["systems"],
        levels=words["levels"],
        controls=words["controls"],
        severities=tuple(map(Severity, words["severities"])),
        statuses=tuple(map(Status, words["statuses"])),
        bases=tuple(map(Basis, words["bases"])),
    )


def narrowed(assessment: Assessment, chosen: Selection) -> Assessment:
    """Return the assessment narrowed to what is selected; raises `UsageError` for what is not there."""
    if not chosen:
        return assessment
    inventory = assessment.inventory
    known = {
        "--organization": (chosen.organizations, inventory.assets["organization"]),
        "--asset": (chosen.assets, {asset.id: asset for asset in inventory}),
        "--system": (chosen.systems, inventory.assets["system"]),
        "--control": (chosen.controls, assessment.controls),
    }
    for name_of_option, (names, there) in known.items():
        for name in names:
            if name not in there:
                text = phrase(
                    "{option}: there is no {name}", option=name_of_option, name=repr(name)
                )
                hint = _meant(name, name_of_option, there, assessment) or near(name, sorted(there))
                raise UsageError(text, hint=hint)
    return assessment.narrowed(chosen)


def _meant(name: str, option: str, there: Collection[str], assessment: Assessment) -> Phrase | None:
    """Return the id that was meant by what an asset is called, or the option that a name goes with."""
    inventory, word = assessment.inventory, plain(name)
    for asset in inventory:
        called = {asset.id, *(str(v) for k, v in asset.facts.items() if k.startswith("name."))}
        if word in map(plain, called):
            kind = option if asset.id in there else _OF_KIND.get(asset.kind, "--asset")
            return phrase("write {what}", what=f"{kind} {asset.id}")
    others = {"--control": assessment.controls, "--policy": [p.id for p in assessment.policies]}
    for other, names in others.items():
        if other != option and (found := nearest(name, names, cutoff=1)) is not None:
            return phrase("write {what}", what=f"{other} {found}")
    return None


def refuse_statuses(chosen: Selection, listed: Collection[Status]) -> None:
    """Raise `UsageError` for a status of which a command lists nothing."""
    for status in chosen.statuses:
        if status not in listed:
            text = phrase("--status {status} does nothing here", status=status.value)
            names = ", ".join(each.value for each in listed)
            raise UsageError(text, hint=phrase("listed here: {names}", names=names))


_OF_KIND = {"organization": "--organization", "system": "--system"}
"""Kind of asset -> the option for what belongs to one."""


def refuse_unknown(name_of_option: str, name: str, there: Collection[str]) -> None:
    """Raise `UsageError` for a name that is not there: narrowed to nothing, all would look well."""
    if name not in there:
        text = phrase("{option}: there is no {name}", option=name_of_option, name=repr(name))
        raise UsageError(text, hint=near(name, sorted(there)))
