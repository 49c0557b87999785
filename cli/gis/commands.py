"""`michi load`: a city's own map data in, looked at before it is written, and back out again."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape

from cli.gis.options import Column, How, Only, OtherOwner, OwnerIs, OwnerMap, Yes, of_a_file
from geo import owners
from geo.gis_import.selection import values_of
from geo.kinds import OWNERS, BadFile, Kind, kind_named

gis = typer.Typer(no_args_is_help=True, help="Load the city's areas, roads and assets.")
console = Console()


@gis.command()
@of_a_file
def areas(
    how: How,
    kind: Annotated[str, typer.Option(help="city, or neighbour")] = "city",
    only: Only = None, name: Column = None, key: Column = None, name_en: Column = None,
) -> None:  # fmt: skip
    """The city's outline, or its neighbours'."""
    if kind not in ("city", "neighbour"):
        raise typer.BadParameter("--kind: city, neighbour")
    _load(kind_named(kind), how, {"name": name, "key": key, "name_en": name_en}, only=only)


@gis.command()
@of_a_file
def districts(
    how: How, only: Only = None, name: Column = None, key: Column = None, name_en: Column = None
) -> None:
    """Maintenance districts; the routing table names them by key."""
    columns = {"name": name, "key": key, "name_en": name_en}
    _load(kind_named("district"), how, columns, only=only)


@gis.command()
@of_a_file
def towns(
    how: How, only: Only = None, name: Column = None, key: Column = None, name_en: Column = None
) -> None:
    """町丁目, by which people name a place: polygons, or the points of their centres."""
    _load(kind_named("town"), how, {"name": name, "key": key, "name_en": name_en}, only=only)


@gis.command()
@of_a_file
def roads(
    how: How, name: Column = None, ref: Column = None, owner: Column = None,
    road_class: Annotated[str | None, typer.Option("--class", metavar="COLUMN")] = None,
    source_id: Annotated[str | None, typer.Option("--id", metavar="COLUMN")] = None,
    name_en: Column = None,
    level: Annotated[
        str | None, typer.Option(metavar="COLUMN", help="1 for bridges, -1 for tunnels")
    ] = None,
    owner_map: OwnerMap = None, owner_is: OwnerIs = None, other_owner: OtherOwner = None,
    tolerance: Annotated[list[str] | None, typer.Option(help="CLASS=METRES")] = None,
) -> None:  # fmt: skip
    """Centrelines, with whose road it is."""
    try:
        metres = owners.tolerances(tolerance or ())
    except ValueError as wrong:
        raise typer.BadParameter(str(wrong)) from wrong
    given = {
        "name": name, "ref": ref, "owner": owner, "class": road_class, "id": source_id,
        "name_en": name_en, "level": level,
    }  # fmt: skip
    _load(
        kind_named("road"), how, given, tolerances=metres,
        **_owners(owner_map, owner_is, other_owner),
    )  # fmt: skip


@gis.command()
@of_a_file
def assets(
    how: How,
    kind: Annotated[str, typer.Option(help="streetlight, mirror, crossing, landmark, …")],
    key: Column = None, name: Column = None, owner: Column = None,
    owner_map: OwnerMap = None, owner_is: OwnerIs = None, other_owner: OtherOwner = None,
) -> None:  # fmt: skip
    """Street lights, mirrors: points with their 管理番号 (--key); crossings, landmarks (--name)."""
    named = _kind(kind)
    if named.table != "assets":
        raise typer.BadParameter(f"--kind {kind}: streetlight, mirror, …")
    _load(
        named, how, {"key": key, "name": name, "owner": owner},
        **_owners(owner_map, owner_is, other_owner),
    )  # fmt: skip


@gis.command()
def addresses(
    file: Annotated[Path, typer.Argument(help="街区レベル位置参照情報, .csv or its .zip")],
) -> None:
    """Blocks and lots, by which people on the telephone say where they stand."""
    from geo.gis_import.addresses import load
    from store.database import transaction

    with _refusals(), transaction() as db:
        loaded = load(db, file)
    console.print(
        f"住所 {loaded.kept:,}件を読みこみました(市の外 {loaded.elsewhere:,}件、"
        f"廃止 {loaded.gone:,}件、番号なし {loaded.unnumbered:,}件) / addresses loaded"
    )


@gis.command()
def undo(
    kind: Annotated[str, typer.Argument(help="areas, towns, roads, streetlight, …")],
    to_nothing: Annotated[
        bool, typer.Option("--to-nothing", help="Also where nothing remains.")
    ] = False,
    yes: Yes = False,
) -> None:
    """Bring back the version before, when asked and told so; once more takes that back."""
    from cli.gis.steps import take_back

    with _refusals():
        take_back(console, _kind(kind), to_nothing=to_nothing, yes=yes)


@gis.command("versions")
def list_versions() -> None:
    """What was loaded, when and by whom."""
    from cli.gis import shown
    from geo.gis_import import versions
    from store.database import transaction

    with transaction() as db:
        shown.show_versions(console, versions.versions(db))


def _load(kind: Kind, how: How, columns: Mapping[str, str | None], **told: Any) -> None:
    from cli.gis.steps import load_file  # GDAL and PROJ are not for every command

    try:
        where = values_of(how.where or ())
    except ValueError as wrong:
        raise typer.BadParameter(f"--where {wrong}") from wrong
    given = {field: column for field, column in columns.items() if column}
    with _refusals():
        load_file(console, kind, how, given, where=where, **told)


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
