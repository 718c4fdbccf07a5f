"""The rulesets an inventory names: what is read, how often, and what is refused at its place."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from soccheck.errors import InputError
from soccheck.inventory import load as inventory
from soccheck.inventory import rulesets as rulesetfiles
from soccheck.model import Inventory
from soccheck.sources.commits import named
from soccheck.sources.files import Entry, Fault, Files, Folder, Memory
from soccheck.sources.git import Repository
from soccheck.sources.secrets import masked
from tests.cli.run import soccheck
from tests.firewall.make import save
from tests.kit import BASE
from tests.scratch import Scratch

DAY = ("--as-of", "2024-06-30")
AT = "inv/a.yaml:6:37: firewall.ruleset: "


def firewalls(*paths: str) -> str:
    """Return an inventory of firewalls, each with a ruleset: the first is named at line 6."""
    body = "".join(
        f'  fw{n}: {{organization: o, firewall: {{ruleset: "{path}"}}}}\n'
        for n, path in enumerate(paths)
    )
    return f"{BASE}firewalls:\n{body}"


class Named(Memory):
    """Holds an inventory of its own over another folder's rulesets."""

    def entries(self) -> list[Entry]:
        return [Entry("a.yaml")]


def read(held: Files | dict[str, str], *paths: str) -> Inventory:
    if isinstance(held, dict):
        held = Memory({name: text.encode() for name, text in held.items()})
    return inventory.read(Named({"a.yaml": firewalls(*paths).encode()}, held), "inv")


def refused(held: Files | dict[str, str], *paths: str) -> str:
    with pytest.raises(InputError) as caught:
        read(held, *paths)
    assert all(problem.hint for problem in caught.value.problems)  # type: ignore[attr-defined]
    return str(caught.value)


# -- what is in a folder ---------------------------------------------------------------------------


def test_nothing_in_a_rulesets_folder_is_passed_over(scratch: Scratch) -> None:
    """A second folder's rules may open what the first's do not: on disk and in git alike."""
    scratch.write("inv/rules/four", save())
    scratch.write("inv/rules/more/six", save(v6=True))
    scratch.write("inv/rules/.hidden/x", "x")
    said = f"{AT}rules/more: a folder in a folder is not read\n  hint: put its files beside"
    assert said in refused(Folder(scratch.root / "inv"), "rules")
    assert said in refused({"rules/four": save(), "rules/more/six": save()}, "rules")
    scratch.commit("folders")
    with Repository(scratch.root, os.environ) as repository:
        tree = repository.tree(named(repository, "HEAD"), "inv")
        assert tree is not None
        assert said in refused(tree, "rules")
        for path in ("rules/more", "rules/more/", "rules/four"):
            assert len(read(tree, path).configurations["fw0"].texts) == 1
            assert read(tree, path).digest == read(Folder(scratch.root / "inv"), path).digest
        for path in ("/rules", "/", ".", "rules/none", "rules/four/x"):
            for held in (tree, Folder(scratch.root / "inv")):
                assert f"no ruleset '{path}'" in refused(held, path)


def test_a_submodule_and_a_linked_folder_are_not_passed_over(scratch: Scratch) -> None:
    scratch.write("inv/rules/four", save())
    (scratch.root / "inv" / "rules" / "linked").symlink_to("/etc")
    assert "rules/linked: a link is not followed" in refused(Folder(scratch.root / "inv"), "rules")
    (scratch.root / "inv" / "rules" / "linked").unlink()
    scratch.commit("rules")
    head = scratch.git("rev-parse", "HEAD").strip()
    scratch.git("update-index", "--add", "--cacheinfo", f"160000,{head},inv/rules/other")
    scratch.git("commit", "-m", "submodule")
    with Repository(scratch.root, os.environ) as repository:
        tree = repository.tree(named(repository, "HEAD"), "inv")
        assert tree is not None
        assert "rules/other: a folder in a folder is not read" in refused(tree, "rules")


def test_a_folder_in_a_rulesets_folder_stops_the_audit(tmp_path: Path) -> None:
    place = tmp_path / "inv"
    (place / "rules" / "more").mkdir(parents=True)
    (place / "rules" / "four").write_text(save(), encoding="utf-8")
    (place / "a.yaml").write_text(firewalls("rules"), encoding="utf-8")
    ran = soccheck("audit", "--details", "inv", *DAY, cwd=tmp_path)
    assert (ran.code, ran.out) == (2, "")
    assert f"{AT}rules/more: a folder in a folder is not read\n  hint: " in ran.err
    ran = soccheck("firewall", "show", "inv/rules", cwd=tmp_path)
    assert ran.code == 2
    assert "inv/rules/more: a folder in a folder is not read\n  hint: " in ran.err


def test_the_folder_above_an_inventory_is_told_from_it() -> None:
    """Whoever stands one folder too high is told so, or how to name the ruleset from there."""
    files = {"prov/a.yaml": firewalls("rulesets/fw.conf").encode()}
    files["prov/rulesets/fw.conf"] = b"*filter\n:INPUT DROP [0:0]\nCOMMIT\n"
    with pytest.raises(InputError) as caught:
        inventory.read(Memory(files), ".")
    hint = "hint: write prov/rulesets/fw.conf, or give the folder ./prov as the inventory"
    assert hint in str(caught.value)
    (name, _, text) = files["prov/a.yaml"].decode().partition("rulesets/fw.conf")
    files["prov/a.yaml"] = f"{name}prov/rulesets/fw.conf{text}".encode()
    assert len(inventory.read(Memory(files), ".").configurations) == 1


def test_a_folder_is_read_alike_by_the_command_and_by_the_audit(tmp_path: Path) -> None:
    """Hidden files are left out and links refused; the folder itself may be named by a link."""
    place = tmp_path / "rules"
    place.mkdir()
    (place / "four").write_text(save("-A INPUT -j ACCEPT"), encoding="utf-8")
    (place / ".six").write_text("hidden, and no ruleset", encoding="utf-8")
    (tmp_path / "link").symlink_to(place)
    for name, cwd in (("rules", tmp_path), ("link", tmp_path), (".", place), ("../rules/", place)):
        ran = soccheck("firewall", "show", name, cwd=cwd)
        assert ran.code == 0, ran.err
        assert "INPUT: 1 rule" in ran.out
    (place / "six").symlink_to("four")
    ran = soccheck("firewall", "show", "link", cwd=tmp_path)
    assert (ran.code, ran.out) == (2, "")
    assert "link/six: a link is not followed here\n  hint: put the file itself there" in ran.err
    assert soccheck("firewall", "show", "rules/six", cwd=tmp_path).code == 0


# -- names -----------------------------------------------------------------------------------------

NAMES = {
    "part": ("a" * 300, "cannot be read: File name too long"),
    "whole": ("a/" * 100_000, "a/...: a name of more than 1024 characters"),
}


@pytest.mark.parametrize("name", NAMES)
def test_a_name_that_no_file_can_have_is_a_fault_of_the_inventory(
    scratch: Scratch, name: str
) -> None:
    path, said = NAMES[name]
    scratch.commit("before")
    scratch.write("inv/a.yaml", firewalls(path))
    for file in (scratch.root / "inv").glob("*.yaml"):
        if file.name != "a.yaml":
            file.unlink()
    scratch.commit("a name")
    for words in (
        ("audit", "--details", "inv", *DAY),
        ("gate", "--details", "inv", "--base", "HEAD", *DAY),
    ):
        ran = soccheck(*words, cwd=scratch.root)
        assert (ran.code, ran.out) == (2, ""), ran.err
        assert AT in ran.err
        assert said in ran.err
        assert "Traceback" not in ran.err
        assert len(ran.err) < 2000


def test_a_long_name_on_the_command_line_is_a_usage_error(tmp_path: Path) -> None:
    for name in ("a" * 300, "a/" * 3000):
        ran = soccheck("firewall", "show", name, cwd=tmp_path)
        assert (ran.code, ran.out) == (2, "")
        assert "cannot be read: File name too long" in ran.err


# -- how often, and how much -----------------------------------------------------------------------


class Counting(Memory):
    """Counts how often each file is read."""

    def __init__(self, contents: dict[str, bytes]) -> None:
        super().__init__(contents)
        self.reads: list[str] = []

    def read(self, entry: Entry, limit: int | None = None) -> bytes | Fault:
        self.reads.append(entry.name)
        return super().read(entry, limit)


def test_a_file_belongs_to_one_device_and_is_read_once() -> None:
    paths = ("rules", "rules/four", "./rules", "rules/", "rules//four")
    held = Counting({"a.yaml": firewalls(*paths).encode(), "rules/four": save().encode()})
    with pytest.raises(InputError) as caught:
        inventory.read(held, "inv")
    assert held.reads.count("rules/four") == 1
    said = str(caught.value)
    for line in range(7, 6 + len(paths)):
        assert f"a.yaml:{line}:37: firewall.ruleset: " in said
    assert said.count("rules/four is the ruleset of 'fw0' already: inv/a.yaml:6:3") >= 2
    assert "inv/a.yaml:6:37" not in said
    assert "give each device the file that was exported from it" in said


def test_a_device_that_took_the_place_of_another_may_have_its_ruleset() -> None:
    times = ("valid: {to: 2024-01-31}", "valid: {from: 2024-02-01}")
    text = BASE + "firewalls:\n"
    for number, valid in enumerate(times):
        text += f"  fw{number}: {{organization: o, firewall: {{ruleset: four}}, {valid}}}\n"
    held = Memory({"a.yaml": text.encode(), "four": save().encode()})
    assert len(inventory.read(held, "inv").configurations) == 2


def test_what_is_too_large_together_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rulesetfiles, "MAX_TOTAL", 1000)
    text = "x" * 400
    few = dict.fromkeys(("one", "two"), text)
    assert len(read(few, "one", "two").configurations) == 2
    held = Counting(
        {
            "a.yaml": firewalls("one", "two", "three", "four").encode(),
            **{name: text.encode() for name in ("one", "two", "three", "four")},
        }
    )
    with pytest.raises(InputError) as caught:
        inventory.read(held, "inv")
    assert "four" not in held.reads, "nothing more is read once the rest does not fit"
    said = str(caught.value)
    assert said.count("all rulesets together are too large") == 2
    assert "a.yaml:8:37: firewall.ruleset: three: with it, all rulesets together" in said
    assert "a.yaml:9:37: firewall.ruleset: four: with it, all rulesets together" in said


def test_a_file_too_large_is_not_read(monkeypatch: pytest.MonkeyPatch, scratch: Scratch) -> None:
    monkeypatch.setattr(rulesetfiles, "MAX_BYTES", 100)
    scratch.write("inv/big", "x" * 101)
    said = f"{AT}big: the file has 101 bytes, more than 100"

    def never(path: Path) -> bytes:
        raise AssertionError(path)

    with monkeypatch.context() as patched:
        patched.setattr(Path, "read_bytes", never)
        assert said in refused(Folder(scratch.root / "inv"), "big")
    assert said in refused({"big": "x" * 101}, "big")
    scratch.commit("big")
    with Repository(scratch.root, os.environ) as repository:
        tree = repository.tree(named(repository, "HEAD"), "inv")
        assert tree is not None
        assert said in refused(tree, "big")


# -- secrets ---------------------------------------------------------------------------------------

HARMLESS = [
    " set community 65000:1",
    "set policy-options community CUST members 65000:1",
    "    community CUST members [ 65000:1 ];",
    "ip community-list standard CUST permit 65000:1",
    " neighbor 192.0.2.1 send-community both",
    " set extcommunity rt 65000:1",
    "access-list 10 remark password reset portal",
    " 10 remark password reset portal",
    " remark secret santa",
    " description password reset portal",
    "    description password reset portal;",
    'set applications application p description "password reset portal"',
    '-A INPUT -m comment --comment "community wifi" -j ACCEPT',
    "-A INPUT -m comment --comment community -j ACCEPT",
    'tcp dport 443 accept comment "password reset portal"',
    '    set comment "password reset portal"',
    '    set comments "the secret garden"',
    'add action=accept chain=input comment="password reset portal"',
    "snmp-server community *** RO",
    "service password-encryption",
    "set security authentication-key-chains key-chain k key 1 secret ***",
    "set protocols ospf area 0 interface ge-0/0/1.0 authentication md5 1 key ***",
    "password encryption aes",
    "ntp server vrf M 10.1.0.5 key 1 prefer",
    "ntp server 10.1.0.5 key 1 source inside",
    "ntp authentication-key 1 md5 *** 7",
    "enable secret level 5 5 ***",
    "set system login password minimum-length 12",
    "set system login password change-type set-transitions",
    "set system login password format sha512",
    "set system authentication-order [ tacplus password ]",
]
SECRET = [
    "snmp-server community S3CRET RO 10",
    "snmp-server host inside 192.0.2.1 community S3CRET version 2c",
    "set snmp community S3CRET authorization read-only",
    "snmp community S3CRET",
    "    community S3CRET {",
    "enable secret 5 S3CRET",
    " neighbor 192.0.2.1 password 7 S3CRET",
    "set security ike policy p pre-shared-key ascii-text S3CRET",
    "    set psksecret ENC S3CRET",
    "tacacs-server key 7 S3CRET",
    " key-string S3CRET",
    "ntp authentication-key 1 md5 S3CRET 7",
    "enable secret level 5 5 S3CRET",
    "tacacs-server key 7 S3CRET",
    "set protocols ospf area 0 interface ge-0/0/1.0 authentication md5 1 key S3CRET",
    "set security authentication-key-chains key-chain k key 1 secret S3CRET",
    'add comment=guest password=S3CRET name="x"',
    'add comment="password reset" password=S3CRET',
    "    set comment 'x' ; set password S3CRET",
    "set system login user u authentication encrypted-password S3CRET",
    "set system login password minimum-S3CRET 12 x",
    "username u privilege 15 secret 9 S3CRET",
    "crypto isakmp key S3CRET address 192.0.2.1",
    "-----BEGIN RSA PRIVATE KEY-----",
]


@pytest.mark.parametrize("line", HARMLESS)
def test_what_is_no_secret_is_not_refused(line: str) -> None:
    assert read({"fw": f"hostname x\n{line}\nend\n"}, "fw").configurations["fw0"].texts


@pytest.mark.parametrize("line", SECRET)
def test_a_secret_is_refused_with_its_line_and_not_repeated(line: str) -> None:
    said = refused({"fw": f"hostname x\n{line}\nend\n"}, "fw")
    assert f"{AT}fw: line 2 holds what looks like a secret\n  hint: put three stars" in said
    assert "S3CRET" not in said
    assert "S3CRET" not in masked(line)


@pytest.mark.parametrize(
    "piece",
    ["snmp ", "comment ", 'comment "', "comment '", "remark ", "description ", "community "],
)
def test_looking_for_secrets_ends_whatever_is_written(piece: str) -> None:
    """With a pattern that goes back over the whole line, this would take hours."""
    assert rulesetfiles._secrets("fw", piece * 100_000) is not None
