"""OpenMetrics: promtool and node_exporter take it, its figures are the JSON's, the alerts fire."""

from __future__ import annotations

import json
import re
import shutil
import socket
import subprocess
import time
import urllib.request
from collections import Counter
from pathlib import Path

import pytest

from tests.cli.run import ROOT, soccheck

ALERTS = ROOT / "docs" / "examples" / "alerts.yaml"
DAY = ("--as-of", "2024-06-30")
EXPORTER = shutil.which("prometheus-node-exporter") or shutil.which("node_exporter")
LINE = re.compile(r"(soccheck_\w+)\{(.*)\} (\S+)")
LABEL = re.compile(r'(\w+)="((?:[^"\\]|\\.)*)"')
no_promtool = pytest.mark.skipif(not shutil.which("promtool"), reason="there is no promtool here")


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("metrics")
    reports = [f"--report={form}={folder / form}" for form in ("json", "openmetrics")]
    assert soccheck("audit", ROOT / "inventories/an-giang", *DAY, *reports).code == 1
    (folder / "openmetrics").rename(folder / "soccheck.prom")
    return folder


def samples(text: str) -> dict[tuple[str, frozenset[tuple[str, str]]], float]:
    return {
        (name, frozenset(LABEL.findall(labels))): float(value)
        for name, labels, value in LINE.findall(text)
    }


def test_figures_are_those_of_the_json(written: Path) -> None:
    found = samples((written / "soccheck.prom").read_text())
    data = json.loads((written / "json").read_text())
    severity = {c["id"]: c["severity"] for policy in data["policies"] for c in policy["controls"]}
    told = Counter(
        (item["policy"], severity[item["control"]], item["status"])
        for item in data["findings"]
        if item["status"] != "not_applicable"
    )
    said = Counter({
        (dict(labels)["policy"], dict(labels)["severity"], dict(labels)["status"]): int(value)
        for (name, labels), value in found.items()
        if name == "soccheck_findings"
    })  # fmt: skip
    assert +said == told
    assert len(said) > len(told), "what there is none of is said, too"
    whole = frozenset({("authority", "an-giang")})
    assert found["soccheck_exit_code", whole] == 1
    assert found["soccheck_as_of_timestamp_seconds", whole] == 1719705600
    level = whole | {("policy", "security-level")}
    assert found["soccheck_headline_passed", level] == 39
    assert found["soccheck_headline_applicable", level] == 39


@no_promtool
def test_promtool_accepts_the_metrics(written: Path) -> None:
    text = (written / "soccheck.prom").read_bytes()
    done = subprocess.run(["promtool", "check", "metrics"], input=text, capture_output=True)
    assert (done.returncode, done.stdout + done.stderr) == (0, b"")


@no_promtool
def test_names_of_any_kind_stay_one_label(tmp_path: Path) -> None:
    folder = tmp_path / 'a"b\\c'
    shutil.copytree(ROOT / "soccheck" / "template", folder)
    done = soccheck("audit", folder, "--report", f"openmetrics={tmp_path / 'x.prom'}")
    assert done.code in (1, 3)
    text = (tmp_path / "x.prom").read_bytes()
    assert rb'authority="a\"b\\c"' in text
    checked = subprocess.run(["promtool", "check", "metrics"], input=text, capture_output=True)
    assert checked.returncode == 0, checked.stderr


@pytest.mark.skipif(not EXPORTER, reason="there is no node_exporter here")
def test_node_exporter_scrapes_the_file(written: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{free.getsockname()[1]}"
    command = [str(EXPORTER), "--collector.disable-defaults", "--collector.textfile"]
    command += [f"--collector.textfile.directory={written}", f"--web.listen-address={address}"]
    running = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        text = scraped(f"http://{address}/metrics")
    finally:
        running.kill()
        running.wait()
    assert "node_textfile_scrape_error 0" in text
    assert samples(text) == samples((written / "soccheck.prom").read_text())


def scraped(url: str) -> str:
    for _ in range(100):
        try:
            with urllib.request.urlopen(url, timeout=5) as answer:
                text: str = answer.read().decode()
                return text
        except OSError:
            time.sleep(0.1)
    raise AssertionError("node_exporter did not answer")


@no_promtool
def test_promtool_accepts_the_alerts_and_they_fire(tmp_path: Path) -> None:
    done = subprocess.run(["promtool", "check", "rules", ALERTS], capture_output=True, text=True)
    assert (done.returncode, "5 rules found" in done.stdout) == (0, True), done.stderr
    found = 'soccheck_findings{authority="a",policy="p",severity="critical",status="fail"}'
    labels = {"severity": "critical", "authority": "a", "policy": "p"}
    about = {
        "summary": "2 critical findings of p fail",
        "description": "soccheck worklist INVENTORY lists them by unit, with what to do.",
    }
    fires = {"exp_labels": labels, "exp_annotations": about}
    case = {
        "rule_files": [str(ALERTS)],
        "tests": [
            {
                "interval": "1m",
                "input_series": [{"series": found, "values": "0 0 2 2"}],
                "alert_rule_test": [
                    {"eval_time": "1m", "alertname": "SoccheckCriticalFailing", "exp_alerts": []},
                    {"eval_time": "3m", "alertname": "SoccheckCriticalFailing",
                     "exp_alerts": [fires]},
                ],
            },
            {
                "interval": "5m",
                "input_series": [
                    {"series": 'soccheck_machines{authority="a"}', "values": "80x400"},
                    {"series": 'soccheck_machines_answered{authority="a"}', "values": "79x400"},
                ],
                "alert_rule_test": [
                    {"eval_time": "25h", "alertname": "SoccheckMachinesSilent", "exp_alerts": [
                        {"exp_labels": {"severity": "warning", "authority": "a"},
                         "exp_annotations": {"summary": "1 machines do not answer: what they are "
                                             "like is unknown"}}]},
                    {"eval_time": "2h", "alertname": "SoccheckAbsent", "exp_alerts": [
                        {"exp_labels": {"severity": "warning"},
                         "exp_annotations": {"summary": "There is no audit to look at"}}]},
                ],
            },
        ],
    }  # fmt: skip
    path = tmp_path / "case.json"  # JSON is YAML
    path.write_text(json.dumps(case))
    done = subprocess.run(["promtool", "test", "rules", path], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
