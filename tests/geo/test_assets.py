"""Street lights and mirrors take part in routing: named in the words, or right at the place."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from made_files import loaded, point, write
from sqlalchemy import text
from sqlalchemy.orm import Session
from townsfolk import ALEX, resident
from townsfolk import file as filed
from typer.testing import CliRunner

from cli.gis.commands import gis
from geo.assets import asset_near, assets_at_many
from geo.gis_import import versions
from geo.gis_import.city_files import BadFile, load_assets
from geo.kinds import kind_named
from geo.points import Point
from reports.actions.route import route
from reports.tickets.models import Ticket
from store.database import transaction

HERE = Point(139.5067, 35.7011)
LIGHT = kind_named("streetlight")


def lights(folder: Path, **metres_north: float) -> Path:
    """Street lights by key, so far north of here; `_` in a key is a hyphen in the file."""
    keys = [key.replace("_", "-") for key in metres_north]
    shapes = [point(HERE.lon, HERE.lat + metres / 110_950) for metres in metres_north.values()]
    return write(folder / "lights.geojson", shapes, {"key": keys}, crs="EPSG:4326", form="Point")


WORDS = [
    ("街路灯 本-0123 が消えています", "本-0123"),
    ("本0123が消えています", "本-0123"),
    ("本 0123", "本-0123"),
    ("本-01234", None),
    ("9本-0123", None),
    ("ab-7です", "AB-7"),
    ("AB-70", None),
    ("12 時ごろ", None),
    ("2024年", "2024"),
    ("消えています", None),
]


def test_a_key_is_found_in_the_words_however_it_is_written(db: Session, tmp_path: Path) -> None:
    loaded(db, lights(tmp_path, 本_0123=400, AB_7=900, **{"12": 300, "2024": 500}), "streetlight")
    for words, key in WORDS:
        found = asset_near(db, HERE, "streetlight", words)
        assert (found and found.key) == key, words
        assert found is None or found.named
    assert asset_near(db, HERE, "mirror", "本-0123") is None


def test_unnamed_the_nearest_within_twenty_metres_is_meant(db: Session, tmp_path: Path) -> None:
    loaded(db, lights(tmp_path, A_100=19, A_200=-12, A_300=1200), "streetlight")
    found = asset_near(db, HERE, "streetlight", "消えています")
    assert found
    assert (found.key, found.named, round(found.metres)) == ("A-200", False, 12)
    assert assets_at_many(db, [HERE, Point(139.5246, 35.7015)]) == [{"streetlight": found}, {}]
    assert asset_near(db, HERE, "streetlight", at_place_m=0) is None
    assert asset_near(db, HERE, "streetlight", "A-300") == found  # 1.2 km away is another one


@pytest.mark.usefixtures("database_url")
def test_its_owner_decides_and_why_keeps_it_through_every_version(tmp_path: Path) -> None:
    """A light of the prefecture's on a road of the city's goes to the prefecture's office."""
    shapes = [point(HERE.lon, HERE.lat + metres / 110_950) for metres in (5, 40)]
    columns: dict[str, Sequence[Any]] = {"番号": ["都-0001", "市-0002"], "持ち主": ["都", ""]}
    file = write(tmp_path / "l.geojson", shapes, columns, crs="EPSG:4326", form="Point")
    words = ["assets", str(file), "--kind", "streetlight", "--key", "番号", "--owner", "持ち主"]
    refused = CliRunner().invoke(gis, [*words, "--owner-map", "都=tokyo"])
    assert refused.exit_code == 2
    done = CliRunner().invoke(gis, [*words, "--owner-map", "都=prefecture", "--yes"])
    assert done.exit_code == 0, done.output
    with transaction() as db:
        light: dict[str, Any] = {"category": "streetlight", "at": HERE}
        ticket_id = filed(db, resident(db), spoken="夜になっても暗い", **light)
        named_id = filed(db, resident(db, ALEX), spoken="市0002です", **light)
        for each in (ticket_id, named_id):
            route(db, each)
        ticket, named = db.get_one(Ticket, ticket_id), db.get_one(Ticket, named_id)
        assert (ticket.owner, ticket.why["asset"]["key"]) == ("prefecture", "都-0001")
        assert ticket.why["asset"]["named"] is False
        assert (named.owner, named.why["asset"]["key"]) == ("city", "市-0002")
        assert named.why["asset"]["named"] is True
        assert ticket.department_id != named.department_id
        loaded(db, lights(tmp_path, X_1=3000), "streetlight")
        versions.undo(db, LIGHT)
        owners = db.execute(text("SELECT key, owner FROM assets WHERE kind = 'streetlight'"))
        assert sorted(map(tuple, owners)) == [("市-0002", ""), ("都-0001", "prefecture")]


WRONG = [
    ('{"kind": "road", "key": "1"}', "no kind of asset"),
    ('{"kind": "街路灯", "key": "1"}', "row 1"),
    ('{"kind": "mirror"}', "“key” or “name” is missing"),
    ('{"kind": "mirror", "key": "1", "owner": "me"}', "“owner” must be one of"),
]


def test_a_citys_assets_file_is_looked_at_row_by_row(db: Session, tmp_path: Path) -> None:
    file = tmp_path / "assets.geojson"
    assert load_assets(db, file) == 0
    for properties, cause in WRONG:
        file.write_text(
            '{"features": [{"geometry": {"type": "Point", "coordinates": [139.5, 35.7]},'
            f' "properties": {properties}}}]}}', "utf-8",
        )  # fmt: skip
        with pytest.raises(BadFile, match=cause):
            load_assets(db, file)
