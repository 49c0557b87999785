"""The outline of the real city, loaded by the command: its towns lie inside, its neighbours not."""

import json
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from typer.testing import CliRunner

from cli.gis.commands import gis
from geo.areas import areas_at_many
from geo.points import Point
from reports.routing.preview import ask
from settings import ROOT
from store.database import transaction

REAL = ROOT.parent / "shared" / "geo"
OUTLINES, CENTRES = REAL / "koganei_and_neighbours.geojson", REAL / "koganei_town_centres.geojson"

pytestmark = [
    pytest.mark.usefixtures("database_url"),
    pytest.mark.shared,
]


def typed(*words: object) -> None:
    done = CliRunner().invoke(gis, [*map(str, words), "--name", "name", "--yes"])
    assert done.exit_code == 0, done.output


def split(folder: Path) -> tuple[Path, Path]:
    """The city's outline and its neighbours', as two files."""
    whole = json.loads(OUTLINES.read_text("utf-8"))
    files = folder / "city.geojson", folder / "neighbours.geojson"
    for file, ours in zip(files, (True, False), strict=True):
        chosen = [f for f in whole["features"] if (f["properties"]["name"] == "小金井市") is ours]
        file.write_text(json.dumps(whole | {"features": chosen}), "utf-8")
    return files


def centres() -> dict[str, Point]:
    features: list[dict[str, Any]] = json.loads(CENTRES.read_text("utf-8"))["features"]
    return {f["properties"]["name"]: Point(*f["geometry"]["coordinates"]) for f in features}


def test_the_whole_file_is_no_city_and_its_own_part_is_chosen_by_its_code() -> None:
    words = ("areas", OUTLINES, "--name", "name", "--key", "code", "--yes")
    refused = CliRunner().invoke(gis, [*map(str, words)])
    assert refused.exit_code == 1
    assert "13210 小金井市" in refused.output.replace("\n", "")
    typed("areas", OUTLINES, "--key", "code", "--only", "13210")
    others = {f["properties"]["code"] for f in json.loads(OUTLINES.read_text("utf-8"))["features"]}
    keys = [word for key in sorted(others - {"13210"}) for word in ("--only", key)]
    typed("areas", OUTLINES, "--key", "code", "--kind", "neighbour", *keys)
    with transaction() as db:
        wheres = areas_at_many(db, [*centres().values()])
        assert {where.city for where in wheres} == {"小金井市"}
        assert db.scalar(text("SELECT count(*) FROM areas WHERE kind = 'neighbour'")) == 8


def test_its_outline_takes_its_towns_and_refuses_each_neighbours_centre(tmp_path: Path) -> None:
    city, neighbours = split(tmp_path)
    typed("areas", city)
    typed("areas", neighbours, "--kind", "neighbour")
    typed("towns", CENTRES)
    towns = centres()
    assert len(towns) == 45
    with transaction() as db:
        for name, where in zip(towns, areas_at_many(db, [*towns.values()]), strict=True):
            assert (where.inside, where.town, where.neighbour) == (True, name, "")
        middles = db.execute(text(
            "SELECT name, ST_X(p), ST_Y(p) FROM (SELECT name, ST_Centroid(shape) AS p FROM areas"
            " WHERE kind = 'neighbour') AS middle"
        )).all()  # fmt: skip
        assert len(middles) == 8
        answers = ask(db, [Point(lon, lat) for _, lon, lat in middles])
        for (name, _, _), answer in zip(middles, answers, strict=True):
            told = answer.inside, answer.where.neighbour, answer.where.town, answer.decisions
            assert told == (False, name, "", ())
