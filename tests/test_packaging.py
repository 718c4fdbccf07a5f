"""The wheel carries all that the command needs away from a clone."""

from __future__ import annotations

import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

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
    audit = run("audit", "copy", "--as-of", "2024-06-30", "--lang", "vi")
    assert audit.returncode == 1, audit.stderr
    assert "39/39 được phê" in audit.stdout
