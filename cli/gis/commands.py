"""`michi load`: a city's own map data in, looked at before it is written, and back out again."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape

from cli.gis.options import (
    Column,
    Crs,
    DropFar,
    Elsewhere,
    File,
    How,
    LayerName,
    OtherOwner,
    OwnerIs,
    OwnerMap,
    Picture,
    Swap,
    Text,
    Yes,
)
from geo import owners
from geo.kinds import OWNERS, BadFile, Kind, kind_named

gis = typer.Typer(no_args_is_help=True, help="Load the city's areas, roads and assets.")
console = Console()


@gis.command()
def areas(
    file: File,
    kind: Annotated[str, typer.Option(help="city, or neighbour")] = "city",
    name: Column = None, key: Column = None, name_en: Column = None,
    layer: LayerName = None, crs: Crs = None, encoding: Text = None, swap: Swap = False,
    drop_far: DropFar = False, elsewhere: Elsewhere = False, picture: Picture = None,
    yes: Yes = False,
) -> None:  # fmt: skip
    """The city's outline, or its neighbours'."""
    if kind not in ("city", "neighbour"):
        raise typer.BadParameter("--kind: city, neighbour")
    how = How(file, layer, crs, encoding, swap, drop_far, elsewhere, picture, yes)
    _load(kind_named(kind), how, {"name": name, "key": key, "name_en": name_en})


@gis.command()
def districts(
    file: File, name: Column = None, key: Column = None, name_en: Column = None,
    layer: LayerName = None, crs: Crs = None, encoding: Text = None, swap: Swap = False,
    drop_far: DropFar = False, elsewhere: Elsewhere = False, picture: Picture = None,
    yes: Yes = False,
) -> None:  # fmt: skip
    """Maintenance districts; the routing table names them by key."""
    how = How(file, layer, crs, encoding, swap, drop_far, elsewhere, picture, yes)
    _load(kind_named("district"), how, {"name": name, "key": key, "name_en": name_en})


@gis.command()
def towns(
    file: File, name: Column = None, key: Column = None, name_en: Column = None,
    layer: LayerName = None, crs: Crs = None, encoding: Text = None, swap: Swap = False,
    drop_far: DropFar = False, elsewhere: Elsewhere = False, picture: Picture = None,
    yes: Yes = False,
) -> None:  # fmt: skip
    """町丁目, by which people name a place: polygons, or the points of their centres."""
    how = How(file, layer, crs, encoding, swap, drop_far, elsewhere, picture, yes)
    _load(kind_named("town"), how, {"name": name, "key": key, "name_en": name_en})


@gis.command()
def roads(
    file: File, name: Column = None, ref: Column = None, owner: Column = None,
    road_class: Annotated[str | None, typer.Option("--class", metavar="COLUMN")] = None,
    source_id: Annotated[str | None, typer.Option("--id", metavar="COLUMN")] = None,
    name_en: Column = None,
    owner_map: OwnerMap = None, owner_is: OwnerIs = None, other_owner: OtherOwner = None,
    tolerance: Annotated[list[str] | None, typer.Option(help="CLASS=METRES")] = None,
    layer: LayerName = None, crs: Crs = None, encoding: Text = None, swap: Swap = False,
    drop_far: DropFar = False, elsewhere: Elsewhere = False, picture: Picture = None,
    yes: Yes = False,
) -> None:  # fmt: skip
    """Centrelines, with whose road it is."""
    try:
        metres = owners.tolerances(tolerance or ())
    except ValueError as wrong:
        raise typer.BadParameter(str(wrong)) from wrong
    how = How(file, layer, crs, encoding, swap, drop_far, elsewhere, picture, yes)
    given = {
        "name": name, "ref": ref, "owner": owner, "class": road_class, "id": source_id,
        "name_en": name_en,
    }  # fmt: skip
    _load(
        kind_named("road"), how, given, tolerances=metres,
        **_owners(owner_map, owner_is, other_owner),
    )  # fmt: skip


@gis.command()
def assets(
    file: File,
    kind: Annotated[str, typer.Option(help="streetlight, mirror, crossing, landmark, …")],
    key: Column = None, name: Column = None, owner: Column = None,
    owner_map: OwnerMap = None, owner_is: OwnerIs = None, other_owner: OtherOwner = None,
    layer: LayerName = None, crs: Crs = None, encoding: Text = None, swap: Swap = False,
    drop_far: DropFar = False, elsewhere: Elsewhere = False, picture: Picture = None,
    yes: Yes = False,
) -> None:  # fmt: skip
    """Street lights, mirrors: points with their 管理番号 (--key); crossings, landmarks (--name)."""
    how = How(file, layer, crs, encoding, swap, drop_far, elsewhere, picture, yes)
    named = _kind(kind)
    if named.table != "assets":
        raise typer.BadParameter(f"--kind {kind}: streetlight, mirror, …")
    _load(
        named, how, {"key": key, "name": name, "owner": owner},
        **_owners(owner_map, owner_is, other_owner),
    )  # fmt: skip


@gis.command()
def undo(kind: Annotated[str, typer.Argument(help="areas, towns, roads, streetlight, …")]) -> None:
    """Bring back the version before; once more takes that back."""
    from geo.gis_import import versions
    from store.database import transaction

    with _refusals(), transaction() as db:
        layer = versions.undo(db, _kind(kind))
        console.print(
            f"{layer.kind}: {escape(layer.source or '(なし)')}、{layer.rows:,}行に戻しました"
        )


@gis.command("versions")
def list_versions() -> None:
    """What was loaded, when and by whom."""
    from cli.gis import shown
    from geo.gis_import import versions
    from store.database import transaction

    with transaction() as db:
        shown.show_versions(console, versions.versions(db))


def _load(kind: Kind, how: How, columns: Mapping[str, str | None], **of_owners: Any) -> None:
    from cli.gis.steps import load_file  # GDAL and PROJ are not for every command

    with _refusals():
        load_file(console, kind, how, {k: v for k, v in columns.items() if v}, **of_owners)


def _owners(
    owner_map: list[str] | None, owner_is: str | None, other_owner: str | None
) -> dict[str, Any]:
    for said in (owner_is, other_owner):
        if said not in (None, *OWNERS):
            raise typer.BadParameter(f"{said}: {', '.join(OWNERS)}")
    try:
        mapping = owners.owner_map(owner_map or ())
    except ValueError as wrong:
        raise typer.BadParameter(str(wrong)) from wrong
    return {"owner_map": mapping, "owner_is": owner_is, "other_owner": other_owner}


def _kind(name: str) -> Kind:
    try:
        return kind_named(name)
    except ValueError as wrong:
        raise typer.BadParameter(str(wrong)) from wrong


@contextmanager
def _refusals() -> Iterator[None]:
    try:
        yield
    except BadFile as bad:
        console.print(f"[red]✗[/red] {escape(str(bad))}")
        raise typer.Exit(1) from bad
    except OSError as away:
        console.print(
            f"[red]✗[/red] {escape(str(away.filename))}: 読み書きできません"
            f" / cannot be read or written ({away.strerror})"
        )
        raise typer.Exit(1) from away
