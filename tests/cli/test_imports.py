"""`soccheck import`: from a list to a finding, by the real command; every exit code and what it says."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from tests.scratch import DAY, Scratch

IMPORTS = Path(__file__).parents[1] / "imports"
HEAD = "Tên máy;Kết nối lần cuối;Đã cài đặt;Bảo vệ thời gian thực"
LIST = "list_2024-06-28.csv"
TO = ("--inventory", "inv", "-o", "e.json")


def run(scratch: Scratch, *rows: str, more: tuple[str, ...] = ()) -> tuple[int, str]:
    scratch.write(LIST, "\n".join([HEAD, *rows]) + "\n")
    done = scratch.run("import", "antivirus-blank", LIST, *TO, *more)
    return done.returncode, " ".join((done.stdout + done.stderr).split())


def result(scratch: Scratch, asset: str, day: str = DAY) -> str:
    done = scratch.run(
        *("explain", "inv", "T-REALTIME", asset, "--policies", "pol", "--as-of", day),
        *("--evidence", "e.json"),
    )
    return " ".join(done.stdout.split())


def test_a_list_becomes_evidence_that_decides(scratch: Scratch) -> None:
    code, said = run(
        scratch,
        *("web-1;28/06/2024;Có;Tắt", "WEB-2;28/06/2024 07:00;Có;Bật", "mail-1;27/06/2024;Có;Bật"),
    )
    assert code == 0
    assert "3 of 3 entries are about 3 assets" in said
    assert "taken on 28/06/2024" in said
    assert "FAIL" in result(scratch, "web-1")
    text = result(scratch, "web-2")
    assert "imported" in text
    assert f"antivirus-blank: {LIST}, row 3" in text
    done = scratch.run("evidence", "verify", "e.json")
    assert done.returncode == 0
    done = scratch.run("evidence", "verify", "e.json", "--rederive")
    assert done.returncode == 2
    assert "import the file again, and compare" in done.stderr


def test_the_row_is_kept_with_the_files_digest(scratch: Scratch) -> None:
    run(scratch, "web-1;28/06/2024;Có;Bật")
    bundle = json.loads((scratch.root / "e.json").read_text(encoding="utf-8"))
    (record,) = bundle["assets"]["web-1"]["probes"].values()
    assert record["basis"] == "imported"
    (answer,) = record["answers"].values()
    assert json.loads(answer["output"])["Bảo vệ thời gian thực"] == "Bật"
    assert "SHA-256" in answer["command"]
    assert "row 2" in answer["command"]


def test_what_has_no_rule_is_unknown_and_named(scratch: Scratch) -> None:
    code, said = run(scratch, "web-1;28/06/2024;Có;Lúc bật lúc tắt")
    assert code == 3
    assert "without a rule in the map, so unknown; a copy of the map can say it: 1" in said
    assert "'Lúc bật lúc tắt' has no meaning in the map" in said
    assert "UNKNOWN" in result(scratch, "web-1")


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("web-1.other;31/02/2024;Có;Bật", "when it last reported cannot be told"),
        ("web-1;;Có;Bật", "when it last reported is not said"),
        ("web-1;05/07/2024;Có;Bật", "is after the file was taken"),
    ],
)
def test_what_cannot_be_told_is_said(scratch: Scratch, row: str, said: str) -> None:
    code, text = run(scratch, row)
    assert code == 3
    assert said in text
    assert "PASS web-1" not in result(scratch, "web-1")


def test_two_rows_of_one_machine_that_disagree_leave_it_unknown(scratch: Scratch) -> None:
    code, said = run(scratch, "web-1;28/06/2024;Có;Bật", "web-1;27/06/2024;Có;Tắt")
    text = result(scratch, "web-1")
    assert "UNKNOWN" in text
    assert "answers of one moment contradict each other" in text
    assert "that several rows are about" in said
    assert code == 3


def test_a_row_of_no_asset_is_said(scratch: Scratch) -> None:
    code, said = run(scratch, "web;28/06/2024;Có;Bật", "web-1;28/06/2024;Có;Bật")
    assert code == 3
    assert "1 entry is about none:" in said
    assert f"{LIST}, row 2, 'web': no asset of the inventory is called so" in said


def test_an_absent_machine_is_not_judged_by_the_list(scratch: Scratch) -> None:
    _, said = run(scratch, "web-1;28/06/2024;Có;Bật")
    assert "2 assets are in no row, which says nothing of them: web-2 mail-1" in said
    bundle = json.loads((scratch.root / "e.json").read_text(encoding="utf-8"))
    assert set(bundle["assets"]) == {"web-1"}


def test_a_complete_list_says_what_is_absent_and_nothing_of_whom_a_row_may_mean(
    scratch: Scratch,
) -> None:
    blank = (IMPORTS.parents[1] / "soccheck/imports/maps/antivirus-blank.yaml").read_text(
        encoding="utf-8"
    )
    whole = blank.replace("complete: false", "complete: true\nabsent: {antivirus.installed: false}")
    scratch.write("map.yaml", whole)
    scratch.write(LIST, f"{HEAD}\nweb-1;28/06/2024;Có;Bật\n")
    done = scratch.run("import", "map.yaml", LIST, *TO)
    assert "2 assets are in no row, and the list is complete" in done.stderr
    bundle = json.loads((scratch.root / "e.json").read_text(encoding="utf-8"))
    (record,) = bundle["assets"]["mail-1"]["probes"].values()
    assert record["facts"] == {"antivirus.installed": False}


def test_the_time_a_machine_last_reported_is_the_time_of_its_evidence(scratch: Scratch) -> None:
    run(scratch, "web-1;01/01/2023;Có;Bật", more=("--taken", "2024-06-28"))
    bundle = json.loads((scratch.root / "e.json").read_text(encoding="utf-8"))
    (record,) = bundle["assets"]["web-1"]["probes"].values()
    assert record["ended"] == "2023-01-01T00:00:00.000Z"


def test_merged_with_what_machines_said(scratch: Scratch) -> None:
    run(scratch, "web-1;28/06/2024;Có;Bật")
    shutil.copy(scratch.root / "e.json", scratch.root / "first.json")
    scratch.write("more_2024-06-29.csv", f"{HEAD}\nweb-2;29/06/2024;Có;Tắt\n")
    done = scratch.run("import", "antivirus-blank", "more_2024-06-29.csv", *TO)
    assert done.returncode == 0
    done = scratch.run("evidence", "merge", "first.json", "e.json", "-o", "both.json")
    assert (done.returncode, done.stderr) == (0, "")
    bundle = json.loads((scratch.root / "both.json").read_text(encoding="utf-8"))
    assert set(bundle["assets"]) == {"web-1", "web-2"}


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("import", "antivirus-blank", "no.csv", *TO), "no.csv: cannot be read"),
        (("import", "no-such-map", LIST, *TO), "no map 'no-such-map'"),
        (("import", "no.yaml", LIST, *TO), "no.yaml: no such map"),
        (("import", "antivirus-blank", LIST, "--inventory", "inv"), "say where to import to"),
        (("import", "antivirus-blank", "plain.csv", *TO), "nothing says on which day"),
        (
            ("import", "antivirus-blank", LIST, *TO, "--taken", "2099-01-01"),
            "taken on 2099-01-01, which is still to come",
        ),
        (
            ("import", "antivirus-blank", LIST, *TO, "--taken", "2024-06-29"),
            "its name says that it was taken on 2024-06-28",
        ),
        (
            ("import", "antivirus-blank", "titled_2024-06-28.csv", *TO),
            "several days may be that on which the list was taken: 2024-06-28, 2024-01-05",
        ),
        (("import", "antivirus-blank", LIST, LIST, *TO), f"the same file as {LIST}"),
        (("import", "wazuh-agents", LIST, *TO), "not JSON"),
        (("import", "ansible-facts", LIST, *TO), "not JSON"),
        (("import", "ansible-facts", "exported.json", *TO), "save the output of ansible-inventory"),
        (("import", "kaspersky-device-list", LIST, *TO), "no row has these headings"),
        (
            ("import", "kaspersky-device-list", "visible_2024-06-28.csv", *TO),
            "last connected to administration server",
        ),
        (("import", "bad.yaml", LIST, *TO), "bad.yaml:"),
        (("import", "antivirus-blank", LIST), "--inventory"),
        (("import", "suggest", "none.csv"), "no row has a heading that is known"),
    ],
)
def test_what_cannot_be_done_is_refused(
    scratch: Scratch, arguments: tuple[str, ...], said: str
) -> None:
    scratch.write(LIST, f"{HEAD}\nweb-1;28/06/2024;Có;Bật\n")
    scratch.write("plain.csv", f"{HEAD}\nweb-1;28/06/2024;Có;Bật\n")
    titled = f"Báo cáo ngày 05/01/2024;;;\n{HEAD}\nweb-1;05/01/2024;Có;Bật\n"
    scratch.write("titled_2024-06-28.csv", titled)
    visible = "Name,Real-time protection,Last visible\nweb-1,Running,28/06/2024\n"
    scratch.write("visible_2024-06-28.csv", visible)
    scratch.write("none.csv", "a;b\n1;2\n")
    scratch.write("bad.yaml", "import: x\n")
    exported = {"_meta": {"hostvars": {}}, "web": {"hosts": ["web-1"], "vars": {"port": 80}}}
    scratch.write("exported.json", json.dumps(exported))
    done = scratch.run(*arguments)
    assert done.returncode == 2
    assert said in " ".join(done.stderr.split())
    assert not (scratch.root / "e.json").exists()


def test_the_account_and_the_faults_are_in_vietnamese(scratch: Scratch) -> None:
    _, said = run(scratch, "web-9;28/06/2024;Có;Bật", more=("--lang", "vi"))
    assert "danh mục kê khai không có đối tượng nào tên như vậy" in said
    assert "3 đối tượng không có trong danh sách" in said


def test_secrets_are_dropped_and_that_is_said(scratch: Scratch) -> None:
    scratch.write(
        LIST, f"{HEAD};Mật khẩu;Ghi chú\nweb-1;28/06/2024;Có;Bật;Abc@123;password: hunter22\n"
    )
    done = scratch.run("import", "antivirus-blank", LIST, *TO)
    said = " ".join(done.stderr.split())
    assert "columns dropped as secrets: Mật khẩu" in said
    assert "rows with what looks like a secret, which is not kept: 1" in said
    text = (scratch.root / "e.json").read_text(encoding="utf-8")
    assert "Abc@123" not in text
    assert "hunter22" not in text


def test_the_inventory_is_printed_as_a_difference_and_never_written(scratch: Scratch) -> None:
    for path in (IMPORTS / "messy").iterdir():
        if path.is_file():
            shutil.copy(path, scratch.root / path.name)
    shutil.copytree(IMPORTS / "messy/inventory", scratch.root / "mine")
    before = (scratch.root / "mine/all.yaml").read_text(encoding="utf-8")
    done = scratch.run(
        "import", "map.yaml", "danh-muc.xlsx", "--inventory", "mine", "--to", "inventory"
    )
    assert done.returncode == 3
    assert done.stdout.startswith("--- a/all.yaml\n+++ b/all.yaml\n")
    assert "the inventory: 6 new, 1 changed, 0 as they were" in done.stderr
    assert (scratch.root / "mine/all.yaml").read_text(encoding="utf-8") == before


def test_machines_of_ansible_are_proposed_and_their_facts_are_evidence(scratch: Scratch) -> None:
    name = "ansible_2026-08-20.json"
    shutil.copytree(IMPORTS / "inventory", scratch.root / "mine")
    shutil.copy(IMPORTS / "samples/ansible-facts" / name, scratch.root / name)
    done = scratch.run(
        "import", "ansible-inventory", name, "--inventory", "mine", "--to", "inventory"
    )
    assert done.returncode == 3
    added = [line for line in done.stdout.splitlines() if line.startswith("+ ")]
    assert added == [
        '+  web-1.tinh.example: {os: {family: linux, name: "Debian 12.11"}, organization: tt-cntt, '
        "role: server, systems: [tthc], addresses: [192.0.2.10]}",
        "+  moi-1:",
        '+    addresses: ["192.0.2.77"]',
        "+    organization: so-khcn",
        "+    role: workstation",
    ]
    said = " ".join(done.stderr.split())
    assert "'trung-1': not proposed, as it lacks organization, role" in said
    assert "ansible_become_pass; snmp_community; database.password; users.password" in said
    facts = scratch.run("import", "ansible-facts", name, "--inventory", "mine", "-o", "e.json")
    assert facts.returncode == 3
    text = (scratch.root / "e.json").read_text(encoding="utf-8")
    (record,) = json.loads(text)["assets"]["web-1.tinh.example"]["probes"].values()
    assert record["ended"].startswith("2026-08-19")
    assert record["facts"] == {
        "os.family": "linux",
        "os.name": "Debian 12.11",
        "os.kernel": "6.1.0-37-amd64",
    }
    printed = text + done.stdout + done.stderr + facts.stdout + facts.stderr
    for secret in ("Tr0ub4dor", "hunter2", "khongnoi", "nested-secret", "tok-5512", "cong-khai"):
        assert secret not in printed


@pytest.mark.parametrize("by", ["nmap", "openscap"])
def test_what_scanners_write_becomes_evidence(by: str, scratch: Scratch) -> None:
    shutil.copytree(IMPORTS / "inventory", scratch.root / "mine")
    (file,) = (IMPORTS / "samples" / by).glob("*.xml")
    done = scratch.run("import", by, str(file), "--inventory", "mine", "-o", "e.json")
    assert done.returncode == 3
    said = " ".join(done.stderr.split())
    assert "in the network may-chu, not in the inventory" in said
    assert "passed over as the map says: " in said
    assert scratch.run("evidence", "verify", "e.json").returncode == 0
    bundle = json.loads((scratch.root / "e.json").read_text(encoding="utf-8"))
    bases = {r["basis"] for a in bundle["assets"].values() for r in a["probes"].values()}
    assert bases == {"imported"}


def test_suggest_prints_a_map_that_works(scratch: Scratch) -> None:
    scratch.write(LIST, f"{HEAD}\nweb-1;28/06/2024;Có;Bật\n")
    done = scratch.run("import", "suggest", LIST)
    assert done.returncode == 0
    assert "these shipped maps know this list as it is: antivirus-blank" in done.stderr
    scratch.write("mine.yaml", done.stdout)
    assert scratch.run("import", "mine.yaml", LIST, *TO).returncode == 0


def test_maps_are_listed(scratch: Scratch) -> None:
    done = scratch.run("import", "maps")
    assert done.returncode == 0
    assert "kaspersky-device-list" in done.stdout


def test_what_was_seen_is_no_declared_fact(scratch: Scratch) -> None:
    scan = IMPORTS / "samples" / "nmap"
    consoles = [
        ("nmap", str(next(scan.glob("*.xml"))), "listens.found_ipv4"),
        ("antivirus-blank", LIST, "antivirus.realtime"),
        ("wazuh-agents", LIST, "monitoring.agent"),
        ("openscap", LIST, "hardening.unmet"),
    ]
    scratch.write(LIST, f"{HEAD}\nweb-1;28/06/2024;Có;Bật\n")
    for name, file, fact in consoles:
        done = scratch.run("import", name, file, "--inventory", "inv", "--to", "inventory")
        assert (done.returncode, done.stdout) == (2, "")
        said = " ".join(done.stderr.split())
        assert "the map states what was seen, which is evidence and not declared" in said
        assert fact in said
        assert "give -o evidence.json" in said


def test_of_a_mixed_list_the_inventory_gets_what_a_machine_is_and_no_state(
    scratch: Scratch,
) -> None:
    blank = (IMPORTS.parents[1] / "soccheck/imports/maps/antivirus-blank.yaml").read_text(
        encoding="utf-8"
    )
    own = "proposes:\n  name: Tên máy\n  facts: {role: server, antivirus.running: true}\nfacts:\n"
    own += "  organization: {column: Đơn vị, reference: true}\n"
    own += "  antivirus.product: {column: Phần mềm}\n"
    scratch.write("map.yaml", blank.replace("facts:\n", own, 1))
    rows = "web-1;28/06/2024;Có;Tắt;so;Bkav\nweb-9;28/06/2024;Có;Bật;so;Bkav\n"
    scratch.write(LIST, f"{HEAD};Đơn vị;Phần mềm\n{rows}")
    done = scratch.run("import", "map.yaml", LIST, "--inventory", "inv", "--to", "inventory")
    assert "web-9" in done.stdout
    assert "antivirus: {product: Bkav, realtime: true}" in done.stdout.replace('"', "")
    assert "running" not in done.stdout
    said = " ".join(done.stderr.split())
    told = "seen, so not declared but evidence, by -o evidence.json: antivirus.installed,"
    assert told in said
    assert "antivirus.running" in said
