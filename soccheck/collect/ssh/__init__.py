"""SSH by paramiko, which is imported nowhere else: connect, verify, log in, run one script.

What paramiko's own client leaves lying about is taken here: keys and known hosts are loaded once, the
socket answers at once (Nagle and delayed ACK cost 90 ms a session), and a connection is read by the thread
that asks, so that none is spent on reading or on a timer. Host keys are always verified.
"""

from __future__ import annotations

import logging
import sys

# paramiko loads invoke, a seventh of our start, for `Match exec` alone: `read_config` does when needed.
sys.modules["invoke"] = None  # type: ignore[assignment]
import paramiko  # noqa: E402, F401

del sys.modules["invoke"]

# What machines say must not reach a log unasked; every failure comes back as an exception.
logging.getLogger("paramiko").setLevel(logging.CRITICAL + 1)
