"""Official documents made of inventories, and opened again by python-docx."""

from __future__ import annotations

import io
from datetime import date
from pathlib import Path
from typing import Any

from docx import Document

from soccheck import audit
from soccheck.assess.assessment import Assessment
from soccheck.i18n import Language
from soccheck.inventory import load as inventory
from soccheck.policy import load as policy
from soccheck.report import renderer
from soccheck.report.report import Layout, Report

ROOT = Path(__file__).parents[3]
AN_GIANG = ROOT / "inventories" / "an-giang"


def judged(folder: Path, day: date, only: tuple[str, ...] = ()) -> Assessment:
    """Return the assessment of an inventory by the shipped policies, or by some of them."""
    paths = [(path, path.name) for path in sorted((ROOT / "policies").glob("*.yaml"))]
    chosen = [item for item in paths if not only or item[0].stem.startswith(only)]
    editions = policy.load(chosen)
    return audit.judge(inventory.load(folder, "inv"), policy.in_force(editions, day), day, None)


def made(form: str, report: Report, code: str = "vi") -> bytes:
    """Return a document as the content of a file."""
    return b"".join(bytes(p) for p in renderer(form)(report, Language(code), Layout()))  # type: ignore[arg-type]


def opened(content: bytes) -> Any:
    """Return a document opened."""
    return Document(io.BytesIO(content))


def words(document: Any) -> str:
    """Return all text of a document's body, tables too, a paragraph a line."""
    texts = (
        "".join(run.text or "" for run in paragraph.iter(f"{{{W}}}t"))
        for paragraph in document.element.body.iter(f"{{{W}}}p")
    )
    return "\n".join(texts)


W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
