"""Every duty is a row of `docs/law.md`: judged, in part, or why no tool can; none before its source.

`python -m tests.test_law` writes the page from `docs/law.yaml`.
"""

from __future__ import annotations

from collections import Counter
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from soccheck.model import Control, Policy
from soccheck.policy import load as policy
from tests.kit import read_yaml, shipped

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "law.md"
HEAD = """# The law, duty by duty

Made from [law.yaml](law.yaml) by `python -m tests.test_law`. A duty is judged by the controls named, in part
(what is left is said), or not at all, with the reason. `soccheck explain INVENTORY CONTROL` says how one
judges, `soccheck policy show POLICY` how sure its source is. A control that judges in a part of the time
alone says so. The policies are our reading, no legal advice.
"""
CHOSEN = "| what | taken | why |\n|---|---|---|"
SURE = {
    "primary": "official text read",
    "copy": "a third party's copy of the whole text read",
    "secondary": "summary read",
}


@cache
def data() -> dict[str, Any]:
    found: dict[str, Any] = read_yaml((ROOT / "docs" / "law.yaml").read_text(encoding="utf-8"))
    return found


def how(duty: dict[str, Any]) -> str:
    """Return whether a duty is judged."""
    if "controls" not in duty:
        return "not judgeable"
    return "in part" if "because" in duty else "judged"


def told_of(name: str, since: date) -> str:
    """Return a control with the days in which it judges, where it does not from the source's first on."""
    spans = [
        (from_day(one, c), min(one.effective.end or date.max, c.effective.end or date.max))
        for one in shipped()
        for c in one.controls
        if c.id == name
    ]
    first, last = min(start for start, _ in spans), max(end for _, end in spans)
    days = [f"since {first}"] * (first > since) + [f"until {last}"] * (last < date.max)
    return f"{name} ({', '.join(days)})" if days else name


def page() -> str:
    lines = [HEAD]
    total = Counter(how(duty) for duty in data()["duties"])
    lines.append(
        "| source | duties | judged | in part | not judgeable by a tool |\n|---|---|---|---|---|"
    )
    for key, source in data()["sources"].items():
        of = Counter(how(duty) for duty in data()["duties"] if duty["source"] == key)
        lines.append(
            f"| {source['name']} | {of.total()} | {of['judged']} | {of['in part']} | {of['not judgeable']} |"
        )
    lines.append(
        f"| all | {total.total()} | {total['judged']} | {total['in part']} | {total['not judgeable']} |"
    )
    for key, source in data()["sources"].items():
        sure = f"{SURE[source['verified']]}: {source['note']}"
        lines.append(f"\n## {source['name']}\n\nIn force from {source['from']}; {sure}.\n")
        lines.append("| clause | duty | | by |\n|---|---|---|---|")
        for duty in data()["duties"]:
            if duty["source"] == key:
                by = ", ".join(told_of(name, source["from"]) for name in duty.get("controls", ()))
                because = duty.get("because", "")
                told = {"judged": by, "in part": f"{by}; {because}"}.get(how(duty), because)
                lines.append(f"| {duty['clause']} | {duty['duty']} | {how(duty)} | {told} |")
    lines += ["\n## Days and figures that are our choice\n", CHOSEN]
    lines += [f"| {row['what']} | {row['taken']} | {row['why']} |" for row in data()["chosen"]]
    lines += own_figures()
    lines += ["\n## Looked for and not found\n"]
    lines += [f"- {text}" for text in data()["missing"]]
    return "\n".join(lines) + "\n"


def own_figures() -> list[str]:
    """Return a row for every parameter of a policy of which no text that was read gives the figure."""
    rows = []
    for one in shipped():
        for name, parameter in one.parameters.items():
            source = parameter.reference
            if source is not None and source.verified == "unverified":
                unread = (
                    f"{source.source}, {source.clause}: not read" if source.clause else "own choice"
                )
                why = (source.note or {}).get("en", unread)
                value = str(parameter.value).replace("|", "\\|")
                what = f"{parameter.title['en']} (`{name}` of {one.id} {one.version})"
                rows.append(f"| {what} | {value} | {why} |")
    return rows


def test_the_page_is_current() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run `python -m tests.test_law`"


def test_every_duty_is_judged_or_says_why_not() -> None:
    known = {control.id for one in shipped() for control in one.controls}
    for duty in data()["duties"]:
        assert duty["source"] in data()["sources"], duty
        assert duty.get("controls") or duty.get("because"), duty
        assert set(duty.get("controls", ())) <= known, duty


def test_what_counts_as_judged_is_judged_from_the_first_day_of_its_source() -> None:
    for duty in data()["duties"]:
        if how(duty) == "judged":
            since = data()["sources"][duty["source"]]["from"]
            assert any(told_of(name, since) == name for name in duty["controls"]), duty


def test_the_standard_is_there_whole() -> None:
    of = Counter(duty["source"] for duty in data()["duties"])
    assert of["tcvn-14423 periodic"] == 33
    assert of["tcvn-14423 solution"] == 29


def test_every_article_has_a_row() -> None:
    articles = {
        (duty["source"], int(duty["clause"].split()[0].split(".")[0].strip(",")))
        for duty in data()["duties"]
        if duty["source"] in ("nd-331", "luat-116")
    }
    assert {n for source, n in articles if source == "nd-331"} == set(range(28, 37))
    assert {n for source, n in articles if source == "luat-116"} == set(range(33, 46))


def from_day(one: Policy, control: Control) -> date:
    return max(one.effective.start or date.min, control.effective.start or date.min)


def test_nothing_is_judged_before_the_first_of_its_sources() -> None:
    days = data()["days"]
    early = []
    for one in shipped():
        for control in one.controls:
            first = min(days[reference.source] for reference in control.references)
            if from_day(one, control) < first:
                early.append((control.id, from_day(one, control), first))
    assert early == []


@pytest.mark.parametrize(
    ("day", "other"),
    [
        (date(2026, 6, 30), ("an ninh mạng", "cyber security")),
        (date(2026, 8, 19), ("an toàn thông tin", "an toàn hệ thống thông tin", "ứng cứu")),
    ],
)
def test_titles_are_in_the_words_of_the_law_in_force(day: date, other: tuple[str, ...]) -> None:
    """Law 116/2025 says an ninh mạng since 1 July 2026; Decree 85's own terms end with it on 18 August."""
    said = []
    for one in policy.in_force(shipped(), day):
        texts = {one.id: one.title}
        for control in one.controls:
            texts |= {control.id: control.title, f"{control.id} to do": control.remediation}
        said += [
            (name, text)
            for name, text in texts.items()
            for word in other
            if word in f"{text['vi']} {text['en']}".lower()
        ]
    assert said == []


def test_time_to_comply_with_the_new_law_is_given_to_what_was_levelled_before_alone() -> None:
    """Law 116, art. 45.1, and Decree 331, art. 39.1: a system that never was levelled has none."""
    scoped = {"SL-LEVEL-KEPT", "SL-CONDITIONS"}  # judged of such systems only
    for one in shipped():
        for control in one.controls:
            if control.grace is not None and control.grace.until == date(2027, 6, 30):
                assert control.grace.when is not None or control.id in scoped, control.id


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
