"""The camera roll: sample photographs, painted here so that nobody's street is in them."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from random import Random

from PIL import Image

from line_platform import roadside, scenes
from line_platform.brushes import photographed

UPRIGHT_AFTER_TURNING_RIGHT = 6  # EXIF orientation of a phone held upright
_ORIENTATION, _TAKEN, _MAKE, _EXIF, _GPS = 0x0112, 0x9003, 0x010F, 0x8769, 0x8825
LonLat = tuple[float, float]
Scene = Callable[[Random], Image.Image]


@dataclass(frozen=True)
class Sample:
    """One picture of the roll. `position` is lon, lat in WGS 84 and goes into its EXIF."""

    name: str
    title: str
    scene: Scene
    position: LonLat | None = None
    bearing: int = 0
    turned: bool = False


SAMPLES = [
    Sample("pothole", "車道の穴(近くから)", scenes.pothole),
    Sample("pothole-far", "車道の穴(離れて)", scenes.pothole_from_afar, (139.5067, 35.7011), 95),
    Sample("kerb", "割れた縁石", scenes.broken_kerb),
    Sample("gutter", "落ち葉でつまった側溝", scenes.blocked_gutter, (139.5151, 35.6987), 210),
    Sample("guardrail", "曲がったガードレール", roadside.bent_guardrail),
    Sample("mirror", "割れたカーブミラー", roadside.broken_mirror, turned=True),
    Sample("streetlight", "消えている街路灯", roadside.dark_streetlight),
    Sample("branch", "道をふさぐ枝", roadside.fallen_branch, (139.5246, 35.7015), 340),
    Sample("oil", "路面の油", scenes.oil_on_the_road),
    Sample("crossing", "消えかけた横断歩道", scenes.worn_crossing),
    Sample("tactile", "はがれた点字ブロック", roadside.loose_tactile_paving),
    Sample("mended", "直ったあとの路面", scenes.mended_road),
]


def draw_all(folder: Path) -> list[Path]:
    """Paint every sample into the folder as JPEG (1,600 by 1,200; one stored turned).

    `pictures.json` beside them lists `file`, `title` and `has_position` of each, in order.
    """
    folder.mkdir(parents=True, exist_ok=True)
    paths = [_save(sample, seed, folder) for seed, sample in enumerate(SAMPLES)]
    _write_list(folder, paths)
    return paths


def _save(sample: Sample, seed: int, folder: Path) -> Path:
    path = folder / f"{sample.name}.jpg"
    image = photographed(sample.scene(Random(seed)))
    stored = image.transpose(Image.Transpose.ROTATE_90) if sample.turned else image
    stored.save(path, "JPEG", quality=84, exif=_exif(sample, seed))
    return path


def _write_list(folder: Path, paths: list[Path]) -> None:
    listed = [
        {"file": path.name, "title": sample.title, "has_position": sample.position is not None}
        for path, sample in zip(paths, SAMPLES, strict=True)
    ]
    text = json.dumps(listed, ensure_ascii=False, indent=1)
    (folder / "pictures.json").write_text(text + "\n", encoding="utf-8")


def _exif(sample: Sample, seed: int) -> Image.Exif:
    exif = Image.Exif()
    exif[_MAKE] = "Sample"
    exif[_ORIENTATION] = UPRIGHT_AFTER_TURNING_RIGHT if sample.turned else 1
    exif.get_ifd(_EXIF)[_TAKEN] = f"2026:11:20 08:{10 + seed}:00"
    if sample.position:
        exif.get_ifd(_GPS).update(_gps(sample.position, sample.bearing))
    return exif


def _gps(position: LonLat, bearing: int) -> dict[int, object]:
    """The GPS block of EXIF 2.32: latitude, longitude and the direction of the lens."""
    lon, lat = position
    version, true_north = bytes((2, 3, 0, 0)), "T"
    return {
        0: version, 1: "N", 2: _degrees(lat), 3: "E", 4: _degrees(lon), 16: true_north, 17: bearing,
    }  # fmt: skip


def _degrees(value: float) -> tuple[int, int, float]:
    """Degrees, minutes and seconds of a positive angle, as EXIF writes it."""
    minutes = (value - int(value)) * 60
    return int(value), int(minutes), round((minutes - int(minutes)) * 60, 3)
