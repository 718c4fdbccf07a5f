"""One packet, as the second evaluator and a witness have it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Packet:
    """One packet, every field given."""

    family: int
    src: int
    dst: int
    iif: str = ""
    oif: str = ""
    proto: int = 6
    sport: int = 0
    dport: int = 0
    ct: int = 0
    flags: int = 0
    itype: int = 0
    icode: int = 0
    dtype: int = 0
    stype: int = 0
    ttl: int = 64
    frag: int = 0
    rt: int = 0
    rpath: int = 1
    fresh: int = 1
    dnat: int = 0
