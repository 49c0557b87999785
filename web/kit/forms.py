"""What people post, read with a cap on its bytes."""

import hashlib
import unicodedata
from collections.abc import AsyncGenerator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Final

from fastapi import Request
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import parse_options_header
from starlette.datastructures import FormData, Headers, UploadFile
from starlette.formparsers import FormParser, MultiPartException, MultiPartParser

from web.kit.errors import BadInput, TooLarge, Unreadable

MOST_BYTES: Final = 20 * 1024 * 1024
MOST_PHOTOS: Final = 4
MOST_FIELDS: Final = 100
MOST_OF_A_LONG: Final = 5_000
"""Fields of a form of many parts, such as an order of fifty places."""
MOST_LETTERS: Final = 1000


@dataclass(frozen=True, slots=True)
class Posted:
    """A form's fields (the first of each name) and the files sent with it, whatever is in them.

    `photo_names`: of which field each of the photos is.
    """

    fields: Mapping[str, str]
    photos: list[bytes]
    photo_names: Sequence[str] = ()

    @property
    def key(self) -> str | None:
        """Of this press: the same only where the same page sends the same again."""
        page = self.fields.get("key")
        if not page:
            return None
        sent = sorted((name, told) for name, told in self.fields.items() if name != "csrf")
        photos = [hashlib.sha256(photo).hexdigest() for photo in self.photos]
        return hashlib.sha256(repr((sent, photos)).encode()).hexdigest()[:32]

    def words(self, name: str, *, most: int = MOST_LETTERS) -> str:
        """A field of free text without what steers or cannot be seen. Raises BadInput when it is
        too long."""
        kept = plain(self.fields.get(name, ""))
        if len(kept) > most:
            raise BadInput(f"文章が長すぎます。{most:,} 文字以内にしてください。")
        return kept


def plain(words: str) -> str:
    """Without what steers or cannot be seen."""
    return "".join(filter(_is_of_words, words)).strip()


def id_in(words: str) -> int:
    """Of a row, as a form carries it; 0, which none has, for anything else."""
    return int(words) if words.isascii() and words.isdecimal() and len(words) < 19 else 0


async def read(
    request: Request,
    most: int = MOST_BYTES,
    *,
    most_fields: int = MOST_FIELDS,
    too_large: str = "",
) -> Posted:
    """The form in this request's body; `too_large`: what is said of more than `most` bytes. Raises
    TooLarge, Unreadable, BadInput."""
    body = _capped(request, most, too_large)
    kind = request.headers.get("content-type", "")
    try:
        parser = (
            _WholeForm(
                _in_utf_8(kind),
                body,
                max_files=MOST_PHOTOS + 1,
                max_fields=most_fields,
                max_part_size=most,
            )
            if kind.startswith("multipart/form-data")
            else FormParser(request.headers, body, max_fields=most_fields)
        )
        form = await parser.parse()
        fields = _fields(form)
    except (MultiPartException, FormParserError, UnicodeError) as wrong:
        raise Unreadable("送られた内容を読み取れませんでした。もう一度お試しください。") from wrong
    named = await _photos(form)
    return Posted(fields, [photo for _, photo in named], [name for name, _ in named])


async def read_bytes(request: Request, most: int = MOST_BYTES) -> bytes:
    """A body that is a file and no form. Raises TooLarge."""
    return b"".join([chunk async for chunk in _capped(request, most)])


async def count(request: Request, most: int = MOST_BYTES) -> int:
    """How many bytes the body has; nothing of it is kept. Raises TooLarge."""
    return sum([len(chunk) async for chunk in _capped(request, most)])


async def _capped(request: Request, most: int, too_large: str = "") -> AsyncGenerator[bytes, None]:
    announced = request.headers.get("content-length", "0")
    if announced.isdecimal() and int(announced.lstrip("0") or 0) > most:
        raise TooLarge(too_large or _too_large(most))
    seen = 0
    async for chunk in request.stream():
        seen += len(chunk)
        if seen > most:
            raise TooLarge(too_large or _too_large(most))
        yield chunk


def _is_of_words(letter: str) -> bool:
    """Blanks of every width, and the joiners inside of one letter: Python prints neither."""
    return letter.isprintable() or letter in _KEPT or unicodedata.category(letter) == "Zs"


_KEPT: Final = "\n\t\u200c\u200d"


class _WholeForm(MultiPartParser):
    """Raises MultiPartException where the last mark is missing: a part may have been cut in two."""

    _has_ended = False

    def on_end(self) -> None:
        self._has_ended = True

    async def parse(self) -> FormData:
        form = await super().parse()
        if not self._has_ended:
            await form.close()
            raise MultiPartException("the form breaks off")
        return form


def _too_large(most: int) -> str:
    size = f"{most // 1024**2} MB" if most >= 1024**2 else f"{most // 1024} KB"
    return f"送られた内容が大きすぎます。全部で {size} までです。"


def _in_utf_8(kind: str) -> Headers:
    """Browsers send nothing else, and another charset may be any of Python's codecs."""
    _, told = parse_options_header(kind)
    if told.get(b"charset", b"utf-8").lower() not in (b"utf-8", b"utf8"):
        raise UnicodeError
    return Headers({"content-type": kind})


def _fields(form: FormData) -> dict[str, str]:
    """The first of each name, without the one letter that PostgreSQL cannot keep.

    Raises UnicodeError.
    """
    pairs = [(name, value) for name, value in form.multi_items() if isinstance(value, str)]
    for told in chain.from_iterable(pairs):
        told.encode()  # a lone surrogate is no letter
    return {name: value.replace("\0", "") for name, value in reversed(pairs)}


async def _photos(form: FormData) -> list[tuple[str, bytes]]:
    """Each with its field's name."""
    files = [(name, file) for name, file in form.multi_items() if isinstance(file, UploadFile)]
    photos = [(name, data) for name, file in files if (data := await file.read())]
    await form.close()
    if len(photos) > MOST_PHOTOS:
        raise BadInput(f"写真は {MOST_PHOTOS} 枚までです。")
    return photos
