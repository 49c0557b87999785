"""The house as its files say it: what each imports, and which tables it names."""

import ast
import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[2]
TOP = (
    "setting_checks", "setting_words", "settings", "store", "geo", "reports", "bot", "web",
    "workers", "main", "cli", "migrations", "local", "line_platform", "bench",
)  # fmt: skip
_NAMED = re.compile(r"(?:\bFROM|\bJOIN|\bINTO|\bUPDATE|\bUSING|\bTABLE|,)\s+([a-z_]+)\b")


def files(folder: str, root: Path = ROOT) -> list[Path]:
    """The Python files of a package, or the one file of a module."""
    if (alone := root / f"{folder}.py").exists():
        return [alone]
    found = sorted((root / folder).rglob("*.py"))
    return [file for file in found if "node_modules" not in file.parts]


def module_of(file: Path, root: Path = ROOT) -> str:
    """Its dotted name."""
    parts = file.relative_to(root).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports_of(file: Path, root: Path = ROOT) -> Iterator[str]:
    """Every module that a file imports, wherever in the file; of a package the module it takes."""
    for module, name in _read(_text(file)).imports:
        deeper = f"{module}.{name}"
        yield deeper if name and file_of(deeper, root) else module


@lru_cache(maxsize=20_000)
def file_of(module: str, root: Path = ROOT) -> Path | None:
    """The file of one of our modules; None for anybody else's."""
    path = root.joinpath(*module.split("."))
    for file in (path.with_suffix(".py"), path / "__init__.py"):
        if module.split(".")[0] in TOP and file.exists():
            return file
    return None


def with_all_it_needs(file: Path, root: Path = ROOT) -> set[str]:
    """Every module, ours and others', that importing this file imports in the end."""
    found: set[str] = set()
    ahead = [file]
    while ahead:
        for module in imports_of(ahead.pop(), root):
            for part in _with_parents(module):
                ours = file_of(part, root)
                if part not in found and ours:
                    ahead.append(ours)
                found.add(part)
    return found


def says_pure(file: Path) -> bool:
    """Whether its first docstring says so."""
    return "Pure." in _read(_text(file)).docstring


def tables(root: Path = ROOT) -> dict[str, str]:
    """The module that each table is declared in, by the table's name."""
    return {
        table: module_of(file, root)
        for room in ("store", "geo", "reports", "bot")
        for file in files(room, root)
        for table in _read(_text(file)).tables
    }


def tables_named_in(file: Path, known: set[str]) -> set[str]:
    """Those of the known tables that stand in this file's SQL."""
    return known & _read(_text(file)).named


class _Read(NamedTuple):
    """What one file says: (module, name) for each import; the words after FROM and such."""

    docstring: str
    imports: tuple[tuple[str, str], ...]
    tables: tuple[str, ...]
    named: frozenset[str]


@lru_cache(maxsize=5_000)
def _read(text: str) -> _Read:
    tree = ast.parse(text)
    nodes = list(ast.walk(tree))
    words = [one.value for one in nodes if isinstance(one, ast.Constant)]
    return _Read(
        ast.get_docstring(tree) or "",
        tuple(found for node in nodes for found in _imports(node)),
        tuple(table for node in nodes for table in _declared(node)),
        frozenset(name for said in words if isinstance(said, str) for name in _NAMED.findall(said)),
    )


def _imports(node: ast.AST) -> Iterator[tuple[str, str]]:
    if isinstance(node, ast.Import):
        yield from ((name.name, "") for name in node.names)
    elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
        yield from ((node.module, name.name) for name in node.names)


def _declared(node: ast.AST) -> Iterator[str]:
    """The name in `__tablename__ = "tickets"`."""
    match node:
        case ast.Assign([ast.Name("__tablename__")], ast.Constant(str(name))):
            yield name


@lru_cache(maxsize=5_000)
def _text(file: Path) -> str:
    return file.read_text(encoding="utf-8")


def _with_parents(module: str) -> Iterator[str]:
    parts = module.split(".")
    yield from (".".join(parts[: end + 1]) for end in range(len(parts)))
