"""Who gets the monthly report by mail is named, and named no more."""

from typing import Final

from fastapi import Response
from fastapi.responses import RedirectResponse

from reports.city.departments import is_address
from reports.documents.monthly import readers
from web.auth import who
from web.auth.csrf import Form
from web.kit.deps import Db, Id
from web.kit.errors import BadInput
from web.kit.forms import id_in
from web.kit.router import Router

router = Router(include_in_schema=False)

HERE: Final = "/staff/reports/readers"
_LONGEST: Final = 254
_NO_ADDRESS: Final = "メールアドレスを「sato@city.example.jp」のように入れてください。"
_NO_RIGHT: Final = "数を見る権限のある利用者を選んでください。"
_FULL: Final = f"宛先は{readers.MOST}件までです。"


@router.post(HERE)
def add(visitor: who.WritesReports, form: Form, db: Db) -> Response:
    """Fields: user (an id), address. Raises BadInput."""
    address = form.words("address", most=_LONGEST)
    if not is_address(address):
        raise BadInput(_NO_ADDRESS, reason="no_address")
    if not readers.may_be_named(db, user_id := id_in(form.fields.get("user", ""))):
        raise BadInput(_NO_RIGHT, reason="no_right")
    if not readers.name(db, user_id, address):
        raise BadInput(_FULL, reason="too_many")
    return RedirectResponse("/staff/reports#readers", 303)


@router.post(f"{HERE}/{{reader_id}}/remove")
def remove(reader_id: Id, visitor: who.WritesReports, form: Form, db: Db) -> Response:
    """They get no further one."""
    readers.drop(db, reader_id)
    return RedirectResponse("/staff/reports#readers", 303)
