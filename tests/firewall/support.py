"""Random packets at the borders of a ruleset's sets, and membership of a packet in a set."""

from __future__ import annotations

import random
from bisect import bisect_right

from soccheck.firewall.engine import concrete
from soccheck.firewall.engine.bdd import ORDER, Set
from soccheck.firewall.model import ANY, NAMES, Ruleset
from soccheck.firewall.packet import Packet
from soccheck.firewall.questions import Analysis


def point(analysis: Analysis, packet: Packet) -> Set:
    atoms = {}
    for name in ORDER:
        value = getattr(packet, name)
        if name in NAMES:
            atoms[name] = list(analysis.atoms.names[name].names).index(value)
        else:
            atoms[name] = bisect_right(analysis.atoms.numbers[name].starts, value) - 1
    return analysis.point(atoms)


def fixed(route: tuple[int, str] | None) -> concrete.Route | None:
    return None if route is None else lambda _: route


def random_packet(analysis: Analysis, rng: random.Random) -> Packet:
    values: dict[str, int | str] = {}
    for name in ORDER:
        if name in NAMES:
            values[name] = rng.choice(list(analysis.atoms.names[name].names))
        else:
            axis = analysis.atoms.numbers[name]
            low, high = axis.values(rng.randrange(len(axis)))
            values[name] = rng.choice((low, high, rng.randint(low, high)))
    if rng.random() < 0.7:
        values.update(ct=0, dnat=0, frag=0, rt=0)
    if rng.random() < 0.8:
        values["proto"] = rng.choice((6, 6, 17, 1 if analysis.family == 4 else 58))
    if rng.random() < 0.5:
        values.update(dtype=1, oif="")
    return Packet(family=analysis.family, **values)  # type: ignore[arg-type]


def assert_evaluators_agree(ruleset: Ruleset, family: int, count: int, seed: int) -> int:
    """Compare the sets with the packet-by-packet evaluator; returns how many were compared."""
    analysis = Analysis(ruleset, family)
    flow = analysis.walker.inbound(analysis.of(ANY))
    universe = analysis.walker.consistent(analysis.sets.full)
    rng = random.Random(seed)
    compared = 0
    for _ in range(count * 20):
        if compared >= count:
            break
        packet = random_packet(analysis, rng)
        where = point(analysis, packet)
        if not (where & universe).satisfiable():
            continue
        route = analysis.walker.route(flow, where)
        found = concrete.decide(ruleset, packet, route=fixed(route)).verdict
        possible, sure = (where & flow.possible).satisfiable(), (where & flow.sure).satisfiable()
        by_sets = "accept" if sure else "unknown" if possible else "drop"
        if route is not None and by_sets == "unknown":
            continue  # the device picks a target, of which one packet shows one
        assert found == by_sets, (packet, found, by_sets)
        compared += 1
    return compared
