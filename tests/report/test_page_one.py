"""Page one is one page: at most 24 lines of 80 columns, nothing cut inside a word, in both languages."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest

from soccheck.report import renderer
from soccheck.report.columns import columns
from soccheck.report.report import FailingSince, Layout, Report
from tests.cli.run import ROOT, soccheck
from tests.report.loaded import assessment
from tests.scratch import DAY, Scratch

INVENTORIES = sorted(path.name for path in (ROOT / "inventories").iterdir() if path.is_dir())
LINES, WIDTH = 24, 80


def page(*args: str | Path, lang: str) -> str:
    done = soccheck(*args, "--lang", lang, cwd=ROOT, COLUMNS=str(WIDTH))
    assert done.code in (1, 3), done.err
    return done.out


def is_a_page(text: str) -> None:
    lines = text.splitlines()
    assert len(lines) <= LINES, text
    assert all(columns(line) <= WIDTH for line in lines), text
    assert "\033" not in text


@pytest.mark.parametrize("lang", ["en", "vi"])
@pytest.mark.parametrize("name", INVENTORIES)
def test_each_sample_is_one_page(name: str, lang: str) -> None:
    text = page("audit", f"inventories/{name}", "--as-stated", lang=lang)
    is_a_page(text)
    assert text.splitlines()[-1].startswith({"en": "Next: ", "vi": "Tiếp theo: "}[lang])


@pytest.mark.parametrize("lang", ["en", "vi"])
def test_the_template_is_one_page(tmp_path: Path, lang: str) -> None:
    shutil.copytree(ROOT / "soccheck" / "template", tmp_path / "inv")
    is_a_page(page("audit", tmp_path / "inv", "--as-stated", lang=lang))


@pytest.mark.parametrize("lang", ["en", "vi"])
@pytest.mark.parametrize(
    "pair", [("an-giang-2019", "an-giang"), ("hau-giang", "dong-thap"), ("an-giang", "an-giang")]
)
def test_two_inventories_are_one_page(pair: tuple[str, str], lang: str) -> None:
    sides = [f"inventories/{name}" for name in pair]
    done = soccheck("compare", *sides, "--lang", lang, cwd=ROOT)
    assert done.code == 0, done.err
    is_a_page(done.out)
    assert done.out.splitlines()[-1].startswith({"en": "Next: ", "vi": "Tiếp theo: "}[lang])


def test_what_the_page_of_two_years_says() -> None:
    done = soccheck("compare", "inventories/an-giang-2019", "inventories/an-giang", cwd=ROOT)
    text = " ".join(done.out.replace("\u00a0", " ").split())
    for said in (
        "An Giang 28/11/2019 → An Giang 30/06/2024",
        "E-gov 0/10 (0 %) 6/26 (23.1 %) up +23.1 pp",
        "An Giang, as of 30/06/2024: NOT COMPLIANT. 185 findings fail (2 critical,",
        "Since 28/11/2019 (inventories/an-giang-2019): 184 newly failing,",
        "critical: syt-pc-03.ag.example (Department of Health): not met: with antivirus",
        "Rose: Files are settled on time 97 % → 97.4 %",
        "Who must act",
    ):
        assert said in text, said


def test_what_changed_since_a_former_result(scratch: Scratch) -> None:
    judge = ("audit", "inv", "--policies", "pol", "--as-of", DAY)
    scratch.run(*judge, "--format", "json", "--output", "then.json")
    scratch.edit("inv/hosts.yaml", "{realtime: true}", "{realtime: false}")
    done = scratch.run(*judge, "--previous", "then.json")
    is_a_page(done.stdout)
    assert "Since 30/06/2024 (then.json): 1 newly failing, 0 newly unknown," in " ".join(
        done.stdout.split()
    )
    for words, message in (
        (("then.json", "--format", "csv"), "--previous does nothing for csv"),
        (("then.json", "--asset", "web-1"), "--previous is compared with a report on the whole"),
        (("none.json",), "none.json"),
    ):
        refused = scratch.run(*judge, "--previous", *words)
        assert (refused.returncode, refused.stdout) == (2, "")
        assert message in refused.stderr


def test_what_the_page_of_an_giang_says() -> None:
    text = " ".join(
        page("audit", "inventories/an-giang", "--as-of", "2024-06-30", lang="en").split()
    )
    for said in (
        "An Giang, as of 30/06/2024: NOT COMPLIANT. 185 findings fail (2 critical, 46 high,",
        "0 of 86 machines asked.",
        "39/39 approved; 12 other findings fail",
        "critical: syt-pc-03.ag.example (Department of Health): not met: with antivirus",
        "Who must act (failing+unknown, nearest day):",
        "Due next: 30/09/2024 waiver mv-2024-02 ends;",
        "Why unknown: 74 of 134: not stated; 50: no ruleset handed in;",
    ):
        assert said in text, said


def test_the_page_of_a_change_names_the_control_and_the_place(scratch: Scratch) -> None:
    scratch.edit("inv/hosts.yaml", "{realtime: true}", "{realtime: false}")
    done = scratch.run("gate", "inv", "--policies", "pol", "--as-of", DAY, "--base", "HEAD")
    assert done.returncode == 1
    is_a_page(done.stdout)
    assert "FAIL · T-REALTIME · " in done.stdout
    assert "\n  inv/hosts.yaml:" in done.stdout
    details = scratch.run(
        "gate", "--details", "inv", "--policies", "pol", "--as-of", DAY, "--base", "HEAD"
    )
    assert details.returncode == 1
    assert "antivirus.realtime = false; expected true" in details.stdout


def test_it_says_since_when_the_worst_fail(scratch: Scratch) -> None:
    judged, language = assessment(scratch)
    since = {("T-REALTIME", "web-2"): FailingSince(day=date(2024, 3, 9))}
    told = renderer("table")(Report(assessment=judged, since=since), language, Layout())
    (line,) = [line for line in "".join(map(str, told)).splitlines() if "web-2 (" in line]
    assert line.endswith(", since 09/03/2024")
