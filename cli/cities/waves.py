"""In which order cities get a new version: one alone, then the others, some at a time. Pure."""

from collections.abc import Sequence

from cli.install.layout import City


def waves(cities: Sequence[City], first: str, many: int) -> list[list[City]]:
    """The city called `first` alone ("" is the first of all by name), then the others in their
    order, `many` in each wave (0 is all of them).

    Raises ValueError where there is no such city.
    """
    if not cities:
        return []
    one = next((city for city in cities if city.name == first), None) if first else cities[0]
    if one is None:
        raise ValueError(
            f"--first {first}: この市は対象にありません / is not among the cities to upgrade"
        )
    others = [city for city in cities if city != one]
    size = many or len(others) or 1
    return [[one], *(others[begin : begin + size] for begin in range(0, len(others), size))]
