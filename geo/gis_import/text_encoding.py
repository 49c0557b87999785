"""Which encoding a Shapefile's text is in, found out from its bytes: cp932 or UTF-8. Pure.

GDAL takes a .dbf without .cpg for Latin-1, and turns Japanese into rubbish without a word.
"""

import codecs
import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from geo.kinds import BadFile

CANDIDATES: Final = ("utf-8", "cp932")


@dataclass(frozen=True, slots=True)
class Encoding:
    """`how`: given, cpg, mark (its first bytes), ascii (nothing to decide), found. `rival`: the
    other one fits as well."""

    name: str
    how: str
    rival: str | None = None


def encoding_of(dbf: Path, given: str | None) -> Encoding:
    """What to read this .dbf with. Raises BadFile naming a row that does not fit."""
    texts: dict[bytes, int] = {}
    for row, words in _texts(dbf.read_bytes(), dbf.name):
        texts.setdefault(words, row)
    if given:
        return Encoding(_fitting(texts, given, dbf.name), "given")
    if said := _cpg(dbf):
        return Encoding(_fitting(texts, said, f"{dbf.stem}.cpg"), "cpg")
    return decided(texts, dbf.name)


def of_whole(raw: bytes, name: str) -> Encoding:
    """Of a text file: Excel's "Unicode text" and old PowerShells begin with a mark of UTF-16."""
    return Encoding("utf-16", "mark") if raw.startswith(_UTF_16) else decided([raw], name)


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


_UTF_16: Final = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_WORDS: Final = re.compile(r"[\u3000-〗ぁ-ゖァ-ヺー一-鿿！-～①-⑳Ⅰ-Ⅻ・々]")
_KANA_RUN: Final = re.compile(r"(?<![A-Za-z｡-ﾟ])[｡-ﾟ]{2,}(?![a-z｡-ﾟ])")
_ACCENTED: Final = re.compile(r"(?<=[A-Za-z])[À-ɏ]|[À-ɏ](?=[A-Za-z])")


def _texts(raw: bytes, name: str) -> Iterator[tuple[int, bytes]]:
    """Column names (row 0) and the text of every row, as they stand in a dBASE III file."""
    rows = int.from_bytes(raw[4:8], "little")
    start, length = int.from_bytes(raw[8:10], "little"), int.from_bytes(raw[10:12], "little")
    if len(raw) < start or start < 33 or not length:
        raise BadFile(
            f"{name}: 壊れています。もう一度受けとってください / damaged: have it sent again"
        )
    at, columns = 1, []
    for head in range(32, start - 31, 32):
        if raw[head] == 0x0D:
            break
        yield 0, raw[head : head + 11].split(b"\0")[0]
        if raw[head + 11 : head + 12] == b"C":
            width = raw[head + 16] + 256 * raw[head + 17]
            if width and at < length:  # a damaged file may say that many more stand nowhere
                columns.append((at, at + width))
        else:
            width = raw[head + 16]
        at += width
    for row in range(min(rows, (len(raw) - start) // length)):
        record = raw[start + row * length : start + (row + 1) * length]
        for begin, end in columns:
            if words := record[begin:end].strip(b" \0"):
                yield row + 1, words


def _decoded(raw: bytes, name: str) -> str | None:
    """Strictly, but a last letter that the column's width has cut in two may be missing."""
    try:
        return codecs.getincrementaldecoder(name)("strict").decode(raw)
    except ValueError:
        return None


def _cpg(dbf: Path) -> str | None:
    file = dbf.with_suffix(".cpg")
    said = file.read_bytes() if file.exists() else b""
    return said.decode("utf-8-sig", "replace").strip() or None


def spelled(said: str) -> str | None:
    """Python's name for an encoding that somebody else calls so; None where nobody does."""
    plain = re.sub(r"[\W_]", "", unicodedata.normalize("NFKC", said).casefold())
    name = _SPELLED.get(plain, said.strip())
    try:
        bytes(4).decode(name)
    except (LookupError, ValueError):
        return None
    return name


_SPELLED: Final = {
    spelling: name
    for name, spellings in {
        "cp932": "932 cp932 ms932 ansi932 oem932 windows932 ibm943 cp943 sjis xsjis sjiswin"
        " シフトjis shiftjis xshiftjis mskanji xmscp932 windows31j cswindows31j ldid19",
        "utf-8": "utf8 65001 cp65001 utf8n utf8bom",
        "euc-jp": "eucjp xeucjp ujis 20932 51932 cp51932",
        "cp1252": "1252 ansi1252 windows1252",
        "iso-8859-1": "88591 iso88591 latin1",
    }.items()
    for spelling in spellings.split()
}
"""As `spelled` compares them: small letters and figures alone."""


def _fitting(texts: Mapping[bytes, int], said: str, where: str) -> str:
    others = [each for each in CANDIDATES if all(_decoded(t, each) is not None for t in texts)]
    hint = f"。--encoding {others[0]} なら読めます / --encoding {others[0]} fits" if others else ""
    name = spelled(said)
    if name is None:
        raise BadFile(f"{where}: 文字コード「{said}」はわかりません / unknown encoding{hint}")
    wrong = [row for raw, row in texts.items() if _decoded(raw, name) is None]
    if not wrong:
        return name
    first = min(wrong)
    place, row = (f"{first}行目", f"row {first}") if first else ("列の名前", "a column's name")
    raise BadFile(f"{where}: {place}は {said} の文字ではありません / {row} is not {said}{hint}")
