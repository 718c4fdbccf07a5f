"""Packets whose fields agree: interfaces carry them, addresses are of their type, families have rules."""

from __future__ import annotations

from functools import cached_property

from soccheck.firewall.engine.bdd import Set
from soccheck.firewall.engine.constants import MULTICAST
from soccheck.firewall.engine.walk import NEW, ChainWalker
from soccheck.firewall.model import ADDRTYPE, LOOPBACK, OWN_LOOP

UNICAST = ((ADDRTYPE["unicast"], ADDRTYPE["unicast"]),)
LOCAL = ((ADDRTYPE["local"], ADDRTYPE["local"]),)


class Agreeing(ChainWalker):
    """Keeps of packets those that there can be, before any rule is asked."""

    def consistent(self, part: Set) -> Set:
        """Keep the packets whose fields agree: address types, output interface, NAT state."""
        return self.imagined(part) & self._carried & ~self._martian()

    def imagined(self, part: Set) -> Set:
        """Keep the packets whose fields agree, whether an interface is there for them or not."""
        return part & self.sets.universe & self._agreeing & self._agreeing_types

    def settled(self, part: Set) -> Set:
        """As `consistent`, but a connection that was just rewritten is still new."""
        return part & self._settled

    def carried(self, part: Set) -> Set:
        """Keep the packets for which there are interfaces."""
        return part & self._carried

    @cached_property
    def _settled(self) -> Set:
        rewritten = self.sets.number("dnat", ((1, 1),))
        agree = self.sets.forget(self._agreeing, ("dnat",)) & self._agreeing_types
        agreeing = (rewritten & agree) | self._agreeing
        return self.sets.universe & agreeing & self._carried

    @cached_property
    def _carried(self) -> Set:
        """Return the packets whose interfaces are there, are up, have the family and forward."""
        sets = self.sets
        managing = tuple(d.name for d in self.ruleset.devices if d.management_only)
        across = sets.number("dtype", UNICAST)
        out = self._working("iif") & self._working("oif")
        return out & ~(across & (sets.named("iif", managing) | sets.named("oif", managing)))

    def _working(self, field: str) -> Set:
        """Return the packets that an interface is there for, on one side; none has the empty name."""
        devices, others, family = self.ruleset.devices, self.ruleset.unlisted, self.family
        if not devices and others is None:
            return self.sets.full
        names = tuple(device.name for device in devices if device.carries(family))
        out = self.sets.named(field, ("", *LOOPBACK, *names))
        if others is not None and others.carries(family):
            listed = tuple(device.name for device in devices)
            out |= ~self.sets.named(field, ("", *LOOPBACK, *listed))
        return out

    def _martian(self) -> Set:
        """Return what is to or from the host's own loop, and did not come from itself."""
        loop = OWN_LOOP[self.family]
        own = self.sets.number("src", loop) | self.sets.number("dst", loop)
        return own & ~self.sets.named("iif", ("", *LOOPBACK))

    @cached_property
    def _agreeing(self) -> Set:
        sets = self.sets
        no_oif = sets.named("oif", ("",))
        unicast = sets.number("dtype", UNICAST)
        # Nothing is forwarded into the loopback interface.
        out = (unicast & ~sets.named("oif", ("", *LOOPBACK))) | (~unicast & no_oif)
        out &= ~sets.named("iif", ("",))
        out &= ~(sets.number("ct", NEW) & sets.number("dnat", ((1, 1),)))
        if self.family == 4:
            out &= sets.number("rt", ((0, 0),))
        return out

    @cached_property
    def _agreeing_types(self) -> Set:
        sets = self.sets
        group = sets.number("dst", MULTICAST[self.family])
        is_group = sets.number("dtype", ((3, 3),))
        out = (group & is_group) | (~group & ~is_group)
        broadcast = sets.number("dtype", ((2, 2),))
        if self.family == 6:
            out &= ~broadcast
        else:
            limited = sets.number("dst", ((0xFFFFFFFF, 0xFFFFFFFF),))
            out &= ~limited | broadcast
        own, local = self.ruleset.answering(self.family), sets.number("dtype", LOCAL)
        mine = sets.number("dst", own)
        out &= ~mine | local
        if self.family in self.ruleset.local:  # and it has no others
            out &= mine | ~local
        return out
