"""Which facts are meant: the desk's filters. Pure."""

from collections.abc import Sequence
from typing import Any, Final, NamedTuple

from reports.stats.kinds import DIMENSIONS


class Only(NamedTuple):
    """Any of these values of each dimension, "" for none; () means any."""

    categories: tuple[str, ...] = ()
    departments: tuple[str, ...] = ()
    districts: tuple[str, ...] = ()
    towns: tuple[str, ...] = ()
    owners: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    sections: tuple[str, ...] = ()

    def kept_by(self, dimension: str) -> tuple[str, Sequence[str]] | None:
        """The dimension whose kept sums are enough for this and that one, with the values to read,
        () for all; None: only facts know."""
        chosen = {name for name, values in self._by_name() if values} | {dimension} - {""}
        if len(chosen) > 1:
            return None
        of = next(iter(chosen), "")
        return of, dict(self._by_name()).get(of, ())

    def conditions(self) -> tuple[str, dict[str, Any]]:
        """SQL over `facts f`, and its values."""
        values = {f"only_{name}": list(some) for name, some in self._by_name() if some}
        parts = [
            f"f.{name} = ANY(%(only_{name})s::text[])" for name, some in self._by_name() if some
        ]
        return " AND ".join(parts) or "true", values

    def _by_name(self) -> list[tuple[str, tuple[str, ...]]]:
        return list(zip(DIMENSIONS, self, strict=True))


ALL: Final = Only()
