"""`soccheck waiver`: list, check and add waivers."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import click

from soccheck import audit
from soccheck.assess.assessment import Assessment
from soccheck.assess.waiver_lint import WaiverRemark, lint
from soccheck.cli import common
from soccheck.cli.entries import free, insert, target
from soccheck.cli.options import as_of_option, language_option, policy_options, within_option
from soccheck.cli.output import terminal_width
from soccheck.cli.translated import argument, group, option
from soccheck.cli.value_types import Day, Number
from soccheck.errors import UsageError
from soccheck.facts.persons import is_nobody
from soccheck.facts.values import clean
from soccheck.i18n import Language
from soccheck.inventory import load as inventories
from soccheck.inventory.entry_edit import Entry
from soccheck.model import Duration, Policy, Waiver
from soccheck.phrase import phrase
from soccheck.report.columns import plain, wrapped


@group("waiver")
def command() -> None:
    """List, check and add waivers: time-limited, approved acceptances of failing findings."""


@command.command("list")
@argument("inventory")
@as_of_option
@policy_options
@language_option
def listing(
    inventory: str,
    as_of: datetime | None,
    policy_paths: tuple[str, ...],
    only: tuple[str, ...],
    profiles: tuple[str, ...],
    lang: str | None,
) -> int:
    """List the waivers of INVENTORY: what each accepts, until when, and whether it is in use."""
    language = common.language(lang)
    assessment, _ = _judged(inventory, common.day(as_of), policy_paths, only, profiles)
    waivers = assessment.inventory.waivers
    if not waivers:
        click.echo(language("no waiver"))
        return 0
    rows = [
        [
            waiver.id,
            waiver.control,
            ", ".join(waiver.assets),
            clean(waiver.approver),
            language.date(waiver.expires),
            _state(waiver, assessment, language),
        ]
        for waiver in sorted(waivers, key=lambda waiver: waiver.expires)
    ]
    header = [
        language("Waiver"),
        language("Control"),
        language("Assets"),
        language("Approver"),
        language("Until"),
        language("State"),
    ]
    click.echo(plain(rows, header, terminal_width()))
    return 0


def _state(waiver: Waiver, assessment: Assessment, language: Language) -> str:
    if waiver.expires < assessment.as_of:
        return language("expired")
    if waiver.granted > assessment.as_of:
        return language("not yet")
    used = sum(1 for finding in assessment.findings if finding.excuse is waiver)
    return language.plural("accepts {n}", "accepts {n}", used) if used else language("unused")


@command.command("lint")
@argument("inventory")
@within_option
@option(
    "--broad",
    default=50.0,
    show_default=True,
    type=Number(0, 100),
    metavar="PERCENT",
    help="Share of a control's assets one waiver may reach.",
)
@as_of_option
@policy_options
@language_option
def linting(
    inventory: str,
    within: Duration,
    broad: float,
    as_of: datetime | None,
    policy_paths: tuple[str, ...],
    only: tuple[str, ...],
    profiles: tuple[str, ...],
    lang: str | None,
) -> int:
    """Say what is wrong with the waivers of INVENTORY; exits with 1 where anything is.

    Expired, unused, too broad, for no control or asset there is, accepted by nobody. One that
    expires soon is said, and is no fault.
    """
    language = common.language(lang)
    day = common.day(as_of)
    assessment, policies = _judged(inventory, day, policy_paths, only, profiles)
    remarks = list(lint(assessment, policies, within.after(day), broad))
    for remark in remarks:
        click.echo(wrapped(_remark(remark, language), terminal_width(), "  "))
    count = len(assessment.inventory.waivers)
    wrong = len({remark.waiver.id for remark in remarks if not remark.warning})
    text = language("{count} waivers, {wrong} with a fault")
    click.echo(text.format(count=language.number(count), wrong=language.number(wrong)))
    return 1 if wrong else 0


def _remark(remark: WaiverRemark, language: Language) -> str:
    about = remark.about
    if remark.code in ("expired", "expiring"):
        about = language.date(remark.waiver.expires)
    text = {
        "expired": language("expired on {about} and no longer works: renew it, or delete it"),
        "expiring": language("expires on {about}: renew it in time, or mend what it accepts"),
        "unused": language("accepts nothing: none of its assets fails; delete it"),
        "not_needed": language("not needed for {about}: narrow it"),
        "broad": language("too broad: it reaches {about} of what the control is about"),
        "no_control": language("there is no control {about}"),
        "no_asset": language("reaches no {about} there is"),
        "no_approver": language("no approver: {about!r} is nobody"),
        "no_reason": language("no reason: {about!r} says nothing"),
    }[remark.code].format(about=about or language("asset"))
    return clean(f"{remark.waiver.at}: {remark.waiver.id}: {text}")


@command.command("add")
@argument("inventory")
@option("--control", required=True, metavar="ID", help="Control that is waived.")
@option("--asset", "assets", multiple=True, metavar="ID", help="Asset; may be repeated.")
@option("--kind", metavar="KIND", help="Select assets of this kind instead, narrowed by:")
@option("--organization", metavar="ID", help="the organisation that answers for them,")
@option("--tag", "tags", multiple=True, metavar="TAG", help="a tag they have.")
@option("--reason", required=True, help="Why the risk is accepted.")
@option("--approver", required=True, help="Who accepted it.")
@option("--expires", type=Day(), required=True, metavar="YYYY-MM-DD", help="Last day it holds.")
@option(
    "--granted", type=Day(), metavar="YYYY-MM-DD", help="First day it holds; today unless said."
)
@option("--ticket", help="Number of the request.")
@option("--id", "name", metavar="ID", help="Id of the waiver; made up unless said.")
@option("--file", "file", metavar="NAME", help="File in the folder to write it to.")
@language_option
def adding(
    inventory: str,
    control: str,
    assets: tuple[str, ...],
    kind: str | None,
    organization: str | None,
    tags: tuple[str, ...],
    reason: str,
    approver: str,
    expires: date,
    granted: date | None,
    ticket: str | None,
    name: str | None,
    file: str | None,
    lang: str | None,
) -> int:
    """Add a waiver to INVENTORY; the rest of the file stays as it is.

    Nothing is written where the inventory would not load with it.
    """
    language = common.language(lang)
    for name_, said in (("--reason", reason), ("--approver", approver)):
        if is_nobody(said):
            hint = phrase("say why, and who accepted it: a waiver without accepts nothing")
            raise UsageError(
                phrase("{option}: {value} says nothing", option=name_, value=repr(said)), hint=hint
            )
    folder = Path(inventory)
    loaded = inventories.load(folder, inventory)
    known = {waiver.id for waiver in loaded.waivers}
    if name in known:
        raise UsageError(
            phrase("there is a waiver {name} already", name=repr(name)),
            hint=phrase("give it another --id"),
        )
    name = name or free(control.lower(), known)
    entry: Entry = {"control": control, **_chosen(assets, kind, organization, tags)}
    start, end = common.day(granted).isoformat(), expires.isoformat()
    entry |= {"reason": reason, "approver": approver, "granted": start, "expires": end}
    if ticket is not None:
        entry["ticket"] = ticket
    last = loaded.waivers[-1].at if loaded.waivers else None
    written = target(file, "waivers", last, loaded.folder)
    after = insert(folder, inventory, written, "waivers", name, entry)
    where = next(waiver.at for waiver in after.waivers if waiver.id == name)
    click.echo(language("{where}: the waiver {name} is added").format(where=where, name=name))
    return 0


def _chosen(
    assets: tuple[str, ...], kind: str | None, organization: str | None, tags: tuple[str, ...]
) -> Entry:
    """Return what a waiver is for: the assets named, or all of a kind that a selection narrows."""
    chosen: Entry = {"assets": list(assets)} if assets else {}
    if kind is not None:
        select: dict[str, str | list[str]] = {"kind": kind}
        if organization is not None:
            select["organization"] = organization
        chosen["select"] = {**select, **({"tags": list(tags)} if tags else {})}
    elif organization is not None or tags:
        raise UsageError(
            phrase("a selection needs the kind of asset"), hint=phrase("add --kind host")
        )
    return chosen


def _judged(
    inventory: str,
    day: date,
    paths: tuple[str, ...],
    only: tuple[str, ...],
    profiles: tuple[str, ...],
) -> tuple[Assessment, list[Policy]]:
    loaded, policies = common.load(inventory, paths, only, profiles)
    return audit.judge(loaded, policies, day), policies
