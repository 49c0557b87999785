"""Strangers' photos are taken apart within a time and a memory, whatever is in them."""

import faulthandler
import io
import multiprocessing
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from functools import cache
from zoneinfo import ZoneInfo

import psutil
import pytest
import slow_files
from exif_blocks import block, gps_at, rationals, saved, text
from PIL import Image

from reports.photos.codec import confined, effort
from reports.photos.codec.confined import looked_at, take_apart
from reports.photos.codec.derive import derive, look
from reports.photos.codec.formats import Broken, ImageError, NotAnImage, TooLarge

TOKYO = ZoneInfo("Asia/Tokyo")
A_PICTURE = None
AVIF_SEQUENCE = b"\0\0\0\x18ftypavis\0\0\0\0avismsf1"
Made = Callable[[], bytes]

SLOW: dict[str, tuple[Made, type[ImageError] | None]] = {
    "scans": (lambda: scans(), TooLarge),
    "scans of one colour": (lambda: slow_files.repeated_planes(500), TooLarge),
    "comments": (lambda: slow_files.many_comments(400_000), TooLarge),
    "chunks": (lambda: slow_files.many_chunks(100_000), TooLarge),
    "profiles": (lambda: slow_files.many_profiles(10_000), TooLarge),
    "palettes": (lambda: slow_files.huge_palette(256, 10_000), TooLarge),
    "a palette": (lambda: slow_files.huge_palette(1_000_000), Broken),
    "frames of PNG": (lambda: slow_files.many_png_frames(5_000), TooLarge),
    "interlaced": (lambda: slow_files.png(side=7000, interlaced=True), A_PICTURE),
    "frames of WebP": (lambda: slow_files.many_webp_frames(20_000), A_PICTURE),
    "frames of GIF": (lambda: slow_files.many_gif_frames(1_000), NotAnImage),
    "frames of AVIF": (lambda: AVIF_SEQUENCE, NotAnImage),
    "a wide grid": (lambda: slow_files.wide_grid(), Broken),
    "deep grids": (lambda: slow_files.deep_grids(4), A_PICTURE),
}
"""Small files that are much work, and what becomes of each: of some a decoder takes only what it
needs, and others it refuses itself."""


@cache
def scans() -> bytes:
    return slow_files.repeated_scans(25_000)


def verdict(data: bytes) -> tuple[type[ImageError] | None, str]:
    """What becomes of it, and why; None for a picture."""
    try:
        facts, pictures = take_apart(data, TOKYO)
    except ImageError as refused:
        return type(refused), str(refused)
    with Image.open(io.BytesIO(pictures.large)) as large:
        sides = (facts.width, facts.height)
        for ours, theirs in zip(large.size, sides, strict=True):
            assert min(theirs, 1000) <= ours <= min(theirs, 1024)
    return A_PICTURE, ""


@pytest.fixture
def uncounted(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody looks into the files before a decoder does, which has a second."""
    monkeypatch.setattr(effort, "MOST_SCANS", 10**9)
    monkeypatch.setattr(effort, "MOST_PARTS", 10**9)
    monkeypatch.setattr(confined, "CPU_SECONDS", 1)


@pytest.mark.parametrize("kind", SLOW)
def test_a_small_file_that_is_much_work_has_its_verdict(kind: str) -> None:
    make, expected = SLOW[kind]
    data = make()
    assert len(data) < 20_000_000
    assert verdict(data)[0] is expected


COUNTED = [kind for kind, (_, expected) in SLOW.items() if expected is TooLarge]


@pytest.mark.parametrize("kind", COUNTED)
def test_what_can_be_counted_is_refused_before_a_decoder_sees_it(kind: str) -> None:
    assert verdict(SLOW[kind][0]())[1] == "more parts or scans than a photo has"


UNCOUNTED: dict[str, Made] = {
    "scans": scans,
    "comments": lambda: slow_files.many_comments(4_500_000),
    "chunks": lambda: slow_files.many_chunks(1_500_000),
}


@pytest.mark.usefixtures("uncounted")
@pytest.mark.parametrize("kind", UNCOUNTED)
def test_a_decoder_that_works_for_too_long_is_ended_and_that_is_the_verdict(kind: str) -> None:
    assert verdict(UNCOUNTED[kind]()) == (TooLarge, "more than 1 s of work")


@pytest.mark.usefixtures("uncounted")
def test_a_decoder_that_takes_too_long_by_the_clock_is_ended(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(confined, "MOST_SECONDS", 0.1)
    assert verdict(scans()) == (TooLarge, "not read within 0.1 s")
    assert multiprocessing.active_children() == []


def test_a_decoder_that_needs_too_much_memory_is_a_verdict(monkeypatch: pytest.MonkeyPatch) -> None:
    data = saved(Image.new("RGBA", (6000, 4000)), "PNG", compress_level=1)
    monkeypatch.setattr(confined, "MEMORY_BYTES", 50_000_000)
    assert verdict(data)[0] is TooLarge


@contextmanager
def ended_by(*signals: signal.Signals) -> Iterator[None]:
    """One child after the other is ended so, as the system does or somebody at the machine."""
    before = psutil.Process().children()

    def end_them() -> None:
        ended = set(before)
        for number in signals:
            while not (children := set(psutil.Process().children()) - ended):
                pass
            for child in children:
                child.send_signal(number)
            ended |= children

    somebody = threading.Thread(target=end_them)
    somebody.start()
    yield
    somebody.join()


@pytest.mark.usefixtures("uncounted")
def test_a_child_that_somebody_has_killed_is_given_one_more() -> None:
    with ended_by(signal.SIGKILL):
        assert verdict(scans()) == (TooLarge, "more than 1 s of work")


@pytest.mark.usefixtures("uncounted")
def test_a_photo_whose_children_are_killed_again_is_too_large() -> None:
    with ended_by(signal.SIGKILL, signal.SIGKILL):
        assert verdict(scans()) == (TooLarge, "each process that read it was killed")


@pytest.fixture
def silent() -> Iterator[None]:
    """Whoever breaks down says nothing of it here."""
    faulthandler.disable()
    yield
    faulthandler.enable()


@pytest.mark.usefixtures("uncounted", "silent")
def test_a_photo_over_which_the_decoder_breaks_down_is_broken() -> None:
    with ended_by(signal.SIGSEGV):
        assert verdict(scans())[0] is Broken


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP", "HEIF", "AVIF"])
def test_out_of_the_child_comes_what_was_read_in_it(format: str) -> None:
    place = gps_at(
        (rationals((35, 1), (42, 1), (4, 1)), "N"), (rationals((139, 1), (30, 1), (24, 1)), "E")
    )
    exif = block(camera={0x9003: text("2026:11:21 08:30:00")}, gps=place)
    data = saved(Image.new("RGB", (640, 480), "red"), format, exif=exif)
    assert take_apart(data, TOKYO) == (look(data, TOKYO), derive(data))


def test_out_of_the_child_comes_how_much_is_missing() -> None:
    data = saved(Image.effect_noise((640, 480), 80), "JPEG")
    _, pictures = take_apart(data[: len(data) // 2], TOKYO)
    assert pictures.missing == pytest.approx(0.5, abs=0.05)


@pytest.mark.parametrize(
    ("data", "refusal"),
    [
        (b"words", NotAnImage),
        (b"\xff\xd8\xff", Broken),
        (b"\xff\xd8\xff".ljust(20_000_001), TooLarge),
    ],
)
def test_what_is_refused_in_the_child_is_refused(data: bytes, refusal: type[ImageError]) -> None:
    with pytest.raises(refusal) as by_a_fork:
        take_apart(data, TOKYO)
    with pytest.raises(refusal) as by_a_program:
        looked_at(data)
    assert str(by_a_fork.value) == str(by_a_program.value)


@pytest.mark.parametrize("kind", ["scans", "a palette", "a wide grid", "deep grids"])
def test_a_program_comes_to_the_verdict_of_a_fork(kind: str) -> None:
    make, expected = SLOW[kind]
    with pytest.raises(expected) if expected else nullcontext():
        looked_at(make())


def test_a_program_that_somebody_kills_is_started_once_more() -> None:
    with ended_by(signal.SIGKILL):
        looked_at(slow_files.png(side=7000, interlaced=True))
    with ended_by(signal.SIGKILL, signal.SIGKILL), pytest.raises(TooLarge):
        looked_at(slow_files.png(side=7000, interlaced=True))


@pytest.mark.parametrize("hidden", [b"\xff\xda" * 500, b"\xff\xff\xda" * 500])
def test_scans_that_are_none_are_not_counted(hidden: bytes) -> None:
    """In a comment, and in what phones put behind the picture, such as a film."""
    data = saved(Image.new("L", (640, 480)), "JPEG", comment=hidden) + hidden
    assert verdict(data)[0] is A_PICTURE


def test_a_photo_of_as_many_scans_as_encoders_make_is_a_photo() -> None:
    assert verdict(slow_files.repeated_scans(80, side=2000))[0] is A_PICTURE
