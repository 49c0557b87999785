"""Budgets, prices of materials and hours, and the columns of the file for the accounts."""

from collections.abc import Sequence
from typing import Final

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from reports.city.models import Contractor
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


def set_price(db: Session, by: Actor, year: int, of: str, yen: int | None) -> None:
    """What an hour, or a unit of a material, is reckoned with in this year; None: with nothing.
    Raises NotTheirs, Wrong."""
    _allow(by)
    if yen is not None and not 0 <= yen <= MOST_PRICE:
        raise Wrong(f"単価は 0〜{MOST_PRICE:,} 円です。")
    known = db.get(CostPrice, (year, of))
    if yen is None:
        if known:
            db.delete(known)
    elif known is None or known.yen != yen:
        row = {"fiscal_year": year, "of": of, "yen": yen, "made_by": by.name}
        new = insert(CostPrice).values(**row)
        db.execute(new.on_conflict_do_update(index_elements=["fiscal_year", "of"], set_=row))
    db.flush()


def set_account_file(
    db: Session, by: Actor, columns: Sequence[tuple[str, str]], encoding: str
) -> None:
    """`columns`: as `account_file.read` gives them. Raises NotTheirs, Wrong."""
    _allow(by)
    if encoding not in ENCODINGS:
        raise Wrong("文字コードを選んでください。")
    row = {"id": 1, "columns": [*map(list, columns)], "encoding": encoding, "made_by": by.name}
    new = insert(AccountFile).values(**row)
    db.execute(new.on_conflict_do_update(index_elements=["id"], set_=row))


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
