"""No private member of another package is used, and no stand-in put into `sys.modules`."""

from __future__ import annotations

import ast
import importlib
import inspect
import textwrap
from types import ModuleType

import pytest

from tests.test_architecture import MODULES, tree

_NAMED_TUPLES = {"_asdict", "_field_defaults", "_fields", "_make", "_replace"}
"""Public for all their names: see `collections.namedtuple`."""
_BY_NAME = {"getattr", "setattr", "hasattr", "delattr"}


def _private(name: str) -> bool:
    return name.startswith("_") and not name.endswith("_") and name not in _NAMED_TUPLES


def _own_names(top: ast.Module) -> set[str]:
    """Return the private names that a module makes itself: by `def`, `class` and assignment."""
    found = set()
    for node in ast.walk(top):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            found.add(node.name)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            found.add(node.id)
        elif (
            isinstance(node, ast.Attribute)
            and isinstance(node.ctx, ast.Store)
            and ast.unparse(node.value) in ("self", "cls")
        ):
            found.add(node.attr)
    return found


def _strangers(top: ast.Module) -> set[str]:
    """Return the names by which a module knows what other packages made."""
    found = set()
    for node in ast.walk(top):
        if isinstance(node, ast.Import):
            found |= {(alias.asname or alias.name).partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and not str(node.module).startswith("soccheck"):
            found |= {alias.asname or alias.name for alias in node.names}
    return found - {"soccheck"}


def _root(node: ast.expr) -> str:
    while isinstance(node, ast.Attribute | ast.Call | ast.Subscript):
        node = node.func if isinstance(node, ast.Call) else node.value
    return node.id if isinstance(node, ast.Name) else ""


def private_uses(top: ast.Module) -> list[str]:
    """Return where a module reaches for what is private to another, by its line."""
    own, strangers, found = _own_names(top), _strangers(top), []
    for node in ast.walk(top):
        names: list[str] = []
        if isinstance(node, ast.Import):
            names = [a.name for a in node.names if any(map(_private, a.name.split(".")))]
        elif isinstance(node, ast.ImportFrom):
            parts = [*str(node.module).split("."), *(alias.name for alias in node.names)]
            names = [part for part in parts if _private(part)]
        elif isinstance(node, ast.Attribute) and _private(node.attr):
            if node.attr not in own or _root(node.value) in strangers:
                names = [node.attr]
        elif isinstance(node, ast.Attribute) and ast.unparse(node) == "sys.modules":
            names = ["sys.modules"]
        elif isinstance(node, ast.Call) and _root(node.func) in _BY_NAME and len(node.args) > 1:
            name = node.args[1]
            if isinstance(name, ast.Constant) and _private(str(name.value)):
                names = [str(name.value)]
        found += [f"{getattr(node, 'lineno', 0)}: {name}" for name in names]
    return found


def overridden(module: ModuleType) -> list[str]:
    """Return the private members of other packages' classes that classes of a module take the place of."""
    found = []
    for cls in vars(module).values():
        if not isinstance(cls, type) or cls.__module__ != module.__name__:
            continue
        theirs = [base for base in cls.__mro__ if base.__module__.partition(".")[0] != "soccheck"]
        members = {name for base in theirs for name in vars(base) if _private(name)}
        source = ast.parse(textwrap.dedent(inspect.getsource(cls)))
        body = source.body[0].body if isinstance(source.body[0], ast.ClassDef) else []
        written = {node.name for node in body if isinstance(node, ast.FunctionDef)}
        written |= {
            node.id
            for node in ast.walk(source)
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
        }
        found += [f"{cls.__name__}.{name}" for name in sorted(written & members)]
    return found


def test_nothing_private_of_another_package_is_used() -> None:
    found = {name: private_uses(tree(name)) for name in MODULES}
    for name in MODULES:
        # The environment of the history's steps runs inside Alembic only.
        if not name.endswith(("__main__", "migrations.env")):
            found[name] += overridden(importlib.import_module(name.removesuffix(".__init__")))
    assert {name: uses for name, uses in found.items() if uses} == {}


@pytest.mark.parametrize(
    "planted",
    [
        "import paramiko\nparamiko.Transport._preferred_kex",
        "import paramiko\n_preferred_kex = 1\nparamiko.Transport._preferred_kex",
        "import paramiko\nparamiko.Transport(sock)._log(1)",
        "from paramiko import Transport as T\n_send = 1\nT._send",
        "import yaml._yaml",
        "from yaml import _yaml",
        "from yaml._yaml import CParser",
        "from click.core import _verify_python_env",
        "class Own(Transport):\n    def go(self):\n        self._send_message()",
        "def go(transport):\n    me: Any = transport\n    me._send_message()",
        'getattr(certificate, "_inner_sig_type", b"")',
        'import sys\nsys.modules["invoke"] = None',
        "import os\nos._exit(1)",
    ],
)
def test_what_is_planted_is_found(planted: str) -> None:
    assert private_uses(ast.parse(planted))


@pytest.mark.parametrize(
    "fair",
    [
        "class Own:\n    def __init__(self):\n        self._x = 1\n    def __eq__(self, other):\n"
        "        return self._x == other._x",
        "from typing import NamedTuple\nrow._replace(x=1)",
        "from soccheck import model\nmodel.Asset.__name__",
        'getattr(sys, "flags")',
    ],
)
def test_what_is_ones_own_is_not(fair: str) -> None:
    assert private_uses(ast.parse(fair)) == []


def test_a_private_method_that_is_overridden_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    import paramiko

    class Planted(paramiko.Transport):
        def _send_message(self, data: object) -> None:
            pass

        def _ours(self) -> None:
            pass

    module = ModuleType("soccheck.planted")
    monkeypatch.setattr(Planted, "__module__", module.__name__)
    vars(module)["Planted"] = Planted
    monkeypatch.setattr(
        inspect,
        "getsource",
        lambda _: "class Planted:\n  def _send_message(self): pass\n  def _ours(self): pass\n",
    )
    assert overridden(module) == ["Planted._send_message"]
