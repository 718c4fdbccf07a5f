"""`soccheck policy`: list and show the policies; `policycheck` tests, checks and compares them."""

from __future__ import annotations

from datetime import date

import click

from soccheck.cli import common
from soccheck.cli.options import as_of_option, language_option
from soccheck.cli.output import terminal_width
from soccheck.cli.policy_checks import differing, linting, testing
from soccheck.cli.translated import argument, group, option
from soccheck.errors import UsageError
from soccheck.i18n import Language
from soccheck.model import Policy
from soccheck.phrase import phrase
from soccheck.policy.load import policy_hint
from soccheck.report.columns import plain, wrapped
from soccheck.report.wording import findings, sections, words


@group("policy")
def command() -> None:
    """List, show, test, check and compare the policies."""


for _further in (testing, linting, differing):
    command.add_command(_further)


@command.command("list")
@as_of_option
@option("--policies", "policy_paths", multiple=True, metavar="PATH", help="Policy file or folder.")
@language_option
def listing(as_of: date | None, policy_paths: tuple[str, ...], lang: str | None) -> int:
    """List every edition, and which are in force."""
    language = common.language(lang)
    day = common.day(as_of)
    rows = []
    for policy in common.load_policies(policy_paths):
        start, end = policy.effective.start, policy.effective.end
        rows.append(
            [
                f"{policy.id} {policy.version}",
                language.text(policy.title),
                str(len(policy.controls)),
                language.date(start) if start else "–",
                language.date(end) if end else "–",
                language("yes") if policy.effective.holds(day) else language("no"),
            ]
        )
    header = [
        language("Policy"),
        language("Subject"),
        language("Controls"),
        language("From"),
        language("To"),
        language("In force"),
    ]
    click.echo(plain(rows, header, terminal_width()))
    return 0


@command.command("show")
@argument("policy_id", metavar="POLICY")
@as_of_option
@option("--policies", "policy_paths", multiple=True, metavar="PATH", help="Policy file or folder.")
@option("--profile", "profiles", multiple=True, metavar="NAME|FILE", help="Tailor it.")
@language_option
def show(
    policy_id: str,
    as_of: date | None,
    policy_paths: tuple[str, ...],
    profiles: tuple[str, ...],
    lang: str | None,
) -> int:
    """Show the edition of POLICY in force (or POLICY@VERSION): parameters and controls."""
    language = common.language(lang)
    day = common.day(as_of)
    wanted, _, version = policy_id.partition("@")
    policies = common.load_policies(policy_paths, (), profiles)
    found = [p for p in policies if p.id == wanted and (not version or p.version == version)]
    if not found:
        names = [f"{p.id}@{p.version}" for p in policies]
        text = phrase("no policy {policy_id}", policy_id=repr(policy_id))
        raise UsageError(text, hint=policy_hint(policy_id, policies, names))
    in_force = [policy for policy in found if policy.effective.holds(day)]
    if not in_force and not version:
        hint = phrase(
            "give an edition: {names}", names=", ".join(f"{p.id}@{p.version}" for p in found)
        )
        raise UsageError(
            phrase(
                "no edition of {wanted} is in force on {day}",
                wanted=repr(wanted),
                day=language.date(day),
            ),
            hint=hint,
        )
    click.echo(_shown((in_force or found)[0], language, terminal_width()))
    return 0


def _shown(policy: Policy, language: Language, width: int) -> str:
    lines = [wrapped(f"{policy.id} {policy.version} · {language.text(policy.title)}", width)]
    if policy.note:
        lines.append(wrapped(language.text(policy.note), width))
    if policy.parameters:
        lines += ["", language("Parameters")]
    for parameter in policy.parameters.values():
        value = parameter.value
        text = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
        lines.append(wrapped(f"  {parameter.name} = {text}", width, "    "))
        lines.append(wrapped(f"    {language.text(parameter.title)}", width, "    "))
        if parameter.reference is not None:
            text = words.reference(parameter.reference, language)
            lines.append(wrapped(f"    {text}", width, "      "))
    lines += ["", language("Controls")]
    for control in policy.controls:
        kind = sections.kind_words(control.asset, 1, language)
        severity = findings.severity(control.severity, language)
        lines.append(wrapped(f"  {control.id}  {language.text(control.title)}", width, "    "))
        lines.append(f"    {kind} · {severity}")
        references = words.references(control.references, language)
        lines.append(wrapped(f"    {references}", width, "      "))
    return "\n".join(lines)
