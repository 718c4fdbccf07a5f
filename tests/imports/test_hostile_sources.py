"""Output of other programs that is not what it seems: refused with its place, in bounded memory."""

from __future__ import annotations

import json
import tracemalloc
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from soccheck.errors import InputError
from soccheck.imports import map_file as maps
from soccheck.imports import sheets
from soccheck.imports.imported import ImportFile
from soccheck.imports.read import read
from soccheck.imports.table import FileForm
from soccheck.inventory import load as inventories

MB = 1024 * 1024
INVENTORY = inventories.load(Path(__file__).parent / "inventory", "inv")
SCAN = (Path(__file__).parent / "samples/nmap/scan.xml").read_bytes()


def ansible(hostvars: object, **groups: object) -> bytes:
    return json.dumps({"_meta": {"hostvars": hostvars}, **groups}).encode()


REFUSED: dict[str, tuple[str, Callable[[], bytes], str]] = {
    "ansible-no-meta": ("ansible", lambda: b'{"all": {}}', "f: no output .*: _meta is no mapping"),
    "ansible-a-list": ("ansible", lambda: b"[]", "the file is no mapping"),
    "ansible-hostvars": ("ansible", lambda: ansible([]), "hostvars is no mapping"),
    "ansible-a-host": ("ansible", lambda: ansible({"a": 1}), "hostvars: a is no mapping"),
    "ansible-exported": (
        "ansible",
        lambda: ansible({}, web={"hosts": ["a"], "vars": {"x": 1}}),
        "the group 'web' has 'vars'",
    ),
    "ansible-hosts": ("ansible", lambda: ansible({}, web={"hosts": [{}]}), "'web' has 'hosts'"),
    "ansible-yaml": ("ansible", lambda: b"all:\n  hosts: {}\n", "f: not JSON"),
    "ansible-nul": ("ansible", lambda: b"\0" * 99, "f: not JSON"),
    "ansible-deep": ("ansible", lambda: b'{"a":' * 200_000, "f: not JSON"),
    "ansible-many": (
        "ansible",
        lambda: ansible({f"h{n}": {} for n in range(200_001)}),
        "f: more than 200000 rows",
    ),
    "ansible-wide": (
        "ansible",
        lambda: ansible({"a": {f"v{n}": 1 for n in range(600)}}),
        "f: more than 500 columns",
    ),
    "nmap-cut-off": ("auto", lambda: SCAN[:-400], "not whole XML"),
    "nmap-not-ended": (
        "auto",
        lambda: SCAN.replace(b"<finished ", b"<began "),
        "f: nmap did not end: it does not say when it finished",
    ),
    "nmap-failed": (
        "auto",
        lambda: SCAN.replace(b'exit="success"', b'exit="error" errormsg="no route"'),
        "f: nmap did not end well: no route",
    ),
    "nmap-time": (
        "auto",
        lambda: SCAN.replace(b'<finished time="', b'<finished time="9999999999999'),
        "it does not say when it finished",
    ),
    "xml-entities": (
        "auto",
        lambda: b"<!DOCTYPE nmaprun [<!ENTITY a 'b'>]><nmaprun>&a;</nmaprun>",
        "f: it declares entities, which are not read",
    ),
    "xml-deep": ("auto", lambda: b"<nmaprun>" + b"<a>" * 10_000, "too many elements within"),
    "xml-wide": (
        "auto",
        lambda: b"<nmaprun><host>" + b"<a/>" * 100_001 + b"</host></nmaprun>",
        "too many elements within",
    ),
    "xml-other": ("auto", lambda: b"<?xml version='1.0'?><a/>", "XML or HTML of a form that is"),
    "html": ("auto", lambda: b"<html><table><tr><td>a</table>", "XML or HTML of a form that is"),
    "xccdf-no-result": ("auto", lambda: b"<Benchmark/>", "f: it holds no TestResult"),
    "xccdf-no-end": (
        "auto",
        lambda: b"<Benchmark><TestResult><target>a</target></TestResult></Benchmark>",
        "f: no TestResult says when it ended",
    ),
    "ansible-groups": (
        "ansible",
        lambda: ansible(
            {},
            **{f"g{n}": {"hosts": [f"h{m}" for m in range(2000)]} for n in range(100)},
            **{f"p{n}": {"children": [f"g{m}" for m in range(100)]} for n in range(100)},
        ),
        "f: more than 5000000 cells",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refused(name: str) -> None:
    form, make, said = REFUSED[name]
    raw = make()
    tracemalloc.start()
    with pytest.raises(InputError, match=said):
        sheets(raw, "f", FileForm(format=form))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 400 * MB


def test_ansible_groups_that_hold_each_other_end() -> None:
    raw = ansible({}, a={"children": ["b"], "hosts": ["x"]}, b={"children": ["a"]})
    (sheet,) = sheets(raw, "f", FileForm(format="ansible"))
    assert sheet.lines[1].cells[:2] == ("x", ("a", "b"))


@pytest.mark.parametrize(
    ("path", "around"),
    [
        ("results", {"next": "https://netbox.example/?offset=50"}),
        ("results", {"count": 5, "next": None, "previous": "https://netbox.example/?limit=2"}),
        ("results", {"count": 5, "next": None, "previous": None}),
        ("results", {"count": 0, "next": None, "previous": None}),
        ("value", {"@odata.nextLink": "https://api.example/?$skip=1"}),
    ],
)
def test_a_page_is_not_the_list(path: str, around: dict[str, object]) -> None:
    """DRF's LimitOffsetPagination, as NetBox answers; OData 4.01, 11.2.6.7."""
    form = FileForm(format="json", path=path)
    with pytest.raises(InputError, match="f: one page of several: 1 entries, and it says"):
        sheets(json.dumps({**around, path: [{"name": "a"}]}).encode(), "f", form)
    whole = {"count": 1, "next": None, "previous": None, path: [{"name": "a"}]}
    assert len(sheets(json.dumps(whole).encode(), "f", form)[0].lines) == 2


def test_wazuh_lists_no_more_than_it_was_asked_for() -> None:
    data = {"affected_items": [{"name": "a"}], "total_affected_items": 501}
    form = FileForm(format="json", path="data.affected_items")
    with pytest.raises(InputError, match="it says total_affected_items: 501"):
        sheets(json.dumps({"data": data, "error": 0}).encode(), "f", form)


def test_of_ansible_hosts_need_no_address_and_only_what_is_read_is_kept() -> None:
    raw = ansible(
        {"pc-001": {"role": "workstation", "ansible_ssh_args": "-o IdentityFile=/k", "auth": "zz9"}}
    )
    by = maps.load("ansible-inventory")
    given = ImportFile(shown="f", name="f_2026-08-20.json", raw=raw)
    (entry,) = read([given], by, INVENTORY, None, date(2026, 8, 21)).entries
    assert entry.asset is not None
    assert entry.raw == {"name": "pc-001", "role": "workstation"}


def test_a_rule_with_two_results_did_not_pass() -> None:
    rule = b"<rule-result><result>pass</result>%s</rule-result>"
    results = rule % b"" + rule % b"<result>fail</result>"
    raw = b'<TestResult end-time="2026-08-20T10:00:00"><target>a</target>%s</TestResult>'
    (sheet,) = sheets(raw % results, "f.xml", FileForm())
    cells = dict(zip(sheet.lines[1].cells, sheet.lines[2].cells, strict=True))
    assert (cells["passed"], cells["unmet"], cells["unknown"]) == (1, 1, 1)
