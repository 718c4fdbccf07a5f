"""Facts of rulesets as evidence: of a bundle's raw answers, and of the files an inventory names."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from soccheck import audit
from soccheck.assess.evidence import View, World
from soccheck.bundle import bundle as evidence
from soccheck.facts.catalogue import RULESET
from soccheck.firewall import machines
from soccheck.firewall.from_bundle import configuration
from soccheck.firewall.learn import learn
from soccheck.inventory import load as inventory
from soccheck.model import Basis, Evidence, Inventory
from soccheck.probes.base import Answer
from soccheck.sources.files import FOLDER, LINK, Folder, Memory
from tests.cli.run import soccheck
from tests.firewall.gathering import around, entry, gathered
from tests.firewall.make import save

UFW = Path(__file__).parent / "cases" / "linux" / "ufw"
TCP = "-p tcp -m tcp"
NFT = '{"nftables": [{"metainfo": {"version": "1.0.6"}}]}'


def ufw(**more: str) -> dict[str, str]:
    """Return the listings of a real machine with ufw."""
    names = {
        "iptables": "ufw.iptables-save",
        "ip6tables": "ufw.ip6tables-save",
        "nft": "ufw.nft.json",
    }
    texts = {ask: (UFW / name).read_text(encoding="utf-8") for ask, name in names.items()}
    return {**texts, **around("198.51.100.1", "2001:db8::1"), **more}


def iptables(*rules: str, six: tuple[str, ...] = (), **options: Any) -> dict[str, str]:
    four, other = save(*rules, **options), save(*six, **options, v6=True)
    return {"nft": NFT, "iptables": four, "ip6tables": other, **around("198.51.100.1")}


def of_hosts(folder: Path, names: list[str], more: str = "") -> Inventory:
    folder.mkdir(exist_ok=True)
    text = "authority: {stated: 2026-08-20}\norganizations:\n  o: {type: office, tier: province}\n"
    text += (
        more + "hosts:\n" + "".join(f"  {n}: {{organization: o, role: server}}\n" for n in names)
    )
    (folder / "a.yaml").write_text(text, encoding="utf-8")
    return inventory.load(folder, folder.name)


def learnt(
    folder: Path, machines: Mapping[str, Mapping[str, str | Answer]], more: str = ""
) -> dict[str, dict[str, Evidence]]:
    """Return what the bundle of some hosts tells: the evidence that decides each fact."""
    loaded = of_hosts(folder, list(machines), more)
    bundle = gathered(loaded, {name: entry(name, texts) for name, texts in machines.items()})
    found = audit.take(bundle, loaded).answers
    return {name: {f: e[-1] for f, e in facts.items()} for name, facts in found.items()}


def test_the_raw_ruleset_of_a_machine_tells_what_is_open(tmp_path: Path) -> None:
    found = learnt(tmp_path / "i", {"web": ufw()})["web"]["firewall.open_ipv4"]
    assert found.value == ("tcp/22", "tcp/443", "udp/68", "udp/443")
    assert (found.basis, found.origin) == (Basis.OBSERVED, "firewall probe at ssh://web")
    assert str(found.shown[0]) == (
        "tcp/22: tcp 1.0.0.1:40000 -> 198.51.100.1:22 in eth0 to the host itself, iptables:104"
    )


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (
            {
                "iptables": Answer(
                    command="iptables-save -c",
                    state="denied",
                    exit=1,
                    error="Permission denied",
                )
            },
            "denied",
        ),
        (
            {"ip6tables": Answer(command="ip6tables-save", state="timeout")},
            "timeout",
        ),
        (
            {"nft": Answer(command="nft", state="too_large", output='{"nftables": [')},
            "too_large",
        ),
        ({"iptables": "*filter\n:INPUT DROP [0:0]\n-A INPUT -j"}, "unparsed"),
        ({"links": '[{"ifname": 1'}, "unparsed"),
    ],
)
def test_what_was_not_seen_whole_is_a_problem_of_every_fact(
    tmp_path: Path, change: dict[str, Any], code: str
) -> None:
    found = learnt(tmp_path / "i", {"web": {**ufw(), **change}})["web"]
    for name in RULESET:
        assert (found[name].value, found[name].problem) == (None, code), name


def test_an_unmodelled_match_is_undecided_with_its_text(tmp_path: Path) -> None:
    rule = "-A INPUT -m geoip --source-country VN -j DROP"
    texts = iptables(rule, six=(rule,), policy="ACCEPT")
    found = learnt(tmp_path / "i", {"web": texts})["web"]
    assert found["firewall.default_deny_input_ipv4"].problem == "undecided"
    assert found["firewall.open_ipv4"].value == ("maybe tcp/0-65535", "maybe udp/0-65535")
    assert "geoip" in str(found["firewall.open_ipv4"].shown[0])


def test_redacted_answers_leave_the_facts_unknown(tmp_path: Path) -> None:
    loaded = of_hosts(tmp_path / "i", ["web"])
    bundle = evidence.redact(gathered(loaded, {"web": entry("web", ufw())}))
    found = audit.take(bundle, loaded).answers["web"]["firewall.open_ipv4"][-1]
    assert found.problem == "not_collected"
    assert "redacted" in str(found.origin)


def test_an_empty_kernel_is_open_and_not_unknown(tmp_path: Path) -> None:
    texts = {"iptables": "", "ip6tables": "", "nft": NFT, **around("198.51.100.1")}
    found = learnt(tmp_path / "i", {"web": texts})["web"]
    assert found["firewall.open_ipv6"].value == ("tcp/0-65535", "udp/0-65535")
    assert found["firewall.default_deny_input_ipv4"].value is False


# -- shared rulesets -------------------------------------------------------------------------------


def test_machines_that_share_a_ruleset_are_analysed_once(tmp_path: Path) -> None:
    machines.read_rules.cache_clear()
    machines.analysed.cache_clear()
    counted = {
        f"web{n}": {
            **ufw(**around(f"198.51.100.{n}", f"2001:db8::{n}")),
            "iptables": ufw()["iptables"].replace("[0:0]", f"[{n}:{n * 60}]"),
        }
        for n in range(1, 21)
    }
    found = learnt(tmp_path / "i", counted)
    assert machines.read_rules.cache_info().misses == 1
    assert machines.analysed.cache_info().misses == 1
    for n in range(1, 21):
        (line,) = (
            s
            for s in map(str, found[f"web{n}"]["firewall.open_ipv6"].shown)
            if s.startswith("tcp/22")
        )
        assert f"-> [2001:db8::{n}]:22 " in line


RULES = st.lists(
    st.builds(
        "-A INPUT {} -p tcp -m tcp --dport {} -j {}".format,
        st.sampled_from(["", "-d 198.51.100.0/30", "-d 198.51.100.7/32", "! -d 198.51.100.4/31",
                         "-m addrtype --dst-type LOCAL", "-d 224.0.0.251/32", "-d 127.0.0.0/8"]),
        st.integers(20, 25),
        st.sampled_from(["ACCEPT", "DROP"]),
    ),
    min_size=1, max_size=4,
)  # fmt: skip


@given(RULES, st.lists(st.integers(0, 9), min_size=2, max_size=4, unique=True))
def test_sharing_an_analysis_changes_no_answer(rules: list[str], last: list[int]) -> None:
    """Each machine's facts are those it would have alone, whoever was analysed before it."""
    machines = [{**iptables(*rules), **around(f"198.51.100.{n}")} for n in last]
    together = [_alone(texts, clear=False) for texts in machines]
    alone = [_alone(texts, clear=True) for texts in machines]
    for one, other in zip(together, alone, strict=True):
        assert {n: (e.value, e.problem) for n, e in one.items()} == {
            n: (e.value, e.problem) for n, e in other.items()
        }


def _alone(texts: Mapping[str, str], *, clear: bool) -> Mapping[str, Evidence]:
    if clear:
        machines.analysed.cache_clear()
    held = configuration(entry("web", texts))
    assert held is not None
    loaded = inventory.read(Memory({"a.yaml": ONE.encode()}), "inv")
    found = learn({"web": held}, loaded, {})
    return {name: answers[-1] for name, answers in found["web"].items()}


ONE = """
authority: {stated: 2026-08-20}
organizations: {o: {type: office, tier: province}}
hosts: {web: {organization: o, role: server}}
"""

# -- beside the probe's own reading -----------------------------------------------------------------


def test_an_accept_of_everything_is_told_from_a_policy_that_accepts(tmp_path: Path) -> None:
    """An accept of everything denies nothing by default, though no packet reaches the policy."""
    texts = iptables("-A INPUT -j ACCEPT", six=("-A INPUT -j ACCEPT",))
    found = learnt(tmp_path / "i", {"web": texts})["web"]
    assert found["firewall.default_inbound"].value == "allow"
    assert found["firewall.default_deny_input_ipv4"].value is True
    assert found["firewall.any_any_rules"].value == 2
    logged = iptables(
        "-A INPUT -j LOG", "-A FORWARD -j LOG", six=("-A INPUT -j LOG", "-A FORWARD -j LOG")
    )
    assert learnt(tmp_path / "j", {"web": logged})["web"]["firewall.logs_denied"].value is True


# -- devices, and files the inventory names ---------------------------------------------------------

FORTIGATE = Path(__file__).parent / "cases" / "fortios" / "branch" / "fortigate.conf"
FIREWALLS = """
authority: {stated: 2026-08-20}
organizations: {o: {type: office, tier: province}}
networks:
  qt: {organization: o, type: management, prefixes: [203.0.113.0/24]}
firewalls:
  fw: {organization: o, vendor: fortinet, firewall: {default_inbound: allow%s}}
"""


def test_a_device_is_judged_by_its_configuration() -> None:
    loaded = inventory.read(Memory({"a.yaml": (FIREWALLS % "").encode()}), "inv")
    texts = {"show": FORTIGATE.read_text(encoding="utf-8")}
    made = entry("fw", texts, kind="firewall", platform="fortinet", probe="configuration")
    found = audit.take(gathered(loaded, {"fw": made}), loaded).answers["fw"]
    assert found["firewall.open_ipv4"][-1].value == (
        "tcp/443",
        "tcp/8080",
        "tcp/80",
        "maybe tcp/3389",
    )
    assert found["firewall.default_inbound"][-1].value == "deny"
    assert found["firewall.active"][-1].value is True
    cut = Answer(
        command="show full-configuration",
        state="too_large",
        output=texts["show"][:900],
    )
    made = entry("fw", {"show": cut}, kind="firewall", platform="fortinet", probe="configuration")
    found = audit.take(gathered(loaded, {"fw": made}), loaded).answers["fw"]
    assert {e[-1].problem for e in found.values()} == {"too_large"}


def test_an_exported_ruleset_is_imported_evidence_of_its_day() -> None:
    text = FIREWALLS % ", ruleset: fw.conf, exported: 2026-08-01"
    files = {"a.yaml": text.encode(), "fw.conf": FORTIGATE.read_bytes()}
    loaded = inventory.read(Memory(files), "inv")
    found = audit.learned(loaded.configurations, loaded, {})["fw"]["firewall.open_ipv4"][-1]
    assert found.value == ("tcp/443", "tcp/8080", "tcp/80", "maybe tcp/3389")
    assert (found.basis, found.when.date()) == (Basis.IMPORTED, date(2026, 8, 1))
    assert found.origin == "inv/fw.conf"
    assert "inv/fw.conf:129" in str(found.shown[0])


@pytest.mark.parametrize(
    ("text", "as_of", "value"),
    [
        # The bundle of the 15th is the newer from then on, and the export of the 1st before.
        (FORTIGATE.read_bytes(), date(2026, 8, 20), ("tcp/22",)),
        (
            FORTIGATE.read_bytes(),
            date(2026, 8, 10),
            ("tcp/443", "tcp/8080", "tcp/80", "maybe tcp/3389"),
        ),
        # The newer evidence decides where the older cannot be read, and where it can.
        (b"hello", date(2026, 8, 20), ("tcp/22",)),
        (b"hello", date(2026, 8, 10), None),
    ],
)
def test_of_one_basis_the_freshest_decides(
    text: bytes, as_of: date, value: tuple[str, ...] | None
) -> None:
    written = (FIREWALLS % ", ruleset: fw.conf, exported: 2026-08-01").encode()
    loaded = inventory.read(Memory({"a.yaml": written, "fw.conf": text}), "inv")
    newer = datetime(2026, 8, 15, 9, tzinfo=UTC)
    known = {
        "firewall.open_ipv4": [
            Evidence(value=("tcp/22",), basis=Basis.IMPORTED, when=newer, origin="console")
        ],
        "firewall.active": [
            Evidence(value=False, basis=Basis.IMPORTED, when=newer, origin="console")
        ],
    }
    world = World(loaded, audit.learned(loaded.configurations, loaded, {"fw": known}), as_of)
    view = View(world, (Basis.OBSERVED, Basis.IMPORTED), None)
    fw = loaded.assets["firewall"]["fw"]
    assert view.choose(fw, "firewall.open_ipv4").value == value
    active = None if value is None else value != ("tcp/22",)
    assert view.choose(fw, "firewall.active").value is active


def test_a_newer_export_takes_nothing_from_older_evidence() -> None:
    """Neither its word nor, where it cannot be read, its silence: what was true then may not be now."""
    older = datetime(2026, 7, 1, tzinfo=UTC)
    known = {
        "firewall.open_ipv4": [
            Evidence(value=(), basis=Basis.IMPORTED, when=older, origin="console")
        ],
        "firewall.active": [
            Evidence(value=False, basis=Basis.IMPORTED, when=older, origin="console")
        ],
    }
    for text, active, problem in ((FORTIGATE.read_bytes(), True, None), (b"hi", None, "unparsed")):
        written = (FIREWALLS % ", ruleset: fw.conf, exported: 2026-08-01").encode()
        loaded = inventory.read(Memory({"a.yaml": written, "fw.conf": text}), "inv")
        world = World(
            loaded, audit.learned(loaded.configurations, loaded, {"fw": known}), date(2026, 8, 20)
        )
        view = View(world, (Basis.OBSERVED, Basis.IMPORTED), None)
        fw = loaded.assets["firewall"]["fw"]
        assert view.choose(fw, "firewall.active").value is active
        chosen = view.choose(fw, "firewall.open_ipv4")
        assert chosen.value != ()
        assert (chosen.reason if active is None else None) == problem


def test_the_digest_covers_the_rulesets() -> None:
    text = FIREWALLS % ", ruleset: rules"
    files = {"a.yaml": text.encode(), "rules/four": save().encode()}
    one = inventory.read(Memory(files), "inv")
    assert one.digest == inventory.read(Memory(dict(files)), "inv").digest
    files["rules/four"] = save("-A INPUT -j ACCEPT").encode()
    assert one.digest != inventory.read(Memory(files), "inv").digest
    files["rules/six"] = save(v6=True).encode()
    assert len(inventory.read(Memory(files), "inv").configurations["fw"].texts) == 2


def test_files_are_found_by_name_and_links_are_not_followed(tmp_path: Path) -> None:
    (tmp_path / "rules" / "below").mkdir(parents=True)
    for name in ("rules/a", "rules/.hidden", "rules/below/b", "c"):
        (tmp_path / name).write_text("x", encoding="utf-8")
    (tmp_path / "rules" / "l").symlink_to(tmp_path / "c")
    (tmp_path / "linked").symlink_to(tmp_path / "rules")
    found = Folder(tmp_path)
    assert [e.name for e in found.named("rules")] == ["rules/a", "rules/below", "rules/l"]
    assert found.named("rules")[1].fault == FOLDER
    assert [e.name for e in found.named("c")] == ["c"]
    assert found.named("rules")[2].fault == LINK
    assert all(e.fault for e in found.named("linked/a"))
    assert found.named("../c") == found.named("/etc/hostname") == found.named("none") == []


def test_an_audit_without_rulesets_does_not_load_the_engine() -> None:
    code = (
        "import sys\nfrom soccheck.cli import command_line\n"
        "command_line(['audit', 'inventories/an-giang', '--as-of', '2024-06-30', '--output', '/dev/null'])\n"
        "print(sorted(m for m in sys.modules if m == 'oxidd' or m.startswith('soccheck.firewall')))"
    )
    done = soccheck(code=code)
    assert done.out.strip() == "[]"
