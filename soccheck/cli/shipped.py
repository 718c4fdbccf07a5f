"""Where what comes with soccheck lies: its policies and its sample inventories."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).parent.parent


def folder(name: str) -> Path:
    """Return the folder `policies` or `inventories`: beside the package, or in the wheel within it."""
    inside = _PACKAGE / name
    return inside if inside.is_dir() else _PACKAGE.parent / name
