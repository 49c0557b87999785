"""What every kind of file can be told on the command line."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

File = Annotated[Path, typer.Argument(help="Shapefile (folder, .shp, .zip), .gpkg or .geojson")]
LayerName = Annotated[str | None, typer.Option("--layer", help="Which layer of several.")]
Crs = Annotated[str | None, typer.Option("--crs", help="EPSG:6677 and the like.")]
Text = Annotated[str | None, typer.Option("--encoding", help="cp932, utf-8: instead of guessing.")]
Swap = Annotated[bool, typer.Option("--swap", help="The two coordinates stand the other way.")]
DropFar = Annotated[bool, typer.Option("--drop-far", help="Leave out single rows far away.")]
Elsewhere = Annotated[bool, typer.Option("--elsewhere", help="Do not compare with the city.")]
Picture = Annotated[Path | None, typer.Option("--picture", help="Where to draw the extent (PNG).")]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Write without asking.")]
OwnerMap = Annotated[list[str] | None, typer.Option(help="国道=national,…")]
OwnerIs = Annotated[str | None, typer.Option(help="The owner of every row.")]
OtherOwner = Annotated[str | None, typer.Option(help="Of all other values.")]
Column = Annotated[str | None, typer.Option(help="The column of the file.", metavar="COLUMN")]


@dataclass(frozen=True, slots=True)
class How:
    """What every kind of file can be told. `picture`: where to draw the extent."""

    file: Path
    layer: str | None
    crs: str | None
    encoding: str | None
    swap: bool
    drop_far: bool
    elsewhere: bool
    picture: Path | None
    yes: bool
