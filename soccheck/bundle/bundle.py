"""The evidence bundle: what machines answered, in versioned canonical JSON that an auditor can check.

Every answer has its SHA-256, every asset the SHA-256 of its entry with the texts left out, and the
manifest the SHA-256 over all of these. So a bundle stays verifiable, and its signature valid, after
`redact` has taken raw texts out; one byte changed anywhere is refused.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from soccheck.bundle import canonical_json, soundness
from soccheck.errors import InputError, SoccheckError, UsageError, quoted
from soccheck.model import Problem, local
from soccheck.phrase import Phrase, phrase
from soccheck.sources import recognise, schema
from soccheck.sources.files import Fault, content
from soccheck.sources.near_path import misplaced

FORMAT = "soccheck evidence"
VERSION = 1
RULESETS = frozenset(("firewall", "configuration"))
"""Probes whose raw answers hold a ruleset."""

Json = dict[str, Any]


def moment(when: datetime) -> str:
    """Return a time as the bundle writes it: UTC, to the millisecond."""
    text = when.astimezone(UTC).isoformat(timespec="milliseconds")
    return text.removesuffix("+00:00") + "Z"


# -- digests and the file --------------------------------------------------------------------------


def asset_digest(entry: Json) -> str:
    """Return the SHA-256 of an asset's entry with the raw texts left out; their digests stay in."""
    probes = {}
    for name, record in entry["probes"].items():
        answers = {}
        for ask, answer in record["answers"].items():
            answers[ask] = {k: v for k, v in answer.items() if k not in ("output", "error")}
        probes[name] = {**record, "answers": answers}
    return canonical_json.sha256(canonical_json.dumps({**entry, "probes": probes}))


def manifest_of(head: Json, digests: Mapping[str, str]) -> Json:
    """Return the manifest: the digest of every asset's entry, and one over them and the head."""
    body = {**head, "assets": dict(digests)}
    return {"assets": dict(digests), "sha256": canonical_json.sha256(canonical_json.dumps(body))}


_HEAD = ("complete", "ended", "format", "inventory", "started", "tool", "version")


def head_of(bundle: Json) -> Json:
    """Return what a bundle says about itself."""
    return {key: bundle[key] for key in _HEAD}


def parts(head: Json, entries: Iterable[tuple[str, bytes]], manifest: Json) -> Iterator[bytes]:
    """Yield a bundle's bytes; `entries` are canonical and in the order of their ids.

    Entries come one at a time, so that five thousand machines need not stand in memory at once.
    """
    yield b'{"assets":{'
    for number, (name, entry) in enumerate(entries):
        yield (b"," if number else b"") + canonical_json.dumps(name) + b":" + entry
    rest = canonical_json.dumps({**head, "manifest": manifest})
    yield b"}," + rest[1:] + b"\n"


def sealed(bundle: Json) -> Json:
    """Return the bundle with its manifest worked out afresh."""
    digests = {name: asset_digest(entry) for name, entry in bundle["assets"].items()}
    return {**bundle, "manifest": manifest_of(head_of(bundle), digests)}


def dumps(bundle: Json) -> bytes:
    """Return the bytes of a bundle."""
    return canonical_json.dumps(bundle) + b"\n"


def load(path: Path, shown: str) -> Json:
    """Return the bundle at `path`, its schema, form and every digest checked.

    Raises `UsageError` when it cannot be read and `InputError` when it cannot be trusted.
    """
    raw = content(path)
    if isinstance(raw, Fault):
        hint = phrase("`soccheck collect INVENTORY -o FILE` writes one")
        text = phrase("{file}: {what}", file=shown, what=raw.message)
        raise UsageError(text, hint=misplaced(shown, hint) if not path.exists() else hint)
    if path.suffix.lower() in _TABLES:
        hint = phrase(
            "`soccheck import MAP FILE --inventory FOLDER -o evidence.json` makes it of one"
        )
        raise UsageError(phrase("{file}: a table is no evidence bundle", file=shown), hint=hint)
    return loads(raw, shown)


def loads(raw: bytes, shown: str) -> Json:
    """Return the bundle in `raw`; see `load`."""
    for begins, what in _OTHER_FORMS.items():
        if raw.startswith(begins):
            raise _refused(shown, phrase("not a whole evidence bundle: {what}", what=what))
    try:
        return _checked(raw, shown)
    except (ValueError, RecursionError) as error:
        # Half a surrogate pair, NaN, 1e999, a number of many thousand digits, lists without end: some
        # readers call that JSON. RFC 8259, sections 8.2 and 9.
        if (known := recognise.told(raw, "evidence")) is not None:
            raise InputError([Problem(shown, *known)]) from error
        text = phrase("not a whole evidence bundle: {what}", what=quoted(error))
        raise _refused(shown, text) from error


def _checked(raw: bytes, shown: str) -> Json:
    bundle = json.loads(raw.decode("utf-8"))
    again = dumps(bundle)
    if not isinstance(bundle, dict) or bundle.get("format") != FORMAT:
        text = phrase("not an evidence bundle: its format is not {format}", format=repr(FORMAT))
        if (known := recognise.told(raw)) is not None:
            raise InputError([Problem(shown, *known)])
        raise _refused(shown, text)
    if "version" in bundle and (type(bundle["version"]) is not int or bundle["version"] != VERSION):
        version = str(bundle["version"])[:20]
        hint = phrase(
            "this soccheck reads version {version}: use the soccheck that wrote the bundle",
            version=VERSION,
        )
        text = phrase("evidence of version {version}", version=version)
        raise InputError([Problem(shown, text, hint)])
    faults = schema.faults("evidence", bundle)
    if faults:
        raise InputError([Problem(shown, fault, _HINT) for fault in faults])
    if again != raw:
        text = phrase("not in canonical form: it was changed after it was written")
        raise _refused(shown, text)
    said = [*soundness.faults(bundle), *_unsealed(bundle)]
    problems = [Problem(shown, text, _HINT) for text in said]
    if problems:
        raise InputError(problems)
    return bundle


_OTHER_FORMS = {
    b"\x1f\x8b": phrase("it is compressed: unpack it"),
    b"PK\x03\x04": phrase("it is compressed: unpack it"),
    b"\xfd7zXZ\0": phrase("it is compressed: unpack it"),
    b"(\xb5/\xfd": phrase("it is compressed: unpack it"),
    b"\xef\xbb\xbf": phrase("a byte order mark stands before it: an editor wrote it anew"),
    b"\xff\xfe": phrase("it is UTF-16, not UTF-8: an editor or a shell wrote it anew"),
    b"\xfe\xff": phrase("it is UTF-16, not UTF-8: an editor or a shell wrote it anew"),
}
"""How a file begins that is a bundle in another form."""
_TABLES = (".csv", ".tsv", ".xlsx", ".xlsm", ".xls", ".ods")
_HINT = phrase("use the bundle as it was written; if this is that one, collect again")


def _refused(shown: str, text: Phrase) -> SoccheckError:
    return InputError([Problem(shown, text, _HINT)])


def is_sound(name: str, entry: Json, head: Json) -> bool:
    """Return whether a bundle with that head and that entry alone, as a journal holds them, could be read."""
    try:
        times = (entry, *entry["probes"].values())
        began, ended = min(t["started"] for t in times), max(t["ended"] for t in times)
        known = {key: head[key] for key in _HEAD if key in head}
        alone = {**known, "complete": True, "started": began, "ended": ended}
        _checked(dumps(sealed({**alone, "assets": {name: entry}})), name)
    except (SoccheckError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return False
    return True


def _unsealed(bundle: Json) -> Iterator[Phrase]:
    """Yield every digest of the manifest that does not fit."""
    digests = bundle["manifest"]["assets"]
    for name, entry in bundle["assets"].items():
        if digests.get(name) != asset_digest(entry):
            yield phrase("{asset}: the entry is not what the manifest digested", asset=name)
    if set(digests) != set(bundle["assets"]):
        yield phrase("the manifest and the bundle do not list the same assets")
    if manifest_of(head_of(bundle), digests) != bundle["manifest"]:
        yield phrase("the manifest's own digest does not fit")


# -- what it is for --------------------------------------------------------------------------------


def oldest(bundle: Json) -> date:
    """Return the day of a bundle's oldest answer; of one without answers the day it was ended."""
    records = [r for entry in bundle["assets"].values() for r in entry["probes"].values()]
    told = [record["ended"] for record in records if record["facts"] or record["answers"]]
    return local(min(told, default=bundle["ended"])).date()


def redact(bundle: Json, probes: Iterable[str] = ()) -> Json:
    """Return the bundle without raw texts, of all probes or of those named; the manifest still fits.

    NOTE: the digest of a short text can be guessed; redaction hides rulesets, not a yes or no.
    """
    chosen = set(probes)
    assets = {}
    for name, entry in bundle["assets"].items():
        records = {}
        for probe, record in entry["probes"].items():
            answers = record["answers"]
            if not chosen or probe in chosen:
                answers = {
                    ask: {k: v for k, v in answer.items() if k not in ("output", "error")}
                    for ask, answer in answers.items()
                }
            records[probe] = {**record, "answers": answers}
        assets[name] = {**entry, "probes": records}
    return {**bundle, "assets": assets}


def failed(entry: Json) -> Json | None:
    """Return why an asset could not be asked, or nothing when it was."""
    for record in entry["probes"].values():
        if record["problem"] is not None:
            problem: Json = record["problem"]
            return problem
    return None
