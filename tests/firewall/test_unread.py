"""What a reader does not understand leaves no answer decided that it might change; see the files for lines.

Each base lets SSH in by a second interface alone, to which no default route leads, so that nothing comes from
the Internet. Each change is tried on its own: `unknown` are those that may change that, `no` those that are
known not to, `yes` those that surely bring a default route there.
"""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from soccheck.firewall.queries import parse
from soccheck.firewall.questions import ask
from soccheck.firewall.readers import read
from soccheck.firewall.readers.base import Text
from soccheck.firewall.zones import Zones

FILES = sorted((Path(__file__).parent / "unread").glob("*.yaml"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_what_is_not_understood_decides_nothing(path: Path) -> None:
    told = yaml.load(path.read_text("utf-8"), Loader=yaml.CBaseLoader)
    wrong = []
    for place in told["places"]:
        for expected, changes in place["answers"].items():
            for change in changes:
                text = told["base"].replace(place["at"], change + "\n" + place["at"], 1)
                ruleset = read([Text(path.stem, text)], told["vendor"])
                found = ask(ruleset, parse("tcp/22 from internet", Zones(ruleset)), 4).answer
                if found != expected:
                    wrong.append((change, expected, found))
    assert wrong == []
