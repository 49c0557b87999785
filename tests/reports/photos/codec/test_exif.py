"""Where, when and which way: what a photo may claim, and what is not believed."""

from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from exif_blocks import Directory, block, doubles, gps_at, rationals, short, text
from hypothesis import given
from hypothesis import strategies as st

from reports.photos.codec.exif import Exif, read_exif

TOKYO = ZoneInfo("Asia/Tokyo")
LAT = rationals((35, 1), (42, 1), (396, 100))
LON = rationals((139, 1), (30, 1), (2412, 100))
STATION = gps_at((LAT, "N"), (LON, "E"))


def of(gps: Directory) -> Exif:
    return read_exif(block(gps=gps), TOKYO)


def test_a_position_is_longitude_then_latitude_in_degrees() -> None:
    assert of(STATION).place == pytest.approx((139.5067, 35.7011))


@pytest.mark.parametrize(
    ("gps", "place"),
    [
        (gps_at((LAT, "S"), (LON, "W")), (-139.5067, -35.7011)),
        (gps_at((LAT, "n"), (LON, "e")), (139.5067, 35.7011)),
        (gps_at((doubles(35, 42, 3.96), "N"), (doubles(139, 30, 24.12), "E")), (139.5067, 35.7011)),
        (gps_at((rationals((0, 1), (0, 1), (0, 1)), "N"), (LON, "E")), (139.5067, 0)),
        (STATION | {0x12: text("WGS-84")}, (139.5067, 35.7011)),
    ],
    ids=["south and west", "small letters", "doubles", "on the equator", "WGS 84"],
)
def test_positions_are_read_in_every_way_cameras_write_them(
    gps: Directory, place: tuple[float, float]
) -> None:
    assert of(gps).place == pytest.approx(place)


ZERO = rationals((0, 1), (0, 1), (0, 1))
NO_PLACE: dict[str, Directory] = {
    "nothing": {},
    "zero and zero": gps_at((ZERO, "N"), (ZERO, "E")),
    "a zero denominator in the degrees": STATION | {2: rationals((35, 0), (42, 1), (4, 1))},
    "a zero denominator in the minutes": STATION | {4: rationals((139, 1), (30, 0), (0, 1))},
    "0/0 minutes": STATION | {4: rationals((139, 1), (0, 0), (0, 0))},
    "seconds without a denominator": STATION | {4: rationals((139, 1), (30, 1), (24, 0))},
    "minutes above 60 without seconds": STATION | {2: rationals((35, 1), (61, 1), (0, 0))},
    "not a number": STATION | {2: doubles(35, float("nan"), 0)},
    "infinite": STATION | {4: doubles(float("inf"), 0, 0)},
    "minus infinite": STATION | {4: doubles(float("-inf"), 0, 0)},
    "negative degrees": STATION | {2: doubles(-35, 42, 4)},
    "latitude above 90": STATION | {2: rationals((90, 1), (0, 1), (1, 1))},
    "longitude above 180": STATION | {4: rationals((180, 1), (1, 1), (0, 1))},
    "61 minutes": STATION | {2: rationals((35, 1), (61, 1), (0, 1))},
    "61 seconds": STATION | {2: rationals((35, 1), (0, 1), (61, 1))},
    "latitude alone": {tag: STATION[tag] for tag in (1, 2)},
    "longitude alone": {tag: STATION[tag] for tag in (3, 4)},
    "no north or south": {tag: STATION[tag] for tag in (2, 3, 4)},
    "no east or west": {tag: STATION[tag] for tag in (1, 2, 4)},
    "east for a latitude": STATION | {1: text("E")},
    "north for a longitude": STATION | {3: text("N")},
    "an empty letter": STATION | {1: text("")},
    "a number for a letter": STATION | {1: short(78)},
    "words for a number": STATION | {2: text("35.70")},
    "degrees alone": STATION | {2: rationals((35, 1))},
    "four parts": STATION | {2: rationals((35, 1), (42, 1), (3, 1), (0, 1))},
    "the old Tokyo datum": STATION | {0x12: text("TOKYO")},
    "a value outside the block": STATION | {2: (5, 3, b"\xff\xff\xff\x7f")},
    "a type that does not exist": STATION | {2: (99, 3, b"\0" * 24)},
    "a billion parts": STATION | {2: (5, 1_000_000_000, b"\0" * 24)},
}


@pytest.mark.parametrize("gps", NO_PLACE.values(), ids=NO_PLACE.keys())
def test_what_is_no_position_is_left_out(gps: Directory) -> None:
    assert of(gps).place is None


LAT_IN_MINUTES = rationals((35, 1), (42066, 1000), (0, 0))
LON_IN_MINUTES = rationals((139, 1), (30402, 1000), (0, 0))


def test_minutes_with_0_0_seconds_are_a_position() -> None:
    exif = of(gps_at((LAT_IN_MINUTES, "N"), (LON_IN_MINUTES, "E")) | {0x1F: rationals((8, 1))})
    assert exif.place == pytest.approx((139.5067, 35.7011))
    assert exif.accuracy_m == 8


@pytest.mark.parametrize("told", [{}, {0x1F: rationals((8, 1))}])
def test_whole_minutes_without_seconds_are_a_rough_position(told: Directory) -> None:
    rough = rationals((35, 1), (42, 1), (0, 0))
    exif = of(gps_at((rough, "N"), (LON_IN_MINUTES, "E")) | told)
    assert exif.place == pytest.approx((139.5067, 35.7))
    assert exif.accuracy_m == 1852


@pytest.mark.parametrize(
    ("entry", "metres"),
    [
        (rationals((475, 100)), 4.75),
        (rationals((0, 1)), None),
        (rationals((5, 0)), None),
        (doubles(float("nan")), None),
        (doubles(-3), None),
        (rationals((5, 1), (6, 1)), None),
    ],
)
def test_an_accuracy_is_a_length_above_zero(
    entry: tuple[int, int, bytes], metres: float | None
) -> None:
    assert of(STATION | {0x1F: entry}).accuracy_m == metres


def test_an_accuracy_without_a_position_is_none() -> None:
    assert of({0x1F: rationals((5, 1))}) == Exif()


@pytest.mark.parametrize(
    ("ref", "entry", "degrees"),
    [
        ("T", rationals((2705, 10)), 270.5),
        ("T", rationals((360, 1)), 0),
        ("M", rationals((2705, 10)), None),
        ("", rationals((2705, 10)), None),
        ("T", rationals((361, 1)), None),
        ("T", rationals((1, 0)), None),
        ("T", doubles(float("inf")), None),
    ],
)
def test_a_direction_counts_from_true_north_or_not_at_all(
    ref: str, entry: tuple[int, int, bytes], degrees: float | None
) -> None:
    assert of({0x10: text(ref), 0x11: entry}).direction == degrees


@pytest.mark.parametrize(
    ("taken", "offset", "moment"),
    [
        ("2026:11:21 08:30:00", None, datetime(2026, 11, 20, 23, 30, tzinfo=UTC)),
        ("2026:11:21 08:30:00", "+00:00", datetime(2026, 11, 21, 8, 30, tzinfo=UTC)),
        ("2026:11:21 08:30:00", "-03:30", datetime(2026, 11, 21, 12, 0, tzinfo=UTC)),
        ("2026:11:21 08:30:00", "+99:00", datetime(2026, 11, 20, 23, 30, tzinfo=UTC)),
        ("2026:11:21 08:30:00", "JST", datetime(2026, 11, 20, 23, 30, tzinfo=UTC)),
        ("0000:00:00 00:00:00", None, None),
        ("2026:13:41 08:30:00", None, None),
        ("2026:02:29 08:30:00", None, None),
        ("1904:01:01 00:00:00", None, None),
        ("9999:12:31 23:59:59", "-12:00", None),
        ("２０２６:11:21 08:30:00", None, None),
        ("yesterday", None, None),
        ("", None, None),
    ],
)
def test_a_time_is_a_moment_or_nothing(
    taken: str, offset: str | None, moment: datetime | None
) -> None:
    camera = {0x9003: text(taken)} | ({0x9011: text(offset)} if offset else {})
    assert read_exif(block(camera=camera), TOKYO).taken_at == moment


@pytest.mark.parametrize(
    ("of_taken", "of_file", "hours"),
    [
        ("+02:00", "+05:00", 2),
        (None, "+05:00", 5),
        ("   :  ", "+05:00", 5),
        ("+02:00", "nonsense", 2),
        ("nonsense", "nonsense", 9),
        ("+00:00", "+05:00", 0),
    ],
)
def test_the_offset_of_the_moment_goes_before_that_of_the_file(
    of_taken: str | None, of_file: str, hours: int
) -> None:
    offsets = {0x9010: text(of_file)} | ({0x9011: text(of_taken)} if of_taken else {})
    exif = read_exif(block(camera={0x9003: text("2026:11:21 08:30:00")} | offsets), TOKYO)
    assert exif.taken_at
    assert exif.taken_at.utcoffset() == timedelta(hours=hours)


def test_a_time_without_an_offset_is_taken_in_the_given_zone() -> None:
    written = block(camera={0x9003: text("2026:11:21 08:30:00")})
    taken = read_exif(written, timezone(timedelta(hours=9))).taken_at
    assert taken == datetime(2026, 11, 20, 23, 30, tzinfo=UTC)
    assert taken.utcoffset() == timedelta(hours=9)


@pytest.mark.parametrize(
    ("number", "orientation"), [*((n, n) for n in range(1, 9)), (0, 1), (9, 1)]
)
def test_an_orientation_is_one_of_eight(number: int, orientation: int) -> None:
    assert read_exif(block({0x0112: short(number)}), TOKYO).orientation == orientation


def test_one_bad_tag_takes_no_other_with_it() -> None:
    gps = STATION | {0x11: (5, 1_000_000, b"\0" * 8), 0x1F: rationals((5, 1))}
    exif = read_exif(block({0x0112: short(6), 0x010F: (77, 9, b"")}, gps=gps), TOKYO)
    assert (exif.orientation, exif.accuracy_m) == (6, 5)
    assert exif.place is not None


def test_a_directory_that_points_at_itself_is_no_trap() -> None:
    to_itself = (4, 1, b"\x08\0\0\0")
    assert read_exif(block({0x8769: to_itself, 0x8825: to_itself}), TOKYO) == Exif()


def _is_believable(exif: Exif) -> bool:
    lon, lat = exif.place or (1.0, 1.0)
    in_range = abs(lon) <= 180 and abs(lat) <= 90 and (lon, lat) != (0, 0)
    return in_range and 0 <= (exif.direction or 0) < 360 and (exif.accuracy_m or 1) > 0


@given(st.sampled_from([b"", b"Exif\0\0", b"II*\0\x08\0\0\0", b"MM\0*\0\0\0\x08"]), st.binary())
def test_random_bytes_are_never_an_error(start: bytes, rest: bytes) -> None:
    assert _is_believable(read_exif(start + rest, TOKYO))


WHOLE = block(
    {0x0112: short(6)},
    {0x9003: text("2026:11:21 08:30:00"), 0x9011: text("+09:00")},
    STATION | {0x10: text("T"), 0x11: rationals((90, 1)), 0x1F: rationals((5, 1))},
)


@given(st.lists(st.tuples(st.integers(0, len(WHOLE) - 1), st.integers(0, 255)), max_size=12))
def test_a_block_with_wrong_bytes_is_never_an_error(changes: list[tuple[int, int]]) -> None:
    changed = bytearray(WHOLE)
    for at, byte in changes:
        changed[at] = byte
    assert _is_believable(read_exif(bytes(changed), TOKYO))


@given(st.integers(0, len(WHOLE)))
def test_a_block_that_breaks_off_is_never_an_error(length: int) -> None:
    assert _is_believable(read_exif(WHOLE[:length], TOKYO))
