"""The README and the pages of `docs/` show what the commands really print.

`python -m tests.test_readme` writes the present output into them.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
README = ROOT / "README.md"
PAGES = [README, ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]
SHOWN = re.compile(r"(<!-- output of: (.+?) -->\n```[a-z]*\n)(.*?)(```\n)", re.DOTALL)
LINK = re.compile(r"\]\(([^)#]*)(?:#([^)]*))?\)")


def output(command: str) -> str:
    """Return what a command of a page prints, as in a terminal of 80 columns."""
    folder = Path(sys.executable).parent
    path = f"{folder}{os.pathsep}{os.environ['PATH']}"
    environment = {**os.environ, "PATH": path, "LC_ALL": "C.UTF-8", "COLUMNS": "80"}
    shell = ["bash", "-c", command]
    done = subprocess.run(
        shell, cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    return done.stdout


def filled(text: str) -> str:
    """Return a page with every shown output as it is now."""
    return SHOWN.sub(lambda found: found[1] + output(found[2]) + found[4], text)


def anchors(page: Path) -> set[str]:
    """Return what a page's headings are linked by, as GitHub makes it."""
    heads = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads}


def name(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


@pytest.mark.parametrize(
    "page", [p for p in PAGES if SHOWN.search(p.read_text(encoding="utf-8"))], ids=name
)
def test_a_page_shows_what_the_commands_print(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    assert filled(text) == text, "run `python -m tests.test_readme` and read what changed"


def test_outputs_are_shown() -> None:
    assert SHOWN.search(README.read_text(encoding="utf-8"))
    assert sum(len(SHOWN.findall(p.read_text(encoding="utf-8"))) for p in PAGES) >= 5


def test_a_link_leads_somewhere() -> None:
    wrong = []
    for page in PAGES:
        for path, anchor in LINK.findall(page.read_text(encoding="utf-8")):
            if path.startswith("http"):
                continue
            target = (page.parent / path).resolve() if path else page
            if not target.exists() or (anchor and anchor not in anchors(target)):
                wrong.append(f"{name(page)}: {path}#{anchor}")
    assert wrong == []


def test_the_pages_name_every_command() -> None:
    from soccheck.cli import COMMANDS

    text = "\n".join(page.read_text(encoding="utf-8") for page in PAGES)
    assert [command for command in COMMANDS if f"soccheck {command}" not in text] == []


def test_the_readme_is_read_in_one_go() -> None:
    assert len(README.read_text(encoding="utf-8").splitlines()) <= 150


if __name__ == "__main__":
    for each in PAGES:
        each.write_text(filled(each.read_text(encoding="utf-8")), encoding="utf-8")
