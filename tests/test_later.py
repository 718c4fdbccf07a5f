"""Modules that are loaded later: empty until then, and the real ones whoever asks for them and how."""

from __future__ import annotations

import inspect
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from soccheck.later import _cleandoc, _escape

HEAD = """
import sys
from soccheck.later import Later, postponed
with postponed():
    import click
import soccheck.cli.audit
import tabulate
def empty():
    return [name for name, module in sys.modules.items() if isinstance(module, Later)]
ALL = ["inspect", "html", "dataclasses", "uuid"]
assert tabulate.tabulate([["a"]]) and empty() == ALL, empty()
assert not {"tokenize", "platform", "html.entities"} & set(sys.modules)
"""
USES = {
    "a function": "import inspect; assert str(inspect.signature(lambda a: a)) == '(a)'",
    "a name": "from inspect import Parameter; assert Parameter.empty is not None",
    "a class held for click": (
        "import uuid; from uuid import UUID\n"
        "assert isinstance(uuid.uuid4(), UUID) and UUID is not object\n"
        "assert click.UUID.convert(str(UUID(int=1)), None, None) == UUID(int=1)"
    ),
    "a submodule": "import html.parser; assert html.unescape('&eacute;') == 'é'",
    "a function held": "import html; assert html.escape('<') == '&lt;'",
    "one held for tabulate": "assert '&lt;' in tabulate.tabulate([['<']], tablefmt='html')",
    "a help of several lines": "click.Option(['-a'], help='a\\n  b').help == 'a\\nb' or 1 / 0",
    "a data class": (
        "from dataclasses import dataclass, is_dataclass\n"
        "@dataclass\nclass A:\n    a: int\n"
        "assert A.__doc__ == 'A(a: int)', A.__doc__\n"
        "assert tabulate.tabulate([A(1)], headers='keys') and is_dataclass(A) and is_dataclass(A(1))"
    ),
    "from several threads": (
        "import threading\n"
        "found = []\n"
        "def ask():\n    import inspect\n    found.append(inspect.Parameter)\n"
        "threads = [threading.Thread(target=ask) for _ in range(8)]\n"
        "[t.start() for t in threads], [t.join() for t in threads]\n"
        "assert len(found) == 8 and len(set(found)) == 1"
    ),
    "what is not there": (
        "import inspect\n"
        "try:\n    inspect.nothing\n"
        "except AttributeError as error:\n    assert 'nothing' in str(error)\n"
        "else:\n    raise SystemExit(1)\n"
    ),
}
"""How a module is asked -> code that does, in a process where it is empty."""


@pytest.mark.parametrize("use", USES.values(), ids=USES)
def test_is_the_real_one_when_asked(use: str) -> None:
    code = f"{HEAD}\n{use}\nassert set(empty()) < set(ALL), empty()"
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_one_that_is_loaded_stays() -> None:
    code = (
        "import inspect, uuid, sys\n"
        "before = inspect, uuid, uuid.UUID\n"
        "from soccheck.later import postponed\n"
        "with postponed():\n    import click\n"
        "assert before == (sys.modules['inspect'], sys.modules['uuid'], uuid.UUID)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


@given(st.text(st.sampled_from(" \t\nab\u2028")))
def test_a_text_is_cleaned_as_inspect_does(text: str) -> None:
    assert _cleandoc(text) == inspect.cleandoc(text)


@given(st.text(st.sampled_from("<>&\"'a")), st.booleans())
def test_a_text_is_escaped_as_html_does(text: str, quote: bool) -> None:
    import html

    assert _escape(text, quote) == html.escape(text, quote)
