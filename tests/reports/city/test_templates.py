"""Staff's words in the language of who reads them, as far as they are a template's."""

import tomllib

import pytest

from reports.city.templates import (
    Fill,
    Template,
    filled,
    filled_lines,
    lines_in,
    one_of,
    said_in,
    strange_in,
    template_from,
)
from settings import ROOT

SAMPLE = tomllib.loads((ROOT / "local/sample_city/templates.toml").read_text("utf-8"))["templates"]
TEMPLATES = [template_from(facts) for facts in SAMPLE]
LOOK = template_from(
    {"key": "k", "title": "t", "use": "note", "texts": {"ja": "見に行きます。", "en": "We go."}}
)


@pytest.mark.parametrize(
    ("words", "said", "left"),
    [
        ("見に行きます。", "We go.", ""),
        ("見に行きます。\r\n夕方です。", "We go.\n夕方です。", "夕方です。"),
        ("  見に行きます。 ", "We go.", ""),
        ("明日見に行きます。", "明日見に行きます。", "明日見に行きます。"),
        ("", "", ""),
    ],
)
def test_a_templates_line_is_said_in_the_readers_language(words: str, said: str, left: str) -> None:
    assert said_in(words, lines_in(["en"], [LOOK])) == (said, left)


def test_a_language_that_the_city_has_no_text_in_reads_the_japanese_one() -> None:
    written = LOOK.japanese
    assert said_in(written, lines_in(["pt"], [LOOK])) == (written, written)


@pytest.mark.parametrize(
    ("languages", "line"),
    [
        (["pt-BR", "en"], "Vamos ver."),
        (["PT", "en"], "Vamos ver."),
        (["zh-TW", "en"], "去看。"),
        (["zh", "en"], "We go."),
        (["fr", "en"], "We go."),
        (["fr"], None),
    ],
)
def test_a_language_may_be_written_with_its_region(languages: list[str], line: str | None) -> None:
    texts = {"ja": "見に行きます。", "en": "We go.", "pt": "Vamos ver.", "zh_tw": "去看。"}
    template = Template("k", "t", "note", texts)
    assert lines_in(languages, [template]).get("見に行きます。") == line


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda one: one.key)
def test_the_sample_city_speaks_each_in_three_languages(template: Template) -> None:
    assert set(template.texts) == {"ja", "easy_ja", "en"}


FILLED = Template(
    "f",
    "t",
    "note",
    {
        "ja": "{department}が{deadline}までに直します(受付番号 {number})。",
        "en": "{department} mends {number} by {deadline}.",
    },
)
FILLS = {
    "number": one_of({"123-456-789": "123-456-789"}),
    "department": one_of({"道路": "Roads", "道路管理課": "Roads Office", "": "?"}),
    "deadline": Fill(r"\d+月\d+日\(.\)", lambda said: said.replace("12月4日(金)", "4 December")),
}
VALUES = {"number": "123-456-789", "department": "道路管理課", "deadline": "12月4日(金)"}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (filled(FILLED.japanese, VALUES), "Roads Office mends 123-456-789 by 4 December."),
        (
            f"見に行きます。\n {filled(FILLED.japanese, VALUES)}",
            "We go.\nRoads Office mends 123-456-789 by 4 December.",
        ),
        (filled(FILLED.japanese, VALUES | {"department": "公園課"}), None),
        (filled(FILLED.japanese, VALUES | {"number": "999-999-999"}), None),
        (filled(FILLED.japanese, VALUES) + "よろしく", None),
        (FILLED.japanese, FILLED.texts["en"]),
    ],
)
def test_a_filled_line_is_known_again_and_filled_in_the_readers_language(
    words: str, said: str | None
) -> None:
    lines = lines_in(["en"], [LOOK, FILLED])
    lines |= filled_lines([words], lines, FILLS)
    assert said_in(words, lines)[0] == (said or words)


def test_without_facts_a_placeholder_stays_and_nothing_is_taken_for_it() -> None:
    assert filled(FILLED.japanese, {"number": "1", "deadline": ""}).count("{") == 2
    lines = lines_in(["en"], [FILLED])
    assert filled_lines([filled(FILLED.japanese, VALUES)], lines, {"number": one_of({})}) == {}
    assert filled_lines(["見に行きます。"], lines_in(["en"], [LOOK]), FILLS) == {}


@pytest.mark.parametrize(
    ("line", "strange"),
    [
        ("{number}と{place}、{number}", []),
        ("{nummer}{}", ["{nummer}", "{}"]),
        ("{number", ["{"]),
        ("期限}", ["}"]),
        ("{ number }", ["{", "}"]),
    ],
)
def test_what_stands_in_braces_is_a_placeholder_or_strange(line: str, strange: list[str]) -> None:
    assert strange_in(line) == strange


def test_a_template_of_before_is_for_all() -> None:
    assert (LOOK.categories, LOOK.statuses, LOOK.placeholders) == ((), (), [])
    assert FILLED.placeholders == ["department", "deadline", "number"]
