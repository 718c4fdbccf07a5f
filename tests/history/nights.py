"""A small inventory judged night after night, by the real command."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from soccheck.bundle import bundle as evidence
from soccheck.inventory import load as inventory
from soccheck.sources import schema
from tests.bundles import bundle, record
from tests.cli.run import Ran, inside
from tests.scratch import Scratch

SETTINGS = """\
history: {folder: history}
audit: {policies: [pol]}
"""
AGING = """\
  - id: T-BACKUP
    title: {en: Copies are fresh, vi: Bản sao còn mới}
    asset: system
    require: {backup.last|age|lte: 30d}
    severity: high
    label: {en: fresh, vi: còn mới}
    reference: [{source: made up, verified: unverified}]
    remediation: {en: Copy., vi: Sao lưu.}
"""


class Nights:
    """Runs `soccheck run` and what reads its history, in the folder of a scratch repository."""

    def __init__(
        self, scratch: Scratch, capsys: pytest.CaptureFixture[str], url: str | None = None
    ) -> None:
        self.scratch = scratch
        self.url = url
        self._capsys = capsys
        scratch.write("soccheck.yaml", SETTINGS)

    @property
    def folder(self) -> Path:
        return self.scratch.root / "history"

    def call(self, *arguments: str | Path) -> Ran:
        return inside(self._capsys, *arguments)

    def night(self, day: str, *arguments: str) -> Ran:
        """Judge as of a day; the exit code is that of an audit."""
        ran = self.call("run", "inv", "--as-of", day, *arguments)
        assert ran.code in (0, 1, 3), ran
        return ran

    def diff(self, *arguments: str) -> dict[tuple[str, str], dict[str, Any]]:
        """Return what `soccheck diff` tells, by control and asset."""
        ran = self.call("diff", *arguments, "--format", "json")
        assert ran.code == 0, ran
        found = json.loads(ran.out)
        assert schema.faults("changes", found) == []
        return {(c["control"], c["asset"]): c for c in found["changes"]}

    def causes(self, *arguments: str) -> dict[tuple[str, str], str]:
        return {key: change["cause"] for key, change in self.diff(*arguments).items()}

    def documents(self, command: str, *arguments: str) -> dict[str, Any]:
        ran = self.call(command, *arguments, "--format", "json")
        assert ran.code in (0, 1), ran
        loaded: dict[str, Any] = json.loads(ran.out)
        assert schema.faults(command, loaded) == []
        return loaded

    def evidence(self, day: str, answers: dict[str, bool | str]) -> None:
        """Write the bundle of a day: a host's protection, or the code of why it did not answer."""
        when = f"{day}T00:00:00.000Z"
        assets = {}
        for name, answer in answers.items():
            if isinstance(answer, str):
                told = record({}, when, problem={"code": answer, "detail": "no answer"})
            else:
                told = record({"antivirus.realtime": answer}, when)
            assets[name] = {"antivirus": told}
        made = bundle(inventory.load(self.scratch.root / "inv", "inv"), assets)
        entries = {n: {**e, "started": when, "ended": when} for n, e in made["assets"].items()}
        made = evidence.sealed({**made, "started": when, "ended": when, "assets": entries})
        (self.scratch.root / "evidence.json").write_bytes(evidence.dumps(made))
        self.scratch.write(
            "soccheck.yaml", SETTINGS.replace("[pol]", "[pol], evidence: evidence.json")
        )
