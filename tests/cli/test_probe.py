"""`probe script` from end to end: what is printed is what a machine is sent, and it runs as it stands."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from soccheck.collect import script
from soccheck.inventory import load
from soccheck.probes.all import PROBES
from tests.bundles import write_inventory
from tests.cli.run import Ran, inside

Run = Callable[..., Ran]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    return partial(inside, capsys)


def test_the_printed_script_runs_and_answers_every_question(run: Run) -> None:
    printed = run("probe", "script", "--platform", "linux")
    assert printed.code == 0
    head, _, text = printed.out.partition("\n\n")
    assert head == "# linux: exec /bin/sh -s"
    done = subprocess.run(["/bin/sh", "-s"], input=text.encode(), capture_output=True, check=True)
    marker = "soccheck-" + "0" * 32
    asks = script.asks_of(probe for (kind, _), probe in PROBES.items() if kind == "linux")
    assert script.finished(marker, done.stdout)
    answers = script.split(asks, marker, done.stdout, done.stderr, "lost")
    assert {answer.state for answer in answers.values()}.isdisjoint({"lost", "too_large"})
    assert text == script.compose(asks, marker) + "\n"


def test_every_platform_is_printed_unless_one_is_named(run: Run) -> None:
    printed = run("probe", "script").out
    for platform in {platform for platform, _ in PROBES}:
        assert f"# {platform}: " in printed
    assert "show running-config" in run("probe", "script", "--platform", "cisco").out


def test_an_asset_is_sent_what_its_kind_and_platform_are_asked(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "inv"
    write_inventory(folder, {"web-1": "192.0.2.1"})
    assert load.load(folder, "inv").find("web-1") is not None
    printed = run("probe", "script", "web-1", "--inventory", str(folder))
    assert printed.code == 0
    assert printed.out.startswith("# linux: exec /bin/sh -s\n")
    assert "\nask nft root -- nft -j -a list ruleset" in printed.out.replace("$(", "\n")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("web-1",), "ASSET and --inventory go together"),
        (("--platform", "vax"), "no platform 'vax'"),
        (("no-such", "--inventory", "inv"), "'no-such' is no machine to ask"),
    ],
)
def test_what_cannot_be_printed_is_said(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], said: str
) -> None:
    monkeypatch.chdir(tmp_path)
    write_inventory(tmp_path / "inv", {"web-1": "192.0.2.1"})
    ran = run("probe", "script", *words)
    assert ran.code == 2
    assert said in ran.err
