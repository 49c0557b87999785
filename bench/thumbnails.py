"""Both pictures of a 12-megapixel photo: our way against the obvious one, in time and memory.

    python -m bench.thumbnails [rounds]

Ends with an error when the CPU ratio is above 0.25 or the peak memory ratio above 0.35.
"""

import io
import sys
from collections.abc import Callable
from functools import partial

from PIL import Image, ImageFilter, ImageOps

from bench.rounds import cpu_seconds, in_child, interleave, peak_growth, report
from reports.photos.codec.derive import LARGE, SMALL, derive

CPU_LIMIT, MEMORY_LIMIT = 0.25, 0.35


def phone_photo() -> bytes:
    """A JPEG of 4,032 x 3,024 pixels, about 3 MB, lying on its side, as phones write them."""
    size = (4032, 3024)
    grain = Image.effect_noise(size, 44).filter(ImageFilter.GaussianBlur(0.8))
    slope = Image.linear_gradient("L").resize(size)
    round_ = Image.radial_gradient("L").resize(size)
    photo = Image.merge("RGB", [Image.blend(grain, part, 0.5) for part in (slope, round_, grain)])
    exif = Image.Exif()
    exif[0x0112] = 6
    out = io.BytesIO()
    photo.save(out, "JPEG", quality=88, exif=exif)
    return out.getvalue()


def obvious(data: bytes) -> tuple[bytes, bytes]:
    """Open, turn, convert, two resizes from full size, save: what one writes first."""
    photo = ImageOps.exif_transpose(Image.open(io.BytesIO(data))).convert("RGB")
    return _saved(photo, LARGE), _saved(photo, SMALL)


def _saved(photo: Image.Image, side: int) -> bytes:
    scale = side / max(photo.size)
    size = (round(photo.width * scale), round(photo.height * scale))
    out = io.BytesIO()
    photo.resize(size, Image.Resampling.LANCZOS).save(out, "JPEG", quality=82)
    return out.getvalue()


def main(rounds: int = 9) -> int:
    data = in_child(phone_photo)
    ways: dict[str, Callable[[], object]] = {
        "obvious": partial(obvious, data),
        "michi": partial(derive, data),
        "michi again (A/A)": partial(derive, data),
    }
    print(f"a photo of {len(data) / 1e6:.1f} MB, {rounds} rounds")
    # Memory first: a child of a process that has decoded nothing inherits no free memory.
    memory = interleave({name: partial(peak_growth, way) for name, way in ways.items()}, rounds)
    cpu = interleave({name: partial(cpu_seconds, way) for name, way in ways.items()}, rounds)
    kept = [
        report("CPU for both pictures", cpu, "obvious", {"michi": CPU_LIMIT}),
        report(
            "growth of peak memory",
            memory,
            "obvious",
            {"michi": MEMORY_LIMIT},
            unit="MB",
            scale=1e-6,
        ),
    ]
    return 0 if all(kept) else 1


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:2])))
