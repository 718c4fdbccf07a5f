"""Every attribute of what is judged: compared as scope, or named here as unable to change a result.

A test walks the types of `soccheck.model` and the fact catalogue: a new attribute belongs in one of these.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from soccheck import model
from soccheck.model import Condition, Control, Group, Leaf, Quantifier

COMPARED: dict[type, tuple[str, ...]] = {
    model.Inventory: (
        *("stated", "assets", "authority", "waivers", "claims", "attestations"),
        "documents",  # by the claims that are taken from them
    ),
    model.Document: ("id", "date"),
    model.Asset: ("kind", "id", "facts", "provenance"),
    model.Waiver: (
        *("id", "control", "assets", "reason", "approver", "granted", "expires", "ticket"),
        "select",  # by the assets that it finds
    ),
    model.Attestation: (
        *("id", "assets", "facts", "signer", "role", "number", "path", "sha256", "start", "end"),
        "illustrative",
    ),
    model.Claim: ("id", "says", "document", "place", "as_of", "figures", "whole", "inventory"),
    model.Policy: ("id", "effective", "headline", "controls", "title", "short", "formerly"),
    model.Headline: ("asset", "controls", "optional", "label", "among", "beside"),
    model.Among: ("when", "some", "all"),
    model.Control: (
        *("id", "asset", "when", "require", "accept", "max_age", "severity", "effective"),
        *("grace", "expects", "title", "label", "formerly"),
    ),
    model.Wording: ("until", "title"),
    model.Expectation: ("kind", "when"),
    model.Measure: ("passed", "of", "share", "target"),
    model.Score: ("maximum", "by", "measure", "points", "of", "target"),
    model.Effective: ("start", "end"),
    model.Grace: ("until", "period", "since", "when"),
    model.Leaf: ("fact", "transforms", "operator", "value", "other"),
    model.Group: ("join", "parts"),
    model.Quantifier: ("quantity", "kind", "records", "when", "require"),
}
"""What a later side is held to: any other value of it is a scope change."""

IDLE: dict[type, dict[str, str]] = {
    model.Inventory: {
        "folder": "where it lies",
        "name": "where it lies",
        "digest": "follows from its files",
        "related": "follows from the assets' facts",
        "heads": "who signs documents, and whom they go to",
        "configurations": "rulesets: what they say is judged by the findings; `scope` names their files",
    },
    model.Document: {
        "title": "printed beside what is taken from it",
        "number": "printed beside what is taken from it",
        "issuer": "printed beside what is taken from it",
    },
    model.Asset: {
        "at": "where it stands",
        "marks": "where its facts stand",
        "elsewhere": "where its facts stand",
        "given": "which group gave its facts: they are compared as its own",
    },
    model.Waiver: {"at": "where it stands"},
    model.Attestation: {
        "at": "where it stands",
        "changed": "what its file is: what it says is then unknown",
    },
    model.Claim: {"at": "where it stands"},
    model.Policy: {
        "version": "a name; editions are told apart by the days they are in force",
        "parameters": "stand resolved in the controls",
        "path": "where it lies",
        "digest": "follows from its files",
        "files": "where it was read from: named in the head of a report",
        "order": "the order in reports",
        "note": "a text",
    },
    model.Control: {
        "references": "where the requirement comes from",
        "remediation": "a text",
        "at": "where it stands",
    },
    model.Wording: {
        "remediation": "a text",
    },
    model.Measure: {"at": "where it stands"},
    model.Score: {
        "why": "the fact that tells why points were lost: printed",
        "at": "where it stands",
    },
    model.Leaf: {"at": "where it stands"},
    model.Group: {"at": "where it stands"},
    model.Quantifier: {"at": "where it stands"},
}
"""What cannot change a result, with the reason."""

IDLE_PROPERTIES: dict[str, dict[str, str]] = {
    "policy": {
        "version": "a name; editions are told apart by the days they are in force",
        "order": "the order in reports",
        "note": "a text",
        "parameters.*.title": "a text",
        "parameters.*.reference": "where the value comes from",
        "controls.reference": "where the requirement comes from",
        "controls.remediation": "a text",
        "formerly.remediation": "a text",
        "controls.formerly.remediation": "a text",
        "controls.require.score.why": "the fact that tells why points were lost: printed",
    },
    "inventory": {
        "documents.*.title": "printed beside what is taken from it",
        "documents.*.issuer": "printed beside what is taken from it",
        "documents.*.number": "printed beside what is taken from it",
        "report": "who signs documents, and whom they go to",
    },
}
"""Properties of what users write that cannot change a result, with all below them, and the reason.

Facts of assets have their own lists below; which document says so is printed beside any, and that
something is no longer said to be made up is compared.
"""

POSITION = frozenset(
    (
        # whose it is, and what belongs to what
        *("organization", "owner", "operator", "former_owners", "specialists", "parent"),
        *("specialist", "predecessors", "second_of", "systems", "networks", "protects"),
        # what it is
        *("role", "type", "tier", "hosting", "os.family", "os.name", "vendor"),
        # which machine is asked
        *("addresses", "ssh.address", "ssh.port", "ssh.jump", "host_name", "url"),
        # which packets a ruleset is asked about, which ruleset, and how old it is
        *("prefixes", "untrusted", "firewall.untrusted", "firewall.admin_networks"),
        *("firewall.admin_prefixes", "firewall.ruleset", "firewall.exported"),
        "firewall.ruleset_shared",
    )
)
"""Facts that place an asset: they decide what is asked of it and what else it counts for."""

CALLED = frozenset(("name.vi", "name.en", "code"))
"""Facts by which readers know an asset: any may be worded otherwise, but not be those of another."""

IDLE_FACTS = {
    "note": "a text",
    "ssh.user": "who asks: one who may see less makes facts unknown",
    "group": "the facts that it gives are compared as the host's own",
    "formerly": "the ids of the same asset: what is compared is renamed by them",
    **dict.fromkeys(
        ("charter.title", "charter.number", "charter.date", "charter.issuer"), "a text"
    ),
    **dict.fromkeys(
        ("representative.name", "representative.position"), "who heads a unit: printed"
    ),
    **dict.fromkeys(("contact.postal_address", "contact.telephone", "contact.email"), "printed"),
    **dict.fromkeys(
        ("plans", "plans.control", "plans.expected"), "a promise: printed, never judged"
    ),
    **dict.fromkeys(("plans.organization", "plans.note"), "a promise: printed, never judged"),
    "dossier.decision.issuer": "who approved: one that could not have is refused, before anything is judged",
    "tags": "what a waiver selects by, which is compared as the assets it finds",
    "zones": "judged where a control names it: what contradicts it is refused before anything is judged",
    "workstations.total": "judged where a control names it: else a remark that machines may be counted twice",
    "criteria.users": "judged where a control names it: else a remark on what may be one system",
    "dossier.decision.number": "judged where a control names it: else a remark on what may be one system",
}
"""Facts that decide nothing themselves, beside what controls ask of them.

A condition that names one is compared by `asked`.
"""

APART = frozenset(("stated", "valid.from", "valid.to", "dossier.proposed_level"))
"""Facts that are compared by themselves, as days and as a level.

Every other fact says what state an asset is in: the controls that name it judge it, and the findings
of both sides are compared.
"""


def asked(controls: Iterable[Control]) -> frozenset[str]:
    """Return the facts by which policies choose what else to judge, what to ask for, and from when.

    Where an `if` asks only whether one is stated, its name is followed by `STATED`. A finding's own
    scope is no such choice: that it no longer applies is seen of the finding.
    """
    found: set[str] = set()
    for control in controls:
        if control.grace is not None and control.grace.since is not None:
            found.add(control.grace.since)
        if control.grace is not None and control.grace.when is not None:
            found.update(_chosen(control.grace.when, choosing=True))
        if control.expects is not None:
            found.update(_chosen(control.expects.when, choosing=True))
        for condition in (control.when, control.require):
            if isinstance(condition, Leaf | Group | Quantifier):
                found.update(_chosen(condition, choosing=False))
    return frozenset(name.removeprefix("authority.") for name in found) - APART


STATED = "|exists"
"""What stands behind a fact of which it counts that it is stated: stated newly, it is judged."""


def _chosen(condition: Condition, *, choosing: bool, of_if: bool = False) -> Iterator[str]:
    if isinstance(condition, Leaf):
        if condition.other is not None:
            yield condition.other
        if choosing:
            yield condition.fact + (STATED if of_if and condition.operator == "exists" else "")
    elif isinstance(condition, Group):
        for i, part in enumerate(condition.parts):
            is_if = condition.join == "if" and i == 0
            yield from _chosen(part, choosing=choosing or is_if, of_if=of_if or is_if)
    else:
        if condition.when is not None:
            yield from _chosen(condition.when, choosing=True, of_if=of_if)
        yield from _chosen(condition.require, choosing=choosing, of_if=of_if)
