"""Numbers are the addresses that the C library takes them for."""

from __future__ import annotations

import socket
from ipaddress import IPv4Address

from hypothesis import given
from hypothesis import strategies as st

from soccheck.probes import itself

_NUMBERS = st.integers(min_value=0, max_value=300) | st.integers(min_value=0, max_value=2**33)
_PARTS = st.builds(
    lambda form, number: form.format(number),
    st.sampled_from(["{:d}", "0{:o}", "000{:o}", "0x{:x}", "0x00{:x}", "0{:d}"]),
    _NUMBERS,
)


@given(st.lists(_PARTS, min_size=1, max_size=5).map(".".join))
def test_numbers_are_read_as_the_c_library_reads_them(name: str) -> None:
    try:
        wanted = IPv4Address(socket.inet_aton(name))
    except OSError:
        wanted = None
    assert itself.counted(name) == wanted
