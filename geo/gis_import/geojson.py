"""GeoJSON as a city writes it by hand (RFC 7946): every row read, all that is wrong noted."""

import json
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from geo.gis_import.faults import Fault
from geo.gis_import.json_text import parsed
from geo.gis_import.utf8 import UNKEPT, text_of
from geo.kinds import BadFile


@dataclass(frozen=True, slots=True)
class Row:
    """One feature, counted from 1; what is wrong with it goes into `faults`."""

    file: str
    number: int
    properties: dict[str, Any]
    shape: str
    faults: list[Fault]

    def fault(self, japanese: str, english: str) -> None:
        """Something that must be mended."""
        self.faults.append(Fault(self.file, japanese, english, row=self.number))

    def optional(self, name: str) -> str:
        """Words, or none."""
        value = self.properties.get(name)
        if value is not None and not isinstance(value, str):
            self.fault(f"{name} は文字で書いてください", f"“{name}” must be text")
        return value if isinstance(value, str) else ""

    def word(self, name: str) -> str:
        """Words that must be there."""
        value = self.properties.get(name)
        if not isinstance(value, str) or not value:
            self.fault(f"{name} がありません", f"“{name}” is missing")
        return value if isinstance(value, str) else ""

    def one_of(self, name: str, allowed: Sequence[str]) -> str:
        """One of these words; it may lack where one of them is empty."""
        may_lack = "" in allowed and not self.properties.get(name)
        value = "" if may_lack else self.word(name)
        if value and value not in allowed:
            choices = ", ".join(filter(None, allowed))
            self.fault(f"{name} は {choices} のどれかです", f"“{name}” must be one of {choices}")
        return value

    def metres(self, name: str) -> float | None:
        """More than none, where it is given."""
        value = self.properties.get(name)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not value > 0:
            self.fault(f"{name} は 0 より大きい数です", f"“{name}” must be a number above 0")
            return None
        return float(value)

    def level(self, name: str) -> int:
        """A whole number, 0 where it is not given."""
        value = self.properties.get(name)
        if value is None:
            return 0
        if isinstance(value, bool) or not isinstance(value, int) or not -9 <= value <= 9:
            self.fault(
                f"{name} は -9 から 9 の整数です", f"“{name}” must be a whole number, -9 to 9"
            )
            return 0
        return value


def in_file(file: Path, kinds: tuple[str, ...], faults: list[Fault]) -> Iterator[Row]:
    """Rows with a shape of these kinds; others are faults. Raises BadFile for no GeoJSON at all."""
    for number, feature in enumerate(_features(file), start=1):
        given = feature if isinstance(feature, dict) else {}
        geometry, properties = given.get("geometry"), given.get("properties")
        shape = geometry if isinstance(geometry, dict) else {}
        facts = properties if isinstance(properties, dict) else {}
        row = Row(file.name, number, _kept(facts), json.dumps(shape), faults)
        if row.properties != facts:
            row.fault(
                "使えない文字(\\u0000 など)があります", "a character that cannot be kept (\\u0000)"
            )
        if shape.get("type") not in kinds:
            wanted = " or ".join(kinds)
            row.fault(f"図形は {wanted} です", f"geometry must be {wanted}")
        elif not _is_shape(shape.get("coordinates"), *_FORMS[shape["type"]]):
            row.fault(
                "coordinates は [経度, 緯度] の並びで、多角形は閉じます",
                "“coordinates” must be [longitude, latitude] in degrees, and rings closed",
            )
        yield row


def _kept(facts: dict[str, Any]) -> dict[str, Any]:
    """With a sign instead of each character that no database keeps."""
    return {
        name: UNKEPT.sub("�", value) if isinstance(value, str) else value
        for name, value in facts.items()
    }


def _features(file: Path) -> list[Any]:
    given = parsed(text_of(file), file.name)
    features = given.get("features") if isinstance(given, dict) else None
    if not isinstance(features, list):
        words = ("GeoJSON の FeatureCollection ではありません", "not a GeoJSON FeatureCollection")
        raise BadFile(str(Fault(file.name, *words)))
    return features


def _is_shape(given: Any, depth: int, fewest: int) -> bool:
    """Points in lists so many deep, and so many in the innermost; four make a ring, and close."""
    if depth == 0:
        return _is_on_earth(given)
    if not isinstance(given, list) or not given:
        return False
    if depth == 1 and (len(given) < fewest or (fewest == 4 and given[0] != given[-1])):
        return False
    return all(_is_shape(inner, depth - 1, fewest) for inner in given)


def _is_on_earth(point: Any) -> bool:
    if not isinstance(point, list) or not 2 <= len(point) <= 4:
        return False
    if not all(isinstance(each, (int, float)) and math.isfinite(each) for each in point):
        return False
    return bool(-180 <= point[0] <= 180 and -90 <= point[1] <= 90)


_FORMS: Final = {
    "Point": (0, 1), "LineString": (1, 2), "MultiLineString": (2, 2), "Polygon": (2, 4),
    "MultiPolygon": (3, 4),
}  # fmt: skip
