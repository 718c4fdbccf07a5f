"""`soccheck firewall`: what a ruleset really lets through."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

import click

from soccheck.cli import common
from soccheck.errors import UsageError
from soccheck.values import clean

F = TypeVar("F", bound=Callable[..., Any])
MAX_FILES = 32
FAMILY = {"4": (4,), "6": (6,), "both": (4, 6)}


def _options(function: F) -> F:
    """Add what every subcommand takes."""
    options = [
        click.option(
            "--vendor", metavar="NAME", help="Say what the file is of, if it is not clear."
        ),
        click.option(
            "--internet",
            "internet",
            multiple=True,
            metavar="INTERFACE",
            help="Interface on the untrusted side; may be repeated.",
        ),
        click.option(
            "--zone",
            "zones",
            multiple=True,
            metavar="NAME=SIDE,...",
            help="Name interfaces and prefixes, to be used after from and to; may be repeated.",
        ),
        click.option(
            "--inventory",
            "folder",
            metavar="FOLDER",
            help="Take FILE as an asset of this inventory, and zones from its networks.",
        ),
        click.option("--json", "as_json", is_flag=True, help="Print JSON."),
    ]
    for option in reversed(options):
        function = option(function)
    return function


@click.group("firewall")
def command() -> None:
    """Show what a ruleset lets through, find faults in it, compare two.

    FILE is a configuration, or a folder with the parts of one machine (iptables-save and
    ip6tables-save, `nft -j list ruleset`, `ipset save`, `ip -j addr`, `ip -j route`).
    """


def _texts(path: str) -> list[Any]:
    """Return the parts a path holds; raises `UsageError`."""
    from soccheck.firewall.readers.base import MAX_BYTES, Text

    place = Path(path)
    try:
        files = sorted(p for p in place.iterdir() if p.is_file()) if place.is_dir() else [place]
        if len(files) > MAX_FILES:
            raise UsageError(
                f"{path}: more than {MAX_FILES} files", hint="give one machine's folder"
            )
        out = []
        for file in files:
            if file.stat().st_size > MAX_BYTES:
                raise UsageError(f"{file}: larger than {MAX_BYTES >> 20} MiB")
            content = file.read_bytes()
            try:
                text = content.decode(
                    "utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8"
                )
            except UnicodeDecodeError as error:
                raise UsageError(f"{file}: not text: {error}") from error
            out.append(Text(str(file), text.removeprefix("\ufeff")))
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise UsageError(f"{path}: cannot be read: {reason}") from error
    if not out:
        raise UsageError(f"{path}: no file in the folder")
    return out


def _read(path: str, vendor: str | None, folder: str | None = None) -> Any:
    from soccheck.firewall import readers

    if folder is not None:
        path = _ruleset_of(folder, path)
    return readers.read(_texts(path), vendor)


def _ruleset_of(folder: str, asset: str) -> str:
    """Return the place of an asset's ruleset, which the inventory names."""
    from soccheck import inventory

    loaded = inventory.load(Path(folder), folder)
    found = [a for kind in ("firewall", "host") for a in loaded.assets.get(kind, {}).values()]
    named = [a for a in found if a.id == asset]
    if not named:
        raise UsageError(f"no firewall or host {asset!r} in {folder}")
    place = named[0].facts.get("firewall.ruleset")
    if not isinstance(place, str):
        hint = "state it under firewall: {ruleset: PATH}, from the inventory's folder"
        raise UsageError(f"{asset}: the inventory names no ruleset", hint=hint)
    root = Path(folder).resolve()
    target = (root / place).resolve()
    if not target.is_relative_to(root):
        raise UsageError(f"{asset}: the ruleset {place!r} is outside the inventory's folder")
    return str(Path(folder) / place)


def _networks(folder: str) -> dict[str, Any]:
    """Return the inventory's networks as zones; those that are untrusted join the Internet."""
    from soccheck import inventory
    from soccheck.firewall.queries import Zone

    networks = inventory.load(Path(folder), folder).assets.get("network", {}).values()
    named: dict[str, Any] = {}
    untrusted: list[str] = []
    for network in networks:
        value = network.facts.get("prefixes")
        prefixes = [str(p) for p in value] if isinstance(value, list | tuple) else []
        if prefixes:
            named[network.id] = Zone(name=network.id, prefixes=tuple(prefixes))
        if network.facts.get("untrusted") is True:
            untrusted += prefixes
    if untrusted:
        named["internet"] = Zone(name="internet", prefixes=tuple(untrusted), internet=True)
    return named


def _zones(
    ruleset: Any, internet: Sequence[str], given: Sequence[str], folder: str | None = None
) -> Any:
    from dataclasses import replace

    from soccheck.firewall.queries import Zone, Zones
    from soccheck.firewall.spans import address

    named: dict[str, Zone] = _networks(folder) if folder is not None else {}
    if "internet" in named:
        # The interfaces of the untrusted side are the ruleset's to say, or the user's.
        named["internet"] = replace(named["internet"], interfaces=ruleset.untrusted)
    for item in given:
        name, equals, sides = item.partition("=")
        if not (name and equals and sides):
            raise UsageError(f"not a zone: {item!r}", hint="write --zone admin=10.0.0.0/24,eth1")
        prefixes, interfaces = [], []
        for side in sides.split(","):
            try:
                address(side)
                prefixes.append(side)
            except ValueError:
                interfaces.append(side)
        named[name] = Zone(name=name, interfaces=tuple(interfaces), prefixes=tuple(prefixes))
    if internet:
        side_ = named.get("internet", Zone(name="internet", internet=True))
        named["internet"] = replace(side_, interfaces=tuple(internet))
    return Zones(ruleset, named)


def _print(lines: Sequence[str]) -> None:
    for line in lines:
        click.echo(clean(line))


def _wrap(text: str, indent: str = "  ") -> list[str]:
    import textwrap

    width = common.width()
    return textwrap.wrap(
        clean(text), width, initial_indent=indent, subsequent_indent=indent + "  ",
        break_long_words=False, break_on_hyphens=False,
    ) or [indent]  # fmt: skip


@command.command("show")
@click.argument("file")
@_options
@click.option(
    "--across/--to-host",
    default=None,
    help="Count packets that only cross the device, or only those addressed to it. Unless said: "
    "the latter for a Linux or Windows host.",
)
def show(
    file: str,
    vendor: str | None,
    internet: tuple[str, ...],
    zones: tuple[str, ...],
    folder: str | None,
    as_json: bool,
    across: bool | None,
) -> int:
    """Show the chains as they were read, and the facts policies judge by."""
    from soccheck.firewall.facts import facts

    ruleset = _read(file, vendor, folder)
    found = facts(ruleset, _zones(ruleset, internet, zones, folder), across=across)
    if as_json:
        body = {
            "vendor": ruleset.vendor,
            "facts": {n: {"value": f.value, "shown": list(f.shown)} for n, f in found.items()},
        }
        click.echo(json.dumps(body, indent=2, ensure_ascii=False, default=str))
        return 0
    families = " and ".join(f"IPv{f}" for f in sorted(ruleset.families))
    untrusted = ", ".join(ruleset.untrusted) or "any interface (no default route in the input)"
    lines = [f"{ruleset.vendor}, {families}", f"untrusted side: {untrusted}", ""]
    for chain in ruleset.chains.values():
        if chain.base is None and not chain.rules:
            continue
        head = f"{chain.name}: {len(chain.rules)} rules"
        if chain.base:
            head += f", {chain.base.hook}, policy {chain.base.policy}"
        lines.append(head)
    lines.append("")
    for name, fact in found.items():
        value = "unknown" if fact.value is None else _shown(fact.value)
        lines += _wrap(f"{name}: {value}", "")
        for reason in fact.shown[:3]:
            lines += _wrap(reason)
    _print(lines)
    return 0


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(str(v) for v in value) or "none"
    return str(value)


@command.command("ask")
@click.argument("file")
@click.argument("questions", nargs=-1, required=True, metavar="QUESTION...")
@_options
def ask(
    file: str,
    questions: tuple[str, ...],
    vendor: str | None,
    internet: tuple[str, ...],
    zones: tuple[str, ...],
    folder: str | None,
    as_json: bool,
) -> int:
    """Ask whether packets get through: "tcp/445 from internet to host".

    A question is SERVICE [from SIDE] [to SIDE] [in INTERFACE] [out INTERFACE] [over ipv4|ipv6]
    [state STATE]. A SIDE is internet, any, host, an address, a prefix or a zone. The answer is no
    with a proof, yes with a packet and its rule, or unknown with the match that is not modelled.

    Exit code: 1 when an answer is yes, else 3 when one is unknown, else 0.
    """
    from soccheck.firewall.queries import parse
    from soccheck.firewall.questions import ask as answer

    ruleset = _read(file, vendor, folder)
    sides = _zones(ruleset, internet, zones, folder)
    answers = [
        answer(ruleset, query, family)
        for query in [parse(question, sides) for question in questions]
        for family in sorted(query.families)
    ]
    if as_json:
        click.echo(json.dumps([_answer_json(a) for a in answers], indent=2, ensure_ascii=False))
    else:
        for found in answers:
            _print(_answer_lines(found))
    kinds = {found.answer for found in answers}
    return 1 if "yes" in kinds else 3 if "unknown" in kinds else 0


def _answer_lines(found: Any) -> list[str]:
    from soccheck.firewall.boxes import packet_text

    lines = _wrap(f"IPv{found.family}  {found.answer:<7}  {found.query.text}", "")
    if found.answer == "no":
        return [*lines, "      proof: no packet asked for is possibly let through"]
    if found.packet:
        lines += _wrap(f"packet: {packet_text(found.packet)}", "      ")
    if found.answer == "yes":
        for step in found.decision.accepts[0]:
            lines += _wrap(_step(step), "      ")
    for reason in dict.fromkeys(found.reasons):
        lines += _wrap(f"not known: {reason}", "      ")
    return lines


def _step(step: Any) -> str:
    if step.rule is None:
        return f"policy of {step.chain.name} ({step.chain.where}): {step.verdict}"
    return f"{step.rule.where}: {step.rule.text}"


def _answer_json(found: Any) -> dict[str, object]:
    from soccheck.firewall.boxes import packet_text

    steps = found.decision.accepts[0] if found.answer == "yes" else ()
    return {
        "question": found.query.text,
        "family": found.family,
        "answer": found.answer,
        "packet": packet_text(found.packet) if found.packet else None,
        "rules": [
            {"where": str((s.rule or s.chain).where), "text": s.rule.text if s.rule else "policy"}
            for s in steps
        ],
        "reasons": list(dict.fromkeys(found.reasons)),
    }


@command.command("lint")
@click.argument("file")
@_options
@click.option("--all", "everything", is_flag=True, help="Print findings of severity info too.")
def lint(
    file: str,
    vendor: str | None,
    internet: tuple[str, ...],
    zones: tuple[str, ...],
    folder: str | None,
    as_json: bool,
    everything: bool,
) -> int:
    """Find faults of rules: shadowed, contradicted, redundant, any-any, undefined, undescribed.

    Exit code: 1 when a finding is an error, else 3 when the rules could not be judged, else 0.
    """
    from dataclasses import replace

    from soccheck.firewall.lint import lint as findings

    ruleset = _read(file, vendor, folder)
    side = _zones(ruleset, internet, zones, folder).internet()
    found = findings(replace(ruleset, untrusted=side.interfaces))
    if as_json:
        rows = [
            {"kind": f.kind, "severity": f.severity, "where": str(f.where), "text": f.text,
             "detail": f.detail}
            for f in found
        ]  # fmt: skip
        click.echo(json.dumps(rows, indent=2, ensure_ascii=False))
    else:
        shown = [f for f in found if everything or f.severity != "info"]
        for item in shown:
            head = f"{item.where}: {item.severity}: {item.kind}"
            _print([f"{head} {item.detail}".rstrip(), *_wrap(item.text)])
        hidden = len(found) - len(shown)
        rest = f", {hidden} of severity info not shown (--all)" if hidden else ""
        _print([f"{len(shown)} findings{rest}"])
    if any(f.severity == "error" for f in found):
        return 1
    return 3 if any(f.kind == "not judged" for f in found) else 0


@command.command("diff")
@click.argument("old")
@click.argument("new")
@_options
@click.option(
    "--fail-on",
    type=click.Choice(["opened", "closed", "any"]),
    help="Exit with 1 when traffic was opened (or perhaps opened), closed, or either.",
)
def diff(
    old: str,
    new: str,
    vendor: str | None,
    internet: tuple[str, ...],
    zones: tuple[str, ...],
    folder: str | None,
    as_json: bool,
    fail_on: str | None,
) -> int:
    """Show exactly which traffic a change opened and closed.

    Exit code: 1 when --fail-on says so, else 3 when something could not be compared, else 0.
    """
    from soccheck.firewall.boxes import describe, packet_text
    from soccheck.firewall.diff import diff as compare

    del internet, zones
    before = _read(old, vendor, folder)
    after = _read(new, vendor)
    results = [compare(before, after, f) for f in sorted(before.families | after.families)]
    kinds = {c.kind for r in results for c in r.changes}
    rows: list[dict[str, object]] = [
        {
            "kind": change.kind,
            "family": result.family,
            "traffic": describe(change.box, result.family),
            "packet": packet_text(change.box.packet),
            "decided": _step(change.step) if change.step else "",
        }
        for result in results
        for change in result.changes
    ]
    if as_json:
        body = {"changes": rows, "reasons": [x for r in results for x in r.reasons],
                "complete": not any(r.more for r in results)}  # fmt: skip
        click.echo(json.dumps(body, indent=2, ensure_ascii=False))
    else:
        for row in rows:
            _print(_wrap(f"IPv{row['family']}  {row['kind']}: {row['traffic']}", ""))
            _print(
                [*_wrap(f"e.g. {row['packet']}", "      "), *_wrap(str(row["decided"]), "      ")]
            )
        for result in results:
            _print([f"IPv{result.family}  not compared: {reason}" for reason in result.reasons])
            if result.more:
                _print([f"IPv{result.family}  and more, not listed"])
        if not rows and not any(r.reasons for r in results):
            _print(["no difference in the traffic let through"])
    opened = bool(kinds & {"opened", "maybe-opened"})
    closed = bool(kinds & {"closed", "maybe-closed"})
    if (fail_on in ("opened", "any") and opened) or (fail_on in ("closed", "any") and closed):
        return 1
    return 3 if "undecided" in kinds or any(r.reasons for r in results) else 0
