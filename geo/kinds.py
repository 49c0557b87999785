"""What can be loaded: each kind of map data, its table, its shape and its columns. Pure."""

import re
from dataclasses import dataclass, field, replace
from typing import Final, Literal

AREA_KINDS: Final = ("city", "district", "town", "neighbour")
OWNER_NAMES: Final = {"national": "国", "prefecture": "都道府県", "city": "市", "other": "その他"}
OWNERS: Final = tuple(OWNER_NAMES)
ASSET_NAMES: Final = {
    "streetlight": "街路灯",
    "mirror": "カーブミラー",
    "sign": "標識",
    "tree": "街路樹",
    "guardrail": "防護柵",
    "drain": "マンホール・ます",
}
"""In Japanese; a city may load assets of any other kind, which are 設備."""
Form = Literal["polygon", "line", "point"]


class BadFile(ValueError):
    """The file cannot be loaded; the message names the file, the row and what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Kind:
    """`name` is what its layers are called. `demands`: of each group of columns, one at least.

    Towns lie in `areas`, or, where only their centres are known, in `assets`.
    """

    name: str
    table: Literal["areas", "roads", "assets"]
    form: Form
    fields: tuple[str, ...]
    demands: tuple[tuple[str, ...], ...] = field(default=())

    @property
    def tables(self) -> tuple[str, ...]:
        """Where rows of this kind may lie."""
        return ("areas", "assets") if self.name == "town" else (self.table,)


def kind_named(name: str) -> Kind:
    """A kind by its name or its command's (`areas` are the city's); any other word is an asset's.

    Raises ValueError for what is no plain word of small letters.
    """
    name = _COMMANDS.get(name, name)
    if name in AREA_KINDS:
        return Kind(name, "areas", "polygon", ("name", "key", "name_en"), (("name",),))
    if name == "road":
        fields = ("name", "ref", "owner", "class", "id", "name_en")
        return Kind(name, "roads", "line", fields, (("name", "ref"), ("owner",)))
    if not re.fullmatch(r"[a-z][a-z_]{1,29}", name):
        raise ValueError(f"“{name}”: an asset's kind is a word such as streetlight or mirror")
    return Kind(name, "assets", "point", ("key", "name", "owner"), (("key", "name"),))


def as_points(kind: Kind, geometry: str | None) -> Kind:
    """Towns of which the file has only the centres; every other kind, and polygons, as they are.

    `geometry`: what the file says that it holds, such as Point or MultiPolygon.
    """
    if kind.name != "town" or not (geometry or "").endswith("Point"):
        return kind
    return replace(kind, table="assets", form="point", fields=("name", "key"))


_COMMANDS: Final = {
    "areas": "city",
    "neighbours": "neighbour",
    "districts": "district",
    "towns": "town",
    "roads": "road",
    "streetlights": "streetlight",
    "mirrors": "mirror",
}
