"""A scope as a stored result has it: written as JSON, and read back."""

from __future__ import annotations

from datetime import date
from typing import Any

from soccheck.compare.scope import (
    MADE_UP,
    Scope,
    ScopedAsset,
    ScopedControl,
    ScopedEvidence,
    ScopedStatement,
    ScopedWaiver,
)
from soccheck.errors import InputError
from soccheck.facts import values
from soccheck.model import Problem
from soccheck.phrase import phrase


def document(scope: Scope) -> dict[str, Any]:
    """Return a scope as JSON has it, in an order that edits do not disturb."""
    assert scope.stated is not None
    assert scope.authority is not None
    found: dict[str, Any] = {
        "stated": scope.stated.isoformat(),
        "authority": _asset_document(scope.authority),
        "assets": {name: _asset_document(asset) for name, asset in sorted(scope.assets.items())},
        "waivers": {
            name: _waiver_document(waiver) for name, waiver in sorted(scope.waivers.items())
        },
        "controls": {
            name: _control_document(control) for name, control in sorted(scope.controls.items())
        },
        "coming": [
            {"id": control.id, "from": str(control.start), **_control_document(control)}
            for _, control in sorted(scope.coming.items())
        ],
        "ended": [
            {"id": control.id, "to": str(control.end), **_control_document(control)}
            for _, control in sorted((scope.ended or {}).items())
        ],
        "claims": {name: claim.digest for name, claim in sorted(scope.claims.items())},
        "attestations": {name: item.digest for name, item in sorted(scope.attestations.items())},
    }
    if scope.evidence is not None:
        found["evidence"] = {
            "digest": scope.evidence.digest,
            "ended": scope.evidence.ended.isoformat(),
        }
    return found


def _waiver_document(waiver: ScopedWaiver) -> dict[str, Any]:
    return {
        "control": waiver.control,
        "assets": sorted(waiver.assets),
        "granted": waiver.granted.isoformat(),
        "expires": waiver.expires.isoformat(),
        "reason": waiver.reason,
        "approver": waiver.approver,
        **({"ticket": waiver.ticket} if waiver.ticket else {}),
    }


def _control_document(control: ScopedControl) -> dict[str, Any]:
    return {"policy": control.policy, "items": dict(control.items)}


def _asset_document(asset: ScopedAsset) -> dict[str, Any]:
    found: dict[str, Any] = {"kind": asset.kind}
    if asset.level:
        found["level"] = asset.level
    if asset.start is not None:
        found["from"] = asset.start.isoformat()
    if asset.end is not None:
        found["to"] = asset.end.isoformat()
    if asset.facts:
        found["facts"] = dict(asset.facts)
    if asset.coming:
        found["coming"] = dict(asset.coming)
    if asset.origins:
        found["origins"] = dict(sorted(asset.origins.items()))
    if asset.stated is not None:
        found["stated"] = sorted(asset.stated)
    return found


def read(data: dict[str, Any], shown: str) -> Scope:
    """Return the scope that a stored result tells; raises `InputError` for a day there is not."""
    evidence = None
    if "evidence" in data:
        ended = _day(data["evidence"]["ended"], "its evidence", shown)
        evidence = ScopedEvidence(digest=data["evidence"]["digest"], ended=ended)
    return Scope(
        stated=_day(data["stated"], "its inventory", shown),
        authority=_read_asset("authority", data["authority"], shown),
        assets={name: _read_asset(name, item, shown) for name, item in data["assets"].items()},
        waivers={name: _read_waiver(name, item, shown) for name, item in data["waivers"].items()},
        controls={
            name: ScopedControl(id=name, policy=item["policy"], items=item["items"])
            for name, item in data["controls"].items()
        },
        coming={
            f"{item['id']} {item['from']}..": ScopedControl(
                id=item["id"],
                policy=item["policy"],
                items=item["items"],
                start=_day(item["from"], f"the control {item['id']!r}", shown),
            )
            for item in data["coming"]
        },
        ended=_read_ended(data["ended"], shown) if "ended" in data else None,
        claims={name: ScopedStatement(digest=digest) for name, digest in data["claims"].items()},
        attestations={
            name: ScopedStatement(digest=digest)
            for name, digest in data.get("attestations", {}).items()
        },
        evidence=evidence,
    )


def _read_waiver(name: str, item: dict[str, Any], shown: str) -> ScopedWaiver:
    what = f"the waiver {name!r}"
    return ScopedWaiver(
        control=item["control"],
        assets=frozenset(item["assets"]),
        granted=_day(item["granted"], what, shown),
        expires=_day(item["expires"], what, shown),
        reason=item["reason"],
        approver=item["approver"],
        ticket=item.get("ticket", ""),
    )


def _read_ended(items: list[dict[str, Any]], shown: str) -> dict[str, ScopedControl]:
    return {
        f"{item['id']} ..{item['to']}": ScopedControl(
            id=item["id"],
            policy=item["policy"],
            items=item["items"],
            end=_day(item["to"], f"the control {item['id']!r}", shown),
        )
        for item in items
    }


def _read_asset(name: str, item: dict[str, Any], shown: str) -> ScopedAsset:
    what = f"the asset {name!r}"
    return ScopedAsset(
        kind=item["kind"],
        level=item.get("level"),
        start=_day(item["from"], what, shown) if "from" in item else None,
        end=_day(item["to"], what, shown) if "to" in item else None,
        facts=item.get("facts", {}),
        coming=item.get("coming", {}),
        stated=frozenset(item["stated"]) if "stated" in item else None,
        # An older stored result tells only of what is made up.
        origins=item.get("origins", dict.fromkeys(item.get("illustrative", ()), MADE_UP)),
    )


def _day(text: str, what: str, shown: str) -> date:
    day = values.day(text)
    if day is None:
        raise InputError(
            [Problem(shown, phrase("{what} has a day there is not: {text}", what=what, text=text))]
        )
    return day
