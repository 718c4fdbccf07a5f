"""Why a finding changed: each cause alone, none guessed, on both databases."""

from __future__ import annotations

from tests.history.nights import AGING, Nights

CHANGED = ("T-REALTIME", "web-1")
ITS_SYSTEM = ("T-HOSTS", "portal")  # fails by one host more


def test_the_first_run_has_nothing_to_compare_with(nights: Nights) -> None:
    ran = nights.night("2024-06-30")
    assert "the first run" in ran.out
    assert nights.diff() == {}


def test_nothing_edited_and_nothing_aged_changes_nothing(nights: Nights) -> None:
    nights.night("2024-06-30")
    assert "Nothing changed." in nights.night("2024-07-01").out


def test_what_ages_is_told_apart(nights: Nights) -> None:
    nights.scratch.edit("inv/systems.yaml", "  mail:", "    backup: {last: 2024-05-20}\n  mail:")
    policy = nights.scratch.root / "pol/trial.yaml"
    policy.write_text(policy.read_text() + AGING)
    nights.night("2024-06-10")
    ran = nights.night("2024-06-30")
    change = nights.diff()["T-BACKUP", "portal"]
    assert (change["before"], change["cause"], change["by_calendar"]) == ("pass", "aged", True)
    assert "by the calendar alone" in ran.out


def test_an_edit_of_a_fact_is_of_the_inventory(nights: Nights) -> None:
    nights.night("2024-06-30")
    nights.scratch.edit("inv/hosts.yaml", "realtime: true", "realtime: false")
    nights.night("2024-07-01")
    assert nights.causes() == {CHANGED: "inventory", ITS_SYSTEM: "inventory"}
    assert nights.diff()[ITS_SYSTEM]["state"] == "worse"


def test_a_new_asset_and_one_that_left_are_of_the_scope(nights: Nights) -> None:
    nights.night("2024-06-30")
    host = "  web-3:\n    organization: so\n    role: server\n    antivirus: {realtime: false}\n"
    nights.scratch.edit("inv/hosts.yaml", "  web-2:", f"{host}  web-2:")
    nights.night("2024-07-01")
    assert nights.causes() == {("T-REALTIME", "web-3"): "scope"}
    nights.scratch.edit("inv/hosts.yaml", host, "")
    nights.night("2024-07-02")
    change = nights.diff()["T-REALTIME", "web-3"]
    assert (change["state"], change["cause"], change["after"]) == ("left", "scope", "absent")


def test_a_role_that_takes_a_host_out_is_of_the_scope(nights: Nights) -> None:
    nights.night("2024-06-30")
    nights.scratch.edit("inv/hosts.yaml", "role: server", "role: appliance")
    nights.night("2024-07-01")
    assert nights.causes()[CHANGED] == "scope"


def test_another_requirement_is_of_the_policy(nights: Nights) -> None:
    nights.night("2024-06-30")
    nights.scratch.edit("pol/trial.yaml", "[2, 3, 4, 5]", "[3, 4, 5]")
    nights.night("2024-07-01")
    assert nights.causes() == {("T-LEVEL", "mail"): "policy"}


def test_an_edition_that_comes_into_force_is_of_the_policy_by_the_calendar(nights: Nights) -> None:
    text = (nights.scratch.root / "pol/trial.yaml").read_text()
    old = text.replace('version: "1"', 'version: "1"\neffective: {to: 2024-08-18}')
    new = text.replace('version: "1"', 'version: "2"\neffective: {from: 2024-08-19}')
    nights.scratch.write("pol/trial.yaml", old)
    nights.scratch.write("pol/trial-2.yaml", new.replace("[2, 3, 4, 5]", "[3, 4, 5]"))
    nights.night("2024-08-18")
    nights.night("2024-08-19")
    change = nights.diff()["T-LEVEL", "mail"]
    assert (change["cause"], change["by_calendar"]) == ("policy", True)


def test_a_waiver_that_is_given_taken_and_runs_out(nights: Nights) -> None:
    nights.scratch.edit(
        "inv/hosts.yaml",
        "tags: [old]\n    systems: [mail]\n    antivirus: {realtime: true}",
        "tags: [old]\n    systems: [mail]\n    antivirus: {realtime: false}",
    )
    waivers = (nights.scratch.root / "inv/waivers.yaml").read_text()
    nights.night("2024-12-29")
    nights.scratch.write("inv/waivers.yaml", "waivers: {}\n")
    nights.night("2024-12-30")
    taken = nights.diff()["T-REALTIME", "mail-1"]
    assert (taken["before"], taken["after"], taken["cause"]) == ("waived", "fail", "waiver")
    assert taken["by_calendar"] is False
    nights.scratch.write("inv/waivers.yaml", waivers)
    nights.night("2024-12-31")
    assert nights.causes()["T-REALTIME", "mail-1"] == "waiver"
    nights.night("2025-01-01")
    ended = nights.diff()["T-REALTIME", "mail-1"]
    assert (ended["after"], ended["cause"], ended["by_calendar"]) == ("fail", "waiver", True)
    assert ended["detail"] == "w-1"


def test_what_a_machine_answers_is_evidence_and_no_answer_is_silence(nights: Nights) -> None:
    nights.evidence("2024-06-30", {"web-1": True, "web-2": True})
    nights.night("2024-06-30")
    nights.evidence("2024-07-01", {"web-1": False, "web-2": True})
    nights.night("2024-07-01")
    assert nights.causes() == {CHANGED: "evidence", ITS_SYSTEM: "evidence"}
    nights.evidence("2024-07-02", {"web-1": False, "web-2": "unreachable"})
    nights.night("2024-07-02")
    change = nights.diff()["T-REALTIME", "web-2"]  # which the inventory says is not protected
    assert (change["before"], change["after"], change["cause"]) == ("pass", "fail", "silent")


def test_a_measure_that_is_met_better_or_worse(nights: Nights) -> None:
    nights.scratch.edit("inv/fleets.yaml", "protected: 95", "protected: 50")
    nights.night("2024-06-30")
    nights.scratch.edit("inv/fleets.yaml", "protected: 50", "protected: 60")
    nights.night("2024-07-01")
    assert nights.diff()["T-FLEET", "pcs"]["state"] == "better"
    nights.scratch.edit("inv/fleets.yaml", "protected: 60", "protected: 10")
    nights.night("2024-07-02")
    assert nights.diff()["T-FLEET", "pcs"]["state"] == "worse"


def test_a_host_that_is_renamed_goes_on_failing(nights: Nights) -> None:
    nights.night("2024-06-30")
    nights.scratch.edit("inv/hosts.yaml", "  web-2:\n", "  www-2:\n    formerly: [web-2]\n")
    nights.night("2024-07-30")
    assert nights.causes() == {}
    found = {i["asset"]: i["since"] for i in nights.documents("failing")["failing"]}
    assert found["www-2"] == "2024-06-30"
    assert nights.call("history", "verify").code == 0


def test_two_runs_that_are_no_neighbours_are_judged_again(nights: Nights) -> None:
    nights.night("2024-06-30")
    nights.scratch.edit("inv/hosts.yaml", "realtime: true", "realtime: false")
    nights.night("2024-07-01")
    nights.scratch.edit("pol/trial.yaml", "[2, 3, 4, 5]", "[3, 4, 5]")
    nights.night("2024-07-02")
    expected = {CHANGED: "inventory", ITS_SYSTEM: "inventory", ("T-LEVEL", "mail"): "policy"}
    assert nights.causes("#1", "#3") == expected == nights.causes("2024-06-30", "2024-07-02")
    assert nights.causes("1") == expected


def test_of_results_in_files_why_is_not_known(nights: Nights) -> None:
    for name in ("a", "b"):
        nights.call(
            *("audit", "inv", "--policies", "pol", "--as-of", "2024-06-30"),
            *("--format", "json", "--output", f"{name}.json"),
        )
        nights.scratch.edit("inv/hosts.yaml", "realtime: true", "realtime: false")
    assert nights.causes("a.json", "b.json") == {CHANGED: "not_known"}
    nights.night("2024-07-01")
    assert ("T-REALTIME", "mail-1") in nights.causes("b.json", "latest")
