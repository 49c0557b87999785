"""Whether a file's rows lie where the city is, and if not, why not."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import text
from sqlalchemy.orm import Session

from geo.gis_import.findings import named
from geo.gis_import.systems import System, planes
from geo.kinds import BadFile, Kind
from geo.wkb import Coordinates

NEAR_M: Final = 50_000.0
_DEGREE_M: Final = 111_320.0


@dataclass(frozen=True, slots=True)
class Home:
    """Where rows are expected: west, south, east, north in degrees, and metres around it."""

    name: str
    box: tuple[float, float, float, float]
    around_m: float = NEAR_M

    def distances(self, boxes: NDArray[np.float64]) -> NDArray[np.float64]:
        """Metres, roughly, from here to each row's box (n × 4); inf where there is none."""
        west, south, east, north = self.box
        wide = _DEGREE_M * np.cos(np.radians((south + north) / 2))
        x = np.maximum(np.maximum(west - boxes[:, 2], boxes[:, 0] - east), 0) * wide
        y = np.maximum(np.maximum(south - boxes[:, 3], boxes[:, 1] - north), 0) * _DEGREE_M
        metres: NDArray[np.float64] = np.hypot(x, y)
        metres[~np.isfinite(boxes).all(axis=1)] = np.inf
        return metres

    def near(self, boxes: NDArray[np.float64]) -> NDArray[np.bool_]:
        metres = self.distances(boxes)
        on_earth = (np.abs(boxes[:, [0, 2]]) <= 180) & (np.abs(boxes[:, [1, 3]]) <= 90)
        found: NDArray[np.bool_] = (metres <= self.around_m) & on_earth.all(axis=1)
        return found


ANYWHERE: Final = Home("地球 / the earth", (-180, -90, 180, 90), 0)
JAPAN: Final = Home("日本 / Japan", (122.5, 20.0, 154.5, 46.0), 0)


@dataclass(frozen=True, slots=True)
class Rows:
    """Where every row lies. `boxes`: n × 4 in degrees; `points`: n × 2, one of each in the file."""

    numbers: NDArray[np.int64]
    boxes: NDArray[np.float64]
    points: Coordinates


def home_of(db: Session, kind: Kind, rows: Rows, system: System) -> Home:
    """The city's outline, else its centre, else Japan. A new outline is not held to the old one.

    A city of which nothing is known yet may lie elsewhere: where the file's own system is used.
    """
    outline = db.execute(_OUTLINE).one()
    if kind.name != "city" and outline.west is not None:
        return Home("市の区域 / the city's outline", tuple(outline))
    centre = db.execute(_CENTRE).one_or_none()
    if centre and centre.lon is not None:
        return Home("市の中心 / the city's centre", (centre.lon, centre.lat) * 2)
    used_in = None if system.given else system.used_in
    abroad = used_in and Home("座標系の使われる範囲 / where its system is used", used_in)
    in_japan = JAPAN.near(rows.boxes).mean()
    return abroad if abroad and abroad.near(rows.boxes).mean() > max(in_japan, 0.9) else JAPAN


def far_rows(home: Home, rows: Rows, system: System, *, swap: bool) -> list[int]:
    """The few rows that are not where the others are. Raises BadFile when most are elsewhere."""
    near = home.near(rows.boxes)
    if near.sum() * 2 >= len(near):
        return [int(number) for number in rows.numbers[~near]]
    raise BadFile(f"{_where(home, rows, near)}。{_why(home, rows, system, swap=swap)}")


def refuse_far(home: Home, rows: Rows, far: list[int]) -> None:
    """Names single rows that are far away, and what can be done. Raises BadFile."""
    metres = home.distances(rows.boxes)[np.isin(rows.numbers, far)]
    away = f"{metres.min() / 1000:,.0f} km" if np.isfinite(metres).any() else "?"
    raise BadFile(
        f"{home.name} から遠い行があります({away} 以上): {named(far)}。"
        "--drop-far で除いて読みこめます / rows far away: --drop-far leaves them out"
    )


def _where(home: Home, rows: Rows, near: NDArray[np.bool_]) -> str:
    boxes = rows.boxes[~near]
    metres = np.median(home.distances(boxes))
    lon, lat = np.median(boxes[:, 0]), np.median(boxes[:, 1])
    place = f"{lon:.4f}, {lat:.4f}" if np.isfinite(metres) else "?"
    return (
        f"{len(boxes):,}行が {home.name} の外です(およそ {place}; {metres / 1000:,.0f} km)"
        f" / rows outside: {named(rows.numbers[~near].tolist())}"
    )


def _why(home: Home, rows: Rows, system: System, *, swap: bool) -> str:
    if _fits(home, system, rows.points, swap=not swap):
        return (
            "緯度と経度(たてとよこ)が逆のようです。--swap で入れかえます"
            " / the two coordinates seem swapped: --swap"
        )
    like_degrees = np.abs(rows.points).max() <= 360
    fitting = [each.name for each in planes() if _fits(home, each, rows.points, swap=swap)]
    if fitting and home != JAPAN and not like_degrees:
        return f"座標系がちがうようです。合うもの / these would fit: {', '.join(fitting)} (--crs)"
    if system.in_degrees and not like_degrees:
        return "座標は度ではありません。--crs で指定してください / not degrees: give --crs"
    return (
        "座標系は正しいですか(--crs)。この場所でよければ --elsewhere"
        " / is the coordinate system right? --elsewhere takes the place as it is"
    )


def _fits(home: Home, system: System, points: Coordinates, *, swap: bool) -> bool:
    some = points[:: max(len(points) // 200, 1)]
    there = system.degrees(some, swap=swap)
    return bool(home.near(np.hstack([there, there])).mean() > 0.5)


_OUTLINE: Final = text("""
    SELECT ST_XMin(box) AS west, ST_YMin(box) AS south, ST_XMax(box) AS east, ST_YMax(box) AS north
    FROM (SELECT ST_Extent(shape) AS box FROM areas WHERE kind = 'city') AS outline
""")
_CENTRE: Final = text("""
    SELECT (facts #>> '{centre,lon}')::float8 AS lon, (facts #>> '{centre,lat}')::float8 AS lat
    FROM city
""")
