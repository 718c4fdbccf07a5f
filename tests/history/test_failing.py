"""Since when something fails: what was not seen for a while does not begin anew."""

from __future__ import annotations

import json
from typing import Any

from tests.history.nights import SETTINGS, Nights

PROFILE = """\
profile: strict
version: "1"
extends: trial
title: {en: Strict, vi: Nghiêm}
parameters: {sla_high: 10d}
"""


def failing(nights: Nights, *arguments: str) -> dict[tuple[str, str], dict[str, Any]]:
    found = nights.documents("failing", *arguments)["failing"]
    return {(item["control"], item["asset"]): item for item in found}


WEB = ("T-REALTIME", "web-1")


def test_a_silent_machine_goes_on_failing_and_is_said_to_be_unseen(nights: Nights) -> None:
    nights.night("2024-03-01")
    for day, answer in (
        ("2024-03-12", False),
        ("2024-04-02", "unreachable"),
        ("2024-04-20", "timeout"),
    ):
        nights.evidence(day, {"web-1": answer, "web-2": True})
        nights.night(day)
    item = failing(nights)[WEB]
    assert (item["since"], item["unseen_since"], item["days"]) == ("2024-03-12", "2024-04-02", 39)
    assert "since 12/03/2024" in nights.call("failing").out
    assert "unseen since 02/04/2024" in " ".join(nights.call("failing").out.split())
    nights.evidence("2024-05-01", {"web-1": False, "web-2": True})
    nights.night("2024-05-01")
    item = failing(nights)[WEB]
    assert (item["since"], item["unseen_since"]) == ("2024-03-12", None)


def test_what_is_seen_to_be_mended_begins_anew(nights: Nights) -> None:
    for day, answer in (("2024-03-12", False), ("2024-04-02", True), ("2024-04-20", False)):
        nights.evidence(day, {"web-1": answer, "web-2": True})
        nights.night(day)
    assert failing(nights)[WEB]["since"] == "2024-04-20"


def test_what_failed_in_the_first_run_has_failed_since_then_at_least(nights: Nights) -> None:
    nights.night("2024-03-01")
    item = failing(nights)["T-REALTIME", "web-2"]
    assert item["since_at_least"] is True
    assert "at least" in nights.call("failing").out


def test_a_waived_failure_is_one(nights: Nights) -> None:
    nights.scratch.edit(
        "inv/hosts.yaml",
        "[mail]\n    antivirus: {realtime: true}",
        "[mail]\n    antivirus: {realtime: false}",
    )
    nights.night("2024-03-01")
    assert failing(nights)["T-REALTIME", "mail-1"]["status"] == "waived"


def test_older_and_of_an_organisation(nights: Nights) -> None:
    unit = "  phong: {type: department, tier: province, name: {vi: Phòng}}\n"
    nights.scratch.edit("inv/authority.yaml", "  so:", f"{unit}  so:")
    nights.night("2024-03-01")
    nights.scratch.edit("inv/hosts.yaml", "realtime: true", "realtime: false")
    nights.night("2024-05-01")
    assert ("T-REALTIME", "web-1") in failing(nights)
    assert ("T-REALTIME", "web-1") not in failing(nights, "--older-than", "30d")
    assert failing(nights, "--organization", "so") == failing(nights)
    assert failing(nights, "--organization", "phong") == {}
    assert nights.call("failing").code == 1
    assert nights.call("failing", "--organization", "phong").code == 0


def test_an_organisation_that_there_is_not_is_refused(nights: Nights) -> None:
    unit = "  phong: {type: department, tier: province, name: {vi: Phòng}}\n"
    nights.scratch.edit("inv/authority.yaml", "  so:", f"{unit}  so:")
    nights.night("2024-03-01")
    for name, hint in (("phogn", "did you mean 'phong'?"), ("web-1", "known here: phong, so")):
        ran = nights.call("failing", "--organization", name)
        assert ran.code == 2
        assert f"--organization: there is no '{name}'" in ran.err
        assert hint in ran.err
    nights.scratch.edit("inv/authority.yaml", unit, "")
    nights.night("2024-03-02")
    ran = nights.call("failing", "--organization", "phong")
    assert ran.code == 2, "it is no longer there: nothing is said of it"


def test_what_is_over_the_time_that_a_policy_gives(nights: Nights) -> None:
    nights.night("2024-03-01")
    assert nights.call("failing", "--sla").code == 2
    nights.scratch.write("strict.yaml", PROFILE)
    text = (nights.scratch.root / "pol/trial.yaml").read_text()
    parameter = "  sla_high: {value: 30d, title: {en: time to mend, vi: hạn khắc phục}}\n"
    nights.scratch.write(
        "pol/trial.yaml", text.replace("parameters:\n", f"parameters:\n{parameter}")
    )
    nights.night("2024-03-31")
    assert failing(nights, "--sla") == {}
    nights.night("2024-04-01")
    found = failing(nights, "--sla")
    assert found["T-REALTIME", "web-2"]["days_over"] == 1
    assert set(found) == {("T-REALTIME", "web-2")}  # the only one that is of high severity


def test_months_without_a_run_are_gaps(nights: Nights) -> None:
    for day in ("2024-01-10", "2024-01-30", "2024-04-02"):
        nights.night(day)
    months = nights.documents("trend")["months"]
    assert [(m["month"], m["run"]) for m in months] == [
        ("2024-01", 2), ("2024-02", None), ("2024-03", None), ("2024-04", 3),
    ]  # fmt: skip
    assert months[1]["figures"] == {}
    assert months[0]["figures"]["trial"] == {"passed": 1, "total": 2, "unknown": False}
    assert "–" in nights.call("trend").out
    by = nights.documents("trend", "trial", "--by", "organization", "--last", "2mo")
    assert [m["month"] for m in by["months"]] == ["2024-03", "2024-04"]
    assert by["months"][1]["figures"]["so"]["total"] == 8
    levels = nights.documents("trend", "--by", "level")["months"][0]["figures"]
    assert set(levels) == {"2", "3"}


def test_a_policy_that_no_run_was_judged_by(nights: Nights) -> None:
    nights.night("2024-01-10")
    for by in ((), ("--by", "organization")):
        ran = nights.call("trend", "trail", *by)
        assert ran.code == 2
        assert "no run judged by a policy 'trail'" in ran.err
        assert "did you mean 'trial'?" in ran.err
    assert "known here: trial" in nights.call("trend", "none").err
    assert nights.call("trend", "--by", "organisation").code == 2
    assert nights.call("trend", "--last", "30d").code == 2


def test_silent_machines_and_the_last_run_are_told_to_a_watchdog(nights: Nights) -> None:
    for day in ("2024-03-12", "2024-03-22"):
        nights.evidence(day, {"web-1": "unreachable", "web-2": True})
        nights.night(day)
    ran = nights.call("health")
    assert ran.code == 1
    assert "silent: web-1 since 12/03/2024 (unreachable): too long" in ran.out
    assert nights.call("health", "--silent", "10d").code == 0
    told = json.loads(nights.call("health", "--format", "json").out)
    assert (told["run"], told["late"], told["asked"], told["exit_code"]) == (2, False, True, 1)
    assert told["silent"] == [
        {"asset": "web-1", "since": "2024-03-12", "days": 10, "code": "unreachable", "over": True}
    ]
    assert nights.call("health", "--format", "json", "--nagios").code == 2
    nagios = nights.call("health", "--nagios")
    assert nagios.code == 2
    assert nagios.out.startswith(
        "SOCCHECK CRITICAL - last good run #2 0.0 h ago, 1 silent, 1 too long|"
    )
    nights.scratch.write("soccheck.yaml", SETTINGS)
    nights.night("2024-03-23")
    assert "no machine was asked" in nights.call("health").out
