"""`soccheck policy test|lint|diff`: for those who write policies."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from soccheck import audit
from soccheck.assess import policy_cases
from soccheck.assess.policy_cases import Coverage, Outcome
from soccheck.cli import common
from soccheck.cli.options import as_of_option, language_option
from soccheck.cli.output import terminal_width
from soccheck.cli.translated import a_command, argument, option
from soccheck.errors import UsageError
from soccheck.facts.values import clean
from soccheck.i18n import Language
from soccheck.model import Policy, Status
from soccheck.phrase import phrase
from soccheck.policy import edits, flat
from soccheck.policy import load as policy
from soccheck.policy.lint import PolicyRemark, lint
from soccheck.report.columns import plain, wrapped
from soccheck.report.wording import changes, findings, words
from soccheck.sources.files import Folder
from soccheck.sources.near_path import misplaced

_policies = option(
    "--policies", "policy_paths", multiple=True, metavar="PATH", help="Policy file or folder."
)


@a_command("test")
@argument("folder", metavar="CASES")
@_policies
@language_option
def testing(folder: str, policy_paths: tuple[str, ...], lang: str | None) -> int:
    """Run the cases in CASES: EDITION/CONTROL.yaml, the edition being its policy file's name.

    Every control of the editions in CASES needs a passing, a failing and an unknown case. Exits with
    1 where a case goes otherwise or is lacking.
    """
    language = common.language(lang)
    if not Path(folder).is_dir():
        raise UsageError(
            phrase("{folder}: no such folder", folder=folder),
            hint=misplaced(folder, phrase("give the folder that holds the cases")),
        )
    found = policy_cases.read(Folder(Path(folder)), folder)
    if not found:
        raise UsageError(
            phrase("{folder}: no case", folder=folder),
            hint=phrase("write one: see `soccheck schema cases`"),
        )
    policies = common.load_policies(policy_paths)
    stems = {case.edition for case in found}
    mine = [item for item in policies if Path(item.path).stem in stems]
    wrong = [
        outcome for outcome in policy_cases.run(found, policies, audit.judge) if not outcome.good
    ]
    shown = policy_cases.coverage(found, mine)
    for outcome in wrong:
        click.echo(_difference(outcome, language, terminal_width()) + "\n")
    click.echo(_covered(shown, language, terminal_width()) + "\n")
    lacking = [item for item in shown if item.missing]
    for item in lacking:
        missing = ", ".join(words.status(status, language) for status in item.missing)
        text = language("{control} of {edition}: no case shows {missing}")
        said = text.format(control=item.control, edition=item.edition, missing=missing)
        click.echo(wrapped(said, terminal_width(), "  "))
    text = language("{cases} cases, {wrong} wrong; {whole} of {controls} controls shown whole")
    click.echo(
        text.format(
            cases=language.number(len(found)),
            wrong=language.number(len(wrong)),
            whole=language.number(len(shown) - len(lacking)),
            controls=language.number(len(shown)),
        )
    )
    return 1 if wrong or lacking else 0


def _difference(outcome: Outcome, language: Language, width: int) -> str:
    """Return what a case demands, what was found instead, and why."""
    case, finding = outcome.case, outcome.finding
    demanded = words.status(case.status, language) + (f" ({case.reason})" if case.reason else "")
    title = language("{control}, case {number}").format(control=case.control, number=case.number)
    lines = [f"{clean(str(case.at))}: {title}", f"  - {demanded}"]
    if finding is None or outcome.assessment is None:
        lines.append(wrapped(f"  + {clean(outcome.problem)}", width, "    "))
        return "\n".join(lines)
    reason = f" ({outcome.reason})" if outcome.reason else ""
    lines.append(f"  + {words.status(finding.status, language)}{reason}")
    for text, _ in findings.why(finding, outcome.assessment.detail(finding), language):
        lines.append(wrapped(f"      {text}", width, "        "))
    return "\n".join(lines)


def _covered(shown: list[Coverage], language: Language, width: int) -> str:
    statuses = (*policy_cases.DEMANDED, Status.WAIVED, Status.NOT_APPLICABLE)
    rows = [
        [item.edition, item.control, *(str(item.counts.get(s, 0) or "–") for s in statuses)]
        for item in shown
    ]
    header = [
        language("Edition"),
        language("Control"),
        *(words.status(status, language) for status in statuses),
    ]
    return plain(rows, header, width)


@a_command("lint")
@_policies
@option("--profile", "profiles", multiple=True, metavar="NAME|FILE", help="Tailor it.")
@as_of_option
@language_option
def linting(
    policy_paths: tuple[str, ...],
    profiles: tuple[str, ...],
    as_of: datetime | None,
    lang: str | None,
) -> int:
    """Say what is doubtful in the policies; exits with 1 where an author should mend something."""
    language = common.language(lang)
    files = common.policy_files(policy_paths, profiles)
    written, tailors = policy.found(files.paths), policy.found(files.profiles)
    policies = policy.read(written, tailors)
    remarks = list(lint([*written, *tailors], policies, common.day(as_of)))
    for remark in remarks:
        click.echo(wrapped(_remark(remark, language), terminal_width(), "  "))
    wrong = sum(not remark.warning for remark in remarks)
    text = language("{count} editions, {wrong} to mend, {doubtful} to know")
    click.echo(
        text.format(
            count=language.number(len(policies)),
            wrong=language.number(wrong),
            doubtful=language.number(len(remarks) - wrong),
        )
    )
    return 1 if wrong else 0


def _remark(remark: PolicyRemark, language: Language) -> str:
    text = {
        "unused_parameter": language("the parameter {about} is not used"),
        "idle_control": language("{about} is never in force: its days lie outside the policy's"),
        "gap": language("no edition is in force between the days {about}"),
        "grace_over": language("{about}: the time to comply was over on {day}"),
        "ageless": language("{about} takes evidence of any age: state max_age"),
        "ascii_pattern": language(
            r"the pattern of {about} has \w, \d, \s, \b or [:a:], which know ASCII only: use \p{{L}}"
        ),
        "repeated_letter": language(
            "the star of the pattern of {about} repeats the letter before it: any text is .*"
        ),
        "vacuous": language("{about} requires nothing that its scope does not have anyhow"),
        "unverified": language("{about}: nobody has checked its reference"),
    }[remark.code].format(
        about=remark.about, day=language.date(remark.day) if remark.day is not None else ""
    )
    return clean(f"{remark.where}: {text}")


@a_command("diff")
@argument("old", metavar="OLD")
@argument("new", metavar="NEW")
@_policies
@language_option
def differing(old: str, new: str, policy_paths: tuple[str, ...], lang: str | None) -> int:
    """Say how the edition NEW differs from OLD: each a file, or POLICY@VERSION.

    What became stricter, what became looser, which controls were dropped and which are new.
    """
    language = common.language(lang)
    one, other = (_edition(text, policy_paths) for text in (old, new))
    mine, yours = ({c.id: c for c in item.controls} for item in (one, other))
    lines = [f"{one.id} {one.version} > {other.id} {other.version}", ""]
    for name in mine:
        if name not in yours:
            title = language.text(mine[name].title)
            lines.append(wrapped(f"- {name}  {title}", terminal_width(), "    "))
    for name in yours:
        if name not in mine:
            title = language.text(yours[name].title)
            lines.append(wrapped(f"+ {name}  {title}", terminal_width(), "    "))
    pairs = [("headline", flat.headline(one), flat.headline(other))]
    pairs += [(n, flat.items(mine[n]), flat.items(yours[n])) for n in mine if n in yours]
    for name, before, after in pairs:
        lines += _edited(name, edits.compared(before, after), language)
    dropped, fresh = len(mine.keys() - yours.keys()), len(yours.keys() - mine.keys())
    text = language("{dropped} dropped, {fresh} new, {kept} kept")
    counts = {"dropped": dropped, "fresh": fresh, "kept": len(mine.keys() & yours.keys())}
    lines += ["", text.format(**counts)]
    click.echo("\n".join(lines))
    return 0


def _edited(name: str, found: list[edits.Edit], language: Language) -> list[str]:
    lines = [f"~ {name}"] if found else []
    for edit in found:
        way = changes.direction(edit.direction, language)
        lines.append(wrapped(clean(f"    {way}: {edit.item}"), terminal_width(), "      "))
        if edit.before or edit.after:
            before, after = (text or "–" for text in (edit.before, edit.after))
            lines.append(wrapped(clean(f"      {before} > {after}"), terminal_width(), "        "))
    return lines


def _edition(text: str, policy_paths: tuple[str, ...]) -> Policy:
    """Return the one edition that a path or POLICY@VERSION names."""
    if text.endswith((".yaml", ".yml")):
        (found,) = policy.load([(Path(text), text)])
        return found
    policies = common.load_policies(policy_paths)
    for item in policies:
        if f"{item.id}@{item.version}" == text:
            return item
    names = ", ".join(f"{item.id}@{item.version}" for item in policies)
    raise UsageError(
        phrase("no edition {text}", text=repr(text)),
        hint=phrase("known: {names}; or give a .yaml file", names=names),
    )
