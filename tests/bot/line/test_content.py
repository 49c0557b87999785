"""A photo comes whole and in time, or it is told why not."""

import time
from collections.abc import Iterator

import pytest
from line_stand_in import StandIn

from bot.line.client import Away, Gone, LineError, NotReady, Refused, TooLarge
from bot.line.content import MOST_PHOTO_BYTES, photo


def drops(every: float) -> Iterator[bytes]:
    while True:
        time.sleep(every)
        yield b"drop"


def test_a_photo_is_its_bytes(line: StandIn) -> None:
    line.body = b"photo" * 1_000
    assert photo("900") == line.body
    assert [heard[:2] for heard in line.heard] == [("GET", "/v2/bot/message/900/content")]


@pytest.mark.parametrize(
    ("status", "kind"),
    [(202, NotReady), (404, Gone), (410, Gone), (401, Refused), (500, Away)],
)
def test_without_a_photo_it_is_told_why(line: StandIn, status: int, kind: type[LineError]) -> None:
    line.status = status
    with pytest.raises(LineError) as met:
        photo("900")
    assert type(met.value) is kind


def test_what_is_cut_off_is_no_photo(line: StandIn) -> None:
    line.headers, line.body = {"content-length": "1000"}, b"half of it"
    with pytest.raises(Away):
        photo("900")


def test_a_photo_may_have_so_many_bytes_and_no_more(line: StandIn) -> None:
    line.body = bytes(MOST_PHOTO_BYTES)
    assert len(photo("900")) == MOST_PHOTO_BYTES
    line.body += b"!"
    with pytest.raises(TooLarge):
        photo("900")


def test_a_photo_that_comes_drop_by_drop_is_left_for_later(line: StandIn) -> None:
    line.body = drops(0.05)
    began = time.monotonic()
    with pytest.raises(Away, match="too slowly"):
        photo("900", within=0.5)
    assert time.monotonic() - began < 2
