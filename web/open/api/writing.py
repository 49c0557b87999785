"""Programs write: a ticket is moved, or gets a note; by the same actions as at the desk."""

import hashlib
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from typing import Annotated, Any, Final

from fastapi import Depends, Header, Path, Request, Response
from fastapi.routing import APIRoute
from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from sqlalchemy.orm import Session

from reports.actions.admit import Seen
from reports.actions.move import move
from reports.actions.note import NobodyToNote, note
from reports.people.keys import Key, KeyEnded
from reports.people.permissions import Do
from reports.tickets.numbers import number_in
from reports.tickets.status import MoveRefused, Status
from web.auth.programs import ended, opens
from web.kit import labels
from web.kit.errors import BadInput, Overtaken, TooLarge, Unreadable
from web.kit.forms import MOST_LETTERS, plain
from web.kit.router import Router
from web.kit.tickets import acting_on
from web.open.api.shapes import problems

MOST_BYTES: Final = 16 * 1024
"""Of a body."""


class Capped(APIRoute):
    """A route that reads no body of unknown length, or of more than MOST_BYTES."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        answer = super().get_route_handler()

        async def capped(request: Request) -> Response:
            length = request.headers.get("content-length", "")
            if not length.isdecimal():
                raise Unreadable("Content-Length が必要です。", reason="length_required")
            if len(length) > 9 or int(length) > MOST_BYTES:
                raise TooLarge(f"{MOST_BYTES:,} バイトまでです。", reason="too_large")
            return await answer(request)

        return capped


router = Router(prefix="/api", tags=["writing"], route_class=Capped)
Moves = Annotated[Key, Depends(opens(Do.MOVE))]
Notes = Annotated[Key, Depends(opens(Do.NOTE))]
Number = Annotated[str, Path(description="受付番号, as residents know it", max_length=40)]
Press = Annotated[
    str,
    Header(
        alias="Idempotency-Key",
        pattern=r"^[\x21-\x7e]{1,200}$",
        description="One for each thing that is to happen: the same request sent again with the "
        "same key happens once",
    ),
]
Words = Annotated[str, Field(max_length=MOST_LETTERS), AfterValidator(plain)]


class MoveIn(BaseModel):
    """Where a ticket is to go."""

    model_config = ConfigDict(extra="forbid")

    to: Status
    note: Words = Field("", description="What residents read; needed to decline or forward")
    seen: Status | None = Field(
        None, description="Only if it is in this status still; otherwise 409, and nothing happens"
    )


class MovedOut(BaseModel):
    """Where it is now."""

    number: str
    status: Status
    status_name: str


class NoteIn(BaseModel):
    """A note for those who work on it; residents never read it."""

    model_config = ConfigDict(extra="forbid")

    words: Annotated[Words, Field(min_length=1)]
    department: str | None = Field(
        None,
        pattern=r"^[\w\-]{1,60}$",
        description="A department's key: the note waits for them until somebody has seen to it",
    )


class NotedOut(BaseModel):
    """It is written down."""

    number: str
    words: str


@router.post(
    "/tickets/{number}/moves", responses=problems(404, 409, 413), summary="状態を変える / Move"
)
def move_ticket(number: Number, key: Moves, wish: MoveIn, press: Press) -> MovedOut:
    """Scope `write`. The same move as at the desk: its followers are told as by staff, and the
    history has the key's name."""
    with _acting(key, number) as (db, id):
        seen = Seen(what=wish.seen) if wish.seen else None
        now = move(
            db, id, wish.to, key.actor, note=wish.note, key=_key(key, press, wish), seen=seen
        )
    name = labels.label_of_status(now).text
    return MovedOut(number=number_in(number) or number, status=now, status_name=name)


@router.post(
    "/tickets/{number}/notes",
    status_code=201,
    responses=problems(404, 413),
    summary="メモを書く / Note",
)
def write_note(number: Number, key: Notes, wish: NoteIn, press: Press) -> NotedOut:
    """Scope `write`. A note of the key's, as staff write them."""
    if not wish.words:
        raise BadInput("words: メモを書いてください。")
    with _acting(key, number) as (db, id):
        try:
            once = _key(key, press, wish)
            note(db, id, key.actor, wish.words, department=wish.department, key=once)
        except NobodyToNote as nobody:
            raise BadInput(f"department: {nobody}") from nobody
    return NotedOut(number=number_in(number) or number, words=wish.words)


@contextmanager
def _acting(key: Key, number: str) -> Iterator[tuple[Session, int]]:
    """As `acting_on`. Raises NotSignedIn where the key has ended meanwhile, Overtaken, NotFound."""
    try:
        with acting_on(number) as (db, id):
            yield db, id
    except KeyEnded as why:
        raise ended(why) from why
    except MoveRefused as refused:
        raise Overtaken(str(refused), reason="cannot_move") from refused
    except Overtaken as faster:
        raise Overtaken(faster.sentence, reason="changed_meanwhile") from faster


def _key(key: Key, press: str, wish: BaseModel) -> str:
    """Of this request alone: no other program's, and no other body's."""
    told = repr((key.id, press, wish.model_dump_json()))
    return hashlib.sha256(told.encode()).hexdigest()[:32]
