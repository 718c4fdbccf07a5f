"""Packages of pfSense and plugins of OPNsense that are switched off: they do nothing, whatever they say.

Sources: for OPNsense the models (`BooleanField`); for pfSense the pages of each package, where a box that
is not ticked leaves no element, or one that says so.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase

from soccheck.firewall.readers.pf.xml import Node

UNTICKED = ("off", "no", "0")
"""What pfSense's packages write for a box that is not ticked, where they write anything."""


def pass_over_what_is_off(root: Node, switches: Mapping[str, str]) -> None:
    """Account for the elements whose switch says that they are off; one that cannot be read says nothing."""
    for section, switch in switches.items():
        *path, last = section.split("/")
        for outer in _at(root, path):
            for tag in dict.fromkeys(
                node.tag for node in outer.inner if fnmatchcase(node.tag, last)
            ):
                alike = [node for node in outer.inner if node.tag == tag]
                if all(_is_off(root, node, switch) for node in alike):
                    outer.record.words(tag)
                for node in alike:
                    if _is_off(root, node, switch):
                        node.pass_over()


def _is_off(root: Node, node: Node, switch: str) -> bool:
    *path, leaf = switch.removeprefix("/").split("/")
    holders = list(_at(root if switch.startswith("/") else node, path))
    return bool(holders) and all(_says_off(holder, leaf) for holder in holders)


def _says_off(node: Node, leaf: str) -> bool:
    said = node.record.values.get(leaf)
    if node.strict:
        return bool(said) and set(said or ()) == {"0"}
    return all(text.lower() in UNTICKED for text in said or ())


def _at(node: Node, path: list[str]) -> Iterator[Node]:
    """Yield the elements at a path; nothing of them is taken."""
    if not path:
        yield node
        return
    for inner in node.inner:
        if inner.tag == path[0]:
            yield from _at(inner, path[1:])
