"""Whom to ask what: the machines of an inventory, how to reach them, and the probes each needs."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass

from soccheck.errors import UsageError
from soccheck.facts.near import near
from soccheck.model import Asset, Inventory
from soccheck.phrase import phrase
from soccheck.probes.all import PROBES
from soccheck.probes.base import Probe
from soccheck.probes.platforms import platform_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Represents one machine to ask: the asset, its platform, its address as stated, its probes.

    `address` may be empty: the machine is then known to `~/.ssh/config` under the asset's id, or not
    reachable at all.
    """

    asset: str
    kind: str
    platform: str
    address: str = ""
    port: int | None = None
    user: str | None = None
    jump: str | None = None
    probes: tuple[Probe, ...] = ()


def plan(
    inventory: Inventory,
    *,
    subjects: Collection[str] = (),
    facts: Collection[str] = (),
    keep: Callable[[Asset], bool] | None = None,
) -> list[Target]:
    """Return the machines to ask, in inventory order.

    `subjects` limits the probes by name, `facts` to those that learn one of them; both empty ask all.
    """
    targets = []
    for kind in ("host", "firewall"):
        for asset in inventory.assets.get(kind, {}).values():
            if keep is not None and not keep(asset):
                continue
            platform = platform_of(asset)
            probes = tuple(_wanted(platform, kind, subjects, facts))
            if probes:
                targets.append(target_of(asset, platform, probes))
    return targets


def chosen(
    inventory: Inventory,
    assets: Collection[str],
    *,
    subjects: Collection[str] = (),
    facts: Collection[str] = (),
) -> list[Target]:
    """Return the machines to ask by the user's choice, of all when he chose none; see `plan`.

    Raises `UsageError` for an asset or a probe that is not there, and when there is nobody to ask.
    """
    known = sorted({name for _, name in PROBES})
    for name in subjects:
        if name not in known:
            raise UsageError(
                phrase("no probe {name}", name=repr(name)),
                hint=near(name, known),
            )
    for name in assets:
        if inventory.find(name) is None:
            text = phrase("no asset {name} in {folder}", name=repr(name), folder=inventory.folder)
            raise UsageError(text, hint=near(name, [asset.id for asset in inventory]))
    keep = (lambda asset: asset.id in assets) if assets else None
    targets = plan(inventory, subjects=subjects, facts=facts, keep=keep)
    if not targets:
        hint = phrase("hosts and firewalls are asked; see `soccheck probe list`")
        raise UsageError(phrase("{folder}: no machine to ask", folder=inventory.folder), hint=hint)
    return targets


def target_of(asset: Asset, platform: str, probes: tuple[Probe, ...]) -> Target:
    """Return how an asset is reached, as the inventory states it."""
    addresses = asset.facts.get("addresses")
    first = str(addresses[0]) if isinstance(addresses, tuple) and addresses else ""
    port = asset.facts.get("ssh.port")
    user, jump = asset.facts.get("ssh.user"), asset.facts.get("ssh.jump")
    return Target(
        asset=asset.id,
        kind=asset.kind,
        platform=platform,
        address=str(asset.facts.get("ssh.address") or first),
        port=port if isinstance(port, int) else None,
        user=str(user) if user else None,
        jump=str(jump) if jump else None,
        probes=probes,
    )


def _wanted(
    platform: str, kind: str, subjects: Collection[str], facts: Collection[str]
) -> Iterable[Probe]:
    for (of_platform, name), probe in PROBES.items():
        if of_platform != platform or kind not in probe.kinds:
            continue
        if subjects and name not in subjects:
            continue
        if facts and not set(facts) & {*probe.learns, *probe.may, *probe.shows}:
            continue
        yield probe
