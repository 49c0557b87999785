"""The contractors of the city: a list, a form for each, and its unit prices of a year."""

import re
from collections.abc import Mapping
from typing import Annotated, Any, Final

from fastapi import Query, Response
from fastapi.responses import RedirectResponse
from sqlalchemy import select
from sqlalchemy.orm import Session

from reports.actions.edit_contractor import add_contractor, save_contractor, set_prices
from reports.city import clock, contractors
from reports.city.contractors import KEY, LONGEST, ContractorCard
from reports.city.departments import Wrong
from reports.city.fiscal import fiscal_year, year_words
from reports.city.models import Contractor
from reports.city.quantities import LONGEST_WORK, UNITS, NotAQuantity, unit_in, yen_in
from reports.orders import queries
from reports.people.sessions import Visitor
from store.database import transaction
from web.auth import who
from web.auth.csrf import Form
from web.desk import quota
from web.kit.deps import Db
from web.kit.errors import BadInput, NotFound
from web.kit.forms import Posted
from web.kit.pages import page
from web.kit.router import Router

router = Router(include_in_schema=False)

NEW: Final = "new"
MOST_PRICES: Final = 30
"""In one form, which holds no more than a hundred fields."""
Year = Annotated[int | None, Query(ge=2000, le=2999)]
_TICKS: Final = ("mail_pdf", "retired")
_YEAR: Final = re.compile(r"2[0-9]{3}")
_WRONG: Final = {
    "key": "記号は、英小文字で始まる 2〜40 文字の英小文字・数字・_ にしてください。",
    "taken": "この記号は、もう使われています。別の記号にしてください。",
    "name": f"名前を {LONGEST['name']} 文字以内で書いてください。",
    "contract": f"契約は {LONGEST['contract']} 文字以内にしてください。",
    "person": f"担当者は {LONGEST['person']} 文字以内にしてください。",
    "phone": f"電話番号を {LONGEST['phone']} 文字以内の半角の数字で書いてください。",
    "email": "メールアドレスは name@example.jp の形で 1 つだけ書いてください。",
    "note": f"メモは {LONGEST['note']} 文字以内にしてください。",
}


@router.get("/staff/contractors")
def listing(visitor: who.EditsContractors, db: Db, saved: str = "") -> Response:
    """All of them, those that get no more orders last."""
    found = contractors.contractors(db, retired=True)
    return page(
        "desk/contractors/page.html",
        visitor=visitor,
        quota=quota.notice(db),
        contractors=found,
        saved=next((one.name for one in found if one.key == saved), None),
    )


@router.get("/staff/contractors/{key}")
def contractor(
    key: str, visitor: who.EditsContractors, db: Db, year: Year = None, priced: bool = False
) -> Response:
    """The form of one, with the unit prices of this year or the one that is asked for."""
    return _form(db, visitor, key, year=year, priced=priced)


@router.post("/staff/contractors/{key}")
def save(key: str, visitor: who.EditsContractors, form: Form) -> Response:
    """Fields: those of `ContractorCard`; for a new one its key."""
    try:
        with transaction() as db:
            if key == NEW:
                wanted = _new_key(form)
                add_contractor(db, wanted, _card(form), visitor.actor)
            else:
                wanted = _known(db, key).key
                save_contractor(db, wanted, _card(form), visitor.actor)
        return RedirectResponse(f"/staff/contractors?saved={wanted}", 303)
    except Wrong as wrong:
        field, sentence = str(wrong), _WRONG[str(wrong)]
    except BadInput as refusal:
        field, sentence = "", refusal.sentence
    with transaction() as db:
        return _form(db, visitor, key, sentence=sentence, wrong=field, typed=form.fields)


@router.post("/staff/contractors/{key}/prices")
def save_prices(key: str, visitor: who.EditsContractors, form: Form) -> Response:
    """Fields: year, and work-1, unit-1, yen-1 and so on; lines without any work are left out."""
    typed = form.fields.get("year", "")
    if not _YEAR.fullmatch(typed):
        raise BadInput("年度を選んでください。")
    year = int(typed)
    try:
        prices = _prices(form)
        with transaction() as db:
            set_prices(db, _known(db, key).key, year, prices, visitor.actor)
    except (BadInput, NotAQuantity) as refusal:
        with transaction() as db:
            return _form(
                db, visitor, key, year=year, sentence=str(refusal), lines=_typed_lines(form)
            )
    return RedirectResponse(f"/staff/contractors/{key}?year={year}&priced=1#prices", 303)


def _form(
    db: Session,
    visitor: Visitor,
    key: str,
    *,
    year: int | None = None,
    priced: bool = False,
    sentence: str = "",
    wrong: str = "",
    typed: Mapping[str, str] | None = None,
    lines: list[tuple[str, str, str]] | None = None,
) -> Response:
    known = None if key == NEW else _known(db, key)
    now = fiscal_year(clock.today())
    year = year or now
    kept = queries.prices(db, known.id, year) if known else []
    return page(
        "desk/contractors/form.html",
        status=422 if sentence else 200,
        visitor=visitor,
        quota=quota.notice(db),
        key=key,
        known=known,
        value=_values(known, typed),
        longest=LONGEST,
        longest_work=LONGEST_WORK,
        year=year,
        years=sorted({now - 1, now, now + 1, year}, reverse=True),
        year_words=year_words,
        lines=lines or [(one.work, one.unit, str(one.yen)) for one in kept],
        most_prices=MOST_PRICES,
        units=UNITS,
        priced=priced,
        sentence=sentence,
        wrong=wrong,
    )


def _values(known: Contractor | None, typed: Mapping[str, str] | None) -> dict[str, Any]:
    """What the fields show: what was typed, else what is kept."""
    card = ContractorCard.of(known) if known else ContractorCard("")
    kept = {name: getattr(card, name) for name in LONGEST} | {"key": ""}
    kept |= {name: "yes" if getattr(card, name) else "" for name in _TICKS}
    return kept | ({**dict.fromkeys(_TICKS, ""), **typed} if typed else {})


def _card(form: Posted) -> ContractorCard:
    """Raises Wrong, BadInput."""
    words = {name: " ".join(form.words(name).split()) for name in LONGEST if name != "note"}
    mail_pdf, retired = (form.fields.get(name) == "yes" for name in _TICKS)
    card = ContractorCard(**words, note=form.words("note"), mail_pdf=mail_pdf, retired=retired)
    return card.checked()


def _prices(form: Posted) -> list[tuple[str, str, int]]:
    """Raises BadInput, NotAQuantity."""
    found = []
    for work, unit, typed in _typed_lines(form):
        yen = yen_in(typed)
        if not work or yen is None:
            raise BadInput("単価の行には、作業と単価の両方を書いてください。")
        found.append((work, unit_in(unit), yen))
    if len({(work, unit) for work, unit, _ in found}) < len(found):
        raise BadInput("同じ作業と単位の行が、二つあります。")
    return found


def _typed_lines(form: Posted) -> list[tuple[str, str, str]]:
    lines = [
        (
            " ".join(form.words(f"work-{turn}", most=LONGEST_WORK).split()),
            form.fields.get(f"unit-{turn}", ""),
            form.words(f"yen-{turn}", most=40),
        )
        for turn in range(1, MOST_PRICES + 1)
    ]
    return [line for line in lines if line[0] or line[2]]


def _new_key(form: Posted) -> str:
    key = form.words("key")
    if not KEY.fullmatch(key) or key == NEW:
        raise Wrong("key")
    return key


def _known(db: Session, key: str) -> Contractor:
    found = db.scalar(select(Contractor).where(Contractor.key == key.replace("\0", "")))
    if found is None:
        raise NotFound("この請負業者はありません。一覧から選び直してください。")
    return found
