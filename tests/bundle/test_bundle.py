"""The bundle: refused when one byte differs, the same findings when read again, redacted without harm."""

from __future__ import annotations

import copy
import fcntl
import itertools
import os
import subprocess
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from soccheck.bundle import bundle as evidence
from soccheck.bundle import canonical_json as canonical
from soccheck.bundle import signing, taken
from soccheck.bundle.atomic import write_atomic
from soccheck.bundle.merge import merge
from soccheck.errors import InputError, UsageError
from soccheck.model import Basis, EvidenceByAsset, Inventory
from tests.bundles import answer, bundle, host_key, record, write_inventory

ZEROS = canonical.sha256(f"soccheck {'0' * 32}")
LATER = "2026-02-02T00:00:00.000Z"


@pytest.fixture
def loaded(tmp_path: Path) -> Inventory:
    return write_inventory(tmp_path / "inv", {"web-1": "192.0.2.1", "web-2": "192.0.2.2"})


@pytest.fixture
def sample(loaded: Inventory) -> dict[str, Any]:
    facts = {"antivirus.realtime": True, "antivirus.signatures_age": 3600}
    gone = {"code": "timeout", "detail": "no answer in 5 s"}
    lost = record({}, problem=gone, problems={"antivirus.realtime": gone})
    return bundle(loaded, {"web-1": {"antivirus": record(facts)}, "web-2": {"antivirus": lost}})


def test_a_bundle_comes_back_to_the_byte(sample: dict[str, Any], tmp_path: Path) -> None:
    path = tmp_path / "evidence.json"
    write_atomic(path, [evidence.dumps(sample)], private=True)
    again = evidence.load(path, "evidence.json")
    assert again == sample
    assert evidence.dumps(again) == path.read_bytes()
    assert path.stat().st_mode & 0o077 == 0


def test_entry_by_entry_gives_the_same_bytes(sample: dict[str, Any]) -> None:
    entries = [(name, canonical.dumps(entry)) for name, entry in sorted(sample["assets"].items())]
    whole = b"".join(evidence.parts(evidence.head_of(sample), entries, sample["manifest"]))
    assert whole == evidence.dumps(sample)


def test_half_a_surrogate_pair_is_refused(sample: dict[str, Any]) -> None:
    raw = evidence.dumps(sample).replace(b"no answer in 5 s", b"no \\ud800 answer")
    with pytest.raises(InputError, match="not a whole evidence bundle"):
        evidence.loads(raw, "e.json")


def test_every_single_byte_changed_is_refused(sample: dict[str, Any]) -> None:
    raw = evidence.dumps(sample)
    for position in range(len(raw)):
        changed = bytearray(raw)
        changed[position] ^= 1
        with pytest.raises(InputError):
            evidence.loads(bytes(changed), "evidence.json")


@pytest.mark.parametrize("cut", [0, 1, 100, -1, -2])
def test_a_torn_bundle_is_refused(sample: dict[str, Any], cut: int) -> None:
    with pytest.raises(InputError, match=r"evidence\.json"):
        evidence.loads(evidence.dumps(sample)[:cut], "evidence.json")


def test_a_fact_added_with_its_digests_but_not_in_the_catalogue_is_refused(
    sample: dict[str, Any],
) -> None:
    sample["assets"]["web-1"]["probes"]["antivirus"]["facts"]["antivirus.cool"] = True
    with pytest.raises(InputError, match=r"no fact 'antivirus\.cool'"):
        evidence.loads(evidence.dumps(evidence.sealed(sample)), "e")


@pytest.mark.parametrize("value", ["yes", 1, None, [True]])
def test_a_fact_of_the_wrong_type_is_refused(sample: dict[str, Any], value: object) -> None:
    sample["assets"]["web-1"]["probes"]["antivirus"]["facts"]["antivirus.realtime"] = value
    with pytest.raises(InputError, match="is not of type bool"):
        evidence.loads(evidence.dumps(evidence.sealed(sample)), "e")


def test_another_version_is_refused_with_its_number(sample: dict[str, Any]) -> None:
    sample["version"] = 2
    with pytest.raises(InputError, match="evidence of version 2"):
        evidence.loads(evidence.dumps(sample), "e")


def test_what_is_nested_without_end_is_refused() -> None:
    with pytest.raises(InputError):
        evidence.loads(b'{"assets":' + b"[" * 200_000, "e")


def test_a_missing_file_says_what_writes_one(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="soccheck collect"):
        evidence.load(tmp_path / "none.json", "none.json")


def _taken(made: dict[str, Any], loaded: Inventory) -> EvidenceByAsset:
    return taken.by_asset(made, loaded, taken.read_again(made, loaded))


def test_facts_and_problems_become_evidence(sample: dict[str, Any], loaded: Inventory) -> None:
    found = _taken(sample, loaded)
    (good,) = found["web-1"]["antivirus.realtime"]
    assert (good.value, good.basis, good.problem) == (True, Basis.OBSERVED, None)
    (age,) = found["web-1"]["antivirus.signatures_age"]
    assert age.value == timedelta(hours=1)
    (gone,) = found["web-2"]["antivirus.realtime"]
    assert (gone.value, gone.problem) == (None, "timeout")
    assert "no answer in 5 s" in str(gone.origin)


def test_an_asset_of_another_kind_is_refused(sample: dict[str, Any], loaded: Inventory) -> None:
    sample["assets"]["office"] = sample["assets"].pop("web-1")
    with pytest.raises(InputError, match="which is now a organization"):
        _taken(sample, loaded)


def test_an_asset_that_left_the_inventory_is_left_out(
    sample: dict[str, Any], loaded: Inventory
) -> None:
    sample["assets"]["gone"] = sample["assets"].pop("web-1")
    assert set(_taken(sample, loaded)) == {"web-2"}


def test_redaction_keeps_digests_and_facts(loaded: Inventory) -> None:
    facts = {"antivirus.realtime": True}
    sample = bundle(loaded, {"web-1": {"antivirus": record(facts, kept=True)}})
    bare = evidence.redact(sample)
    raw = evidence.dumps(bare)
    assert "đã bật" not in raw.decode()
    assert bare["manifest"] == sample["manifest"]
    again = evidence.loads(raw, "e")
    assert {n: r.end for n, r in taken.read_again(again, loaded)["web-1"].items()} == {
        "antivirus": "unread"
    }
    assert "đã bật" in evidence.dumps(evidence.redact(sample, ["firewall"])).decode()


def test_merge_takes_the_later_answer_and_keeps_it_against_a_failure(
    sample: dict[str, Any], loaded: Inventory
) -> None:
    gone = {"code": "timeout", "detail": "x"}
    off = {"antivirus.realtime": False}
    on_2 = {"antivirus.realtime": True}
    other = bundle(loaded, {"web-1": {"antivirus": record(off, LATER)}})
    failed = bundle(
        loaded, {"web-1": {"antivirus": record({}, "2026-02-03T00:00:00.000Z", problem=gone)}}
    )
    answered = bundle(loaded, {"web-2": {"antivirus": record(on_2, LATER)}})
    for order in ([sample, other, failed, answered], [failed, answered, other, sample]):
        both = merge([(str(i), b) for i, b in enumerate(order)])
        evidence.loads(evidence.dumps(both), "both")
        found = _taken(both, loaded)
        assert [e.value for e in found["web-1"]["antivirus.realtime"]] == [False]
        assert [e.value for e in found["web-2"]["antivirus.realtime"]] == [True]
        assert both["complete"] is True


def test_merge_keeps_nothing_that_a_former_machine_said(
    sample: dict[str, Any], loaded: Inventory
) -> None:
    on = {"monitoring.logs_forwarded": True}
    since = bundle(loaded, {"web-1": {"identity": record(on, LATER)}})
    known = {"antivirus.realtime", *on}
    assert known <= _taken(merge([("one", sample), ("two", since)]), loaded)["web-1"].keys()
    since["assets"]["web-1"]["host_key"] = host_key("another")
    for order in ([sample, evidence.sealed(since)], [evidence.sealed(since), sample]):
        found = _taken(merge([(str(i), b) for i, b in enumerate(order)]), loaded)
        assert known & found["web-1"].keys() == {*on}


def test_a_machine_that_answered_in_part_takes_the_place_of_the_former(
    sample: dict[str, Any], loaded: Inventory
) -> None:
    gone = record({}, LATER, problem={"code": "timeout", "detail": "x"})
    off = {"antivirus": record({"antivirus.realtime": False}, LATER), "identity": gone}
    since = bundle(loaded, {"web-1": off})
    since["assets"]["web-1"]["host_key"] = host_key("another")
    for order in ([sample, evidence.sealed(since)], [evidence.sealed(since), sample]):
        both = merge([(str(i), b) for i, b in enumerate(order)])
        assert both["assets"]["web-1"]["host_key"] == host_key("another")
        assert [e.value for e in _taken(both, loaded)["web-1"]["antivirus.realtime"]] == [False]


@pytest.mark.parametrize(
    ("former", "since", "kept"),
    [
        ({"host_key": None}, {}, False),  # nobody knows who said it
        ({"host_key_type": "ssh-rsa", "host_key": "b"}, {"host_key_type": "ssh-ed25519"}, False),
        (
            {"host_key_type": "ssh-rsa", "host_key": "b", "machine_id": "c" * 64},
            {"host_key_type": "ssh-ed25519", "machine_id": "c" * 64},
            True,
        ),
        (
            {"host_key_type": "ssh-rsa", "host_key": "b", "machine_id": ZEROS},
            {"host_key_type": "ssh-ed25519", "machine_id": ZEROS},
            False,
        ),
        (
            {"host_key_type": "ssh-rsa", "host_key": "b", "machine_id": "c" * 64},
            {"host_key_type": "ssh-rsa", "machine_id": "c" * 64},  # copies of an image
            False,
        ),
        ({"machine_id": "c" * 64}, {"machine_id": "d" * 64}, False),
        ({"machine_id": "c" * 64}, {}, True),
    ],
)
def test_merge_keeps_only_what_is_known_to_be_of_one_machine(
    former: dict[str, Any], since: dict[str, Any], kept: bool, sample: dict[str, Any]
) -> None:
    later = copy.deepcopy(sample)
    entry = later["assets"]["web-1"]
    entry["probes"] = {"identity": record({"monitoring.logs_forwarded": True}, LATER)}
    entry |= {"ended": LATER, **since}
    later["ended"] = LATER
    sample["assets"]["web-1"] |= former | (
        {"host_key": host_key(former["host_key"])} if former.get("host_key") else {}
    )
    if "host_key" in former and former["host_key"] is None:
        del sample["assets"]["web-1"]["host_key"]
    one, two = evidence.sealed(sample), evidence.sealed(later)
    for order in ([one, two], [two, one]):
        both = merge([(str(i), b) for i, b in enumerate(order)])
        evidence.loads(evidence.dumps(both), "both")
        assert ("antivirus" in both["assets"]["web-1"]["probes"]) is kept


def test_merge_keeps_which_machine_it_is_for_when_that_is_redacted(sample: dict[str, Any]) -> None:
    told = sample["assets"]["web-1"]["probes"]["antivirus"]["answers"]
    told["machine-id"] = answer(f"{'c' * 64}  -\n")
    later = copy.deepcopy(sample)
    later["assets"]["web-1"]["probes"] = {"identity": record({}, LATER)}
    later["assets"]["web-1"]["ended"] = later["ended"] = LATER
    both = merge([("one", evidence.sealed(sample)), ("two", evidence.sealed(later))])
    assert evidence.redact(both)["assets"]["web-1"]["machine_id"] == "c" * 64


def test_merge_of_answers_of_one_moment_that_differ_is_refused(
    sample: dict[str, Any], loaded: Inventory
) -> None:
    aged = {"antivirus.realtime": True, "antivirus.signatures_age": 3605}
    same = bundle(loaded, {"web-1": {"antivirus": record(aged)}})
    merge([("one", sample), ("two", same)])
    off = bundle(loaded, {"web-1": {"antivirus": record({"antivirus.realtime": False})}})
    for order in ([sample, off], [off, sample]):
        with pytest.raises(InputError, match="web-1, antivirus: another bundle has another answer"):
            merge([("one", order[0]), ("two", order[1])])


def test_merge_of_what_two_machines_said_of_one_asset_at_one_moment_is_refused(
    sample: dict[str, Any],
) -> None:
    other = copy.deepcopy(sample)
    other["assets"]["web-1"]["host_key"] = host_key("another")
    for order in ([sample, other], [other, sample]):
        with pytest.raises(InputError, match="web-1, antivirus: another bundle has another answer"):
            merge([(str(i), evidence.sealed(one)) for i, one in enumerate(order)])


def test_merge_of_three_is_one_in_every_order(loaded: Inventory) -> None:
    """Another machine answered between: what the first said before that is no more of the asset."""
    told: dict[str, dict[str, dict[str, Any]]] = {
        "2026-02-01": {"antivirus": {"antivirus.realtime": True}, "identity": {}},
        "2026-02-02": {"identity": {}},
        "2026-02-03": {"identity": {}},
    }
    made = [
        bundle(
            loaded,
            {"web-1": {n: record(f, f"{day}T00:00:00.000Z") for n, f in records.items()}},
        )
        for day, records in told.items()
    ]
    made[1]["assets"]["web-1"]["host_key"] = host_key("another")
    given = [(str(i), evidence.sealed(one)) for i, one in enumerate(made)]
    merged = [merge([*order]) for order in itertools.permutations(given)]
    assert list(merged[0]["assets"]["web-1"]["probes"]) == ["identity"]
    assert all(one == merged[0] for one in merged)


def test_merge_of_two_inventories_is_refused(sample: dict[str, Any]) -> None:
    other = copy.deepcopy(sample)
    other["inventory"]["digest"] = "0" * 64
    with pytest.raises(InputError, match="another state of the inventory"):
        merge([("one", sample), ("two", evidence.sealed(other))])


def test_merge_keeps_the_raw_answers_against_the_same_redacted(loaded: Inventory) -> None:
    whole = bundle(
        loaded, {"web-1": {"antivirus": record({"antivirus.realtime": True}, kept=True)}}
    )
    bare = evidence.redact(whole)
    for order in ([whole, bare], [bare, whole], [whole, whole]):
        assert merge([(str(i), b) for i, b in enumerate(order)]) == whole


def test_merge_does_not_make_whole_what_nobody_knows_the_lack_of(loaded: Inventory) -> None:
    sample = bundle(loaded, {"web-1": {"antivirus": record({"antivirus.realtime": True})}})
    other = bundle(loaded, {"web-2": {"antivirus": record({"antivirus.realtime": True})}})
    part = evidence.sealed({**sample, "complete": False})
    for order in ([part], [part, other], [other, part]):
        assert merge([(str(i), b) for i, b in enumerate(order)])["complete"] is False


def test_merge_takes_no_answer_to_another_platforms_questions(
    sample: dict[str, Any], loaded: Inventory
) -> None:
    since = bundle(loaded, {"web-1": {"ipv6": record({}, LATER)}})
    since["assets"]["web-1"]["platform"] = "windows"
    for order in ([sample, evidence.sealed(since)], [evidence.sealed(since), sample]):
        both = merge([(str(i), b) for i, b in enumerate(order)])
        assert set(both["assets"]["web-1"]["probes"]) == {"ipv6"}
        evidence.loads(evidence.dumps(both), "both")


def test_merge_of_two_kinds_of_one_asset_is_refused(
    sample: dict[str, Any], loaded: Inventory
) -> None:
    other = bundle(loaded, {"web-1": {"firewall": record({}, LATER)}})
    other["assets"]["web-1"]["kind"] = "firewall"
    with pytest.raises(InputError, match="web-1: another bundle has it as another kind of asset"):
        merge([("one", sample), ("two", evidence.sealed(other))])


# -- signing ---------------------------------------------------------------------------------------


def _key(folder: Path, name: str) -> Path:
    path = folder / name
    command = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", name, "-f", str(path)]
    subprocess.run(command, check=True)
    return path


def test_a_signature_holds_even_after_redaction_and_for_nothing_else(
    sample: dict[str, Any], tmp_path: Path
) -> None:
    key, stranger = _key(tmp_path, "auditor"), _key(tmp_path, "stranger")
    signers = tmp_path / "allowed_signers"
    signers.write_text(f"auditor@soc.example {key.with_suffix('.pub').read_text()}")
    signature = tmp_path / "evidence.json.sig"
    signature.write_bytes(signing.sign(sample, key))
    assert signing.verify(sample, signature, signers) == "auditor@soc.example"
    assert signing.verify(evidence.redact(sample), signature, signers) == "auditor@soc.example"

    changed = copy.deepcopy(sample)
    changed["assets"]["web-1"]["probes"]["antivirus"]["facts"]["antivirus.realtime"] = False
    with pytest.raises(InputError, match="does not hold"):
        signing.verify(evidence.sealed(changed), signature, signers)

    signature.write_bytes(signing.sign(sample, stranger))
    with pytest.raises(InputError, match="does not hold"):
        signing.verify(sample, signature, signers)


def test_a_key_that_does_not_count_is_told_by_its_line_of_the_signers(
    sample: dict[str, Any], tmp_path: Path
) -> None:
    key, signature, signers = _key(tmp_path, "auditor"), tmp_path / "e.sig", tmp_path / "who"
    signature.write_bytes(signing.sign(sample, key))
    public = key.with_suffix(".pub").read_text()
    signers.write_text(f'# ours\nauditor@soc.example valid-before="20200101" {public}')
    with pytest.raises(InputError) as refused:
        signing.verify(sample, signature, signers)
    assert f"“{signers}:2: key has expired" in str(refused.value)
    assert not str(refused.value).endswith("?”")


@pytest.mark.parametrize("which", ["signature", "signers"])
def test_what_is_too_large_to_be_a_signature_is_not_given_to_ssh_keygen(
    which: str, sample: dict[str, Any]
) -> None:
    given = {"signature": b"x", "signers": b"x", which: b"a" * (1 << 19)}
    with pytest.raises(InputError, match="524288 bytes are no signature"):
        signing.verify_bytes(sample, given["signature"], given["signers"], "e.json.sig", "who")


def test_a_key_that_is_not_there_is_named(sample: dict[str, Any], tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot sign"):
        signing.sign(sample, tmp_path / "no-key")


def test_a_full_disk_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "evidence.json"
    path.write_text("old")

    def parts() -> Any:
        yield b"new"
        raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space"):
        write_atomic(path, parts(), private=True)
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_the_umask_takes_nothing_from_the_owner(tmp_path: Path) -> None:
    umask = os.umask(0o777)
    try:
        write_atomic(tmp_path / "e.json", [b"whole"], private=True)
    finally:
        os.umask(umask)
    assert (tmp_path / "e.json").stat().st_mode & 0o777 == 0o600


def test_what_a_killed_writer_left_goes_with_the_next(tmp_path: Path) -> None:
    left, other, writing = (
        tmp_path / f".{name}.soccheck-tmp" for name in ("e.json.dead", "f.json.dead", "e.json.live")
    )
    for path in (left, other, writing):
        path.write_text("half", encoding="utf-8")
    with writing.open("rb") as file:
        fcntl.flock(file, fcntl.LOCK_EX)  # as who still writes does
        write_atomic(tmp_path / "e.json", [b"whole"], private=False)
    assert {path.name for path in tmp_path.iterdir()} == {"e.json", other.name, writing.name}
