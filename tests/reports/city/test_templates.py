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
