"""Digests in words: worst first, the calendar apart, and nothing hostile in a header or a page."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from html.parser import HTMLParser

import pytest

from soccheck.i18n import Language
from soccheck.notify import mail
from soccheck.notify.bodies import BODIES
from soccheck.notify.digest import DigestKind, concerning, merged
from soccheck.notify.letter import letter
from tests.notify.told import HOSTILE, digest, news

MOMENT = datetime(2026, 11, 27, 6, 0, tzinfo=UTC)
EN, VI = Language("en"), Language("vi")


def test_a_digest_of_changes_tells_the_worst_first_and_the_calendar_apart() -> None:
    said = letter(
        digest(
            news("a", severity="low"),
            news("b", severity="critical"),
            news("c", state="resolved", before="fail", after="pass"),
            news("d", cause="aged", by_calendar=True),
            news("e", after="unknown", cause="silent", detail="unreachable"),
        ),
        EN,
    )
    assert said.subject == (
        "soccheck · Trial province 27/11/2026: 2 failing anew, 1 unknown anew, 1 resolved, 1 by the calendar"
    )
    assert mail.text(said) == (
        "Run #2 of 27/11/2026, compared with #1 of 26/11/2026.\n"
        "How all findings stand: FAIL 2, PASS 7.\n\n"
        "New (3)\n"
        "- FAIL · critical · b: Protection is on (T-REALTIME) – was PASS, why: evidence\n"
        "- FAIL · low · a: Protection is on (T-REALTIME) – was PASS, why: evidence\n"
        "- UNKNOWN · high · e: Protection is on (T-REALTIME) – was PASS, "
        "why: machine silent: unreachable\n\n"
        "Resolved (1)\n"
        "- PASS · high · c: Protection is on (T-REALTIME) – was FAIL, why: evidence\n\n"
        "By the calendar alone: nobody did anything (1)\n"
        "- FAIL · high · d: Protection is on (T-REALTIME) – was PASS, why: aged\n\n"
        "Nothing for more than 7 days means that soccheck does not run: ask whoever runs it.\n"
    )


def test_each_kind_says_what_it_is_in_both_languages() -> None:
    first = digest(news(state="", cause=""), kind=DigestKind.FIRST, since=None, since_day=None)
    assert "first message; FAIL 2, PASS 7" in letter(first, EN).subject
    assert "each finding once" in mail.text(letter(first, EN))
    quiet = letter(digest(kind=DigestKind.QUIET), EN)
    assert quiet.subject.endswith(": nothing changed")
    assert "How all findings stand: FAIL 2" in mail.text(quiet), "no silence about what fails"
    assert "Nothing was assessed." in letter(digest(kind=DigestKind.QUIET, statuses={}), EN).lead
    for kind in DigestKind:
        one, other = letter(digest(news(), kind=kind), EN), letter(digest(news(), kind=kind), VI)
        assert one.subject != other.subject
        assert one.lead[0] != other.lead[0]


def test_a_long_list_says_how_many_more() -> None:
    said = letter(digest(*(news(f"web-{i}") for i in range(30))), EN)
    assert said.paragraphs[0].title == "New (30)"
    assert len(said.paragraphs[0].lines) == 25
    assert said.paragraphs[0].more == "and 5 more"


def test_what_came_and_went_between_two_messages_is_not_told() -> None:
    broke, mended = news("a"), news("a", state="resolved", before="fail", after="pass")
    assert merged([[broke], [mended]]) == ()
    still = merged([[broke, news("b")], [mended]])
    assert [item.asset for item in still] == ["b"]
    aged = news("c", by_calendar=True, before="pass", after="unknown")
    then = news("c", before="unknown", after="fail")
    assert [(n.before, n.after, n.by_calendar) for n in merged([[aged], [then]])] == [
        ("pass", "fail", False)
    ]


def test_each_organisation_is_told_of_its_own() -> None:
    mine, other, nobody = news("a"), news("b", organization="ubnd"), news("c", organization=None)
    assert concerning([mine, other, nobody], ("so",)) == (mine,)
    assert concerning([mine, other, nobody], ()) == (mine, other, nobody)


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append(tag)


def test_hostile_names_stay_names_in_every_form() -> None:
    said = letter(digest(news(HOSTILE), authority={"en": HOSTILE}), EN)
    made = mail.message(said, "soc@a.example", "it@b.example", "k-1", MOMENT, EN)
    raw = made.as_bytes()
    assert b"\nBcc:" not in raw
    assert set(made.keys()).isdisjoint({"Bcc", "Cc"})
    page = made.get_body(("html",))
    assert page is not None
    tags = _Tags()
    tags.feed(page.get_content())
    assert set(tags.found) <= {"html", "head", "meta", "title", "body", "p", "h2", "ul", "li"}
    [card] = BODIES["slack"](digest(news(HOSTILE)), said, EN, MOMENT)
    assert "mrkdwn" not in json.dumps(card)
    assert isinstance(card, dict)
    assert "<" not in card["text"]
    [card] = BODIES["teams"](digest(news(HOSTILE)), said, EN, MOMENT)
    assert "TextBlock" not in json.dumps(card).replace("RichTextBlock", "")


@pytest.mark.parametrize("name", BODIES)
def test_every_body_names_what_fails(name: str) -> None:
    [body] = BODIES[name](digest(news()), letter(digest(news()), EN), EN, MOMENT)
    assert "web-1" in json.dumps(body)


# ocsf/ocsf-schema: events/base_event.json, events/findings/{finding,compliance_finding}.json, and
# objects/{metadata,product,finding_info,compliance}.json: what they require, and the numbers they allow.
REQUIRED = {
    "": {
        *("activity_id", "category_uid", "class_uid", "compliance", "finding_info", "metadata"),
        *("severity_id", "time", "type_uid"),
    },
    "metadata": {"product", "version"},
    "finding_info": {"uid"},
    "compliance": {"standards"},
}


@pytest.mark.parametrize(
    ("more", "numbers"),
    [
        ({}, (1, 200301, 3, 1)),
        ({"state": "worse"}, (2, 200302, 3, 99)),
        ({"state": "resolved", "after": "pass"}, (3, 200303, 1, 4)),
        ({"state": "left", "after": "absent"}, (3, 200303, 99, 99)),
        ({"after": "unknown"}, (1, 200301, 2, 1)),
        ({"after": "waived", "state": "better"}, (2, 200302, 99, 99)),
    ],
)
def test_a_siem_gets_compliance_findings_as_their_schema_has_them(
    more: dict[str, str], numbers: tuple[int, ...]
) -> None:
    made = digest(news(**more))
    [events] = BODIES["ocsf"](made, letter(made, EN), EN, MOMENT)
    assert isinstance(events, list)
    [event] = events
    for part, names in REQUIRED.items():
        assert names <= (event[part] if part else event).keys()
    assert event["class_uid"] == 2003
    assert event["time"] == 1795759200000
    found = (event["activity_id"], event["type_uid"], event["compliance"]["status_id"])
    assert (*found, event["status_id"]) == numbers


def test_a_siem_gets_every_finding_in_posts_that_it_can_take() -> None:
    made = digest(*(news(f"web-{i}") for i in range(1201)))
    sizes = [len(part) for part in BODIES["ocsf"](made, letter(made, EN), EN, MOMENT)]  # type: ignore[arg-type]
    assert sizes == [500, 500, 201]
