"""Measure `soccheck collect` beside what else asks many machines over SSH, in one run.

    python -m tests.bench.collect [--real 100] [--simulated 5000] [--peers DIR]

Needs root (network namespaces) and the `bench` extra; a peer that is not installed is said to be
missing. Wall time and the client's own processor time, each by the operating system's account, with that
of the machines, which take theirs on the same cores: ratios are worth more than seconds. Contenders take
turns, round by round, so that a busy machine is busy for all of them; the least and the median are shown.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import secrets
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from soccheck.collect import script
from soccheck.collect.limits import MIB, Limits
from soccheck.collect.ssh.known_hosts import KnownHosts
from soccheck.probes.all import PROBES
from tests.bench.hostile import KINDS
from tests.bench.sshd import MARK
from tests.fleet import Fleet, fleet, machines, missing

ROOT = Path(__file__).parents[2]
BYTECODE = Path(tempfile.gettempdir()) / f"soccheck-bench-bytecode-{os.getpid()}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """Represents what a run took: wall seconds, the client's processor seconds, its largest memory in MiB.

    `machines` is the processor time of the machines that were asked, in seconds.
    """

    wall: float
    cpu: float
    memory: float
    machines: float = 0.0


def timed(command: Sequence[str], folder: Path, expect: Sequence[int] = (0,), **more: str) -> Cost:
    """Run a command and return its cost, with that of all it started."""
    environment = {**os.environ, "LC_ALL": "C.UTF-8", "PYTHONPATH": str(ROOT), **more}
    environment.pop("SSH_AUTH_SOCK", None)
    begun = time.monotonic()
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(command, cwd=folder, env=environment, stdout=log, stderr=log)
        _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    wall = time.monotonic() - begun
    if process.returncode not in expect:
        raise SystemExit(f"{command[:8]}: {(folder / 'log').read_text(errors='replace')[-2000:]}")
    return Cost(wall=wall, cpu=used.ru_utime + used.ru_stime, memory=used.ru_maxrss / 1024)


def inventory(folder: Path, addresses: Sequence[str], port: int = 22) -> Path:
    """Write an inventory of hosts at `addresses`."""
    found = folder / "inventory"
    found.mkdir(exist_ok=True)
    lines = ["authority: {stated: 2026-01-31}", "organizations:"]
    lines += ["  office: {type: office, tier: province}", "hosts:"]
    for number, address in enumerate(addresses):
        lines.append(
            f'  host-{number}: {{organization: office, role: server, addresses: ["{address}"], '
            f"os: {{family: linux}}, ssh: {{user: root, port: {port}}}}}"
        )
    (found / "all.yaml").write_text("\n".join(lines) + "\n")
    return found


def soccheck(
    enter: Sequence[str],
    folder: Path,
    key: Path,
    known: Path,
    *more: str,
    expect: Sequence[int] = (0,),
) -> Cost:
    """Collect with the real command."""
    (folder / "evidence.json").unlink(missing_ok=True)
    (folder / "evidence.json.partial").unlink(missing_ok=True)
    words = [
        "collect",
        "inventory",
        "-o",
        "evidence.json",
        "-i",
        str(key),
        "--known-hosts",
        str(known),
    ]
    command = [*enter, sys.executable, "-m", "soccheck", *words, "--no-agent", *more]
    # As every installed tool has, soccheck has its byte code; a first run makes it.
    return timed(command, folder, expect, HOME=str(folder), PYTHONPYCACHEPREFIX=str(BYTECODE))


# -- real machines ---------------------------------------------------------------------------------

_SSH = (
    "-F none -o BatchMode=yes -o KexAlgorithms=curve25519-sha256 -o UserKnownHostsFile={known} "
    "-o StrictHostKeyChecking=yes -i {key}"
)


def openssh(enter: Sequence[str], folder: Path, key: Path, known: Path) -> Cost:
    """Run the same script by the OpenSSH client, sixteen at a time."""
    options = _SSH.format(known=known, key=key)
    inner = f'ssh {options} root@{{}} "exec /bin/sh -s" <script >out/{{}} 2>err/{{}}'
    line = f"xargs -P16 -I{{}} sh -c '{inner}' <hosts"
    return timed([*enter, "sh", "-c", line], folder)


_PARAMIKO = """
import base64, sys, paramiko
from concurrent.futures import ThreadPoolExecutor
key, known, port = sys.argv[1:]
script = open("script").read()
pkey = paramiko.Ed25519Key.from_private_key_file(key)
keys = {}
for line in open(known):
    names, kind, text = line.split()[:3]
    for name in names.split(","):
        keys[name] = kind, paramiko.Ed25519Key(data=base64.b64decode(text))
def one(host):
    client = paramiko.SSHClient()
    name = host if port == "22" else f"[{host}]:{port}"
    client.get_host_keys().add(name, *keys[name])
    client.connect(
        host, int(port), username="root", pkey=pkey, allow_agent=False, look_for_keys=False
    )
    stdin, stdout, stderr = client.exec_command("exec /bin/sh -s")
    stdin.write(script); stdin.channel.shutdown_write()
    data = stdout.read()
    client.close()
    assert b"begin done" in data
with ThreadPoolExecutor(16) as pool:
    list(pool.map(one, open("hosts").read().split()))
"""


def paramiko(enter: Sequence[str], folder: Path, key: Path, known: Path, port: int = 22) -> Cost:
    """Run the same script by paramiko's client, sixteen threads, its key and host keys loaded once."""
    words = [sys.executable, "-c", _PARAMIKO, str(key), str(known), str(port)]
    return timed([*enter, *words], folder, PYTHONPYCACHEPREFIX=str(BYTECODE))


def pyinfra(enter: Sequence[str], folder: Path, key: Path, known: Path, tools: Path) -> Cost:
    """Run the same script by pyinfra."""
    hosts = [
        (host, {"ssh_user": "root", "ssh_key": str(key), "ssh_known_hosts_file": str(known)})
        for host in (folder / "hosts").read_text().split()
    ]
    (folder / "hosts_pyinfra.py").write_text(f"hosts = {hosts!r}\n")
    (folder / "deploy.py").write_text(
        "from pyinfra.operations import server\n"
        f"server.shell(name='ask', commands=[{(folder / 'script').read_text()!r}])\n"
    )
    command = [str(tools / "pyinfra"), "-y", "--parallel", "50", "hosts_pyinfra.py", "deploy.py"]
    return timed([*enter, *command], folder, HOME=str(folder))


def ansible(
    enter: Sequence[str], folder: Path, key: Path, known: Path, tools: Path, modules: Sequence[str]
) -> Cost:
    """Run Ansible's modules, fifty at a time, with pipelining."""
    options = _SSH.format(known=known, key=key)
    (folder / "hosts.ini").write_text(
        "[all]\n" + (folder / "hosts").read_text() + "\n[all:vars]\nansible_user=root\n"
        "ansible_python_interpreter=/usr/bin/python3\n"
    )
    (folder / "ansible.cfg").write_text(
        "[defaults]\nforks=50\ngathering=explicit\n[ssh_connection]\npipelining=True\n"
        f"ssh_args={options} -o ControlMaster=auto -o ControlPersist=60s\n"
    )
    lines = [f"{tools}/ansible all -i hosts.ini -m {module} >/dev/null" for module in modules]
    return timed(
        [*enter, "sh", "-c", " && ".join(lines)],
        folder,
        HOME=str(folder),
        ANSIBLE_LOCAL_TEMP=str(folder / "tmp"),
    )


def testinfra(enter: Sequence[str], folder: Path, key: Path, known: Path, tools: Path) -> Cost:
    """Run the same script by pytest-testinfra's paramiko backend, four processes."""
    (folder / "test_ask.py").write_text(
        "script = open('script').read()\n"
        "def test_ask(host):\n    assert 'begin done' in host.run(script).stdout\n"
    )
    (folder / "ssh_config").write_text(
        f"Host *\n  User root\n  IdentityFile {key}\n  UserKnownHostsFile {known}\n"
    )
    hosts = ",".join(f"paramiko://root@{host}" for host in (folder / "hosts").read_text().split())
    command = [
        str(tools / "pytest"),
        "-q",
        "-n",
        "4",
        "--ssh-config=ssh_config",
        f"--hosts={hosts}",
    ]
    return timed(
        [*enter, *command, "-p", "no:cacheprovider", "test_ask.py"], folder, HOME=str(folder)
    )


def real(count: int, rounds: int, tools: Path) -> None:
    """Ask `count` real sshd by each, in turns."""
    folder = Path(tempfile.mkdtemp(prefix="soccheck-bench-"))
    filters = ("nft", "nft", "iptables-nft", "nft", "iptables-legacy")
    (folder / "fleet").mkdir()
    with fleet(folder / "fleet", machines(folder / "fleet", count, filters=filters)) as built:
        work = folder / "work"
        for name in ("out", "err", "tmp"):
            (work / name).mkdir(parents=True)
        known = built.known_hosts()
        hosts = [machine.v4 for machine in built.machines]
        (work / "hosts").write_text("\n".join(hosts) + "\n")
        (work / "script").write_text(composed())
        inventory(work, hosts)
        run = (built.command([]), work, built.key, known)
        print(f"\n{count} real sshd, every probe (script of {len(composed())} bytes)")
        soccheck(*run)
        contenders: dict[str, Callable[[], Cost]] = {
            "soccheck collect": lambda: soccheck(*run),
            "OpenSSH xargs -P16": lambda: openssh(*run),
            "bare paramiko, 16 threads": lambda: paramiko(*run),
        }
        slower: dict[str, Callable[[], Cost]] = {
            "soccheck collect": lambda: soccheck(*run),
            "pyinfra": lambda: pyinfra(*run, tools),
            "ansible command": lambda: ansible(*run, tools, ["command -a true"]),
            "ansible setup + command": lambda: ansible(*run, tools, ["setup", "command -a true"]),
            "pytest-testinfra, xdist 4": lambda: testinfra(*run, tools),
        }
        needs = {"pyinfra": "pyinfra", "ansible": "ansible", "pytest-testinfra": "testinfra"}
        for name in list(slower):
            module = needs.get(name.split(",")[0].split(" ")[0])
            if module and not installed(tools, module):
                print(f"  {name:<28} missing: install the bench extra, or give --peers")
                del slower[name]
        in_turns(contenders, rounds, count, built)
        in_turns(slower, 2, count, built)
        canned(built, folder / "canned")
        keep(folder / "canned")
    shutil.rmtree(folder)


def installed(tools: Path, module: str) -> bool:
    """Return whether a peer is in the environment of the peers' commands."""
    python = tools / "python"
    command = [str(python), "-c", f"import {module}"]
    return (
        python.exists() and not subprocess.run(command, capture_output=True, check=False).returncode
    )


def in_turns(
    contenders: dict[str, Callable[[], Cost]], rounds: int, count: int, built: Fleet
) -> None:
    """Run the contenders round by round, and print each beside the first, which is soccheck."""
    costs: dict[str, list[Cost]] = {name: [] for name in contenders}
    for _ in range(rounds):
        for name, run in contenders.items():
            before = burnt(built)
            cost = run()
            costs[name].append(replace(cost, machines=burnt(built) - before))
    (first, ours), *others = costs.items()
    show(first, count, ours)
    for name, theirs in others:
        show(name, count, theirs)
        by_round = [one.wall / other.wall for one, other in zip(ours, theirs, strict=True)]
        print(
            f"    soccheck takes {middle(by_round):.2f} of its time, from {min(by_round):.2f} to "
            f"{max(by_round):.2f} ({1 / middle(by_round):.1f} times faster), "
            f"{least(ours, 'cpu') / least(theirs, 'cpu'):.2f} of its processor time"
        )


def burnt(built: Fleet) -> float:
    """Return the processor seconds the machines have used: of their sshd and all that ended in it."""
    ticks = 0
    for machine in built.machines:
        fields = Path(f"/proc/{machine.init_pid}/stat").read_text().rpartition(")")[2].split()
        ticks += sum(int(field) for field in fields[11:15])
    return ticks / os.sysconf("SC_CLK_TCK")


def middle(numbers: Sequence[float]) -> float:
    """Return the median."""
    return statistics.median(numbers)


def least(costs: Sequence[Cost], field: str) -> float:
    """Return the least of a field."""
    return min(float(getattr(cost, field)) for cost in costs)


def show(name: str, count: int, costs: Sequence[Cost]) -> None:
    """Print one contender: the least, and the median in brackets."""

    def both(field: str, factor: float, digits: int) -> str:
        values = [factor * float(getattr(cost, field)) for cost in costs]
        return f"{min(values):.{digits}f} ({middle(values):.{digits}f})"

    wall = least(costs, "wall")
    print(
        f"  {name:<26} {both('wall', 1, 2)} s  {count / wall:.0f} hosts/s  client "
        f"{both('cpu', 1000 / count, 1)}, machine {both('machines', 1000 / count, 1)} ms/host  "
        f"{max(cost.memory for cost in costs):.0f} MiB",
        flush=True,
    )


def composed(marker: str = "soccheck-bench-0123456789abcdef") -> str:
    """Return the script soccheck sends for every Linux probe."""
    probes = [probe for (platform, _), probe in PROBES.items() if platform == "linux"]
    return script.compose(script.asks_of(probes), marker)


# -- simulated machines ----------------------------------------------------------------------------


def canned(built: Fleet, folder: Path) -> None:
    """Keep what a real machine answers, its marker replaced, for the simulated fleet."""
    folder.mkdir(exist_ok=True)
    marker = f"soccheck-{secrets.token_hex(16)}"
    done = subprocess.run(
        ["nsenter", "-t", str(built.machines[0].init_pid), "-a", "/bin/sh", "-s"],
        input=composed(marker).encode(),
        capture_output=True,
        check=True,
    )
    (folder / "output").write_bytes(done.stdout.replace(marker.encode(), MARK))
    (folder / "error").write_bytes(done.stderr.replace(marker.encode(), MARK))


def keep(folder: Path) -> None:
    """Copy the canned answers to where the simulated part looks for them."""
    shutil.copytree(folder, CANNED, dirs_exist_ok=True)


CANNED = Path(tempfile.gettempdir()) / f"soccheck-bench-canned-{os.getpid()}"


@contextmanager
def loopback() -> Iterator[list[str]]:
    """Give the command that enters a namespace which has loopback only."""
    namespace = f"socb{os.getpid()}"
    subprocess.run(["ip", "netns", "add", namespace], check=True)
    try:
        enter = ["ip", "netns", "exec", namespace]
        subprocess.run([*enter, "ip", "link", "set", "lo", "up"], check=True)
        yield enter
    finally:
        subprocess.run(["ip", "netns", "del", namespace], check=True)


@contextmanager
def serving(commands: Sequence[Sequence[str]]) -> Iterator[list[int]]:
    """Run servers that say when they are ready, and give their process numbers."""
    servers: list[subprocess.Popen[bytes]] = []
    try:
        for command in commands:
            pipe, null = subprocess.PIPE, subprocess.DEVNULL
            servers.append(subprocess.Popen(command, cwd=ROOT, stdout=pipe, stderr=null))
        for server in servers:
            if server.stdout is None or not server.stdout.readline():
                raise SystemExit("the simulated machines need asyncssh: install the test extra")
        yield [server.pid for server in servers]
    finally:
        for server in servers:
            server.kill()
            server.wait()
            if server.stdout is not None:
                server.stdout.close()


@contextmanager
def workplace(hosts: Sequence[str]) -> Iterator[Path]:
    """Give a folder with keys, known hosts and an inventory of machines on port 2222."""
    folder = Path(tempfile.mkdtemp(prefix="soccheck-bench-"))
    for name in ("host_key", "client_key"):
        command = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(folder / name)]
        subprocess.run(command, check=True)
    key = " ".join((folder / "host_key.pub").read_text().split()[:2])
    (folder / "known").write_text("".join(f"[{host}]:2222 {key}\n" for host in hosts))
    inventory(folder, hosts, port=2222)
    try:
        yield folder
    finally:
        shutil.rmtree(folder)


def simulated(count: int, wait: float, rounds: int, title: str, python: str) -> None:
    """Ask machines that two asyncssh servers play."""
    hosts = [f"127.50.{number >> 8}.{number & 255}" for number in range(1, count + 1)]
    some = min(count, 1000)  # the peer would take a minute for all
    with workplace(hosts) as folder, loopback() as enter:
        if not CANNED.exists():
            (folder / "one").mkdir()
            with fleet(folder / "one", machines(folder / "one", 1)) as built:
                canned(built, CANNED)
        (folder / "hosts").write_text("\n".join(hosts[:some]) + "\n")
        (folder / "script").write_text(composed())
        words = [
            "2222",
            str(folder / "host_key"),
            f"{folder}/client_key.pub",
            str(CANNED),
            str(wait),
        ]
        server = [*enter, python, "-m", "tests.bench.sshd", *words]
        print(f"\n{title}")
        run = enter, folder, folder / "client_key", folder / "known"
        costs: list[Cost] = []
        theirs: list[Cost] = []
        with serving([server, server]) as servers:
            for _ in range(rounds):
                before = sum(map(used, servers))
                cost = soccheck(*run)
                between = sum(map(used, servers))
                costs.append(replace(cost, machines=between - before))
                if not wait:
                    cost = paramiko(*run, port=2222)
                    theirs.append(replace(cost, machines=sum(map(used, servers)) - between))
    show("soccheck collect", count, costs)
    if theirs:
        show("bare paramiko, 16 threads", some, theirs)
        pairs = zip(costs, theirs, strict=True)
        rates = [count / one.wall * other.wall / some for one, other in pairs]
        print(f"    soccheck asks {middle(rates):.1f} times as many a second")


# -- hostile machines ------------------------------------------------------------------------------

_PATIENCE = 5.0
"""How long a hostile machine's answers are waited for, in seconds."""
_BUDGET = {"before-login": 256 * 1024}
_AFTER_LOGIN = 256 * 1024 + 2 * (Limits().output + 4 * MIB)
"""What a machine may send in all: up to the login, then its answers, asked again when they were too large."""


def hostile(python: str) -> None:
    """Ask one hostile machine of each kind, and print what it cost beside what it may cost."""
    print(f"\none hostile machine, its answers waited for {_PATIENCE:g} s")
    with workplace(["127.0.0.1"]) as folder, loopback() as enter:
        run = enter, folder, folder / "client_key", folder / "known"
        more = (
            "--command-timeout",
            str(_PATIENCE),
            "--login-timeout",
            str(_PATIENCE),
            "--retries",
            "0",
        )
        # The byte code is made by a first run, which is none of the machine's doing.
        code = (
            "import soccheck.cli.collect, soccheck.collect.collection, soccheck.collect.ssh.client"
        )
        timed([sys.executable, "-c", code], folder, PYTHONPYCACHEPREFIX=str(BYTECODE))
        for kind, meaning in KINDS.items():
            words = [kind, "2222", str(folder / "host_key"), f"{folder}/client_key.pub"]
            with serving([[*enter, python, "-m", "tests.bench.hostile", *words]]):
                before = carried(enter)
                cost = soccheck(*run, *more, expect=(3,))
                came = carried(enter) - before
            budget = _BUDGET.get(kind, _AFTER_LOGIN)
            entry = json.loads((folder / "evidence.json").read_text())["assets"]["host-0"]
            problems = {probe["problem"]["code"] for probe in entry["probes"].values()}
            print(
                f"  {meaning:<42} {', '.join(sorted(problems)):<10} {cost.wall:5.2f} s  client "
                f"{cost.cpu:5.2f} s  {cost.memory:.0f} MiB  {came / MIB:6.2f} MiB on the wire, "
                f"{came / budget:.2f} of its budget"
            )


def carried(enter: Sequence[str]) -> int:
    """Return the bytes that the namespace's loopback has carried, with the heads of their packets."""
    command = [*enter, "cat", "/proc/net/dev"]
    text = subprocess.run(command, capture_output=True, check=True, text=True).stdout
    return int(next(line for line in text.splitlines() if "lo:" in line).split()[1])


def used(pid: int) -> float:
    """Return the processor seconds a process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def known_hosts(count: int) -> None:
    """Load a large known_hosts and look machines up, beside paramiko's own."""
    import paramiko as library

    folder = Path(tempfile.mkdtemp(prefix="soccheck-bench-"))
    key = library.Ed25519Key if hasattr(library, "Ed25519Key") else None
    assert key is not None
    path = folder / "known_hosts"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", folder / "k"], check=True)
    public = " ".join((folder / "k.pub").read_text().split()[:2])
    path.write_text("".join(f"host-{i}.example {public}\n" for i in range(count)))
    begun = time.perf_counter()
    known = KnownHosts.load([path])
    loaded = time.perf_counter() - begun
    begun = time.perf_counter()
    for number in range(1000):
        assert known.find([f"host-{number}.example"]).trusted
    found = (time.perf_counter() - begun) / 1000
    print(f"\nknown_hosts of {count} entries")
    print(
        f"  soccheck                     loaded in {loaded:.3f} s, looked up in {found * 1e6:.0f} µs"
    )
    begun = time.perf_counter()
    library.HostKeys(str(path))
    theirs = time.perf_counter() - begun
    print(
        f"  paramiko.HostKeys            loaded in {theirs:.3f} s ({theirs / loaded:.0f} times longer)"
    )
    shutil.rmtree(folder)


def main() -> None:
    """Measure and print everything."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--real", type=int, default=100)
    parser.add_argument("--simulated", type=int, default=5000)
    parser.add_argument("--hostile", action=argparse.BooleanOptionalAction, default=True)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument(
        "--peers",
        type=Path,
        default=Path(sys.executable).parent,
        help="folder of the peers' commands, when they live in another environment",
    )
    parser.add_argument("--skip-known-hosts", action="store_true")
    given = parser.parse_args()
    why = missing()
    if why:
        raise SystemExit(why)
    limit = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (limit, limit))
    python = given.peers / "python"
    try:
        if not given.skip_known_hosts:
            known_hosts(10_000)
        if given.real:
            real(given.real, given.rounds, given.peers)
        if given.simulated:
            title = "100 simulated machines that take 2 s to answer"
            simulated(100, 2.0, 3, title, str(python))
            title = f"{given.simulated} simulated machines, two asyncssh servers on the same cores"
            simulated(given.simulated, 0.0, 3, title, str(python))
        if given.hostile:
            hostile(str(python))
    finally:
        shutil.rmtree(BYTECODE, ignore_errors=True)
        shutil.rmtree(CANNED, ignore_errors=True)


if __name__ == "__main__":
    main()
