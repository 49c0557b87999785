"""A file can neither have an address fetched nor another file read, whatever it says."""

import json
import sqlite3
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pyogrio
import pytest
from made_files import point, write
from odd_zips import packed, parts
from sqlalchemy.orm import Session

from geo.gis_import.gis_files import opened
from geo.gis_import.sources import gdal
from geo.gis_import.systems import system_of
from geo.kinds import BadFile

HERE = point(139.5, 35.7)


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """What anybody asks of a server on this machine, of which the first entry is its address."""
    for name in ("no_proxy", "NO_PROXY"):  # so that only what the file says decides
        monkeypatch.setenv(name, "*")
    paths: list[str] = []

    class Server(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            paths.append(self.path)
            self.send_response(404)
            self.end_headers()

        do_HEAD = do_POST = do_GET

        def log_message(self, format: str, *words: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Server) as server:
        serving = threading.Thread(target=server.serve_forever, args=(0.01,))
        serving.start()
        paths.append(f"http://127.0.0.1:{server.server_port}")
        yield paths
        server.shutdown()
        serving.join()


def tried(given: Path) -> str:
    """Everything of it that can be read is read. Returns the refusal, if it was refused."""
    try:
        with opened(given) as file:
            for _ in file.pieces(file.columns):
                pass
    except BadFile as bad:
        return str(bad)
    return ""


def collection(**more: Any) -> str:
    feature = {
        "type": "Feature", "properties": {"key": "a"},
        "geometry": {"type": "Point", "coordinates": [139.5, 35.7]},
    }  # fmt: skip
    return json.dumps({"type": "FeatureCollection", "features": [feature]} | more)


def named(name: object) -> dict[str, Any]:
    return {"type": "name", "properties": {"name": name}}


def link(address: str) -> dict[str, Any]:
    return {"type": "link", "properties": {"href": address, "type": "esriwkt"}}


def of_the_geometry(address: str) -> str:
    whole = json.loads(collection())
    whole["features"][0]["geometry"]["crs"] = link(address)
    return json.dumps(whole)


LINKS: dict[str, Callable[[str], str]] = {
    "of the file": lambda to: collection(crs=link(to)),
    "of a geometry": of_the_geometry,
    "as url": lambda to: collection(crs={"type": "url", "properties": {"url": to}}),
    "in capitals": lambda to: collection(CRS={"TYPE": "LINK", "PROPERTIES": {"HREF": to}}),
    "in escapes": lambda to: collection(crs=link(to)).replace('"crs"', '"\\u0063\\u0072\\u0073"'),
    "with a NUL behind it": lambda to: collection(**{"crs\0": link(to)}),
    "to a file of corrections": lambda to: collection(crs=named(f"+proj=longlat +nadgrids={to}")),
    "twice": lambda to: collection(crs={"type": "name", "properties": {"name": "EPSG:4326"}})
    .replace('"type": "name"', f'"type": "name", "type": "link", "href": "{to}"'),
    "to a file of PROJ": lambda to: collection(crs=named(f"+proj=longlat +init={to}:4301")),
    "to such a file as a word": lambda to: collection(crs=f"INIT={to}:4301"),
    "before the other": lambda to: collection(crs=link(to))[:-1] + ', "crs": null}',
    "of one alone": lambda to: json.dumps(
        {"type": "Feature", "properties": {"key": "a"}, "crs": link(to),
         "geometry": {"type": "Point", "coordinates": [139.5, 35.7]}}
    ),
}  # fmt: skip


@pytest.mark.parametrize("words", LINKS.values(), ids=LINKS)
def test_a_coordinate_system_that_is_a_link_is_refused_and_not_fetched(
    asked: list[str], tmp_path: Path, words: Callable[[str], str]
) -> None:
    said = words(f"{asked[0]}/crs")
    for name, encoding in (("a.geojson", "utf-8"), ("b.json", "utf-8-sig"), ("c.txt", "utf-16")):
        (tmp_path / name).write_text(said, encoding)
    for refusal in (
        tried(tmp_path / "a.geojson"),
        tried(tmp_path / "b.json"),
        tried(packed(tmp_path / "a.zip", {"a.geojson": said.encode()})),
    ):
        assert "リンク" in refusal
        assert "the coordinate system is a link" in refusal
    with pytest.raises(BadFile, match="link"), opened(tmp_path / "c.txt", encoding="utf-16"):
        pass
    assert asked[1:] == []


@pytest.mark.parametrize(
    ("crs", "read"),
    [
        ({"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::6668"}}, "EPSG:6668"),
        ({"type": "name", "properties": {"name": "urn:ogc:def:crs:OGC:1.3:CRS84"}}, "EPSG:4326"),
        ({"type": "EPSG", "properties": {"code": 6668}}, "EPSG:6668"),
        (None, "EPSG:4326"),
    ],
)
def test_a_coordinate_system_by_its_name_is_taken(tmp_path: Path, crs: Any, read: str) -> None:
    (tmp_path / "a.geojson").write_text(collection(**({"crs": crs} if crs else {})))
    with opened(tmp_path / "a.geojson") as file:
        assert read in (file.crs or "")


@pytest.mark.parametrize(
    ("crs", "read"),
    [
        (named("Tokyo"), "EPSG:4301"),
        (named("JGD2000"), "EPSG:4612"),
        (named("urn:x-ogc:def:crs:EPSG:4301"), "EPSG:4301"),
        (named("WGS 84"), "EPSG:4326"),
        (named("urn:ogc:def:crs:EPSG::4326"), "EPSG:4326"),
        (named(""), "EPSG:4326"),
        ("EPSG:4301", "EPSG:4301"),
        (4301, "EPSG:4301"),
    ],
)
def test_one_that_gdal_does_not_know_is_not_taken_for_wgs_84(
    tmp_path: Path, crs: Any, read: str
) -> None:
    """It says nothing and reads on in WGS 84, which is 400 m away from Tokyo Datum."""
    (tmp_path / "a.geojson").write_text(collection(crs=crs))
    with opened(tmp_path / "a.geojson") as file:
        assert system_of(file.crs, None).name.startswith(read)


@pytest.mark.parametrize(
    "crs", [named("EPSG::4301"), named("EPSG:99999"), named("日本測地系"), named(7)]
)
def test_one_that_nobody_knows_must_be_given(tmp_path: Path, crs: Any) -> None:
    (tmp_path / "a.geojson").write_text(collection(crs=crs))
    with opened(tmp_path / "a.geojson") as file:
        with pytest.raises(BadFile, match="座標系がわかりません"):
            system_of(file.crs, None)
        assert system_of(file.crs, "EPSG:6668").name.startswith("EPSG:6668")


@pytest.mark.parametrize("name", ["a.geojson", "a.gpkg", "a.shp", "a.json", "a.vrt"])
def test_a_vrt_is_no_file_of_a_city_whatever_it_is_called(
    asked: list[str], tmp_path: Path, name: str
) -> None:
    """Nor with the words in it that a GeoJSON has."""
    write(tmp_path / "secret.shp", [HERE], {"password": ["x"]}, form="Point")
    for source in (f"/vsicurl/{asked[0]}/x.geojson", tmp_path / "secret.shp"):
        vrt = (
            f"<OGRVRTDataSource><OGRVRTLayer name='secret'><SrcDataSource>{source}"
            "</SrcDataSource></OGRVRTLayer><!-- Feature --></OGRVRTDataSource>"
        )
        (tmp_path / name).write_text(vrt)
        assert tried(tmp_path / name)
        assert tried(packed(tmp_path / "a.zip", {f"x/{name}": vrt.encode()}))
    assert asked[1:] == []


def planted(file: Path, *, kind: str, sql: str) -> Path:
    """A GeoPackage with a layer more, of which its own database says what it is."""
    write(file, [HERE], {"key": ["a"]}, crs="EPSG:4326", form="Point", layer="lights")
    with sqlite3.connect(file) as db:
        db.execute("PRAGMA writable_schema = ON")
        db.execute("INSERT INTO sqlite_master VALUES (?, 'evil', 'evil', 0, ?)", (kind, sql))
        db.execute(
            "INSERT INTO gpkg_contents (table_name, data_type, identifier)"
            " VALUES ('evil', 'attributes', 'evil')"
        )
    return file


def test_a_geopackage_reaches_nothing_but_itself(asked: list[str], tmp_path: Path) -> None:
    write(tmp_path / "secret.geojson", [HERE], {"password": ["x"]}, crs="EPSG:4326", form="Point")
    geocode = (
        "ogr_geocode('x', 'geometry', 'SERVICE', 'OSM_NOMINATIM', 'QUERY_TEMPLATE',"
        f" '{asked[0]}/x?%s')"
    )
    for number, (kind, sql) in enumerate([
        ("view", f"CREATE VIEW evil AS SELECT {geocode} AS key FROM lights"),
        ("table", f"CREATE VIRTUAL TABLE evil USING VirtualOGR('/vsicurl/{asked[0]}/x.geojson')"),
        ("table", f"CREATE VIRTUAL TABLE evil USING VirtualOGR('{tmp_path}/secret.geojson')"),
    ]):  # fmt: skip
        given = planted(tmp_path / f"{number}.gpkg", kind=kind, sql=sql)
        tried(given)
        with pytest.raises(BadFile), opened(given, layer="evil") as file:
            list(file.pieces(file.columns))
    given = write(tmp_path / "srs.gpkg", [HERE], {"key": ["a"]}, crs="EPSG:4326", form="Point")
    with sqlite3.connect(given) as db:
        db.execute(
            "UPDATE gpkg_spatial_ref_sys SET definition = ?, organization = 'x'",
            (f"{asked[0]}/srs",),
        )
    tried(given)
    assert asked[1:] == []


def test_a_prj_may_not_name_a_file_of_corrections(db: Session, tmp_path: Path) -> None:
    file = write(tmp_path / "a.shp", [HERE], {"key": ["a"]}, crs="EPSG:4301", form="Point")
    for name in ("/etc/passwd", "https://127.0.0.1:9/x.gsb"):
        file.with_suffix(".prj").write_text(
            'GEOGCS["x",DATUM["Tokyo",SPHEROID["Bessel 1841",6377397.155,299.1528128],'
            f'EXTENSION["PROJ4_GRIDS","{name}"]],PRIMEM["Greenwich",0],'
            'UNIT["degree",0.0174532925199433]]'
        )
        with opened(file) as read, pytest.raises(BadFile, match="--crs"):
            system_of(read.crs, None)
        with opened(file) as read:
            assert system_of(read.crs, "EPSG:4301").name == "EPSG:4301 Tokyo"


def test_gdal_knows_three_drivers_from_the_first_file_on(tmp_path: Path) -> None:
    file = write(tmp_path / "a.shp", [HERE], {"key": ["a"]}, form="Point")
    assert tried(packed(tmp_path / "a.zip", parts(file))) == ""
    assert {*pyogrio.list_drivers()} == gdal.DRIVERS
