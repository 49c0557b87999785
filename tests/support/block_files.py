"""Files of blocks (街区レベル位置参照情報) as they are given out for a prefecture, made by a rule.

A zip with a table in cp932, every cell in quotes, and papers beside it.
"""

import csv
import io
import zipfile
from pathlib import Path
from typing import Final, NamedTuple

COLUMNS: Final = (
    "都道府県名", "市区町村名", "大字・丁目名", "小字・通称名", "街区符号・地番", "座標系番号",
    "Ｘ座標", "Ｙ座標", "緯度", "経度", "住居表示フラグ", "代表フラグ", "更新前履歴フラグ",
    "更新後履歴フラグ",
)  # fmt: skip
CITIES: Final = ("八王子市", "西多摩郡日の出町", "千代田区", "小笠原村")
TOWNS: Final = ("髙﨑町", "表十番町", "曽根ソ町", "(大字なし)", "岩根")
"""With letters that only cp932 has, and some whose second byte is a backslash."""
NUMBERS: Final = "一二三四五六七八九"
PAPERS: Final = ("META_13_2021.xml", "format_2021.html")


class Written(NamedTuple):
    """How many addresses lie in the city; how many rows lie elsewhere, are no more, have no
    number."""

    here: int
    elsewhere: int
    gone: int
    unnumbered: int


def prefecture(file: Path, *, blocks: int) -> Written:
    """Writes a zip of so many rows for 東京都, a third of which are 小金井市's."""
    out = io.StringIO()
    table = csv.writer(out, quoting=csv.QUOTE_ALL)
    table.writerow(COLUMNS)
    counts = [0, 0, 0, 0]
    for turn in range(blocks):
        is_here = turn % 3 == 0
        kind = _kind(turn)
        counts[kind if kind > 1 else 0 if is_here else 1] += 1
        table.writerow(_row(turn, is_here, kind))
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("13000-20.0a/13_2021.csv", out.getvalue().encode("cp932"))
        for name in PAPERS:
            packed.writestr(f"13000-20.0a/{name}", "<p>位置参照情報</p>")
    return Written(*counts)


def _kind(turn: int) -> int:
    """0 or 1: an address; 2: it is no more; 3: it has no number."""
    return 2 if turn % 50 in (7, 9) else 3 if turn % 50 == 11 else 0


def _row(turn: int, is_here: bool, kind: int) -> list[str]:
    number = turn // 3 + 1
    town = TOWNS[number % 2] if is_here else TOWNS[turn % len(TOWNS)]
    town += f"{NUMBERS[(number - 1) % 9]}丁目" if is_here else ""
    city = "小金井市" if is_here else CITIES[turn % len(CITIES)]
    lon, lat = (139.5045, 35.7015) if is_here else (139.3159, 35.6663)
    block = "無番地" if kind == 3 else str(number)
    part = "" if is_here else "下桶"
    before, after = ("3", "0") if turn % 50 == 7 else ("1", "3") if kind == 2 else ("0", "0")
    figures = (f"{-35925.9 + turn % 90:.1f}", f"{-7446.2 - turn % 70:.1f}", f"{lat:.6f}")
    return [
        "東京都", city, town, part, block, "9", *figures, f"{lon:.6f}", str(turn % 2), "1", before,
        after,
    ]  # fmt: skip
