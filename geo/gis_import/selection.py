"""Which rows of a file are meant, where not all are: those with these values. Pure."""

import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, Final

from geo.kinds import BadFile
from geo.owners import plain

Values = Mapping[str, Collection[str]]
"""By column: one of these must stand there, in each of the columns."""
MOST_NAMED: Final = 20


def values_of(given: Iterable[str]) -> dict[str, list[str]]:
    """From `COLUMN=VALUE`, once for each value. Raises ValueError naming what cannot be read."""
    values: dict[str, list[str]] = {}
    for entry in given:
        column, equals, value = entry.partition("=")
        if not equals or not column.strip():
            raise ValueError(f"「{entry}」: 列=値 / COLUMN=VALUE")
        values.setdefault(column.strip(), []).append(value.strip())
    return values


def text_of(value: Any) -> str:
    """A cell as words; numbers without a needless .0, empty ones as ""."""
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()


class Selection:
    """Chooses rows, and remembers what stands in the columns that decide."""

    def __init__(self, values: Values) -> None:
        self.rows = 0
        self._values = {name: {plain(each) for each in wanted} for name, wanted in values.items()}
        self._seen: dict[str, set[str]] = {name: set() for name in values}

    def of(self, columns: Mapping[str, Sequence[Any]], rows: int) -> list[int]:
        """Those that are meant of so many rows, by index."""
        chosen = list(range(rows))
        for name, wanted in self._values.items():
            words = [text_of(each) for each in columns[name]]
            self._seen[name].update(words)
            chosen = [row for row in chosen if plain(words[row]) in wanted]
        self.rows += len(chosen)
        return chosen

    def demand_all(self) -> None:
        """Raises BadFile for a value that stands nowhere, with those that do."""
        for name, wanted in self._values.items():
            seen = self._seen[name]
            if missing := wanted - set(map(plain, seen)):
                there = "、".join(sorted(seen)[:MOST_NAMED])
                more = f" ほか{len(seen) - MOST_NAMED:,}" if len(seen) > MOST_NAMED else ""
                raise BadFile(
                    f"{name} が {'、'.join(sorted(missing))} の行はありません / no such row;"
                    f" {name}: {there}{more}"
                )
