"""What a host name, the address of a page and a mail address are, and which was meant by another text."""

from __future__ import annotations

import ipaddress
import re

from soccheck.facts.spoken import plain
from soccheck.phrase import Phrase, phrase

_LABEL = "[A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9])?"
_LAST = "[A-Za-z]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
HOST_NAME = rf"^({_LABEL}\.)*{_LAST}\.?$"
"""RFC 1123, 2.1, with the underscore that names in DNS have nevertheless (RFC 2181, 11)."""
URL = (
    rf"^https?://(({_LABEL}\.)*{_LAST}\.?|[0-9]{{1,3}}(\.[0-9]{{1,3}}){{3}})(:[0-9]{{1,5}})?"
    "([/?#][!#-;=?-~\u00a1-\uffff]*)?$"
)
"""RFC 3986 with a scheme that browsers open, and without a user, who would have a password."""
MAIL = rf"^[0-9A-Za-z!#%&'*+/=?^_{{|}}~.-]+@({_LABEL}\.)+{_LAST}$"
"""RFC 5322, 3.4.1, without what needs quotes; of a mail server that is found by DNS."""
FORMS = {"host_name": HOST_NAME, "url": URL, "mail": MAIL}
_COMPILED = {kind: re.compile(pattern) for kind, pattern in FORMS.items()}
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:[/\\]+", re.IGNORECASE)


def host_name(text: str) -> str | None:
    """Return a text that is a host name."""
    return _is("host_name", text)


def url(text: str) -> str | None:
    """Return a text that is the address of a page."""
    return _is("url", text)


def mail(text: str) -> str | None:
    """Return a text that is a mail address."""
    return _is("mail", text)


def _is(kind: str, text: str) -> str | None:
    return text if _COMPILED[kind].match(text) and "\n" not in text else None


def host_meant(text: str) -> str | None:
    """Return the host name in a URL, or before a port."""
    bare = re.split(r"[/\\?#:]", _SCHEME.sub("", text, count=1), maxsplit=1)[0]
    return host_name(bare.strip("."))


def page_meant(text: str) -> str | None:
    """Return the address of a page in brackets, without its scheme or with a scheme that is misspelt."""
    found = re.search(r"https?://[^\s<>()\[\]\"]+", text)
    if found is not None and re.fullmatch(r"[<(\"]?.*[>)\"]?", text) and text.count("://") == 1:
        return url(found[0]) if " " not in text else url(text.replace(" ", "%20"))
    if " " in text or "@" in text:
        return None
    scheme = _SCHEME.match(text)
    if scheme is None:
        return url(f"https://{text}") if "." in text.partition("/")[0] else None
    name = re.match("[a-z]+", text.lower())
    rest = text[scheme.end() :].replace("\\", "/")
    if name is None or name[0] not in _SCHEMES:
        return None
    return url(f"{_SCHEMES[name[0]]}://{rest}")


_SCHEMES = {
    **dict.fromkeys(("https", "htps", "htpps", "httsp", "htttps"), "https"),
    **dict.fromkeys(("http", "htp", "htttp", "hhtp"), "http"),
}
"""Schemes that a browser opens, and how hands miss them."""


def mail_meant(text: str) -> str | None:
    """Return the mail address in a link, or with blanks around its sign."""
    bare = re.sub(r"\s*@\s*", "@", text.removeprefix("mailto:")).strip("<>. ")
    return mail(bare)


def told(kind: str, text: str) -> Phrase | None:
    """Return what to write where another thing stands, or several."""
    if kind not in _COMPILED:
        return None
    several = [part for part in re.split(r"\s*[,;]\s*|\s+(?:và|and)\s+|\s+", text) if part]
    if len(several) > 1 and all(_is(kind, part) and "." in part for part in several):
        return phrase("only one goes here: write {what}", what=several[0])
    if kind == "host_name" and mail(text):
        return phrase(
            "this is a mail address: write the name alone, {name}", name=text.split("@")[1]
        )
    if kind == "host_name" and (page := _at_an_address(text)) is not None:
        return phrase("this is an address: leave the key out, and write url: {page}", page=page)
    if kind in ("host_name", "url") and not text.isascii() and " " not in text and "." in text:
        return _in_ascii(text)
    return None


def _at_an_address(text: str) -> str | None:
    try:
        return f"https://{ipaddress.IPv4Address(text)}/"
    except ValueError:
        return None


def _in_ascii(text: str) -> Phrase | None:
    """Return the form that DNS knows of a name with letters of its own (RFC 5891)."""
    scheme = _SCHEME.match(text)
    head = scheme[0] if scheme else ""
    name, sign, path = text[len(head) :].partition("/")
    try:
        known = name.encode("idna").decode("ascii")
    except UnicodeError:
        return None
    if not host_name(known):
        return None
    bare = ".".join(plain(label, keep="-_").replace(" ", "") for label in name.split("."))
    return phrase(
        "names in DNS have no marks: write {bare}, or {name} if it has them",
        bare=f"{head}{bare}{sign}{path}",
        name=f"{head}{known}{sign}{path}",
    )
