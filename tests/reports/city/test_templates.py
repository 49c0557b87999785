"""Staff's words in the language of who reads them, as far as they are a template's."""

import tomllib

import pytest

from reports.city.templates import Template, lines_in, said_in, template_from
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
    assert said_in(words, lines_in("en", [LOOK])) == (said, left)


def test_a_language_that_the_city_has_no_text_in_reads_the_japanese_one() -> None:
    assert said_in("見に行きます。", lines_in("pt", [LOOK])) == ("見に行きます。", "見に行きます。")


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda one: one.key)
def test_the_sample_city_speaks_each_in_three_languages(template: Template) -> None:
    assert set(template.texts) == {"ja", "easy_ja", "en"}
