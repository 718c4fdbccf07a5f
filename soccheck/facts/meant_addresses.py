"""What address, prefix or service a person meant: 010.0.0.1, 10.0.0.1:443, 10.0.0.*, cổng 22."""

from __future__ import annotations

import ipaddress
import re

from soccheck.facts.spoken import digits, plain, tidy
from soccheck.phrase import Phrase, phrase

_RANGE = re.compile(r"(?:[0-9]{1,3}\.){3}(?:[*x]\Z|[0-9]{1,3}\s*-\s*[0-9])", re.IGNORECASE)


def is_range(text: str) -> bool:
    """Return whether a text is addresses from one to another."""
    return _RANGE.match(tidy(text)) is not None


_COMMAS = re.compile(r"[0-9]{1,3}(?:\s*,\s*[0-9]{1,3}){3}\Z")
"""An address with commas for its dots."""
_MAC = re.compile(
    r"[0-9A-Fa-f]{2}([:\-.])(?:[0-9A-Fa-f]{2}\1){4}[0-9A-Fa-f]{2}\Z|(?:[0-9A-Fa-f]{4}\.){2}[0-9A-Fa-f]{4}\Z"
)


def has_commas(text: str) -> bool:
    """Return whether a text is one address whose dots are commas."""
    return _COMMAS.match(text) is not None


def is_mac(text: str) -> bool:
    """Return whether a text is the hardware address of an interface."""
    return _MAC.match(text) is not None


_PORT_OF_IT = r"(?:eth|ens|eno|enp|em|bond|br|lan|wan|port|vlan|wlan|ge|gi|te|if)[\w./-]*"
_ALL = ipaddress.IPv4Address("255.255.255.255")


def machine(text: str) -> str | None:
    """Return an address that one machine can have: none for all of them, or for a group."""
    try:
        found = ipaddress.ip_address(text)
    except ValueError:
        return None
    if found.is_unspecified or found.is_multicast or found == _ALL:
        return None
    return str(found)


_EATEN = re.compile(
    r"[0-9]+(?:[.,][0-9]+)?(?:E\+?[0-9]+)?|[0-9]{1,2}-[A-Za-z]{3}|[A-Za-z]{3}-[0-9]{2,4}"
    r"|[0-9]{1,2}-thg ?[0-9]{1,2}|[0-9]{1,4}[/-][0-9]{1,2}[/-][0-9]{1,4}",
    re.IGNORECASE,
)
"""A number or a day that a spreadsheet made of an address it did not know."""


def no_address(text: str) -> Phrase | None:
    """Return what to write where a spreadsheet changed an address, or one stands that is no machine's."""
    if _EATEN.fullmatch(text):
        return phrase(
            "a spreadsheet may have made a number or a day of it: write the whole address, as in {what}",
            what="203.0.113.10",
        )
    if plain(text) in ("dhcp", "dong", "tu dong", "cap dong", "ip dong", "dynamic", "auto"):
        return phrase("leave the key out where the address changes")
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return None
    return phrase("no machine has this address: write the one it answers on")


def address(text: str) -> str | None:
    """Return the address that stands in a URL, beside a port, before a mask, or with zeros before it."""
    body = re.sub(r"\A(?:[a-z]+://)?(?:[\w.-]+@)?", "", text, flags=re.IGNORECASE)
    body = re.sub(r"\s*\(" + _PORT_OF_IT + r"\)\Z", "", body, flags=re.IGNORECASE)
    body = re.sub(r"\s*\.\s*", ".", body.replace("[.]", "."))
    if re.fullmatch(r"[0-9OolI]{1,3}(?:\.[0-9OolI]{1,3}){3}\.?", body):
        body = digits(body)
    body = body.rstrip(".")
    if _COMMAS.match(body):
        body = re.sub(r"\s*,\s*", ".", body)
    if bracketed := re.match(r"\[([^\]]+)\]", body):
        body = bracketed[1]
    if re.search(r"\s[^\d/]", body):  # a word beside it may take it back
        return None
    if re.search(r"[/\s]\s*(?!255\.)[0-9]{1,3}(?:\.[0-9]{1,3}){3}", body):  # another one beside it
        return None
    body = re.split(r"[/%\s]", body)[0]
    body = re.sub(r"\A([0-9.]+):[0-9]+\Z", r"\1", body)
    if re.fullmatch(r"[0-9]{1,3}(\.[0-9]{1,3}){3}", body):
        body = ".".join(str(int(part)) for part in body.split("."))
    return machine(body)


def prefix(text: str) -> str | None:
    """Return the prefix that a network with host bits, a range or a star stands for."""
    body = re.sub(r"\s*[/\\]\s*|\s+(?=[0-9]{1,3}\.)", "/", text)
    body = re.sub(r"\A([0-9]{1,3}(?:\.[0-9]{1,3}){2})\.[*xX]\Z", r"\1.0/24", body)
    if found := re.fullmatch(r"(\S+)\s*-\s*(\S+)", text):
        try:
            ends = [ipaddress.IPv4Address(part) for part in found.groups()]
            ranges = list(ipaddress.summarize_address_range(*ends))
            # From the first machine of a network to the last one, as .1-.254, is all of it.
            around = list(ipaddress.summarize_address_range(ends[0] - 1, ends[1] + 1))
        except ValueError:
            return None
        return next((str(one[0]) for one in (ranges, around) if len(one) == 1), None)
    if "/" not in body:
        return None
    try:
        return str(ipaddress.ip_network(body, strict=False))
    except ValueError:
        return None


PORTS = {
    "ftp": 21,
    "ssh": 22,
    "telnet": 23,
    "smtp": 25,
    "dns": 53,
    "http": 80,
    "https": 443,
    "smb": 445,
    "rdp": 3389,
}
"""Service as people name it -> its port (IANA, Service Name and Transport Protocol Port Number Registry)."""

_PORTS = r"(?P<ports>[0-9]+(?:\s*-\s*[0-9]+)?)"
_PROTOCOL = r"(?P<protocol>tcp|udp|icmpv6)"
_PORT = r"(?:(?:ports?|cổng)\s*:?\s*)?"
_SERVICES = (
    re.compile(rf"{_PORT}(?:{_PROTOCOL}\s*[/:\s-]?\s*)?{_PORT}{_PORTS}", re.IGNORECASE),
    re.compile(rf"{_PORT}{_PORTS}\s*[/:\s]?\s*{_PROTOCOL}", re.IGNORECASE),
)
"""A port beside its protocol, in either order, and nothing that may take it back."""


def service(text: str) -> str | None:
    """Return the service that a port with or without its protocol stands for."""
    if text.lower() in PORTS:
        return f"tcp/{PORTS[text.lower()]}"
    for form in _SERVICES:
        if found := form.fullmatch(text):
            return f"{(found['protocol'] or 'tcp').lower()}/{''.join(found['ports'].split())}"
    return None
