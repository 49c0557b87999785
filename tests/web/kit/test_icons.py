"""Icons that need no node of their own: each is where the list looks for it."""

import re

from settings import ROOT
from web.kit import labels

KIT = ROOT / "web" / "kit"
SIDE = 24


def test_each_icon_is_at_its_place_in_the_column() -> None:
    drawn = (KIT / "icons.svg").read_text("utf-8")
    places = re.findall(
        r'\[data-icon="(\w+)"\] \{ --place: (\d+); \}', (KIT / "icons.css").read_text()
    )
    column = re.findall(r'<use href="#(\w+)" y="(\d+)" width="24" height="24"/>', drawn)
    assert [(name, str(int(place) * SIDE)) for name, place in places] == column
    assert f'viewBox="0 0 {SIDE} {SIDE * len(column)}"' in drawn
    assert all(f'<symbol id="{name}"' in drawn for name, _ in column)


def test_all_that_the_list_marks_with_is_there() -> None:
    known = set(re.findall(r'data-icon="(\w+)"', (KIT / "icons.css").read_text("utf-8")))
    script = (ROOT / "web/desk/map/list.js").read_text("utf-8")
    marks = set(re.findall(r'marked\("[^"]+", "(\w+)"', script))
    statuses = {label.icon for label in (*labels.STATUSES.values(), labels.WITHDRAWN)}
    assert marks | statuses | {labels.label_of_status("x").icon} <= known  # type: ignore[arg-type]
