"""A digest to tell, with hostile names where others write."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from soccheck.notify.digest import Digest, DigestKind, News, ordered

HOSTILE = (
    "web\r\nBcc: all@evil.example <script>alert(1)</script> [x](https://evil.example) <!channel>"
)


def news(asset: str = "web-1", **more: Any) -> News:
    item = News(
        control="T-REALTIME",
        title={"en": "Protection is on", "vi": "Bảo vệ bật"},
        policy="trial",
        remediation={"en": "Turn it on.", "vi": "Bật lên."},
        asset=asset,
        organization="so",
        severity="high",
        state="new",
        before="pass",
        after="fail",
        cause="evidence",
    )
    return replace(item, **more)


def digest(*items: News, kind: DigestKind = DigestKind.CHANGES, **more: Any) -> Digest:
    made = Digest(
        kind=kind,
        authority={"en": "Trial province", "vi": "Tỉnh Thử"},
        run="#2",
        as_of=date(2026, 11, 27),
        since="#1",
        since_day=date(2026, 11, 26),
        news=ordered(items),
        statuses={"fail": 2, "pass": 7},
        heartbeat=7,
    )
    return replace(made, **more)
