"""`evidence`, `drift`, `probe` and `audit --evidence` from end to end: exit codes, messages, files."""

from __future__ import annotations

import json
import os
import socket
import subprocess
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from soccheck.bundle import bundle as evidence
from soccheck.inventory import load as inventories
from soccheck.model import Inventory
from soccheck.sources import schema
from tests.bundles import bundle, record, write_inventory
from tests.cli.run import Ran, inside

POLICY = """
policy: test
version: "1"
title: {en: Test, vi: Thử}
effective: {from: 2026-01-01}
headline: {asset: host, controls: [AV-ON], label: {en: protected, vi: được bảo vệ}}
controls:
  - id: AV-ON
    title: {en: Real-time protection is on, vi: Bảo vệ thời gian thực đang bật}
    asset: host
    require: {antivirus.realtime: true}
    evidence: {accept: [observed, declared], max_age: 7d}
    severity: high
    label: {en: protected, vi: được bảo vệ}
    reference: [{source: "TCVN 14423:2026", clause: x.10, verified: secondary}]
    remediation: {en: switch it on, vi: hãy bật}
"""
WHEN = "2026-02-01T00:00:00.000Z"
OFF = {"antivirus.realtime": False}
ON = {"antivirus.realtime": True}
GONE = {"code": "timeout", "detail": "no answer \u001b[2J in 5 s"}


Run = Callable[..., Ran]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    return partial(inside, capsys)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("SSH_AUTH_SOCK", raising=False)
    hosts = {f"web-{n}": f"192.0.2.{n}" for n in range(1, 5)}
    loaded = write_inventory(tmp_path / "inv", hosts)
    (tmp_path / "policy.yaml").write_text(POLICY, encoding="utf-8")
    _write(tmp_path / "e.json", loaded)
    return tmp_path


def _write(path: Path, loaded: Inventory, *, kept: bool = False) -> None:
    lost = record({}, problem=GONE, problems={"antivirus.realtime": GONE})
    told = {"web-1": record(ON, kept=kept), "web-2": record(OFF, kept=kept)}
    probes = {**told, "web-3": lost}
    made = bundle(loaded, {name: {"antivirus": one} for name, one in probes.items()})
    path.write_bytes(evidence.dumps(made))


AUDIT = (
    "audit",
    "--details",
    "inv",
    "--policies",
    "policy.yaml",
    "--as-of",
    "2026-02-03",
    "--lang",
    "en",
)
PLAIN = tuple(word for word in AUDIT if word != "--details")


def test_audit_judges_by_what_machines_answered(run: Run, folder: Path) -> None:
    declared = run(*AUDIT)
    assert declared.code == 0, declared.out
    judged = run(*AUDIT, "--evidence", "e.json")
    assert judged.code == 1
    words = " ".join(judged.out.split())
    assert "2 days old: 2 of 4 machines answered; no signature checked;" in words
    assert "does not speak of 1 machine of the inventory: web-4." in words
    assert "Drift: what the inventory declares" in words
    assert "antivirus.realtime true false 1" in words
    assert "declared says true" in words
    assert all(len(line) <= 80 for line in judged.out.splitlines())


def test_audit_says_whose_facts_no_raw_answer_shows(run: Run, folder: Path) -> None:
    words = " ".join(run(*AUDIT, "--evidence", "e.json").out.split())
    said = "No raw answer shows the facts of 2 machines, and no signature vouches for them"
    assert f"{said}: web-1, web-2." in words


def test_a_fact_that_its_raw_answer_belies_is_no_evidence(run: Run, folder: Path) -> None:
    _write(folder / "e.json", inventories.load(Path("inv"), "inv"), kept=True)
    judged = run(*AUDIT, "--evidence", "e.json")
    assert judged.code == 3, judged.out
    words = " ".join(judged.out.split())
    said = "Facts of 2 machines do not follow from their raw answers, and are no evidence"
    assert f"{said}: web-1, web-2." in words
    assert "The bundle was written by soccheck test, and read by soccheck" in words
    assert "does not follow from what the machine answered: antivirus probe at" in words


def test_audit_as_json_names_its_evidence(run: Run, folder: Path) -> None:
    found = json.loads(run(*PLAIN, "--evidence", "e.json", "--format", "json").out)
    assert found["evidence"]["assets"] == 3
    assert found["evidence"]["failed"] == 1
    assert found["evidence"]["current"] is True
    (folder / "inv" / "more.yaml").write_text("waivers: {}\n")
    moved = run(*AUDIT, "--evidence", "e.json")
    assert "another state of the inventory" in " ".join(moved.out.split())


PROBLEM = (
    "antivirus.realtime could not be looked at: timeout antivirus probe at ssh://web-3: no answer"
)


def test_a_declared_value_says_what_kept_the_machine_from_being_asked(
    run: Run, folder: Path
) -> None:
    given, plain = ((*audit, "--evidence", "e.json") for audit in (AUDIT, PLAIN))
    told = " ".join(run("explain", "inv", "AV-ON", "web-3", *given[3:]).out.split())
    assert "antivirus.realtime = true; expected true declared, inv/" in told
    assert PROBLEM in told
    noted = " ".join(run(*given).out.split())
    assert "1 finding passes on weaker evidence, as a machine's own was not to be had" in noted
    said = " ".join(run(*given[:-4], "--lang", "vi", *given[-2:]).out.split())
    assert "1 kết quả đạt dựa trên số liệu kê khai do không thu thập được từ máy" in said
    (row,) = [line for line in run(*plain, "--format", "csv").out.splitlines() if "web-3" in line]
    assert PROBLEM in row
    assert ",declared," in row
    found = json.loads(run(*plain, "--format", "json").out)["findings"]
    (item,) = (item for one in found if one["asset"] == "web-3" for item in one["observed"])
    assert item["basis"] == "declared"
    assert item["passed_over"]["code"] == "timeout"
    assert item["passed_over"]["extra"].endswith("no answer \u001b[2J in 5 s")
    assert not any("passed_over" in i for f in found if f is not found[2] for i in f["observed"])


def test_stale_evidence_is_unknown(run: Run, folder: Path) -> None:
    text = (folder / "policy.yaml").read_text().replace("[observed, declared]", "[observed]")
    (folder / "policy.yaml").write_text(text)
    later = [word.replace("2026-02-03", "2026-03-03") for word in AUDIT]
    found = run(*later, "--evidence", "e.json")
    assert found.code == 3
    assert "too old" in " ".join(found.out.split())


def test_a_changed_bundle_is_refused_by_every_command(run: Run, folder: Path) -> None:
    raw, fact = (folder / "e.json").read_bytes(), b'"antivirus.realtime":'
    (folder / "e.json").write_bytes(raw.replace(fact + b"false", fact + b"true"))
    for words in (
        (*AUDIT, "--evidence", "e.json"),
        ("evidence", "verify", "e.json"),
        ("evidence", "show", "e.json"),
        ("evidence", "redact", "e.json", "-o", "x.json"),
        ("evidence", "merge", "e.json", "-o", "x.json"),
        ("drift", "inv", "--evidence", "e.json"),
    ):
        found = run(*words)
        assert found.code == 2, words
        assert "not what the manifest digested" in found.err
        assert found.out == ""
    assert not (folder / "x.json").exists()


@pytest.mark.parametrize("value", ["no", "false", 1, None, [True], {}])
def test_a_value_of_another_type_is_refused_though_its_digests_fit(
    value: object, run: Run, folder: Path
) -> None:
    """What is not a yes or a no must not be taken for a yes because it is not empty."""
    made = json.loads((folder / "e.json").read_bytes())
    made["assets"]["web-2"]["probes"]["antivirus"]["facts"]["antivirus.realtime"] = value
    (folder / "e.json").write_bytes(evidence.dumps(evidence.sealed(made)))
    for words in (
        (*AUDIT, "--evidence", "e.json"),
        ("evidence", "verify", "e.json"),
        ("drift", "inv", "--evidence", "e.json"),
    ):
        found = run(*words)
        assert (found.code, found.out) == (2, ""), words
        assert "antivirus.realtime" in found.err
        assert "hint: " in found.err


def test_drift_lists_and_mends(run: Run, folder: Path) -> None:
    words = ("drift", "inv", "--evidence", "e.json", "--as-of", "2026-02-03", "--lang", "en")
    found = run(*words)
    assert found.code == 1
    assert "web-2" in found.out
    assert "web-1" not in found.out
    assert "1 fact drifts." in found.out
    change = run(*words, "--yaml")
    assert change.code == 1
    assert "+    antivirus: {installed: true, realtime: false}" in change.out
    subprocess.run(["patch", "-s", "-p1"], input=change.out, text=True, check=True, cwd=folder)
    mended = run(*words)
    assert mended.code == 0, mended.out
    assert "0 facts drift." in mended.out


def test_show_speaks_of_problems_and_never_to_the_terminal(run: Run, folder: Path) -> None:
    _write(folder / "e.json", inventories.load(Path("inv"), "inv"), kept=True)
    shown = run("evidence", "show", "e.json", "--lang", "en")
    assert shown.code == 0
    assert "web-3" in shown.out
    problems = run("evidence", "show", "e.json", "--problems", "--lang", "en")
    assert "timeout" in problems.out
    assert "\x1b" not in problems.out
    facts = run("evidence", "show", "e.json", "--asset", "web-2", "--lang", "en")
    assert "antivirus.realtime" in facts.out
    raw = run("evidence", "show", "e.json", "--asset", "web-2", "--raw", "antivirus")
    assert "đã bật" in raw.out
    assert run("evidence", "show", "e.json", "--asset", "no-such").code == 2
    assert run("evidence", "show", "e.json", "--raw", "antivirus").code == 2
    vietnamese = run("evidence", "show", "e.json", "--raw", "antivirus", "--lang", "vi")
    assert "gợi ý: nêu một đối tượng bằng --asset" in vietnamese.err


def test_sign_verify_redact_merge(run: Run, folder: Path) -> None:
    command = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", "key"]
    subprocess.run(command, check=True, cwd=folder)
    (folder / "signers").write_text("soc@a.example " + (folder / "key.pub").read_text())
    assert run("evidence", "sign", "e.json", "--key", "key").code == 0
    verified = run("evidence", "verify", "e.json", "--signers", "signers", "--lang", "en")
    assert verified.code == 0
    assert "signed by soc@a.example" in " ".join(verified.out.split())
    assert run("evidence", "redact", "e.json", "-o", "bare.json").code == 0
    words = ("--signature", "e.json.sig", "--signers", "signers")
    assert run("evidence", "verify", "bare.json", *words).code == 0
    assert run("evidence", "verify", "e.json", "--signature", "e.json.sig").code == 2
    # ssh-keygen alone can verify as well: what is signed is printed.
    statement = run("evidence", "show", "e.json", "--statement").out
    plain = ["ssh-keygen", "-Y", "verify", "-f", "signers", "-I", "soc@a.example"]
    plain += ["-n", "soccheck-evidence", "-s", "e.json.sig"]
    subprocess.run(plain, input=statement, text=True, check=True, cwd=folder, capture_output=True)
    joined = run("evidence", "merge", "e.json", "bare.json", "-o", "both.json")
    assert (joined.code, joined.err) == (0, "")
    assert run("evidence", "verify", "both.json").code == 0


def test_a_device_or_a_pipe_is_written_to_and_never_replaced(run: Run, folder: Path) -> None:
    os.mkfifo(folder / "pipe")
    reader = os.open(folder / "pipe", os.O_RDWR | os.O_NONBLOCK)
    try:
        assert run(*AUDIT, "--output", "pipe").code == 0
        assert "AV-ON" in os.read(reader, 65536).decode()
    finally:
        os.close(reader)
    refused = run("evidence", "redact", "e.json", "-o", "pipe")
    assert refused.code == 2
    assert "pipe: cannot be written: not a file" in refused.err
    assert (folder / "pipe").is_fifo()


def test_probe_list_and_sudoers(run: Run, folder: Path) -> None:
    listed = run("probe", "list", "--lang", "en")
    assert listed.code == 0
    assert "nft -j -a list ruleset" in listed.out
    assert "the nftables ruleset" in listed.out
    lines = run("probe", "sudoers", "--user", "soc")
    assert lines.code == 0
    assert "soc ALL=(root) NOPASSWD:NOEXEC: /usr/sbin/nft -j -a list ruleset" in lines.out
    for user in ("ALL", "x y", "a,b", "root ALL=(ALL) ALL"):
        assert run("probe", "sudoers", "--user", user).code == 2


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("collect", "inv", "--probe", "no-such"), "no probe 'no-such'"),
        (("collect", "inv", "--asset", "no-such"), "no asset 'no-such'"),
        (("collect", "inv", "-i", "no-key"), "no-key: cannot be read: No such file or directory"),
        (("collect", "inv", "-o", "no/such/folder/e.json"), "cannot be written"),
        (("evidence", "verify", "none.json"), "none.json: cannot be read"),
        (("evidence", "redact", "e.json", "-o", "x", "--probe", "none"), "no probe 'none'"),
    ],
)
def test_wrong_usage_says_what_to_do(
    run: Run, folder: Path, words: tuple[str, ...], said: str
) -> None:
    found = run(*words)
    assert found.code in (2, 4)
    assert said in found.err
    assert not (folder / "evidence.json").exists()


@pytest.mark.parametrize(
    ("words", "output"),
    [
        *((("collect", "inv", "-o"), output) for output in ("pipe", "inv", ".", "/dev")),
        *(
            ((*AUDIT, "--collect", "--evidence"), output)
            for output in ("/dev/null", "-", "pipe", "inv", ".")
        ),
    ],
)
def test_a_bundle_that_cannot_be_a_file_is_refused_before_a_machine_is_asked(
    run: Run, folder: Path, output: str, words: tuple[str, ...]
) -> None:
    os.mkfifo(folder / "pipe")
    before = sorted(folder.iterdir())
    with socket.create_server(("127.0.0.1", 0)) as machine:
        machine.setblocking(False)
        hosts = {"web-1": f"127.0.0.1]\n    ssh: {{port: {machine.getsockname()[1]}}} # ["}
        write_inventory(folder / "inv", hosts)
        found = run(*words, output)
        with pytest.raises(BlockingIOError):
            machine.accept()
    assert found.code == 2
    assert f"{output}: not a file" in found.err
    assert "name a file, there or not" in found.err
    assert sorted(folder.iterdir()) == before


def test_machines_that_refuse_are_evidence_and_exit_3(run: Run, folder: Path) -> None:
    text = (folder / "inv" / "all.yaml").read_text()
    for number in range(1, 5):
        # Nothing listens on port 1 of loopback.
        text = text.replace(
            f"addresses: [192.0.2.{number}]", f"addresses: [127.0.0.{number}]\n    ssh: {{port: 1}}"
        )
    (folder / "inv" / "all.yaml").write_text(text)
    found = run("collect", "inv", "-o", "new.json", "--lang", "en")
    assert found.code == 3
    assert found.out.startswith("0 of 4 machines answered")
    assert "(4 refused)" in found.out
    judged = run(*AUDIT[:2], *AUDIT[2:], "--collect", "--evidence", "again.json")
    assert judged.code in (0, 3)
    shown = run("evidence", "show", "again.json", "--problems", "--lang", "en")
    assert shown.out.count("refused") == 4


# -- whose evidence, of which machines, how old ------------------------------------------------------


def _only_on(folder: Path, names: tuple[str, ...]) -> None:
    loaded = inventories.load(folder / "inv", "inv")
    made = bundle(loaded, {name: {"antivirus": record(ON)} for name in names})
    (folder / "e.json").write_bytes(evidence.dumps(made))


def test_evidence_of_a_machine_that_the_inventory_does_not_have_is_named(
    run: Run, folder: Path
) -> None:
    _only_on(folder, ("web-1", "web-2", "web-3", "web-4"))
    assert run(*AUDIT, "--evidence", "e.json").code == 0
    text = (folder / "inv" / "all.yaml").read_text().replace("web-2:", "web-two:")
    (folder / "inv" / "all.yaml").write_text(text)
    found = run(*AUDIT, "--evidence", "e.json")
    words = " ".join(found.out.split())
    assert found.code == 3
    assert "3 of 4 machines answered" in words
    assert "of 1 machine that the inventory does not have, and that is not judged: web-2." in words
    assert "does not speak of 1 machine of the inventory: web-two." in words
    told = json.loads(run(*PLAIN, "--evidence", "e.json", "--format", "json").out)["evidence"]
    assert (told["strangers"], told["missing"]) == (["web-2"], ["web-two"])
    assert (told["machines"], told["answered"], told["signer"]) == (4, 3, None)


def test_old_evidence_is_said_to_be_and_can_be_refused(run: Run, folder: Path) -> None:
    later = [word.replace("2026-02-03", "2026-03-03") for word in AUDIT]
    found = " ".join(run(*later, "--evidence", "e.json").out.split())
    assert "30 days old" in found
    assert "1 control does not accept answers as old as the oldest." in found
    for age, code in (("29d", 2), ("30d", 3)):
        judged = run(*later, "--evidence", "e.json", "--max-evidence-age", age)
        assert judged.code in (code, 1), judged.err
        assert (judged.code == 2) == (age == "29d")
    assert (
        "more than 29d before 2026-03-03"
        in run(*later, "--evidence", "e.json", "--max-evidence-age", "29d").err
    )
    assert run(*AUDIT, "--evidence", "e.json", "--max-evidence-age", "soon").code == 2
    later = [word.replace("2026-02-03", "2027-02-01") for word in AUDIT]
    found = " ".join(run(*later, "--evidence", "e.json").out.split())
    assert "2 machines have answers that are too old to count: ask them again." in found


@pytest.mark.parametrize("option", [("--signers", "s"), ("--max-evidence-age", "3d")])
def test_demands_on_evidence_that_is_not_given_are_refused(
    option: tuple[str, str], run: Run, folder: Path
) -> None:
    found = run(*AUDIT, *option)
    assert found.code == 2
    assert f"{option[0]} does nothing without --evidence" in found.err


def test_a_report_says_who_signed_its_evidence(run: Run, folder: Path) -> None:
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", "key"], check=True)
    (folder / "signers").write_text("soc@example.org " + (folder / "key.pub").read_text())
    demanding = (*AUDIT, "--evidence", "e.json", "--signers", "signers")
    unsigned = run(*demanding)
    assert (unsigned.code, unsigned.out) == (2, "")
    assert "e.json.sig: no such file" in unsigned.err
    assert run("evidence", "sign", "e.json", "--key", "key").code == 0
    found = run(*demanding)
    assert found.code == 1
    assert "signed by soc@example.org" in " ".join(found.out.split())
    _only_on(folder, ("web-1", "web-2"))
    forged = run(*demanding)
    assert (forged.code, forged.out) == (2, "")
    assert "the signature does not hold" in forged.err


# -- several inventories, each with its evidence -------------------------------------------------


@pytest.fixture
def two(folder: Path) -> Path:
    (folder / "of").mkdir()
    for name in ("north", "south"):
        loaded = write_inventory(folder / "of" / name, {f"{name}-1": "192.0.2.1"})
        facts = OFF if name == "south" else ON
        made = bundle(loaded, {f"{name}-1": {"antivirus": record(facts)}})
        (folder / f"{name}.json").write_bytes(evidence.dumps(made))
    return folder


SEVERAL = ("audit", "of/north", "of/south", *AUDIT[3:])


def test_each_of_several_inventories_has_its_own_evidence(run: Run, two: Path) -> None:
    assert run(*SEVERAL).code == 0
    both = ("--evidence", "south.json", "--evidence", "north.json")
    found = json.loads(run(*SEVERAL, *both, "--format", "json").out)
    assert found["exit_code"] == 1
    said = {
        item["folder"]: (item["exit_code"], item["evidence"]["assets"])
        for item in found["authorities"]
    }
    assert said == {"of/north": (0, 1), "of/south": (1, 1)}
    Draft202012Validator(json.loads(schema.text("authorities"))).validate(found)
    text = run(*SEVERAL, *both)
    assert text.code == 1
    assert text.out.count("1 of 1 machines answered") == 2
    assert all(len(line) <= 80 for line in text.out.splitlines())
    one = json.loads(run(*SEVERAL, "--evidence", "south.json", "--format", "json").out)
    assert ["evidence" in item for item in one["authorities"]] == [False, True]


def test_a_machine_that_answered_for_two_inventories_is_named(run: Run, two: Path) -> None:
    made = json.loads((two / "north.json").read_text())
    key = made["assets"]["north-1"]["host_key"]
    other = json.loads((two / "south.json").read_text())
    other["assets"]["south-1"]["host_key"] = key
    (two / "south.json").write_bytes(evidence.dumps(evidence.sealed(other)))
    both = ("--evidence", "south.json", "--evidence", "north.json")
    said = " ".join(run(*SEVERAL, *both).err.split())
    assert "south-1 of of/south and north-1 of of/north are one machine, counted in both" in said
    assert "of of/" not in run(*SEVERAL, "--evidence", "north.json").err


def test_evidence_of_none_of_them_or_twice_is_refused(run: Run, two: Path) -> None:
    for files, said in (
        (("e.json",), "which none of these inventories is called"),
        (("south.json", "south.json"), "a second bundle for of/south"),
    ):
        words = [word for file in files for word in ("--evidence", file)]
        found = run(*SEVERAL, *words)
        assert (found.code, found.out) == (2, "")
        assert said in found.err
    found = run(*SEVERAL, "inv", "other/inv", "--evidence", "e.json")
    assert found.code == 2
    assert "which several of these inventories is called" in found.err
    found = run(*SEVERAL, "--collect")
    assert found.code == 2
    assert "--collect is for one inventory" in found.err
    found = run(*AUDIT, "--evidence", "e.json", "--evidence", "e.json")
    assert found.code == 2
    assert "several bundles for one inventory" in found.err


def test_what_one_machine_leaves_unknown_is_told_once(run: Run, folder: Path) -> None:
    """An unreachable machine takes a line, and no place under each control."""
    text = POLICY.replace("accept: [observed, declared]", "accept: [observed]")
    (folder / "policy.yaml").write_text(text, encoding="utf-8")
    for audit in (AUDIT, (*PLAIN, "--format", "markdown")):
        words = " ".join(run(*audit, "--evidence", "e.json").out.split())
        assert "web-3: timeout antivirus probe at ssh://web-3: no answer" in words
        assert "in 5 s; 1 finding is unknown for it: AV-ON" in words
        assert words.count("finding is unknown for it") == 1
        assert "UNKNOWN web-3" not in words
        assert "web-4" in words  # it is unknown for another reason


@pytest.mark.parametrize(("age", "code"), [("1h", 2), ("90min", 2), ("25h", 2), ("24h", 0)])
def test_an_age_in_hours_is_no_demand_that_days_can_hold(
    age: str, code: int, run: Run, folder: Path
) -> None:
    words = ("drift", "inv", "--evidence", "e.json", "--as-of", "2026-02-01", "--lang", "en")
    found = run(*words, "--max-evidence-age", age)
    assert (found.code == 2) is (code == 2)
    assert ("told in whole days" in found.err) is (code == 2)


NIGHT = "2026-01-31T18:30:00.000Z"


def test_the_day_of_an_answer_is_that_of_the_clock_that_judges(run: Run, folder: Path) -> None:
    """At half past one in the night of 1 February in Vietnam it is still January by UTC."""
    loaded = inventories.load(folder / "inv", "inv")
    made = bundle(loaded, {"web-1": {"antivirus": record({"antivirus.realtime": True}, NIGHT)}})
    (folder / "night.json").write_bytes(evidence.dumps(made))
    words = ("audit", "inv", "--evidence", "night.json", "--lang", "en", "--as-of")
    found = run(*words, "2026-02-01")
    assert "the oldest answer on 01/02/2026 (0 days old)" in " ".join(found.out.split())
    assert run(*words, "2026-02-08", "--max-evidence-age", "7d").code != 2
    assert run(*words, "2026-02-09", "--max-evidence-age", "7d").code == 2
    before = json.loads(run(*words, "2026-01-31", "--format", "json").out)
    assert all(finding["basis"] != "observed" for finding in before["findings"])
    assert before["evidence"]["ended"] == "2026-02-01T00:00:00+00:00"


def test_merge_names_whose_answers_another_machine_took_the_place_of(
    folder: Path, run: Run
) -> None:
    """What is left out is not stated any more, and nothing else would say why."""
    made = evidence.loads((folder / "e.json").read_bytes(), "e.json")
    entry = made["assets"]["web-1"]
    entry["host_key"] = "SHA256:" + "b" * 43
    made["ended"] = "2026-02-01T00:00:09.000Z"
    for part in (entry, *entry["probes"].values()):
        part |= {"started": made["ended"], "ended": made["ended"]}
    (folder / "since.json").write_bytes(evidence.dumps(evidence.sealed(made)))
    ran = run("evidence", "merge", "e.json", "since.json", "-o", "both.json", "--lang", "en")
    assert ran.code == 0
    assert ran.err == "answers left out, as another machine answered since: web-1 (1)\n"
