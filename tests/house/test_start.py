"""What serves pages does not load at its start what only workers and commands have a use for."""

import ast
from collections.abc import Iterable, Iterator
from pathlib import Path

from house_reading import file_of

from settings import ROOT

OF_WORKERS = {"pyarrow", "pyogrio", "pyproj", "vl_convert"}
OF_FEW = {
    "geoalchemy2", "joserfc", "markdown_it", "numpy", "shapely", "webauthn", "xlsxwriter",
}  # fmt: skip
"""What one page among many needs: it is loaded with the first who asks for that."""


def _at_start(body: Iterable[ast.stmt]) -> Iterator[str]:
    """The modules that these lines import when they are read: not within functions."""
    for node in body:
        match node:
            case ast.Import(names=names):
                yield from (each.name for each in names)
            case ast.ImportFrom(module=str(module), names=names):
                yield from (module, *(f"{module}.{each.name}" for each in names))
            case ast.Try(body=tried):
                yield from _at_start(tried)


def loaded_with(file: Path) -> dict[str, Path]:
    """Every module of ours and of others that comes with this file, and who asks for it."""
    found: dict[str, Path] = {}
    ahead = [file]
    while ahead:
        asking = ahead.pop()
        for module in _at_start(ast.parse(asking.read_text(encoding="utf-8")).body):
            if module not in found:
                found[module] = asking
                if (ours := file_of(module)) is not None:
                    ahead.append(ours)
    return found


def test_pages_are_served_without_what_only_workers_use() -> None:
    loaded = loaded_with(ROOT / "main.py")
    assert "web.desk.routes" in loaded
    assert {
        one: str(by) for one, by in loaded.items() if one.split(".")[0] in OF_WORKERS | OF_FEW
    } == {}


def test_what_a_worker_uses_is_found() -> None:
    assert "pyogrio" in loaded_with(ROOT / "cli/leave/layers.py")
