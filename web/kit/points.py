"""Points as staff type them."""

import re
import unicodedata
from typing import Final

from geo.points import NoPosition, Point
from web.kit.errors import BadInput


def point_in(typed: str) -> Point:
    """A point as typed: latitude first, or what cannot be one second. Raises BadInput."""
    plain = unicodedata.normalize("NFKC", typed).replace("、", ",")
    numbers = [float(number) for number in _NUMBER.findall(plain)]
    if len(numbers) != 2 or _NUMBER.sub("", plain).strip(" ,()°\n\t"):
        raise BadInput("緯度と経度を「35.70150, 139.52460」のように書いてください。")
    lat, lon = sorted(numbers, key=abs) if abs(numbers[0]) > _MOST_LAT else numbers
    try:
        return Point(lon, lat)
    except NoPosition:
        raise BadInput("その緯度と経度の場所はありません。数字を確かめてください。") from None


_NUMBER: Final = re.compile(r"[-+]?\d{1,3}(?:\.\d{1,15})?(?![\d.])")
_MOST_LAT: Final = 90.0
