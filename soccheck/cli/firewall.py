"""`soccheck firewall`: what a ruleset really lets through."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import click

from soccheck.cli import common
from soccheck.cli.firewall_source import Given, RulesetSource, Subject, options
from soccheck.cli.output import terminal_width
from soccheck.cli.translated import argument, group, option
from soccheck.cli.value_types import OneOf
from soccheck.errors import UsageError
from soccheck.phrase import Phrase, phrase
from soccheck.report.columns import wrapped

if TYPE_CHECKING:
    from soccheck.report.listings.firewall.writer import Writer


@group("firewall")
def command() -> None:
    """Show what a ruleset lets through, find faults in it, compare two.

    FILE is a configuration, a folder with the parts of one machine (iptables-save and ip6tables-save,
    `nft -j list ruleset`, `ipset save`, `ip -j addr`, `ip -j route show table all`), an evidence bundle,
    or with --inventory an asset of it. What a bundle's machine does not tell is unknown.
    """


def _writer(given: Given) -> Writer:
    from soccheck.report.listings.firewall.writer import Writer

    return Writer(common.language(given.lang), terminal_width())


def _print(source: RulesetSource, writer: Writer, data: object) -> None:
    """Print what bundles were read, and whether signed, above the lines of a writer, or beside JSON."""
    from soccheck.report.wording import evidence

    for told in source.told:
        text = evidence.read(told.bundle, told.signer, source.day, writer.language)
        click.echo(wrapped(text, writer.width) + "\n", err=source.given.as_json)
    if source.given.as_json:
        click.echo(json.dumps(data, indent=2, ensure_ascii=False, default=str))
    else:
        click.echo("\n".join(writer.lines))


def _named(subject: Subject, row: dict[str, Any]) -> dict[str, Any]:
    return {"asset": subject.name, **row} if subject.name else row


@command.command("show")
@argument("file")
@options
@option(
    "--across/--to-host",
    default=None,
    help="Count packets that only cross the device, or only those addressed to it. Unless said: "
    "the latter for a Linux or Windows host.",
)
@option("--rules", is_flag=True, help="List the rules of every chain.")
def show(file: str, across: bool | None, rules: bool, **given_options: Any) -> int:
    """Show the chains as they were read, and the facts policies judge by.

    Exit code: 3 when a machine's ruleset could not be read, else 0.
    """
    from soccheck.firewall.facts import facts
    from soccheck.report.listings.firewall.shown import facts_row, say_ruleset

    given = Given(**given_options)
    _refuse_beside_json(given, "--rules", rules)
    source = RulesetSource(given)
    writer, rows, missed = _writer(given), [], False
    for subject in source.subjects(file):
        if subject.name:
            writer.head(subject.name)
        if subject.ruleset is None or subject.zones is None:
            missed = True
            writer.unread(subject.reason)
            rows.append(_named(subject, {"reason": str(subject.reason)}))
            continue
        found = list(facts(subject.ruleset, subject.zones, across).values())
        writer.about(subject.ruleset, head=not subject.name)
        say_ruleset(writer, subject.ruleset, subject.zones, found, rules=rules)
        rows.append(_named(subject, facts_row(subject.ruleset, found)))
    several = any("asset" in row for row in rows)
    _print(source, writer, rows if several else rows[0])
    return 3 if missed else 0


@command.command("ask")
@argument("file")
@argument("questions", nargs=-1, required=True, metavar="QUESTION...")
@options
def ask(file: str, questions: tuple[str, ...], **given_options: Any) -> int:
    """Ask whether packets get through: ssh from internet, "tcp/445 from internet to host".

    A question is SERVICE [from SIDE] [to SIDE] [in INTERFACE] [out INTERFACE] [over ipv4|ipv6]
    [state STATE]. A SERVICE is a name or tcp/PORT. A SIDE is internet, admins, any, host, an address,
    a prefix, an interface, a zone, or a network of the inventory. The answer is no with a proof, yes
    with a packet and its rule, or unknown with the match that is not modelled. Of a bundle every
    machine answers.

    Exit code: 1 when an answer is yes, else 3 when one is unknown, else 0.
    """
    from soccheck.firewall.queries import gathered, parse
    from soccheck.firewall.questions import ask as answer
    from soccheck.report.listings.firewall.answers import answer_row, say_answer

    given = Given(**given_options)
    source = RulesetSource(given)
    questions = gathered(questions)
    writer, rows, kinds = _writer(given), [], set()
    for subject in source.subjects(file):
        if subject.name:
            writer.head(subject.name)
        if subject.ruleset is None or subject.zones is None:
            kinds.add("unknown")
            writer.unread(subject.reason)
            rows += [
                _named(
                    subject, {"question": q, "answer": "unknown", "reasons": [str(subject.reason)]}
                )
                for q in questions
            ]
            continue
        writer.about(subject.ruleset, head=not subject.name)
        for query in [parse(question, subject.zones) for question in questions]:
            for family in sorted(query.families):
                found = answer(subject.ruleset, query, family)
                kinds.add(found.answer)
                say_answer(writer, found)
                rows.append(_named(subject, answer_row(found)))
    _print(source, writer, rows)
    return 1 if "yes" in kinds else 3 if "unknown" in kinds else 0


def _not_judged(reason: Phrase) -> dict[str, str]:
    """Return the row of a ruleset that nothing can be said of."""
    return {"kind": "not judged", "severity": "warning", "detail": str(reason)}


_NO_RULES = phrase("the input describes neither IPv4 nor IPv6")


@command.command("lint")
@argument("file")
@options
@option("--all", "everything", is_flag=True, help="Print findings of severity info too.")
def lint(file: str, everything: bool, **given_options: Any) -> int:
    """Find faults of rules: shadowed, contradicted, redundant, any-any, undefined, undescribed.

    Exit code: 1 when a finding is an error, else 3 when the rules could not be judged, else 0.
    """
    from soccheck.firewall.lint import lint as findings
    from soccheck.report.listings.firewall.findings import finding_row, say_findings

    given = Given(**given_options)
    source = RulesetSource(given)
    writer, rows, kinds = _writer(given), [], set()
    for subject in source.subjects(file):
        if subject.name:
            writer.head(subject.name)
        if subject.ruleset is None or subject.zones is None:
            kinds.add("not judged")
            writer.unread(subject.reason)
            rows.append(_named(subject, _not_judged(subject.reason)))
            continue
        if not subject.ruleset.families:
            kinds.add("not judged")
        side = subject.zones.internet()
        found = findings(replace(subject.ruleset, untrusted=side.interfaces))
        kinds |= {f.kind for f in found} | {f.severity for f in found}
        shown = any(everything or item.severity != "info" for item in found)
        writer.about(subject.ruleset, head=shown and not subject.name)
        if not subject.ruleset.families:
            writer.unread(_NO_RULES)
            rows.append(_named(subject, _not_judged(_NO_RULES)))
        say_findings(writer, found, everything)
        rows += [_named(subject, finding_row(f)) for f in found]
    _print(source, writer, rows)
    return 1 if "error" in kinds else 3 if "not judged" in kinds else 0


@command.command("diff")
@argument("old")
@argument("new")
@options
@option(
    "--fail-on",
    type=OneOf(["opened", "closed", "any"]),
    help="Exit with 1 when traffic was opened (or perhaps opened), closed, or either.",
)
@option("--details", is_flag=True, help="Show packets, and the rule that decides each.")
def diff(old: str, new: str, fail_on: str | None, details: bool, **given_options: Any) -> int:
    """Show exactly which traffic a change opened and closed, per service and side.

    Of two bundles each machine is compared with itself.

    Exit code: 1 when --fail-on says so, else 3 when something could not be compared, else 0.
    """
    from soccheck.firewall.diff import Difference
    from soccheck.firewall.diff import diff as compare
    from soccheck.report.listings.firewall.changes import changes_row, say_changes

    given = Given(**given_options)
    _refuse_beside_json(given, "--details", details)
    source = RulesetSource(given)
    writer, rows, kinds = _writer(given), [], set()
    for name, one, other in _pairs(source.subjects(old), source.subjects(new)):
        if name:
            writer.head(name)
        if one is None or other is None or one.ruleset is None or other.ruleset is None:
            sides = [s.reason if s else phrase("only in one of the two") for s in (one, other)]
            reasons = tuple(dict.fromkeys(filter(None, sides)))
            results = [Difference(family=family, reasons=reasons) for family in (4, 6)]
        else:
            families = sorted(one.ruleset.families | other.ruleset.families)
            whole = details or given.as_json
            results = [
                compare(one.ruleset, other.ruleset, family, details=whole) for family in families
            ]
            writer.between(one.ruleset, other.ruleset, head=not name)
        kinds |= {kind for result in results for kind in result.summary}
        kinds |= {"undecided"} if any(result.reasons for result in results) else set()
        zones = other.zones if other is not None else None
        say_changes(writer, results, zones, details=details)
        row = changes_row(results)
        rows.append({"asset": name, **row} if name else row)
    _print(source, writer, rows if any("asset" in row for row in rows) else rows[0])
    opened = bool(kinds & {"opened", "maybe-opened"})
    closed = bool(kinds & {"closed", "maybe-closed"})
    if (fail_on in ("opened", "any") and opened) or (fail_on in ("closed", "any") and closed):
        return 1
    return 3 if "undecided" in kinds else 0


def _refuse_beside_json(given: Given, option_: str, asked: bool) -> None:
    """Raise `UsageError` for an option that the JSON, which has all, does not heed."""
    if asked and given.as_json:
        text = phrase("{option} does nothing for {forms}", option=option_, forms="--json")
        raise UsageError(text, hint=phrase("leave it out: the JSON has all of it"))


def _pairs(
    old: Sequence[Subject], new: Sequence[Subject]
) -> list[tuple[str, Subject | None, Subject | None]]:
    """Return what is compared with what: machine by machine, or the one with the one."""
    if len(old) == len(new) == 1 and (
        old[0].name == new[0].name or not (old[0].name and new[0].name)
    ):
        return [(old[0].name and new[0].name, old[0], new[0])]
    if not all(subject.name for subject in (*old, *new)):
        hint = phrase("choose the machine of the bundle: --asset ID")
        raise UsageError(phrase("one file and several machines cannot be compared"), hint=hint)
    before, after = {s.name: s for s in old}, {s.name: s for s in new}
    return [(name, before.get(name), after.get(name)) for name in {**before, **after}]
