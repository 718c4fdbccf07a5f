"""ssh_config as `ssh -G` reads it: a corpus of files, each resolved for several names and users."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
from pathlib import Path

import pytest

from soccheck.cli.collect_run import connection
from soccheck.cli.options_ssh import Options
from soccheck.collect.faults import FaultError
from soccheck.collect.plan import Target
from soccheck.collect.ssh.config import Said, read_config
from soccheck.collect.ssh.login import Defaults, resolve, split_hop

CORPUS = sorted((Path(__file__).parent / "configs").glob("*.conf"))
ME = pwd.getpwuid(os.getuid())
HOME = Path(ME.pw_dir)
SINGLE = (
    "hostname",
    "port",
    "user",
    "hostkeyalias",
    "proxyjump",
    "proxycommand",
    "revokedhostkeys",
    "identityagent",
)
UNSAID = {
    "port": "22",
    "user": ME.pw_name,
    "identitiesonly": "no",
    "userknownhostsfile": f"{HOME}/.ssh/known_hosts {HOME}/.ssh/known_hosts2",
    "globalknownhostsfile": "/etc/ssh/ssh_known_hosts /etc/ssh/ssh_known_hosts2",
}


def placed(source: Path, folder: Path) -> Path:
    for file in source.parent.iterdir():
        text = file.read_bytes().replace(b"{folder}", str(folder).encode())
        (folder / file.name).write_bytes(text)
    return folder / source.name


def by_ssh(path: Path, name: str, user: str | None) -> dict[str, list[str]]:
    words = ["ssh", "-G", "-F", str(path), *(["-l", user] if user else []), name]
    done = subprocess.run(words, capture_output=True, text=True, check=True)
    found: dict[str, list[str]] = {}
    for line in done.stdout.splitlines():
        keyword, _, value = line.partition(" ")
        found.setdefault(keyword, []).append(value)
    return found


def ours(said: Said, keyword: str, name: str) -> list[str]:
    values = said.values.get(keyword, [])
    if not values:
        values = [{**UNSAID, "hostname": name}.get(keyword, "")]
    return [" ".join(values)] if keyword.endswith("file") and keyword != "identityfile" else values


@pytest.mark.skipif(not shutil.which("ssh"), reason="there is no ssh to compare with")
@pytest.mark.parametrize("source", CORPUS, ids=lambda path: path.stem)
def test_it_is_read_as_ssh_reads_it(source: Path, tmp_path: Path) -> None:
    path = placed(source, tmp_path)
    lookup = read_config(path, HOME, ME.pw_name)
    for name in ("web-1", "db-1", "web.example", "WEB-1"):
        for user in (None, "root", "soc"):
            said, theirs = lookup(name, user), by_ssh(path, name, user)
            assert said.refused == [], (name, user)
            for keyword in (
                *SINGLE,
                "identitiesonly",
                "userknownhostsfile",
                "globalknownhostsfile",
            ):
                mine = ours(said, keyword, name)
                expected = theirs.get(keyword, [""])
                if keyword == "hostname":
                    mine = [value.lower() for value in mine]
                if keyword in ("proxyjump", "proxycommand"):
                    mine = ["" if value.lower() == "none" else value for value in mine]
                assert mine == expected, (name, user, keyword)
            if "identityfile" in said.values:
                assert said.values["identityfile"] == theirs.get("identityfile", []), (name, user)


@pytest.mark.parametrize("hop", ["ssh://a@b:2222", "ssh://a@b:2222/", "a@b:2222"])
def test_a_jump_host_may_be_an_address_of_its_scheme(hop: str) -> None:
    assert split_hop(hop) == ("b", 2222, "a")


def test_the_corpus_is_large() -> None:
    assert len(CORPUS) >= 60


@pytest.mark.parametrize(
    ("line", "named"),
    [
        ("KnownHostsCommand /bin/keys %H", "knownhostscommand"),
        ("KnownHostsCommand none # for now", "knownhostscommand"),
        ("KnownHostsCommand #keys", "knownhostscommand"),
        ("CanonicalizeHostname yes", "canonicalizehostname"),
        ("CertificateFile ~/.ssh/other-cert.pub", "other-cert.pub: put it beside its key"),
        ("PKCS11Provider /lib/x.so", "pkcs11provider"),
        ("BindAddress 192.0.2.1", "bindaddress"),
        ("PubkeyAuthentication no", "pubkeyauthentication"),
        ("IdentityAgent /run/other", "identityagent"),
        ("SecurityKeyProvider /lib/x.so", "securitykeyprovider"),
        ("IdentityFile ~/%C", "%C"),
        ("IdentityFile ${HOME}/k", "${HOME}"),
        ("HostName %n.example", "hostname"),
        ("HostName ${HOME}", "hostname"),
        ("Port ssh", "port"),
        ('ProxyJump "b"', "proxyjump"),
        ("ProxyJump %h.example", "proxyjump"),
        ("ProxyJump b c", "proxyjump"),
        ("ProxyJump b#c", "proxyjump"),
        ("IdentityAgent None", "identityagent"),
        ("IdentityAgent ssh_auth_sock", "identityagent"),
        ("PreferredAuthentications PUBLICKEY", "preferredauthentications"),
        ("HostKeyAlgorithms ssh-ed25519,rsa-*", "hostkeyalgorithms"),
        ("HostKeyAlgorithms ^*ed25519*", "hostkeyalgorithms"),
        ("ProxyJump none # directly", "proxyjump"),
        ("User %u", "user"),
        ("UserKnownHostsFile ~root/k", "~root/k"),
        ("GlobalKnownHostsFile ~/k", "~/k"),
        ("GlobalKnownHostsFile /a/%h", "%h"),
    ],
)
def test_what_is_not_followed_is_refused_by_name_where_it_concerns(
    line: str, named: str, tmp_path: Path
) -> None:
    path = tmp_path / "config"
    path.write_text(f"Host web-1\n  {line}\n")
    lookup = read_config(path, tmp_path, "me")
    defaults = Defaults(home=tmp_path, login="me")
    web = Target(asset="web-1", kind="host", platform="linux", address="web-1")
    with pytest.raises(FaultError) as caught:
        resolve(web, lookup, defaults)
    assert named in caught.value.detail.replace("variable of ", "")
    other = Target(asset="db-1", kind="host", platform="linux", address="db-1")
    assert resolve(other, lookup, defaults).host == "db-1"


def test_a_block_by_what_is_not_known_is_never_applied_and_concerns_who_could_be_meant(
    tmp_path: Path,
) -> None:
    path = tmp_path / "config"
    path.write_text("Match host web-* localnetwork 203.0.113.0/24\n  ProxyJump bastion\n")
    lookup = read_config(path, tmp_path, "me")
    assert "localnetwork" in lookup("web-1").refused[0]
    assert lookup("db-1").refused == []
    assert "proxyjump" not in lookup("web-1").values


@pytest.mark.parametrize(
    "text",
    [
        "Match host = web-1",
        "Match host 'web-1'",
        "Match user host=web-1",
        "Match !user host=web-1",
        "Match host=web-1=x",
        "Match exec test=1",
        "Match host web\\-1",
        'Match exec "test \\"%h\\" = web-1"',
    ],
)
def test_forms_of_a_match_that_releases_of_ssh_read_differently_are_refused(
    text: str, tmp_path: Path
) -> None:
    """OpenSSH 9.2 takes `'web-1'` for a name with quotes, OpenSSH 10 for web-1."""
    path = tmp_path / "config"
    path.write_text(f"{text}\n  User x\n")
    said = read_config(path, tmp_path, "me")("web-1")
    assert said.refused == [f"{path}:1: {text.replace('Match', 'match')}"]
    assert "user" not in said.values


STOPS = (
    *("Host db\n  Port 22 33\n", "Host db\n  Port 0\n", "Host db\n  Port 65536\n"),
    *("Host db\n  User a b\n", "Host db\n  IdentityFile /a /b\n", "Host db\n  HostName a b\n"),
    *("Host db\n  IdentitiesOnly maybe\n", "Match user x\n  BatchMode oui\n"),
    *('Host db\n  ProxyCommand nc "%h\n', 'Host db\n  SendEnv "A\n'),
    *("Host db\n  Compression true\n", "Host db\n  StrictHostKeyChecking maybe\n"),
    *("Host db\n  ControlPersist YES\n", "Host db\n  ConnectTimeout 5x\n"),
    *("Host db\n  ServerAliveInterval 99999999999\n", "Host db\n  ConnectionAttempts abc\n"),
    *("Host db\n  LogLevel loud\n", "Host db\n  Ciphers aes\n", "Host db\n  MACs +md5\n"),
    *("Host db\n  HostKeyAlgorithms ssh\n", "Host db\n  KexAlgorithms ^dh\n"),
    *("Host db\n  SetEnv A\n", "Host db\n  SendEnv A=b\n", "Host db\n  EscapeChar ab\n"),
    *("Host db\n  LocalForward 80\n", "Host db\n  RemoteForward x y\n"),
    *("Host db\n  AddKeysToAgent sometimes\n", "Host db\n  RekeyLimit 5\n"),
    *("Host db\n  ControlPath /a /b\n", "Host db\n  UserKnownHostsFile none /a\n"),
    *('Host db\n  IdentityFile ""\n', "Host db\n  ProxyJump ,\n", "Host db\n  ProxyJump a@\n"),
    *("Host db\n  ProxyJump a:0\n", "Host db\n  ProxyJump ssh://a:22/x\n"),
    *("Host db\n  CanonicalDomains .example\n", "Host db\n  ProxyJump a, b\n"),
    *(
        "Host db\n  ProxyJump a:99999\n",
        "Host db\n  ProxyJump ::1\n",
        "Host db\n  ProxyJump SSH://b\n",
        "Host db\n  Port abc\n",
    ),
    *("Host db\n  IPQoS fast\n", "Host db\n  TunnelDevice 1:x\n", "\fPort 22\n"),
    *("Match host a user b all\n", "Match # all\n", "Match all user x\n", "Match exec\n"),
    *("Host db\n  Ciphers AES128-CTR\n", "Host db\n  HostKeyAlgorithms SSH-ED25519\n"),
    *("Host db\n  GSSAPIKexAlgorithms gss-nope-\n", 'Match exec "kill -9 $$"\n'),
    *("Host =\n", "Host db\n  User = \n", 'Host db\n  ProxyJump "ssh://b:22"\n'),
)
"""Values at which ssh stops for every machine, though their block does not fit."""


@pytest.mark.skipif(not shutil.which("ssh"), reason="there is no ssh to compare with")
@pytest.mark.parametrize("text", STOPS)
def test_ssh_stops_there(text: str, tmp_path: Path) -> None:
    path = tmp_path / "config"
    path.write_text(text)
    assert subprocess.run(["ssh", "-G", "-F", path, "web-1"], capture_output=True).returncode


@pytest.mark.parametrize(
    "text",
    [
        *("Host web-1\n  User\n", 'Host "web-1\n', "Host web-1\n  Port\n", 'Host ""\n'),
        *("Match all host web-1\n", "Include {folder}/config\n", "Include ~root/x\n"),
        *("Include {folder}/[[:digit:]]*\n", "Include {folder}/[a-z]*\n"),
        *("Include ${HOME}/x\n", "Include %d/x\n", "Include a\\\\*\n"),
        *STOPS,
    ],
)
def test_a_file_that_is_none_is_said_with_its_line(text: str, tmp_path: Path) -> None:
    path = tmp_path / "config"
    path.write_text(text.replace("{folder}", str(tmp_path)))
    with pytest.raises(ValueError, match="config"):
        read_config(path, tmp_path, "me")("web-1")


@pytest.mark.parametrize("text", ["Match all host web-1\n", 'Match exec "kill $$"\n'])
def test_a_block_that_ends_ssh_is_a_fault_of_the_machine_with_its_line(
    text: str, tmp_path: Path
) -> None:
    path = tmp_path / "config"
    path.write_text(text)
    web = Target(asset="web-1", kind="host", platform="linux", address="web-1")
    with pytest.raises(FaultError, match="config:1: ") as caught:
        resolve(web, read_config(path, tmp_path, "me"), Defaults(home=tmp_path, login="me"))
    assert caught.value.code == "unreachable"


UNKNOWN = (
    *("Host db\n  UserKnownHostFile /a\n", "Match user nobody\n  ProxyHost a\n", "Foo-Bar 1\n"),
    *("Host db\n  IgnoreUnknown Foo\nHost *\n  Foo x\n", "Foo x\nIgnoreUnknown Foo\n"),
    *("IgnoreUnknown a\nIgnoreUnknown Foo\nFoo x\n", "IgnoreUnknown *,!foo\nFoo x\n"),
    *(
        "Host db\n  Match host db\n  Foo x\n",
        "Match host db unheard-of x\n",
        "Include {folder}/foo\n",
    ),
    *("Host db\n  Include {folder}/foo\n", "\ufeffHost db\n"),
)
"""Words at which ssh stops for every machine, as it does not know them."""


@pytest.mark.skipif(not shutil.which("ssh"), reason="there is no ssh to compare with")
@pytest.mark.parametrize("text", UNKNOWN)
def test_what_ssh_does_not_know_stops_every_machine(text: str, tmp_path: Path) -> None:
    (tmp_path / "foo").write_text("Foo x\n")
    path = tmp_path / "config"
    path.write_text(text.replace("{folder}", str(tmp_path)))
    assert subprocess.run(["ssh", "-G", "-F", path, "web-1"], capture_output=True).returncode
    try:
        refused = read_config(path, tmp_path, "me")("web-1").refused
    except ValueError as error:
        refused = [str(error)]
    assert ":" in refused[0]


@pytest.mark.parametrize("text", ["Port 33\0\nUser x\n", "User a\0b\n", "\0Port 33\n"])
def test_a_zero_byte_hides_nothing(text: str, tmp_path: Path) -> None:
    path = tmp_path / "config"
    path.write_text(text)
    with pytest.raises(ValueError, match="config:1"):
        read_config(path, tmp_path, "me")


@pytest.mark.skipif(not shutil.which("ssh"), reason="there is no ssh to compare with")
@pytest.mark.parametrize("name", ["10.1", "2001:DB8:0:0::1", "::1", "fe80::1%%lo", "web-1"])
def test_an_address_is_looked_up_as_ssh_writes_it(name: str, tmp_path: Path) -> None:
    path = tmp_path / "config"
    path.write_text(f"Host web\n  HostName {name}\n")
    target = Target(asset="web", kind="host", platform="linux")
    found = resolve(target, read_config(path, tmp_path, "me"), Defaults(home=tmp_path, login="me"))
    assert [found.host] == by_ssh(path, "web", None)["hostname"]


@pytest.mark.skipif(not shutil.which("ssh"), reason="there is no ssh to compare with")
def test_include_names_the_files_that_ssh_includes_in_its_order(tmp_path: Path) -> None:
    for name, text in {
        ".hidden.conf": "User hidden\n",
        "b.conf": "# a bare carriage return\rUser none\n",
        "a/x": "Port 2201\nHostKeyAlias later\n",
        "a.d/x": "Port 2202\n",
        "a/deep/x": "HostName deep\n",
    }.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(text.encode())
    path = tmp_path / "config"
    path.write_text(f"Include {tmp_path}/*.conf {tmp_path}/*/x {tmp_path}/**/x\n")
    said, theirs = read_config(path, HOME, ME.pw_name)("web-1"), by_ssh(path, "web-1", None)
    for keyword in ("user", "port", "hostname", "hostkeyalias"):
        assert ours(said, keyword, "web-1") == theirs[keyword], keyword


def test_a_block_of_the_users_file_ends_before_the_systems_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".ssh").mkdir()
    (tmp_path / ".ssh" / "config").write_text("Host db-1\n  User db\n")
    (tmp_path / "more").write_text("RevokedHostKeys /revoked\n")
    (tmp_path / "system").write_text("Include more\nProxyJump bastion\n")
    systems = (tmp_path / "not-there", tmp_path / "system", tmp_path / "more")
    monkeypatch.setattr("soccheck.collect.ssh.config._SYSTEM", systems)
    for name in ("web-1", "db-1"):
        values = read_config(None, tmp_path, "me")(name).values
        assert values["revokedhostkeys"] == ["/revoked"]
        assert values["proxyjump"] == ["bastion"]


@pytest.mark.skipif(not shutil.which("ssh"), reason="there is no ssh to compare with")
@pytest.mark.skipif(os.geteuid() != 0, reason="needs root: a home of its own")
@pytest.mark.parametrize(
    ("config", "bad", "mode", "owner"),
    [
        ("Host x\n  User mine\n", "", 0o644, 0),
        ("Host x\n  User mine\n", "config", 0o602, 0),
        ("Host x\n  User mine\n", "config", 0o600, 65534),
        ("Include more\n", "", 0o644, 0),
        ("Include more\n", "more", 0o666, 0),
        ("Include more\n", "more", 0o600, 65534),
    ],
)
def test_a_file_that_others_may_write_is_refused_as_ssh_refuses_it(
    config: str, bad: str, mode: int, owner: int, tmp_path: Path
) -> None:
    folder = tmp_path / ".ssh"
    folder.mkdir()
    for name, text in (("config", config), ("more", "Host x\n  User included\n")):
        (folder / name).write_text(text)
        (folder / name).chmod(mode if name == bad else 0o644)
        os.chown(folder / name, owner if name == bad else 0, 0)
    script = f"mount --bind {tmp_path} {ME.pw_dir} && ssh -G x 2>&1"
    theirs = subprocess.run(
        ["unshare", "-m", "sh", "-c", script], capture_output=True, text=True, check=False
    ).stdout
    if bad:
        assert f"Bad owner or permissions on {ME.pw_dir}/.ssh/{bad}" in theirs
        with pytest.raises(ValueError, match=f"/{bad}: another user owns or may write it"):
            read_config(None, tmp_path, "root")
    else:
        assert f"user {read_config(None, tmp_path, 'root')('x').one('user')}\n" in theirs


@pytest.mark.skipif(not shutil.which("ssh"), reason="there is no ssh to compare with")
@pytest.mark.parametrize("port", [None, 2222])
def test_a_command_of_match_exec_is_told_the_port_that_is_asked_for(
    port: int | None, tmp_path: Path
) -> None:
    path = tmp_path / "config"
    path.write_text('Match exec "test %p = 2222"\n  User by-port\n')
    words = ["ssh", "-G", "-F", str(path), *(["-p", str(port)] if port else []), "x"]
    told = subprocess.run(words, capture_output=True, text=True, check=True).stdout
    theirs = told.partition("user ")[2].split()[0]
    said = read_config(path, HOME, ME.pw_name)("x", None, port)
    assert said.one("user", ME.pw_name) == theirs


@pytest.mark.skipif(not shutil.which("ssh"), reason="there is no ssh to compare with")
def test_a_command_of_match_exec_is_run_by_the_users_shell(tmp_path: Path) -> None:
    shell = tmp_path / "shell"
    shell.write_text('#!/bin/sh\ntest "$2" = anything\n')
    shell.chmod(0o755)
    path = tmp_path / "config"
    path.write_text("Match exec anything\n  User by-shell\n")
    told = subprocess.run(
        ["ssh", "-G", "-F", str(path), "x"],
        env={**os.environ, "SHELL": str(shell)},
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert "user by-shell" in told
    said = read_config(path, HOME, ME.pw_name, str(shell))("x")
    assert said.one("user") == "by-shell"


@pytest.mark.skipif(not shutil.which("ssh"), reason="there is no ssh to compare with")
def test_who_logs_in_is_told_by_the_system_and_not_by_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("LOGNAME", "USER", "LNAME", "USERNAME"):
        monkeypatch.setenv(name, "another")  # as `su` leaves them
    path = tmp_path / "config"
    path.write_text("Match localuser another\n  Port 2222\n")
    given = Options(
        workers=1,
        user=None,
        identity=(),
        ssh_config=str(path),
        known_hosts=(),
        jump=None,
        no_agent=True,
        assets=(),
        probes=(),
        connect_timeout=1,
        login_timeout=1,
        command_timeout=1,
        total_timeout=1,
        retries=0,
        resume=False,
    )
    connector, found = connection(given)
    connector.close()
    login = found(Target(asset="web-1", kind="host", platform="linux", address="web-1"))
    theirs = by_ssh(path, "web-1", None)
    assert [login.user] == theirs["user"] == [ME.pw_name]
    assert [str(login.port)] == theirs["port"] == ["22"]
