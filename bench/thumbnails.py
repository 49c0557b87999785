"""Both pictures of a photo: our way against the obvious one and pyvips, in time and memory.

    python -m bench.thumbnails [rounds]

Three photos: 12 megapixels as a JPEG and as a HEIC, 50 as a JPEG. Ends with an error when a ratio
to the obvious way is above LIMITS, or one of CPU to pyvips above OF_PYVIPS.

pyvips comes twice: asked for 1,024 pixels, as anybody would, which is the limit's; and for as many
as the decoder of a phone's JPEG gives us (1,008 or 1,020), of which it loads half as many.
"""

import io
import sys
from collections.abc import Callable
from functools import partial
from typing import Final

from PIL import Image, ImageOps

from bench.photos import LARGE_PHONE, PHONE, phone_photos
from bench.rounds import cpu_seconds, in_child, interleave, peak_growth, report
from bench.vips import both_pictures
from reports.photos.codec.derive import LARGE, SMALL, derive

Ways = dict[str, Callable[[], object]]
LIMITS: Final = {"12 MP JPEG": (0.25, 0.35), "12 MP HEIC": (0.9, 1.0), "50 MP JPEG": (0.2, 0.05)}
"""CPU and growth of peak memory, against the obvious way. Of a HEIC nearly all is its decoder's,
which both ways have."""
OF_PYVIPS: Final = {"12 MP JPEG": 0.6, "50 MP JPEG": 0.85}
"""CPU. The more pixels, the more of it goes into reading the file, as both must."""


def main(rounds: int = 9) -> int:
    jpeg, heic = in_child(partial(phone_photos, PHONE, "JPEG", "HEIF"))
    (large,) = in_child(partial(phone_photos, LARGE_PHONE, "JPEG"))
    photos = {"12 MP JPEG": jpeg, "12 MP HEIC": heic, "50 MP JPEG": large}
    contests = {name: ways_of(name, photo) for name, photo in photos.items()}
    # Memory first: a child of a process that has decoded nothing inherits no free memory.
    kept = [_memory(name, ways, rounds) for name, ways in contests.items()]
    kept += [_cpu(name, ways, rounds) for name, ways in contests.items()]
    return 0 if all(kept) else 1


def obvious(data: bytes) -> tuple[bytes, bytes]:
    """Open, turn, convert, two resizes from full size, save: what one writes first."""
    photo = ImageOps.exif_transpose(Image.open(io.BytesIO(data))).convert("RGB")
    return _saved(photo, LARGE), _saved(photo, SMALL)


def ways_of(name: str, photo: bytes) -> Ways:
    """The contestants over this photo."""
    ways: Ways = {
        "obvious": partial(obvious, photo),
        "michi": partial(derive, photo),
        "michi again (A/A)": partial(derive, photo),
    }
    if name in OF_PYVIPS:
        same = in_child(lambda: max(Image.open(io.BytesIO(derive(photo).large)).size))
        ways["pyvips"] = partial(both_pictures, photo)
        ways[f"pyvips, {same:,} pixels"] = partial(both_pictures, photo, same)
    return ways


def _memory(name: str, ways: Ways, rounds: int) -> bool:
    growth = interleave({way: partial(peak_growth, work) for way, work in ways.items()}, rounds)
    limits = {"michi": LIMITS[name][1]}
    title = f"{name}: growth of peak memory"
    return report(title, growth, "obvious", limits, unit="MB", scale=1e-6)


def _cpu(name: str, ways: Ways, rounds: int) -> bool:
    cpu = interleave({way: partial(cpu_seconds, work) for way, work in ways.items()}, rounds)
    title = f"{name}: CPU for both pictures"
    kept = report(title, cpu, "obvious", {"michi": LIMITS[name][0]})
    if name not in OF_PYVIPS:
        return kept
    peers = {way: taken for way, taken in cpu.items() if way != "obvious"}
    return report(f"{title}, beside pyvips", peers, "pyvips", {"michi": OF_PYVIPS[name]}) and kept


def _saved(photo: Image.Image, side: int) -> bytes:
    scale = side / max(photo.size)
    size = (round(photo.width * scale), round(photo.height * scale))
    out = io.BytesIO()
    photo.resize(size, Image.Resampling.LANCZOS).save(out, "JPEG", quality=82)
    return out.getvalue()


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:2])))
