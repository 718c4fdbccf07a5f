"""One policy of its file and of the profiles on it: parameters, controls, headline, days in force."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import date
from typing import Any

from soccheck.facts import values
from soccheck.facts.catalogue import lookup
from soccheck.facts.fact import TYPES
from soccheck.facts.kinds import ONE, RELATED
from soccheck.model import (
    Basis,
    Control,
    Effective,
    Expectation,
    Grace,
    Parameter,
    Policy,
    PolicyFile,
    Problem,
    Reference,
    Severity,
    Wording,
)
from soccheck.phrase import phrase
from soccheck.policy import measures
from soccheck.policy.conditions import Reader
from soccheck.policy.file import File
from soccheck.policy.headlines import headline

_ALWAYS = Effective()
_ANY = tuple(Basis)


def built(file: File, profiles: list[File], problems: list[Problem]) -> Policy:
    """Return the policy that a file states, tailored by profiles; faults are added to `problems`."""
    return _Builder(file, profiles, problems).policy()


def _file(file: File) -> PolicyFile:
    return PolicyFile(
        id=file.data["policy"],
        version=file.data["version"],
        path=file.shown,
        digest=hashlib.sha256(file.raw).hexdigest(),
        disabled=tuple(file.data.get("disable", {})),
        overridden=tuple(file.data.get("parameters", {})) if "extends" in file.data else (),
    )


def _digest(files: tuple[bytes, ...]) -> str:
    """Return the SHA-256 of a policy's file and of those that extend it."""
    digests = (hashlib.sha256(raw).hexdigest() for raw in files)
    return hashlib.sha256("".join(digests).encode()).hexdigest()


class _Builder:
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
            headline=headline(data, reader, controls, self.problems),
            controls=tuple(controls),
            path=self.file.shown,
            digest=_digest((self.file.raw, *(p.raw for p in self.profiles))),
            order=data.get("order", 100),
            note=data.get("note", {}),
            short=data.get("short", title),
            files=tuple(_file(file) for file in (self.file, *self.profiles)),
            formerly=self.formerly(data, reader),
        )

    def parameters(self) -> dict[str, Parameter]:
        """Return the parameters with the values the profiles give them."""
        known: dict[str, Parameter] = {}
        for name, node in self.file.data.get("parameters", {}).items():
            at = self.file.source.where("parameters", name)
            if not isinstance(node, dict):
                hint = phrase("write {{value: ..., title: {{en: ..., vi: ...}}}}")
                self.problems.append(
                    Problem(
                        at,
                        phrase("the parameter {name} says nothing of itself", name=repr(name)),
                        hint,
                    )
                )
                continue
            reference = _reference(node["reference"]) if "reference" in node else None
            known[name] = Parameter(
                name=name, value=node["value"], title=node["title"], reference=reference, at=at
            )
        for profile in self.profiles:
            for name, value in profile.data.get("parameters", {}).items():
                at = profile.source.where("parameters", name)
                if name not in known:
                    hint = phrase(
                        "{data} has {what}",
                        data=self.file.data["policy"],
                        what=", ".join(known) or phrase("none"),
                    )
                    self.problems.append(
                        Problem(
                            at, phrase("no parameter {name} to override", name=repr(name)), hint
                        )
                    )
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
                hint = phrase("it has {names}", names=", ".join(sorted(ids)))
                self.problems.append(
                    Problem(at, phrase("no control {name} to disable", name=repr(name)), hint)
                )
        kept = [control for control in controls if control.id not in disabled]
        there = {control.id: control for control in kept}
        reader = Reader(profile.source, parameters, self.problems)
        added = self.controls(profile.data, reader)
        for control in added:
            if control.id in there:
                text = phrase(
                    "a second control {id}: the first is at {at}",
                    id=control.id,
                    at=there[control.id].at,
                )
                hint = phrase("give it its own id, or disable: the first")
                self.problems.append(Problem(control.at, text, hint))
        return kept + added

    def controls(self, data: dict[str, Any], reader: Reader) -> list[Control]:
        found: dict[str, Control] = {}
        for node in data.get("controls", ()):
            control = self.control(node, reader)
            if control is None:
                continue
            if control.id in found:
                text = phrase(
                    "a second control {id}: the first is at {at}",
                    id=control.id,
                    at=found[control.id].at,
                )
                self.problems.append(
                    Problem(control.at, text, phrase("give each control its own id"))
                )
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
                text = phrase("a target without a measure")
                hint = phrase(
                    "state a measure: {{passed: ..., of: ...}} or a score, or leave target out"
                )
                reader.fault(reader.mark(node, "target"), text, hint)
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
            references=tuple(_reference(item) for item in node["reference"]),
            remediation=node["remediation"],
            effective=self.effective(node, reader),
            grace=self.grace(node["grace"], kind, reader) if "grace" in node else None,
            at=reader.place(node, "id"),
            expects=self.expects(node["expects"], kind, reader) if "expects" in node else None,
            formerly=self.formerly(node, reader),
        )

    def formerly(self, node: dict[str, Any], reader: Reader) -> Wording | None:
        """Return the words of the law in force before."""
        if "formerly" not in node:
            return None
        said = node["formerly"]
        until = self.day(said, "until", reader)
        if until is None:
            return None
        return Wording(until=until, title=said["title"], remediation=said.get("remediation"))

    def expects(self, node: dict[str, Any], kind: str, reader: Reader) -> Expectation | None:
        """Return who owes an asset of the control's kind; that must be able to belong to them."""
        owner = node["asset"]
        if (owner, kind) not in RELATED or owner == kind:
            text = phrase("{other} does not belong to {kind}", other=ONE[kind], kind=ONE[owner])
            hint = phrase("name the kind that must state one")
            reader.fault(reader.mark(node, "asset"), text, hint)
        when = reader.condition(node, "when", owner)
        return Expectation(kind=owner, when=when) if when is not None else None

    def grace(self, node: dict[str, Any], kind: str, reader: Reader) -> Grace:
        """Return the time to comply, and to which assets of the kind the law gives it."""
        when = reader.condition(node, "when", kind) if "when" in node else None
        if "until" in node:
            return Grace(until=self.day(node, "until", reader), when=when)
        fact = lookup(kind, node["since"])
        if fact is None or fact.type != "date" or fact.many:
            text = phrase("{kind} has no date {name}", kind=ONE[kind], name=repr(node["since"]))
            hint = phrase("name a fact of type {type}", type=TYPES["date"])
            reader.fault(reader.mark(node, "since"), text, hint)
        return Grace(period=values.duration(node["period"]), since=node["since"], when=when)

    def effective(self, node: dict[str, Any], reader: Reader) -> Effective:
        """Return when a policy or a control is in force: always, unless it says."""
        said = node.get("effective")
        if said is None:
            return _ALWAYS
        start, end = self.day(said, "from", reader), self.day(said, "to", reader)
        if start and end and end < start:
            hint = phrase("correct the days: it would never be in force")
            text = phrase("it ends before it begins ({day})", day=start)
            reader.fault(reader.mark(said, "to"), text, hint)
        return Effective(start=start, end=end)

    def day(self, node: dict[str, Any], key: str, reader: Reader) -> date | None:
        if key not in node:
            return None
        day = values.day(node[key])
        if day is None:
            hint = phrase("write a date as year-month-day: 2024-06-30")
            text = phrase("there is no day {day}", day=node[key])
            reader.fault(reader.mark(node, key), text, hint)
        return day


def _reference(node: dict[str, Any]) -> Reference:
    return Reference(**node)
