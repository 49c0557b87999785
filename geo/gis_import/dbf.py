"""Rows of a dBASE III file that are marked as deleted: there until somebody packs it. Pure.

GDAL leaves them out when it reads, and counts them when it is asked how many rows there are or told
from which one on to read.
"""

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

DELETED: Final = ord("*")


def deleted_rows(raw: bytes) -> NDArray[np.int64]:
    """Their numbers from 0, the smallest first."""
    rows = int.from_bytes(raw[4:8], "little")
    start, length = int.from_bytes(raw[8:10], "little"), int.from_bytes(raw[10:12], "little")
    marks: Any = np.frombuffer(raw, np.uint8)[start :: max(length, 1)][:rows]
    return np.flatnonzero(marks == DELETED)
