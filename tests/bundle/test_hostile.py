"""Bundles that nobody collected: each is refused with what is wrong, none ends in a traceback or hangs."""

from __future__ import annotations

import codecs
import contextlib
import copy
import gzip
import json
import os
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from soccheck.bundle import bundle as evidence
from soccheck.errors import InputError
from soccheck.model import Inventory
from soccheck.probes.all import PROBES
from soccheck.probes.base import Moment, answers_of, read
from tests.bundles import answer, bundle, record, write_inventory
from tests.cli.run import Ran, inside

ON = {"antivirus.realtime": True, "antivirus.signatures_age": 3600}
GONE = {"code": "timeout", "detail": "no answer"}
Json = dict[str, Any]


@pytest.fixture
def loaded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Inventory:
    monkeypatch.chdir(tmp_path)
    return write_inventory(tmp_path / "inv", {"web-1": "192.0.2.1"})


@pytest.fixture
def sample(loaded: Inventory) -> Json:
    return bundle(loaded, {"web-1": {"antivirus": record(ON)}})


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b'{"a":' + b"[" * 100_000 + b"]" * 100_000 + b"}", "it is nested too deep"),
        (b'{"a":' + b"9" * 5000 + b"}", "a number in it has too many digits"),
        (b'{"a":NaN}', "a number in it is none"),
        (b'{"a":"\\ud800"}', "it is no text in UTF-8"),
        (gzip.compress(b"{}", mtime=0), "it is compressed: unpack it"),
        (b"PK\x03\x04", "it is compressed: unpack it"),
        (codecs.BOM_UTF8 + b"{}", "a byte order mark stands before it: an editor wrote it anew"),
        ("{}".encode("utf-16"), "it is UTF-16, not UTF-8: an editor or a shell wrote it anew"),
    ],
)
def test_it_is_said_in_our_own_words_what_is_no_json(
    raw: bytes, said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "e.json").write_bytes(raw)
    ran = inside(capsys, "evidence", "show", str(tmp_path / "e.json"), "--lang", "en")
    assert (ran.code, ran.out) == (2, "")
    assert f"not a whole evidence bundle: {said}\n" in ran.err


def _set(*path: str, to: object) -> Callable[[Json], None]:
    def change(made: Json) -> None:
        *way, last = path
        for step in way:
            made = made[step]
        made[last] = to

    return change


ENTRY = ("assets", "web-1")
RECORD = (*ENTRY, "probes", "antivirus")
SEALED: dict[str, tuple[Callable[[Json], None], str]] = {
    "no such day": (_set(*RECORD, "ended", to="2026-02-30T00:00:00.000Z"), "no such time"),
    "no such day of all": (_set("started", to="2026-02-30T00:00:00.000Z"), "no such time"),
    "no such day of one": (_set(*ENTRY, "started", to="2025-02-29T00:00:00.000Z"), "no such time"),
    "ended before it began": (
        _set(*RECORD, "ended", to="2026-01-31T00:00:00.000Z"),
        "it ended before it began",
    ),
    "a record from the time to come": (
        _set(*RECORD, "ended", to="2026-02-02T00:00:00.000Z"),
        "of another time than the bundle",
    ),
    "an asset from long ago": (
        _set(*ENTRY, "started", to="2025-02-01T00:00:00.000Z"),
        "of another time than the bundle",
    ),
    "a bundle of another day": (_set("started", to="2026-02-01T00:00:00.001Z"), "another time"),
    "year 0": (_set("ended", to="0000-01-01T00:00:00.000Z"), "no such time"),
    "negative age": (_set(*RECORD, "facts", "antivirus.signatures_age", to=-1), "not of type"),
    "age of ages": (_set(*RECORD, "facts", "antivirus.signatures_age", to=10**30), "not of type"),
    "half an age": (_set(*RECORD, "facts", "antivirus.signatures_age", to=0.5), "not of type"),
    "a day that is none": (
        _set(*RECORD, "facts", "antivirus.signatures_updated", to="2026-02-30"),
        "not of type",
    ),
    "deep": (_set(*RECORD, "facts", "antivirus.realtime", to=[[[[[[[]]]]]]]), "not of type"),
    "other probe's": (_set(*RECORD, "facts", "os.name", to="Debian"), "does not learn os.name"),
    "another kind's": (_set(*RECORD, "facts", "workstations.total", to=1), "has no fact"),
    "unknown probe": (_set(*ENTRY, "probes", to={"zz": record(ON)}), "are not asked"),
    "unknown platform": (_set(*ENTRY, "platform", to="plan"), "are not asked"),
    "not asked of a network": (_set(*ENTRY, "kind", to="network"), "network is not asked this"),
    "failed with facts": (_set(*RECORD, "problem", to=GONE), "did not answer"),
    "value and problem": (
        _set(*RECORD, "problems", to={"antivirus.realtime": GONE}),
        "a value and a problem",
    ),
    "version true": (_set("version", to=True), "version True"),
    "version 1.0": (_set("version", to=1.0), "version 1.0"),
    "probes a list": (_set(*ENTRY, "probes", to=[]), "web-1/probes"),
    "assets a list": (_set("assets", to=[]), "assets"),
    "no facts": (_set(*RECORD, "facts", to=None), "facts"),
    "attested": (_set(*RECORD, "basis", to="attested"), "basis"),
    "imported": (_set(*RECORD, "basis", to="imported"), "basis"),
    "declared": (_set(*RECORD, "basis", to="declared"), "basis"),
    "a failure called good": (
        _set(*RECORD, "answers", "one", "exit", to=1),
        "state ok, exit 1",
    ),
    "facts of answers that were never given": (
        _set(*RECORD, "answers", "one", "state", to="lost"),
        "facts of a machine that did not answer",
    ),
    "a kind of key that is none": (_set(*ENTRY, "host_key_type", to="\x1b[2J"), "host_key_type"),
    "half an answer": (
        _set(*RECORD, "answers", "one", "output", to=""),
        "antivirus, one: half of its answer is missing",
    ),
    "a day that has no end": (
        lambda made: made.update(ended="9999-12-31T23:59:59.999Z"),
        "9999-12-31T23:59:59.999Z: there is no such time",
    ),
    "facts without answers": (_set(*RECORD, "answers", to={}), "facts without an answer"),
    "no facts, of a probe there is not": (
        _set(*ENTRY, "probes", "console", to=record({})),
        "linux machines are not asked this",
    ),
    "a device's configuration of a server": (
        _set(*ENTRY, "probes", "configuration", to=record({})),
        "linux machines are not asked this",
    ),
}


def test_a_bundle_that_tells_no_version_lacks_it(sample: Json) -> None:
    del sample["version"]
    with pytest.raises(InputError, match="'version' is missing"):
        evidence.loads(evidence.dumps(sample), "e.json")


@pytest.mark.parametrize("name", SEALED)
def test_what_nobody_can_have_collected_is_refused_though_its_digests_fit(
    name: str, sample: Json
) -> None:
    change, said = SEALED[name]
    made = copy.deepcopy(sample)
    change(made)
    with contextlib.suppress(AttributeError, TypeError):  # of another form altogether
        made = evidence.sealed(made)
    with pytest.raises(InputError, match=said):
        evidence.loads(evidence.dumps(made), "e.json")


AGE = b'"antivirus.signatures_age":3600'
RAW: dict[str, tuple[bytes, bytes]] = {
    "half a surrogate pair": (b"ssh://web-1", b"\\ud800"),
    "its other half": (b"soccheck test", b"\\udfff"),
    "no number": (AGE, b'"antivirus.signatures_age":NaN'),
    "infinity": (AGE, b'"antivirus.signatures_age":-Infinity'),
    "overflow": (AGE, b'"antivirus.signatures_age":1e999'),
    "long number": (AGE, b'"antivirus.signatures_age":' + b"9" * 5000),
    "twice": (AGE, AGE + b"," + AGE),
    "twice, unlike": (b'"version":1', b'"version":2,"version":1'),
    "deep list": (AGE, b'"antivirus.signatures_age":' + b"[" * 900 + b"]" * 900),
    "deeper list": (AGE, b'"antivirus.signatures_age":' + b"[" * 100_000 + b"]" * 100_000),
    "deep object": (AGE, b'"antivirus.signatures_age":' + b'{"a":' * 900 + b"1" + b"}" * 900),
    "no UTF-8": (b"soccheck test", b"soccheck \xff"),
    "NUL": (b"soccheck test", b"soccheck \x00"),
    "byte order mark": (b'{"assets"', b'\xef\xbb\xbf{"assets"'),
    "a second value": (b'"version":1}', b'"version":1}{}'),
    "spaces": (b'"version":1', b'"version": 1'),
}


@pytest.mark.parametrize("name", RAW)
@pytest.mark.parametrize(
    "words",
    [
        ("audit", "--details", "inv", "--evidence", "e.json"),
        ("drift", "inv", "--evidence", "e.json"),
        ("evidence", "verify", "e.json"),
        ("evidence", "show", "e.json"),
        ("evidence", "merge", "e.json", "-o", "x.json"),
    ],
    ids=lambda words: " ".join(words[:2]),
)
def test_what_is_no_json_is_refused_by_every_command(
    name: str, words: tuple[str, ...], sample: Json, capsys: pytest.CaptureFixture[str]
) -> None:
    before, after = RAW[name]
    raw = evidence.dumps(sample)
    assert before in raw
    Path("e.json").write_bytes(raw.replace(before, after))
    found = inside(capsys, *words)
    assert found.code == 2, found.err
    assert "Traceback" not in found.err
    assert "e.json: " in found.err
    assert "hint: " in found.err


@pytest.mark.parametrize("kind", ["pipe", "device", "folder", "socket"])
def test_what_is_no_file_is_not_waited_for(
    kind: str, loaded: Inventory, capsys: pytest.CaptureFixture[str]
) -> None:
    if kind == "pipe":
        os.mkfifo("e.json")
    elif kind == "device":
        Path("e.json").symlink_to("/dev/zero")
    elif kind == "folder":
        Path("e.json").mkdir()
    else:
        os.mknod("e.json", 0o140600)
    for words in (
        ("audit", "--details", "inv", "--evidence", "e.json"),
        ("evidence", "verify", "e.json"),
    ):
        found = inside(capsys, *words)
        assert found.code == 2
        assert "not an ordinary file" in found.err


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may open the kernel's log")
def test_the_kernels_log_which_calls_itself_a_file_is_not_waited_for(
    loaded: Inventory, capsys: pytest.CaptureFixture[str]
) -> None:
    assert inside(capsys, "evidence", "verify", "/proc/kmsg").code == 2


def test_the_sample_itself_is_sound(sample: Json) -> None:
    assert json.loads(evidence.dumps(evidence.loads(evidence.dumps(sample), "e.json"))) == sample


# -- facts follow from the answers -----------------------------------------------------------------


@pytest.fixture
def kept(loaded: Inventory) -> Json:
    """Return a bundle with a raw answer beside facts that it does not tell."""
    return bundle(loaded, {"web-1": {"antivirus": record(ON, kept=True)}})


def _read_again(made: Json, capsys: pytest.CaptureFixture[str]) -> Ran:
    Path("e.json").write_bytes(evidence.dumps(evidence.sealed(made)))
    return inside(capsys, "evidence", "verify", "e.json", "--rederive", "--lang", "en")


@pytest.fixture
def derived(kept: Json) -> Json:
    """Return a bundle whose facts are what its answers say."""
    entry = kept["assets"]["web-1"]
    told = entry["probes"]["antivirus"]
    at = datetime.fromisoformat(told["ended"])
    probe = PROBES["linux", "antivirus"]
    facts, problems = read(probe, "host", answers_of(told), Moment(started=at, ended=at))
    entry["probes"]["antivirus"] = {**told, "facts": facts, "problems": problems}
    return kept


def test_facts_that_follow_from_their_answers_are_said_to(
    derived: Json, capsys: pytest.CaptureFixture[str]
) -> None:
    found = _read_again(derived, capsys)
    assert found.code == 0, found.err
    assert "facts follow from the answers" in " ".join(found.out.split())


def test_every_record_is_read_again_or_counted(
    derived: Json, capsys: pytest.CaptureFixture[str]
) -> None:
    found = _read_again(evidence.redact(derived), capsys)
    assert "1 record could not be read again" in found.err
    assert "web-1, antivirus: its raw answers were redacted" in found.err


def test_a_bundle_without_answers_vouches_for_nothing(
    derived: Json, capsys: pytest.CaptureFixture[str]
) -> None:
    derived["assets"]["web-1"]["probes"]["antivirus"] = record({}, problem=GONE)
    found = _read_again(derived, capsys)
    assert found.code == 2
    assert "no answer that could be read again" in found.err


def test_facts_beside_other_answers_do_not_follow(
    kept: Json, capsys: pytest.CaptureFixture[str]
) -> None:
    found = _read_again(kept, capsys)
    assert found.code == 2
    assert "the facts of antivirus do not follow" in found.err
    assert "hint: ask for the bundle as it was collected" in found.err


def test_answers_called_a_failure_are_read_too(
    derived: Json, capsys: pytest.CaptureFixture[str]
) -> None:
    entry = derived["assets"]["web-1"]
    told = {"system": answer("ID=debian\nVERSION_ID=12\nPRETTY_NAME=Debian 12\n")}
    entry["probes"]["identity"] = {**record({}, problem=GONE), "answers": told}
    at = datetime.fromisoformat(entry["ended"])
    probe = PROBES["linux", "identity"]
    facts, _ = read(
        probe, "host", answers_of(entry["probes"]["identity"]), Moment(started=at, ended=at)
    )
    found = _read_again(derived, capsys)
    assert facts
    assert found.code == 2
    assert "the facts of identity do not follow" in found.err
