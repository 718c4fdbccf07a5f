"""A fleet of real machines for tests: network namespaces with their own sshd, addresses and rulesets.

Nothing is made in the namespace the tests run in: the bridge and the controller have namespaces of
their own, none has a route out, and all of it is gone when the fleet is closed. Needs root; see
`missing` for what else.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import pwd
import shutil
import signal
import subprocess
import threading
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

T = TypeVar("T")
_CLONE_NEWNET = 0x40000000
_LIBC = ctypes.CDLL(None, use_errno=True)
V4, V6 = "198.18", "2a1f:ffff:50c::"

NFT = """flush ruleset
table inet filter {
  chain input { type filter hook input priority 0; policy drop;
    ct state established,related accept
    iif lo accept
    meta l4proto { icmp, icmpv6 } accept
    tcp dport 22 accept
  }
}
"""
IPTABLES = """*filter
:INPUT DROP [0:0]
:FORWARD DROP [0:0]
:OUTPUT ACCEPT [0:0]
-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A INPUT -i lo -j ACCEPT
-A INPUT -p %s -j ACCEPT
-A INPUT -p tcp -m tcp --dport 22 -j ACCEPT
COMMIT
"""
LOAD = {
    "none": ":",
    "nft": "nft -f rules.nft",
    "iptables-nft": "iptables-nft-restore rules.v4; ip6tables-nft-restore rules.v6",
    "iptables-legacy": "iptables-legacy-restore rules.v4; ip6tables-legacy-restore rules.v6",
    "ufw": "ufw --force reset >/dev/null; ufw allow 22/tcp >/dev/null; ufw --force enable >/dev/null",
}

INIT = """set -e
hostname "$1"; cd "$2"
ip link set lo up; ip -batch ip.batch
mount --bind os-release "$(readlink -f /etc/os-release)"
mount --bind passwd /etc/passwd
cat /proc/sys/kernel/random/uuid >boot-id; mount --bind boot-id /proc/sys/kernel/random/boot_id
mount -t tmpfs -o mode=755 none /run; mkdir -p /run/sshd; cp "$4" /run/keys; chmod 644 /run/keys
mkdir -p etc-ufw lib-ufw
if [ "$3" = ufw ]; then
  cp -a /etc/ufw/. etc-ufw; mount --bind etc-ufw /etc/ufw
  cp -a /var/lib/ufw/. lib-ufw 2>/dev/null || :; mkdir -p /var/lib/ufw; mount --bind lib-ufw /var/lib/ufw
fi
%s
exec /usr/sbin/sshd -D -e -f sshd_config 2>>sshd.log
"""

SSHD = """Port 22
ListenAddress 0.0.0.0
ListenAddress ::
HostKey {folder}/host_key
PidFile {folder}/sshd.pid
AuthorizedKeysFile /run/keys
StrictModes no
PermitRootLogin prohibit-password
PasswordAuthentication no
KbdInteractiveAuthentication no
UsePAM no
UseDNS no
PrintMotd no
PrintLastLog no
LogLevel ERROR
MaxStartups 200
{extra}
"""


def missing() -> str:
    """Return why a fleet cannot be built here, or nothing when it can."""
    if os.geteuid() != 0:
        return "the fleet of real machines needs root"
    tools = (
        "ip",
        "unshare",
        "sshd",
        "ssh-keygen",
        "nft",
        "iptables-nft",
        "iptables-legacy",
        "mount",
    )
    path = os.environ.get("PATH", "") + ":/usr/sbin:/sbin"
    absent = [tool for tool in tools if shutil.which(tool, path=path) is None]
    return f"the fleet of real machines needs {', '.join(absent)}" if absent else ""


def sh(command: Sequence[str], **options: Any) -> subprocess.CompletedProcess[str]:
    environment = {
        **os.environ,
        "PATH": os.environ.get("PATH", "") + ":/usr/sbin:/sbin",
        "LC_ALL": "C",
    }
    return subprocess.run(
        command, check=True, text=True, capture_output=True, env=environment, **options
    )


@dataclass
class Machine:
    """Represents one machine: its id, folder, addresses, ruleset, and what its sshd adds."""

    name: str
    number: int
    folder: Path
    filter: str = "nft"
    sshd: str = ""
    prepare: str = ":"
    process: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    @property
    def v4(self) -> str:
        number = self.number + 10
        return f"{V4}.{number >> 8}.{number & 255}"

    @property
    def v6(self) -> str:
        return f"{V6}{self.number + 10:x}"

    @property
    def key(self) -> str:
        """Return its public host key, as known_hosts has it."""
        return " ".join((self.folder / "host_key.pub").read_text().split()[:2])

    def logs(self) -> str:
        """Return what its first process and its services have said."""
        return "\n".join(f"{log.name}: {log.read_text()}" for log in self.folder.glob("*.log"))

    @property
    def init_pid(self) -> int:
        """Return the process id, as we count, of the machine's first process: sshd itself."""
        assert self.process is not None
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        return int(children.read_text().split()[0])


class Fleet:
    """Holds machines that run; `call` runs a function where they can be reached."""

    def __init__(self, folder: Path, machines: Sequence[Machine]) -> None:
        self.folder = folder
        self.machines = list(machines)
        self.tag = f"soct{uuid.uuid4().hex[:6]}"
        self.key = folder / "client_key"
        self.extra: list[subprocess.Popen[bytes]] = []

    # -- life --------------------------------------------------------------------------------------

    def up(self, fill: Callable[[Sequence[Machine]], None] | None = None) -> None:
        """Build namespaces, links and files, and start every sshd."""
        _keygen(self.key)
        with ThreadPoolExecutor(4) as pool:
            list(pool.map(self._files, self.machines))
        if fill is not None:
            fill(self.machines)
        names = [f"{self.tag}-sw", f"{self.tag}-ctl", *(self.namespace(m) for m in self.machines)]
        self._batch([f"netns add {name}" for name in names])
        self._links()
        for machine in self.machines:
            self._start(machine)
        self._wait(lambda m: (m.folder / "sshd.pid").exists(), 180)

    def namespace(self, machine: Machine) -> str:
        return f"{self.tag}-{machine.number}"

    def _batch(self, lines: Sequence[str], namespace: str = "") -> None:
        where = ["-n", namespace] if namespace else []
        sh(["ip", *where, "-batch", "-"], input="\n".join(lines) + "\n")

    def _links(self) -> None:
        switch = f"{self.tag}-sw"
        lines = ["link add br0 type bridge forward_delay 0", "link set br0 up", "link set lo up"]
        ends = [
            ("ctl", f"{self.tag}-ctl"),
            *((f"p{m.number}", self.namespace(m)) for m in self.machines),
        ]
        for port, namespace in ends:
            lines.append(f"link add {port} type veth peer name eth0 netns {namespace}")
            lines.append(f"link set {port} master br0 up")
        self._batch(lines, switch)
        self._batch(
            [
                "link set lo up",
                f"addr add {V4}.0.1/16 dev eth0",
                f"addr add {V6}1/64 dev eth0 nodad",
                "link set eth0 up",
            ],
            f"{self.tag}-ctl",
        )

    def _files(self, machine: Machine) -> None:
        folder = machine.folder
        folder.mkdir(parents=True)
        _keygen(folder / "host_key")
        home = folder / "root"
        home.mkdir(mode=0o700)
        uid = pwd.getpwnam("sshd").pw_uid
        (folder / "passwd").write_text(
            f"root:x:0:0:root:{home}:/bin/sh\nsshd:x:{uid}:65534::/run/sshd:/usr/sbin/nologin\n"
            f"soc:*:64000:65534::{home}:/bin/sh\nnobody:x:65534:65534::/:/usr/sbin/nologin\n"
        )
        extra = machine.sshd.format(folder=folder)
        (folder / "sshd_config").write_text(SSHD.format(folder=folder, extra=extra))
        (folder / "os-release").write_text(
            'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nID=debian\n'
        )
        (folder / "rules.nft").write_text(NFT)
        (folder / "rules.v4").write_text(IPTABLES % "icmp")
        (folder / "rules.v6").write_text(IPTABLES % "ipv6-icmp")
        (folder / "ip.batch").write_text(
            f"addr add {machine.v4}/16 dev eth0\naddr add {machine.v6}/64 dev eth0 nodad\n"
            "link set eth0 up\n"
        )

    def _start(self, machine: Machine) -> None:
        script = INIT % f"{machine.prepare}\n{LOAD[machine.filter]}"
        enter = [
            "ip",
            "netns",
            "exec",
            self.namespace(machine),
            "unshare",
            "--uts",
            "--pid",
            "--mount",
        ]
        enter += ["--fork", "--mount-proc", "--kill-child", "sh", "-c", script, "init"]
        with (machine.folder / "init.log").open("wb") as log:
            machine.process = subprocess.Popen(
                [*enter, machine.name, str(machine.folder), machine.filter, f"{self.key}.pub"],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=log,
                start_new_session=True,
                env={**os.environ, "PATH": "/usr/sbin:/usr/bin:/sbin:/bin"},
            )

    def _wait(self, ready: Callable[[Machine], bool], seconds: float) -> None:
        end = time.monotonic() + seconds
        left = list(self.machines)
        while left := [machine for machine in left if not ready(machine)]:
            for machine in left:
                ended = machine.process and machine.process.poll()
                if ended is not None or time.monotonic() > end:
                    raise RuntimeError(
                        f"{machine.name} did not come up ({ended}): {machine.logs()}"
                    )
            time.sleep(0.01)

    def down(self) -> None:
        """Kill every process the fleet started and take every namespace away."""
        for process in (*self.extra, *(m.process for m in self.machines if m.process)):
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        listed = sh(["ip", "netns", "list"]).stdout.splitlines()
        mine = [line.split()[0] for line in listed if line.startswith(f"{self.tag}-")]
        if mine:
            self._batch([f"netns del {name}" for name in mine])

    # -- use ---------------------------------------------------------------------------------------

    def known_hosts(self) -> Path:
        """Write and return a known_hosts file of all machines, under both addresses."""
        path = self.folder / "known_hosts"
        path.write_text("".join(f"{m.v4},{m.v6} {m.key}\n" for m in self.machines))
        return path

    def call(self, function: Callable[[], T]) -> T:
        """Run `function` in a thread whose sockets are in the controller's namespace.

        Threads it starts are there as well, as a new thread begins where its maker is.
        """
        result: list[T] = []
        failure: list[BaseException] = []

        def inside() -> None:
            try:
                with Path(f"/run/netns/{self.tag}-ctl").open() as namespace:
                    if _LIBC.setns(namespace.fileno(), _CLONE_NEWNET):
                        raise OSError(ctypes.get_errno(), "setns")
                result.append(function())
            except BaseException as error:  # noqa: BLE001  -- raised again where it belongs
                failure.append(error)

        thread = threading.Thread(target=inside)
        thread.start()
        thread.join()
        if failure:
            raise failure[0]
        return result[0]

    def command(self, command: Sequence[str], machine: Machine | None = None) -> list[str]:
        """Return the command line that runs `command` at the controller, or on a machine's network."""
        name = self.namespace(machine) if machine else f"{self.tag}-ctl"
        return ["ip", "netns", "exec", name, *command]

    def inside(self, machine: Machine, script: str) -> subprocess.CompletedProcess[str]:
        """Run a shell script inside a machine, in all its namespaces."""
        pid = str(machine.init_pid)
        return sh(["nsenter", "-t", pid, "-a", "sh", "-c", script])


def _keygen(path: Path) -> None:
    if not path.exists():
        sh(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", path.parent.name, "-f", str(path)])


@contextlib.contextmanager
def fleet(
    folder: Path,
    machines: Sequence[Machine],
    fill: Callable[[Sequence[Machine]], None] | None = None,
) -> Iterator[Fleet]:
    """Give a fleet that is up, and take it down whatever happens; `fill` adds files before the start."""
    one = Fleet(folder, machines)
    try:
        one.up(fill)
        yield one
    finally:
        one.down()


def machines(folder: Path, count: int, *, filters: Sequence[str] = ("nft",)) -> list[Machine]:
    """Return `count` machines to build, with rulesets in turn."""
    return [
        Machine(f"h-{number}", number, folder / f"h{number}", filters[number % len(filters)])
        for number in range(count)
    ]
