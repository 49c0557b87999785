"""Parameters of OGC API - Features, read without any server."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from web.open.ogc.asked import MOST, BadParameter, place_in, read, token_of
from web.open.ogc.points import NOWHERE, in_one_box

TOKYO = timezone(timedelta(hours=9))


def moment(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[misc, arg-type]


@pytest.mark.parametrize(
    ("given", "since", "before"),
    [
        ("2026-11-01T00:00:00Z", moment(2026, 11, 1), moment(2026, 11, 1, 0, 0, 0, 1)),
        ("2026-11-01T09:00:00+09:00/..", moment(2026, 11, 1), None),
        ("2026-11-01T09:00:00 09:00/", moment(2026, 11, 1), None),
        ("/2026-11-01t00:00:00.5z", None, moment(2026, 11, 1, 0, 0, 0, 500_001)),
        ("2026-11-01", moment(2026, 10, 31, 15), moment(2026, 11, 1, 15)),
        ("2026-11-01/2026-11-30", moment(2026, 10, 31, 15), moment(2026, 11, 30, 15)),
        ("../..", None, None),
    ],
)
def test_moments_days_and_intervals(
    given: str, since: datetime | None, before: datetime | None
) -> None:
    asked = read([("datetime", given)], (), TOKYO)
    assert (asked.since, asked.before) == (since, before)


def test_boxes() -> None:
    def boxes(given: str) -> object:
        return read([("bbox", given)], (), UTC).boxes

    assert boxes("139.4,35.6,139.6,35.8") == ((139.4, 35.6, 139.6, 35.8),)
    assert boxes("139.4,35.6,0,139.6,35.8,99") == ((139.4, 35.6, 139.6, 35.8),)
    over = ((170.0, -10.0, 180.0, 10.0), (-180.0, -10.0, -170.0, 10.0))
    assert boxes("170,-10,-170,10") == over
    assert in_one_box(over) == NOWHERE
    assert in_one_box(((130.0, 30.0, 180.0, 40.0), over[1])) == (130.0, 30.0, 180.0, 40.0)
    assert in_one_box(()) is None
    with pytest.raises(BadParameter):
        in_one_box(((140.0, 30.0, 180.0, 40.0), (-180.0, 30.0, 139.0, 40.0)))


def test_limits_properties_and_tokens() -> None:
    asked = read(
        [("limit", "99999"), ("state", "open"), ("town", ""), ("token", token_of("本町 1"))],
        ("state", "town"),
        UTC,
    )
    assert (asked.limit, asked.equal, asked.after) == (MOST, {"state": "open"}, "本町 1")
    assert place_in(token_of("2026-09-01T00:00:00+00:00 482-913-706")).endswith("706")


@pytest.mark.parametrize(
    "query",
    [
        {"limit": "0"}, {"limit": "-1"}, {"limit": "x"}, {"limit": "1.5"}, {"limit": "１"},
        {"bbox": ""}, {"bbox": "1,2,3"}, {"bbox": "1,2,3,x"}, {"bbox": "1,2,3,4,5"},
        {"bbox": "0,5,1,4"}, {"bbox": "0,0,181,1"}, {"bbox": "0,-91,1,1"}, {"bbox": "nan,0,1,1"},
        {"datetime": ""}, {"datetime": "yesterday"}, {"datetime": "2026-13-01"},
        {"datetime": "2026-11-01T00:00:00"}, {"datetime": "2026-11-30/2026-11-01"},
        {"datetime": "a/b/c"}, {"datetime": "9999-12-31"}, {"datetime": ".."},
        {"token": "%"}, {"token": ""}, {"token": "AA"}, {"token": "_" * 201},
        {"colour": "red"}, {"state": "\0"}, {"state": "x" * 201},
    ],
)  # fmt: skip
def test_what_cannot_be_is_said(query: dict[str, str]) -> None:
    with pytest.raises(BadParameter):
        read(query.items(), ("state",), UTC)


def test_a_parameter_stands_once() -> None:
    with pytest.raises(BadParameter):
        read([("limit", "1"), ("limit", "2")], (), UTC)
