"""Budgets, prices of materials and hours, and the columns of the file for the accounts."""

from collections.abc import Mapping, Sequence
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from reports.city.models import Contractor
from reports.orders import accounts
from reports.orders.account_file import ENCODINGS
from reports.orders.money_models import AccountFile, Budget, CostPrice
from reports.orders.spent import COVERS
from reports.people.permissions import Actor, Do, NotTheirs, may
from store import sql

MOST_YEN: Final = 999_999_999_999
MOST_PRICE: Final = 99_999_999
LONGEST: Final = 60


class Wrong(ValueError):
    """What cannot be kept, in Japanese."""


class Overtaken(Exception):
    """Somebody changed it while the page was open."""


def set_budget(
    db: Session, by: Actor, year: int, covers: str, name: str, yen: int, note: str, seen: int | None
) -> None:
    """A new version of this budget; nothing where it says the same already.

    `covers`: as of `Budget`; `seen`: the yen that the page showed, None where there was none.
    Raises NotTheirs, Wrong, Overtaken.
    """
    _allow(by)
    _check(db, year, covers, name, yen, note)
    sql.run(db, "SELECT pg_advisory_xact_lock(hashtextextended('budgets', 0))")
    newest = db.scalars(
        select(Budget)
        .where(Budget.fiscal_year == year, Budget.covers == covers)
        .order_by(Budget.id.desc())
        .limit(1)
    ).first()
    if newest and (newest.name, newest.yen, newest.note) == (name, yen, note):
        return
    if seen != (newest.yen if newest else None):
        raise Overtaken
    db.add(Budget(fiscal_year=year, covers=covers, name=name, yen=yen, note=note, made_by=by.name))
    db.flush()


def set_prices(
    db: Session,
    by: Actor,
    year: int,
    told: Mapping[str, int | None],
    seen: Mapping[str, int | None],
) -> None:
    """What an hour, and a unit of each material, is reckoned with in this year; None: with nothing.

    `seen`: what the page showed. Only what is told otherwise than it was seen is changed, so that
    what others have changed meanwhile stays. Raises NotTheirs, Wrong, and Overtaken where both have
    changed the same.
    """
    _allow(by)
    if any(yen is not None and not 0 <= yen <= MOST_PRICE for yen in told.values()):
        raise Wrong(f"単価は 0〜{MOST_PRICE:,} 円です。")
    sql.run(db, "SELECT pg_advisory_xact_lock(hashtextextended('cost prices', 0))")
    of_year = select(CostPrice).where(CostPrice.fiscal_year == year)
    known = {one.of: one for one in db.scalars(of_year)}
    changed = {of: yen for of, yen in told.items() if yen != seen.get(of)}
    now = {of: known[of].yen if of in known else None for of in changed}
    if any(now[of] not in (seen.get(of), yen) for of, yen in changed.items()):
        raise Overtaken
    for of, yen in changed.items():
        if yen is None:
            if of in known:
                db.delete(known[of])
        elif now[of] != yen:
            row = {"fiscal_year": year, "of": of, "yen": yen, "made_by": by.name}
            new = insert(CostPrice).values(**row)
            db.execute(new.on_conflict_do_update(index_elements=["fiscal_year", "of"], set_=row))
    db.flush()


def set_account_file(
    db: Session, by: Actor, columns: Sequence[tuple[str, str]], encoding: str, seen: str
) -> None:
    """`columns`: as `account_file.read` gives them; `seen`: when those that the page showed were
    made (`accounts.Chosen.seen`). Raises NotTheirs, Wrong, Overtaken."""
    _allow(by)
    if encoding not in ENCODINGS:
        raise Wrong("文字コードを選んでください。")
    sql.run(db, "SELECT pg_advisory_xact_lock(hashtextextended('account file', 0))")
    now = accounts.chosen(db)
    if (now.columns, now.encoding) == ([*columns], encoding):
        return
    if now.seen != seen:
        raise Overtaken
    row = {"id": 1, "columns": [*map(list, columns)], "encoding": encoding, "made_by": by.name}
    new = insert(AccountFile).values(**row, made_at=func.clock_timestamp())
    more = row | {"made_at": func.clock_timestamp()}
    db.execute(new.on_conflict_do_update(index_elements=["id"], set_=more))
    db.expire_all()


def _check(db: Session, year: int, covers: str, name: str, yen: int, note: str) -> None:
    if not 2000 <= year <= 2999:
        raise Wrong("年度が正しくありません。")
    if not name or max(len(name), len(note)) > LONGEST:
        raise Wrong(f"費目は必ず書き、費目と理由はそれぞれ {LONGEST} 文字以内にしてください。")
    if not 0 <= yen <= MOST_YEN:
        raise Wrong(f"予算額は 0〜{MOST_YEN:,} 円です。")
    kind, _, firm = covers.partition(":")
    is_firms = kind == "contractor" and firm.isascii() and firm.isdecimal() and len(firm) < 10
    known = db.get(Contractor, int(firm)) if is_firms else None
    if covers not in COVERS and known is None:
        raise Wrong("何の予算かを選んでください。")


def _allow(by: Actor) -> None:
    if not may(by, Do.EDIT_BUDGET, None):
        raise NotTheirs(Do.EDIT_BUDGET)
