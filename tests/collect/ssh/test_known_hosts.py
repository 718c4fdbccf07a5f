"""Known hosts: plain, hashed, patterns, ports, revoked; as ssh-keygen itself finds them."""

from __future__ import annotations

import base64
import hmac
import subprocess
from pathlib import Path

import pytest

from soccheck.collect.faults import FaultError
from soccheck.collect.plan import Target
from soccheck.collect.ssh.config import read_config
from soccheck.collect.ssh.known_hosts import KnownHosts, fingerprint, lookup_name, scan_line
from soccheck.collect.ssh.login import Defaults, Login, resolve, split_hop

KEY = "AAAAC3NzaC1lZDI1NTE5AAAAIE000000000000000000000000000000000000000000"
OTHER = "AAAAC3NzaC1lZDI1NTE5AAAAIE111111111111111111111111111111111111111111"


def known(text: str) -> KnownHosts:
    hosts = KnownHosts()
    hosts.add(text)
    return hosts


def trusted(hosts: KnownHosts, name: str) -> list[str]:
    return [key for _, key in hosts.find([name]).trusted]


def test_names_addresses_and_ports() -> None:
    hosts = known(
        f"web.example,192.0.2.1 ssh-ed25519 {KEY}\n[web.example]:2222 ssh-ed25519 {OTHER} note\n"
    )
    assert trusted(hosts, "web.example") == [KEY]
    assert trusted(hosts, "WEB.example") == [KEY]
    assert trusted(hosts, "192.0.2.1") == [KEY]
    assert trusted(hosts, lookup_name("web.example", 2222)) == [OTHER]
    assert trusted(hosts, "b.example") == []


def test_patterns_and_their_exceptions() -> None:
    hosts = known(f"*.example,!old.example ssh-ed25519 {KEY}\n[10.0.0.?]:22* ssh-ed25519 {OTHER}\n")
    assert trusted(hosts, "web.example") == [KEY]
    assert trusted(hosts, "old.example") == []
    assert trusted(hosts, "[10.0.0.7]:2222") == [OTHER]


def test_markers() -> None:
    hosts = known(
        f"web ssh-ed25519 {KEY}\n@revoked * ssh-ed25519 {OTHER}\n"
        f"@cert-authority *.example ssh-ed25519 {KEY}\n"
    )
    match = hosts.find(["web"])
    assert match.revoked == {OTHER}
    assert trusted(hosts, "x.example") == []
    assert hosts.find(["x.example"]).authorities == (("ssh-ed25519", KEY),)


def test_a_carriage_return_before_a_name_is_part_of_it() -> None:
    hosts = known(f"\rweb ssh-ed25519 {KEY}\r\ndb ssh-ed25519 {OTHER}\r\n")
    assert (trusted(hosts, "web"), trusted(hosts, "db")) == ([], [OTHER])


def test_rubbish_is_passed_over() -> None:
    hosts = known(
        f"# comment\n\nonly two\n|1|not base64|x ssh-ed25519 {KEY}\n@revoked\nweb ssh-ed25519 {KEY}\n"
    )
    assert trusted(hosts, "web") == [KEY]


def test_hashed_names_are_found_as_ssh_keygen_hashes_them(tmp_path: Path) -> None:
    subprocess.run(
        ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", tmp_path / "k"], check=True
    )
    public = " ".join((tmp_path / "k.pub").read_text().split()[:2])
    path = tmp_path / "known_hosts"
    path.write_text(f"web.example {public}\n[web.example]:2222 {public}\n192.0.2.1 {public}\n")
    subprocess.run(["ssh-keygen", "-q", "-H", "-f", path], check=True, capture_output=True)
    assert "web.example" not in path.read_text()
    hosts = KnownHosts.load([path, tmp_path / "not-there"])
    for name in ("web.example", "[web.example]:2222", "192.0.2.1"):
        assert trusted(hosts, name) == [public.split()[1]]
    assert trusted(hosts, "other.example") == []
    shown = subprocess.run(
        ["ssh-keygen", "-lf", tmp_path / "k.pub"], check=True, capture_output=True, text=True
    )
    assert fingerprint(public.split()[1]) in shown.stdout


def test_the_line_to_check_with() -> None:
    assert scan_line("web", 22, "ssh-ed25519") == "ssh-keyscan -t ed25519 web | ssh-keygen -lf -"
    assert scan_line("web", 2222, "ecdsa-sha2-nistp256").startswith(
        "ssh-keyscan -p 2222 -t ecdsa web"
    )
    assert "-t rsa web" in scan_line("web", 22, "rsa-sha2-512")


# -- who to log in as ------------------------------------------------------------------------------


def login(
    tmp_path: Path, config: str = "", target: Target | None = None, **options: object
) -> Login:
    (tmp_path / ".ssh").mkdir(exist_ok=True)
    path = tmp_path / ".ssh" / "config"
    path.write_text(config)
    wanted = target or Target(asset="web-1", kind="host", platform="linux", address="192.0.2.1")
    defaults = Defaults(home=tmp_path, login="me", **options)  # type: ignore[arg-type]
    return resolve(wanted, read_config(path, tmp_path, "me"), defaults)


def test_defaults(tmp_path: Path) -> None:
    found = login(tmp_path)
    assert (found.host, found.port, found.user) == ("192.0.2.1", 22, "me")
    assert found.keys[0] == tmp_path / ".ssh" / "id_rsa"  # as ssh has them
    assert found.origin == "ssh://me@192.0.2.1:22"


def test_ssh_config_and_what_comes_before_it(tmp_path: Path) -> None:
    config = "Host 192.0.2.*\n  User soc\n  Port 2200\n  IdentityFile ~/k\n"
    config += "  IdentitiesOnly yes\n  HostKeyAlias w\n"
    found = login(tmp_path, config)
    assert (found.port, found.user, found.identities_only, found.key_alias) == (
        2200,
        "soc",
        True,
        "w",
    )
    stated = Target(
        asset="web-1", kind="host", platform="linux", address="192.0.2.1", port=22, user="root"
    )
    said = login(tmp_path, config, stated)
    assert (said.port, said.user) == (22, "root")
    assert login(tmp_path, config, user="given").user == "given"


def test_the_assets_id_in_ssh_config(tmp_path: Path) -> None:
    unaddressed = Target(asset="web-1", kind="host", platform="linux")
    found = login(tmp_path, "Host web-1\n  HostName 2001:db8::1\n", unaddressed)
    assert found.host == "2001:db8::1"
    assert found.shown == "[2001:db8::1]"
    with pytest.raises(FaultError, match="no address"):
        login(tmp_path, "", unaddressed)


def test_jumps_one_after_another(tmp_path: Path) -> None:
    config = "Host a\n  HostName 192.0.2.7\n  User hop\n"
    config += "Host 192.0.2.1\n  ProxyJump a,root@[2001:db8::2]:2222\n"
    found = login(tmp_path, config)
    assert found.via is not None
    assert (found.via.host, found.via.port, found.via.user) == ("2001:db8::2", 2222, "root")
    assert found.via.via is not None
    assert (found.via.via.host, found.via.via.user) == ("192.0.2.7", "hop")


def test_jumps_in_a_circle_are_a_fault(tmp_path: Path) -> None:
    with pytest.raises(FaultError, match="circle"):
        login(tmp_path, "Host *\n  ProxyJump a\n")
    with pytest.raises(FaultError, match="its own jump host"):
        login(tmp_path, "Match host 192.0.2.1\n  ProxyJump a\nHost a\n  HostName 192.0.2.1\n")


def test_a_command_of_a_later_jump_host_is_none_as_ssh_is_told_to_jump(tmp_path: Path) -> None:
    found = login(tmp_path, "Host 192.0.2.1\n  ProxyJump a,b\nHost b\n  ProxyCommand nc %h %p\n")
    assert found.via is not None
    assert not found.via.proxy_command


def test_a_proxy_command_is_never_passed_over_in_silence(tmp_path: Path) -> None:
    assert login(tmp_path, "Host *\n  ProxyCommand nc %h %p\n").proxy_command


@pytest.mark.parametrize(
    ("hop", "expected"),
    [
        ("web", ("web", None, None)),
        ("root@web:2222", ("web", 2222, "root")),
        ("[2001:db8::1]:22", ("2001:db8::1", 22, None)),
        ("2001:db8::1", ("2001:db8::1", None, None)),
        ("ssh://root@web:22", ("web", 22, "root")),
    ],
)
def test_hops(hop: str, expected: tuple[str, int | None, str | None]) -> None:
    assert split_hop(hop) == expected


def test_a_list_of_revoked_keys_holds_for_every_machine(tmp_path: Path) -> None:
    (tmp_path / "known").write_text(f"web ssh-ed25519 {KEY}\ndb ssh-ed25519 {OTHER}\n")
    (tmp_path / "revoked").write_text(f"# stolen\nssh-ed25519 {KEY} web's first\n")
    hosts = KnownHosts.load([tmp_path / "known"], [tmp_path / "revoked"])
    assert hosts.find(["web"]).revoked == {KEY}
    assert hosts.find(["elsewhere"]).revoked == {KEY}


def test_what_may_revoke_a_key_and_cannot_be_read_is_a_fault(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "krl").write_bytes(b"SSHKRL\n\x00rest")
    for known_files, revoked, said in (
        ([tmp_path / "folder"], [], "cannot be read"),
        ([], [tmp_path / "not-there"], "cannot be read"),
        ([], [tmp_path / "krl"], "binary list of revoked keys"),
    ):
        with pytest.raises(FaultError, match=said) as caught:
            KnownHosts.load(known_files, revoked)
        assert caught.value.code == "host_key"


def test_a_zero_byte_ends_a_line_and_hides_no_revocation() -> None:
    hosts = known(
        f"@revoked * ssh-ed25519 {KEY}\0\nweb ssh-ed25519 {OTHER}\0 x\n\0b ssh-ed25519 {KEY}"
    )
    assert hosts.find(["web"]).revoked == {KEY}
    assert trusted(hosts, "web") == [OTHER]
    assert trusted(hosts, "b") == []


@pytest.mark.parametrize("kind", ["ed25519", "ecdsa", "rsa"])
def test_who_revokes_a_certificate_revokes_its_key(kind: str, tmp_path: Path) -> None:
    """ssh of OpenSSH 9.2 says of a plain key with such a list: revoked by file."""
    for name in ("key", "ca"):
        make = ["ssh-keygen", "-q", "-t", kind, "-N", "", "-f", str(tmp_path / name)]
        subprocess.run(make, check=True)
    sign = ["ssh-keygen", "-q", "-s", "ca", "-I", "x", "-h", "-n", "web", "key.pub"]
    subprocess.run(sign, check=True, cwd=tmp_path)
    key = (tmp_path / "key.pub").read_text().split()[1]
    certificate = tmp_path / "key-cert.pub"
    assert KnownHosts.load([], [certificate]).find(["web"]).revoked == {key}
    named, text = certificate.read_text().split()[:2]
    assert known(f"@revoked * {named} {text}\n").find(["web"]).revoked == {key}
    certificate.write_text(f"{named} {text[:100]}\n")
    with pytest.raises(FaultError, match=r"key-cert\.pub:1: no public key"):
        KnownHosts.load([], [certificate])


@pytest.mark.parametrize("sign", ["\r", "\u2028", "\x85", "\x0c"])
def test_only_a_line_feed_ends_a_line(sign: str, tmp_path: Path) -> None:
    file = tmp_path / "known"
    file.write_bytes(f"# old:{sign}web ssh-ed25519 {KEY}\nb ssh-ed25519 {KEY}\r\n".encode())
    hosts = KnownHosts.load([file])
    assert trusted(hosts, "web") == []
    assert trusted(hosts, "b") == [KEY]


@pytest.mark.parametrize("key", [f"ssh-ed25519 {KEY[:-1]}", f"ssh-rsa {KEY}", "ssh-ed25519 (none)"])
def test_a_key_cut_off_or_of_another_kind_is_none(key: str, tmp_path: Path) -> None:
    assert trusted(known(f"web {key}\nweb ssh-ed25519 {KEY}\n"), "web") == [KEY]
    (tmp_path / "revoked").write_text(f"# ours\n\nssh-ed25519 {OTHER} old\n{key}\n")
    with pytest.raises(FaultError, match="revoked:4: no public key"):
        KnownHosts.load([], [tmp_path / "revoked"])


def test_a_key_whose_last_bits_are_written_otherwise_is_none(tmp_path: Path) -> None:
    subprocess.run(["ssh-keygen", "-q", "-t", "rsa", "-N", "", "-f", tmp_path / "k"], check=True)
    kind, key = (tmp_path / "k.pub").read_text().split()[:2]
    bare = key.rstrip("=")
    assert bare != key
    other = bare[:-1] + chr(ord(bare[-1]) + 1) + key[len(bare) :]
    (tmp_path / "other").write_text(f"{kind} {other}\n")
    done = subprocess.run(["ssh-keygen", "-lf", tmp_path / "other"], capture_output=True)
    assert b"is not a public key file" in done.stderr
    with pytest.raises(FaultError, match="other:1: no public key"):
        KnownHosts.load([], [tmp_path / "other"])


def test_a_list_with_a_name_of_more_than_a_thousand_signs_is_for_no_machine(tmp_path: Path) -> None:
    path = tmp_path / "known"
    for length, count in ((1022, 1), (1023, 0)):
        path.write_text(f"{'x' * length},web ssh-ed25519 {KEY}\n")
        done = subprocess.run(["ssh-keygen", "-F", "web", "-f", path], capture_output=True)
        assert done.stdout.count(KEY.encode()) == count
        assert len(trusted(KnownHosts.load([path]), "web")) == count


@pytest.mark.parametrize(
    ("length", "more", "count"), [(20, "", 1), (19, "", 0), (32, "", 0), (0, "", 0), (20, "|x", 0)]
)
def test_a_hashed_name_in_another_form_than_sshs_names_no_machine(
    length: int, more: str, count: int, tmp_path: Path
) -> None:
    parts = bytes(length), hmac.digest(bytes(length), b"web", "sha1")
    names = "|1|" + "|".join(base64.b64encode(part).decode() for part in parts) + more
    path = tmp_path / "known"
    path.write_text(f"{names} ssh-ed25519 {KEY}\n")
    done = subprocess.run(["ssh-keygen", "-F", "web", "-f", path], capture_output=True)
    assert done.stdout.count(KEY.encode()) == count
    assert len(trusted(KnownHosts.load([path]), "web")) == count


@pytest.mark.parametrize(
    "line",
    [
        f"ssh-ed25519 {OTHER}\rssh-ed25519 {KEY}\r",
        f"ssh-ed25519\x0c{OTHER}",
        "ssh-dss AAAAB3NzaC1kc3M=",
        "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAAA",
    ],
)
def test_a_list_of_revoked_keys_with_a_line_that_ssh_takes_for_none_is_refused(
    line: str, tmp_path: Path
) -> None:
    """ssh of OpenSSH 9.2 says: invalid format, and knows no machine; a key behind it would be lost."""
    (tmp_path / "revoked").write_bytes(f"# ours\n{line}\n".encode())
    with pytest.raises(FaultError, match="revoked:2: no public key"):
        KnownHosts.load([], [tmp_path / "revoked"])


def test_the_systems_known_hosts_are_read_beside_the_users(tmp_path: Path) -> None:
    found = login(tmp_path, "Host *\n  UserKnownHostsFile ~/mine\n")
    assert found.known_hosts[0] == tmp_path / "mine"
    assert Path("/etc/ssh/ssh_known_hosts") in found.known_hosts
    found = login(tmp_path, "Host *\n  GlobalKnownHostsFile none\n  RevokedHostKeys %d/gone\n")
    assert found.known_hosts == tuple(
        tmp_path / ".ssh" / n for n in ("known_hosts", "known_hosts2")
    )
    assert found.revoked == (tmp_path / "gone",)
    given = login(tmp_path, "Host *\n  UserKnownHostsFile ~/mine\n", known_hosts=(tmp_path / "k",))
    assert given.known_hosts == (tmp_path / "k",)


def test_an_agent_that_is_not_wanted_and_keys_without_any(tmp_path: Path) -> None:
    assert login(tmp_path).agent
    assert not login(tmp_path, "Host *\n  IdentityAgent none\n").agent
    assert login(tmp_path, "Host *\n  IdentityFile none\n").keys == ()
    found = login(tmp_path, "Host *\n  User soc\n  IdentityFile %d/keys/%h-%r-%p\n")
    assert found.keys == (tmp_path / "keys" / "192.0.2.1-soc-22",)
