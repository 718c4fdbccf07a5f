"""A ruleset belongs to one device, whatever a copy of its file was made to look like."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from soccheck import audit
from soccheck.bundle import bundle as evidence
from soccheck.firewall.copies import without_copies
from soccheck.inventory import load as inventory
from soccheck.sources.files import Memory
from tests.bundles import sealed
from tests.cli.run import inside
from tests.firewall.gathering import WHEN, entry
from tests.firewall.make import save
from tests.kit import BASE, read_yaml

FOLDER = Path(__file__).parent
TEXTS: dict[str, Callable[[str], str]] = {
    "the same": lambda text: text,
    "lines of Windows": lambda text: text.replace("\n", "\r\n"),
    "blank lines": lambda text: re.sub(r"(?<!\\)\n", "\n\n", text),
    "blanks at the ends": lambda text: text.replace("\n", "  \n"),
    "a mark of UTF-8": lambda text: "\ufeff" + text,
    "nothing after the last line": str.rstrip,
}
"""What may be done to the text of any copy."""


def told(*texts: str, stated: str = "", valid: tuple[str, ...] = ()) -> list[str | None]:
    """Return the problem of each of some firewalls, each with its file."""
    body = "".join(
        f"  fw{n}: {{organization: o, firewall: {{ruleset: file{n}{stated}}}"
        f"{valid[n] if valid else ''}}}\n"
        for n in range(len(texts))
    )
    held = {f"file{n}": text.encode() for n, text in enumerate(texts)}
    found = inventory.read(Memory({"a.yaml": f"{BASE}firewalls:\n{body}".encode(), **held}), "inv")
    marked = without_copies(found.configurations, found)
    problems = [marked[f"fw{n}"].problem for n in range(len(texts))]
    return [problem and problem[0] for problem in problems]


def changed(text: str, changes: dict[str, str]) -> str:
    for pattern, new in changes.items():
        text, found = re.subn(pattern, new, text, flags=re.MULTILINE)
        assert found, pattern
    return text


def cases(what: str) -> Iterator[Any]:
    for path in sorted((FOLDER / "copies").glob("*.yaml")):
        data = read_yaml(path.read_text("utf-8"))
        text = (FOLDER / "cases" / data["of"]).read_text("utf-8")
        for name, changes in data.get(what, {}).items():
            yield pytest.param(text, changed(text, changes), id=f"{path.stem}: {name}")


def texts() -> Iterator[Any]:
    for path in sorted((FOLDER / "copies").glob("*.yaml")):
        text = (FOLDER / "cases" / read_yaml(path.read_text("utf-8"))["of"]).read_text("utf-8")
        for name, change in TEXTS.items():
            yield pytest.param(text, change(text), id=f"{path.stem}: {name}")


COPY: list[str | None] = ["same_ruleset"] * 2
NONE: list[str | None] = [None] * 2


@pytest.mark.parametrize(("one", "other"), [*cases("copies"), *texts()])
def test_a_copy_proves_nothing_of_either_device(one: str, other: str) -> None:
    assert told(one, other) == COPY


@pytest.mark.parametrize(("one", "other"), [*cases("others")])
def test_another_devices_ruleset_is_no_copy(one: str, other: str) -> None:
    assert told(one, other) == NONE


# -- who may have what another has ----------------------------------------------------------------

BOX = """/ip address
add address=192.168.88.1/24 interface=bridge
/ip firewall filter
add action=drop chain=input dst-port=22 protocol=tcp
add action=drop chain=input dst-port=23 protocol=tcp
add action=drop chain=input dst-port=80 protocol=tcp
"""


def test_an_address_that_every_site_may_have_is_no_sign_without_the_rules() -> None:
    others = BOX.replace("=22 ", "=8291 ").replace("=80 ", "=443 ")
    assert told(BOX, others) == NONE
    assert told(BOX, BOX.replace("=80 ", "=443 ")) == NONE
    assert told(BOX, BOX + "add action=drop chain=input dst-port=443 protocol=tcp\n") == COPY


def test_an_address_that_one_device_has_at_a_time_is_enough() -> None:
    others = BOX.replace("=22 ", "=8291 ").replace("=23 ", "=21 ").replace("=80 ", "=443 ")
    assert told(*(text.replace("192.168.88.1", "203.0.113.1") for text in (BOX, others))) == COPY


def test_addresses_that_every_device_has_are_no_sign() -> None:
    others = BOX.replace("=22 ", "=8291 ")
    assert told(*(t.replace("192.168.88.1/24", "169.254.1.1/16") for t in (BOX, others))) == NONE


def test_a_cluster_has_one_ruleset_where_each_of_it_states_that() -> None:
    assert told(save(), save(), stated=", ruleset_shared: true") == NONE
    assert told(save(), save(), stated=", ruleset_shared: false") == COPY


def test_who_states_nothing_is_doubted_beside_one_that_states_to_share() -> None:
    body = "".join(
        f"  fw{n}: {{organization: o, firewall: {{ruleset: file{n}{stated}}}}}\n"
        for n, stated in enumerate((", ruleset_shared: true", ""))
    )
    held = {name: save().encode() for name in ("file0", "file1")}
    found = inventory.read(Memory({"a.yaml": f"{BASE}firewalls:\n{body}".encode(), **held}), "inv")
    marked = without_copies(found.configurations, found)
    assert (marked["fw0"].problem, marked["fw0"].origin) == (
        None,
        "inv/file0 (ruleset_shared: fw1)",
    )
    assert marked["fw1"].problem == ("same_ruleset", "fw0")


def test_a_device_that_took_the_place_of_another_may_have_its_ruleset() -> None:
    times = (", valid: {to: 2024-01-31}", ", valid: {from: 2024-02-01}")
    assert told(save(), save(), valid=times) == NONE


def asked(
    kinds: dict[str, str], files: dict[str, str], stated: str = ""
) -> dict[str, tuple[object, str | None]]:
    """Return what is known of the default of fw0 and fw1: asked under a kind of key, or given as files."""
    body = "".join(
        f"  fw{n}: {{organization: o, firewall: {{untrusted: [bridge]{stated}"
        f"{f', ruleset: file{n}' if f'fw{n}' in files else ''}}}}}\n"
        for n in range(2)
    )
    held = {f"file{name[-1]}": text.encode() for name, text in files.items()}
    loaded = inventory.read(Memory({"a.yaml": f"{BASE}firewalls:\n{body}".encode(), **held}), "inv")
    one = {"kind": "firewall", "platform": "mikrotik", "probe": "configuration"}
    entries = {
        name: entry(name, {"show": BOX}, **one) | {"host_key_type": kind}
        for name, kind in kinds.items()
    }
    at = evidence.moment(WHEN)
    found = audit.take(sealed(loaded, entries, at, at), loaded)
    learnt = audit.learned(loaded.configurations, loaded, found.answers, found.rulesets)
    last = {name: learnt[name]["firewall.default_inbound"][-1] for name in ("fw0", "fw1")}
    return {name: (told.value, told.problem) for name, told in last.items()}


KNOWN = ("allow", None)


def test_a_file_that_says_what_another_device_answered_is_a_copy() -> None:
    """The device that was asked has what is its own; whoever hands in its text for another proves nothing."""
    found = asked({"fw0": "ssh-rsa"}, {"fw1": BOX})
    assert found == {"fw0": KNOWN, "fw1": (None, "same_ruleset")}
    shared = asked({"fw0": "ssh-rsa"}, {"fw1": BOX}, ", ruleset_shared: true")
    assert shared == {"fw0": KNOWN, "fw1": KNOWN}
    assert asked({"fw0": "ssh-rsa", "fw1": "ssh-rsa"}, {"fw0": BOX})["fw0"] == (
        None,
        "same_ruleset",
    )


def test_one_device_that_showed_two_kinds_of_key_is_one() -> None:
    """Two keys of one kind are two devices', as of a cluster; of two kinds they may be one device's."""
    both = {"fw0": "ssh-rsa", "fw1": "ssh-ed25519"}
    assert asked(both, {}) == dict.fromkeys(both, (None, "same_machine"))
    assert asked(both, {}, ", ruleset_shared: true") == dict.fromkeys(both, KNOWN)
    assert asked(dict.fromkeys(both, "ssh-rsa"), {}) == dict.fromkeys(both, KNOWN)


def test_what_does_nothing_is_nobodys_in_particular() -> None:
    nothing = "*filter\n:INPUT ACCEPT [0:0]\n:FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\nCOMMIT\n"
    assert told(nothing, nothing) == NONE


def test_what_cannot_be_read_proves_nothing_and_is_not_compared() -> None:
    assert told("nobody knows this\n", "nobody knows this\n") == NONE


def test_all_that_are_alike_are_named_but_not_more_than_a_few() -> None:
    body = "".join(f"  fw{n}: {{organization: o, firewall: {{ruleset: f{n}}}}}\n" for n in range(6))
    held = {f"f{n}": save().encode() for n in range(6)}
    found = inventory.read(Memory({"a.yaml": f"{BASE}firewalls:\n{body}".encode(), **held}), "inv")
    marked = without_copies(found.configurations, found)
    assert marked["fw0"].problem == ("same_ruleset", "fw1, fw2, fw3")


def test_what_a_copy_would_show_is_unknown_and_says_what_to_write(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "inv").mkdir()
    body = "".join(f"  fw{n}: {{organization: o, firewall: {{ruleset: f{n}}}}}\n" for n in range(2))
    (tmp_path / "inv/a.yaml").write_text(f"{BASE}firewalls:\n{body}", encoding="utf-8")
    for name in ("f0", "f1"):
        (tmp_path / "inv" / name).write_text(save(), encoding="utf-8")
    words = ("audit", "--details", "inv", "--as-of", "2024-06-30", "--policy", "firewall")
    found = inside(capsys, *words, "--lang", "en")
    assert found.code in (1, 3), found.err
    said = " ".join(found.out.split())
    assert "the ruleset is another asset's, too: inv/f0: fw1;" in said
    assert "ruleset_shared: true" in said
    checked = inside(capsys, "validate", "inv", "--lang", "en")
    assert "it is that of fw1, too" in " ".join(checked.err.split())
    asked = inside(capsys, "firewall", "show", "fw0", "--inventory", "inv", "--lang", "en")
    assert asked.out == "unknown: it is the ruleset of another asset, too: fw1\n"
