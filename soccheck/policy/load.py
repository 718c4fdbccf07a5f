"""Load policies: a file states a subject's requirements; nothing in it that is not understood loads."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from soccheck.errors import InputError, UsageError
from soccheck.facts import values
from soccheck.facts.catalogue import lookup
from soccheck.facts.kinds import RELATED
from soccheck.facts.values import article
from soccheck.model import (
    Basis,
    Control,
    Effective,
    Grace,
    Headline,
    Location,
    Parameter,
    Policy,
    Problem,
    Reference,
    Severity,
    by_place,
)
from soccheck.policy import measures
from soccheck.policy.conditions import Reader
from soccheck.sources import schema, yaml
from soccheck.sources.files import LEADS_OUT, LEADS_OUT_HINT, Fault, Files, Folder, content
from soccheck.sources.source import Source

_ALWAYS = Effective()
_ANY = tuple(Basis)


@dataclass(frozen=True, slots=True)
class Written:
    """Represents a policy file as it was found: how its path is printed, and its bytes or their fault."""

    shown: str
    raw: bytes | Fault


def _digest(files: tuple[bytes, ...]) -> str:
    """Return the SHA-256 of a policy's file and of those that extend it."""
    digests = (hashlib.sha256(raw).hexdigest() for raw in files)
    return hashlib.sha256("".join(digests).encode()).hexdigest()


class File:
    """Represents a policy file that holds to the schema; `key` is the policy it states."""

    def __init__(self, written: Written, problems: list[Problem]) -> None:
        shown = values.clean(written.shown)
        self.source = yaml.parse(written.raw, shown)
        self.data: dict[str, Any] = self.source.data if isinstance(self.source.data, dict) else {}
        faults = list(self.source.problems)
        if self.source.data is not None:
            faults += schema.check("policy", self.source)
        problems += faults
        self.good = not faults
        self.shown = shown
        self.raw = written.raw if self.good and isinstance(written.raw, bytes) else b""


def load(
    paths: Iterable[tuple[Path, str]], profiles: Iterable[tuple[Path, str]] = ()
) -> list[Policy]:
    """Return every edition of every policy in `paths` (files or folders), tailored by `profiles`.

    Raises `UsageError` where there is no policy, and `InputError` with every fault of every file.
    """
    return read(found(paths), [_one(path, shown) for path, shown in profiles])


def read(written: Iterable[Written], profiles: Iterable[Written] = ()) -> list[Policy]:
    """Return the policies that files, on disk or in git, state; raises as `load` does."""
    problems: list[Problem] = []
    files = [File(item, problems) for item in written]
    tailors = [File(item, problems) for item in profiles]
    if not files:
        raise UsageError(
            "no policy found", hint="a policy is a .yaml file; see `soccheck policy list`"
        )
    policies: list[Policy] = []
    for file in files:
        if file.good and "extends" in file.data:
            hint = "give a profile with --profile"
            at = file.source.where("extends")
            problems.append(Problem(at, "a profile is no policy of its own", hint))
        elif file.good:
            mine = [p for p in tailors if p.good and p.data.get("extends") == file.data["policy"]]
            policies.append(_Loader(file, mine, problems).policy())
    names = (file.data.get("policy") for file in files)
    known = {name for name in names if isinstance(name, str)}  # a faulty file may have anything
    for file in tailors:
        if file.good and file.data.get("extends") not in known:
            hint = f"a profile extends one of {', '.join(sorted(map(str, known)))}"
            text = f"there is no policy {file.data.get('extends')!r} to extend"
            problems.append(Problem(file.source.where("extends"), text, hint))
    problems += _clashes(policies)
    if problems:
        problems.sort(key=by_place)
        raise InputError(problems)
    return sorted(policies, key=lambda policy: (policy.order, policy.id, policy.version))


def found(paths: Iterable[tuple[Path, str]]) -> list[Written]:
    """Return the policy files in `paths`: those named, and those directly in the folders named."""
    written = []
    for path, shown in paths:
        if path.is_dir():
            written += in_folder(Folder(path), shown)
        elif path.is_file():
            written.append(_one(path, shown))
        else:
            raise UsageError(
                f"{shown}: no such file or folder", hint="give a policy file or folder"
            )
    return written


def in_folder(files: Files, shown: str) -> list[Written]:
    """Return the policy files of one folder; those in folders below it are profiles or cases."""
    top = [entry for entry in files.entries() if "/" not in entry.name]
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
            raise UsageError(f"no policy {name!r}", hint=f"known: {', '.join(sorted(known))}")
    return [item for item in found if not only or item.id in only]


def in_force(policies: Iterable[Policy], day: date) -> list[Policy]:
    """Return the editions in force on `day`, each with its controls in force on that day."""
    chosen = []
    for policy in policies:
        if policy.effective.holds(day):
            controls = tuple(c for c in policy.controls if c.effective.holds(day))
            chosen.append(_with_controls(policy, controls))
    return chosen


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
                text = f"two editions of {one.id} are in force at once: {one.path} and {other.path}"
                hint = "end the older one: effective: {to: ...}"
                problems.append(Problem(Location(other.path, 1, 1), text, hint))
                continue
            ids = {control.id: control for control in one.controls}
            for control in other.controls:
                if control.id in ids:
                    text = f"a second control {control.id}: the first is at {ids[control.id].at}"
                    problems.append(Problem(control.at, text, "give each control its own id"))
    return problems


def _overlap(one: Effective, other: Effective) -> bool:
    starts, ends = (one.start or date.min, other.start or date.min), (one.end, other.end)
    return max(starts) <= min(end or date.max for end in ends)


class _Loader:
    """Turns one schema-checked file, and the profiles on it, into a policy."""

    def __init__(self, file: File, profiles: list[File], problems: list[Problem]) -> None:
        self.file = file
        self.profiles = profiles
        self.problems = problems

    def policy(self) -> Policy:
        data, source = self.file.data, self.file.source
        parameters = self.parameters()
        reader = Reader(source, parameters, self.problems)
        controls = self.controls(data, reader)
        for profile in self.profiles:
            controls = self.tailored(controls, profile, parameters)
        self.problems += measures.faults(controls)
        title = self.profiles[-1].data["title"] if self.profiles else data["title"]
        return Policy(
            id=data["policy"],
            version=" + ".join([data["version"], *(p.data["policy"] for p in self.profiles)]),
            title=title,
            effective=self.effective(data, reader),
            parameters=parameters,
            headline=self.headline(data, source, controls),
            controls=tuple(controls),
            path=self.file.shown,
            digest=_digest((self.file.raw, *(p.raw for p in self.profiles))),
            order=data.get("order", 100),
            note=data.get("note", {}),
        )

    def parameters(self) -> dict[str, Parameter]:
        """Return the parameters with the values the profiles give them."""
        known: dict[str, Parameter] = {}
        for name, node in self.file.data.get("parameters", {}).items():
            at = self.file.source.where("parameters", name)
            if not isinstance(node, dict):
                hint = "write {value: ..., title: {en: ..., vi: ...}}"
                self.problems.append(
                    Problem(at, f"the parameter {name!r} says nothing of itself", hint)
                )
                continue
            reference = Reference(**node["reference"]) if "reference" in node else None
            known[name] = Parameter(
                name=name, value=node["value"], title=node["title"], reference=reference, at=at
            )
        for profile in self.profiles:
            for name, value in profile.data.get("parameters", {}).items():
                at = profile.source.where("parameters", name)
                if name not in known:
                    hint = f"{self.file.data['policy']} has {', '.join(known) or 'none'}"
                    self.problems.append(Problem(at, f"no parameter {name!r} to override", hint))
                    continue
                plain = value["value"] if isinstance(value, dict) else value
                known[name] = Parameter(
                    name=name, value=plain, title=known[name].title, reference=None, at=at
                )
        return known

    def tailored(
        self, controls: list[Control], profile: File, parameters: Mapping[str, Parameter]
    ) -> list[Control]:
        """Return the controls less those a profile disables, and those it adds."""
        ids = {control.id for control in controls}
        disabled = profile.data.get("disable", {})
        for name in disabled:
            if name not in ids:
                at = profile.source.where("disable", name)
                hint = f"it has {', '.join(sorted(ids))}"
                self.problems.append(Problem(at, f"no control {name!r} to disable", hint))
        kept = [control for control in controls if control.id not in disabled]
        there = {control.id: control for control in kept}
        reader = Reader(profile.source, parameters, self.problems)
        added = self.controls(profile.data, reader)
        for control in added:
            if control.id in there:
                text = f"a second control {control.id}: the first is at {there[control.id].at}"
                hint = "give it its own id, or disable: the first"
                self.problems.append(Problem(control.at, text, hint))
        return kept + added

    def controls(self, data: dict[str, Any], reader: Reader) -> list[Control]:
        found: dict[str, Control] = {}
        for node in data.get("controls", ()):
            control = self.control(node, reader)
            if control is None:
                continue
            if control.id in found:
                text = f"a second control {control.id}: the first is at {found[control.id].at}"
                self.problems.append(Problem(control.at, text, "give each control its own id"))
            found[control.id] = control
        return list(found.values())

    def control(self, node: dict[str, Any], reader: Reader) -> Control | None:
        kind = node["asset"]
        when = reader.condition(node, "when", kind) if "when" in node else None
        require: Any
        if isinstance(node["require"].get("score"), dict):
            require = measures.read(node, kind, reader)
        elif isinstance(node["require"].get("measure"), dict):
            require = measures.measure(node, kind, reader)
        else:
            require = reader.condition(node, "require", kind)
            if "target" in node:
                hint = "state a measure: {passed: ..., of: ...} or a score, or leave target out"
                reader.fault(reader.mark(node, "target"), "a target without a measure", hint)
        if require is None:
            return None
        evidence = node.get("evidence", {})
        accept = evidence.get("accept", _ANY)
        return Control(
            id=node["id"],
            title=node["title"],
            asset=kind,
            when=when,
            require=require,
            accept=tuple([basis for basis in _ANY if basis in accept]),
            max_age=values.duration(evidence["max_age"]) if "max_age" in evidence else None,
            severity=Severity(node["severity"]),
            label=node["label"],
            references=tuple([Reference(**item) for item in node["reference"]]),
            remediation=node["remediation"],
            effective=self.effective(node, reader),
            grace=self.grace(node["grace"], kind, reader) if "grace" in node else None,
            at=reader.place(node, "id"),
        )

    def grace(self, node: dict[str, Any], kind: str, reader: Reader) -> Grace:
        if "until" in node:
            return Grace(until=self.day(node, "until", reader))
        fact = lookup(kind, node["since"])
        if fact is None or fact.type != "date" or fact.many:
            text = f"{article(kind)} has no date {node['since']!r}"
            reader.fault(reader.mark(node, "since"), text, "name a fact of type date")
        return Grace(period=values.duration(node["period"]), since=node["since"])

    def effective(self, node: dict[str, Any], reader: Reader) -> Effective:
        """Return when a policy or a control is in force: always, unless it says."""
        said = node.get("effective")
        if said is None:
            return _ALWAYS
        start, end = self.day(said, "from", reader), self.day(said, "to", reader)
        if start and end and end < start:
            hint = "correct the days: it would never be in force"
            reader.fault(reader.mark(said, "to"), f"it ends before it begins ({start})", hint)
        return Effective(start=start, end=end)

    def day(self, node: dict[str, Any], key: str, reader: Reader) -> date | None:
        if key not in node:
            return None
        day = values.day(node[key])
        if day is None:
            hint = "write a date as year-month-day: 2024-06-30"
            reader.fault(reader.mark(node, key), f"there is no day {node[key]}", hint)
        return day

    def headline(self, data: dict[str, Any], source: Source, controls: list[Control]) -> Headline:
        """Return the headline; a policy without one, or one on controls it has not, does not load."""
        node = data.get("headline")
        if node is None or not data.get("controls"):
            text = "a policy needs a headline and controls"
            self.problems.append(Problem(source.where(), text, "see `soccheck schema policy`"))
            return Headline(asset="system", controls=(), label={})
        kept = {control.id: control for control in controls}
        written = {item["id"] for item in data["controls"]}
        for i, name in enumerate(node["controls"]):
            if name not in written:
                at = source.where("headline", "controls", i)
                hint = f"it has {', '.join(sorted(written))}"
                self.problems.append(Problem(at, f"no control {name!r} in this policy", hint))
            elif name in kept and not self.belongs(kept[name].asset, node["asset"]):
                at = source.where("headline", "controls", i)
                kind, line = article(kept[name].asset), article(node["asset"])
                text = f"{name} is about {kind}: none belongs to {line}"
                hint = "its findings would count for nothing: leave it out of the headline"
                self.problems.append(Problem(at, text, hint))
        named = tuple(name for name in node["controls"] if name in kept)
        if not named and not self.problems:
            at = source.where("headline", "controls")
            hint = "keep at least one of them enabled"
            self.problems.append(Problem(at, "no control is left for the headline", hint))
        return Headline(
            asset=node["asset"],
            controls=named,
            label=node["label"],
            optional=tuple(node.get("optional", ())),
        )

    @staticmethod
    def belongs(kind: str, headline: str) -> bool:
        """Return whether findings on `kind` can be rolled up to an asset of the headline's kind."""
        return kind == headline or (headline, kind) in RELATED
