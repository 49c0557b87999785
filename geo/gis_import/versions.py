"""Map data in versions: a new one puts the one before away, and `undo` changes the two over.

Readers see the old version until the caller's transaction commits, then the new one: the tables
that they ask hold nothing but what is in use.
"""

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from sqlalchemy import func, select, text, update
from sqlalchemy.orm import Session

from geo.kinds import BadFile, Kind, kind_named
from geo.models import Area, Asset, KeptArea, KeptAsset, KeptRoad, Layer, Road
from store.base import Base


def new_version(
    db: Session,
    kind: Kind,
    *,
    source: str,
    loaded_by: str = "",
    options: Mapping[str, Any] | None = None,
) -> int:
    """Put away what is in use of this kind and begin a layer instead. Returns the layer's id."""
    _one_loading_at_a_time(db)
    live = _layer(db, kind, "live") or _nothing_yet(db, kind)
    if old := _layer(db, kind, "kept"):
        for table in kind.tables:
            db.execute(text(f"DELETE FROM {table}_kept WHERE layer_id = :id"), {"id": old.id})
        old.state = "gone"
    _move(db, kind, live.id, to_kept=True)
    live.state = "kept"
    db.flush()
    layer = Layer(
        kind=kind.name, source=source, loaded_by=loaded_by, options=dict(options or {}), rows=0
    )
    db.add(layer)
    db.flush()
    return layer.id


def finish(db: Session, kind: Kind, layer_id: int, rows: int) -> None:
    """Note how many rows the layer has, and let the database look at its new table."""
    db.execute(update(Layer).where(Layer.id == layer_id).values(rows=rows))
    for table in kind.tables:
        db.execute(text(f"ANALYZE {table}"))


class Change(NamedTuple):
    """What `undo` would do: put one layer away, and use the other one instead."""

    away: Layer
    back: Layer

    @property
    def ids(self) -> tuple[int, int]:
        return self.away.id, self.back.id


def way_back(db: Session, kind: Kind, *, to_nothing: bool = False) -> Change:
    """Raises BadFile when no version is kept, or, without `to_nothing`, when that one is empty."""
    live, kept = _layer(db, kind, "live"), _layer(db, kind, "kept")
    if live is None or kept is None:
        raise BadFile(f"{kind.name}: 前の版がありません / there is no version before")
    if not kept.rows and not to_nothing:
        raise BadFile(
            f"{kind.name}: 前の版は空で、戻すと {live.rows:,}行 が消えて何も残りません。"
            "それでよければ --to-nothing をつけてください"
            " / nothing would remain: give --to-nothing if that is meant"
        )
    return Change(live, kept)


def undo(
    db: Session, kind: Kind, *, to_nothing: bool = False, seen: tuple[int, int] | None = None
) -> Layer:
    """The version before comes back, and what was in use is kept. Twice is as if never.

    `seen`: the change that somebody was shown. Returns the layer now in use. Raises BadFile as
    `way_back` does, and when it is another change by now.
    """
    _one_loading_at_a_time(db)
    change = way_back(db, kind, to_nothing=to_nothing)
    if seen not in (None, change.ids):
        raise BadFile(
            f"{kind.name}: そのあいだに別の読みこみがありました。もう一度実行してください"
            " / something was loaded meanwhile: run it again"
        )
    live, kept = change
    _move(db, kind, live.id, to_kept=True)
    live.state = "kept"
    db.flush()
    _move(db, kind, kept.id, to_kept=False)
    kept.state = "live"
    finish(db, kind, kept.id, kept.rows)
    return kept


def versions(db: Session) -> list[Layer]:
    """Every layer, the newest first."""
    return list(db.scalars(select(Layer).order_by(Layer.id.desc())))


def kinds_in_use(db: Session, table: str) -> list[Kind]:
    """The kinds of which this table holds rows."""
    return [kind for kind in map(kind_named, rows_in_use(db)) if kind.table == table]


def rows_in_use(db: Session) -> dict[str, int]:
    """How many there are of each kind that is there at all, by its name."""
    layers = select(Layer.kind, Layer.rows).where(Layer.state == "live", Layer.rows > 0)
    return {layer.kind: layer.rows for layer in db.execute(layers.order_by(Layer.id))}


_TABLES: Final[dict[str, tuple[type[Base], type[Base]]]] = {
    "areas": (Area, KeptArea),
    "roads": (Road, KeptRoad),
    "assets": (Asset, KeptAsset),
}


def _one_loading_at_a_time(db: Session) -> None:
    db.execute(select(func.pg_advisory_xact_lock(0x6D6C6179)))


def _layer(db: Session, kind: Kind, state: str) -> Layer | None:
    return db.scalar(select(Layer).where(Layer.kind == kind.name, Layer.state == state))


def _nothing_yet(db: Session, kind: Kind) -> Layer:
    """So that the first loading can be undone too."""
    layer = Layer(kind=kind.name, rows=0)
    db.add(layer)
    db.flush()
    return layer


def _move(db: Session, kind: Kind, layer_id: int, *, to_kept: bool) -> None:
    for name in kind.tables:
        live, kept = (table.__table__ for table in _TABLES[name])
        source, target = (live, kept) if to_kept else (kept, live)
        columns = ", ".join(column.name for column in live.columns)
        moved = text(
            f"WITH gone AS (DELETE FROM {source} WHERE layer_id = :layer RETURNING {columns})"
            f" INSERT INTO {target} ({columns}) SELECT {columns} FROM gone"
        )
        db.execute(moved, {"layer": layer_id})
