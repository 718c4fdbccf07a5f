"""What an authority states: assets, waivers, attestations, claims. OSCAL inventory-item."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from soccheck.model.evidence import Configuration
from soccheck.model.policy import Condition
from soccheck.model.values import Figure, Location, Mark, Value

KINDS = ("organization", "site", "system", "network", "host", "firewall", "endpoint", "fleet")
"""The kinds of asset an inventory lists, in the order reports print them."""


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
    of `at` declares (the authority is declared in several, and a host has some from its group).
    `given` names, by fact, the group that gave it, or nothing where it was the defaults.
    """

    kind: str
    id: str
    facts: Mapping[str, Value]
    at: Location
    marks: Sequence[Mark] = ()
    provenance: tuple[Provenance, ...] = ()
    elsewhere: Mapping[str, Location] | None = None
    given: Mapping[str, str] = field(default_factory=dict)

    def where(self, fact: str) -> Location:
        """Return where `fact` is declared; else where its neighbours are, or where the asset begins."""
        name = fact
        while name and name not in self.facts:
            inside = f"{name}."
            near = [n for n in self.facts if inside in n and n.startswith(inside)]  # `in` is cheap
            name = near[0] if near else name.rpartition(".")[0]
        if name and self.elsewhere is not None and name in self.elsewhere:
            return self.elsewhere[name]
        if not name or not self.marks:
            return self.at
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

    def entries(self, records: str) -> list[dict[str, Value]]:
        """Return the entries of a list of mappings, each as what its keys state."""
        found = self.facts.get(records)
        listed = found if isinstance(found, tuple) else ()
        return [dict(entry) for entry in listed if isinstance(entry, tuple)]  # type: ignore[arg-type]

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
class DocumentHead:
    """Represents what a document made of the inventory begins and ends with. NĐ 30/2020, Phụ lục I.

    `issuer` is the id of the organisation whose document it is, `superior` the body printed above it,
    `to` whom it is addressed to, `basis` the texts it cites, `mandate` at whose wish it is written;
    `signs_as` are the lines above the signature (`TM. ỦY BAN NHÂN DÂN`, `KT. CHỦ TỊCH`).
    What is not stated stays blank: nothing of it is made up.
    """

    issuer: str | None = None
    superior: str | None = None
    number: str | None = None
    symbol: str | None = None
    place: str | None = None
    date: date | None = None  # unquoted it would be this field
    to: tuple[str, ...] = ()
    basis: tuple[str, ...] = ()
    mandate: str | None = None
    signs_as: tuple[str, ...] = ()
    signer: str | None = None
    recipients: tuple[str, ...] = ()
    at: Location


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
    `configurations` are the rulesets it names, by asset; `heads` what its documents begin and end with:
    `report`, and the letters of `owner`, `specialist` and `operator`. `name` is the folder's own, where
    `folder` (`.`, `..`) does not tell it.
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
    heads: Mapping[str, DocumentHead] = field(default_factory=dict)
    name: str = ""

    def __iter__(self) -> Iterator[Asset]:
        for kind in KINDS:
            yield from self.assets.get(kind, {}).values()

    def find(self, asset_id: str) -> Asset | None:
        """Return the asset with this id, of whatever kind."""
        for kind in (*KINDS, "authority"):
            if asset_id in self.assets.get(kind, {}):
                return self.assets[kind][asset_id]
        return None
