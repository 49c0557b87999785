"""Photos that are small to send and make a decoder work for long, each written byte by byte."""

import struct
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from exif_blocks import saved
from PIL import Image

SIDE = 6000
PNG = b"\x89PNG\r\n\x1a\n"
ADAM7 = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2),
         (0, 1, 1, 2))  # fmt: skip
"""Where each pass of an interlaced PNG begins, and its steps: x, y, right, down."""


def repeated_scans(times: int, side: int = SIDE) -> bytes:
    """A grey progressive JPEG whose last scan comes so many times."""
    data = saved(Image.new("L", (side, side), 128), "JPEG", progressive=True)
    scan = data[data.rindex(b"\xff\xda") : -2]
    return data[:-2] + scan * times + data[-2:]


def repeated_planes(times: int, side: int = 1000) -> bytes:
    """A JPEG that is not progressive, with a scan for each colour, the last one so many times."""
    grey = saved(Image.new("L", (side, side), 128), "JPEG")
    frame, scan = grey.index(b"\xff\xc0"), grey.rindex(b"\xff\xda")
    size, tables, pixels = (
        grey[frame + 5 : frame + 9],
        grey[frame + 13 : scan],
        grey[scan + 10 : -2],
    )
    three = b"".join(bytes((component, 0x11, 0)) for component in (1, 2, 3))
    coloured = b"\xff\xc0\x00\x11\x08" + size + b"\x03" + three
    planes = [b"\xff\xda\x00\x08\x01%c\x00\x00\x3f\x00" % component + pixels
              for component in (1, 2, 3)]  # fmt: skip
    return grey[:frame] + coloured + tables + b"".join(planes) + planes[-1] * times + b"\xff\xd9"


def repeated_rows(width: int, height: int) -> bytes:
    """A JPEG of so many pixels, each sixteen rows of it like the first: red, white and blue."""
    strip = Image.new("RGB", (width, 16), "white")
    strip.paste("red", (0, 0, width // 4, 16))
    strip.paste("blue", (width - width // 4, 0, width, 16))
    data = saved(strip, "JPEG", quality=80, restart_marker_rows=1)
    frame, scan = data.index(b"\xff\xc0") + 5, data.rindex(b"\xff\xda") + 14
    rows = [data[scan:-2] + b"\xff%c" % (0xD0 + turn % 8) for turn in range(height // 16)]
    head = data[:frame] + struct.pack(">H", height) + data[frame + 2 : scan]
    return head + b"".join(rows)[:-2] + b"\xff\xd9"


def many_comments(count: int) -> bytes:
    """A JPEG with so many empty comments before its pixels."""
    data = saved(Image.new("L", (64, 48)), "JPEG")
    return data[:2] + b"\xff\xfe\x00\x02" * count + data[2:]


def chunk(kind: bytes, body: bytes = b"") -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png(*chunks: bytes, side: int = 64, colour: int = 0, interlaced: bool = False) -> bytes:
    """A PNG of one byte a pixel and these chunks between its first and its pixels, all zero."""
    head = struct.pack(">IIBBBBB", side, side, 8, colour, 0, 0, interlaced)
    passes = ADAM7 if interlaced else ((0, 0, 1, 1),)
    raw = zlib.compressobj(9)
    rows = [raw.compress(bytes(1 + -(-(side - x) // right)) * -(-(side - y) // down))
            for x, y, right, down in passes]  # fmt: skip
    pixels = chunk(b"IDAT", b"".join(rows) + raw.flush())
    return PNG + chunk(b"IHDR", head) + b"".join(chunks) + pixels + chunk(b"IEND")


def many_chunks(count: int) -> bytes:
    """A PNG with so many empty chunks that nobody knows, before its pixels."""
    return png(chunk(b"teSt") * count)


def many_profiles(count: int) -> bytes:
    """A PNG with so many colour profiles, each of a megabyte once it is unpacked."""
    packed = zlib.compress(bytes(1_000_000), 9)
    return png(chunk(b"iCCP", b"p\0\0" + packed) * count)


def huge_palette(colours: int, times: int = 1) -> bytes:
    """A PNG whose palette has more colours than a byte can name, so many times."""
    return png(chunk(b"PLTE", bytes(3 * colours)) * times, colour=3)


def many_png_frames(count: int) -> bytes:
    """An APNG of so many frames."""
    control = struct.pack(">IIIIIHHBB", 0, 64, 64, 0, 0, 1, 10, 0, 0)
    pixels = struct.pack(">I", 1) + zlib.compress(bytes(65 * 64))
    frames = (chunk(b"fcTL", control) + chunk(b"fdAT", pixels)) * count
    still = png(chunk(b"acTL", struct.pack(">II", count, 0)))
    return still.removesuffix(chunk(b"IEND")) + frames + chunk(b"IEND")


def many_webp_frames(count: int, side: int = SIDE) -> bytes:
    """An animated WebP of so many frames on a large canvas."""
    still = saved(Image.new("RGB", (16, 16)), "WEBP")[12:]
    three = struct.Struct("<I")
    size = three.pack(side - 1)[:3] * 2
    frame = bytes(6) + three.pack(15)[:3] * 2 + three.pack(10)[:3] + b"\0" + still
    body = riff(b"VP8X", b"\x02\0\0\0" + size) + riff(b"ANIM", bytes(6))
    body += riff(b"ANMF", frame) * count
    return b"RIFF" + three.pack(4 + len(body)) + b"WEBP" + body


def riff(kind: bytes, body: bytes) -> bytes:
    return kind + struct.pack("<I", len(body)) + body + b"\0" * (len(body) % 2)


def many_gif_frames(count: int) -> bytes:
    """A GIF of so many frames."""
    frames = [Image.new("P", (16, 16), number % 2) for number in range(2)]
    return saved(frames[0], "GIF", save_all=True, append_images=(frames * count)[:count])


def box(kind: bytes, *parts: bytes) -> bytes:
    body = b"".join(parts)
    return struct.pack(">I", 8 + len(body)) + kind + body


def full(kind: bytes, version: int, *parts: bytes) -> bytes:
    return box(kind, struct.pack(">I", version << 24), *parts)


@dataclass
class Heif:
    """A HEIC put together item by item; each is a picture or a grid of other items."""

    side: int = 64
    items: list[tuple[bytes, bytes, tuple[int, ...]]] = field(default_factory=list)
    refers: list[tuple[int, Sequence[int]]] = field(default_factory=list)
    properties: list[bytes] = field(default_factory=list)

    def __post_init__(self) -> None:
        still = saved(Image.new("RGB", (self.side, self.side)), "HEIF")
        self._decoder = next(found for kind, found in boxes_in(still) if kind == b"hvcC")
        (self._pixels,) = (found[8:] for kind, found in boxes_in(still) if kind == b"mdat")
        self.properties = [self._decoder, self._size(self.side, self.side)]

    def tile(self) -> int:
        """One picture; its number."""
        return self._add(b"hvc1", self._pixels, (1, 2))

    def grid(self, columns: int, rows: int, of: int, width: int, height: int) -> int:
        """A picture of this size put together from one item again and again; its number."""
        body = struct.pack(">BBBBII", 0, 1, rows - 1, columns - 1, width, height)
        self.properties.append(self._size(width, height))
        made = self._add(b"grid", body, (len(self.properties),))
        self.refers.append((made, [of] * (columns * rows)))
        return made

    def written(self, primary: int) -> bytes:
        """The file, with this item as its picture."""
        brands = box(b"ftyp", b"heic" + bytes(4) + b"mif1heic")
        empty = self._meta(primary, 0)
        meta = self._meta(primary, len(brands) + len(empty) + 8)
        return brands + meta + box(b"mdat", *(body for _, body, _ in self.items))

    def _add(self, kind: bytes, body: bytes, properties: tuple[int, ...]) -> int:
        self.items.append((kind, body, properties))
        return len(self.items)

    def _size(self, width: int, height: int) -> bytes:
        return full(b"ispe", 0, struct.pack(">II", width, height))

    def _meta(self, primary: int, at: int) -> bytes:
        infos, places, uses = [], [], []
        for number, (kind, body, properties) in enumerate(self.items, 1):
            infos.append(full(b"infe", 2, struct.pack(">HH", number, 0), kind, b"\0"))
            places.append(struct.pack(">HHHII", number, 0, 1, at, len(body)))
            uses.append(struct.pack(">HB", number, len(properties)) + bytes(properties))
            at += len(body)
        count = struct.pack(">H", len(self.items))
        points = [box(b"dimg", struct.pack(f">HH{len(to)}H", who, len(to), *to))
                  for who, to in self.refers]  # fmt: skip
        handler = full(b"hdlr", 0, bytes(4) + b"pict" + bytes(13))
        properties_ = box(b"ipco", *self.properties)
        associations = full(b"ipma", 0, struct.pack(">I", len(self.items)), *uses)
        return full(
            b"meta", 0, handler, full(b"pitm", 0, struct.pack(">H", primary)),
            full(b"iinf", 0, count, *infos), full(b"iref", 0, *points),
            box(b"iprp", properties_, associations),
            full(b"iloc", 0, b"\x44\x00", count, *places),
        )  # fmt: skip


def boxes_in(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Every box of a HEIF file with its kind, those within others too."""
    at = 0
    while at + 8 <= len(data):
        length, kind = struct.unpack_from(">I4s", data, at)
        yield kind, data[at : at + length]
        skip = {b"meta": 12, b"iprp": 8, b"ipco": 8}.get(kind)
        if skip:
            yield from boxes_in(data[at + skip : at + length])
        at += max(length, 8)


def wide_grid(columns: int = 255, rows: int = 255, side: int = 16) -> bytes:
    """A HEIC of a few kilobytes that is one tile many times."""
    file = Heif(side)
    tile = file.tile()
    return file.written(file.grid(columns, rows, tile, columns * side, rows * side))


def deep_grids(depth: int = 4, side: int = 64, across: int = 3) -> bytes:
    """A HEIC of grids of grids, each of the one below again and again."""
    file = Heif(side)
    item, size = file.tile(), side
    for _ in range(depth):
        size *= across
        item = file.grid(across, across, item, size, size)
    return file.written(item)
