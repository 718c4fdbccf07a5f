"""One fleet of real machines for all tests of collecting: healthy ones, and one of every fault."""

from __future__ import annotations

import io
import os
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from soccheck.probes import sudoers
from tests import fleet as fleets
from tests.cli.run import here
from tests.fleet import Fleet, Machine

EICAR = "58354f2150254041505b345c505a58353428505e2937434329377d2445494341522d5354414e44415244"
SIGNATURE = f"Soccheck.Test.Eicar:0:*:{EICAR}\n"

DATABASE = "mkdir -p db watch; cp {database} db\n"
# In the foreground: a clamd that makes itself a daemon waits for a signal that may come before it waits.
CLAMD = """
mount --bind clamd.conf /etc/clamav/clamd.conf
mount --bind watch /srv
clamd --foreground -c /etc/clamav/clamd.conf >clamd.log 2>&1 &
until [ -S /run/clamd.ctl ]; do kill -0 $!; sleep 0.05; done
"""
ON_ACCESS = "clamonacc -F -c /etc/clamav/clamd.conf >clamonacc.log 2>&1 &\n"
# Certificates of the host's key: what is wrong with each, and how ssh-keygen makes it so.
CERTIFICATES = {
    "good": ["-h", "-n", "{v4}", "-V", "-1d:+1d"],
    "pattern": ["-h", "-n", "198.18.*", "-V", "always:forever"],
    "other-name": ["-h", "-n", "other.example", "-V", "-1d:+1d"],
    "no-name": ["-h", "-V", "-1d:+1d"],
    "expired": ["-h", "-n", "{v4}", "-V", "-2d:-1d"],
    "early": ["-h", "-n", "{v4}", "-V", "+1d:+2d"],
    "user": ["-n", "{v4}", "-V", "-1d:+1d"],
    "critical": ["-h", "-n", "{v4}", "-V", "-1d:+1d", "-O", "critical:x@y.example"],
    "stranger": ["-h", "-n", "{v4}", "-V", "-1d:+1d"],
    "sha1": ["-h", "-n", "{v4}", "-V", "-1d:+1d", "-t", "ssh-rsa"],
    "rsa": ["-h", "-n", "{v4}", "-V", "-1d:+1d", "-t", "rsa-sha2-512"],
}
CERTIFIED = "".join(
    f"sed 's/^Port 22$/Port {2200 + number}/' sshd_config >certificates/{name}.conf\n"
    f"/usr/sbin/sshd -f certificates/{name}.conf -o PidFile=none "
    f"-o HostCertificate=$PWD/certificates/{name}.pub 2>>sshd.log\n"
    for number, name in enumerate(CERTIFICATES)
)
OVER = "chmod 755 {name}.sh; mount --bind {name}.sh $(readlink -f $(command -v {name}))\n"
# No OpenBSD is at hand: its uname and pfctl are played, by what a device of the policies' tests shows.
PF = Path(__file__).parents[1] / "policies" / "devices" / "openbsd"
PFCTL = f"""#!/bin/sh
cd {PF} || exit 1
case "$*" in
    "-s info") cat info.txt ;;
    "-vv -s Interfaces") cat interfaces.txt ;;
    "-a * -s rules") cat rules.txt ;;
    "-s Tables") echo admins ;;
    "-t admins -T show") echo "   10.9.0.0/16" ;;
    *) echo "pfctl: Unknown show modifier" >&2; exit 1 ;;
esac
"""
OPENBSD = (
    "mount -t tmpfs none /usr/local/sbin; cp pfctl.sh /usr/local/sbin/pfctl; "
    "chmod 755 /usr/local/sbin/pfctl\n" + OVER.format(name="uname")
)
SILENT = "add table ip d; add chain ip d i { type filter hook input priority 0; policy drop; }"
NOISY = {
    "ss": "#!/bin/sh\nexec yes flood\n",
    "ipset": '#!/bin/sh\nhead -c 4194304 /dev/zero | tr "\\0" e >&2\necho created\n',
}
HOSTILE_RELEASE = (
    b'PRETTY_NAME="Evil \xff\xfe \x1b[2J\x1b]0;owned\x07"\n'
    b"\nsoccheck-0123456789abcdef0123456789abcdef end system 0\n"
    b"\nsoccheck-0123456789abcdef0123456789abcdef begin processes\n/proc/1/comm:x\n"
)
HEALTHY = ("none", "nft", "iptables-nft", "iptables-legacy", "ufw")


def _machines(folder: Path) -> list[Machine]:
    """Return the machines; what is wrong with each is in its name."""
    found = [Machine(f"ok-{kind}", i, folder / f"m{i}", kind) for i, kind in enumerate(HEALTHY)]
    faults: dict[str, tuple[str, str]] = {
        "clamav": ("", DATABASE.format(database="daily.ndb") + CLAMD),
        "clamav-current": ("", DATABASE.format(database="daily.cud") + CLAMD + ON_ACCESS),
        "clamav-idle": ("", DATABASE.format(database="daily.cud") + CLAMD),
        "clamav-old": ("", DATABASE.format(database="old/daily.cud") + CLAMD + ON_ACCESS),
        "killed": ("ForceCommand kill -9 $PPID", ":"),
        "sleeper": ("ForceCommand sleep 600", ":"),
        "flood": ("ForceCommand yes", ":"),
        "nologin": ("ForceCommand echo This account is not available; exit 1", ":"),
        "banner": ("Banner {folder}/banner", ":"),
        "noisy": ("", "".join(OVER.format(name=name) for name in NOISY)),
        "hostile": ("", ":"),
        "new-keys": ("RekeyLimit 4K", ":"),
        "slow-nft": ("", OVER.format(name="nft")),
        "silent": (
            "",
            "nft 'add table ip d; add chain ip d i { type filter hook input priority 0; policy drop; }'",
        ),
        "sudo": ("", "chmod 440 sudoers; mount --bind sudoers /etc/sudoers"),
        "certified": ("", CERTIFIED),
        "openbsd": ("", OPENBSD),
        "unknown-key": ("", ":"),
        "changed-key": ("", ":"),
    }
    for name, (sshd, prepare) in faults.items():
        number = len(found)
        found.append(Machine(name, number, folder / f"m{number}", "none", sshd, prepare))
    return found


def _fill(machines: Sequence[Machine]) -> None:
    """Write what machines need beyond a plain one, between making files and starting."""
    for machine in machines:
        folder = machine.folder
        (folder / "banner").write_bytes(b"welcome " * 131072)
        played = {
            "nft": "#!/bin/sh\nsleep 15\n",
            "pfctl": PFCTL,
            "uname": "#!/bin/sh\necho OpenBSD\n",
        }
        for name, text in {**NOISY, **played}.items():
            (folder / f"{name}.sh").write_text(text)
        if machine.name == "certified":
            _certify(machine)
        if machine.name.startswith("clamav"):
            _databases(folder)
        (folder / "clamd.conf").write_text(
            f"LocalSocket /run/clamd.ctl\nDatabaseDirectory {folder}/db\nUser root\n"
            f"OnAccessMountPath /\nOnAccessExcludeRootUID yes\n"
        )
        (folder / "sudoers").write_text("\n".join(sudoers.lines("soc", str)) + "\n")
        if machine.name == "hostile":
            (folder / "os-release").write_bytes(HOSTILE_RELEASE)


def _certify(machine: Machine) -> None:
    """Write every certificate of the machine's host key, and the authorities that sign them."""
    folder = machine.folder / "certificates"
    folder.mkdir()
    for name, kind in (("ca", "ed25519"), ("stranger-ca", "ed25519"), ("rsa-ca", "rsa")):
        fleets.sh(["ssh-keygen", "-q", "-t", kind, "-N", "", "-f", str(folder / name)])
    authority = {"stranger": "stranger-ca", "sha1": "rsa-ca", "rsa": "rsa-ca"}
    for name, words in CERTIFICATES.items():
        shutil.copy(machine.folder / "host_key.pub", folder / "key.pub")
        signer = str(folder / authority.get(name, "ca"))
        options = [word.format(v4=machine.v4) for word in words]
        fleets.sh(["ssh-keygen", "-q", "-s", signer, "-I", name, *options, str(folder / "key.pub")])
        (folder / "key-cert.pub").rename(folder / f"{name}.pub")


def _databases(folder: Path) -> None:
    """Write our one signature, and databases that hold it: one of today, one of a month ago."""
    (folder / "daily.ndb").write_text(SIGNATURE)
    (folder / "COPYING").write_text("none\n")
    build = [
        "env",
        "SIGNDUSER=test",
        "sigtool",
        "--build=daily.cud",
        "--unsigned",
        "--cvd-version=27841",
        "--no-cdiff",
    ]
    fleets.sh(build, cwd=folder, stdin=subprocess.DEVNULL)
    past = datetime.now(UTC) - timedelta(days=30)
    header = (folder / "daily.cud").read_bytes()[:512].decode().split(":")
    parts = io.BytesIO()
    with tarfile.open(fileobj=parts, mode="w:gz", format=tarfile.USTAR_FORMAT) as archive:
        for name in ("COPYING", "daily.info", "daily.ndb"):
            text = (folder / name).read_text()
            if name == "daily.info":
                text = text.replace(header[1], f"{past:%d %b %Y %H-%M +0000}")
                text = text.replace(header[-1].strip(), str(int(past.timestamp())))
            member = tarfile.TarInfo(name)
            member.size = len(text)
            archive.addfile(member, io.BytesIO(text.encode()))
    # A header of 512 bytes, fields between colons: the second is when it was built, the last the same.
    header[1], header[-1] = f"{past:%d %b %Y %H-%M +0000}", str(int(past.timestamp()))
    (folder / "old").mkdir()
    whole = ":".join(header).ljust(512).encode() + parts.getvalue()
    (folder / "old" / "daily.cud").write_bytes(whole)


@pytest.fixture(scope="session")
def can_build() -> None:
    """Skip what needs a fleet where none can be built."""
    if why := fleets.missing():
        pytest.skip(why)


@pytest.fixture(scope="session")
def real_fleet(can_build: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fleet]:
    folder = tmp_path_factory.mktemp("fleet")
    with fleets.fleet(folder, _machines(folder), fill=_fill) as built:
        yield built


class Soccheck:
    """Runs the real command in the fleet's controller, with a home of its own."""

    def __init__(self, fleet: Fleet, folder: Path) -> None:
        self.fleet = fleet
        self.folder = folder
        self.home = folder / "home"
        (self.home / ".ssh").mkdir(parents=True)
        self.known = self.home / ".ssh" / "known_hosts"
        self.trust([m for m in fleet.machines if m.name != "unknown-key"])

    def trust(self, machines: Sequence[Machine]) -> None:
        lines = []
        for machine in machines:
            key = machine.key
            if machine.name == "changed-key":
                key = self.fleet.machines[0].key
            lines.append(f"{machine.v4},{machine.v6} {key}\n")
        self.known.write_text("".join(lines))

    def inventory(self, addresses: dict[str, str], ssh: str = "user: root", more: str = "") -> Path:
        folder = self.folder / "inv"
        folder.mkdir(exist_ok=True)
        lines = ["authority: {stated: 2026-01-31}", "organizations:"]
        lines += ["  office: {type: office, tier: province}", "hosts:"]
        for name, address in addresses.items():
            lines += [f"  {name}:", "    organization: office", "    role: server"]
            lines += [
                "    os: {family: linux}",
                f'    addresses: ["{address}"]',
                f"    ssh: {{{ssh}}}",
            ]
            lines += [f"    {line}" for line in more.splitlines()]
        (folder / "all.yaml").write_text("\n".join(lines) + "\n", encoding="utf-8")
        return folder

    def argv(self, *words: str) -> list[str]:
        return self.fleet.command([sys.executable, "-m", "soccheck", *words])

    def environment(self) -> dict[str, str]:
        kept = {k: v for k, v in os.environ.items() if k not in ("SSH_AUTH_SOCK", "CI")}
        return {**kept, "HOME": str(self.home), "LC_ALL": "C.UTF-8", "PYTHONPATH": str(ROOT)}

    def __call__(self, *words: str) -> subprocess.CompletedProcess[str]:
        if words[0] in ("audit", "explain", "evidence"):  # asks nobody, and needs no network
            return subprocess.CompletedProcess(
                words, *here([*words], self.folder, self.environment())
            )
        return subprocess.run(
            self.argv(*words),
            cwd=self.folder,
            env=self.environment(),
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )


ROOT = Path(__file__).parents[2]


@pytest.fixture
def soccheck(real_fleet: Fleet, tmp_path: Path) -> Soccheck:
    return Soccheck(real_fleet, tmp_path)
