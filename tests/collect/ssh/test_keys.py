"""Which keys are tried: of files, of the agent, and of the agent for a file that only names its key."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from soccheck.collect.ssh.keys import Keys
from soccheck.collect.ssh.login import Login


@pytest.fixture
def agent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Give a folder with the encrypted key `held`, which an agent holds beside another."""
    make = ["ssh-keygen", "-q", "-t", "ed25519", "-f"]
    for name in ("held", "other"):
        subprocess.run([*make, str(tmp_path / name), "-N", ""], check=True)
    socket = str(tmp_path / "agent")
    process = subprocess.Popen(["ssh-agent", "-D", "-a", socket], stdout=subprocess.DEVNULL)
    monkeypatch.setenv("SSH_AUTH_SOCK", socket)
    try:
        for _ in range(100):
            added = subprocess.run(
                ["ssh-add", "-q", str(tmp_path / "held"), str(tmp_path / "other")], check=False
            )
            if added.returncode == 0:
                break
        change = ["ssh-keygen", "-q", "-p", "-P", "", "-N", "secret", "-f", str(tmp_path / "held")]
        subprocess.run(change, check=True, stdout=subprocess.DEVNULL)
        yield tmp_path
    finally:
        process.terminate()
        process.wait()


web = partial(Login, host="web", port=22, user="soc")


def tried(login: Login) -> list[str]:
    keys = Keys(True, 5)
    try:
        return [key.get_base64() for key in keys.of(login)[0]]
    finally:
        keys.close()


def test_identities_only_leaves_the_agents_keys_that_files_name(agent: Path) -> None:
    held, other = ((agent / f"{name}.pub").read_text().split()[1] for name in ("held", "other"))
    for path in (agent / "held", agent / "held.pub"):
        only = web(keys=(path,), identities_only=True)
        assert tried(only) == [held]
    assert set(tried(web())) == {held, other}
    assert tried(web(agent=False)) == []


def test_a_key_that_others_may_read_is_none_as_to_ssh(tmp_path: Path) -> None:
    make = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(tmp_path / "key")]
    subprocess.run(make, check=True)
    login = web(keys=(tmp_path / "key",))
    for mode, count in ((0o600, 1), (0o400, 1), (0o640, 0), (0o604, 0), (0o601, 0)):
        (tmp_path / "key").chmod(mode)
        found, reasons = Keys(False, 5).of(login)
        assert (len(found), len(reasons)) == (count, 1 - count), oct(mode)


def test_a_certificate_is_tried_behind_its_key_and_neither_is_lost_beside_the_agent(
    agent: Path,
) -> None:
    sign = ["ssh-keygen", "-q", "-s", "held", "-P", "secret", "-I", "x", "other.pub"]
    subprocess.run(sign, check=True, cwd=agent)
    key = (agent / "other.pub").read_text().split()[1]
    keys = Keys(True, 5)
    login = web(keys=(agent / "other",), identities_only=True)
    try:
        found, _ = keys.of(login)
    finally:
        keys.close()
    assert [one.get_base64() for one in found] == [key, key]
    assert [one.public_blob is None for one in found] == [True, False]


def test_the_agents_keys_come_before_those_of_files_alone_and_first_those_that_files_name(
    agent: Path,
) -> None:
    """ssh of OpenSSH 9.2 tries them so: which key logs in may decide what its user may do."""
    make = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f"]
    subprocess.run([*make, "file"], cwd=agent, check=True)
    held, other, file = (
        (agent / f"{name}.pub").read_text().split()[1] for name in ("held", "other", "file")
    )
    assert tried(web(keys=(agent / "file",))) == [held, other, file]
    (agent / "held.pub").unlink()  # an encrypted file has the public part, too
    for name, order in (("other", [other, held]), ("held", [held, other])):
        both = (agent / "file", agent / name)
        assert tried(web(keys=both)) == [*order, file]
    (agent / "other.pub").rename(agent / "held.pub")  # what stands beside a file counts before it
    only = web(keys=(agent / "held",), identities_only=True)
    assert tried(only) == [other]


def test_a_key_beside_the_public_part_of_another_is_none_as_to_ssh(tmp_path: Path) -> None:
    for name in ("key", "other"):
        make = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(tmp_path / name)]
        subprocess.run(make, check=True)
    login = web(keys=(tmp_path / "key",))
    assert len(Keys(False, 5).of(login)[0]) == 1
    (tmp_path / "other.pub").rename(tmp_path / "key.pub")
    found, reasons = Keys(False, 5).of(login)
    assert not found
    assert "key.pub is another key's" in reasons[0]
