"""The wheel carries all that the command needs away from a clone, and the locks hold to its bounds."""

from __future__ import annotations

import subprocess
import sys
import tomllib
import venv
import zipfile
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).parents[1]
CARRIED = {
    "policies": "soccheck/policies",
    "inventories": "soccheck/inventories",
    "soccheck/schemas": "soccheck/schemas",
    "soccheck/locale": "soccheck/locale",
    "soccheck/template": "soccheck/template",
}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "-w", str(folder), "."]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    (found,) = folder.glob("*.whl")
    return found


def test_every_data_file_is_in_the_wheel(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    for folder, place in CARRIED.items():
        files = [path for path in (ROOT / folder).rglob("*") if path.is_file()]
        data = [path for path in files if path.suffix not in (".py", ".pyc")]
        assert data
        missing = {f"{place}/{path.relative_to(ROOT / folder).as_posix()}" for path in data} - names
        assert missing == set()


def test_the_installed_wheel_audits_its_own_sample(wheel: Path, tmp_path: Path) -> None:
    # The dependencies are those of this environment; what is tried is what the wheel brings.
    environment = tmp_path / "venv"
    venv.create(environment, with_pip=True, system_site_packages=False)
    python = environment / "bin" / "python"
    install = [python, "-m", "pip", "install", "--quiet", "--no-deps", wheel]
    subprocess.run([str(part) for part in install], check=True, capture_output=True)
    packages = next(path for path in sys.path if path.endswith("site-packages"))
    (pure,) = environment.glob("lib/python*/site-packages")
    (pure / "dependencies.pth").write_text(packages + "\n", encoding="utf-8")

    def run(*words: str) -> subprocess.CompletedProcess[str]:
        command = [str(environment / "bin" / "soccheck"), *words]
        return subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)

    made = run("init", "--sample", "an-giang", "copy")
    assert made.returncode == 0, made.stderr
    audit = run("audit", "--details", "copy", "--as-of", "2024-06-30", "--lang", "vi")
    assert audit.returncode == 1, audit.stderr
    assert "39/39 được phê" in audit.stdout


def direct() -> list[Requirement]:
    """Return what soccheck and its tests ask for by name."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    lines = [*project["dependencies"], *project["optional-dependencies"]["test"]]
    return [Requirement(line) for line in lines]


def pinned(lock: str) -> dict[str, Version]:
    """Return the version of each package in a lock; the markers of what has several do not matter."""
    lines = (ROOT / "requirements" / lock).read_text(encoding="utf-8").splitlines()
    pins = [line.partition(";")[0].strip() for line in lines if line and line[0] not in " #"]
    return {name: Version(version) for name, _, version in (pin.partition("==") for pin in pins)}


@pytest.mark.parametrize("lock", ["lock.txt", "oldest.txt"])
def test_a_lock_pins_what_is_asked_for_within_its_bounds(lock: str) -> None:
    pins = pinned(lock)
    for wanted in direct():
        version = pins[canonicalize_name(wanted.name)]
        assert version in wanted.specifier, f"{wanted}, {lock} has {version}: sh requirements/renew"


def test_every_bound_is_tried_and_no_major_version_is_taken_untried() -> None:
    oldest = pinned("oldest.txt")
    for wanted in direct():
        operators = {bound.operator for bound in wanted.specifier}
        assert operators == {">=", "<"}, f"{wanted}: a lowest version and an upper bound"
        (lowest,) = (Version(b.version) for b in wanted.specifier if b.operator == ">=")
        found = oldest[canonicalize_name(wanted.name)]
        assert found.release[: len(lowest.release)] == lowest.release, (
            f"{wanted}: its lowest runs with {found}"
        )
