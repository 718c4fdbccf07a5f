"""Judge the twenty conditions by CEL and by Cloud Custodian; runs in the peers' own environment.

They are kept apart because Custodian pins its dependencies to single versions.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
import venv
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.bench.conditions import CASES

ROOT = Path(__file__).resolve().parents[2]
HOME = ROOT / ".venv-bench"
PACKAGES = ("common-expression-language==0.10.0", "c7n==0.9.53")


def python() -> str:
    """Return the peers' interpreter, made and filled on first use."""
    interpreter = HOME / "bin" / "python"
    if not interpreter.exists():
        venv.create(HOME, with_pip=True)
        install = [str(interpreter), "-m", "pip", "install", "--quiet", *PACKAGES]
        subprocess.run(install, check=True)
    return str(interpreter)


def run(hosts: Path) -> dict[str, float]:
    """Return each peer's seconds a judgement on the hosts in a JSON file."""
    command = [python(), "-m", "tests.bench.peers", str(hosts)]
    done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def timed(work: Callable[[], object]) -> float:
    """Return the least seconds `work` takes in three rounds."""
    rounds = []
    for _ in range(3):
        start = time.perf_counter()
        work()
        rounds.append(time.perf_counter() - start)
    return min(rounds)


def cel(hosts: list[dict[str, Any]]) -> float:
    """Return the seconds a judgement takes CEL, programs compiled beforehand."""
    import cel

    programs = [cel.compile(case.cel) for case in CASES]
    some = hosts[:500]
    seconds = timed(lambda: [p.execute({"host": host}) for host in some for p in programs])
    return seconds / (len(some) * len(CASES))


def custodian(hosts: list[dict[str, Any]]) -> float:
    """Return the seconds a judgement takes Custodian's filters, which take all hosts at once."""
    os.environ.setdefault("AWS_DEFAULT_REGION", "us-east-1")
    from c7n.filters.core import FilterRegistry, ValueFilter

    registry = FilterRegistry("bench.filters")
    registry.register("value", ValueFilter)
    filters = [registry.factory(case.custodian, _Manager(registry)) for case in CASES]
    return timed(lambda: [f.process(hosts) for f in filters]) / (len(hosts) * len(CASES))


class _Manager:
    """What Custodian's and/or blocks ask of a resource manager, and no more."""

    type = "bench"

    def __init__(self, registry: Any) -> None:
        self.filter_registry = registry

    def get_model(self) -> Any:
        class Model:
            id = "id"

        return Model


if __name__ == "__main__":
    given: list[dict[str, Any]] = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    print(json.dumps({"cel": cel(given), "custodian": custodian(given)}))
