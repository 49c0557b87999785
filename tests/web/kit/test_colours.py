"""What is to be read stands out from what lies behind it: at least 4.5 to 1 (WCAG 2.2, 1.4.3)."""

import re
from pathlib import Path

import pytest

from settings import ROOT

LIGHT, DARK = (ROOT / "web" / "kit" / "colours.css").read_text("utf-8").split("@media screen")
SHEETS = [file for file in (ROOT / "web").rglob("*.css") if "node_modules" not in file.parts]
PAIRS = [
    ("ink", "paper"), ("soft-ink", "paper"), ("soft-ink", "hover"), ("link", "paper"),
    ("ink", "surface"), ("soft-ink", "surface"), ("link", "surface"), ("link", "hover"),
    ("white", "brand"), ("white", "action"), ("white", "urgent"), ("white", "unread"),
    ("white", "again"), ("nobody-ink", "nobody"), ("bad-ink", "bad-back"),
    ("good-ink", "good-back"), ("memo-ink", "memo"), ("again-ink", "again-back"),
    ("due-ink", "surface"), ("answer-ink", "answer"), ("bad-ink", "surface"),
    ("nobody-ink", "surface"),
]  # fmt: skip


def luminance(colour: str) -> float:
    """Relative luminance of sRGB, as WCAG 2.2 defines it."""
    digits = colour[1:] if len(colour) == 7 else "".join(2 * digit for digit in colour[1:])
    parts = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    dark, light = sorted(map(luminance, (one, other)))
    return (light + 0.05) / (dark + 0.05)


def named(sheet: str) -> dict[str, str]:
    return dict(re.findall(r"--([\w-]+): (#[0-9a-f]{3,6});", sheet)) | {"white": "#ffffff"}


@pytest.mark.parametrize("sheet", [LIGHT, DARK], ids=["light", "dark"])
def test_words_and_signs_stand_out(sheet: str) -> None:
    colours = named(sheet)
    pale = {pair: contrast(*map(colours.__getitem__, pair)) for pair in PAIRS}
    assert {pair: ratio for pair, ratio in pale.items() if ratio < 4.5} == {}


@pytest.mark.parametrize("sheet", [LIGHT, DARK], ids=["light", "dark"])
def test_every_tone_stands_out(sheet: str) -> None:
    tones = re.findall(r"--tone-back: (#\w+); --tone-ink: (#\w+);", sheet)
    assert len(tones) == 8
    assert min(contrast(*tone) for tone in tones) >= 4.5


OF_PHONES = [
    ("ink", "paper"), ("ink", "surface"), ("soft-ink", "paper"), ("soft-ink", "surface"),
    ("white", "action"), ("white", "brand"), ("white", "urgent"), ("white", "again"),
    ("white", "unread"), ("again-ink", "paper"), ("bad-ink", "surface"), ("due-ink", "surface"),
    ("good-ink", "good-back"), ("bad-ink", "bad-back"), ("memo-ink", "memo"),
]  # fmt: skip


@pytest.mark.parametrize(("sheet", "half"), [(LIGHT, 0), (DARK, 1)], ids=["light", "dark"])
def test_what_a_crew_reads_in_the_sun_stands_out_more(sheet: str, half: int) -> None:
    phone = (ROOT / "web" / "crew" / "phone.css").read_text("utf-8").split("@media screen")
    colours = named(sheet) | named(phone[half])
    pale = {pair: contrast(*map(colours.__getitem__, pair)) for pair in OF_PHONES}
    assert {pair: ratio for pair, ratio in pale.items() if ratio < 7} == {}
    tones = re.findall(r"--tone-back: (#\w+); --tone-ink: (#\w+);", sheet)
    assert min(contrast(*tone) for tone in tones) >= 7


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda file: str(file.relative_to(ROOT)))
def test_nothing_is_written_in_the_colour_of_lines(sheet: Path) -> None:
    assert not re.findall(r"(?<![-\w])color: ?var\(--line[\w-]*\)", sheet.read_text("utf-8"))


def test_every_tone_that_is_worn_has_its_colours() -> None:
    worn = {
        tone
        for file in (ROOT / "web").rglob("*.html")
        if "node_modules" not in file.parts
        for tone in re.findall(r"\btone-([a-z]+)", file.read_text("utf-8"))
    }
    for colours in (LIGHT, DARK):
        assert worn <= set(re.findall(r"\.tone-([a-z]+) {", colours))
