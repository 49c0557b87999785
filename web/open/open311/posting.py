"""POST: a service request is handed in, and an authority's system tells of what it was handed."""

import hashlib
from typing import Annotated, Final

from fastapi import Depends, Request, Response

from reports.actions.admit import CannotReroute
from reports.actions.report_back import Said, report_back
from reports.people.keys import Key, KeyEnded
from reports.people.permissions import Do
from reports.tickets.status import MoveRefused
from store.database import transaction
from web.auth.programs import ended
from web.kit.errors import BadInput, Overtaken
from web.kit.forms import MOST_LETTERS
from web.kit.router import Router
from web.kit.tickets import acting_on
from web.open.open311 import filing
from web.open.open311.filing import Taken
from web.open.open311.formats import REQUESTS, TYPES, UPDATES, Shape, Told, body
from web.open.open311.posted import Form, opens
from web.open.open311.shown import Format, shown

router = Router(include_in_schema=False, dependencies=[Depends(shown)])
Files = Annotated[Key, Depends(opens(Do.FILE))]
Moves = Annotated[Key, Depends(opens(Do.MOVE))]
LONGEST_PRESS: Final = 200


@router.post("/open311/v2/requests.{form}")
def post_request(
    request: Request, form: Format, key: Files, sent: Form, answer: Response
) -> Response:
    """Fields: service_code; lat and long, or address_string; description, email, first_name,
    last_name, phone, media_url (several), attribute[urgent], attribute[same]."""
    try:
        with transaction() as db:
            taken = filing.file(db, key, sent, _press(request))
    except KeyEnded as why:
        raise ended(why) from why
    row = {
        "service_request_id": taken.number,
        "service_notice": _notice(taken),
        "account_id": None,
    }
    told = _told(form, REQUESTS, [row], answer)
    told.headers["Open311-Token"] = taken.token
    return told


@router.post("/open311/v2/servicerequestupdates.{form}")
def post_update(form: Format, key: Moves, sent: Form, answer: Response) -> Response:
    """Fields: service_request_id, status, update_id (the same is taken once), description."""
    number, said = sent.one("service_request_id"), _said(sent.one("status"))
    note = sent.one("description")
    if not number:
        raise BadInput("service_request_id がありません。 / The service_request_id is missing.")
    if len(note) > MOST_LETTERS:
        raise BadInput(f"description: {MOST_LETTERS:,} 文字までです。")
    update = sent.one("update_id") or sent.one("update_id_ext") or sent.one("updated_datetime")
    press = hashlib.sha256(repr((key.id, update, number, said, note)).encode()).hexdigest()[:32]
    try:
        with acting_on(number) as (db, id):
            report_back(db, id, key.actor, said, note, key=press)
    except KeyEnded as why:
        raise ended(why) from why
    except (MoveRefused, CannotReroute) as refused:
        raise Overtaken(str(refused), reason="cannot_move") from refused
    row = {"update_id": update or press, "account_id": None}
    return _told(form, UPDATES, [row], answer)


def _press(request: Request) -> str:
    press = request.headers.get("idempotency-key", "")
    if len(press) > LONGEST_PRESS or not press.isprintable():
        raise BadInput(f"Idempotency-Key: {LONGEST_PRESS} 文字までです。")
    return press


def _said(words: str) -> Said:
    try:
        return Said(words.strip().lower())
    except ValueError:
        listed = ", ".join(Said)
        raise BadInput(f"status: 次のどれかです。 / One of: {listed}") from None


def _notice(taken: Taken) -> str:
    if taken.joined:
        return f"同じ場所の通報 {taken.number} に加えました。 / Added to one of the same place."
    return "受け付けました。 / Received."


def _told(form: str, shape: Shape, told: Told, paced: Response) -> Response:
    """`paced`: what says how often may be asked."""
    answer = Response(body(form, shape, told), media_type=TYPES[form])
    for name, value in paced.headers.items():
        if name.startswith("ratelimit"):
            answer.headers[name] = value
    answer.headers["Cache-Control"] = "no-store"
    return answer
