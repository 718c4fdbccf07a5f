"""What an unknown finding says to write loads where it says, and settles what it named."""

from __future__ import annotations

import json
import re
import shutil
from datetime import date
from pathlib import Path
from typing import Any

import pytest

import soccheck
from soccheck import audit
from soccheck.assess.assessment import Assessment
from soccheck.assess.lacking import Lacking
from soccheck.i18n import Language
from soccheck.inventory import load as inventory
from soccheck.model import Finding, Inventory, Policy, Status
from soccheck.policy import load as policy
from soccheck.report.wording import to_write
from soccheck.sources import yaml
from tests.cli.run import inside
from tests.kit import shipped

ROOT = Path(soccheck.__file__).parents[1]
DAY = date(2026, 7, 15)
TEMPLATE = ROOT / "soccheck" / "template"
FILES = {"template": TEMPLATE, "bare": None}
BARE: dict[str, Any] = {
    "authority": {"stated": "2026-07-01"},
    "organizations": {"so": {"type": "department", "tier": "province"}},
    "systems": {"dvc": {"organization": "so", "dossier": {"proposed_level": 3}}},
    "hosts": {"web-1": {"organization": "so", "role": "server", "systems": ["dvc"]}},
    "firewalls": {"fw": {"organization": "so"}},
    "fleets": {"f": {"organization": "so"}},
    "endpoints": {"www": {"organization": "so", "type": "portal"}},
}


def merged(one: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    both = dict(one)
    for key, value in other.items():
        inside = isinstance(value, dict) and isinstance(both.get(key), dict)
        both[key] = merged(both[key], value) if inside else value
    return both


def data(folder: Path | None) -> dict[str, Any]:
    if folder is None:
        return BARE
    found: dict[str, Any] = {}
    for path in sorted(folder.glob("*.yaml")):
        found = merged(found, yaml.parse(path.read_bytes(), path.name).data)
    return found


def loaded(folder: Path, tree: dict[str, Any]) -> Inventory:
    shutil.copytree(TEMPLATE / "rulesets", folder / "rulesets", dirs_exist_ok=True)
    (folder / "rulesets" / "fw-1.conf").write_text("*filter\n:INPUT DROP [0:0]\nCOMMIT\n")
    (folder / "all.yaml").write_text(json.dumps(tree, ensure_ascii=False), encoding="utf-8")
    return inventory.load(folder, "inv")


@pytest.fixture(scope="module")
def in_force() -> list[Policy]:
    return policy.in_force(shipped(), DAY)


@pytest.mark.parametrize("name", FILES)
def test_what_is_to_be_written_loads_and_is_known(
    name: str, tmp_path: Path, in_force: list[Policy]
) -> None:
    tree = data(FILES[name])
    before = Assessment(loaded(tmp_path, tree), in_force, DAY)
    unknown = [finding for finding in before.findings if finding.result is Status.UNKNOWN]
    assert len(unknown) > 20
    silent = 0
    for finding in unknown:
        lacks = before.lacking(finding)
        silent += not lacks
        lines = to_write.block(lacks, before.inventory, Language("en"))
        added = yaml.parse(filled("\n".join(lines)).encode(), "added")
        assert added.problems == [], lines
        after = loaded(tmp_path, merged(tree, added.data))
        for lack in lacks:
            _known(lack, after, finding)
    # What nobody can state (an observed fact, points of a sum) is the only thing left without.
    assert silent <= len(unknown) // 10, [f.control.id for f in unknown if not before.lacking(f)]


def filled(text: str) -> str:
    """Return YAML to write with the first choice, or the example, of what stands behind it."""
    return re.sub(
        r"\{\} # (?:for example (.+?)|(\[.*?\]|[^\s\[]+?),?(?: .*?)?)(?: \(.*?\))? · .*",
        r"\1\2",
        text,
    )


def _known(lack: Lacking, after: Inventory, finding: Finding) -> None:
    if lack.kind == "authority":
        facts = after.authority.facts
    else:
        name = lack.asset.id if lack.asset is not None else f"{lack.kind}-1"
        facts = after.assets[lack.kind][name].facts
    missing = [fact for fact in lack.facts if fact not in facts]
    assert missing == [], finding.control.id


def test_explain_prints_it_in_both_languages(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    loaded(tmp_path, BARE)
    for code, head in (("en", "write, with what is so"), ("vi", "rồi ghi")):
        words = ("explain", str(tmp_path), "AV-REALTIME", "web-1", "--as-of", "2026-07-15")
        ran = inside(capsys, *words, "--lang", code)
        assert ran.code == 3
        assert head in ran.out
        for key in (
            "hosts:",
            "web-1:",
            "antivirus:",
            "running: {} # true, false",
            "mode: {} # normal, ",
        ):
            assert key in ran.out
    table = inside(
        capsys,
        "audit",
        "--details",
        str(tmp_path),
        "--as-of",
        "2026-07-15",
        "--policy",
        "antivirus",
    )
    assert "write “hosts: {web-1: {antivirus: {installed: true|false" in " ".join(table.out.split())


def test_what_is_too_old_is_stated_anew_as_of_the_day(tmp_path: Path) -> None:
    """The day of an example would be too old again: whoever follows a hint must get somewhere."""
    shutil.copytree(ROOT / "soccheck/template", tmp_path / "inv")
    for stated in ("2024-01-31", "2026-11-26"):
        path = tmp_path / "inv/authority.yaml"
        text = path.read_text(encoding="utf-8")
        path.write_text(re.sub(r"stated: \S+", f"stated: {stated}", text), encoding="utf-8")
        loaded = inventory.load(tmp_path / "inv", "inv")
        made = audit.judge(loaded, shipped(), date(2026, 11, 26))
        finding = made.finding("AV-REALTIME", "web-1.vi-du.example")
        assert finding is not None
        hints = to_write.short(made.lacking(finding))
        assert hints == ("authority: {stated: 2026-11-26}" if stated == "2024-01-31" else "")


def test_a_later_day_of_the_whole_is_not_told_without_what_it_says(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Followed to the letter it makes all that is stated hold later: that is to be looked at first."""
    shutil.copytree(TEMPLATE, tmp_path / "inv")
    words = (str(tmp_path / "inv"), "--as-of", "2026-11-28", "--control", "AV-REALTIME")
    again = {
        "en": ("look again at all that the inventory states, then write “", " # once all that"),
        "vi": (
            "rà soát lại toàn bộ số liệu đã kê khai, rồi ghi “",
            " # chỉ ghi sau khi đã rà soát",
        ),
    }
    for code, (told, remark) in again.items():
        for command in (("audit", "--details"), ("worklist",)):
            out = " ".join(inside(capsys, *command, *words, "--lang", code).out.split())
            assert f"{told}authority: {{stated: 2026-11-28}}”" in out
        out = inside(capsys, "explain", words[0], "AV-REALTIME", *words[1:3], "--lang", code).out
        assert f"stated: 2026-11-28{remark}" in out


def test_of_a_table_its_columns_are_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    unit = "organizations: {so: {type: department, tier: province}}\n"
    (tmp_path / "a.yaml").write_text("authority: {name: {vi: A}, stated: 2026-07-01}\n" + unit)
    (tmp_path / "hosts.csv").write_text("id,organization,role\npc-1,so,workstation\n")
    told = inside(
        capsys, "explain", str(tmp_path), "AV-REALTIME", "pc-1", "--as-of", "2026-07-15"
    ).out
    block = told.partition("hosts.csv, at line 2, in the columns\n")[2]
    assert block.lstrip().startswith("antivirus.installed: {} # true, false")
    assert "hosts:" not in block


def test_what_stands_in_another_file_is_mended_there_with_the_day_of_the_statement(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What was done since the inventory was stated needs a statement of a later day."""
    unit = "organizations: {so: {type: department, tier: province}}\n"
    (tmp_path / "a.yaml").write_text("authority: {name: {vi: A}, stated: 2026-01-31}\n" + unit)
    (tmp_path / "b.yaml").write_text("authority:\n  incident_team: {drill: 2025-12-01}\n")
    words = ("explain", str(tmp_path), "OP-DRILL", "--as-of", "2026-12-31")
    told = " ".join(inside(capsys, *words).out.split())
    assert f"# in {tmp_path}/b.yaml, at line 2 authority: incident_team: drill: {{}}" in told
    assert f"# in {tmp_path}/a.yaml, at line 1 authority: stated: 2026-12-31" in told
    listed = inside(capsys, "worklist", str(tmp_path), *words[3:], "--format", "csv").out
    assert "authority: {incident_team: {drill: YYYY-MM-DD}, stated: 2026-12-31}" in listed


def test_what_is_not_related_says_the_link_that_would_relate_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A new system alone would never be that of the machine: the machine names its systems."""
    loaded(tmp_path, merged(BARE, {"hosts": {"pc": {"organization": "so", "role": "server"}}}))
    words = ("explain", str(tmp_path), "AV-CENTRAL", "pc", "--as-of", "2026-07-15")
    told = " ".join(inside(capsys, *words).out.split())
    assert "no system of it is listed" in told
    assert "hosts: pc: systems: {} # for example [dvc] · " in told
    assert "system-1" not in told


def test_the_template_s_host_passes_all_once_its_days_are_true(
    tmp_path: Path, in_force: list[Policy]
) -> None:
    shutil.copytree(TEMPLATE, tmp_path / "inv")
    for name, pattern in (
        ("authority", r"(stated): \S+"),
        ("hosts", r"(signatures_updated|exported): \S+"),
    ):
        path = tmp_path / f"inv/{name}.yaml"
        text = path.read_text(encoding="utf-8")
        path.write_text(re.sub(pattern, rf"\1: {DAY}", text), encoding="utf-8")
    made = audit.judge(inventory.load(tmp_path / "inv", "inv"), in_force, DAY)
    met = {f.control.id: f.status for f in made.findings if f.asset.id == "web-1.vi-du.example"}
    assert set(met.values()) == {Status.PASS, Status.NOT_APPLICABLE}
    assert {"AV-REALTIME", "AV-FRESH", "FW-HOST-L3", "IP6-HOST"} <= {
        name for name, status in met.items() if status is Status.PASS
    }
