"""Where in a TOML text something stands, which tomllib does not tell. Pure."""

import re
from collections.abc import Sequence

Path = Sequence[str | int]


def line_of(text: str, path: Path) -> int:
    """The line, from 1, of what this path names, or of the nearest around it that is found.

    `path`: ("categories", 3, "names", "ja") is the fourth [[categories]]'s name in Japanese.
    """
    lines = text.splitlines()
    at, window, name = 0, range(len(lines)), ""
    for part in path:
        if isinstance(part, int):
            heads = [*(n for n in window if _head(lines[n], "[[") == name), len(lines)]
            if part + 1 < len(heads):
                at, window = heads[part], range(heads[part] + 1, heads[part + 1])
            continue
        name = part
        found = _find(lines, window, name)
        if found is None:
            break
        at, window = found, range(found, _end(lines, found, window.stop))
    return at + 1


def _find(lines: Sequence[str], window: range, name: str) -> int | None:
    """A key before the window's first head, else a head of this name."""
    key = re.compile(rf"(?:^|[\s{{,.])[\"']?{re.escape(name)}[\"']?\s*[=.]")
    first = next((n for n in window if n > window.start and _head(lines[n])), window.stop)
    keys = (n for n in range(window.start, first) if key.search(_bare(lines[n])))
    heads = (n for n in window if _head(lines[n]) == name)
    return next(keys, next(heads, None))


def _end(lines: Sequence[str], found: int, stop: int) -> int:
    """Where that ends which begins here: for one of several of the same head, with the last."""
    if _head(lines[found], "[["):
        return stop
    return next((n for n in range(found + 1, stop) if _head(lines[n])), stop)


def _head(line: str, brackets: str = "[") -> str:
    """The last name of a [head]; none where the line is no head."""
    found = re.fullmatch(r"(\[{1,2})\s*([^\[\]]+?)\s*\]{1,2}", _bare(line).strip())
    is_one = found is not None and found[1].startswith(brackets)
    return found[2].split(".")[-1].strip("\"' ") if found and is_one else ""


def _bare(line: str) -> str:
    """Without a comment that takes the whole line or comes after a head."""
    return "" if line.lstrip().startswith("#") else re.sub(r"(?<=\])\s*#.*$", "", line)
