"""Load policies: a file states a subject's requirements; nothing in it that is not understood loads."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import date
from functools import lru_cache
from pathlib import Path

from soccheck.errors import InputError, UsageError
from soccheck.facts.near import near, nearest
from soccheck.model import (
    Control,
    Effective,
    Location,
    Policy,
    Problem,
    Score,
    by_place,
)
from soccheck.phrase import Phrase, phrase
from soccheck.policy.build import built
from soccheck.policy.file import File, Written
from soccheck.sources.files import LEADS_OUT, LEADS_OUT_HINT, Fault, Files, Folder, content, is_yaml
from soccheck.sources.near_path import misplaced


def load(
    paths: Iterable[tuple[Path, str]], profiles: Iterable[tuple[Path, str]] = ()
) -> list[Policy]:
    """Return every edition of every policy in `paths` (files or folders), tailored by `profiles`.

    Raises `UsageError` where there is no policy, and `InputError` with every fault of every file.
    """
    return read(found(paths), [_one(path, shown) for path, shown in profiles])


def read(written: Iterable[Written], profiles: Iterable[Written] = ()) -> list[Policy]:
    """Return the policies that files, on disk or in git, state; raises as `load` does."""
    return list(_read(tuple(written), tuple(profiles)))


@lru_cache(maxsize=8)
def _read(written: tuple[Written, ...], profiles: tuple[Written, ...]) -> tuple[Policy, ...]:
    """Return what `read` does; the same files once: most often both sides of a comparison have them."""
    problems: list[Problem] = []
    files = [File(item, problems) for item in written]
    tailors = [File(item, problems) for item in profiles]
    if not files:
        hint = phrase("a policy is a .yaml file; see `soccheck policy list`")
        raise UsageError(phrase("no policy found"), hint=hint)
    policies: list[Policy] = []
    for file in files:
        if file.good and "extends" in file.data:
            hint = phrase("give a profile with --profile")
            at = file.source.where("extends")
            problems.append(Problem(at, phrase("a profile is no policy of its own"), hint))
        elif file.good:
            mine = [p for p in tailors if p.good and p.data.get("extends") == file.data["policy"]]
            policies.append(built(file, mine, problems))
    names = (file.data.get("policy") for file in files)
    known = {name for name in names if isinstance(name, str)}  # a faulty file may have anything
    for file in tailors:
        if file.good and file.data.get("extends") not in known:
            there = ", ".join(sorted(known))
            hint = phrase("a profile extends one of {names}", names=there)
            wanted = repr(file.data.get("extends"))
            text = phrase("there is no policy {name} to extend", name=wanted)
            problems.append(Problem(file.source.where("extends"), text, hint))
    problems += _clashes(policies)
    if problems:
        problems.sort(key=by_place)
        raise InputError(problems)
    return tuple(sorted(policies, key=lambda policy: (policy.order, policy.id, policy.version)))


def found(paths: Iterable[tuple[Path, str]]) -> list[Written]:
    """Return the policy files in `paths`: those named, and those directly in the folders named."""
    written = []
    for path, shown in paths:
        if path.is_dir():
            written += in_folder(Folder(path), shown)
        elif path.exists():
            written.append(_one(path, shown))
        else:
            text = phrase("{path}: no such file or folder", path=shown)
            raise UsageError(
                text,
                hint=misplaced(
                    shown, phrase("give a policy file or folder; --policy names a shipped one")
                ),
            )
    return written


def in_folder(files: Files, shown: str) -> list[Written]:
    """Return the policy files of one folder; those in folders below it are profiles or cases."""
    top = [entry for entry in files.entries() if "/" not in entry.name and is_yaml(entry.name)]
    return [Written(f"{shown.rstrip('/')}/{entry.name}", files.read(entry)) for entry in top]


def _one(path: Path, shown: str) -> Written:
    """Return a file that was named; a link is followed only inside its folder."""
    if path.is_symlink() and not path.resolve().is_relative_to(path.parent.resolve()):
        return Written(shown, Fault(LEADS_OUT, LEADS_OUT_HINT))
    return Written(shown, content(path))


def among(policies: Iterable[Policy], only: Sequence[str]) -> list[Policy]:
    """Return the policies named in `only`, or all of them; raises `UsageError` for a name of none."""
    found = list(policies)
    known = {item.id for item in found}
    for name in only:
        if name not in known:
            text = phrase("no policy {name}", name=repr(name))
            raise UsageError(text, hint=policy_hint(name, found, sorted(known)))
    return [item for item in found if not only or item.id in only]


def policy_hint(name: str, policies: Iterable[Policy], names: Iterable[str]) -> Phrase:
    """Return which policy was meant by a name of none: the one with that control, else the nearest."""
    for policy in policies:
        control = nearest(name, [control.id for control in policy.controls], cutoff=1)
        if control is not None:
            return phrase(
                "{control} is a control of {policy}: write {policy}",
                control=control,
                policy=policy.id,
            )
    return near(Path(name).stem if is_yaml(name) else name, names)


def in_force(policies: Iterable[Policy], day: date) -> list[Policy]:
    """Return the editions in force on `day`, each with its controls then, in the words of that day's law."""
    chosen = []
    for policy in policies:
        if policy.effective.holds(day):
            controls = tuple(_worded(c, day) for c in policy.controls if c.effective.holds(day))
            chosen.append(_worded_policy(replace(policy, controls=controls), day))
    return chosen


def _worded(control: Control, day: date) -> Control:
    """Return a control in the words of the law in force on `day`."""
    former = control.formerly
    if former is None or day > former.until:
        return control
    remediation = former.remediation or control.remediation
    return replace(control, title=former.title, remediation=remediation)


def _worded_policy(policy: Policy, day: date) -> Policy:
    former = policy.formerly
    if former is None or day > former.until:
        return policy
    return replace(policy, title=former.title)


def coming(policies: Iterable[Policy], day: date) -> list[Policy]:
    """Return what comes into force after `day`: editions, and of those in force the controls."""
    return _of_times(policies, day, _comes)


def ended(policies: Iterable[Policy], day: date) -> list[Policy]:
    """Return what was in force before `day` only: editions, and of those in force the controls."""
    return _of_times(policies, day, _is_over)


def _of_times(
    policies: Iterable[Policy], day: date, meant: Callable[[Effective, date], bool]
) -> list[Policy]:
    chosen = []
    for policy in policies:
        controls = tuple(c for c in policy.controls if meant(c.effective, day))
        if meant(policy.effective, day):
            chosen.append(policy)
        elif policy.effective.holds(day) and controls:
            chosen.append(_with_controls(policy, controls))
    return chosen


def beginning(policies: Iterable[Policy], day: date) -> dict[date, frozenset[str]]:
    """Return the ids of the controls that come into force after `day`, by their first day."""
    found: dict[date, set[str]] = {}
    for policy in coming(policies, day):
        for control in policy.controls:
            starts = [s for s in (policy.effective.start, control.effective.start) if s is not None]
            if starts and max(starts) > day:
                found.setdefault(max(starts), set()).add(control.id)
    return {first: frozenset(found[first]) for first in sorted(found)}


def of_controls(policies: Iterable[Policy], ids: frozenset[str]) -> list[Policy]:
    """Return the policies with these controls; whole where one is a score, which counts its others."""
    chosen = []
    for policy in policies:
        controls = tuple(control for control in policy.controls if control.id in ids)
        if any(isinstance(control.require, Score) for control in controls):
            chosen.append(policy)
        elif controls:
            chosen.append(_with_controls(policy, controls))
    return chosen


def _comes(days: Effective, day: date) -> bool:
    return days.start is not None and days.start > day


def _is_over(days: Effective, day: date) -> bool:
    return days.end is not None and days.end < day


def _with_controls(policy: Policy, controls: tuple[Control, ...]) -> Policy:
    if len(controls) == len(policy.controls):
        return policy
    return replace(policy, controls=controls)


def _clashes(policies: list[Policy]) -> list[Problem]:
    """Return the control ids, and the editions of a policy, that are in force at the same time."""
    problems = []
    for i, one in enumerate(policies):
        for other in policies[i + 1 :]:
            if not _overlap(one.effective, other.effective):
                continue
            if one.id == other.id:
                text = phrase(
                    "two editions of {policy} are in force at once: {one} and {other}",
                    policy=one.id,
                    one=one.path,
                    other=other.path,
                )
                hint = phrase("end the older one: effective: {{to: ...}}")
                problems.append(Problem(Location(other.path, 1, 1), text, hint))
                continue
            ids = {control.id: control for control in one.controls}
            for control in other.controls:
                if control.id in ids:
                    text = phrase(
                        "a second control {id}: the first is at {place}",
                        id=control.id,
                        place=ids[control.id].at,
                    )
                    hint = phrase("give each control its own id")
                    problems.append(Problem(control.at, text, hint))
    return problems


def _overlap(one: Effective, other: Effective) -> bool:
    starts, ends = (one.start or date.min, other.start or date.min), (one.end, other.end)
    return max(starts) <= min(end or date.max for end in ends)
