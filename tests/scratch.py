"""A small inventory, a policy and a git repository for tests, and the real command run on them."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from tests.cli.run import here

INVENTORY = {
    "authority.yaml": """\
authority: {name: {vi: Tỉnh Thử, en: Trial province}, stated: 2024-06-01, owner: so}
organizations:
  so: {type: department, tier: province, name: {vi: Sở Thử, en: Trial department}}
""",
    "systems.yaml": """\
systems:
  portal:
    organization: so
    dossier: {proposed_level: 3, status: approved}
  mail:
    organization: so
    dossier: {proposed_level: 2, status: approved}
""",
    "hosts.yaml": """\
hosts:
  web-1:
    organization: so
    role: server
    systems: [portal]
    antivirus: {realtime: true}
  web-2:
    organization: so
    role: server
    systems: [portal]
    antivirus: {realtime: false}
  mail-1:
    organization: so
    role: server
    tags: [old]
    systems: [mail]
    antivirus: {realtime: true}
""",
    "fleets.yaml": """\
fleets:
  pcs: {organization: so, workstations: {total: 100, protected: 95}}
""",
    "waivers.yaml": """\
waivers:
  w-1:
    control: T-REALTIME
    assets: [mail-1]
    reason: being replaced
    approver: Director
    granted: 2024-01-01
    expires: 2024-12-31
""",
}

POLICY = """\
policy: trial
version: "1"
title: {en: Trial, vi: Thử}
parameters:
  share: {value: 90, title: {en: share, vi: tỉ lệ}}
headline: {asset: system, controls: [T-REALTIME], label: {en: safe, vi: an toàn}}
controls:
  - id: T-REALTIME
    title: {en: Protection is on, vi: Bảo vệ bật}
    asset: host
    when: {role|in: [server, workstation]}
    require: {antivirus.realtime: true}
    severity: high
    label: {en: protected, vi: được bảo vệ}
    reference: [{source: made up, verified: unverified}]
    remediation: {en: Turn it on., vi: Bật lên.}
  - id: T-HOSTS
    title: {en: All hosts are protected, vi: Mọi máy được bảo vệ}
    asset: system
    require: {every: {asset: host, require: {antivirus.realtime: true}}}
    severity: medium
    label: {en: protected, vi: được bảo vệ}
    reference: [{source: made up, verified: unverified}]
    remediation: {en: Protect them., vi: Bảo vệ.}
  - id: T-FLEET
    title: {en: Workstations are protected, vi: Máy trạm được bảo vệ}
    asset: fleet
    require: {measure: {passed: workstations.protected, of: workstations.total}}
    target: 90%
    severity: critical
    label: {en: protected, vi: được bảo vệ}
    reference: [{source: made up, verified: unverified}]
    remediation: {en: Protect them., vi: Bảo vệ.}
  - id: T-LEVEL
    title: {en: Level is at least 2, vi: Từ cấp độ 2}
    asset: system
    require: {dossier.proposed_level|in: [2, 3, 4, 5]}
    severity: low
    label: {en: high enough, vi: đủ cao}
    reference: [{source: made up, verified: unverified}]
    remediation: {en: Raise it., vi: Nâng lên.}
"""

DAY = "2024-06-30"


PIPELINE = ("CI", "TF_BUILD")
"""What tells a command that it runs in a pipeline."""


class Scratch:
    """A repository with an inventory in `inv` and a policy in `pol`, committed once."""

    def __init__(self, root: Path) -> None:
        self.root = root
        for name, text in INVENTORY.items():
            self.write(f"inv/{name}", text)
        self.write("pol/trial.yaml", POLICY)
        self.git("init", "-q", "-b", "main")
        self.commit("base")

    def write(self, name: str, text: str) -> Path:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="")
        return path

    def edit(self, name: str, old: str, new: str) -> None:
        path = self.root / name
        text = path.read_text(encoding="utf-8")
        assert old in text, old
        path.write_text(text.replace(old, new, 1), encoding="utf-8")

    def git(self, *arguments: str) -> str:
        who = ("-c", "user.name=Tester", "-c", "user.email=tester@trial.example")
        command = ["git", *who, *arguments]
        # A hook is run at a desk here, wherever the tests run.
        desk = {k: v for k, v in os.environ.items() if k not in PIPELINE}
        done = subprocess.run(
            command, cwd=self.root, capture_output=True, text=True, check=True, env=desk
        )
        return done.stdout

    def commit(self, message: str) -> str:
        self.git("add", "-A")
        self.git("commit", "-q", "--allow-empty", "-m", message)
        return self.git("rev-parse", "HEAD").strip()

    def run(self, *arguments: str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
        return soccheck(*arguments, cwd=cwd or self.root)

    def baseline(self, name: str) -> None:
        """Store the result of today as a file."""
        words = ("--policies", "pol", "--as-of", DAY, "--report", f"baseline={name}")
        self.run("audit", "inv", *words)

    def gate(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run the gate, in its long form where it prints a table."""
        long = [] if "--report" in " ".join(arguments) else ["--details"]
        words = ("--policies", "pol", "--as-of", DAY, *long, *arguments)
        return self.run("gate", "inv", *words)


def soccheck(
    *arguments: str, cwd: Path, env: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run the real command in English, 80 columns wide."""
    gone = ("LC_", "LANG", "COLUMNS", *PIPELINE)
    clean = {k: v for k, v in os.environ.items() if not k.startswith(gone)}
    told = {**clean, "LANG": "C.UTF-8", "COLUMNS": "80", **(env or {})}
    ran = here(list(arguments), cwd, told)
    return subprocess.CompletedProcess(arguments, ran.code, ran.out, ran.err)
