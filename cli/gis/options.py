"""What every kind of file can be told on the command line."""

import functools
import inspect
from collections.abc import Callable
from dataclasses import MISSING, dataclass, fields
from pathlib import Path
from typing import Annotated, Any

import typer

OwnerMap = Annotated[list[str] | None, typer.Option(help="国道=national,…")]
OwnerIs = Annotated[str | None, typer.Option(help="The owner of every row.")]
OtherOwner = Annotated[str | None, typer.Option(help="Of all other values.")]
Column = Annotated[str | None, typer.Option(help="The column of the file.", metavar="COLUMN")]
Only = Annotated[
    list[str] | None, typer.Option(help="Only the rows of this key, such as 13210.", metavar="KEY")
]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Without asking.")]


@dataclass(frozen=True, slots=True, kw_only=True)
class How:
    """The file and how to read it: an option of every command for each of these.

    `picture`: where to draw the extent, and keep it.
    """

    file: Annotated[Path, typer.Argument(help="Shapefile (folder, .shp, .zip), .gpkg or .geojson")]
    layer: Annotated[
        str | None, typer.Option(help="Which layer of several, by its name or path.")
    ] = None
    where: Annotated[
        list[str] | None,
        typer.Option(help="Only rows with this value.", metavar="COLUMN=VALUE"),
    ] = None
    crs: Annotated[str | None, typer.Option(help="EPSG:6677 and the like.")] = None
    encoding: Annotated[str | None, typer.Option(help="cp932, utf-8: instead of guessing.")] = None
    swap: Annotated[
        bool, typer.Option("--swap", help="The two coordinates stand the other way.")
    ] = False
    drop_far: Annotated[
        bool, typer.Option("--drop-far", help="Leave out single rows far away.")
    ] = False
    drop_nameless: Annotated[
        bool, typer.Option("--drop-nameless", help="Leave out areas without a name.")
    ] = False
    elsewhere: Annotated[
        bool, typer.Option("--elsewhere", help="Do not compare with the city.")
    ] = False
    picture: Annotated[Path | None, typer.Option(help="Where to draw the extent (PNG).")] = None
    yes: Yes = False


def of_a_file(load: Callable[..., None]) -> Callable[..., None]:
    """A command that is typed with all of `How` beside options of its own, and gets it first."""
    types = inspect.get_annotations(How)
    told = [
        inspect.Parameter(
            each.name,
            inspect.Parameter.KEYWORD_ONLY,
            default=inspect.Parameter.empty if each.default is MISSING else each.default,
            annotation=types[each.name],
        )
        for each in fields(How)
    ]
    own = [
        each.replace(kind=inspect.Parameter.KEYWORD_ONLY)
        for each in [*inspect.signature(load).parameters.values()][1:]
    ]

    @functools.wraps(load)
    def typed(**given: Any) -> None:
        load(How(**{each.name: given.pop(each.name) for each in told}), **given)

    typed.__signature__ = inspect.Signature([told[0], *own, *told[1:]])  # type: ignore[attr-defined]
    return typed
