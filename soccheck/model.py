"""Every domain type; the words are those of XCCDF, OSCAL, SARIF and the law. Imports `phrase` of ours."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from fractions import Fraction

from soccheck.phrase import Phrase


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """Represents a figure as a report states it: its number, its precision, and how sure it is.

    `places` are the decimals it is stated to; `unit` is `%` or nothing; `sure` is `about` or `over`
    where the report gives it only roughly.
    """

    number: Fraction
    places: int = 0
    unit: str = ""
    sure: str = ""

    @property
    def half(self) -> Fraction:
        """The most the figure may be off by: half a unit of its last decimal; a whole number is exact."""
        return Fraction(1, 2 * 10**self.places) if self.places or self.unit else Fraction(0)

    def __str__(self) -> str:
        scaled = round(self.number * 10**self.places)
        whole, rest = divmod(abs(scaled), 10**self.places)
        text = f"{'-' if scaled < 0 else ''}{whole}"
        if self.places:
            text += f".{rest:0{self.places}d}"
        return f"{self.sure} {text}{self.unit}".lstrip()


Value = bool | int | float | str | date | timedelta | Figure | tuple["Value", ...]
"""What a fact can be. A fact that is not stated has no value at all; there is no null."""

Text = Mapping[str, str]
"""A text by language: `{"en": ..., "vi": ...}`."""

KINDS = ("organization", "site", "system", "network", "host", "firewall", "endpoint", "fleet")
"""The kinds of asset an inventory lists, in the order reports print them."""

Mark = tuple[int, int]
"""A line and a column, both counted from 1, in a file that is named elsewhere."""


@dataclass(frozen=True, slots=True, order=True)
class Location:
    """Represents a place in a file a user wrote: path, line and column, both counted from 1."""

    path: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.path}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True)
class Problem:
    """Represents one fault in what a user wrote: where, what, and what to do next."""

    where: Location | str
    message: str | Phrase
    hint: str | Phrase | None = None

    def __str__(self) -> str:
        text = f"{self.where}: {self.message}"
        return f"{text}\n  hint: {self.hint}" if self.hint else text


def by_place(problem: Problem) -> Location:
    """Order problems as a reader goes through the files."""
    where = problem.where
    return where if isinstance(where, Location) else Location(where, 0, 0)


class Status(StrEnum):
    """What was measured (`result`: the first four) or is reported (`status`: all five). XCCDF 1.2, 6.6.4."""

    PASS = "pass"
    FAIL = "fail"
    UNKNOWN = "unknown"
    NOT_APPLICABLE = "not_applicable"
    WAIVED = "waived"
    GRACE = "grace"


WORST_FIRST = (Status.FAIL, Status.UNKNOWN, Status.WAIVED, Status.GRACE, Status.PASS)
"""A roll-up is the worst of its parts, in this order; a part that does not apply takes no part."""


class Basis(StrEnum):
    """Where evidence comes from, the strongest first."""

    OBSERVED = "observed"
    IMPORTED = "imported"
    ATTESTED = "attested"
    DECLARED = "declared"


class Severity(StrEnum):
    """How much a failing control matters, the worst first."""

    CRITICAL = "critical"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


@dataclass(frozen=True, slots=True, kw_only=True)
class Duration:
    """Represents a length of time as the law states it: months are calendar months, not 30 days."""

    months: int = 0
    days: int = 0
    seconds: int = 0

    def before(self, day: date) -> date:
        """Return the day this length of time before `day`; the 31st becomes a shorter month's last day.

        Where the calendar has no such day it is the calendar's first or last.
        """
        year, month = divmod(day.year * 12 + day.month - 1 - self.months, 12)
        try:
            _, length = monthrange(year, month + 1)
            start = date(year, month + 1, min(day.day, length))
            return start - timedelta(days=self.days, seconds=self.seconds)
        except (ValueError, OverflowError):
            return date.min if self.months + self.days + self.seconds > 0 else date.max

    def after(self, day: date) -> date:
        """Return the day this length of time after `day`, by the same rule."""
        back = Duration(months=-self.months, days=-self.days, seconds=-self.seconds)
        return back.before(day)

    def oldest(self, day: date) -> date:
        """Return the earliest day that is no older than this on `day`.

        A year after 28 February 2023 has passed on 29 February 2024: the earliest is 1 March.
        """
        start = self.before(day)
        return start + timedelta(days=1) if self.after(start) < day else start

    def exact(self) -> timedelta | None:
        """Return the length in days and seconds, or nothing when it holds calendar months."""
        return None if self.months else timedelta(days=self.days, seconds=self.seconds)

    def __str__(self) -> str:
        if self.months:
            years, months = divmod(self.months, 12)
            return f"{years}y" if not months else f"{self.months}mo"
        if self.days:
            return f"{self.days}d"
        hours, rest = divmod(self.seconds, 3600)
        return f"{hours}h" if not rest else f"{self.seconds // 60}min"


@dataclass(frozen=True, slots=True, kw_only=True)
class YearlySpan:
    """Represents days that come every year, the first and the last included, each a month and a day."""

    first: tuple[int, int]
    last: tuple[int, int]

    def over(self, day: date) -> tuple[date, date]:
        """Return the first and the last day of the latest such span that is over on `day`."""
        end = date(day.year, *self.last)
        if end >= day:
            end = end.replace(year=day.year - 1)
        start = date(end.year - (self.first > self.last), *self.first)
        return start, end

    def __str__(self) -> str:
        ends = (f"{month:02}-{day:02}" for month, day in (self.first, self.last))
        return "..".join(ends)


@dataclass(frozen=True, slots=True, kw_only=True)
class Provenance:
    """Represents who says so: the document a statement was taken from, or that it is made up."""

    prefix: str
    document: str | None = None
    place: str | None = None
    illustrative: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Asset:
    """Represents anything assessed. OSCAL: inventory-item.

    `facts` are what the inventory declares, flat (`antivirus.realtime`), and `marks` where each
    stands, in the same order; `elsewhere` holds the place of a fact that another file than that
    of `at` declares (only the authority is declared in several).
    """

    kind: str
    id: str
    facts: Mapping[str, Value]
    at: Location
    marks: Sequence[Mark] = ()
    provenance: tuple[Provenance, ...] = ()
    elsewhere: Mapping[str, Location] | None = None

    def where(self, fact: str) -> Location:
        """Return where `fact` is declared; else where its neighbours are, or where the asset begins."""
        name = fact
        while name and name not in self.facts:
            inside = f"{name}."
            near = [n for n in self.facts if inside in n and n.startswith(inside)]  # `in` is cheap
            name = near[0] if near else name.rpartition(".")[0]
        if not name or not self.marks:
            return self.at
        if self.elsewhere is not None and name in self.elsewhere:
            return self.elsewhere[name]
        line, column = self.marks[list(self.facts).index(name)]
        return Location(self.at.path, line, column)

    def source(self, fact: str = "") -> Provenance | None:
        """Return the nearest statement of origin that covers `fact`."""
        best = None
        for item in self.provenance:
            covers = item.prefix == "" or fact == item.prefix or fact.startswith(item.prefix + ".")
            if covers and (best is None or len(item.prefix) >= len(best.prefix)):
                best = item
        return best

    def text(self, fact: str, lang: str) -> str:
        """Return a text fact in `lang`, else in the language there is, else the asset's id."""
        value = self.facts.get(f"{fact}.{lang}") or self.facts.get(f"{fact}.vi")
        return str(value or self.facts.get(f"{fact}.en") or self.id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """Represents a document that statements are taken from."""

    id: str
    title: str
    number: str | None = None
    date: date | None = None  # unquoted it would be this field
    issuer: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """Represents one answer about a fact from elsewhere than the inventory. OSCAL: observation.

    `problem` says why there is no value (`unreachable`, `denied`, `unparsed`, ...). `shown` is what
    shows it, a line each: for a list, the line of an item begins with it (`tcp/22: ...`). `since` is when
    asking began, where that took time; `when`, when the answer was there.
    """

    value: Value | None
    basis: Basis
    when: datetime
    origin: str
    problem: str | None = None
    shown: tuple[str, ...] = ()
    since: datetime | None = None


EvidenceByAsset = Mapping[str, Mapping[str, Sequence[Evidence]]]
"""Evidence by asset id, then by fact name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Configuration:
    """Represents a packet filter's configuration as it was gathered, to be analysed.

    `texts` are (name, content) of its parts. `whole` says that no other part is in force, what is not
    among them not being loaded; `problem` is a code and what went wrong, where there is nothing to read.
    """

    texts: tuple[tuple[str, str], ...]
    basis: Basis
    when: datetime
    origin: str
    whole: bool = False
    problem: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BundleInfo:
    """Represents the evidence bundle a run was judged by: its manifest's digest, times and coverage.

    `failed` is how many of its `assets` could not be asked; `current` says whether it was collected
    for the inventory as it is now. `answered` of the inventory's `machines` have an answer; `missing`
    are those the bundle does not speak of, `strangers` those of the bundle that the inventory does not
    have. `oldest` is the day of the oldest answer; `signer` signed it, where that was checked.
    """

    digest: str
    started: datetime
    ended: datetime
    assets: int
    failed: int
    complete: bool
    current: bool
    machines: int
    answered: int
    missing: tuple[str, ...]
    strangers: tuple[str, ...]
    oldest: date
    signer: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """Represents where a requirement comes from and how sure its text is."""

    source: str
    clause: str | None = None
    verified: str = "unverified"
    note: str | None = None


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

    `files` are its own and those of the profiles on it; `digest` is over all of them.
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
    files: tuple[PolicyFile, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Selector:
    """Represents the assets a waiver selects: of a kind, and of the organisation and tags where named."""

    kind: str
    organization: str | None = None
    tags: tuple[str, ...] = ()

    def fits(self, asset: Asset) -> bool:
        """Return whether an asset is selected; it must have all of the tags."""
        tags = asset.facts.get("tags", ())
        return (
            asset.kind == self.kind
            and (self.organization is None or asset.facts.get("organization") == self.organization)
            and isinstance(tags, tuple)
            and set(self.tags) <= set(tags)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiver:
    """Represents a time-limited, approved acceptance of failing findings. SARIF: suppression.

    `assets` are those named, and once the inventory is loaded those that `select` finds as well.
    """

    id: str
    control: str
    assets: tuple[str, ...]
    reason: str
    approver: str
    granted: date
    expires: date
    ticket: str | None
    at: Location
    select: Selector | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Attestation:
    """Represents what a person states of assets in a signed document, from a day to a day.

    The document is known by its number, or is a file at `path` in the inventory with its SHA-256.
    `changed` says why the file is no longer the one that was signed.
    """

    id: str
    assets: tuple[str, ...]
    facts: Mapping[str, Value]
    signer: str
    role: str
    number: str | None
    path: str | None
    sha256: str | None
    start: date
    end: date
    at: Location
    illustrative: bool = False
    changed: str | None = None

    @property
    def document(self) -> str:
        """Return what the document is known by."""
        return ", ".join(name for name in (self.number, self.path) if name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Represents a figure of a claim with what it is said to be made of: parts that add up, or names."""

    label: str
    figure: Figure
    parts: tuple[Part, ...] = ()
    listed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Lookup:
    """Represents what in the inventory a figure of a claim speaks of.

    Without `count_of` and `add` it is the value of `fact`, of the asset `asset` or of the authority;
    with `count_of` the number of assets of a kind, and with `add` the sum of `fact` over them, for which
    `when` holds.
    """

    fact: str | None
    asset: str | None
    count_of: str | None
    add: str | None
    when: Condition | None
    at: Location


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """Represents a figure somebody stated in a report, to be checked.

    `figures` are by field: `value`, `count`, `numerator`, `denominator`, `per_cent`, `points`,
    `maximum`, `lost`, `from`, `to`, `change`; `whole` is a total with its parts. `inventory` says, by
    field, what each is checked against.
    """

    id: str
    says: str
    document: str
    place: str | None
    as_of: date | None
    figures: Mapping[str, Figure]
    whole: Part | None
    inventory: Mapping[str, Lookup]
    at: Location


@dataclass(frozen=True, slots=True, kw_only=True)
class Inventory:
    """Represents an authority's assets, loaded and found consistent.

    `stated` is the day the inventory's statements hold for; `digest` is the SHA-256 of its files.
    `configurations` are the rulesets it names, by asset.
    """

    folder: str
    authority: Asset
    stated: date
    assets: Mapping[str, Mapping[str, Asset]]
    documents: Mapping[str, Document]
    waivers: tuple[Waiver, ...]
    attestations: tuple[Attestation, ...]
    claims: tuple[Claim, ...]
    digest: str
    related: Callable[[Asset, str], Sequence[Asset]]
    configurations: Mapping[str, Configuration] = field(default_factory=dict)

    def __iter__(self) -> Iterator[Asset]:
        for kind in KINDS:
            yield from self.assets.get(kind, {}).values()

    def find(self, asset_id: str) -> Asset | None:
        """Return the asset with this id, of whatever kind."""
        for kind in (*KINDS, "authority"):
            if asset_id in self.assets.get(kind, {}):
                return self.assets[kind][asset_id]
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Represents the outcome of one control on one asset; why is worked out when it is asked for.

    `result` is what was measured, `status` what is reported; `excuse` is the waiver or the grace
    that makes them differ. `counted` holds a measure's passed and total, or the share that stands
    for them; of a score that is not a ratio, the points.
    """

    policy: Policy
    control: Control
    asset: Asset
    result: Status
    status: Status
    excuse: Waiver | date | None = None
    counted: tuple[int, int] | Figure | Fraction | None = None
