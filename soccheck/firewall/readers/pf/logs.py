"""Whether pfSense and OPNsense keep what their rules log.

Sources: pfSense `syslog.inc` and "Log Settings"; OPNsense `Syslog.xml` and its documentation, "Logging".
"""

from __future__ import annotations

from collections.abc import Iterator

from soccheck.firewall.readers.pf.xml import Node
from soccheck.firewall.readers.unread import together
from soccheck.phrase import Phrase, phrase

SERVERS = ("remoteserver", "remoteserver2", "remoteserver3")
_NOWHERE = phrase("its log is kept neither here nor elsewhere")


def unkept(root: Node) -> Iterator[Phrase]:
    """Yield why what is logged is kept nowhere, or may be."""
    for node in root.all("syslog"):
        servers = [node.text(server) for server in SERVERS]
        chosen = [node.on(kind) for kind in ("filter", "logall")]
        sent = node.on("enable") and any(servers) and any(chosen)
        if node.on("disablelocallogging") and not sent:
            yield _NOWHERE
        yield from _unread(node)
    for node in root.all("OPNsense", "Syslog"):
        sent = any(_takes(to) for to in node.all("destinations", "destination"))
        for general in node.all("general"):
            on, here = (general.text(key) != "0" for key in ("enabled", "loglocal"))
            if not on or not (here or sent):
                yield _NOWHERE
            yield from _unread(general)
        yield from _unread(node)


def _takes(destination: Node) -> bool:
    """Tell whether a destination takes what the filter logs: `filterlog`, at `info`, for `local0`."""
    limits = {
        word: destination.text(key)
        for key, word in (("program", "filterlog"), ("level", "info"), ("facility", "local0"))
    }
    passed = all(not said or word in said.split(",") for word, said in limits.items())
    return destination.text("enabled") != "0" and passed


def _unread(node: Node) -> Iterator[Phrase]:
    left = node.record.left()
    if left:
        yield phrase("not read: {text}", text=together(left))
    node.record.done = True
