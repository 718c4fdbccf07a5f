"""`python -m tests.bench.core`: loading, judging, starting, each beside its peer, with the ratio.

The peers' environment is made on first use. Each measurement runs in a process of its
own; the median of the rounds counts.
"""

from __future__ import annotations

import argparse
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.bench import conditions, fleet, goals, peers

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
    from soccheck.report.json_text import plain

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
    commands = {
        "bare": [sys.executable, "-c", "pass"],
        "--version": goals.soccheck("--version"),
        "audit": goals.soccheck("audit", "inventories/an-giang", "--as-of", "2024-06-30"),
    }
    spent: dict[str, list[float]] = {name: [] for name in commands}
    for number in range(rounds + 1):
        for name, words in commands.items():
            took = goals.run(words, ROOT).wall
            if number:  # the first run of each fills the caches
                spent[name].append(took)
    return {name: statistics.median(times) for name, times in spent.items()}


def child(part: str, *args: str) -> dict[str, float]:
    """Run a part in a process of its own, so that its memory is its own."""
    command = [sys.executable, "-m", "tests.bench.core", "--part", part, *args]
    done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def loading(folder: Path, size: int) -> tuple[bool, float]:
    """Print what loading takes; return whether the goals are kept, and the µs a host."""
    loads = [child("load", str(folder)) for _ in range(3)]
    seconds = min(load["seconds"] for load in loads)
    each = seconds / size * 1e6
    text = f"  load {seconds:.2f} s, {each:.0f} µs a host"
    if size > 10_000:
        print(text)
        return True, each
    theirs = min(child("pyyaml", str(folder))["seconds"] for _ in range(2))
    kept = goals.at_most(f"{text}; CSafeLoader {theirs:.2f} s", seconds / theirs, 0.6)
    memory = max(load["mb"] for load in loads)
    return kept & goals.at_most("  load, memory at its peak", memory, 300, "MB"), each


def judging(folder: Path) -> tuple[bool, float]:
    """Print what judging takes beside the hand-written loop; likewise, the µs a judgement."""
    judged = child("judge", str(folder))
    each = judged["soccheck"] / judged["judgements"] * 1e6
    text = f"  judge {judged['judgements']:.0f}: {judged['soccheck']:.2f} s, {each:.2f} µs each"
    ratio = judged["soccheck"] / judged["by_hand"]
    return goals.at_most(f"{text}; by hand {judged['by_hand']:.2f} s", ratio, 4), each


def beside_peers(folder: Path) -> bool:
    """Print how many times as long the peers take, best against best."""
    child("hosts", str(folder))
    other = peers.run(folder / "hosts.json")
    runs = [child("judge", str(folder)) for _ in range(3)]
    best = min(judged["best"] / judged["judgements"] for judged in runs)
    kept = True
    for peer, times in (("cel", 20), ("custodian", 10)):
        text = f"  {peer} {other[peer] * 1e6:.1f} µs each; soccheck {best * 1e6:.2f}"
        kept &= goals.at_least(text, other[peer] / best, times)
    return kept


def processes() -> bool:
    """Print what whole processes take beside an interpreter that does nothing."""
    print("\nwhole processes")
    started = start()
    kept = True
    for part, limit in (("--version", 5), ("audit", 20)):
        bare = f"python -c pass {started['bare'] * 1e3:.0f} ms"
        text = f"  soccheck {part} {started[part] * 1e3:.0f} ms; {bare}"
        kept &= goals.at_most(text, started[part] / started["bare"], limit)
    return kept


def main(sizes: list[int]) -> int:
    """Print every figure beside its goal; return 1 where one is missed."""
    kept = True
    each: dict[int, tuple[float, float]] = {}
    with tempfile.TemporaryDirectory() as name:
        for size in sizes:
            folder = Path(name) / str(size)
            fleet.write(folder, size)
            print(f"\n{size} hosts of 59 lines")
            loaded, load = loading(folder, size)
            judged, judgement = judging(folder)
            each[size] = load, judgement
            kept &= loaded & judged
            if size == 10_000:
                kept &= beside_peers(folder)
    if len(sizes) > 1:
        print(f"\nlinear: {sizes[-1]} hosts beside {sizes[-2]}, a host and a judgement")
        for part, few, many in zip(
            ("load", "judge"), each[sizes[-2]], each[sizes[-1]], strict=True
        ):
            kept &= goals.at_most(f"  {part} {few:.2f} µs, then {many:.2f} µs", many / few, 1.3)
    return 0 if kept & processes() else 1


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
        sys.exit(main([int(size) for size in given.sizes.split(",")]))
