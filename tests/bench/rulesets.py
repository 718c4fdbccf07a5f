"""Facts of rulesets in a bundle: many hosts with the same ufw ruleset, beside analysing each alone.

Run `python -m tests.bench.rulesets [HOSTS]`. The hosts differ in addresses and in the counters of rules.
"""

from __future__ import annotations

import re
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from soccheck import audit
from soccheck.assess.assessment import Assessment
from soccheck.bundle import bundle as evidence
from soccheck.firewall import machines
from soccheck.model import EvidenceByAsset
from tests.firewall.gathering import WHEN, around, entry, gathered
from tests.firewall.test_learn import of_hosts, ufw

SAMPLE = 25
"""Hosts analysed alone; the rest is extrapolated."""


def counted(text: str, number: int) -> str:
    return re.sub(r"\[\d+:\d+\]", f"[{number}:{number * 60}]", text)


def main() -> None:
    hosts = int(sys.argv[1]) if len(sys.argv) > 1 else 500
    plain = ufw()
    names = [f"host-{n}" for n in range(hosts)]
    entries = {}
    for n, name in enumerate(names):
        place = around(f"198.51.{100 + n // 250}.{n % 250 + 1}", f"2001:db8::{n + 1:x}")
        rules = {k: counted(plain[k], n) for k in ("iptables", "ip6tables")}
        entries[name] = entry(name, {**plain, **rules, **place})
    with TemporaryDirectory() as folder:
        loaded = of_hosts(Path(folder) / "inv", names)
        raw = evidence.dumps(gathered(loaded, entries))
        start = time.process_time()
        bundle = evidence.loads(raw, "bench")
        read = time.process_time()
        found: EvidenceByAsset = audit.take(bundle, loaded).answers
        learnt = time.process_time()
        Assessment(loaded, [], WHEN.date(), found)
        analyses = machines.analysed.cache_info()
        alone = 0.0
        for name in names[:SAMPLE]:
            machines.analysed.cache_clear()
            machines.read_rules.cache_clear()
            one = {**bundle, "assets": {name: bundle["assets"][name]}}
            began = time.process_time()
            (facts,) = audit.take(one, loaded).answers.values()
            alone += time.process_time() - began
            if {n: e[-1].value for n, e in facts.items()} != {
                n: e[-1].value for n, e in found[name].items()
            }:
                raise SystemExit(f"{name}: alone it is otherwise")
    shared = learnt - read
    each = alone / min(SAMPLE, hosts)
    print(
        f"{hosts} hosts, {len(raw) >> 20} MiB of evidence: checked in {read - start:.2f} s of CPU"
    )
    print(
        f"facts, {analyses.misses} analysis for all: {shared:.2f} s, {shared / hosts * 1e3:.1f} ms a host"
    )
    print(f"each alone: {each * 1e3:.0f} ms a host ({each * hosts / shared:.0f}x)")


if __name__ == "__main__":
    main()
