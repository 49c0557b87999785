"""The way of a crew is the same on the server as on the phone."""

import json
from pathlib import Path

from geo.points import Point
from geo.way import kilometres, short_way, way_words

WAYS = json.loads(Path(__file__).with_name("ways.json").read_text())


def test_a_way_is_the_one_that_the_phone_makes() -> None:
    here = Point(*WAYS["here"])
    for case in WAYS["cases"]:
        stops = [Point(*one) for one in case["stops"]]
        assert short_way(stops) == case["way"]
        assert short_way(stops, here) == case["from_here"]
    assert short_way([]) == []
    assert short_way([here], here) == [0]
    assert short_way([here] * 4) == [0, 1, 2, 3]


def test_its_length_is_told_as_the_phone_does() -> None:
    stops = [Point(139.5, 35.7), Point(139.51, 35.7)]
    assert way_words(kilometres(stops)) == "約 1.2 km"
    assert way_words(kilometres(stops[:1], stops[0])) == "100 m 未満"
