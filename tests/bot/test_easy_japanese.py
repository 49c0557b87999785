"""やさしい日本語 as the guideline of the Immigration Services Agency and the Agency for Cultural
Affairs has it (2020): short sentences, spaces between words, readings behind hard kanji."""

import re
import tomllib
from collections.abc import Iterator

import pytest

from bot.wording import languages
from settings import ROOT

EASY_KANJI = set(
    "一二三四五六七八九十百千万円日週月年時間分午前後今先来半毎何人男女子母父友火水木金土本川花気生魚天空山雨電車語耳手足目口名店駅道社国外学校上下中北西東南右左見聞書読話買行出入"
    "休食飲言立会多少古新大小安高長白悪暗医意以引員院運映英泳遠屋音歌夏家画海回開界楽館漢寒顔帰起究急牛去京強教業近銀兄計軽犬研県建験元工広考光好合黒菜作産使始姉市死私紙思止試事持室"
    "自質字借写者社主弱首秋集習終住重所暑場色心真森親図進世正青赤夕切説洗早走送族村体待貸台代題知地池茶着昼注朝町鳥通弟低転田都度冬答動同堂特肉売発飯病品不風服物文別勉便歩方妹味民明"
    "問門夜野薬有用曜洋理料旅力林和"
)
"""Of levels 4 and 3 of the Japanese-Language Proficiency Test as it was until 2009."""
MOST_LETTERS = 50
KANJI = re.compile("[一-鿿々]+")
READING = re.compile(r"\([ぁ-んー ]+\)")
WAYS_TO_WRITE = """
返事 へんじ、知らせ しらせ、写真 しゃしん、場所 ばしょ、使 つか、新しい あたらしい、教え おしえ、
同じ おなじ、種類 しゅるい、道路 どうろ、電話 でんわ、待 まって、市役所 しやくしょ、係 かかり、
件 けん、枚 まい、役所 やくしょ、予定 よてい、記録 きろく、質問 しつもん、近く ちかく
"""


def sentences(words: str) -> Iterator[str]:
    """Each sentence, a place that is filled in counting as one letter."""
    return filter(None, re.split("[。\n]", re.sub(r"\{\w+\}", "○", words)))


def unread(words: str) -> list[str]:
    """The words with a hard kanji and no reading in brackets behind them."""
    return [
        found[0]
        for found in KANJI.finditer(words)
        if set(found[0]) - EASY_KANJI and not READING.match(words, found.end())
    ]


SAMPLE = ROOT / "local" / "sample_city"
TEXTS = dict(languages()["easy_ja"].texts)
TERMS = (SAMPLE / "terms.easy_ja.md").read_text("utf-8")
TEMPLATES = [
    template["texts"]["easy_ja"]
    for template in tomllib.loads((SAMPLE / "templates.toml").read_text("utf-8"))["templates"]
]
NAMES = [
    category["names"]["easy_ja"]
    for category in tomllib.loads((SAMPLE / "categories.toml").read_text("utf-8"))["categories"]
]

SAID = READING.sub("", "\n".join([*TEXTS.values(), TERMS, *TEMPLATES]))


def test_a_text_says_how_its_hard_words_are_read() -> None:
    assert {key: found for key, words in TEXTS.items() if (found := unread(words))} == {}


def test_a_text_is_short() -> None:
    for key, words in TEXTS.items():
        for sentence in sentences(words):
            assert len(READING.sub("", sentence)) <= MOST_LETTERS, (key, sentence)
            assert sentence.count("、") <= 2, (key, sentence)


def test_terms_kinds_and_templates_can_be_read_as_well() -> None:
    assert unread(TERMS) == []
    assert [words for words in (*NAMES, *TEMPLATES) if unread(words)] == []


@pytest.mark.parametrize("pair", WAYS_TO_WRITE.split("、"))
def test_a_word_is_written_in_one_way(pair: str) -> None:
    one, other = pair.split()
    assert not (one in SAID and re.search(f"(?<![ぁ-ん]){other}", SAID))


def test_what_belongs_to_a_verb_stands_with_it() -> None:
    assert re.findall(r"\w+[てで] (?:いま|いる|もらい)\w*|\w+ かもしれ\w*", SAID) == []


def test_no_word_goes_on_in_kanji_after_its_kana() -> None:
    for words in (*TEXTS.values(), *TEMPLATES, *NAMES, TERMS):
        assert re.findall("[ぁ-ん]+[一-鿿]+", words) == [], words


def test_hard_words_are_found() -> None:
    assert unread("受付番号を 見る") == ["受付番号"]
    assert unread("受付番号(うけつけ ばんごう)を 見る") == []
    assert list(sentences("写真を おくる。{town}です\n")) == ["写真を おくる", "○です"]
