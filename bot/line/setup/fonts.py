"""A font of this machine that can write given words; none travels with Michi."""

import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from PIL import ImageFont

from bot.wording import FIRST_LANGUAGE

_FOLDERS: Final = (
    "/usr/share/fonts",
    "/usr/local/share/fonts",
    "~/.local/share/fonts",
    "~/.fonts",
    "/System/Library/Fonts",
    "/Library/Fonts",
    "~/Library/Fonts",
)
_LIKELY: Final = (
    "*Sans*CJK*Bold*", "*Sans*CJK*", "*SansJP*Bold*", "*SansJP*", "*ヒラギノ角ゴシック W6*",
    "*Hiragino*W6*", "*BIZUD*Gothic*Bold*", "*ipaexg*", "*ipag*", "*Gothic*Bold*", "*Gothic*",
)  # fmt: skip
_WHAT_TO_DO: Final = (
    "「{words}」を書けるフォントがありません。fonts-noto-cjk(日本語・中国語・韓国語)か"
    " fonts-noto-core(ほかの文字)を入れるか、--font で指定してください\n"
    "  No font here can write “{words}”: install fonts-noto-cjk (Japanese, Chinese, Korean) or"
    " fonts-noto-core (other scripts), or name one with --font"
)
_NOBODYS_LETTER: Final = "\uffff"


class NoFont(Exception):
    """No font here can write these words; says what to install."""


@dataclass(frozen=True, slots=True)
class Face:
    """One face of a font file (a collection holds several)."""

    file: Path
    index: int = 0

    def at(self, size: int) -> ImageFont.FreeTypeFont:
        """The face at a size in pixels. Raises OSError when the file is no font."""
        return ImageFont.truetype(str(self.file), size, index=self.index)

    def can_write(self, words: str) -> bool:
        """Whether every letter has a shape of its own, not the box for what is missing."""
        try:
            font = self.at(32)
        except OSError:
            return False
        missing = _shape(font, _NOBODYS_LETTER)
        return all(_shape(font, letter) != missing for letter in set(words) if letter.strip())


def face_for(words: str, given: Path | None = None) -> Face:
    """The first face that can write the words: the given one alone, else what the system offers.

    Raises NoFont.
    """
    offered = iter([Face(given)]) if given else _offered(words)
    for face in offered:
        if face.can_write(words):
            return face
    raise NoFont(_WHAT_TO_DO.format(words=words))


def _offered(words: str) -> Iterator[Face]:
    yield from _matched(f"sans-serif:bold:lang={FIRST_LANGUAGE}")
    letters = sorted({f"{ord(letter):x}" for letter in words if letter.strip()})
    yield from _matched(f"sans-serif:bold:charset={' '.join(letters)}")
    for folder in map(Path, _FOLDERS):
        for likely in _LIKELY:
            yield from (Face(file) for file in sorted(folder.expanduser().rglob(likely)))


def _matched(pattern: str) -> Iterator[Face]:
    """What fontconfig thinks best; it always names some font, fitting or not."""
    if not shutil.which("fc-match"):
        return
    asked = ["fc-match", "--format", "%{file}\n%{index}", pattern]
    answer = subprocess.run(asked, capture_output=True, text=True, timeout=30, check=False)
    file, _, index = answer.stdout.partition("\n")
    if file:
        yield Face(Path(file), int(index or 0) & 0xFFFF)


def _shape(font: ImageFont.FreeTypeFont, letter: str) -> bytes:
    return bytes(font.getmask(letter))
