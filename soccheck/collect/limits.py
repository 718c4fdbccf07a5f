"""What a machine may cost: how long each step may take, and how much may come back."""

from __future__ import annotations

from dataclasses import dataclass

MIB = 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Represents how long each step may take, in seconds, and how much may come back, in bytes."""

    connect: float = 5.0
    login: float = 15.0
    command: float = 60.0
    total: float = 120.0
    output: int = 16 * MIB


@dataclass(frozen=True, slots=True, kw_only=True)
class Raw:
    """Represents what came back, and why it ended: empty, `timeout`, `too_large` or `lost`."""

    output: bytes
    error: bytes
    cause: str
