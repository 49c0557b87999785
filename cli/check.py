"""`michi check`: what is kept for lists, searches and maps, compared with the tickets."""

from typing import Annotated

import typer


def check(
    mend: Annotated[
        bool, typer.Option("--mend", help="Where it differs, keep what there is.")
    ] = False,
) -> None:
    """Compare what is kept for lists, searches and maps with the tickets: 0 when all is as it
    should be, or was mended."""
    from settings import needed

    needed("database_url")
    wrong_rows = _rows(mend)
    wrong_texts = _texts(mend)
    wrong_cells = _cells(mend)
    raise typer.Exit(1 if (wrong_rows or wrong_texts or wrong_cells) and not mend else 0)


def _rows(mend: bool) -> int:
    """How many tickets had something else kept with them."""
    from rich.progress import track

    from reports.tickets import recount
    from store.database import transaction

    with transaction() as db:
        last = recount.last_id(db)
    wrong: list[int] = []
    pieces = range(0, last, recount.AT_ONCE)
    for after in track(pieces, "一覧 / lists", transient=True, disable=len(pieces) < 2):
        with transaction() as db:
            found = recount.amiss(db, after)
            if found and mend:
                recount.mend(db, found)
        wrong += found
    _say(len(wrong), "受付票の一覧の値", "tickets' values for lists", mend)
    return len(wrong)


def _texts(mend: bool) -> int:
    """Of how many tickets other words would have been searched."""
    from rich.progress import track

    from reports.tickets import recount, texts
    from store.database import transaction

    texts.take_in()
    with transaction() as db:
        last = recount.last_id(db)
    wrong: list[int] = []
    pieces = range(0, last, recount.AT_ONCE)
    for after in track(pieces, "検索 / search", transient=True, disable=len(pieces) < 2):
        with transaction() as db:
            found = texts.differences(db, after, after + recount.AT_ONCE)
            if found and mend:
                texts.note(db, found)
        wrong += found
    texts.take_in()
    _say(len(wrong), "検索する言葉", "words that are searched", mend)
    return len(wrong)


def _cells(mend: bool) -> int:
    """How many cells of the map had another count."""
    from rich.console import Console

    from reports.tickets import cells
    from store.database import transaction

    with Console(stderr=True).status("地図の集計 / counts of the map"):
        wrong = None
        while wrong is None:  # where a day has just begun
            cells.add_up()
            with transaction() as db:
                wrong = cells.differences(db, _SHOWN)
        if wrong and mend:
            cells.count_anew()
    for each in wrong:
        where = f"z{each['zoom']} {each['x']}/{each['y']} {each['cell']} {each['level']}"
        typer.echo(f"  {where}: {each['kept']} ≠ {each['found']}")
    many = wrong[0]["of"] if wrong else 0
    _say(many, "地図の集計", "counts of the map", mend)
    return many


_SHOWN = 20


def _say(wrong: int, what: str, in_english: str, mend: bool) -> None:
    if not wrong:
        typer.echo(f"✓ {what}: 正しい / {in_english}: right")
    elif mend:
        typer.echo(f"✓ {what}: {wrong}件を直しました / {in_english}: {wrong} mended")
    else:
        typer.echo(
            f"✗ {what}: {wrong}件が違います。`michi check --mend` で直せます"
            f" / {in_english}: {wrong} differ; `michi check --mend` mends them",
            err=True,
        )
