"""What a file's columns say of a row, in our words, and what was to be found of it in all rows."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from geo.gis_import import findings
from geo.gis_import.findings import Findings, What
from geo.gis_import.selection import MOST_NAMED, Values, text_of
from geo.gis_import.staging import Staged
from geo.gis_import.systems import System
from geo.kinds import BadFile, Kind
from geo.owners import owner_of

MOST_LEVEL: Final = 9
"""Of a road above the ground, or below it."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """How a file is to be read. `columns`: field → column. `only`: the rows that are meant, where
    not all are. `owner_is`: of every row.
    """

    kind: Kind
    columns: Mapping[str, str]
    system: System
    only: Values = field(default_factory=dict)
    owner_map: Mapping[str, str] = field(default_factory=dict)
    owner_is: str | None = None
    other_owner: str | None = None
    tolerances: Mapping[str, float] = field(default_factory=dict)
    swap: bool = False
    drop_far: bool = False
    drop_nameless: bool = False
    elsewhere: bool = False


class Facts:
    """Row by row from the file's columns to ours; remembers what it has seen."""

    def __init__(self, wanted: Wanted) -> None:
        self.wanted = wanted
        self.owners: Counter[tuple[str, str]] = Counter()
        self._unknown: Counter[str] = Counter()
        self._no_levels: Counter[str] = Counter()
        self._classes: set[str] = set()
        self._cities: dict[str, str] = {}
        self._seen: set[int] = set()

    def of(
        self, row: int, shape: bytes, columns: Mapping[str, Any], index: int, found: Findings
    ) -> Staged | None:
        """None for a row that was there before, or that has not what it needs."""
        words = {
            name: text_of(columns[column][index]) for name, column in self.wanted.columns.items()
        }
        mark = hash((shape, *words.values()))
        if mark in self._seen:
            found.add(findings.TWICE, row)
            return None
        self._seen.add(mark)
        made = {"areas": self._area, "roads": self._road, "assets": self._asset}
        return made[self.wanted.kind.table](row, shape.hex(), words, found)

    def demand_one_city(self) -> None:
        """A whole prefecture is no city. Raises BadFile."""
        if len(self._cities) > 1:
            several = [" ".join(dict.fromkeys(each)) for each in self._cities.items()]
            more = f" ほか{len(several) - MOST_NAMED:,}" if len(several) > MOST_NAMED else ""
            raise BadFile(
                f"市の区域なのに、キーが {len(several):,} あります:"
                f" {'、'.join(several[:MOST_NAMED])}{more}。"
                "--only キー か --where 列=値 で選んでください。まとめてひとつの市なら、"
                "市の名前の列を --key にします / these are several: choose one with --only KEY or"
                " --where COLUMN=VALUE; if they are one city, give its name's column as --key"
            )

    def refused(self) -> list[str]:
        """Owners that nobody explained, levels that are none, classes that do not occur."""
        lines = []
        if self._unknown:
            lines.append(
                f"道路管理者がわからない値 / owners not known: {_listed(self._unknown)}。"
                "--owner-map '値=city,…' か --other-owner other で指定してください"
            )
        if self._no_levels:
            lines.append(
                f"--level: {_listed(self._no_levels)} は -{MOST_LEVEL} から {MOST_LEVEL} の整数では"
                f"ありません / not whole numbers from -{MOST_LEVEL} to {MOST_LEVEL}"
            )
        if strange := set(self.wanted.tolerances) - self._classes:
            lines.append(
                f"--tolerance: 種別 {', '.join(sorted(strange))} はありません / no such class;"
                f" {', '.join(sorted(self._classes)) or 'なし / none (--class)'}"
            )
        return lines

    def _area(self, row: int, shape: str, words: dict[str, str], found: Findings) -> Staged | None:
        name = words.get("name", "")
        if not name:
            found.add(self._nameless, row)
            return None
        key = words.get("key") or name
        if self.wanted.kind.name == "city":
            self._cities.setdefault(key, name)
        return Staged(row, shape, key=key, name=name, name_en=words.get("name_en", ""))

    def _road(self, row: int, shape: str, words: dict[str, str], found: Findings) -> Staged:
        road_class, ref = words.get("class", ""), words.get("ref", "")
        self._classes.add(road_class)
        return Staged(
            row,
            shape,
            name=words.get("name") or ref,
            name_en=words.get("name_en", ""),
            ref=ref,
            owner=self._owner(words.get("owner", "")),
            road_class=road_class,
            tolerance_m=self.wanted.tolerances.get(road_class),
            source_id=words.get("id", ""),
            level=self._level(words.get("level", "")),
        )

    def _level(self, value: str) -> int:
        """A whole number; 0 for an empty cell and for what is none, which is refused in the end."""
        if not value:
            return 0
        try:
            level = int(value)
        except ValueError:
            level = MOST_LEVEL + 1
        if abs(level) > MOST_LEVEL:
            self._no_levels[value[:40]] += 1
            return 0
        return level

    def _asset(self, row: int, shape: str, words: dict[str, str], found: Findings) -> Staged | None:
        key, name = words.get("key", ""), words.get("name", "")
        if self.wanted.kind.name == "town" and not name:
            found.add(self._nameless, row)
            return None
        if "key" in words and not key:
            found.add(findings.WITHOUT_KEY, row)
        value = words.get("owner", "")
        says = value or self.wanted.owner_is or "" in self.wanted.owner_map
        owner = self._owner(value) if says else ""
        return Staged(row, shape, key=key, name=name, owner=owner)

    @property
    def _nameless(self) -> What:
        dropped = self.wanted.drop_nameless
        return findings.NAMELESS_LEFT_OUT if dropped else findings.NAMELESS

    def _owner(self, value: str) -> str:
        wanted = self.wanted
        owner = wanted.owner_is or owner_of(value, wanted.owner_map) or wanted.other_owner
        if owner is None:
            self._unknown[value] += 1
        self.owners[value, owner or ""] += 1
        return owner or ""


def _listed(values: Counter[str]) -> str:
    return "、".join(f"「{value}」{count:,}行" for value, count in values.most_common(30))
