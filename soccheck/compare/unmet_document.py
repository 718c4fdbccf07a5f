"""By what findings fail, as a stored baseline keeps it: to be read again beside those of today."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from soccheck.compare.unmet import UNKNOWN, Unmet, counted
from soccheck.facts.values import day
from soccheck.model import Status, Value


def document(unmet: Unmet) -> list[dict[str, Any]]:
    """Return the comparisons by which a finding fails or is unknown, sorted, as JSON has them."""
    written = (
        {"asset": asset, "fact": fact, "comparison": comparison, "value": _written(value)}
        for (asset, fact, comparison), value in unmet.items()
    )
    return sorted(written, key=lambda item: (item["asset"], item["fact"], item["comparison"]))


def read(items: Iterable[Mapping[str, Any]]) -> Unmet:
    """Return what `document` wrote."""
    return {
        (item["asset"], item["fact"], item["comparison"]): _read(item["value"]) for item in items
    }


def of_result(finding: Mapping[str, Any]) -> Unmet:
    """Return the comparisons by which a finding fails, or is unknown, as a JSON result tells them."""
    unknown = finding["result"] == Status.UNKNOWN
    found: dict[tuple[str, str, str], Value | None] = {}
    for item in finding["observed"]:
        if item["met"] is True or "context" in item or "expected" not in item:
            continue
        how = item["expected"]["operator"]
        place = item.get("asset", finding["asset"]), item["fact"]
        if item["met"] is False:
            key = counted((*place, how), found)
            found[key] = None if unknown else _told(item["value"])
        elif unknown:
            found[counted((*place, f"{UNKNOWN}{how}"), found)] = None
    return found


def _told(raw: Any) -> Value | None:
    """Return a value as a JSON result prints it; a length of time or a share is a text of it."""
    if isinstance(raw, list):
        return tuple(item for item in map(_told, raw) if item is not None)
    if isinstance(raw, str):
        return day(raw) or raw
    return raw if isinstance(raw, bool | int | float) else None


def _written(value: Value | None) -> Any:
    """Return a value so far as more of it is worse: a length of time or a share only says that it fails."""
    if isinstance(value, tuple):
        return [_written(item) for item in value]
    if isinstance(value, date):
        return {"day": value.isoformat()}
    return value if isinstance(value, bool | int | float | str) else None


def _read(raw: Any) -> Value | None:
    if isinstance(raw, list):
        items = [_read(item) for item in raw]
        return tuple(item for item in items if item is not None)
    if isinstance(raw, dict):
        return day(raw["day"])
    value: Value | None = raw
    return value
