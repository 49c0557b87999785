"""Which encoding a Shapefile's text is in, found out from its bytes: cp932 or UTF-8. Pure.

GDAL takes a .dbf without .cpg for Latin-1, and turns Japanese into rubbish without a word.
"""

import codecs
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from geo.kinds import BadFile

CANDIDATES: Final = ("utf-8", "cp932")


@dataclass(frozen=True, slots=True)
class Encoding:
    """`how`: given, cpg, ascii (nothing to decide), found. `rival`: the other one fits as well."""

    name: str
    how: str
    rival: str | None = None


def encoding_of(dbf: Path, given: str | None) -> Encoding:
    """What to read this .dbf with. Raises BadFile naming a row that does not fit."""
    texts: dict[bytes, int] = {}
    for row, words in _texts(dbf.read_bytes()):
        texts.setdefault(words, row)
    if given:
        return Encoding(_fitting(texts, given, dbf.name), "given")
    if said := _cpg(dbf):
        return Encoding(_fitting(texts, said, f"{dbf.stem}.cpg"), "cpg")
    return decided(texts, dbf.name)


def decided(texts: Collection[bytes], name: str) -> Encoding:
    """cp932 or UTF-8, by which of them decodes strictly and reads more like words."""
    if all(raw.isascii() for raw in texts):
        return Encoding("utf-8", "ascii")
    fit = [each for each in CANDIDATES if all(_decoded(raw, each) is not None for raw in texts)]
    if not fit:
        raise BadFile(
            f"{name}: 文字コードが UTF-8 でも cp932 でもありません。--encoding で指定してください"
            " / neither UTF-8 nor cp932: give --encoding"
        )
    likeness = {
        each: likeness_of("\n".join(_decoded(t, each) or "" for t in texts)) for each in fit
    }
    best = max(fit, key=lambda each: likeness[each])
    return Encoding(best, "found", next((each for each in fit if each != best), None))


def likeness_of(words: str) -> float:
    """From -1, rubbish, to 1, words: what share of the letters beyond ASCII one would expect there.

    Half-width katakana stand in rows and not between Latin letters; accents the other way round.
    """
    beyond = [letter for letter in words if not letter.isascii()]
    good = len(_WORDS.findall(words))
    good += sum(len(run) for run in _KANA_RUN.findall(words))
    good += len(_ACCENTED.findall(words))
    return (2 * good - len(beyond)) / len(beyond) if beyond else 1.0


_WORDS: Final = re.compile(r"[、-〗ぁ-ゖァ-ヺー一-鿿！-～①-⑳Ⅰ-Ⅻ・々]")
_KANA_RUN: Final = re.compile(r"(?<![A-Za-z｡-ﾟ])[｡-ﾟ]{2,}(?![a-z｡-ﾟ])")
_ACCENTED: Final = re.compile(r"(?<=[A-Za-z])[À-ɏ]|[À-ɏ](?=[A-Za-z])")


def _texts(raw: bytes) -> Iterator[tuple[int, bytes]]:
    """Column names (row 0) and the text of every row, as they stand in a dBASE III file."""
    rows = int.from_bytes(raw[4:8], "little")
    start, length = int.from_bytes(raw[8:10], "little"), int.from_bytes(raw[10:12], "little")
    at, columns = 1, []
    for head in range(32, start - 31, 32):
        if raw[head] == 0x0D:
            break
        yield 0, raw[head : head + 11].split(b"\0")[0]
        if raw[head + 11 : head + 12] == b"C":
            width = raw[head + 16] + 256 * raw[head + 17]
            columns.append((at, at + width))
        else:
            width = raw[head + 16]
        at += width
    for row in range(rows):
        record = raw[start + row * length : start + (row + 1) * length]
        for begin, end in columns:
            if words := record[begin:end].strip(b" \0"):
                yield row + 1, words


def _decoded(raw: bytes, name: str) -> str | None:
    """Strictly, but a last letter that the column's width has cut in two may be missing."""
    try:
        return codecs.getincrementaldecoder(name)("strict").decode(raw)
    except UnicodeDecodeError:
        return None


def _cpg(dbf: Path) -> str | None:
    beside = (file for file in dbf.parent.iterdir() if file.suffix.lower() == ".cpg")
    file = next((file for file in beside if file.stem.lower() == dbf.stem.lower()), None)
    return file.read_text("ascii", "replace").strip() or None if file else None


_SPELLED: Final = {
    "932": "cp932", "sjis": "cp932", "shift_jis": "cp932", "shift-jis": "cp932", "ms932": "cp932",
    "ansi 932": "cp932", "oem 932": "cp932", "65001": "utf-8", "utf8": "utf-8",
    "1252": "cp1252", "ansi 1252": "cp1252", "88591": "iso-8859-1", "20932": "euc-jp",
}  # fmt: skip


def _fitting(texts: Mapping[bytes, int], said: str, where: str) -> str:
    name = _SPELLED.get(said.lower(), said)
    try:
        codecs.lookup(name)
    except LookupError as unknown:
        raise BadFile(
            f"{where}: 文字コード「{said}」はわかりません / unknown encoding"
        ) from unknown
    wrong = [row for raw, row in texts.items() if _decoded(raw, name) is None]
    if not wrong:
        return name
    others = [each for each in CANDIDATES if all(_decoded(t, each) is not None for t in texts)]
    hint = f"。--encoding {others[0]} なら読めます" if others else ""
    first = min(wrong)
    place, row = (f"{first}行目", f"row {first}") if first else ("列の名前", "a column's name")
    raise BadFile(f"{where}: {place}は {said} の文字ではありません{hint} / {row} is not {said}")
