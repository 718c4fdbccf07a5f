"""Which values of an ssh_config are followed, and how `ssh -G` tells them; what is not is refused."""

from __future__ import annotations

import re
from collections.abc import Sequence

from soccheck.collect.ssh.algorithm_lists import gives_order

EXPECTED = {
    "canonicalizehostname": {"no", "false"},
    "checkhostip": {"no", "false"},
    "pubkeyauthentication": {"yes", "true", "unbound", "host-bound"},
    "identityagent": {"none", "SSH_AUTH_SOCK"},
    "knownhostscommand": {"none"},
    "pkcs11provider": {"none"},
    "preferredauthentications": {"publickey"},
}
"""Followed only while they say what holds anyway."""
_EXACT = frozenset({"identityagent", "preferredauthentications"})
"""Those of them whose values ssh takes letter by letter; other agents than its own are files."""
NOT_FOLLOWED = frozenset(
    {
        *("bindaddress", "bindinterface", "certificatefile", "dsaauthentication", "identityfile2"),
        *("securitykeyprovider", "smartcarddevice"),
    }
)
"""What changes from where we connect, or who logs in by what. Of the others that ssh knows, none changes
where we connect, whom we trust and who logs in."""
INSTEAD = {
    "bindaddress": "let the system's routes decide",
    "bindinterface": "let the system's routes decide",
    "canonicalizehostname": "write whole names",
    "certificatefile": "put it beside its key, as KEY-cert.pub",
    "hostkeyalgorithms": "write whole names",
    "identityagent": "name it in SSH_AUTH_SOCK",
    "knownhostscommand": "write what it prints into a known_hosts file",
    "pkcs11provider": "give it to the agent by ssh-add -s",
}
"""What to do instead of some that are not followed."""
ALIASES = {"pubkeyacceptedkeytypes": "pubkeyacceptedalgorithms"}
"""Former names of keywords."""


def told(keyword: str, value: str) -> str:
    """Return a value as `ssh -G` tells it."""
    if keyword in ("port", "requiredrsasize"):
        return str(int(value))
    if keyword in ("hostkeyalias", "addressfamily"):
        return value.lower()
    if keyword == "identitiesonly":
        return "yes" if value.lower() in ("yes", "true") else "no"
    return value


def is_misread(keyword: str, words: Sequence[str], rest: str) -> bool:
    """Return whether ssh takes a value for another than its first word says.

    Quotes count as part of ProxyJump; a user's tokens are replaced since OpenSSH 10.
    """
    value = words[0]
    if keyword == "port":
        return not (value.isascii() and value.isdecimal())  # a service's name
    if keyword == "hostkeyalgorithms" and gives_order(value):
        return "*" in value or "?" in value  # each release of ssh has an order of its own
    if keyword == "hostname":
        return "${" in value or re.search("%(?![h%])", value.replace("%%", "")) is not None
    if keyword == "proxyjump":
        # Behind `none` a comment makes it the name of a machine.
        commented = value.lower() == "none" and rest != value
        return len(words) > 1 or commented or any(sign in rest for sign in "%\"'") or "#" in value
    return keyword == "user" and ("%" in value or "${" in value)


def forbids(keyword: str, value: str) -> bool:
    """Return whether a value asks for what we do not do."""
    if keyword == "preferredauthentications":  # what comes first is tried first
        value = value.split(",")[0]
    value = value if keyword in _EXACT else value.lower()
    return keyword in EXPECTED and value not in EXPECTED[keyword]
