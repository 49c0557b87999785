"""A place is called by its town, and by the crossing or landmark beside it."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from made_files import line, loaded, point, write
from sqlalchemy import text
from sqlalchemy.orm import Session
from typer.testing import CliRunner

from cli.gis.commands import gis
from geo.areas import areas_at
from geo.gis_import import versions
from geo.kinds import BadFile, kind_named
from geo.nearby import near
from geo.place_names import name_of
from geo.points import Point
from geo.towns import place_named
from store.database import transaction

HERE = Point(139.5067, 35.7011)
METRE = 1 / 110_950
METRE_EAST = 1 / 90_400


def north(metres: float) -> tuple[float, float]:
    return HERE.lon, HERE.lat + metres * METRE


def points(folder: Path, name: str, places: Sequence[tuple[str, tuple[float, float]]]) -> Path:
    return write(
        folder / f"{name}.geojson", [point(*xy) for _, xy in places],
        {"name": [each for each, _ in places]}, crs="EPSG:4326", form="Point",
    )  # fmt: skip


def called(db: Session, place: Point = HERE) -> tuple[str, str]:
    name = name_of(db, place, areas_at(db, place))
    return near(name.japanese), name.english


def test_the_nearest_crossing_names_the_place_else_a_landmark_else_the_town(
    db: Session, tmp_path: Path
) -> None:
    town = "本町六丁目", areas_at(db, HERE).town_en
    assert called(db) == (f"{town[0]}付近", town[1])
    loaded(db, points(tmp_path, "l", [("市民の森", north(95)), ("学校", north(-105))]), "landmark")
    assert called(db) == ("本町六丁目、市民の森付近", town[1])
    crossings = [("駅南", north(49)), ("駅前", north(-45)), ("遠い", north(51))]
    loaded(db, points(tmp_path, "c", crossings), "crossing")
    assert called(db) == ("本町六丁目、駅前交差点付近", town[1])
    assert called(db, Point(*north(20)))[0] == "本町六丁目、駅南交差点付近"
    assert name_of(db, HERE, areas_at(db, HERE), only_town=True).japanese == "本町六丁目"
    assert near("") == ""


def test_a_crossing_is_not_called_so_twice(db: Session, tmp_path: Path) -> None:
    loaded(db, points(tmp_path, "c", [("駅前交差点", north(10))]), "crossing")
    assert called(db)[0] == "本町六丁目、駅前交差点付近"


def test_the_samples_crossings_are_on_cards_and_lists_alike(db: Session) -> None:
    assert called(db, Point(139.5074, 35.69725))[0].endswith("、前原坂上交差点付近")


@pytest.mark.usefixtures("database_url")
def test_towns_may_come_as_points_and_polygons_come_back_by_undo(tmp_path: Path) -> None:
    """The nearest centre within 1.5 km, in the city only; both ways, and back."""
    far = Point(HERE.lon + 1_400 * METRE_EAST, HERE.lat)
    file = points(tmp_path, "t", [("甲町一丁目", north(0)), ("乙町", north(-900))])
    done = CliRunner().invoke(gis, ["towns", str(file), "--yes"])
    assert done.exit_code == 0, done.output
    with transaction() as db:
        assert areas_at(db, HERE).town == "甲町一丁目"
        assert areas_at(db, Point(*north(-500))).town == "乙町"
        assert areas_at(db, far).town == "甲町一丁目"
        assert areas_at(db, Point(139.5267, 35.7011)).town == ""  # 1.8 km away
        assert areas_at(db, Point(139.4795, 35.7003)).town == ""  # in 国分寺市
        town = place_named(db, "甲町1丁目の角")
        assert town
        assert (town.name, round(town.radius_m)) == ("甲町一丁目", 900)
        versions.undo(db, kind_named("town"))
        assert areas_at(db, HERE).town == "本町六丁目"
        versions.undo(db, kind_named("town"))
        assert areas_at(db, HERE).town == "甲町一丁目"
        loaded(db, points(tmp_path, "c", [("駅前", north(10))]), "crossing")
        assert db.execute(text("SELECT count(*) FROM areas WHERE kind = 'town'")).scalar() == 0


def test_lines_are_no_towns(db: Session, tmp_path: Path) -> None:
    file = write(tmp_path / "t.geojson", [line(north(0), north(9))], {"name": ["甲"]},
                 crs="EPSG:4326")  # fmt: skip
    with pytest.raises(BadFile, match="種類がちがう"):
        loaded(db, file, "town")
