"""Devices that speak `show`: prompts, pagers, echoes, refusals; and no secret in what is kept."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import paramiko
import pytest

from soccheck.bundle import bundle as evidence
from soccheck.bundle import canonical_json as canonical
from soccheck.cli.collect_run import now
from soccheck.collect import show
from soccheck.collect.asking import ask
from soccheck.collect.faults import FaultError
from soccheck.collect.limits import Limits
from soccheck.collect.plan import Target
from soccheck.collect.ssh.connect import Connector
from soccheck.collect.ssh.login import Login
from soccheck.probes.all import PROBES
from soccheck.sources.secrets import masked
from tests.collect.ssh.test_connect import server

CONFIGURATIONS = sorted(Path(__file__).parent.glob("devices/*.txt"))


@pytest.mark.parametrize("path", CONFIGURATIONS, ids=lambda p: p.stem)
def test_no_secret_is_kept(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert "S3CRET" in text
    kept = masked(text)
    assert "S3CRET" not in kept
    assert kept.count("KEPT") == text.count("KEPT")
    assert len(kept.splitlines()) <= len(text.splitlines())


class Device:
    """Plays a device's terminal: `answer` makes an answer of a command; a pager every few lines."""

    def __init__(self, prompt: str, answer: Callable[[str], str], page: int = 0) -> None:
        self.prompt = prompt
        self.answer = answer
        self.page = page
        self.out = b"\r\nWelcome\r\n" + prompt.encode()
        self.later: list[bytes] = []
        self.seconds = 1.0

    def settimeout(self, seconds: float) -> None:
        self.seconds = seconds

    def recv(self, size: int) -> bytes:
        if not self.out:
            raise TimeoutError
        piece, self.out = self.out[:7], self.out[7:]
        return piece

    def sendall(self, data: bytes) -> None:
        if data == b" " and self.later:
            self.out += b"\r          \r" + self.later.pop(0)
            return
        command = data.decode().strip()
        body = self.answer(command) if command else ""
        lines = [command, *body.splitlines()]
        pages = (
            [lines[i : i + self.page] for i in range(0, len(lines), self.page)]
            if self.page
            else [lines]
        )
        texts = ["\r\n".join(page) + "\r\n" for page in pages]
        texts[-1] += self.prompt
        for number in range(len(texts) - 1):
            texts[number] += " --More-- "
        self.out += texts[0].encode()
        self.later = [text.encode() for text in texts[1:]]


def _converse(device: Device) -> dict[str, str]:
    probe = PROBES["cisco", "configuration"]
    answers = show.converse(device, ["terminal length 0"], probe.asks, time.monotonic() + 3)
    return {name: f"{answer.state}|{answer.output}" for name, answer in answers.items()}


CONFIG = "\n".join(f"interface GigabitEthernet0/{n}" for n in range(30))


def test_echo_and_prompt_are_no_part_of_the_answer() -> None:
    said = _converse(Device("edge-1#", lambda c: CONFIG if "running" in c else ""))
    assert said == {"show": f"ok|{CONFIG}"}


def test_a_pager_is_leafed_through() -> None:
    said = _converse(Device("edge-1# ", lambda c: CONFIG if "running" in c else "", page=7))
    assert said == {"show": f"ok|{CONFIG}"}


def test_a_refused_command_is_denied() -> None:
    refusal = "                ^\n% Invalid input detected at '^' marker.\n"
    said = _converse(Device("edge-1>", lambda c: refusal))
    assert said["show"].startswith("denied|")


def test_a_device_that_falls_silent_has_timed_out() -> None:
    device = Device("edge-1#", lambda c: CONFIG)
    device.later = []
    original = device.sendall

    def silent(data: bytes) -> None:
        original(data)
        if b"running" in data:
            device.out = device.out[:50]

    device.sendall = silent  # type: ignore[method-assign]
    assert _converse(device)["show"].startswith("timeout|")


def test_without_a_prompt_there_is_nothing_to_ask() -> None:
    device = Device("Choose one of: 1) 2) 3): ", lambda c: "")
    with pytest.raises(FaultError, match="no prompt"):
        _converse(device)


class _Server(paramiko.ServerInterface):
    def __init__(self, allowed: paramiko.PKey) -> None:
        self.allowed = allowed
        self.ready = threading.Event()

    def check_auth_publickey(self, username: str, key: paramiko.PKey) -> int:
        good = key.get_base64() == self.allowed.get_base64()
        return int(paramiko.common.AUTH_SUCCESSFUL if good else paramiko.common.AUTH_FAILED)

    def get_allowed_auths(self, username: str) -> str:
        return "publickey"

    def check_channel_request(self, kind: str, chanid: int) -> int:
        return int(paramiko.common.OPEN_SUCCEEDED)

    def check_channel_pty_request(self, *arguments: object) -> bool:
        return True

    def check_channel_shell_request(self, channel: paramiko.Channel) -> bool:
        self.ready.set()
        return True


def test_a_device_over_ssh_becomes_an_entry_of_the_bundle(tmp_path: Path) -> None:
    host, client = paramiko.ECDSAKey.generate(), paramiko.ECDSAKey.generate()
    client.write_private_key_file(str(tmp_path / "key"))

    def talk(sock: object) -> None:
        transport = paramiko.Transport(sock)  # type: ignore[arg-type]
        transport.add_server_key(host)
        interface = _Server(client)
        transport.start_server(server=interface)
        channel = transport.accept(5)
        assert channel is not None
        assert interface.ready.wait(5)
        channel.sendall(b"fw-1 # ")
        while line := channel.recv(1000):
            body = (
                b"config system admin\r\n    set password ENC S3CRETabc\r\nend\r\n"
                if b"full" in line
                else b""
            )
            channel.sendall(line.replace(b"\n", b"\r\n") + body + b"fw-1 # ")
        transport.close()

    with server(talk) as port:
        known = tmp_path / "known_hosts"
        known.write_text(f"[127.0.0.1]:{port} {host.get_name()} {host.get_base64()}\n")
        connector = Connector(limits=Limits(), use_agent=False, clock=now)
        probe = PROBES["fortinet", "configuration"]
        target = Target(asset="edge", kind="firewall", platform="fortinet", probes=(probe,))
        login = Login(
            host="127.0.0.1", port=port, user="soc", keys=(tmp_path / "key",), known_hosts=(known,)
        )
        clock = lambda: datetime(2026, 2, 1, tzinfo=UTC)  # noqa: E731
        try:
            entry, cause = ask(
                target, login, connector, limits=Limits(), marker="m" * 16, clock=clock
            )
        finally:
            connector.close()
    assert cause == ""
    assert evidence.failed(entry) is None
    answer = entry["probes"]["configuration"]["answers"]["show"]
    assert answer["output"] == "config system admin\n    set password ENC ***\nend"
    assert "S3CRET" not in canonical.dumps(entry).decode()
