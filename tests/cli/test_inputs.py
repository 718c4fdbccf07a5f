"""No command writes over what it reads, whatever it writes and whichever option names it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.run import Ran, soccheck
from tests.scratch import DAY, INVENTORY, POLICY

POLICIES = ("--policies", "pol")
RULESET = "*filter\n:INPUT DROP [0:0]\nCOMMIT\n"


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with an inventory that has a table and a ruleset, a policy, and files made of them."""
    root = tmp_path_factory.mktemp("inputs")
    texts = {f"inv/{name}": text for name, text in INVENTORY.items()}
    texts["inv/endpoints.csv"] = (
        "id,organization,type,url\nportal-1,so,portal,https://portal.example/\n"
    )
    texts["inv/firewalls.yaml"] = (
        "firewalls: {edge: {organization: so, firewall: {ruleset: rules/edge}}}\n"
    )
    texts["inv/rules/edge"] = RULESET
    texts["inv2/authority.yaml"] = INVENTORY["authority.yaml"]
    texts["pol/trial.yaml"] = POLICY
    texts["soccheck.yaml"] = "{}\n"
    texts["history/history.db"] = texts["history/blobs/ab/cd.xz"] = "kept"
    texts["list.csv"] = "name\n"
    for name, text in texts.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")
    (root / "link.yaml").symlink_to("inv/systems.yaml")
    for form, file in (("json", "r.json"), ("baseline", "b.json")):
        wanted = ("--format", form, "--output", file)
        ran = soccheck("audit", "inv", *POLICIES, "--as-of", DAY, *wanted, cwd=root)
        assert ran.code in (0, 1, 3), ran.err
    return root


def run(here: Path, *words: str) -> Ran:
    return soccheck(*words, cwd=here)


@pytest.mark.parametrize(
    "words",
    [
        ("audit", "inv", *POLICIES, "--output", "inv/systems.yaml"),
        ("audit", "inv", *POLICIES, "--format", "csv", "--output", "inv/endpoints.csv"),
        ("audit", "inv", *POLICIES, "--report", "html=inv/rules/edge"),
        ("audit", "inv", *POLICIES, "--output", "link.yaml"),
        ("audit", "inv", *POLICIES, "--output", "soccheck.yaml"),
        ("audit", "inv", "inv2", *POLICIES, "--format", "html", "--output", "inv2/authority.yaml"),
        ("audit", "inv", *POLICIES, "--previous", "b.json", "--output", "b.json"),
        ("audit", "inv", *POLICIES, "--output", "history/history.db"),
        ("audit", "inv", *POLICIES, "--output", "history/blobs/ab/cd.xz"),
        ("report", "inv", "inv2", *POLICIES, "-o", "inv2/authority.yaml"),
        ("report", "inv", *POLICIES, "-o", "pol/trial.yaml"),
        ("report", "r.json", *POLICIES, "-o", "r.json"),
        ("report", "r.json", "--inventory", "inv", *POLICIES, "-o", "inv/hosts.yaml"),
        ("compare", "inv", "inv2", *POLICIES, "--output", "inv/hosts.yaml"),
        ("gate", "inv", *POLICIES, "--baseline", "b.json", "--report", "json=b.json"),
        ("worklist", "inv", *POLICIES, "--output", "inv/hosts.yaml"),
        ("claims", "inv", "--output", "inv/hosts.yaml"),
        ("fill", "inv", *POLICIES, "--output", "inv/hosts.yaml"),
        ("diff", "r.json", "b.json", "--output", "b.json"),
        ("collect", "inv", "-o", "inv/hosts.yaml"),
        ("audit", "inv", *POLICIES, "--collect", "--evidence", "inv/hosts.yaml"),
        ("hostkeys", "inv", "-o", "inv/hosts.yaml"),
        ("import", "kaspersky-device-list", "list.csv", "--inventory", "inv", "-o", "list.csv"),
        (
            "import",
            "kaspersky-device-list",
            "list.csv",
            "--inventory",
            "inv",
            "-o",
            "inv/hosts.yaml",
        ),
        ("evidence", "redact", "r.json", "-o", "r.json"),
        ("evidence", "merge", "r.json", "b.json", "-o", "b.json"),
        ("export", "csv", "inv", "-o", "inv"),
    ],
    ids=" ".join,
)
def test_what_is_read_is_not_written_over(here: Path, words: tuple[str, ...]) -> None:
    before = {path: path.read_bytes() for path in here.rglob("*") if path.is_file()}
    ran = run(here, *words, "--lang", "en") if words[0] != "evidence" else run(here, *words)
    assert ran.code == 2, ran
    assert "it would be lost, and the command reads it" in ran.err
    after = {path: path.read_bytes() for path in here.rglob("*") if path.is_file()}
    assert after == before


def test_what_logs_in_is_not_written_over(here: Path, tmp_path: Path) -> None:
    """Keys and what is known of hosts are read, though no argument names them."""
    (tmp_path / ".ssh").mkdir()
    for name in ("id_ed25519", "known_hosts", "config"):
        (tmp_path / ".ssh" / name).write_text("kept")
        for words in (("collect", "inv", "-o"), ("audit", "inv", "--collect", "--evidence")):
            ran = soccheck(*words, tmp_path / ".ssh" / name, cwd=here, HOME=str(tmp_path))
            assert ran.code == 2
            assert "it would be lost, and the command reads it" in ran.err
        assert (tmp_path / ".ssh" / name).read_text() == "kept"


def test_a_report_in_the_inventorys_folder_may_be_written_again(here: Path) -> None:
    for _ in range(2):
        file = str(here / "inv/report.html")
        wanted = ("--format", "html", "--output", file)
        assert run(here, "audit", "inv", *POLICIES, *wanted).code in (1, 3)
    (here / "inv/report.html").unlink()
