"""The rich menu of each language: its areas, its limits, its picture, and the font it needs."""

import dataclasses
import io
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import parse_qs

import pytest
from line_schema import wrongs
from PIL import Image

from bot.line.setup.fonts import Face, NoFont, face_for
from bot.line.setup.menu import ITEMS, SIZE, Menu, alias_in, labels, menu
from bot.line.setup.menu_picture import draw
from bot.wording import Wording, languages

AREAS = ("report", "status", "mine", "help")
BLACK = b"a picture"


@pytest.fixture(scope="module")
def menus(ours: list[Menu]) -> Mapping[str, Menu]:
    return {made.language: made for made in ours}


def units(words: str) -> int:
    """As LINE counts: UTF-16 code units."""
    return len(words.encode("utf-16-le")) // 2


def spoken(language: str, **changed: str) -> Wording:
    """A language made of the Japanese one."""
    texts = {**languages()["ja"].texts, **{f"menu.{key}": text for key, text in changed.items()}}
    return dataclasses.replace(languages()["ja"], language=language, texts=texts)


def picture_of(made: Menu) -> Image.Image:
    return Image.open(io.BytesIO(made.picture), formats=["PNG"])


def test_there_is_one_menu_for_each_language_file(menus: Mapping[str, Menu]) -> None:
    assert set(menus) == set(languages())
    assert [made.language for made in menus.values() if made.is_everybodys] == ["ja"]


@pytest.mark.shared
@pytest.mark.parametrize("language", languages())
def test_every_menu_is_as_line_describes_one(menus: Mapping[str, Menu], language: str) -> None:
    made = menus[language]
    assert wrongs("RichMenuRequest", dict(made.body)) == []
    assert wrongs("CreateRichMenuAliasRequest", _alias(made)) == []


@pytest.mark.parametrize("language", languages())
def test_every_menu_keeps_lines_limits(menus: Mapping[str, Menu], language: str) -> None:
    made = menus[language]
    assert 800 <= SIZE[0] <= 2500
    assert SIZE[0] / SIZE[1] >= 1.45
    assert 0 < units(made.body["chatBarText"]) <= 14
    assert len(made.picture) <= 1024 * 1024
    assert picture_of(made).size == SIZE


def _alias(made: Menu) -> dict[str, str]:
    return {"richMenuAliasId": made.alias, "richMenuId": "richmenu-1"}


@pytest.mark.parametrize("language", languages())
def test_the_areas_ask_for_the_four_things_and_leave_no_gap(
    menus: Mapping[str, Menu], language: str
) -> None:
    areas = menus[language].body["areas"]
    assert [parse_qs(area["action"]["data"])["do"] for area in areas] == [[do] for do in AREAS]
    edge = 0
    for area in areas:
        bounds = area["bounds"]
        assert (bounds["x"], bounds["y"], bounds["height"]) == (edge, 0, SIZE[1])
        edge += bounds["width"]
    assert edge == SIZE[0]


@pytest.mark.parametrize("language", languages())
def test_every_area_is_read_aloud_and_says_its_own_words_when_tapped(
    menus: Mapping[str, Menu], language: str
) -> None:
    actions = [area["action"] for area in menus[language].body["areas"]]
    words = [languages()[language](f"menu.{do}") for do in AREAS]
    assert [action["label"] for action in actions] == words
    assert [action["displayText"] for action in actions] == words
    assert all(units(word) <= 20 for word in words)


def test_the_name_changes_with_picture_and_words_and_only_then() -> None:
    ja = languages()["ja"]
    name = menu(ja, BLACK).name
    assert menu(ja, BLACK).name == name
    assert menu(ja, BLACK + b"!").name != name
    assert menu(spoken("ja", bar="一覧"), BLACK).name != name
    assert alias_in(name) == "michi-ja"


@pytest.mark.parametrize(
    "name", ["", "michi", "michi-ja", "michi-ja 123", "Michi-ja 0123456789ab", "夏の案内"]
)
def test_a_menu_of_another_name_is_not_ours(name: str) -> None:
    assert alias_in(name) is None


def test_a_picture_that_line_would_not_take_is_refused() -> None:
    with pytest.raises(ValueError, match="1 MB"):
        menu(languages()["ja"], bytes(1024 * 1024 + 1))


def test_a_fourth_language_gets_its_menu_by_its_words_alone() -> None:
    words = spoken("zh-Hant", report="通報", status="查看進度", mine="我的通報", help="使用說明")
    made = menu(words, draw(labels(words), face_for("".join(labels(words)))))
    assert made.alias == "michi-zh-hant"
    assert picture_of(made).size == SIZE


@pytest.mark.shared
def test_the_alias_of_a_fourth_language_is_as_line_describes_one() -> None:
    words = spoken("zh-Hant", report="通報", status="查看進度", mine="我的通報", help="使用說明")
    made = menu(words, draw(labels(words), face_for("".join(labels(words)))))
    assert wrongs("CreateRichMenuAliasRequest", _alias(made)) == []


def test_words_that_are_too_long_for_the_picture_are_named() -> None:
    words = spoken("xx", mine="とてもとても長い名前の項目です")
    with pytest.raises(ValueError, match="とてもとても長い名前の項目です"):
        draw(labels(words), face_for("".join(labels(words))))


def test_nothing_of_a_label_touches_its_neighbour(menus: Mapping[str, Menu]) -> None:
    for made in menus.values():
        with picture_of(made) as picture:
            for area in made.body["areas"]:
                left = area["bounds"]["x"]
                right = left + area["bounds"]["width"]
                for column in (left + 20, right - 20):
                    strip = picture.crop((column, 0, column + 1, SIZE[1]))
                    assert strip.getcolors() == [(SIZE[1], strip.getpixel((0, 0)))]


def test_the_first_area_stands_out(menus: Mapping[str, Menu]) -> None:
    with picture_of(menus["ja"]) as picture:
        report, status, *_ = (picture.getpixel((x + 20, 20)) for x in range(0, SIZE[0], 625))
    assert report != status


def test_a_font_that_lacks_a_letter_is_not_taken(tmp_path: Path) -> None:
    nothing = tmp_path / "nothing.ttf"
    nothing.write_bytes(b"no font")
    assert not Face(nothing).can_write("通報")
    with pytest.raises(NoFont, match="fonts-noto-cjk"):
        face_for("通報", nothing)
    with pytest.raises(NoFont, match="「\ue000」を書けるフォントがありません"):
        face_for("\ue000", None)


def test_every_item_has_words_of_its_own() -> None:
    assert list(ITEMS) == list(AREAS)
    assert len(set(ITEMS.values())) == len(AREAS)
