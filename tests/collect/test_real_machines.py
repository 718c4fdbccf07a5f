"""Real sshd, rulesets and ClamAV in network namespaces: what is true of a machine is what is collected.

The faults happen all at once, beside healthy machines whose evidence must be what it always is.
"""

from __future__ import annotations

import json
import os
import signal
import stat
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from soccheck.bundle import bundle as evidence
from soccheck.firewall.from_bundle import configuration
from soccheck.firewall.learn import learn
from soccheck.inventory import load as inventories
from soccheck.probes.all import PROBES
from soccheck.probes.antivirus_facts import DATED
from soccheck.sources.files import Memory
from tests.cli.run import heed_interrupts
from tests.collect.conftest import CERTIFICATES, HEALTHY, Soccheck
from tests.fleet import Fleet

QUICK = (
    "--connect-timeout",
    "1",
    "--login-timeout",
    "3",
    "--command-timeout",
    "4",
    "--retries",
    "1",
)
INVENTORY = """
authority: {stated: 2024-06-30}
organizations: {o: {type: office, tier: province}}
"""
EXPECTED = {
    "ok-none": ("allow", "allow", False),
    "ok-nft": ("deny", "deny", True),
    "ok-iptables-nft": ("deny", "deny", True),
    "ok-iptables-legacy": ("deny", "deny", True),
    "ok-ufw": ("deny", "deny", True),
}


def facts(bundle: dict[str, Any], name: str) -> dict[str, Any]:
    records = bundle["assets"][name]["probes"].values()
    return {fact: value for record in records for fact, value in record["facts"].items()}


def filters(bundle: dict[str, Any], name: str) -> dict[str, Any]:
    """Return what the firewall engine reads out of a machine's answers."""
    held = configuration(bundle["assets"][name])
    assert held is not None
    text = f"{INVENTORY}hosts: {{{name}: {{organization: o, role: server}}}}"
    loaded = inventories.read(Memory({"a.yaml": text.encode()}), "inv")
    return {fact: found[-1].value for fact, found in learn({name: held}, loaded, {})[name].items()}


def problem(bundle: dict[str, Any], name: str) -> tuple[str, str]:
    found = evidence.failed(bundle["assets"][name])
    return (found["code"], found["detail"]) if found else ("", "")


def steady(found: dict[str, Any]) -> dict[str, Any]:
    """Leave out what differs from run to run."""
    return {k: v for k, v in found.items() if k not in ("upkeep.uptime", "clock.skew")}


@pytest.fixture(scope="module")
def all_at_once(
    real_fleet: Fleet, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Soccheck, subprocess.CompletedProcess[str], dict[str, Any]]:
    """Collect from every machine, the faulty ones too, in one run."""
    soccheck = Soccheck(real_fleet, tmp_path_factory.mktemp("all"))
    addresses = {m.name: m.v4 for m in real_fleet.machines}
    addresses["nowhere"] = "198.18.255.254"
    addresses["no-service"] = real_fleet.machines[0].v4
    inventory = soccheck.inventory(addresses)
    text = (inventory / "all.yaml").read_text()
    text = text.replace("  no-service:\n", "  no-service:\n    note: nothing listens there\n")
    head, tail = text.split("  no-service:")
    (inventory / "all.yaml").write_text(
        head + "  no-service:" + tail.replace("user: root", "user: root, port: 2")
    )
    done = soccheck("collect", "inv", "-o", "e.json", "-i", str(real_fleet.key), *QUICK)
    return soccheck, done, evidence.load(soccheck.folder / "e.json", "e.json")


Run = tuple[Soccheck, subprocess.CompletedProcess[str], dict[str, Any]]


@pytest.mark.parametrize("name", EXPECTED)
def test_healthy_machines_tell_of_their_rulesets(all_at_once: Run, name: str) -> None:
    found, shown = facts(all_at_once[2], name), filters(all_at_once[2], name)
    answer = (
        shown["firewall.default_inbound"],
        shown["firewall.default_inbound_ipv6"],
        shown["firewall.active"],
    )
    assert answer == EXPECTED[name]
    assert found["os.name"] == "Debian GNU/Linux 12 (bookworm)"
    assert 22 in found["listens.ipv4"]
    assert 22 in found["listens.ipv6"]
    assert found["ipv6.address"] is True
    assert found["ipv6.default_route"] is False
    assert found["clock.skew"] == 0
    assert found["ipv6.disabled"] is False
    learnt = set().union(*(one.learns for (kind, _), one in PROBES.items() if kind == "linux"))
    # Of an antivirus that does not run there is no database; this kernel is no package's; of Debian 12
    # the support of every machine is over.
    beyond = {*DATED, "clock.synchronised", "upkeep.restart_due", "ipv6.resolver"}
    beyond |= {"os.supported_until", "antivirus.autorun_off"}  # no udevd runs here
    assert learnt - set(found) <= beyond


def test_a_firewall_with_pf_tells_what_it_applies(soccheck: Soccheck, real_fleet: Fleet) -> None:
    (machine,) = [m for m in real_fleet.machines if m.name == "openbsd"]
    folder = soccheck.inventory({})
    (folder / "all.yaml").write_text(
        f"""{INVENTORY}
firewalls:
  edge:
    organization: o
    os: {{family: bsd}}
    addresses: ["{machine.v4}"]
    ssh: {{user: root}}
"""
    )
    done = soccheck("collect", "inv", "-o", "e.json", "-i", str(real_fleet.key), *QUICK)
    assert done.returncode == 0, done.stderr
    entry = evidence.load(soccheck.folder / "e.json", "e.json")["assets"]["edge"]
    answers = entry["probes"]["configuration"]["answers"]
    assert {name: answer["state"] for name, answer in answers.items()} == {
        "system": "ok",
        "config": "no_command",
        "info": "ok",
        "interfaces": "ok",
        "nat": "failed",
        "rules": "ok",
        "tables": "ok",
    }
    assert answers["tables"]["output"] == "table admins\n   10.9.0.0/16\n"
    held = configuration(entry)
    assert held is not None
    loaded = inventories.load(folder, "inv")
    found = learn({"edge": held}, loaded, {})["edge"]
    assert found["firewall.active"][-1].value is True
    assert found["firewall.default_deny_input_ipv4"][-1].value is True


def test_the_raw_rulesets_are_in_the_bundle(all_at_once: Run) -> None:
    def raw(name: str, ask: str) -> str:
        answers = all_at_once[2]["assets"][name]["probes"]["firewall"]["answers"]
        text: str = answers[ask]["output"]
        return text

    assert "dport" in raw("ok-nft", "nft")
    assert "-A INPUT -p tcp -m tcp --dport 22 -j ACCEPT" in raw("ok-iptables-nft", "ip6tables")
    assert ":INPUT DROP" in raw("ok-iptables-legacy", "iptables-legacy")
    assert "ufw-user-input" in raw("ok-ufw", "iptables")
    assert "### RULES ###" in raw("ok-ufw", "ufw")


def test_iptables_is_asked_where_it_can_have_rules_and_only_there(all_at_once: Run) -> None:
    def states(name: str) -> list[str]:
        answers = all_at_once[2]["assets"][name]["probes"]["firewall"]["answers"]
        asked = ("iptables", "ip6tables", "ipset", "ufw", "iptables-legacy", "legacy-tables")
        return [answers[ask]["state"] for ask in asked]

    silent, asked = ["no_command"] * 2, ["ok"] * 4
    assert states("ok-none") == states("ok-nft") == ["no_command"] * 4 + silent
    assert states("ok-iptables-nft") == states("ok-ufw") == asked + silent
    assert states("ok-iptables-legacy") == [*asked, "ok", "ok"]


def test_clamav_without_a_real_database_runs_and_protects_nobody(
    all_at_once: Run, real_fleet: Fleet
) -> None:
    found = facts(all_at_once[2], "clamav")
    assert found["antivirus.product"] == "ClamAV"
    assert found["antivirus.running"] is True
    assert found["antivirus.signatures_loaded"] is False
    assert found["antivirus.realtime"] is False
    machine = next(m for m in real_fleet.machines if m.name == "clamav")
    sample = "X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
    (machine.folder / "eicar").write_text(sample)
    command = f"clamdscan --fdpass {machine.folder}/eicar; :"
    assert "Soccheck.Test.Eicar" in real_fleet.inside(machine, command).stdout
    stopped = facts(all_at_once[2], "ok-nft")
    assert stopped["antivirus.running"] is False


UP_TO_DATE = """
policy: test
version: "1"
title: {en: Test, vi: Thử}
effective: {from: 2020-01-01}
headline: {asset: host, controls: [AV-ON], label: {en: protected, vi: được bảo vệ}}
controls:
  - id: AV-ON
    title: {en: Protected, vi: Được bảo vệ}
    asset: host
    require:
      antivirus.realtime: true
      antivirus.signatures_loaded: true
      antivirus.signatures_age|lte: 3d
    evidence: {accept: [observed], max_age: 7d}
    severity: high
    label: {en: protected, vi: được bảo vệ}
    reference: [{source: "TCVN 14423:2026", clause: x.10, verified: secondary}]
    remediation: {en: switch it on, vi: hãy bật}
"""


def test_a_clamav_that_scans_with_todays_database_protects_and_no_other(
    all_at_once: Run, real_fleet: Fleet
) -> None:
    soccheck, _, bundle = all_at_once
    days = {}
    for name, realtime in (
        ("clamav-current", True),
        ("clamav-idle", False),
        ("clamav-old", True),
    ):
        found = facts(bundle, name)
        assert found["antivirus.running"] is True, name
        assert found["antivirus.signatures_loaded"] is True, name
        assert found["antivirus.realtime"] is realtime, name
        days[name] = found["antivirus.signatures_age"] // 86400
    assert days == {"clamav-current": 0, "clamav-idle": 0, "clamav-old": 30}
    machine = next(m for m in real_fleet.machines if m.name == "clamav-current")
    log = real_fleet.inside(machine, "clamdscan --version; ps axo comm").stdout
    assert "/27841/" in log
    assert "clamonacc" in log

    (soccheck.folder / "policy.yaml").write_text(UP_TO_DATE)
    words = (
        "audit",
        "inv",
        "--policies",
        "policy.yaml",
        "--evidence",
        "e.json",
        "--format",
        "json",
    )
    findings = json.loads(soccheck(*words).stdout)["findings"]
    status = {one["asset"]: one["status"] for one in findings if "clamav" in one["asset"]}
    assert status == {
        "clamav": "fail",
        "clamav-current": "pass",
        "clamav-idle": "fail",
        "clamav-old": "fail",
    }


FAULTS = {
    "killed": "lost",
    "sleeper": "timeout",
    "flood": "too_large",
    "nologin": "no_command",
    "silent": "unreachable",
    "nowhere": "unreachable",
    "no-service": "refused",
    "unknown-key": "host_key",
    "changed-key": "host_key",
    "banner": "lost",  # sshd itself gives up on a banner of 1 MB; test_connection has one that does not
}


@pytest.mark.parametrize("name", FAULTS)
def test_each_fault_is_its_own_machines_problem(all_at_once: Run, name: str) -> None:
    bundle = all_at_once[2]
    code, detail = problem(bundle, name)
    assert code == FAULTS[name], detail
    assert facts(bundle, name) == {}
    for record in bundle["assets"][name]["probes"].values():
        assert record["problems"]
        assert {p["code"] for p in record["problems"].values()} == {code}


def test_an_sshd_that_dies_of_its_banner_is_to_be_looked_at_there(all_at_once: Run) -> None:
    _, detail = problem(all_at_once[2], "banner")
    assert "closed the connection before it answered to a key: see its sshd's log" in detail
    assert "a Banner of more than 256 KiB" in detail


def test_a_host_key_that_is_not_ours_comes_with_what_to_check(all_at_once: Run) -> None:
    _, detail = problem(all_at_once[2], "unknown-key")
    assert "unknown host key" in detail
    assert "SHA256:" in detail
    assert "ssh-keyscan -t ed25519 198.18." in detail
    _, detail = problem(all_at_once[2], "changed-key")
    assert detail.startswith("CHANGED host key")
    assert detail.count("SHA256:") == 2


def test_one_question_without_end_costs_what_came_after_it(all_at_once: Run) -> None:
    entry = all_at_once[2]["assets"]["slow-nft"]
    assert entry["probes"]["antivirus"]["problem"] is None
    assert entry["probes"]["antivirus"]["facts"]["antivirus.installed"] is True
    firewall = entry["probes"]["firewall"]
    assert firewall["facts"] == {}
    assert {p["code"] for p in firewall["problems"].values()} == {"timeout"}


def test_a_gigabyte_and_a_noisy_error_stream_cost_one_question(all_at_once: Run) -> None:
    entry = all_at_once[2]["assets"]["noisy"]
    answers = entry["probes"]["firewall"]["answers"]
    assert answers["sockets"]["state"] == "too_large"
    assert len(answers["sockets"]["output"]) <= 256 * 1024
    assert entry["probes"]["firewall"]["problems"]["listens.ipv4"]["code"] == "too_large"
    assert entry["probes"]["ipv6"]["problems"]["ipv6.listens"]["code"] == "too_large"
    assert answers["ipset"]["output"] == "created\n"
    assert len(answers["ipset"]["error"]) <= 2048
    assert entry["probes"]["identity"]["problem"] is None


def test_an_sshd_that_agrees_on_new_keys_every_4_kb_tells_the_same(all_at_once: Run) -> None:
    bundle = all_at_once[2]
    assert problem(bundle, "new-keys") == ("", "")
    own = ("system.name", "ipv4.addresses", "ipv6.addresses")
    told, plain = (
        {k: v for k, v in steady(facts(bundle, name)).items() if k not in own}
        for name in ("new-keys", "ok-none")
    )
    assert told == plain


def test_hostile_text_stays_text(all_at_once: Run) -> None:
    soccheck, _, bundle = all_at_once
    found = facts(bundle, "hostile")
    said = bundle["assets"]["hostile"]["probes"]["identity"]["answers"]["system"]["output"]
    assert "\ufffd" in said
    assert "os.name" not in found  # lines that are no assignments: os-release(5)
    assert found["monitoring.agent"] is False
    for words in (
        ("--asset", "hostile"),
        ("--asset", "hostile", "--raw", "identity"),
        ("--problems",),
    ):
        shown = soccheck("evidence", "show", "e.json", *words)
        assert shown.returncode == 0
        assert "\x1b" not in shown.stdout
        assert "\x07" not in shown.stdout


def test_the_run_says_in_one_line_how_it_went(all_at_once: Run) -> None:
    _, done, bundle = all_at_once
    assert done.returncode == 3
    assert bundle["complete"] is False
    (line,) = done.stdout.splitlines()
    good = len(bundle["assets"]) - len(FAULTS) - 1  # the slow one is incomplete as well
    assert line.startswith(f"{good} of {len(bundle['assets'])} machines answered")
    assert "\r" not in done.stderr
    assert "soccheck evidence show e.json --problems" in done.stderr


def test_every_fact_follows_from_the_answers(all_at_once: Run) -> None:
    soccheck, _, _ = all_at_once
    done = soccheck("evidence", "verify", "e.json", "--rederive")
    assert done.returncode == 0, done.stderr
    assert "facts follow from the answers" in " ".join(done.stdout.split())


def test_healthy_machines_answer_the_same_without_the_others(
    all_at_once: Run, soccheck: Soccheck, real_fleet: Fleet
) -> None:
    machines = [m for m in real_fleet.machines if m.name.startswith("ok-")]
    soccheck.inventory({m.name: m.v6 for m in machines})
    done = soccheck("collect", "inv", "-o", "e.json", "-i", str(real_fleet.key))
    assert done.returncode == 0, done.stdout + done.stderr
    alone = evidence.load(soccheck.folder / "e.json", "e.json")
    for machine in machines:
        assert steady(facts(alone, machine.name)) == steady(facts(all_at_once[2], machine.name))
        assert alone["assets"][machine.name]["origin"] == f"ssh://root@[{machine.v6}]:22"


def test_re_evaluation_is_the_same_to_the_byte(all_at_once: Run) -> None:
    soccheck, _, _ = all_at_once
    words = ("audit", "inv", "--evidence", "e.json", "--format", "json", "--as-of", "2030-01-01")
    first, second = soccheck(*words), soccheck(*words)
    assert first.stdout == second.stdout
    assert json.loads(first.stdout)["evidence"]["failed"] == len(FAULTS) + 1
    redacted = soccheck("evidence", "redact", "e.json", "-o", "bare.json")
    assert redacted.returncode == 0
    third = soccheck(*words[:3], "bare.json", *words[4:])
    # What the engine learns from raw rulesets is not to be had without them, and never a pass.
    whole, bare = (json.loads(done.stdout)["findings"] for done in (first, third))
    for one, other in zip(whole, bare, strict=True):
        assert one["status"] == other["status"] or other["status"] == "unknown"
        if one != other:
            # These machines share one machine-id: without their cards nothing tells them apart.
            said = json.dumps(other)
            why = ("not_collected", "the same machine-id", '"code": "scope"')
            assert any(one in said for one in why)


def test_a_wrong_key_and_a_wrong_user_are_auth_problems(
    soccheck: Soccheck, real_fleet: Fleet
) -> None:
    stranger = soccheck.folder / "stranger"
    command = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(stranger)]
    subprocess.run(command, check=True)
    soccheck.inventory({"ok-nft": real_fleet.machines[1].v4})
    done = soccheck("collect", "inv", "-o", "e.json", "-i", str(stranger), "--retries", "0")
    assert done.returncode == 3
    code, detail = problem(evidence.load(soccheck.folder / "e.json", "e"), "ok-nft")
    assert code == "auth"
    assert "root may not log in: 1 keys tried" in detail


def test_not_being_root_is_denied_and_never_a_pass(soccheck: Soccheck, real_fleet: Fleet) -> None:
    soccheck.inventory({"ok-nft": real_fleet.machines[1].v4}, ssh="user: soc")
    done = soccheck("collect", "inv", "-o", "e.json", "-i", str(real_fleet.key))
    assert done.returncode == 0, done.stdout
    record = evidence.load(soccheck.folder / "e.json", "e")["assets"]["ok-nft"]["probes"][
        "firewall"
    ]
    assert record["problems"]["firewall.default_inbound"]["code"] == "denied"
    assert "firewall.active" not in record["facts"]
    assert record["facts"]["listens.ipv4"] == [22]


def test_the_printed_sudoers_lines_are_all_it_takes(soccheck: Soccheck, real_fleet: Fleet) -> None:
    machine = next(m for m in real_fleet.machines if m.name == "sudo")
    real_fleet.inside(machine, f"nft -f {machine.folder}/rules.nft")
    soccheck.inventory({"sudo": machine.v4}, ssh="user: soc")
    done = soccheck("collect", "inv", "-o", "e.json", "-i", str(real_fleet.key))
    assert done.returncode == 0, done.stdout
    bundle = evidence.load(soccheck.folder / "e.json", "e")
    record = bundle["assets"]["sudo"]["probes"]["firewall"]
    states = {name: answer["state"] for name, answer in record["answers"].items()}
    assert "denied" not in states.values(), states
    assert filters(bundle, "sudo")["firewall.default_inbound"] == "deny"
    refused = real_fleet.inside(machine, "su soc -c 'sudo -n nft list tables' 2>&1; :").stdout
    assert "password is required" in refused


# -- interruption ----------------------------------------------------------------------------------


def _until(condition: Any, seconds: float = 20) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.02)


def _ignore_interrupts() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _started(
    soccheck: Soccheck,
    real_fleet: Fleet,
    lines: int,
    *,
    interrupts: Callable[[], None] = heed_interrupts,
) -> subprocess.Popen[str]:
    """Start a collection that hangs on one machine, and wait until others have answered."""
    names = (*(f"ok-{kind}" for kind in HEALTHY), "sleeper")
    soccheck.inventory({m.name: m.v4 for m in real_fleet.machines if m.name in names})
    argv = soccheck.argv(
        "collect", "inv", "-o", "e.json", "-i", str(real_fleet.key), "--retries", "0"
    )
    process = subprocess.Popen(
        argv,
        cwd=soccheck.folder,
        env=soccheck.environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=interrupts,
    )
    journal = soccheck.folder / "e.json.partial"
    _until(lambda: journal.exists() and journal.read_bytes().count(b"\n") >= lines + 1)
    return process


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_an_interrupted_run_keeps_what_was_gathered(
    soccheck: Soccheck, real_fleet: Fleet, number: signal.Signals
) -> None:
    process = _started(soccheck, real_fleet, len(HEALTHY))
    begun = time.monotonic()
    process.send_signal(number)
    out, err = process.communicate(timeout=20)
    assert time.monotonic() - begun < 3
    assert process.returncode == 130, err
    assert "Traceback" not in err
    bundle = evidence.load(soccheck.folder / "e.json", "e.json")
    assert problem(bundle, "sleeper")[0] == "not_collected"
    assert all(facts(bundle, f"ok-{kind}") for kind in HEALTHY)
    assert f"{len(HEALTHY)} of {len(HEALTHY) + 1} machines answered" in out
    assert not (soccheck.folder / "e.json.partial").exists()

    before = bundle["assets"]["ok-nft"]
    words = ("collect", "inv", "-o", "e.json", "-i", str(real_fleet.key), "--resume")
    resumed = soccheck(*words, "--command-timeout", "1", "--retries", "0")
    assert resumed.returncode == 3
    bundle = evidence.load(soccheck.folder / "e.json", "e.json")
    assert bundle["assets"]["ok-nft"] == before
    assert problem(bundle, "sleeper")[0] == "timeout"


def test_resume_keeps_nothing_of_a_machine_that_is_known_by_another_key(
    soccheck: Soccheck, real_fleet: Fleet
) -> None:
    """Another machine is at its address since, as whoever changed known_hosts has seen."""
    one, other, *_ = real_fleet.machines
    soccheck.inventory({one.name: one.v4, other.name: other.v4})
    words = ("collect", "inv", "-o", "e.json", "-i", str(real_fleet.key))
    assert soccheck(*words).returncode == 0
    known = soccheck.known.read_text()
    assert "left out" not in soccheck(*words, "--resume").stderr
    soccheck.known.write_text(known.replace(one.key, other.key))
    resumed = soccheck(*words, "--resume")
    assert resumed.returncode == 3
    assert f"answers left out, as the machine or the way to it is another now: {one.name} (1)" in (
        resumed.stderr
    )
    bundle = evidence.load(soccheck.folder / "e.json", "e.json")
    assert problem(bundle, one.name)[0] == "host_key"
    assert facts(bundle, other.name)


def test_an_interrupt_that_the_parent_ignores_stays_ignored(
    soccheck: Soccheck, real_fleet: Fleet
) -> None:
    """As `nohup soccheck collect &` asks for; SIGTERM still ends it."""
    process = _started(soccheck, real_fleet, len(HEALTHY), interrupts=_ignore_interrupts)
    process.send_signal(signal.SIGINT)
    with pytest.raises(subprocess.TimeoutExpired):
        process.wait(timeout=1)
    process.send_signal(signal.SIGTERM)
    _, err = process.communicate(timeout=20)
    assert process.returncode == 130, err


def test_killed_in_mid_write_nothing_is_lost(soccheck: Soccheck, real_fleet: Fleet) -> None:
    (soccheck.folder / "e.json").write_text("the bundle there was")
    process = _started(soccheck, real_fleet, len(HEALTHY))
    process.kill()
    process.communicate()
    assert (soccheck.folder / "e.json").read_text() == "the bundle there was"
    (soccheck.folder / "e.json").unlink()
    journal = soccheck.folder / "e.json.partial"
    with journal.open("ab") as file:
        file.write(b'["sleeper",{"ended":"2026')  # a line torn in its middle

    words = ("collect", "inv", "-o", "e.json", "-i", str(real_fleet.key), "--resume")
    resumed = soccheck(*words, "--command-timeout", "1", "--retries", "0")
    assert resumed.returncode == 3, resumed.stderr
    bundle = evidence.load(soccheck.folder / "e.json", "e.json")
    assert len(bundle["assets"]) == len(HEALTHY) + 1
    assert all(facts(bundle, f"ok-{kind}") for kind in HEALTHY)
    assert not journal.exists()


def test_a_full_disk_leaves_the_bundle_there_was(soccheck: Soccheck, real_fleet: Fleet) -> None:
    # What ok-ufw answers does not fit the disk at all: where it is the first, nothing is left to resume.
    some = ("ok-none", "ok-nft", "ok-iptables-nft", "ok-iptables-legacy")
    soccheck.inventory({m.name: m.v4 for m in real_fleet.machines if m.name in some})
    disk = soccheck.folder / "disk"
    disk.mkdir()
    run = " ".join(
        [
            f"mount -t tmpfs -o size=64k none {disk} && echo old >{disk}/e.json &&",
            *soccheck.argv("collect", "inv", "-o", "disk/e.json", "-i", str(real_fleet.key)),
            f"; code=$?; cat {disk}/e.json; ls {disk}; exit $code",
        ]
    )
    done = subprocess.run(
        ["unshare", "-m", "sh", "-c", run],
        cwd=soccheck.folder,
        env=soccheck.environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 4, done.stderr
    assert "No space left on device" in done.stderr
    assert "--resume" in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout.splitlines() == ["old", "e.json", "e.json.partial"]


# -- ways to connect -------------------------------------------------------------------------------


def test_ssh_config_names_keys_users_jumps_and_known_hosts(
    soccheck: Soccheck, real_fleet: Fleet
) -> None:
    jump, target = real_fleet.machines[0], real_fleet.machines[2]
    known = soccheck.home / "other_hosts"
    known.write_text(soccheck.known.read_text())
    soccheck.known.unlink()
    (soccheck.home / ".ssh" / "more").write_text(
        f"Host bastion\n  HostName {jump.v6}\n  User root\n"
    )
    (soccheck.home / ".ssh" / "config").write_text(
        f"Include more\nHost *\n  IdentityFile {real_fleet.key}\n  UserKnownHostsFile ~/../other_hosts\n"
        f"Host web\n  HostName {target.v4}\n  User root\n  ProxyJump bastion\n".replace("~/..", "~")
    )
    inventory = soccheck.inventory({"web": "192.0.2.1"}, ssh="port: 22")
    text = (inventory / "all.yaml").read_text()
    (inventory / "all.yaml").write_text(text.replace('    addresses: ["192.0.2.1"]\n', ""))
    done = soccheck("collect", "inv", "-o", "e.json")
    assert done.returncode == 0, (
        done.stdout + soccheck("evidence", "show", "e.json", "--problems").stdout
    )
    bundle = evidence.load(soccheck.folder / "e.json", "e.json")
    assert bundle["assets"]["web"]["origin"] == f"ssh://root@{target.v4}:22 via [{jump.v6}]"
    assert filters(bundle, "web")["firewall.default_inbound"] == "deny"


def test_a_jump_host_in_the_inventory(soccheck: Soccheck, real_fleet: Fleet) -> None:
    jump, target = real_fleet.machines[0], real_fleet.machines[2]
    soccheck.inventory({"web": target.v4}, ssh=f'user: root, jump: "root@{jump.v4}"')
    done = soccheck("collect", "inv", "-o", "e.json", "-i", str(real_fleet.key))
    assert done.returncode == 0, done.stdout
    soccheck.inventory({"web": target.v4}, ssh='user: root, jump: "root@198.18.255.254"')
    words = ("collect", "inv", "-o", "e.json", "-i", str(real_fleet.key), *QUICK)
    assert soccheck(*words).returncode == 3
    code, detail = problem(evidence.load(soccheck.folder / "e.json", "e"), "web")
    assert code == "unreachable"
    assert detail.startswith("jump host 198.18.255.254")


def test_a_certificate_logs_in(real_fleet: Fleet, soccheck: Soccheck) -> None:
    machine = real_fleet.machines[1]
    key = soccheck.folder / "certified"
    authority = soccheck.folder / "authority"
    for path in (key, authority):
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(path)], check=True)
    sign = ["ssh-keygen", "-q", "-s", str(authority), "-I", "soc", "-n", "root", f"{key}.pub"]
    subprocess.run(sign, check=True)
    soccheck.inventory({"web": machine.v4})
    words = ("collect", "inv", "-o", "e.json", "-i", str(key), "--retries", "0")
    assert soccheck(*words).returncode == 3
    trusted = authority.with_suffix(".pub").read_text().strip()
    real_fleet.inside(
        machine, f"cp /run/keys /run/keys.was; echo 'cert-authority {trusted}' >>/run/keys"
    )
    try:
        assert soccheck(*words).returncode == 0
    finally:
        real_fleet.inside(machine, "mv /run/keys.was /run/keys")


REFUSED = {
    "good": "",
    "pattern": "is for 198.18.*",
    "rsa": "",
    "other-name": "is for other.example",
    "no-name": "is for no machine by name",
    "expired": "has expired",
    "early": "is not valid yet",
    "user": "is not for a host",
    "critical": "has critical options",
    "stranger": "is by an authority that is not ours",
    "sha1": "is signed by SHA-1",
}


def test_a_certificate_of_a_host_key_is_verified_whole(
    real_fleet: Fleet, soccheck: Soccheck
) -> None:
    machine = next(m for m in real_fleet.machines if m.name == "certified")
    inventory = soccheck.inventory(dict.fromkeys(CERTIFICATES, machine.v4))
    head, *hosts = (inventory / "all.yaml").read_text().split("user: root")
    ports = (f"user: root, port: {2200 + number}{rest}" for number, rest in enumerate(hosts))
    (inventory / "all.yaml").write_text(head + "".join(ports))
    authorities = [(machine.folder / "certificates" / f"{name}.pub") for name in ("ca", "rsa-ca")]
    lines = [f"@cert-authority * {' '.join(a.read_text().split()[:2])}\n" for a in authorities]
    words = ("collect", "inv", "-o", "e.json", "-i", str(real_fleet.key))

    soccheck.known.write_text("".join(lines))
    assert soccheck(*words).returncode == 3
    bundle = evidence.load(soccheck.folder / "e.json", "e.json")
    for name, why in REFUSED.items():
        code, detail = problem(bundle, name)
        assert code == ("host_key" if why else ""), (name, detail)
        assert why in detail, name

    # An authority for others, one that is revoked, a revoked key, and a machine without certificate.
    others = [line.replace(" * ", " 192.0.2.*,[192.0.2.*]:* ") for line in lines]
    revoked = ["@revoked * " + line.split(" ", 2)[2] for line in lines]
    for known, said in (
        (others, "unknown host key: "),
        ([*lines, *revoked], "revoked"),
        ([*lines, f"@revoked * {machine.key}\n"], "revoked"),
    ):
        soccheck.known.write_text("".join(known))
        assert soccheck(*words, "--asset", "good").returncode == 3
        code, detail = problem(evidence.load(soccheck.folder / "e.json", "e"), "good")
        assert (code, said in detail) == ("host_key", True), detail
    soccheck.known.write_text("".join(lines))
    soccheck.inventory({"plain": machine.v4})
    assert soccheck(*words).returncode == 3
    code, detail = problem(evidence.load(soccheck.folder / "e.json", "e"), "plain")
    assert (code, "unknown host key and no certificate" in detail) == ("host_key", True)

    # A key that is known is trusted, whatever certificate comes with it, as ssh does.
    soccheck.known.write_text(f"[{machine.v4}]:2204 {machine.key}\n" + "".join(lines))
    soccheck.inventory({"expired": machine.v4}, ssh="user: root, port: 2204")
    assert soccheck(*words).returncode == 0


def test_the_agent_holds_the_key(soccheck: Soccheck, real_fleet: Fleet) -> None:
    soccheck.inventory({f"ok-{k}": real_fleet.machines[i].v4 for i, k in enumerate(HEALTHY)})
    run = f"ssh-add -q {real_fleet.key} && {' '.join(soccheck.argv('collect', 'inv', '-o', 'e.json'))}"
    done = subprocess.run(
        ["ssh-agent", "sh", "-c", run],
        cwd=soccheck.folder,
        env=soccheck.environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_host_keys_are_collected_for_review(soccheck: Soccheck, real_fleet: Fleet) -> None:
    soccheck.known.unlink()
    soccheck.inventory({f"ok-{k}": real_fleet.machines[i].v4 for i, k in enumerate(HEALTHY)})
    assert soccheck("collect", "inv", "-o", "e.json", "-i", str(real_fleet.key)).returncode == 3
    done = soccheck("hostkeys", "inv", "-o", "keys")
    assert done.returncode == 0, done.stderr
    assert "compare fingerprints before use" in done.stderr
    for machine in real_fleet.machines[: len(HEALTHY)]:
        assert f"{machine.v4} {machine.key}\n" in (soccheck.folder / "keys").read_text()
    words = ("collect", "inv", "-o", "e.json", "-i", str(real_fleet.key), "--known-hosts", "keys")
    assert soccheck(*words).returncode == 0

    reviewed = (soccheck.folder / "keys").read_text()
    refused = soccheck("hostkeys", "inv", "-o", "keys")
    assert (refused.returncode, "keys: is there already" in refused.stderr) == (2, True)
    assert (soccheck.folder / "keys").read_text() == reviewed
    again = soccheck("hostkeys", "inv", "--known-hosts", "keys")
    assert again.stdout.count(" is known\n") == len(HEALTHY)
    assert not [line for line in again.stdout.splitlines() if not line.startswith("#")]

    # One machine is new, in a comment alone; one has another key than it had; the rest is as it was.
    lines = [line for line in reviewed.splitlines() if not line.startswith("#")]
    new, changed = real_fleet.machines[:2]
    noted = f"# \xe9 {new.v4} {new.key}"
    stale = "\r\n".join([noted, f"{changed.v4} {new.key}", *lines[2:]]).encode("latin-1")
    keys = soccheck.folder / "keys"
    keys.write_bytes(stale)
    keys.chmod(0o600)
    (soccheck.folder / "link").symlink_to("keys")
    told = next(line for line in reviewed.splitlines() if line.startswith("# ok-none "))
    for added in (f"\n{told}\n{new.v4} {new.key}\n", ""):
        done = soccheck("hostkeys", "inv", "-o", "link", "--append")
        assert done.returncode == 3
        assert "ok-nft: host_key: the key it offers is another than the known one" in done.stderr
        stale += added.encode()
        assert keys.read_bytes() == stale
        assert stat.S_IMODE(keys.stat().st_mode) == 0o600


def test_nothing_of_the_fleet_is_left(can_build: None, tmp_path: Path) -> None:
    from tests import fleet as fleets

    before = {p.name for p in Path("/run/netns").glob("*")}
    with fleets.fleet(tmp_path, fleets.machines(tmp_path, 2)) as built:
        pids = [m.process.pid for m in built.machines if m.process]
        assert len(list(Path("/run/netns").glob(f"{built.tag}-*"))) == 4
    assert {p.name for p in Path("/run/netns").glob("*")} == before
    for pid in pids:
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)


def test_without_root_the_fleet_is_missing_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    from tests import fleet as fleets

    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert fleets.missing() == "the fleet of real machines needs root"
