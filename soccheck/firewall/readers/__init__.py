"""One reader per vendor: text to the rule model. A new vendor is a file and a line in `READERS`."""

from __future__ import annotations

from collections.abc import Sequence
from types import ModuleType

from soccheck.errors import ReadError, UsageError
from soccheck.facts.near import near
from soccheck.firewall.model import Ruleset
from soccheck.firewall.readers.base import MAX_BYTES, Text, checked
from soccheck.firewall.readers.cisco import asa, ios
from soccheck.firewall.readers.fortinet import fortios
from soccheck.firewall.readers.juniper import srx
from soccheck.firewall.readers.ledger import Ledger
from soccheck.firewall.readers.linux import machine as linux
from soccheck.firewall.readers.microsoft import windows
from soccheck.firewall.readers.mikrotik import routeros
from soccheck.firewall.readers.others import other_system
from soccheck.firewall.readers.paloalto import panos
from soccheck.firewall.readers.pf import pf
from soccheck.phrase import phrase

READERS: dict[str, ModuleType] = {
    "linux": linux,
    "fortios": fortios,
    "asa": asa,
    "ios": ios,
    "pf": pf,
    "srx": srx,
    "routeros": routeros,
    "panos": panos,
    "windows": windows,
}
"""Each module has `detect(content) -> bool`; order is of no matter.

A module with a `VOCABULARY` has `read(texts, ledger) -> Ruleset`: what it leaves in the ledger is settled
here. Of the others all that they do not understand is their own to say (`read(texts) -> Ruleset`).
"""


def refuse_others(text: Text, vendor: str | None) -> None:
    """Raise `UsageError` for a text that shows itself as another system's, whatever it is said to be."""
    other, line = other_system(text.content)
    if not other:
        return
    hint = phrase(
        "read are: {names}; what this one lets through stays unknown", names=", ".join(READERS)
    )
    if vendor is not None:
        hint = phrase(
            "--vendor {vendor} does not change that; "
            "if it is none of them, take out line {line}, which shows it",
            vendor=vendor,
            line=line,
        )
    raise UsageError(
        phrase(
            "{name}: a configuration of {other}, which soccheck does not read",
            name=text.name,
            other=other,
        ),
        hint=hint,
    )


def vendor_of(text: Text) -> str:
    """Return the vendor that one text is of; raises `UsageError` for none or for more than one."""
    found = [name for name, module in READERS.items() if module.detect(text.content)]
    if len(found) == 1:
        return found[0]
    if not found:
        raise UsageError(
            phrase("{name}: not recognised as a firewall's configuration", name=text.name),
            hint=phrase("say what it is: --vendor {names}", names="|".join(READERS)),
        )
    raise UsageError(
        phrase("{name}: looks like {names}", name=text.name, names=" and ".join(found)),
        hint=phrase("give --vendor"),
    )


def read(texts: Sequence[Text], vendor: str | None = None) -> Ruleset:
    """Read the parts of one firewall; raises `ReadError` or `UsageError`."""
    for text in texts:
        if len(text.content) > MAX_BYTES:
            raise ReadError(text.at(1), phrase("larger than {what} MiB", what=MAX_BYTES >> 20))
        if "\0" in text.content:
            raise ReadError(text.at(1), phrase("not a text file: it holds NUL bytes"))
    if not texts or not any(text.content.strip() for text in texts):
        raise UsageError(phrase("nothing to read: the input is empty"))
    for text in texts:
        refuse_others(text, vendor)
    vendors = {vendor} if vendor else {vendor_of(text) for text in texts}
    if len(vendors) > 1:
        raise UsageError(
            phrase("the files are of different vendors: {names}", names=", ".join(sorted(vendors)))
        )
    (name,) = vendors
    if name not in READERS:
        raise UsageError(
            phrase("no such vendor: {name}", name=name),
            hint=near(name, READERS),
        )
    module = READERS[name]
    found: Ruleset
    if not hasattr(module, "VOCABULARY"):
        found = module.read(texts)
    else:
        ledger = Ledger(module.VOCABULARY)
        found = checked(ledger.settled(module.read(texts, ledger)))
    if any(not device.name for device in found.devices):
        # Rules would have it for the device itself, which no interface leads to.
        raise ReadError(texts[0].at(1), phrase("an interface has no name"))
    return found
