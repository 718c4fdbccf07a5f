"""`python -m tests.bench.core`: loading, judging, starting, each beside its peer, with the ratio.

The peers' environment is made on first use. Each measurement runs in a process of its
own; the median of the rounds counts.
"""

from __future__ import annotations

import argparse
import gc
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from tests.bench import conditions, fleet, peers

ROOT = Path(__file__).resolve().parents[2]
ROUNDS = 5


def timed(work: Callable[[], object]) -> float:
    """Return the seconds `work` takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def load_soccheck(folder: Path) -> dict[str, float]:
    """Load the inventory: strict, located, schema-checked, flattened, references checked."""
    from soccheck.inventory import load as inventory

    seconds = timed(lambda: inventory.load(folder, "bench"))
    return {"seconds": seconds, "mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}


def load_pyyaml(folder: Path) -> dict[str, float]:
    """Load the same files by PyYAML's fastest loader: no locations, no checks."""
    import yaml

    def work() -> None:
        for path in sorted(folder.glob("*.yaml")):
            with path.open(encoding="utf-8") as file:
                yaml.load(file, Loader=yaml.CSafeLoader)

    seconds = timed(work)
    return {"seconds": seconds, "mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}


def judge(folder: Path) -> dict[str, float]:
    """Judge 20 controls on every host, in turn with the peers, in one process."""
    from soccheck.assess import evaluate
    from soccheck.assess import evidence as world
    from soccheck.inventory import load as inventory
    from soccheck.model import Finding, Status
    from soccheck.policy import load as policy

    loaded = inventory.load(folder, "bench")
    path = folder / "policy.json"
    path.write_text(conditions.policy(), encoding="utf-8")
    policies = policy.load([(path, "policy.json")])
    (only,) = policies
    here = world.World(loaded, {}, conditions.AS_OF)
    hosts = here.assets("host")
    results = {True: Status.PASS, False: Status.FAIL, None: Status.UNKNOWN}
    pairs = list(zip(only.controls, (case.python for case in conditions.CASES), strict=True))

    def by_hand() -> list[Finding]:
        found = []
        for host in hosts:
            for control, test in pairs:
                result = results[test(host.facts)]
                found.append(
                    Finding(
                        policy=only,
                        control=control,
                        asset=host,
                        result=result,
                        status=result,
                        excuse=None,
                        counted=None,
                    )
                )
        return found

    ours: list[float] = []
    hands: list[float] = []
    gc.disable()  # as the command does: nothing that is made here is garbage before the run ends
    for _ in range(ROUNDS):
        ours.append(timed(lambda: evaluate.judge(policies, here)))
        hands.append(timed(by_hand))
    key = lambda f: (f.control.id, f.asset.id)  # noqa: E731
    assert sorted(evaluate.judge(policies, here), key=key) == sorted(by_hand(), key=key)
    return {
        "soccheck": statistics.median(ours),
        "best": min(ours),
        "by_hand": statistics.median(hands),
        "judgements": len(hosts) * len(pairs),
        "mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


def _nested(facts: Any) -> dict[str, Any]:
    from soccheck.report.formats.json import plain

    tree: dict[str, Any] = {}
    for name, value in facts.items():
        node = tree
        *heads, last = name.split(".")
        for head in heads:
            node = node.setdefault(head, {})
        node[last] = plain(value)
    return tree


def hosts(folder: Path) -> dict[str, float]:
    """Write the hosts as JSON, for the peers to judge."""
    from soccheck.assess import evidence as world
    from soccheck.inventory import load as inventory

    here = world.World(inventory.load(folder, "bench"), {}, conditions.AS_OF)
    chosen = [{**_nested(host.facts), "id": host.id} for host in here.assets("host")]
    (folder / "hosts.json").write_text(json.dumps(chosen, ensure_ascii=False), encoding="utf-8")
    return {}


def start(rounds: int = 15) -> dict[str, float]:
    """Return the median wall seconds of whole processes, taken in turn: a machine's speed drifts."""
    command = str(Path(sys.executable).with_name("soccheck"))
    audit = [command, "audit", "inventories/an-giang", "--as-of", "2024-06-30"]
    commands = {
        "bare": [sys.executable, "-c", "pass"],
        "version": [command, "--version"],
        "audit": audit,
        "audit --policies": [*audit, "--policies", "policies"],  # which are never kept
    }
    spent: dict[str, list[float]] = {name: [] for name in commands}

    def run(words: list[str]) -> None:
        quiet = subprocess.DEVNULL
        subprocess.run(words, cwd=ROOT, stdout=quiet, stderr=quiet, check=False)

    for number in range(rounds + 1):
        for name, words in commands.items():
            took = timed(partial(run, words))
            if number:  # the first run of each fills the caches
                spent[name].append(took)
    return {name: statistics.median(times) for name, times in spent.items()}


def child(part: str, *args: str) -> dict[str, float]:
    """Run a part in a process of its own, so that its memory is its own."""
    command = [sys.executable, "-m", "tests.bench.core", "--part", part, *args]
    done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def report(line: str, ratio: float, goal: str) -> None:
    """Print one ratio with what it is to reach."""
    print(f"{line:<62} {ratio:8.2f}   goal {goal}", flush=True)


def main(sizes: list[int]) -> None:
    """Print every ratio."""
    with tempfile.TemporaryDirectory() as name:
        for size in sizes:
            folder = Path(name) / str(size)
            fleet.write(folder, size)
            print(f"\n{size} hosts of 59 lines")
            loads = [child("load", str(folder)) for _ in range(3)]
            ours = min(load["seconds"] for load in loads)
            memory = max(load["mb"] for load in loads)
            text = f"  load {ours:.2f} s, {memory:.0f} MB, {ours / size * 1e6:.0f} µs a host"
            if size <= 10_000:
                theirs = min(child("pyyaml", str(folder))["seconds"] for _ in range(2))
                report(f"{text}; CSafeLoader {theirs:.2f} s", ours / theirs, "at most 0.5")
            else:
                print(text)
            judged = child("judge", str(folder))
            each = judged["soccheck"] / judged["judgements"] * 1e6
            text = f"  judge {judged['judgements']:.0f}: {judged['soccheck']:.2f} s, {each:.2f} µs each"
            report(
                f"{text}; by hand {judged['by_hand']:.2f} s",
                judged["soccheck"] / judged["by_hand"],
                "at most 2",
            )
            if size == 10_000:
                child("hosts", str(folder))
                other = peers.run(folder / "hosts.json")
                # The machine's speed drifts: judge again beside the peers, best against best.
                best = min(child("judge", str(folder))["best"] for _ in range(3))
                best = min(best, judged["best"]) / judged["judgements"]
                for peer in ("cel", "custodian"):
                    text = f"  {peer} {other[peer] * 1e6:.1f} µs each; soccheck {best * 1e6:.2f}"
                    report(text, other[peer] / best, "at least 20 times")
    started = start()
    print("\nwhole processes")
    goals = {"version": "at most 4", "audit": "at most 12", "audit --policies": "none stated"}
    for part, goal in goals.items():
        bare = f"python -c pass {started['bare'] * 1e3:.0f} ms"
        text = f"  soccheck {part} {started[part] * 1e3:.0f} ms; {bare}"
        report(text, started[part] / started["bare"], goal)


PARTS: dict[str, Callable[[Path], dict[str, float]]] = {
    "load": load_soccheck,
    "pyyaml": load_pyyaml,
    "judge": judge,
    "hosts": hosts,
}

if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", default="1000,10000,100000", help="numbers of hosts")
    parser.add_argument("--part", nargs=2, metavar=("PART", "FOLDER"), help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.part:
        print(json.dumps(PARTS[given.part[0]](Path(given.part[1]))))
    else:
        main([int(size) for size in given.sizes.split(",")])
