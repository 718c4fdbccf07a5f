"""What only the command line may do, and which libraries wait until they are needed.

Who may import whom is said by the contracts in `pyproject.toml`, which `lint-imports` holds.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import soccheck

PACKAGE = Path(soccheck.__file__).parent
MODULES = {
    ".".join(("soccheck", *path.relative_to(PACKAGE).with_suffix("").parts)): path
    for path in sorted(PACKAGE.rglob("*.py"))
}
BELOW_CLI = [
    name
    for name in MODULES
    if not name.startswith("soccheck.cli") and not name.endswith("__main__")
]
HEAVY = {"paramiko", "babel", "jsonschema", "openpyxl", "psycopg", "sqlite3"}


@cache
def tree(name: str) -> ast.Module:
    return ast.parse(MODULES[name].read_text(encoding="utf-8"))


def imported_at_once(name: str) -> set[str]:
    """Return the packages that a module imports at its top."""
    found = set()
    for node in _at_import(tree(name)):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{name}: imports are absolute"
            found.add(str(node.module).partition(".")[0])
    return found


def _at_import(node: ast.AST) -> Iterator[ast.AST]:
    """Walk what runs when the module is imported: not into functions, nor what only types need."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            continue
        if isinstance(child, ast.If) and ast.unparse(child.test).endswith("TYPE_CHECKING"):
            continue
        yield child
        yield from _at_import(child)


def test_the_modules_are_found() -> None:
    assert len(MODULES) > 30
    assert "soccheck.model.values" in MODULES


def _calls(name: str) -> Iterator[str]:
    for node in ast.walk(tree(name)):
        if isinstance(node, ast.Call):
            yield ast.unparse(node.func)
        elif isinstance(node, ast.Attribute):
            yield ast.unparse(node)


FORBIDDEN = {
    *("print", "input", "exit", "quit", "sys.exit", "os._exit", "breakpoint"),
    *("os.environ", "os.getenv", "os.environb", "os.putenv", "locale.getlocale"),
    *("sys.stdout", "sys.stderr", "sys.stdin", "sys.argv"),
    *(
        "datetime.now",
        "datetime.utcnow",
        "datetime.today",
        "date.today",
        "time.time",
        "time.localtime",
    ),
    *("random.random", "uuid.uuid4", "os.system", "eval", "exec", "pickle.loads", "yaml.load"),
    *("shutil.get_terminal_size", "os.getcwd", "Path.cwd", "os.chdir"),
}


def test_below_the_command_line_nothing_prints_exits_or_asks_the_world() -> None:
    found = {name: FORBIDDEN & set(_calls(name)) for name in BELOW_CLI}
    assert {name: calls for name, calls in found.items() if calls} == {}


def test_heavy_libraries_are_imported_when_they_are_needed() -> None:
    rest = [name for name in MODULES if not name.startswith("soccheck.collect")]
    found = {name: imported_at_once(name) & HEAVY for name in rest}
    assert {name: heavy for name, heavy in found.items() if heavy} == {}


def test_registries_name_what_is_there() -> None:
    from soccheck.cli import COMMANDS, module_of
    from soccheck.report import REPORTS

    assert {f"soccheck.report.formats.{form.module}" for form in REPORTS.values()} <= MODULES.keys()
    assert {module_of(name) for name in COMMANDS} <= MODULES.keys()


def test_no_two_classes_share_a_name() -> None:
    """One word has one meaning: whoever reads `Rule` need not look where it was imported from."""
    found: dict[str, list[str]] = {}
    for module in MODULES:
        for node in ast.walk(tree(module)):
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                found.setdefault(node.name, []).append(module)
    assert {name: modules for name, modules in found.items() if len(modules) > 1} == {}
