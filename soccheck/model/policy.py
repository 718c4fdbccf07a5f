"""A policy: its controls, their conditions, when they are in force. XCCDF, Sigma."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

from soccheck.model.status import Basis, Severity
from soccheck.model.values import Duration, Location, Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """Represents where a requirement comes from and how sure its text is."""

    source: str
    clause: str | None = None
    verified: str = "unverified"
    note: Text | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaf:
    """Represents one comparison, `fact|transform|operator: value`, as Sigma rules write it."""

    fact: str
    transforms: tuple[str, ...]
    operator: str
    value: object
    other: str | None
    at: Location


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Represents conditions joined by `all`, `any` or `not`."""

    join: str
    parts: tuple[Condition, ...]
    at: Location


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantifier:
    """Represents a condition on `every` or `some` asset of a kind related to the one judged.

    With `records` it is about the entries of that list of the asset itself, which is of `kind`.
    """

    quantity: str
    kind: str
    when: Condition | None
    require: Condition
    at: Location
    records: str | None = None


Condition = Leaf | Group | Quantifier


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """Represents a requirement on counted things: `passed` of `of`, at least `target` per cent.

    `share` is the fact that holds the per cent where a report gives no numerator; a measure has the
    two counts, or the share, or both.
    """

    passed: str | None
    of: str | None
    share: str | None
    target: Fraction
    at: Location


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """Represents a criterion that earns points, at least `target` per cent of `maximum`.

    `by` says where the points come from: `ratio` of a measure, `stated` in the fact `points`, or `sum`
    of the criteria `of`. A stated score may name the criteria it is made of, too. `why` is the fact
    that tells why points were lost.
    """

    maximum: Fraction
    by: str
    measure: Measure | None
    points: str | None
    of: tuple[str, ...]
    why: str | None
    target: Fraction
    at: Location


@dataclass(frozen=True, slots=True, kw_only=True)
class Effective:
    """Represents when something is in force; both ends included, an open end is none."""

    start: date | None = None
    end: date | None = None

    def holds(self, day: date) -> bool:
        """Return whether `day` lies within."""
        return (self.start is None or self.start <= day) and (self.end is None or day <= self.end)


@dataclass(frozen=True, slots=True, kw_only=True)
class Grace:
    """Represents the law's time to comply: until a day, or for a `period` from the date in a fact.

    It is given to the assets for which `when` holds; to all that the control is about where it is none.
    """

    until: date | None = None
    period: Duration | None = None
    since: str | None = None
    when: Condition | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """Represents the words of the law in force until a day, where it has said since: a title, what to do."""

    until: date
    title: Text
    remediation: Text | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Expectation:
    """Represents who owes what a control is about: assets of `kind` for which `when` holds.

    One to which nothing of the control's kind belongs is a finding of its own, which is unknown.
    """

    kind: str
    when: Condition


@dataclass(frozen=True, slots=True, kw_only=True)
class Control:
    """Represents one requirement on one kind of asset. XCCDF: rule; OSCAL: control."""

    id: str
    title: Text
    asset: str
    when: Condition | None
    require: Condition | Measure | Score
    accept: tuple[Basis, ...]
    max_age: Duration | None
    severity: Severity
    label: Text
    references: tuple[Reference, ...]
    remediation: Text
    effective: Effective
    grace: Grace | None
    at: Location
    expects: Expectation | None = None
    formerly: Wording | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """Represents a value a profile may override, with where it comes from."""

    name: str
    value: object
    title: Text
    reference: Reference | None
    at: Location


@dataclass(frozen=True, slots=True, kw_only=True)
class Headline:
    """Represents the one line a report prints for a policy: assets of a kind rolled up over controls.

    A unit is unknown where a kind its controls are about is missing, unless the kind is `optional`.
    `among` are the units another reader counts, told beside it where the two differ, with what they
    and all of them are called; `beside` the controls that units of the figure may still fail.
    """

    asset: str
    controls: tuple[str, ...]
    label: Text
    optional: tuple[str, ...] = ()
    among: Among | None = None
    beside: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Among:
    """Represents the units of a headline that another reader counts, and the words for both counts."""

    when: Condition
    some: Text
    all: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyFile:
    """Represents a file that a policy was read from, its own or a profile's: the SHA-256 of its bytes.

    `disabled` are the controls that a profile takes out, `overridden` the parameters it gives a value.
    """

    id: str
    version: str
    path: str
    digest: str
    disabled: tuple[str, ...] = ()
    overridden: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """Represents a versioned, dated set of controls on one subject. XCCDF: benchmark.

    `files` are its own and those of the profiles on it; `digest` is over all of them. `short` is its
    title in a word or two.
    """

    id: str
    version: str
    title: Text
    effective: Effective
    parameters: Mapping[str, Parameter]
    headline: Headline
    controls: tuple[Control, ...]
    path: str
    digest: str
    order: int
    note: Text
    short: Text = field(default_factory=dict)
    files: tuple[PolicyFile, ...] = ()
    formerly: Wording | None = None
