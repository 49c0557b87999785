"""Names as they sound: 「ほんちょう」, 「ホンチョウ」, "Honchō" and "honcho" are alike. Pure."""

import re
import unicodedata
from typing import Final

_ROWS: Final = {
    "": "あいうえお", "k": "かきくけこ", "g": "がぎぐげご", "s": "さしすせそ", "z": "ざじずぜぞ",
    "t": "たちつてと", "d": "だぢづでど", "n": "なにぬねの", "h": "はひふへほ", "b": "ばびぶべぼ",
    "p": "ぱぴぷぺぽ", "m": "まみむめも", "r": "らりるれろ",
}  # fmt: skip
_ODD: Final = {
    "し": "shi", "じ": "ji", "ち": "chi", "ぢ": "ji", "つ": "tsu", "づ": "zu", "ふ": "fu",
    "や": "ya", "ゆ": "yu", "よ": "yo", "わ": "wa", "を": "o", "ん": "n", "ゔ": "vu", "ー": "",
}  # fmt: skip
_KANA: Final = {
    kana: consonant + vowel
    for consonant, row in _ROWS.items()
    for kana, vowel in zip(row, "aiueo", strict=True)
} | _ODD
_SMALL: Final = {"ゃ": "a", "ゅ": "u", "ょ": "o"}
_TO_HIRAGANA: Final = {code: code - 0x60 for code in range(ord("ァ"), ord("ヶ") - 1)}
_LATIN: Final = re.compile(r"[a-z0-9]*")


def sound(words: str) -> str:
    """In Latin letters as Hepburn has them, without blanks, hyphens and the length of vowels; ""
    where something else stands in them, as a kanji does."""
    plain = unicodedata.normalize("NFKC", words).translate(_TO_HIRAGANA)
    said = "".join(_syllables(plain))
    narrow = unicodedata.normalize("NFKD", said).lower()
    short = re.sub(r"[\u0300-\u036f\s\-.,・'’]", "", narrow)
    if not _LATIN.fullmatch(short):
        return ""
    return re.sub(r"ou|oo|oh(?![aiueoy])", "o", re.sub(r"uu", "u", short)).replace("mb", "nb")


def _syllables(plain: str) -> list[str]:
    """Each as it is said with what stands before it; what is no kana as it is."""
    made: list[str] = []
    for letter in plain:
        before = made[-1] if made else ""
        if letter in _SMALL and before.endswith("i"):
            glide = "" if before in ("shi", "chi", "ji") else "y"
            made[-1] = before[:-1] + glide + _SMALL[letter]
            continue
        said = _KANA.get(letter, letter)
        if before == "っ" and said[:1].isalpha():
            made[-1] = "t" if said.startswith("ch") else said[0]
        made.append(said)
    return made
