"""What `soccheck firewall` is asked about: a file, a folder, an asset of an inventory, a bundle."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from soccheck.cli import common
from soccheck.cli.evidence_given import Demands, Told
from soccheck.cli.options import as_of_option, language_option, trust_options
from soccheck.cli.translated import option
from soccheck.errors import SoccheckError, UsageError
from soccheck.inventory.rulesets import RulesetReader, decoded
from soccheck.model import Configuration, Duration, Inventory
from soccheck.phrase import Phrase, echo, phrase
from soccheck.sources.files import Fault, Folder, content, is_yaml
from soccheck.sources.near_path import misplaced

if TYPE_CHECKING:
    from soccheck.firewall.model import Ruleset
    from soccheck.firewall.zones import Zone, Zones

F = TypeVar("F", bound=Callable[..., Any])
NOTHING = Phrase("")
_BUNDLE = b'"format":"soccheck evidence"'


def options(function: F) -> F:
    """Add what every subcommand takes."""
    added = [
        option("--vendor", metavar="NAME", help="Say what the file is of, if it is not clear."),
        option(
            "--internet",
            multiple=True,
            metavar="INTERFACE",
            help="Interface on the untrusted side; may be repeated.",
        ),
        option(
            "--zone",
            "zones",
            multiple=True,
            metavar="NAME=SIDE,...",
            help="Name interfaces and prefixes, to be used after from and to; may be repeated. "
            "`admins` is where administrators come from.",
        ),
        option(
            "--inventory",
            "folder",
            metavar="FOLDER",
            help="Take FILE as an asset of this inventory, and zones from its networks.",
        ),
        option("--asset", metavar="ID", help="Only this asset of an evidence bundle."),
        trust_options,
        as_of_option,
        option("--json", "as_json", is_flag=True, help="Print JSON."),
        language_option,
    ]
    for add in reversed(added):
        function = add(function)
    return function


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """The options every subcommand takes."""

    vendor: str | None
    internet: tuple[str, ...]
    zones: tuple[str, ...]
    folder: str | None
    asset: str | None
    signers: str | None
    max_evidence_age: Duration | None
    as_of: date | None
    as_json: bool
    lang: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """One ruleset to look at: of the asset `name`, or of a file where there is no name.

    `ruleset` is nothing, and `reason` says why, where a machine's could not be read.
    """

    name: str
    ruleset: Ruleset | None
    zones: Zones | None
    reason: Phrase = NOTHING


class RulesetSource:
    """Finds the rulesets a command is about; `told` are the bundles that it read."""

    def __init__(self, given: Given) -> None:
        self.given = given
        self.told: list[Told] = []
        self.demands = Demands(signers=given.signers, max_age=given.max_evidence_age)
        self.day = common.day(given.as_of)
        self.inventory: Inventory | None = None
        if given.folder is not None:
            from soccheck.inventory import load as inventory

            self.inventory = inventory.load(Path(given.folder), given.folder)

    def subjects(self, path: str) -> list[Subject]:
        """Return the rulesets `path` stands for; raises `SoccheckError` for what cannot be read."""
        known = self._named()
        if path in known:
            self._refuse_demands(path)
            return [self._subject(path, known[path], named=False)]
        place = Path(path)
        if self.inventory is not None and not os.path.exists(place):  # of any name, a long one, too
            self._refuse(path)
        raw = content(place) if os.path.isfile(place) else b""
        if isinstance(raw, bytes) and _BUNDLE in raw:
            return list(self._bundle(path))
        self._refuse_demands(path)
        if self.given.asset is not None:
            hint = phrase("--asset chooses among the machines of an evidence bundle")
            raise UsageError(phrase("{path}: not an evidence bundle", path=path), hint=hint)
        from soccheck.firewall import readers
        from soccheck.firewall.readers.base import Text

        ruleset = readers.read([Text(*text) for text in _texts(place, path)], self.given.vendor)
        return [Subject(name="", ruleset=ruleset, zones=self._zones(ruleset, ""))]

    def _named(self) -> Mapping[str, Configuration]:
        """Return the rulesets that the inventory names, with what is doubtful about whose they are."""
        if self.inventory is None:
            return {}
        from soccheck.firewall.copies import without_copies

        return without_copies(self.inventory.configurations, self.inventory)

    def _refuse_demands(self, path: str) -> None:
        """Raise `UsageError` where something is demanded of a bundle, and this is none."""
        for name, value in (
            ("--signers", self.given.signers),
            ("--max-evidence-age", self.given.max_evidence_age),
            ("--as-of", self.given.as_of),
        ):
            if value is not None:
                hint = phrase("{option} does nothing without an evidence bundle", option=name)
                raise UsageError(phrase("{path}: not an evidence bundle", path=path), hint=hint)

    def _refuse(self, asset: str) -> None:
        assert self.inventory is not None
        found = self.inventory.find(asset)
        if found is None or found.kind not in ("firewall", "host"):
            raise UsageError(
                phrase(
                    "no firewall or host {asset} in {folder}",
                    asset=repr(asset),
                    folder=self.given.folder,
                )
            )
        hint = phrase("state it under firewall: {{ruleset: PATH}}, from the inventory's folder")
        raise UsageError(phrase("{asset}: the inventory names no ruleset", asset=asset), hint=hint)

    def _bundle(self, shown: str) -> Iterator[Subject]:
        from soccheck.bundle import whose
        from soccheck.firewall.copies import without_copies
        from soccheck.firewall.from_bundle import configuration

        told = self.demands.read(shown)
        self.demands.refuse_older(told, self.day)
        self.told.append(told)
        bundle = told.bundle
        wanted = self.given.asset
        if wanted is not None and wanted not in bundle["assets"]:
            raise UsageError(
                phrase("{shown}: no evidence of {wanted}", shown=shown, wanted=repr(wanted))
            )
        known = self.inventory
        doubts = whose.doubts(bundle, known) if known is not None else whose.of_itself(bundle)
        read = {name: configuration(entry) for name, entry in bundle["assets"].items()}
        held = {
            name: replace(found, problem=doubts.get(name, found.problem))
            for name, found in read.items()
            if found is not None
        }
        if known is not None:
            held = without_copies(held, known)
        asked = {name: found for name, found in held.items() if wanted in (None, name)}
        for name, found in asked.items():
            yield self._subject(name, found, named=True)
        if not asked:
            hint = phrase(
                "`soccheck collect --probe firewall` gathers them; see `soccheck probe list`"
            )
            raise UsageError(phrase("{shown}: it holds no ruleset", shown=shown), hint=hint)

    def _subject(self, name: str, configuration: Configuration, *, named: bool) -> Subject:
        """Return an asset's ruleset; what a bundle's machine does not tell is no fault of the user."""
        from soccheck.firewall.machines import read_whole
        from soccheck.report.wording.reasons import PROBLEMS

        shown = name if named else ""
        if configuration.problem is not None:
            code, detail = configuration.problem
            problem = PROBLEMS.get(code, echo(code))
            why = phrase("{problem}: {said}", problem=problem, said=detail)
            return Subject(name=shown, ruleset=None, zones=None, reason=why)
        try:
            ruleset = read_whole(configuration, self.given.vendor)
            zones = self._zones(ruleset, name)
        except SoccheckError as error:
            if not named:
                raise
            return Subject(name=shown, ruleset=None, zones=None, reason=error.said)
        return Subject(name=shown, ruleset=ruleset, zones=zones)

    def _zones(self, ruleset: Ruleset, asset: str) -> Zones:
        """Return the zones of the inventory seen from an asset, under those of the command line."""
        from soccheck.firewall.sides import NetworkSides, on_sides
        from soccheck.firewall.zones import Zone

        named: Mapping[str, Zone] = {}
        if self.inventory is not None:
            named = NetworkSides(self.inventory).zones(self.inventory.find(asset))
        zones = {**named, **dict(map(_zone, self.given.zones))}
        if self.given.internet:
            side = zones.get("internet", Zone(name="internet", internet=True))
            zones["internet"] = replace(side, interfaces=self.given.internet)
        return on_sides(ruleset, zones)


def _zone(text: str) -> tuple[str, Zone]:
    """Read `admin=10.0.0.0/24,eth1`; raises `UsageError`."""
    from soccheck.firewall.spans import address
    from soccheck.firewall.zones import Zone

    name, equals, sides = text.partition("=")
    if not (name and equals and sides):
        raise UsageError(
            phrase("not a zone: {text}", text=repr(text)),
            hint=phrase("write --zone admins=10.0.0.0/24,eth1"),
        )
    prefixes, interfaces = [], []
    for side in sides.split(","):
        try:
            address(side)
            prefixes.append(side)
        except ValueError:
            interfaces.append(side)
    return name, Zone(name=name, interfaces=tuple(interfaces), prefixes=tuple(prefixes))


def _texts(place: Path, shown: str) -> list[tuple[str, str]]:
    """Return the parts a file or folder holds, a folder read as an inventory's is; raises `UsageError`."""
    if os.path.isdir(place):
        if any(map(is_yaml, os.listdir(place))):
            raise UsageError(
                phrase("{shown}: an inventory, and no ruleset", shown=shown),
                hint=phrase("name a firewall or host of it: ID --inventory {shown}", shown=shown),
            )
        folder = place.resolve()
        found = RulesetReader(Folder(folder.parent)).ruleset(folder.name)
        for name, fault in found.faults:
            raise UsageError(
                phrase("{file}: {what}", file=_within(place, name), what=fault.message),
                hint=fault.hint,
            )
        if not found.texts:
            raise UsageError(
                phrase("{shown}: no file in the folder", shown=shown),
                hint=phrase("give one that holds a ruleset"),
            )
        return [(_within(place, name), text) for name, text in found.texts]
    raw = content(place)
    text = decoded(raw) if isinstance(raw, bytes) else raw
    if isinstance(text, Fault):
        hint = text.hint if os.path.exists(place) else misplaced(shown, text.hint)
        raise UsageError(phrase("{file}: {what}", file=shown, what=text.message), hint=hint)
    return [(str(place), text)]


def _within(place: Path, name: str) -> str:
    """Return how a file of a folder is shown: below the folder as it was given."""
    return str(place.joinpath(*Path(name).parts[1:]))
