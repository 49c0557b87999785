"""What docs/open.md shows of Open311 works as it stands there."""

import re
import shlex

from fastapi import FastAPI
from georeport_scene import key, program
from townsfolk import STAFF
from web_scene import filed

from geo.points import Point
from reports.actions.authorities import tell_them
from reports.people.permissions import Scope
from settings import ROOT
from store.database import transaction
from workers import publishing

OFFICE = "tokyo_kitatama_south"


def commands() -> list[list[str]]:
    """Of the section, as a shell would split them."""
    book = (ROOT / "docs" / "open.md").read_text(encoding="utf-8")
    section = book.partition("\n## Open311\n")[2].partition("\n## ")[0]
    blocks = re.findall(r"```sh\n(.*?)```", section, re.DOTALL)
    lines = "".join(blocks).replace("\\\n", " ").splitlines()
    return [shlex.split(line) for line in lines if line.startswith("curl")]


def test_every_example_is_answered(app: FastAPI) -> None:
    handed = filed(place=Point(139.5078, 35.7014))
    with transaction() as db:
        tell_them(db, OFFICE, [handed.number], STAFF, "東京都へ連絡しました。")
    publishing.publish()
    words = {
        "$PUBLIC_URL": "", "$NUMBER": handed.number, "$HANDED_OVER": handed.number,
        "$THEIR_KEY": key(Scope.WRITE, departments=[OFFICE]), "$KEY": key(Scope.WRITE),
    }  # fmt: skip
    http = program(app).http
    shown = commands()
    assert len(shown) == 9
    for command in shown:
        told = command[1:]
        for name, stands_for in words.items():
            told = [each.replace(name, stands_for) for each in told]
        address, *more = told
        options = list(zip(more[::2], more[1::2], strict=True))
        form = dict(each.split("=", 1) for option, each in options if option != "-H")
        headers = dict(each.split(": ", 1) for option, each in options if option == "-H")
        answer = http.request("POST" if form else "GET", address, data=form, headers=headers)
        assert answer.status_code == 200, (command, answer.text)
