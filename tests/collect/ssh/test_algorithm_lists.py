"""Lists of algorithms in an ssh_config: what `ssh -G` makes of them is asked for, as far as we have it."""

from __future__ import annotations

import contextlib
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from soccheck.cli.collect_run import now
from soccheck.collect.faults import FaultError
from soccheck.collect.limits import Limits
from soccheck.collect.plan import Target
from soccheck.collect.ssh.algorithm_lists import AlgorithmLists, allowed, own_key
from soccheck.collect.ssh.algorithms import transport_over
from soccheck.collect.ssh.bounded_socket import BoundedSocket
from soccheck.collect.ssh.config import read_config
from soccheck.collect.ssh.connect import Connector
from soccheck.collect.ssh.login import Defaults, Login, resolve
from soccheck.collect.ssh.session import Session

CERT = "-cert-v01@openssh.com"
HAVE = {
    "ciphers": ("aes128-gcm@openssh.com", "aes256-gcm@openssh.com", "aes128-ctr", "aes256-ctr"),
    "macs": ("hmac-sha2-256", "hmac-sha2-512-etm@openssh.com", "hmac-sha1"),
    "kexalgorithms": ("curve25519-sha256@libssh.org", "ecdh-sha2-nistp256"),
    "hostkeyalgorithms": ("ssh-ed25519" + CERT, "ssh-ed25519", "rsa-sha2-512", "rsa-sha2-256"),
}
LISTS = (
    *(
        "Ciphers chacha20-poly1305@openssh.com,aes256-ctr,aes128-gcm@openssh.com",
        "Ciphers 3des-cbc",
    ),
    *(
        "Ciphers -aes*-ctr,*@openssh.com",
        "Ciphers -*",
        "Ciphers ^aes256-ctr",
        "Ciphers +aes128-cbc",
    ),
    *("MACs umac-64@openssh.com,hmac-sha1", "MACs -hmac-sha2-*", "MACs -!hmac-sha1,hmac-*"),
    *("KexAlgorithms ecdh-sha2-nistp256", "KexAlgorithms -curve*,diffie*"),
    *("HostKeyAlgorithms rsa-sha2-256,ssh-ed25519", "Ciphers -*-cbc"),
    *("HostKeyAlgorithms ssh-rsa", "HostKeyAlgorithms -ssh-ed25519*", "HostKeyAlgorithms +ssh-rsa"),
    *("HostKeyAlgorithms ^rsa-sha2-256", "HostKeyAlgorithms -*,!rsa-sha2-512"),
)


@pytest.mark.skipif(not shutil.which("ssh"), reason="there is no ssh to compare with")
@pytest.mark.parametrize("line", LISTS)
def test_a_list_allows_what_ssh_allows_in_its_order(line: str) -> None:
    keyword, said = line.split()
    told = subprocess.run(["ssh", "-G", "-o", line, "x"], capture_output=True, text=True).stdout
    (theirs,) = [
        found.split(" ", 1)[1].split(",")
        for found in told.splitlines()
        if found.startswith(keyword.lower() + " ")
    ] or [[]]
    ours = allowed(HAVE[keyword.lower()], said)
    assert set(ours) == set(theirs) & set(HAVE[keyword.lower()])
    if said[0] not in "+-^":
        assert list(ours) == [name for name in theirs if name in ours]
    if said[0] == "^":
        assert ours[0] == theirs[0]


@pytest.mark.parametrize("kind", ["ssh-rsa", "ssh-rsa" + CERT])
@pytest.mark.parametrize(
    ("said", "plain", "certified"),
    [
        ("", True, True),
        ("ssh-ed25519", False, False),
        ("rsa-sha2-512", True, False),
        ("rsa-sha2-256" + CERT, False, True),
        ("rsa-sha2-512,rsa-sha2-256" + CERT, False, False),
        ("-rsa-sha2-512*", True, True),
        ("ssh-rsa", False, False),
    ],
)
def test_an_rsa_key_signs_in_no_way_that_is_not_listed(
    kind: str, said: str, plain: bool, certified: bool
) -> None:
    assert own_key(kind, said) is (certified if kind.endswith(CERT) else plain)


@pytest.mark.parametrize(
    ("lists", "named"),
    [
        (AlgorithmLists(ciphers="chacha20-poly1305@openssh.com"), "Ciphers chacha20"),
        (AlgorithmLists(macs="umac-64@openssh.com"), "MACs umac"),
        (AlgorithmLists(kexalgorithms="diffie-hellman-group1-sha1"), "KexAlgorithms diffie"),
        (AlgorithmLists(hostkeyalgorithms="ssh-dss"), "HostKeyAlgorithms ssh-dss"),
    ],
)
def test_a_list_with_nothing_we_have_is_refused_by_name(lists: AlgorithmLists, named: str) -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs, pytest.raises(FaultError, match=named) as caught:
        transport_over(BoundedSocket(ours, 10), (), certified="no", lists=lists)
    assert caught.value.code == "refused"


Machine = tuple[Path, int]


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    """Give a folder and the port of a real sshd, which has a host key of each kind."""
    folder = tmp_path_factory.mktemp("sshd")
    keys = {"ed25519": "", "rsa": " -b 2048", "ecdsa": "", "own": " -t rsa -b 2048"}
    for name, more in keys.items():
        kind = "" if name == "own" else f" -t {name}"
        command = f"ssh-keygen -q -N  -f {name}{kind}{more}".split(" ")
        subprocess.run(command, cwd=folder, check=True)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = int(taken.getsockname()[1])
    lines = [f"Port {port}", "ListenAddress 127.0.0.1", "PidFile none", "StrictModes no"]
    lines += [f"HostKey {folder / name}" for name in ("ed25519", "rsa", "ecdsa")]
    lines.append(f"AuthorizedKeysFile {folder / 'own.pub'}")
    (folder / "sshd_config").write_text("\n".join(lines) + "\n")
    (folder / "known_hosts").write_text(
        "".join(
            f"[127.0.0.1]:{port} {(folder / f'{name}.pub').read_text()}"
            for name in ("ed25519", "rsa", "ecdsa")
        )
    )
    with sshd(folder / "sshd_config", port):
        yield folder, port


@contextlib.contextmanager
def sshd(config: Path, port: int) -> Iterator[None]:
    Path("/run/sshd").mkdir(exist_ok=True)
    command = ["/usr/sbin/sshd", "-D", "-f", str(config)]
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    try:
        for _ in range(100):
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                break
            except OSError:
                time.sleep(0.05)
        yield
    finally:
        process.terminate()
        process.wait()


def login_by(machine: Machine, config: str) -> Login:
    folder, port = machine
    path = folder / "config"
    path.write_text(config)
    target = Target(asset="web", kind="host", platform="linux", address="127.0.0.1", port=port)
    defaults = Defaults(
        home=folder, login="root", keys=(folder / "own",), known_hosts=(folder / "known_hosts",)
    )
    return resolve(target, read_config(path, folder, "root"), defaults)


def met(machine: Machine, config: str, tell: Callable[[Session], object]) -> object:
    """Return what is told of a session, or why there is none."""
    limits = Limits(connect=2, login=5, command=2, total=8)
    connector = Connector(limits=limits, use_agent=False, clock=now)
    try:
        with connector.session(login_by(machine, config)) as session:
            return tell(session)
    except FaultError as error:
        return error.detail
    finally:
        connector.close()


POLICY = """Match final all
  Include {folder}/policy.config
  GSSAPIAuthentication yes
  ForwardX11Trusted yes
  SendEnv LANG LC_CTYPE XMODIFIERS
"""
BACK_END = """Ciphers aes256-gcm@openssh.com,chacha20-poly1305@openssh.com,aes256-ctr
MACs hmac-sha2-256-etm@openssh.com,umac-128-etm@openssh.com,hmac-sha2-512-etm@openssh.com
GSSAPIKexAlgorithms gss-curve25519-sha256-,gss-nistp256-sha256-
KexAlgorithms mlkem768nistp256-sha256,mlkem1024nistp384-sha384,curve25519-sha256,ecdh-sha2-nistp384
PubkeyAcceptedAlgorithms ecdsa-sha2-nistp256,ssh-ed25519,rsa-sha2-256,rsa-sha2-256-cert-v01@openssh.com
HostbasedAcceptedAlgorithms ecdsa-sha2-nistp256,ssh-ed25519
CASignatureAlgorithms ecdsa-sha2-nistp256,ssh-ed25519
RequiredRSASize {bits}
"""


@pytest.mark.skipif(not Path("/usr/sbin/sshd").exists(), reason="there is no sshd")
def test_a_machine_under_a_crypto_policy_of_red_hat_collects(machine: Machine) -> None:
    """Its ssh_config includes lists of algorithms for every machine, in a final pass."""
    folder = machine[0]
    policy = POLICY.format(folder=folder)
    (folder / "policy.config").write_text(BACK_END.format(bits=2048))

    def tell(session: Session) -> object:
        said = session.transport
        return said.local_cipher, said.host_key_type, session.run("id -un", b"", Limits()).output

    assert met(machine, policy, tell) == ("aes256-gcm@openssh.com", "ssh-ed25519", b"root\n")
    (folder / "policy.config").write_text(BACK_END.format(bits=3072))
    assert "there is no key to try; ssh_config forbids 1 keys" in str(met(machine, policy, tell))


@pytest.mark.skipif(not Path("/usr/sbin/sshd").exists(), reason="there is no sshd")
@pytest.mark.parametrize(
    ("config", "expected"),
    [
        ("HostKeyAlgorithms rsa-sha2-256,ssh-ed25519\n", "rsa-sha2-256"),
        ("HostKeyAlgorithms ^ecdsa-sha2-nistp256\n", "ecdsa-sha2-nistp256"),
        ("HostKeyAlgorithms -ssh-ed25519*,ecdsa*\n", "rsa-sha2-512"),
        ("HostKeyAlgorithms rsa-sha2-512\nRequiredRSASize 3072\n", "RequiredRSASize is 3072"),
        ("PubkeyAcceptedKeyTypes ssh-ed25519\n", "ssh_config forbids 1 keys"),
        ("AddressFamily inet6\n", "has no address"),
        ("AddressFamily INET\n", "ssh-ed25519"),
    ],
)
def test_a_list_is_followed_with_a_real_machine(
    machine: Machine, config: str, expected: str
) -> None:
    assert expected in str(met(machine, config, lambda session: session.transport.host_key_type))


@pytest.mark.skipif(not Path("/usr/sbin/sshd").exists(), reason="there is no sshd")
def test_a_certificate_that_is_not_listed_is_not_taken(machine: Machine) -> None:
    """paramiko asks for certificates, too, whatever it is told."""
    folder = machine[0]
    sign = ["ssh-keygen", "-q", "-s", "own", "-I", "x", "-h", "-n", "127.0.0.1", "ed25519.pub"]
    subprocess.run(sign, cwd=folder, check=True)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = int(taken.getsockname()[1])
    certified = "ssh-ed25519-cert-v01@openssh.com"
    config = folder / "certified_config"
    config.write_text(
        (folder / "sshd_config").read_text().replace(f"Port {machine[1]}\n", f"Port {port}\n")
        + f"HostCertificate {folder / 'ed25519-cert.pub'}\nHostKeyAlgorithms {certified}\n"
    )
    known = (folder / "known_hosts").read_text()
    (folder / "known_hosts").write_text(known + known.replace(f":{machine[1]}", f":{port}"))
    with sshd(config, port):
        for line, expected in (
            ("HostKeyAlgorithms ssh-ed25519", "no acceptable host key"),
            (f"HostKeyAlgorithms {certified}", certified),
            # ssh of OpenSSH 9.2: revoked by file, though the key itself is known
            (f"RevokedHostKeys {folder / 'own.pub'}", "by a revoked authority"),
        ):
            told = met((folder, port), f"{line}\n", lambda session: session.transport.host_key_type)
            assert expected in str(told)
