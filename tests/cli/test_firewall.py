"""`soccheck firewall`, run as a user runs it: what is printed, and every exit code."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from soccheck.bundle import bundle as evidence
from soccheck.probes.base import Answer
from tests.firewall.gathering import around, entry, gathered
from tests.firewall.make import save
from tests.scratch import soccheck

CASES = Path(__file__).parents[1] / "firewall" / "cases"
TCP = "-p tcp -m tcp"


def run(*words: str | Path) -> subprocess.CompletedProcess[str]:
    return soccheck("firewall", *(str(word) for word in words), cwd=Path.cwd())


@pytest.fixture
def host(tmp_path: Path) -> Path:
    folder = tmp_path / "host"
    folder.mkdir()
    for name, six in (("four", False), ("six", True)):
        rules = [
            f"-A INPUT {TCP} --dport 22 -j ACCEPT",
            "-A INPUT -m geoip --cc VN -p udp -j ACCEPT",
        ]
        (folder / name).write_text(save(*rules, v6=six), encoding="utf-8")
    return folder


def test_yes_is_exit_1_with_packet_and_rule(host: Path) -> None:
    done = run("ask", host, "tcp/22 from internet")
    assert done.returncode == 1
    assert "IPv4  yes      tcp/22 from internet" in done.stdout
    assert "IPv6  yes      tcp/22 from internet" in done.stdout
    assert "packet: tcp 1.0.0.1:40000 -> 192.0.2.10:22" in done.stdout
    assert "--dport 22 -j ACCEPT" in done.stdout.replace("\n        ", " ")
    assert max(map(len, done.stdout.splitlines())) <= 80 or str(host) in done.stdout


def test_no_is_exit_0(host: Path) -> None:
    done = run("ask", host, "tcp/23 from internet")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.count("no       tcp/23 from internet") == 2
    assert done.stdout.count("proof:") == 2


def test_unknown_is_exit_3_and_names_the_match(host: Path) -> None:
    done = run("ask", host, "udp/53 from internet", "tcp/23 from internet")
    assert done.returncode == 3
    assert "not known:" in done.stdout
    assert "geoip" in done.stdout


def test_json_is_the_same_answer(host: Path) -> None:
    done = run("ask", "--json", host, "tcp/22 from internet over ipv6")
    (found,) = json.loads(done.stdout)
    assert (found["family"], found["answer"]) == (6, "yes")
    assert found["rules"][0]["where"].endswith("six:6")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["ask", "{host}", "tcp/x from internet"], "not a service"),
        (["ask", "{host}"], "QUESTION"),
        (["ask", "{host}/none", "tcp/1"], "cannot be read"),
        (["ask", "--vendor", "acme", "{host}", "tcp/1"], "no such vendor"),
        (["ask", "--zone", "x", "{host}", "tcp/1"], "not a zone"),
        (["ask", "{host}/empty", "tcp/1"], "no file in the folder"),
        (["ask", "{cases}/linux", "tcp/1"], "linux/docker: a folder in a folder is not read"),
        (["show", "{host}/inventory"], "name a firewall or host of it: ID --inventory"),
        (["show", "{cases}/pf/bomb/config.xml"], "DTD or entities"),
        (["lint", "{cases}/fortios/cycle/fortigate.conf"], "fortigate.conf:5"),
        (["diff", "{host}", "{cases}/asa/cut/asa.cfg"], "asa.cfg:51"),
        (["ask", "--inventory", "{cases}", "fw", "tcp/1"], ""),
    ],
)
def test_what_cannot_be_trusted_is_exit_2(host: Path, words: list[str], message: str) -> None:
    if "{host}/empty" in words:
        (host / "empty").mkdir()
    if "{host}/inventory" in words:
        (host / "inventory").mkdir()
        (host / "inventory/authority.yaml").touch()
    done = run(*(w.format(host=host, cases=CASES) for w in words))
    assert done.returncode == 2
    assert message in done.stderr.replace("\n", " ")
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


def test_lint_fails_on_errors_only(tmp_path: Path) -> None:
    file = tmp_path / "rules"
    file.write_text(save(f"-A INPUT {TCP} --dport 22 -j ACCEPT"), encoding="utf-8")
    done = run("lint", file)
    assert (done.returncode, done.stdout) == (
        0,
        "0 findings, 1 of severity info not shown (--all)\n",
    )
    assert "undescribed" in run("lint", "--all", file).stdout
    file.write_text(save("-A INPUT -j DROP", "-A INPUT -s 10.0.0.1/32 -j ACCEPT"), encoding="utf-8")
    done = run("lint", file)
    assert done.returncode == 1
    assert f"{file}\nline 7: error: contradicted by line 6\n" in done.stdout
    rows = json.loads(run("lint", "--json", file).stdout)
    assert {"contradicted", "undescribed"} <= {r["kind"] for r in rows}


def test_diff_gates_what_was_opened(tmp_path: Path) -> None:
    old, new = tmp_path / "old", tmp_path / "new"
    old.write_text(save(f"-A INPUT {TCP} --dport 22 -j ACCEPT"), encoding="utf-8")
    new.write_text(save(f"-A INPUT {TCP} --dport 22:23 -j ACCEPT"), encoding="utf-8")
    done = run("diff", old, new)
    assert done.returncode == 0
    assert done.stdout == (
        f"{old} -> {new}\nIPv4  opened\n  telnet (tcp/23): any interface -> the device itself\n"
        "(--details shows packets, and the rule that decides each)\n"
    )
    whole = run("diff", old, new, "--details").stdout
    assert "IPv4  opened: tcp/23 from any to any (the host itself)" in whole
    assert "line 6: -A INPUT -p tcp" in whole
    rows = json.loads(run("diff", old, new, "--json").stdout)
    assert [row["kind"] for row in rows["summary"]] == ["opened"]
    assert run("diff", old, new, "--fail-on", "opened").returncode == 1
    assert run("diff", new, old, "--fail-on", "opened").returncode == 0
    assert run("diff", new, old, "--fail-on", "closed").returncode == 1
    same = run("diff", old, old, "--fail-on", "any")
    assert same.returncode == 0
    assert same.stdout.endswith("\nno difference in the traffic let through\n")
    assert str(old) in same.stdout


FORTIGATE = CASES / "fortios/branch/fortigate.conf"


@pytest.fixture
def changed(tmp_path: Path) -> Path:
    """Return a FortiGate with SSH on its outside, RDP open to all and one publication less."""
    text = FORTIGATE.read_text(encoding="utf-8")
    for before, after in (
        ("set allowaccess ping https\n", "set allowaccess ping https ssh\n"),
        ('set srcaddr "vn"', 'set srcaddr "all"'),
        ('set name "publish web"', "set status disable"),
    ):
        assert before in text
        text = text.replace(before, after)
    place = tmp_path / "new.conf"
    place.write_text(text, encoding="utf-8")
    return place


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        (
            "en",
            """IPv4  opened
  ssh (tcp/22): wan1 -> the device itself, from 203.0.113.0/28, to 198.51.100.2
IPv4  perhaps opened
  ssh (tcp/22): inside -> the device itself, from 203.0.113.0/28, to
    198.51.100.2
  ssh (tcp/22): wan1 -> the device itself, from 203.0.113.0/28, to any but
    10.1.0.1,10.2.0.1,198.51.100.2,198.51.100.5-198.51.100.6
  rdp (tcp/3389): wan1 -> internal, to 10.1.0.0/24
IPv4  closed
  http-alt (tcp/8080): wan1 -> the device itself, to 198.51.100.3
  http-alt (tcp/8080): wan1 -> any interface, to 198.51.100.3
IPv4  not known, neither before nor now
  udp,icmpv6,other protocols, icmp/0-7,9-255, tcp/0-79, tcp/81-8442,
    tcp/8444-65535: dmz -> the device itself, to 198.51.100.5-198.51.100.6
  icmp/8, http (tcp/80), tcp/8443: dmz -> the device itself, to
    198.51.100.2,198.51.100.5-198.51.100.6
  udp,icmpv6,other protocols, icmp/0-7,9-255, tcp/0-21, tcp/23-79, tcp/81-8442,
    tcp/8444-65535: internal -> the device itself, to 198.51.100.5-198.51.100.6
  icmp/8, tcp/8443: internal -> the device itself, to any but 10.1.0.1,10.2.0.1
  ssh (tcp/22): internal -> the device itself, to any but
    10.1.0.1,10.2.0.1,198.51.100.2
  http (tcp/80): internal -> the device itself, to any but 10.2.0.1
  icmp/8: wan1 -> the device itself, from 203.0.113.0/28, to any but
    10.2.0.1,198.51.100.2,198.51.100.5-198.51.100.6
  http (tcp/80): wan1 -> the device itself, from 203.0.113.0/28, to any but
    10.1.0.1,10.2.0.1,198.51.100.5-198.51.100.6
  tcp/8443: wan1 -> the device itself, from 203.0.113.0/28, to any but
    10.1.0.1,10.2.0.1,198.51.100.2,198.51.100.5-198.51.100.6
  everything: inside -> any interface
IPv6  not known, neither before nor now
  ssh (tcp/22), icmpv6/128: wan1 -> the device itself, to any but 2001:db8:1::2
  everything: dmz -> dmz
  everything: internal -> internal
(--details shows packets, and the rule that decides each)
""",
        ),
        (
            "vi",
            """IPv4  mở ra
  ssh (tcp/22): wan1 -> chính thiết bị, từ 203.0.113.0/28, đến 198.51.100.2
IPv4  có thể mở ra
  ssh (tcp/22): inside -> chính thiết bị, từ 203.0.113.0/28, đến 198.51.100.2
  ssh (tcp/22): wan1 -> chính thiết bị, từ 203.0.113.0/28, đến mọi địa chỉ trừ
    10.1.0.1,10.2.0.1,198.51.100.2,198.51.100.5-198.51.100.6
  rdp (tcp/3389): wan1 -> internal, đến 10.1.0.0/24
IPv4  đóng lại
  http-alt (tcp/8080): wan1 -> chính thiết bị, đến 198.51.100.3
  http-alt (tcp/8080): wan1 -> giao diện bất kỳ, đến 198.51.100.3
IPv4  chưa xác định, cả trước lẫn sau thay đổi
  udp,icmpv6,các giao thức khác, icmp/0-7,9-255, tcp/0-79, tcp/81-8442,
    tcp/8444-65535: dmz -> chính thiết bị, đến 198.51.100.5-198.51.100.6
  icmp/8, http (tcp/80), tcp/8443: dmz -> chính thiết bị, đến
    198.51.100.2,198.51.100.5-198.51.100.6
  udp,icmpv6,các giao thức khác, icmp/0-7,9-255, tcp/0-21, tcp/23-79,
    tcp/81-8442, tcp/8444-65535: internal -> chính thiết bị, đến
    198.51.100.5-198.51.100.6
  icmp/8, tcp/8443: internal -> chính thiết bị, đến mọi địa chỉ trừ
    10.1.0.1,10.2.0.1
  ssh (tcp/22): internal -> chính thiết bị, đến mọi địa chỉ trừ
    10.1.0.1,10.2.0.1,198.51.100.2
  http (tcp/80): internal -> chính thiết bị, đến mọi địa chỉ trừ 10.2.0.1
  icmp/8: wan1 -> chính thiết bị, từ 203.0.113.0/28, đến mọi địa chỉ trừ
    10.2.0.1,198.51.100.2,198.51.100.5-198.51.100.6
  http (tcp/80): wan1 -> chính thiết bị, từ 203.0.113.0/28, đến mọi địa chỉ trừ
    10.1.0.1,10.2.0.1,198.51.100.5-198.51.100.6
  tcp/8443: wan1 -> chính thiết bị, từ 203.0.113.0/28, đến mọi địa chỉ trừ
    10.1.0.1,10.2.0.1,198.51.100.2,198.51.100.5-198.51.100.6
  mọi dịch vụ: inside -> giao diện bất kỳ
IPv6  chưa xác định, cả trước lẫn sau thay đổi
  ssh (tcp/22), icmpv6/128: wan1 -> chính thiết bị, đến mọi địa chỉ trừ
    2001:db8:1::2
  mọi dịch vụ: dmz -> dmz
  mọi dịch vụ: internal -> internal
(--details: xem từng gói tin và luật quyết định nó)
""",
        ),
    ],
)
def test_diff_says_services_and_sides_first(changed: Path, language: str, expected: str) -> None:
    done = run("diff", FORTIGATE, changed, "--lang", language)
    assert done.returncode == 3  # what was unknown still is
    head, _, rest = done.stdout.partition("\n")
    assert head == f"{FORTIGATE} -> {changed}"
    assert rest == expected


def test_a_question_needs_no_quotes() -> None:
    done = run("ask", FORTIGATE, "ssh", "from", "Internet", "to", "host", "rdp from wan1")
    assert "IPv4  no       ssh from Internet to host (tcp/22)" in done.stdout
    assert "IPv4  unknown  rdp from wan1 (tcp/3389)" in done.stdout
    unclear = run("ask", FORTIGATE, "22", "from", "internet")
    assert unclear.returncode == 2
    assert "22: a port, or an IP protocol?" in unclear.stderr
    assert "write tcp/22, udp/22, any/22 or proto/22" in unclear.stderr


def test_show_lists_interfaces_chains_and_rules() -> None:
    lines = run("show", FORTIGATE, "--rules").stdout.splitlines()
    assert max(map(len, lines)) <= 80
    text = "\n".join(lines)
    assert text.startswith(f"{FORTIGATE}\nfortios, IPv4 and IPv6\n")
    assert "\n  internal: zone inside, 10.1.0.1\n" in text
    assert "\n  forward: 11 rules, forward, policy drop\n" in text
    assert 'service=HTTP action=accept "publish web"' in text
    assert text.count(str(FORTIGATE)) == 1
    assert "(--rules lists the rules)" in run("show", FORTIGATE).stdout


def test_show_prints_facts(host: Path) -> None:
    done = run("show", host)
    assert done.returncode == 0
    assert "default_deny_input_ipv6: yes" in done.stdout
    assert "open_ipv4: tcp/22" in done.stdout
    body = json.loads(run("show", "--json", host).stdout)
    assert body["facts"]["open_ipv6"]["value"] == ["tcp/22", "maybe udp/0-65535"]


def test_show_names_the_side_the_facts_are_judged_from(host: Path) -> None:
    (host / "links").write_text(around("198.51.100.1")["links"], encoding="utf-8")
    assert "untrusted side: any interface (which one leads out is not known)" in (
        run("show", host).stdout
    )
    assert "untrusted side: eth0\n" in run("show", host, "--internet", "eth0").stdout
    assert "phía không tin cậy: eth0\n" in (
        run("show", host, "--internet", "eth0", "--lang", "vi").stdout
    )
    done = run("show", host, "--internet", "Eth0")
    assert done.returncode == 2
    assert "untrusted side: no interface 'Eth0' that packets come in by" in done.stderr
    assert "hint: write it as the ruleset does" in done.stderr


def test_zones_of_the_command_line(host: Path) -> None:
    done = run("ask", host, "tcp/22 from office", "--zone", "office=10.0.0.0/8,eth1")
    assert done.returncode == 1
    assert "in eth1" in done.stdout


INVENTORY = """
authority: {stated: 2024-06-30, name: {vi: Tỉnh, en: Province}}
organizations:
  o: {type: office, tier: province}
networks:
  wan: {organization: o, type: internet, prefixes: [203.0.113.0/24], untrusted: true}
  qt: {organization: o, type: management, prefixes: [198.51.100.0/28]}
  lan: {organization: o, type: lan, prefixes: [192.0.2.0/24]}
firewalls:
  fw: {organization: o, firewall: {active: true, ruleset_shared: true, ruleset: rulesets/fw.v4}}
  net: {organization: o, firewall: {ruleset_shared: true, ruleset: rulesets/net.v4, admin_networks: [lan]}}
  range:
    organization: o
    firewall: {ruleset_shared: true, ruleset: rulesets/range.v4, admin_prefixes: [10.0.0.0/8]}
  none: {organization: o, firewall: {active: true}}
"""


@pytest.fixture
def inventory(tmp_path: Path, host: Path) -> Path:
    folder = tmp_path / "inventory"
    (folder / "rulesets").mkdir(parents=True)
    for name in ("fw", "net", "range"):
        rules = (host / "four").read_text(encoding="utf-8")
        (folder / "rulesets" / f"{name}.v4").write_text(rules, encoding="utf-8")
    (folder / "a.yaml").write_text(INVENTORY, encoding="utf-8")
    return folder


def test_an_asset_of_an_inventory(inventory: Path, host: Path) -> None:
    done = run("ask", "--inventory", inventory, "fw", "tcp/22 from wan", "tcp/22 from internet")
    assert done.returncode == 1, done.stderr
    assert "203.0.113." in done.stdout
    for asset, message in (("none", "names no ruleset"), ("gone", "no firewall or host")):
        refused = run("ask", "--inventory", inventory, asset, "tcp/22")
        assert refused.returncode == 2
        assert message in refused.stderr
    # The inventory's zones serve a file, too.
    done = run("ask", "--inventory", inventory, host / "four", "tcp/22 from lan over ipv4")
    assert "packet: tcp 192.0.2.1:40000 -> " in done.stdout


@pytest.mark.parametrize(
    ("asset", "source"), [("fw", "198.51.100."), ("net", "192.0.2."), ("range", "10.")]
)
def test_the_inventory_says_where_administrators_come_from(
    inventory: Path, asset: str, source: str
) -> None:
    """By the kind of network, by a network's name, by an address range."""
    done = run("ask", "--inventory", inventory, asset, "tcp/22 from admins over ipv4")
    assert f"packet: tcp {source}" in done.stdout


@pytest.mark.parametrize(
    ("place", "message"),
    [
        ("../host/four", "no ruleset '../host/four' in the inventory's folder"),
        ("rulesets/none", "no ruleset 'rulesets/none' in the inventory's folder"),
        ("link", "a link is not followed here"),
        ("rulesets/bytes", "not text"),
        ("rulesets/secret", "line 2 holds what looks like a secret"),
    ],
)
def test_a_ruleset_that_is_not_there_is_a_fault_of_the_inventory(
    inventory: Path, host: Path, place: str, message: str
) -> None:
    (inventory / "link").symlink_to(inventory / "rulesets" / "fw.v4")
    (inventory / "rulesets" / "bytes").write_bytes(b"\xff\x00\x81")
    (inventory / "rulesets" / "secret").write_text("hostname x\nenable secret 5 $1$abcd\n")
    text = INVENTORY.replace("ruleset: rulesets/fw.v4}", f"ruleset: {place}}}", 1)
    (inventory / "a.yaml").write_text(text, encoding="utf-8")
    refused = run("ask", "--inventory", inventory, "fw", "tcp/22")
    assert refused.returncode == 2
    assert "a.yaml:10:72: firewall.ruleset: " in refused.stderr
    assert message in refused.stderr.replace("\n", " ")


def test_control_characters_of_a_file_do_not_reach_the_terminal(tmp_path: Path) -> None:
    file = tmp_path / "rules"
    rule = '-A INPUT -m comment --comment "\x1b[31mred" -j ACCEPT'
    file.write_text(save(rule), encoding="utf-8")
    done = run("ask", file, "tcp/22")
    assert "\x1b" not in done.stdout + done.stderr
    assert "\\u001b" in done.stdout


# -- bundles ---------------------------------------------------------------------------------------


def machine(name: str, *rules: str) -> dict[str, object]:
    texts = {"iptables": save(*rules), "ip6tables": save(*rules, v6=True)}
    nft = '{"nftables": [{"metainfo": {"version": "1.0.6"}}]}'
    return entry(name, {**texts, "nft": nft, **around("198.51.100.1", "2001:db8::1")})


def written(file: Path, **machines: dict[str, object]) -> Path:
    file.write_bytes(evidence.dumps(gathered(None, machines)))
    return file


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    denied = Answer(command="iptables-save -c", state="denied", exit=1, error="Permission denied")
    return written(
        tmp_path / "evidence.json",
        open=machine("open", f"-A INPUT {TCP} --dport 22 -j ACCEPT"),
        closed=machine("closed"),
        lost=entry("lost", {"iptables": denied}),
    )


def test_every_machine_of_a_bundle_answers(bundle: Path) -> None:
    done = run("ask", bundle, "tcp/22 from internet over ipv4")
    assert done.returncode == 1
    parts = dict(p.split("\n", 1) for p in done.stdout.split("\n\n"))
    assert parts["open"].startswith("====\nIPv4  yes      tcp/22")
    assert "iptables:6: -A INPUT -p tcp" in parts["open"]
    assert "IPv4  no       tcp/22" in parts["closed"]
    assert "unknown: denied: iptables-save -c: Permission denied" in parts["lost"]
    for asset, code in (("open", 1), ("closed", 0), ("lost", 3)):
        one = run("ask", bundle, "tcp/22 from internet over ipv4", "--asset", asset)
        assert one.returncode == code
    rows = json.loads(run("ask", "--json", bundle, "tcp/22 from internet over ipv6").stdout)
    assert [(r["asset"], r["answer"]) for r in rows] == [
        ("closed", "no"), ("lost", "unknown"), ("open", "yes"),
    ]  # fmt: skip


def test_show_and_lint_of_a_bundle_say_what_could_not_be_read(bundle: Path) -> None:
    done = run("show", bundle)
    assert done.returncode == 3
    assert "open_ipv6: tcp/22" in done.stdout
    assert run("show", bundle, "--asset", "open").returncode == 0
    body = json.loads(run("show", "--json", bundle).stdout)
    assert [b["asset"] for b in body] == ["closed", "lost", "open"]
    assert body[1] == {"asset": "lost", "reason": body[1]["reason"]}
    done = run("lint", bundle)
    assert done.returncode == 3
    assert "unknown: denied" in done.stdout
    assert (
        json.loads(run("lint", "--json", bundle, "--asset", "lost").stdout)[0]["kind"]
        == "not judged"
    )


def test_bundles_are_compared_machine_by_machine(bundle: Path, tmp_path: Path, host: Path) -> None:
    rules = (f"-A INPUT {TCP} --dport 22 -j ACCEPT", f"-A INPUT {TCP} --dport 23 -j ACCEPT")
    after = written(tmp_path / "new.json", open=machine("open", *rules), closed=machine("closed"))
    done = run("diff", bundle, after, "--fail-on", "opened")
    assert done.returncode == 1
    assert "IPv4  opened\n  telnet (tcp/23): any interface -> the device itself\n" in done.stdout
    assert "IPv4  not compared: only in one of the two" in done.stdout
    assert run("diff", bundle, after, "--asset", "closed").returncode == 0
    assert run("diff", bundle, after).returncode == 3
    one = run("diff", bundle, host, "--asset", "closed")
    assert one.returncode == 2
    assert "not an evidence bundle" in one.stderr
    several = run("diff", bundle, host)
    assert several.returncode == 2
    assert "one file and several machines cannot be compared" in several.stderr


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["ask", "{bundle}", "tcp/1", "--asset", "gone"], "no evidence of 'gone'"),
        (["ask", "{host}", "tcp/1", "--asset", "open"], "not an evidence bundle"),
        (["ask", "{cut}", "tcp/1"], "not a whole evidence bundle"),
        (["ask", "{empty}", "tcp/1"], "it holds no ruleset"),
    ],
)
def test_a_bundle_that_cannot_be_asked_is_exit_2(
    bundle: Path, host: Path, tmp_path: Path, words: list[str], message: str
) -> None:
    cut, empty = tmp_path / "cut.json", written(tmp_path / "empty.json")
    cut.write_bytes(bundle.read_bytes()[:-400])
    done = run(*(w.format(bundle=bundle, host=host, cut=cut, empty=empty) for w in words))
    assert done.returncode == 2
    assert message in done.stderr
    assert done.stdout == ""


# -- the reader's language -------------------------------------------------------------------------


def test_answers_are_in_the_readers_language(host: Path, bundle: Path) -> None:
    done = run("ask", host, "tcp/22 from internet", "tcp/23 from internet", "--lang", "vi")
    assert done.returncode == 1
    assert "IPv4  có             tcp/22 from internet" in done.stdout
    assert "gói tin: tcp 1.0.0.1:40000 -> 192.0.2.10:22" in done.stdout
    assert "đến chính máy" in done.stdout
    assert "chứng minh: " in done.stdout
    shown = run("show", host, "--lang", "vi").stdout
    assert "Không có luật thì không cho vào thiết bị: IPv4: có" in shown
    assert "phía không tin cậy: " in shown
    linted = run("lint", "--all", host, "--lang", "vi").stdout
    assert "thông tin: thiếu mô tả" in linted
    compared = run("diff", bundle, bundle, "--lang", "vi", "--asset", "open").stdout
    assert "lưu lượng được phép không thay đổi" in compared
    # What a pipeline reads stays as it is.
    data = run("ask", host, "--json", "tcp/22 from internet", "--lang", "vi").stdout
    assert json.loads(data)[0]["answer"] == "yes"
