"""A patrol's way and finds as a map's script reads them."""

from collections.abc import Iterable, Mapping, Sequence

from geo.points import Point
from reports.patrols.queries import Find
from reports.patrols.spots import spots_of


def numbers(runs: Iterable[Iterable[Point]]) -> list[list[list[float]]]:
    """Lines of [lon, lat], to a decimetre."""
    return [[[round(one.lon, 6), round(one.lat, 6)] for one in run] for run in runs]


def spots(finds: Sequence[Find], names: Mapping[str, str]) -> list[list[float | str]]:
    """Longitude, latitude, label and kinds of each place; `names`: of categories by key."""
    return [
        [
            one.place.lon,
            one.place.lat,
            one.label,
            "、".join(
                f"{at + 1} {names.get(finds[at].category, finds[at].category)}" for at in one.finds
            ),
        ]
        for one in spots_of(finds)
    ]
