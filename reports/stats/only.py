"""Which facts are meant: the desk's filters. Pure."""

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

    def chosen(self) -> dict[str, tuple[str, ...]]:
        """By dimension, those of which not any is meant."""
        return {name: values for name, values in self._by_name() if values}

    def conditions(self) -> tuple[str, dict[str, Any]]:
        """SQL over `facts f`, and its values."""
        chosen = self.chosen()
        values = {f"only_{name}": list(some) for name, some in chosen.items()}
        parts = [f"f.{name} = ANY(%(only_{name})s::text[])" for name in chosen]
        return " AND ".join(parts) or "true", values

    def _by_name(self) -> list[tuple[str, tuple[str, ...]]]:
        return list(zip(DIMENSIONS, self, strict=True))


ALL: Final = Only()
