"""SSH by paramiko, which is imported nowhere else: connect, verify, log in, run one script.

What paramiko's own client leaves lying about is taken here: keys and known hosts are loaded once, the
socket answers at once (Nagle and delayed ACK cost 90 ms a session) and counts what comes in, and whatever
takes too long is broken off. Host keys are always verified.
"""

from __future__ import annotations

import logging

# What machines say must not reach a log unasked; every failure comes back as an exception.
logging.getLogger("paramiko").setLevel(logging.CRITICAL + 1)
