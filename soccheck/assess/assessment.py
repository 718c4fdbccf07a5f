"""One run: what was judged, every finding, and how findings roll up into figures and an exit code."""

from __future__ import annotations

import copy
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from fractions import Fraction

from soccheck.assess import evaluate
from soccheck.assess.detail import Detail
from soccheck.assess.evidence import BASES, View, World
from soccheck.assess.explain import Explainer
from soccheck.assess.lacking import Lacking, lacking
from soccheck.assess.selection import Selection
from soccheck.assess.tally import Tally, ordered, worst
from soccheck.assess.trace import Compared
from soccheck.model import (
    Asset,
    Basis,
    BundleInfo,
    Control,
    EvidenceByAsset,
    Figure,
    Finding,
    Inventory,
    Measure,
    Policy,
    Score,
    Status,
    Value,
)


class Assessment:
    """Holds one run: what was judged, by what, as of when, and every finding. NIST SP 800-53A.

    `coming` are the editions and controls that come into force later, and judge nothing yet; `ended`
    those that judge nothing any more.
    """

    def __init__(
        self,
        inventory: Inventory,
        policies: Sequence[Policy],
        as_of: date,
        evidence: EvidenceByAsset | None = None,
        bundle: BundleInfo | None = None,
        coming: Sequence[Policy] = (),
        ended: Sequence[Policy] = (),
    ) -> None:
        self.inventory = inventory
        self.bundle = bundle
        self.policies = tuple(policies)
        self._editions = {policy.id: policy for policy in self.policies}
        self.coming = tuple(coming)
        self.ended = tuple(ended)
        self.as_of = as_of
        self.controls = {control.id: control for p in policies for control in p.controls}
        self.world = World(inventory, evidence or {}, as_of)
        self.findings = evaluate.judge(self.policies, self.world)
        self.selection = Selection()
        self.whole = len(self.findings)
        self.judged = self.findings
        self._subjects: frozenset[str] | None = None
        self._explainer = Explainer(self.world)
        self._headlines: dict[str, Tally] = {}
        self._by_control: dict[str, dict[str, Finding]] = {name: {} for name in self.controls}
        for finding in self.findings:
            self._by_control[finding.control.id][finding.asset.id] = finding

    def narrowed(self, selection: Selection) -> Assessment:
        """Return the same run, of which only a part is reported; nothing is judged otherwise.

        A headline counts the selected assets with all that belongs to them, whoever answers for it.
        """
        made = copy.copy(self)
        made.selection = selection
        made._subjects = selection.subjects(self.world)
        made._headlines = {}
        made.judged = [
            finding
            for finding in self.judged
            if (made._subjects is None or finding.asset.id in made._subjects)
            and (not selection.controls or finding.control.id in selection.controls)
        ]
        made.findings = [finding for finding in made.judged if self._shown(finding, selection)]
        if len(made.judged) < len(self.judged):
            made.policies = tuple(_of_findings(self.policies, made.judged))
        return made

    def _shown(self, finding: Finding, selection: Selection) -> bool:
        """Return whether a finding turned out as a selection asks for."""
        return (
            (not selection.severities or finding.control.severity in selection.severities)
            and (not selection.statuses or finding.status in selection.statuses)
            and (not selection.bases or self.detail(finding).basis in selection.bases)
        )

    def detail(self, finding: Finding) -> Detail:
        """Return why a finding has its result."""
        return self._explainer.detail(finding)

    def unmet(self, finding: Finding) -> Iterator[tuple[str, str, Value | None, Compared]]:
        """Yield the comparisons that a finding does not meet: the asset, its fact, and the value."""
        return self._explainer.unmet(finding)

    def lacking(self, finding: Finding) -> list[Lacking]:
        """Return what would settle an unknown finding if it were stated."""
        return lacking(finding, self.world) if finding.result is Status.UNKNOWN else []

    def finding(self, control: str, asset: str) -> Finding | None:
        """Return the finding of a control on an asset."""
        return self._by_control.get(control, {}).get(asset)

    def of_control(self, control: Control) -> list[Finding]:
        """Return the findings of a control."""
        found = self._by_control.get(control.id, {}).values()
        if self._subjects is None:
            return list(found)
        return [finding for finding in found if finding.asset.id in self._subjects]

    def tally(self, findings: Iterable[Finding]) -> Tally:
        """Return the tally of findings that apply; of a measure's, the tally of what was counted."""
        applying = [f for f in findings if f.status is not Status.NOT_APPLICABLE]
        members = tuple([(finding.asset, finding.status) for finding in applying])
        bases = Counter(map(self.basis, applying))
        if not applying or not isinstance(applying[0].control.require, Measure | Score):
            passed = [finding.status for finding in applying].count(Status.PASS)
            return Tally(passed=passed, total=len(members), members=members, bases=ordered(bases))
        counted = [f.counted for f in applying if isinstance(f.counted, tuple)]
        wholes = [self._of(f) for f in applying if f.counted is None]
        uncounted = sum(whole for whole in wholes if whole is not None)
        return Tally(
            passed=sum(passed for passed, _ in counted),
            # Design rule: the denominator is what there is, not what was counted.
            total=sum(total for _, total in counted) + uncounted,
            members=members,
            bases=ordered(bases),
            counts=True,
            shares=tuple(f.counted for f in applying if isinstance(f.counted, Figure)),
            uncounted=uncounted,
            unsized=wholes.count(None),
        )

    def _of(self, finding: Finding) -> int | None:
        """Return how many things an uncounted measure is about; nothing where that is not stated."""
        require = finding.control.require
        measure = require.measure if isinstance(require, Score) else require
        if not isinstance(measure, Measure):
            return 0
        view = View(self.world, finding.control.accept, finding.control.max_age)
        total = view(finding.asset).get(measure.of or "")
        return total if isinstance(total, int) else None

    def points(self, finding: Finding) -> Fraction | None:
        """Return the points of a score, exactly; none where they are not known."""
        score = finding.control.require
        if not isinstance(score, Score):
            return None
        if isinstance(finding.counted, tuple):
            return score.maximum * Fraction(*finding.counted)
        if isinstance(finding.counted, Figure):
            return None if finding.counted.sure else score.maximum * finding.counted.number / 100
        return finding.counted

    def basis(self, finding: Finding) -> Basis | None:
        """Return the weakest basis a finding stands on; an unknown one stands on none."""
        return self._explainer.basis(finding)

    def headline(self, policy: Policy) -> Tally:
        """Return the policy's one line: each asset rolled up over its own and its related findings.

        For the authority as a whole it is the controls that are counted. What nothing applies to
        leaves the tally; what has nothing assessed is unknown. What fails, is unknown or is excused is
        counted by finding, over the whole subject.
        """
        known = self._headlines.get(policy.id)
        if known is None:
            known = self._headlines[policy.id] = self._headline(policy)
        return known

    def _headline(self, policy: Policy) -> Tally:
        members: list[tuple[Asset, Status]] = []
        keys: list[str] = []
        lacking: list[Asset] = []
        bases: Counter[Basis | None] = Counter()
        subject = Counter(f.status for f in self.judged if f.policy.id == policy.id)
        strays = self._strays(policy)
        for key, asset, controls in self.headline_parts(policy):
            parts = self.parts(asset, controls)
            applying = [part for part in parts if part.status is not Status.NOT_APPLICABLE]
            statuses = {part.status for part in applying}
            lacks = not parts or self._lacks(asset, controls, policy.headline.optional)
            if lacks and Status.UNKNOWN not in statuses:
                statuses.add(Status.UNKNOWN)
                lacking.append(asset)  # no finding says so, and none is counted
            if not statuses:
                continue
            # What any unit may be part of is in each: none is known to pass.
            status = worst({*statuses, Status.UNKNOWN} if strays else statuses)
            members.append((asset, status))
            keys.append(key)
            if status is not Status.UNKNOWN:
                used = {self.basis(part) for part in applying} - {None}
                bases[max((b for b in used if b), key=BASES.index, default=None)] += 1
        return Tally(
            passed=[status for _, status in members].count(Status.PASS),
            total=len(members),
            members=tuple(members),
            bases=ordered(bases),
            keys=tuple(keys),
            subject=subject,
            lacking=tuple(lacking),
            strays=strays,
        )

    def _strays(self, policy: Policy) -> tuple[Asset, ...]:
        """Return the servers that may be part of any system, as they do not say of which, and do not pass."""
        if policy.headline.asset != "system":
            return ()
        return tuple(
            asset
            for asset in self.world.assets("host")
            if asset.facts.get("role") == "server" and "systems" not in asset.facts
            if any(
                found.status not in (Status.PASS, Status.NOT_APPLICABLE)
                for name in policy.headline.controls
                if (found := self.finding(name, asset.id)) is not None
            )
        )

    def headline_parts(self, policy: Policy) -> Iterator[tuple[str, Asset, list[Control]]]:
        """Yield what a headline counts: the assets of a kind, or, of the one authority, the controls."""
        # What a report leaves out is part of the figure all the same: a label says what it always says.
        whole = self._editions[policy.id]
        controls = [c for c in whole.controls if c.id in whole.headline.controls]
        for asset in self.world.assets(policy.headline.asset):
            if self._subjects is not None and asset.id not in self._subjects:
                continue
            if asset.kind == "authority":
                yield from ((control.id, asset, [control]) for control in controls)
            else:
                yield asset.id, asset, controls

    def _lacks(self, asset: Asset, controls: Iterable[Control], optional: Sequence[str]) -> bool:
        """Return whether no asset of a kind the controls are about belongs to `asset`."""
        kinds = {control.asset for control in controls} - {asset.kind, *optional}
        return not all(self.world.related(asset, kind) for kind in kinds)

    def parts(self, asset: Asset, controls: Iterable[Control]) -> list[Finding]:
        """Return the findings of `controls` on an asset and on the assets that belong to it."""
        found: list[Finding] = []
        others: dict[str, Sequence[Asset]] = {asset.kind: (asset,)}
        for control in controls:
            of_control = self._by_control.get(control.id, {})
            owners = (control.expects.kind,) if control.expects is not None else ()
            for kind in (control.asset, *owners):
                if kind not in others:
                    others[kind] = self.world.related(asset, kind)
                found += [of_control[o.id] for o in others[kind] if o.id in of_control]
        return found

    def exit_code(self, findings: Iterable[Finding] | None = None) -> int:
        """Return 1 with a failing finding, 3 with an unknown one or none at all, else 0.

        Of the whole assessment, a headline that is unknown, or counts nothing, is 3 as well: an asset
        to which nothing belongs has no finding, and is in no figure of those that pass. So is evidence of
        machines that the inventory does not have: nobody knows under which name they are judged.
        """
        judged = self.judged if findings is None else findings
        statuses = {finding.status for finding in judged}
        if Status.FAIL in statuses:
            return 1
        if findings is None:
            lines = [self.headline(policy) for policy in self.policies]
            # A report on some controls ends as they do, whatever the whole figure is.
            if not self.selection.controls and any(line.has_unknown for line in lines):
                return 3
            # Of a part that is reported a headline may count nothing: a machine is no system.
            if not self.selection and not all(line.members for line in lines):
                return 3
            if self.bundle is not None and self.bundle.strangers:
                return 3
        if Status.UNKNOWN in statuses or not statuses - {Status.NOT_APPLICABLE}:
            return 3
        return 0


def _of_findings(policies: Iterable[Policy], findings: Iterable[Finding]) -> Iterator[Policy]:
    """Yield the policies with those of their controls that findings are of."""
    kept = {finding.control.id for finding in findings}
    for policy in policies:
        controls = tuple(control for control in policy.controls if control.id in kept)
        if controls:
            yield replace(policy, controls=controls)
