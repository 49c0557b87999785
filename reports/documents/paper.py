"""What every page on paper has: how it is set, photos, letters that some font here can draw, and
places to break."""

import io
import json
import re
import shutil
import tempfile
import unicodedata
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any, Final, Literal

import typst
from PIL import Image, UnidentifiedImageError

from store.photo_files import Files, NoSuchFile


class NoFont(Exception):
    """No font on this machine can write Japanese; the message says what to install."""


@lru_cache(maxsize=1)
def fonts() -> tuple[typst.Fonts, list[str]]:
    """The system's fonts, and those of their families that can write Japanese, the best first.

    Raises NoFont.
    """
    known = typst.Fonts()
    there = set(known.families())
    families = [family for family in _FAMILIES if family in there]
    if not families:
        raise NoFont(_WHAT_TO_DO)
    return known, families


def typeset(
    page: Path,
    told: Callable[[Path, list[str]], Mapping[str, Any]],
    at: datetime,
    *,
    standard: Literal["a-3b"] | None = None,
) -> bytes:
    """The PDF of a page of Typst that reads facts.json, which is what `told` gives; it takes the
    folder, into which it puts pictures, and the families of fonts. The same facts give the same
    bytes. `standard`: as which PDF it is made, such as "a-3b". Raises NoFont.
    """
    known, families = fonts()
    with tempfile.TemporaryDirectory(prefix="michi-paper-") as folder:
        copied = Path(shutil.copy(page, folder))
        facts = clean(told(copied.parent, families))
        copied.with_name("facts.json").write_text(json.dumps(facts), encoding="utf-8")
        moment = int(at.timestamp())
        return typst.compile(
            str(copied),
            root=folder,
            font_paths=known,
            timestamp=moment,
            pdf_standards=[standard] if standard else [],
        )


def photo(files: Files, key: str) -> bytes | None:
    """A JPEG of the store; None for what has gone, or is none. Raises FilesAway."""
    try:
        data = files.get(key)
        with Image.open(io.BytesIO(data), formats=("JPEG",)):
            return data
    except (NoSuchFile, UnidentifiedImageError):
        return None


def put_small(files: Files, key: str, to: Path, most: tuple[int, int], *, quality: int) -> bool:
    """A photo, as wide and high as this at the most, into a file; False where there is none. Raises
    FilesAway."""
    data = photo(files, key)
    if data is None:
        return False
    with Image.open(io.BytesIO(data), formats=("JPEG",)) as image:
        image.draft("RGB", most)
        image.thumbnail(most)
        image.save(to, "JPEG", quality=quality)
    return True


def clean(told: Any) -> Any:
    """Without what no font can draw and XML cannot hold; pictures in words become 〓."""
    if isinstance(told, str):
        return "".join(filter(None, map(_letter, told)))
    if isinstance(told, Mapping):
        return {name: clean(value) for name, value in told.items()}
    return [clean(value) for value in told] if isinstance(told, list) else told


def breakable(words: str) -> str:
    """With places to break in what would run out of its line."""
    return _UNBREAKABLE.sub(lambda run: run.group() + _MAY_BREAK, words)


_FAMILIES: Final[tuple[str, ...]] = (
    "Noto Sans CJK JP", "Noto Sans JP", "Source Han Sans JP", "Source Han Sans",
    "Hiragino Kaku Gothic ProN", "Hiragino Sans", "BIZ UDPGothic", "BIZ UDGothic", "Yu Gothic",
    "IPAexGothic", "IPAPGothic", "IPAGothic", "TakaoPGothic", "VL PGothic", "Meiryo", "MS Gothic",
    "Droid Sans Fallback", "Noto Serif CJK JP",
)  # fmt: skip
_WHAT_TO_DO: Final = (
    "PDF の文字を書ける日本語フォントがありません。fonts-noto-cjk を入れてください"
    " / No font here can write Japanese: apt-get install fonts-noto-cjk"
)
_MAY_BREAK: Final = "\u200b"
_UNBREAKABLE: Final = re.compile(r"[^\sぁ-ゖァ-ヺ㐀-鿿]{24}")


def _letter(letter: str) -> str:
    if letter.isspace():
        return " "
    if letter == _MAY_BREAK:
        return letter
    if unicodedata.category(letter)[0] == "C" or "\ufe00" <= letter <= "\ufe0f":
        return ""
    return "〓" if "\U0001f000" <= letter <= "\U0001ffff" else letter
