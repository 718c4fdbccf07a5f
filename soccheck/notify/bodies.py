"""What a webhook is posted: findings for a SIEM (OCSF 1.3.0, class 2003), cards for people, plain JSON.

Every text of another is plain text where it is shown: no mark-up of Slack or Teams is read in it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from soccheck import __version__
from soccheck.i18n import Language
from soccheck.notify.digest import Digest, News
from soccheck.notify.letter import Letter

_EVENTS = 500
"""Findings of one post to a SIEM: collectors take about a megabyte."""
_SLACK_TEXT = 3000  # characters of a section (docs.slack.dev, section block)
_SLACK_HEAD = 150
_SEVERITY = {"low": 2, "medium": 3, "high": 4, "critical": 5}
_ACTIVITY = {"worse": 2, "better": 2, "resolved": 3, "left": 3}
_COMPLIANCE = {"pass": (1, "Pass"), "unknown": (2, "Warning"), "fail": (3, "Fail")}


def ocsf(digest: Digest, said: Letter, language: Language, moment: datetime) -> Iterator[object]:
    """Yield arrays of OCSF Compliance Findings; a body without a finding is none."""
    for start in range(0, len(digest.news), _EVENTS):
        part = digest.news[start : start + _EVENTS]
        yield [_event(item, digest, language, moment) for item in part]


def _event(item: News, digest: Digest, language: Language, moment: datetime) -> dict[str, Any]:
    activity = _ACTIVITY.get(item.state, 1)
    number, word = _COMPLIANCE.get(item.after, (99, item.after))
    title = language.text(item.title)
    detail = ": ".join(filter(None, (item.cause, item.detail)))
    return {
        "activity_id": activity,
        "category_uid": 2,
        "class_uid": 2003,
        "type_uid": 200300 + activity,
        "severity_id": _SEVERITY.get(item.severity, 0),
        "time": int(moment.timestamp() * 1000),
        "message": f"{item.asset}: {title}",
        "metadata": {
            "version": "1.3.0",
            "product": {"name": "soccheck", "vendor_name": "soccheck", "version": __version__},
        },
        "finding_info": {"uid": f"{item.control}/{item.asset}", "title": title},
        "compliance": {
            "control": item.control,
            "standards": [item.policy],
            "status_id": number,
            "status": word,
            **({"status_detail": detail} if detail else {}),
        },
        "remediation": {"desc": language.text(item.remediation)},
        "resources": [{"uid": item.asset, "name": item.asset}],
        **_lifecycle(item),
        "unmapped": {
            "before": item.before,
            "state": item.state or "first",
            "by_calendar": item.by_calendar,
            "organization": item.organization,
            "as_of": digest.as_of.isoformat(),
            "run": digest.run,
        },
    }


def _lifecycle(item: News) -> dict[str, Any]:
    """Return where a finding is in its life; what is excused is not resolved, and has a word of its own."""
    if item.state == "resolved":
        return {"status_id": 4, "status": "Resolved"}
    if item.state in ("", "new"):
        return {"status_id": 1, "status": "New"}
    return {"status_id": 99, "status": item.state}


def slack(digest: Digest, said: Letter, language: Language, moment: datetime) -> Iterator[object]:
    """Yield a message of Slack: blocks of plain text, in which nothing is mark-up and nobody is called."""
    blocks: list[dict[str, Any]] = [
        {"type": "header", "text": _plain(said.subject, _SLACK_HEAD)},
        {"type": "section", "text": _plain("\n".join(said.lead), _SLACK_TEXT)},
    ]
    blocks += [
        {"type": "section", "text": _plain("\n".join(_lines(said, index)), _SLACK_TEXT)}
        for index in range(len(said.paragraphs))
    ]
    tail = [*([said.link] if said.link else []), *said.tail]
    if tail:
        blocks.append({"type": "context", "elements": [_plain("\n".join(tail), _SLACK_TEXT)]})
    # What notifications show is read as mark-up: & < > are written as Slack's documentation says.
    text = said.subject.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    yield {"text": text, "blocks": blocks}


def _lines(said: Letter, index: int) -> list[str]:
    paragraph = said.paragraphs[index]
    lines = [paragraph.title, *(f"• {line}" for line in paragraph.lines)]
    return [*lines, *([paragraph.more] if paragraph.more else [])]


def _plain(text: str, most: int) -> dict[str, Any]:
    short = text if len(text) <= most else text[: most - 1] + "…"
    return {"type": "plain_text", "text": short, "emoji": False}


def teams(digest: Digest, said: Letter, language: Language, moment: datetime) -> Iterator[object]:
    """Yield an adaptive card in a message, as Teams' workflows take it; text runs read no Markdown."""
    body = [_runs([said.subject], bold=True), *(_runs([line]) for line in said.lead)]
    for index in range(len(said.paragraphs)):
        title, *lines = _lines(said, index)
        body += [_runs([title], bold=True), *(_runs([line]) for line in lines)]
    body += [_runs([line]) for line in said.tail]
    card: dict[str, Any] = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "body": body,
    }
    if said.link:
        card["actions"] = [{"type": "Action.OpenUrl", "title": said.link, "url": said.link}]
    content = "application/vnd.microsoft.card.adaptive"
    attached = {"contentType": content, "contentUrl": None, "content": card}
    yield {"type": "message", "attachments": [attached]}


def _runs(texts: list[str], *, bold: bool = False) -> dict[str, Any]:
    weight = {"weight": "Bolder"} if bold else {}
    runs = [{"type": "TextRun", "text": text, **weight} for text in texts]
    return {"type": "RichTextBlock", "inlines": runs}


def plain(digest: Digest, said: Letter, language: Language, moment: datetime) -> Iterator[object]:
    """Yield the digest as plain JSON."""
    names = ("control", "policy", "asset", "organization", "severity", "state", "before", "after")
    more = ("cause", "by_calendar", "detail")
    yield {
        "soccheck": {"format": "digest", "version": 1},
        "kind": digest.kind.value,
        "subject": said.subject,
        "run": digest.run,
        "as_of": digest.as_of.isoformat(),
        "since": digest.since,
        "statuses": dict(digest.statuses),
        "silent": digest.silent,
        "news": [{name: getattr(item, name) for name in (*names, *more)} for item in digest.news],
    }


Body = Callable[[Digest, Letter, Language, datetime], Iterator[object]]
BODIES: dict[str, Body] = {"json": plain, "ocsf": ocsf, "slack": slack, "teams": teams}
"""The bodies there are, by the name that settings call them."""


def announced(digest: Digest, said: Letter, language: Language, moment: datetime) -> str:
    """Return the SHA-256 of the digest as plain JSON, by which the history knows what was told."""
    [body] = plain(digest, said, language, moment)
    return hashlib.sha256(written(body)).hexdigest()


def written(body: object) -> bytes:
    """Return a body as it is posted."""
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
