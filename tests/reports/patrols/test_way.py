"""A phone's positions become a sparse line, honest about its gaps."""

from datetime import UTC, datetime, timedelta

from geo.points import METRES_OF_A_DEGREE, Point
from reports.patrols.way import Sample, length_m, runs, sparse

NINE = datetime(2026, 12, 1, 9, tzinfo=UTC)


def at(seconds: float, metres_north: float, out: float = 5.0) -> Sample:
    place = Point(139.5, 35.7 + metres_north / METRES_OF_A_DEGREE)
    return Sample(NINE + timedelta(seconds=seconds), place, out)


def test_only_what_tells_something_new_is_kept() -> None:
    stands = [at(5 * n, 1.0 * (n % 2)) for n in range(20)]
    walks = [at(100 + 5 * n, 7.0 * n) for n in range(1, 10)]
    rough, leap, late = at(150, 200, out=400), at(151, 5_000), at(50, 500)
    kept = sparse([*walks, rough, leap, *stands], None)
    assert [round((one.place.lat - 35.7) * METRES_OF_A_DEGREE) for one in kept] == [0, 21, 42, 63]
    kept = sparse([*walks, rough, leap, late], at(100, 0))
    assert [round((one.place.lat - 35.7) * METRES_OF_A_DEGREE) for one in kept] == [21, 42, 63]


def test_over_a_gap_nothing_is_drawn_and_nothing_counted() -> None:
    line = [at(0, 0), at(60, 100), at(3_000, 2_000), at(3_060, 2_100)]
    assert [len(run) for run in runs(line)] == [2, 2]
    assert round(length_m(line)) == 200
