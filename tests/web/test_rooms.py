"""Whose files a page, script or style may use: kit < auth < maps < the screens, none another's.

What modules import is the order of the whole house's.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

WEB = Path(__file__).parents[2] / "web"
ORDER = ["kit", "auth", "maps"]
WINGS = ["desk", "crew", "open"]
PACKAGES = ["maplibre", "idb", "vega", "workbox"]
_USES = {
    ".html": re.compile(r"""(?:asset\('|(?:extends|from|include) ")([\w/]+)\.\w+['"]"""),
    ".js": re.compile(r"""(?:import|from|URL\()\s*\(?"([./\w-]+)\.\w+\""""),
}


def used_by(file: Path, web: Path = WEB) -> Iterator[str]:
    """The paths below web/, without endings, of what the file uses of it."""
    for found in _USES[file.suffix].finditer(file.read_text()):
        if file.suffix == ".js":
            yield (file.parent / found[1]).resolve().relative_to(web.resolve()).as_posix()
        else:
            yield found[1]


def screen_of(path: str) -> str | None:
    """desk/map for what lies in that folder; None for what a whole wing or everybody shares, which
    has no page of its own."""
    wing, *rest = path.split("/")
    is_screen = wing in WINGS and (WEB / wing / rest[0] / "page.html").exists()
    return f"{wing}/{rest[0]}" if is_screen else None


def forbidden(file: Path, web: Path = WEB) -> list[str]:
    mine = file.relative_to(web).as_posix()
    wing, screen = mine.split("/")[0], screen_of(mine)
    return [f"{mine} uses {used}" for used in used_by(file, web) if not _may(wing, screen, used)]


def _may(wing: str, screen: str | None, used: str) -> bool:
    theirs = used.split("/")[0]
    if theirs in PACKAGES:
        return True
    if theirs in WINGS:
        return theirs == wing and screen_of(used) in (None, screen)
    lower = ORDER if wing in WINGS else ORDER[: ORDER.index(wing) + 1]
    return theirs in lower


def files() -> list[Path]:
    found = (file for room in ORDER + WINGS for file in (WEB / room).rglob("*"))
    return [file for file in found if file.suffix in _USES]


def test_a_screen_uses_what_lies_below_it_and_no_other_screen() -> None:
    assert len(files()) > 200
    assert {file: wrong for file in files() if (wrong := forbidden(file))} == {}


@pytest.mark.parametrize("room", [*ORDER, *WINGS])
def test_what_browsers_and_pages_need_lies_in_packages_and_so_in_the_wheel(room: str) -> None:
    needed = [one for one in (WEB / room).rglob("*.*") if one.suffix not in (".py", ".pyc")]
    assert needed
    for file in needed:
        assert (file.parent / "__init__.py").exists(), file
        assert file.suffix in (".css", ".html", ".js", ".png", ".svg"), file


@pytest.mark.parametrize(
    ("path", "words", "uses"),
    [
        ("kit/x.html", '{% include "auth/sign_in.html" %}', "auth/sign_in"),
        ("desk/map/x.html", "{{ asset('desk/rules/page.css') }}", "desk/rules/page"),
        ("maps/x.js", 'import { a } from "../desk/map/list.js";', "desk/map/list"),
    ],
)
def test_a_planted_use_is_found(tmp_path: Path, path: str, words: str, uses: str) -> None:
    planted = tmp_path / path
    planted.parent.mkdir(parents=True)
    planted.write_text(words)
    assert forbidden(planted, tmp_path) == [f"{path} uses {uses}"]
