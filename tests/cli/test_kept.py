"""What is kept between runs: used for the very same files and modules only, and never missed."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from soccheck.cli import kept
from tests.scratch import soccheck

POLICIES = Path(__file__).parent.parent.parent / "policies"


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a package of one module and one schema, with byte code in a folder of its own."""
    package = tmp_path / "package"
    (package / "schemas").mkdir(parents=True)
    (package / "module.py").write_text("one")
    (package / "schemas" / "policy.schema.json").write_text("{}")
    for path in package.rglob("*.*"):
        os.utime(path, (1_000_000_000, 1_000_000_000))
    monkeypatch.setattr(kept, "_PACKAGE", package)
    monkeypatch.setattr(sys, "pycache_prefix", str(tmp_path / "code"))
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    return package


def made(sources: list[object], value: object) -> object:
    """Return what is kept for `sources`; `value` where it had to be made."""
    return kept.made("policies", sources, lambda: value)


def files(place: Path) -> list[Path]:
    """Return what is kept; byte code of other modules lands there as well."""
    return list((place.parent / "code").rglob("policies*"))


def test_is_made_once_for_the_same_sources(place: Path) -> None:
    assert made([("a.yaml", b"a")], "first") == "first"
    assert made([("a.yaml", b"a")], "second") == "first"
    assert [path.suffix for path in files(place)] == [".pickle"]


@pytest.mark.parametrize(
    "sources", [[("a.yaml", b"b")], [("b.yaml", b"a")], [("a.yaml", b"a"), ("b.yaml", b"b")], []]
)
def test_is_made_anew_for_other_sources(place: Path, sources: list[object]) -> None:
    made([("a.yaml", b"a")], "first")
    assert made(sources, "second") == "second"
    assert made(sources, "third") == "second"


@pytest.mark.parametrize("name", ["module.py", "schemas/policy.schema.json", "new.py"])
def test_is_made_anew_once_a_module_or_a_schema_changed(place: Path, name: str) -> None:
    made([], "first")
    (place / name).write_text("another text")
    assert made([], "second") == "second"


def test_is_made_anew_once_a_module_was_written_again(place: Path) -> None:
    made([], "first")
    os.utime(place / "module.py", (1, 1))
    assert made([], "second") == "second"


def test_what_a_module_written_just_now_makes_is_not_kept(place: Path) -> None:
    (place / "module.py").touch()
    assert made([], "first") == "first"
    assert files(place) == []


def test_all_that_reads_policies_is_among_the_modules_looked_at() -> None:
    code = (
        "import sys; from pathlib import Path; from soccheck import policy\n"
        f"assert policy.load([(Path({str(POLICIES)!r}), 'policies')])\n"
        "seen = list(sys.modules.items())\n"
        "from soccheck.cli import kept\n"
        "known = {path for path, *_ in kept._modules()}\n"
        "print({m.__file__ for n, m in seen if n.startswith('soccheck.')} - known)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"


def test_is_made_anew_by_another_version(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made([], "first")
    monkeypatch.setattr(kept, "__version__", "another")
    assert made([], "second") == "second"


@pytest.mark.parametrize("content", [b"", b"\x80", b"\x80\x05N.", b"cos\nno_such\n."])
def test_a_file_that_is_not_whole_is_made_anew(place: Path, content: bytes) -> None:
    made([], "first")
    (file,) = files(place)
    file.write_bytes(content)
    assert made([], "second") == "second"
    assert made([], "third") == "second"


def test_what_fails_is_not_kept(place: Path) -> None:
    def fails() -> None:
        raise ValueError("as always")

    for _ in range(2):
        with pytest.raises(ValueError, match="as always"):
            kept.made("policies", [], fails)
    assert files(place) == []


def test_nothing_is_written_where_no_byte_code_is(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    assert made([], "first") == "first"
    assert made([], "second") == "second"
    assert files(place) == []


def test_a_place_that_cannot_be_written_to_is_no_fault(place: Path) -> None:
    (place.parent / "code").write_text("a file where the folder would be")
    assert made([], "first") == "first"
    assert made([], "second") == "second"


INVENTORY = str(Path(__file__).parent.parent.parent / "inventories" / "an-giang")
AUDIT = ("audit", INVENTORY, "--as-of", "2024-06-30", "--format", "json")


def test_an_audit_says_the_same_by_policies_that_were_kept(tmp_path: Path) -> None:
    none = {"PYTHONDONTWRITEBYTECODE": "1", "PYTHONPYCACHEPREFIX": str(tmp_path / "none")}
    some = {"PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": str(tmp_path / "some")}
    fresh, first, second = (soccheck(*AUDIT, cwd=tmp_path, env=env) for env in (none, some, some))
    assert fresh.returncode == 1
    assert fresh.stdout == first.stdout == second.stdout
    assert len(list((tmp_path / "some").rglob("policies*.pickle"))) == 1
    assert not (tmp_path / "none").exists()


def test_policies_that_a_user_wrote_are_not_kept(tmp_path: Path) -> None:
    env = {"PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": str(tmp_path / "code")}
    ran = soccheck(*AUDIT, "--policies", str(POLICIES), cwd=tmp_path, env=env)
    assert ran.returncode == 1
    assert list((tmp_path / "code").rglob("*.pickle")) == []
