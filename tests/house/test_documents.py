"""What the documents and first sentences name is there: a path of ours that they write exists."""

import re
from pathlib import Path

from house_reading import ROOT, TOP, files

_OURS = "|".join((*TOP, "docs", "tests"))
_PATH = re.compile(rf"(?<![\w./-])(?:{_OURS})/[\w./-]*\w(?:\.\w+)?/?")
_PLACEHOLDER = re.compile(r"\.\.\.|NNNN")


def named_in(words: str) -> set[str]:
    """Paths below the root, such as bot/line/client.py or `reports/actions/`."""
    return {path.rstrip("/.") for path in _PATH.findall(words) if not _PLACEHOLDER.search(path)}


def is_there(path: str) -> bool:
    """As a file, a folder, a module without its ending, or a decision by its number."""
    return any(ROOT.glob(path)) or any(ROOT.glob(f"{path}[.-]*"))


def lost(paths: list[Path]) -> list[str]:
    return [
        f"{file.relative_to(ROOT)} names {path}"
        for file in paths
        for path in sorted(named_in(file.read_text(encoding="utf-8")))
        if not is_there(path)
    ]


def test_documents_name_only_what_is_there() -> None:
    documents = [ROOT / "README.md", ROOT / "ARCHITECTURE.md", *(ROOT / "docs").rglob("*.md")]
    assert lost(documents) == []


def test_code_names_only_files_that_are_there() -> None:
    assert lost([file for top in TOP for file in files(top)]) == []


def test_a_path_that_is_gone_is_found() -> None:
    assert named_in("see `bot/saying/drawing.py` and docs/decisions/0004, reports/tickets/") == {
        "bot/saying/drawing.py", "docs/decisions/0004", "reports/tickets",
    }  # fmt: skip
    assert not is_there("bot/saying/drawing.py")
