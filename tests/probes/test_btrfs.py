"""Which subvolumes lie where: a list that leads out of the file system is none."""

from __future__ import annotations

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
