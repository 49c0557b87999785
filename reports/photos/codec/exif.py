"""What a camera wrote beside its picture: EXIF read without trust, and only what a report can use.

An own small reader (Exif 2.32, CIPA DC-008; TIFF 6.0): it looks at the wanted tags alone, so that a
hostile block costs nothing, and one bad tag takes no other with it.
"""

import math
import re
import struct
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone, tzinfo

# tag -> name, for each of the three directories a report looks into
_PICTURE = {0x0112: "orientation", 0x8769: "camera", 0x8825: "gps"}
_CAMERA = {0x9003: "taken", 0x9010: "offset_of_file", 0x9011: "offset_of_taken"}
_GPS = {
    0x01: "lat_ref",
    0x02: "lat",
    0x03: "lon_ref",
    0x04: "lon",
    0x10: "direction_ref",
    0x11: "direction",
    0x12: "datum",
    0x1F: "accuracy",
}
# TIFF type -> (struct code, bytes); rationals are two numbers
_TYPES = {
    2: ("s", 1),
    3: ("H", 2),
    4: ("I", 4),
    5: ("II", 8),
    9: ("i", 4),
    10: ("ii", 8),
    11: ("f", 4),
    12: ("d", 8),
}
_ORDERS = {b"II*\0": "<", b"MM\0*": ">"}
_MINUTE_M = 1_852.0
_MOST_ENTRIES, _MOST_VALUES = 512, 64

Value = str | tuple[float, ...]


@dataclass(frozen=True)
class Exif:
    """`place` is (lon, lat) in WGS 84 and only a hint; `direction` counts from true north."""

    orientation: int = 1
    place: tuple[float, float] | None = None
    accuracy_m: float | None = None
    direction: float | None = None
    taken_at: datetime | None = None


def read_exif(block: bytes, tz: tzinfo) -> Exif:
    """The facts in an EXIF block (with or without its "Exif" mark); what is unclear is left out.

    A time without an offset of its own is taken to be in `tz`. Never raises.
    """
    block = block.removeprefix(b"Exif\0\0")
    order = _ORDERS.get(block[:4])
    if order is None or len(block) < 8:
        return Exif()
    picture = _directory(block, order, struct.unpack_from(order + "I", block, 4), _PICTURE)
    camera = _directory(block, order, picture.get("camera"), _CAMERA)
    gps = _directory(block, order, picture.get("gps"), _GPS)
    place = _place(gps)
    return Exif(
        orientation=_orientation(picture),
        place=place,
        accuracy_m=_accuracy(gps) if place else None,
        direction=_direction(gps),
        taken_at=_taken_at(camera, tz),
    )


def _directory(
    block: bytes, order: str, where: Value | None, wanted: dict[int, str]
) -> dict[str, Value]:
    start = _number(where)
    if start is None or not 0 <= start <= len(block) - 2:
        return {}
    first = int(start) + 2
    (count,) = struct.unpack_from(order + "H", block, int(start))
    found: dict[str, Value] = {}
    for at in range(first, first + 12 * min(count, _MOST_ENTRIES), 12):
        entry = block[at : at + 12]
        if len(entry) == 12 and (name := wanted.get(struct.unpack(order + "H", entry[:2])[0])):
            value = _value(block, order, entry)
            if value is not None:
                found.setdefault(name, value)
    return found


def _value(block: bytes, order: str, entry: bytes) -> Value | None:
    kind, count = struct.unpack_from(order + "HI", entry, 2)
    if kind not in _TYPES or not 0 < count <= _MOST_VALUES:
        return None
    code, size = _TYPES[kind]
    size *= count
    start = struct.unpack_from(order + "I", entry, 8)[0]
    raw = entry[8 : 8 + size] if size <= 4 else block[start : start + size]
    if len(raw) < size:
        return None
    if code == "s":
        return raw.split(b"\0")[0].decode("ascii", "replace").strip()
    numbers = struct.unpack(order + code * count, raw)
    return tuple(map(float, numbers)) if len(code) == 1 else _fractions(numbers)


def _fractions(numbers: tuple[int, ...]) -> tuple[float, ...]:
    """0/0 is not told (not a number); anything else over zero is infinite."""
    pairs = zip(numbers[::2], numbers[1::2], strict=True)
    return tuple(top / bottom if bottom else math.inf if top else math.nan for top, bottom in pairs)


def _number(value: Value | None) -> float | None:
    """The only number of a value, if it has one that can be counted with."""
    if isinstance(value, tuple) and len(value) == 1 and math.isfinite(value[0]):
        return value[0]
    return None


def _orientation(picture: dict[str, Value]) -> int:
    number = _number(picture.get("orientation")) or 1
    return int(number) if number in range(1, 9) else 1


def _place(gps: dict[str, Value]) -> tuple[float, float] | None:
    if str(gps.get("datum", "")).upper().startswith("TOKYO"):  # 400 m away from WGS 84
        return None
    lon = _degrees(gps.get("lon"), gps.get("lon_ref"), {"E": 1, "W": -1}, most=180)
    lat = _degrees(gps.get("lat"), gps.get("lat_ref"), {"N": 1, "S": -1}, most=90)
    if lon is None or lat is None or (lon, lat) == (0, 0):
        return None
    return lon, lat


def _degrees(
    value: Value | None, ref: Value | None, signs: dict[str, int], *, most: float
) -> float | None:
    """Degrees, minutes and seconds with their N/S or E/W as one signed number of degrees.

    Seconds that are 0/0 stand in the minutes, or nowhere (see `_accuracy`).
    """
    sign = signs.get(str(ref).upper())
    if sign is None or not isinstance(value, tuple) or len(value) != 3:
        return None
    degrees, minutes, seconds = value[0], value[1], 0.0 if math.isnan(value[2]) else value[2]
    if not (0 <= degrees <= most and 0 <= minutes <= 60 and 0 <= seconds <= 60):
        return None
    total = degrees + minutes / 60 + seconds / 3600
    return sign * total if total <= most else None


def _direction(gps: dict[str, Value]) -> float | None:
    """Only from true north: a magnetic one is 7 to 10 degrees off in Japan."""
    number = _number(gps.get("direction"))
    if gps.get("direction_ref") != "T" or number is None or not 0 <= number <= 360:
        return None
    return number % 360


def _accuracy(gps: dict[str, Value]) -> float | None:
    """Where minutes are whole and there are no seconds, no better than a minute of latitude."""
    number = _number(gps.get("accuracy"))
    told = number if number is not None and number > 0 else None
    is_rough = any(map(_ends_at_minutes, (gps.get("lon"), gps.get("lat"))))
    return max(told or 0.0, _MINUTE_M) if is_rough else told


def _ends_at_minutes(value: Value | None) -> bool:
    return isinstance(value, tuple) and math.isnan(value[2]) and value[1].is_integer()


def _taken_at(camera: dict[str, Value], tz: tzinfo) -> datetime | None:
    written = str(camera.get("taken"))
    if not re.fullmatch(r"\d{4}:\d\d:\d\d \d\d:\d\d:\d\d", written, re.ASCII):
        return None
    try:
        taken = datetime.strptime(written, "%Y:%m:%d %H:%M:%S").replace(
            tzinfo=_offset(camera) or tz
        )
    except ValueError:
        return None
    return taken if 1990 <= taken.year < 2100 else None  # a clock that was never set


def _offset(camera: dict[str, Value]) -> tzinfo | None:
    """That of the moment (OffsetTimeOriginal), else that of the file (OffsetTime)."""
    both = (camera.get("offset_of_taken"), camera.get("offset_of_file"))
    return next((found for written in both if (found := _ahead_of_utc(str(written)))), None)


def _ahead_of_utc(offset: str) -> tzinfo | None:
    written = re.fullmatch(r"([+-])(\d\d):([0-5]\d)", offset, re.ASCII)
    if not written or int(written[2]) > 14:
        return None
    ahead = timedelta(hours=int(written[2]), minutes=int(written[3]))
    return timezone(ahead if written[1] == "+" else -ahead)
