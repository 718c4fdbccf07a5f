"""Kaspersky Network Agent on Linux, by klnagchk; see `antivirus_products.py`.

`antivirus.central` of Kaspersky is true where it runs under a policy of its Administration Server, and the
Network Agent runs, names that server and itself, made each heartbeat since its start with success, and the
last within two hours; unknown otherwise.

NOTE: `Last ping` is the last attempt: that it succeeded only the two counts tell.
"""

from __future__ import annotations

import re
from datetime import timedelta

from soccheck.probes.antivirus_facts import IDENTIFIER
from soccheck.probes.base import Answers, Learnt, Moment, fields, utc

CENTRAL = "antivirus.central"
_LATELY = timedelta(hours=2)
_CLOCKS = timedelta(minutes=5)
"""How much a machine's clock may be ahead of ours."""
_QUOTED = re.compile(r"'[^'\n]*'")
_PING = re.compile(r"([0-9]{2}/[0-9]{2}/[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}) GMT(?: \(.*)?")
_TROUBLE = re.compile(r"(?i)error|fail|denied|refused|timed out|cannot|unable|unavailable")


def managed(
    policy: str | None, answers: Answers, running: set[str], when: Moment, learnt: Learnt
) -> None:
    """Read `klnagchk`: lines `<name>: <value>` among others, whose names are compared by their letters."""
    answer = answers["kesl-console"]
    if "klnagent" not in running:
        learnt.fail("unparsed", "no Network Agent runs beside it", CENTRAL)
        return
    if answer.state != "ok":
        learnt.blame(answer, CENTRAL)
        return
    if "kesl" not in running or policy != "Applied":
        learnt.fail("unparsed", "that it runs under a policy of its server is not told", CENTRAL)
    said = fields(re.sub(r"(?m)^[^:\n]+(?=:)", _letters, answer.output))
    server, host = said.get("server address", "").strip("'\" "), said.get("hostid", "")
    if not server or not IDENTIFIER.fullmatch(host):
        learnt.fail("unparsed", "that it is bound to an Administration Server is not told", CENTRAL)
    tried, succeeded = said.get("ping count", ""), said.get("succ pings", "")
    if _TROUBLE.search(_QUOTED.sub("", answer.output)) or not re.fullmatch("[1-9][0-9]*", tried):
        learnt.fail("unparsed", "that it reaches its Administration Server is not told", CENTRAL)
    last = _PING.fullmatch(said.get("last ping", ""))
    reached = utc(last[1], "%m/%d/%y %H:%M:%S") if last and tried == succeeded else None
    if reached is None or not -_CLOCKS <= when.ended - reached <= _LATELY:
        detail = "that it reached its Administration Server lately is not told"
        learnt.fail("unparsed", detail, CENTRAL)
    learnt.say(CENTRAL, True)


def _letters(name: re.Match[str]) -> str:
    """Return the words of a name: what stands between them is not told alike."""
    return " ".join(re.findall("[a-z]+", name[0].lower()))
