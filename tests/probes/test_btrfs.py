"""Which subvolumes lie where: a list that leads out of the file system is none."""

from __future__ import annotations

from pathlib import PurePosixPath as Path

import pytest

from soccheck.probes.btrfs import read

LINE = "ID 256 gen 9 parent 5 top level 5 path {}\n"


@pytest.mark.parametrize("path", ["/etc", "../../etc", "a/../../etc", ""])
def test_a_path_that_leads_elsewhere_is_not_understood(path: str) -> None:
    with pytest.raises(ValueError, match="not understood"):
        read(LINE.format(path), 5)


def test_only_plain_digits_are_an_id() -> None:
    with pytest.raises(ValueError, match="not understood"):
        read(LINE.format("home").replace("256", "\N{ARABIC-INDIC DIGIT TWO}56"), 5)


def test_an_id_of_thousands_of_digits_is_not_understood() -> None:
    with pytest.raises(ValueError, match="not understood"):
        read(LINE.format("home").replace("256", "9" * 5000), 5)


def test_subvolumes_may_lie_inside_each_other_a_thousand_deep() -> None:
    lines = ["ID 256 gen 9 parent 5 top level 5 path a\n"]
    for id_ in range(257, 1500):
        path = "/".join("a" * (id_ - 255))
        lines.append(f"ID {id_} gen 9 parent {id_ - 1} top level {id_ - 1} path {path}\n")
    assert len([*read("".join(lines), 5).below(5, Path("/"))]) == len(lines)
