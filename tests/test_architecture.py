"""The shape of the package holds: who imports whom, and what only the command line may do."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

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
LOADERS = tuple(
    f"soccheck.{name}"
    for name in (
        *("inventory.load", "inventory.waivers", "inventory.claims"),
        *("policy.load", "policy.conditions", "sources.schema"),
    )
)
APART = ("soccheck.collect", "soccheck.assess.evaluate", "soccheck.store", "soccheck.report")
HEAVY = {"paramiko", "babel", "jsonschema", "openpyxl", "psycopg", "sqlite3"}


def tree(name: str) -> ast.Module:
    return ast.parse(MODULES[name].read_text(encoding="utf-8"))


def imported(name: str, *, lazy: bool = True) -> set[str]:
    """Return the full names a module imports; without `lazy` those at its top only."""
    top = tree(name)
    nodes: Iterator[ast.AST] = ast.walk(top) if lazy else _at_import(top)
    found = set()
    for node in nodes:
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{name}: imports are absolute"
            for alias in node.names:
                full = f"{node.module}.{alias.name}"
                found.add(
                    full if full in MODULES or f"{full}.__init__" in MODULES else str(node.module)
                )
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


def ours(name: str) -> set[str]:
    return {module for module in imported(name) if module.partition(".")[0] == "soccheck"}


def test_the_modules_are_found() -> None:
    assert len(MODULES) > 30
    assert "soccheck.model" in MODULES


def test_model_and_errors_import_nothing_of_ours() -> None:
    assert ours("soccheck.model") == set()
    assert ours("soccheck.errors") == set()


def test_loaders_import_yamlio() -> None:
    for name in LOADERS:
        assert "soccheck.sources.yaml" in ours(name), name


def test_judging_imports_operators_and_no_file_reader() -> None:
    assert "soccheck.policy.operators" in ours("soccheck.assess.compile")
    pure = {
        *("soccheck.assess.compile", "soccheck.assess.evidence", "soccheck.assess.scores"),
        *("soccheck.policy.conditions", "soccheck.policy.operators"),
        *("soccheck.facts.catalogue", "soccheck.model"),
    }
    for name in ("evaluate", "compile", "evidence"):
        assert ours(f"soccheck.assess.{name}") <= pure, name
    assert ours("soccheck.assess.scores") <= {"soccheck.facts.figures", "soccheck.model"}
    assert ours("soccheck.facts.figures") <= {"soccheck.model"}


@pytest.mark.parametrize("name", [n for n in MODULES if n.startswith(APART)])
def test_collect_evaluate_store_and_report_keep_apart(name: str) -> None:
    home = next(part for part in APART if name.startswith(part))
    # A report is made of an assessment, which holds what was judged; it never judges.
    strangers = {m for m in ours(name) if m.startswith(APART) and not m.startswith(home)}
    assert strangers == set()


@pytest.mark.parametrize("name", BELOW_CLI)
def test_nothing_imports_the_command_line(name: str) -> None:
    assert not {module for module in ours(name) if module.startswith("soccheck.cli")}
    assert "click" not in {module.partition(".")[0] for module in imported(name)}


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


@pytest.mark.parametrize("name", BELOW_CLI)
def test_below_the_command_line_nothing_prints_exits_or_asks_the_world(name: str) -> None:
    assert FORBIDDEN & set(_calls(name)) == set()


@pytest.mark.parametrize("name", MODULES)
def test_heavy_libraries_are_imported_when_they_are_needed(name: str) -> None:
    at_once = {module.partition(".")[0] for module in imported(name, lazy=False)}
    if not name.startswith("soccheck.collect"):
        assert at_once & HEAVY == set()


def test_each_driver_has_one_home() -> None:
    for library, most in {"paramiko": 1, "jsonschema": 1, "tabulate": 2, "yaml": 1}.items():
        homes = [n for n in MODULES if library in {m.partition(".")[0] for m in imported(n)}]
        if library == "paramiko":  # a package of its own
            homes = sorted({home.rpartition(".")[0] for home in homes})
            assert homes == ["soccheck.collect.ssh"]
        assert len(homes) <= most, (library, homes)


@pytest.mark.parametrize("name", MODULES)
def test_nothing_of_a_network_outside_collect(name: str) -> None:
    used = {module.partition(".")[0] for module in imported(name)}
    if name == "soccheck.sources.git":
        used -= {
            "subprocess"
        }  # its one home here: git, which reads the repository and nothing else
    if name == "soccheck.bundle.signing":
        used -= {"subprocess"}  # ssh-keygen, on this machine
    if not name.startswith("soccheck.collect"):
        assert not used & {"socket", "ssl", "urllib", "http", "subprocess", "asyncio", "requests"}


def test_registries_name_what_is_there() -> None:
    from soccheck.cli import COMMANDS
    from soccheck.report import REPORTS

    assert set(REPORTS.values()) <= MODULES.keys()
    assert {f"soccheck.cli.{name}" for name in COMMANDS} <= MODULES.keys()
