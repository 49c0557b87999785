"""How a move or a question will look in LINE: it is tried, drawn as it would leave, and taken back.

So the card says what it will say: with the state, the buttons and the words of that moment, in each
language that is spoken by those whom it reaches.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

from fastapi.responses import HTMLResponse
from sqlalchemy.orm import Session

from reports.actions.ask import NobodyToAsk, ask
from reports.actions.merge import CannotMerge
from reports.actions.move import move
from reports.outbox.kinds import Moved, Question
from reports.outbox.kinds import Status as HowItStands
from reports.outbox.say import Say
from reports.tickets import events, history
from reports.tickets.followers import followers, one_of_each_language, reporters
from reports.tickets.numbers import number_in
from reports.tickets.status import TOLD_BY_PUSH, MoveRefused, Status
from web.auth import who
from web.auth.csrf import Form
from web.kit import languages
from web.kit.drawing import Draw, Drawing, own_path
from web.kit.errors import BadInput, Overtaken
from web.kit.forms import Posted
from web.kit.pages import fragment
from web.kit.router import Router
from web.kit.tickets import acting_on

router = Router(include_in_schema=False)

MOST_LANGUAGES: Final = 8
_NO_STATUS: Final = "どの状態に変えるかを先に選んでください。"
_NO_WORDS: Final = "質問を先に書いてください。"
_NOBODY: Final = "この受付票の知らせを LINE で受け取る人はいません。"
_PUSHED: Final = (
    "送ると、この受付票の知らせを受け取る人に、次のように届きます。選んだ写真は、ここには出ません。"
)
_SHOWN: Final = "LINE のお知らせは送りません。状況を尋ねた人に、次のように表示します。"
_ASKED: Final = "送ると、通報した人に、次のように届きます。"


@dataclass(frozen=True, slots=True)
class Card:
    """`messages` of LINE in one language: its `name`, and its `tag` for HTML."""

    name: str
    tag: str
    messages: Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class _Told:
    """What is said to whom (a LINE user id for each language)."""

    say: Say
    readers: Mapping[str, str]
    how: str


@router.post("/staff/tickets/{number}/preview/move")
def of_move(number: str, visitor: who.Moves, form: Form, draw: Drawing) -> HTMLResponse:
    """Fields: to, note."""

    def tried(db: Session, id: int) -> _Told:
        to, note = _status(form), form.words("note")
        move(db, id, to, visitor.actor, note=note)
        readers = one_of_each_language(db, followers(db, id))
        if to not in TOLD_BY_PUSH:
            return _Told(HowItStands(number=number_in(number)), readers, _SHOWN)
        line = _line(db, id, events.Moved)
        return _Told(Moved(ticket_id=id, history_id=line), readers, _PUSHED)

    return _shown(number, draw, tried)


@router.post("/staff/tickets/{number}/preview/ask")
def of_question(number: str, visitor: who.Asks, form: Form, draw: Drawing) -> HTMLResponse:
    """Field: words."""

    def tried(db: Session, id: int) -> _Told:
        words = form.words("words")
        if not words:
            raise BadInput(_NO_WORDS)
        asked = [resident.line_user_id for resident in reporters(db, id)]
        ask(db, id, visitor.actor, words)
        line = _line(db, id, events.Asked)
        say = Question(ticket_id=id, history_id=line)
        return _Told(say, one_of_each_language(db, asked), _ASKED)

    return _shown(number, draw, tried)


def _shown(number: str, draw: Draw, tried: Callable[[Session, int], _Told]) -> HTMLResponse:
    try:
        with _taken_back(number) as (db, id, cards):
            told = tried(db, id)
            db.flush()
            cards += _cards(db, draw, told)
        return _answer(how=told.how, cards=cards) if cards else _answer(409, _NOBODY)
    except (MoveRefused, NobodyToAsk, CannotMerge) as refused:
        return _answer(409, str(refused))
    except (BadInput, Overtaken) as refusal:
        return _answer(refusal.status, refusal.sentence)


@contextmanager
def _taken_back(number: str) -> Iterator[tuple[Session, int, list[Card]]]:
    """A commit that does not come about; only what was drawn in it stays."""
    cards = list[Card]()
    try:
        with acting_on(number) as (db, id):
            yield db, id, cards
            raise _NotMeant
    except _NotMeant:
        return


class _NotMeant(Exception):
    """It was only tried."""


def _cards(db: Session, draw: Draw, told: _Told) -> Iterator[Card]:
    for language, reader in _with_japanese(told.readers):
        messages = draw(db, reader, [told.say], language)
        yield Card(languages.name(language), languages.tag(language), messages)


def _with_japanese(readers: Mapping[str, str]) -> Iterable[tuple[str, str]]:
    """Japanese first, whoever reads it."""
    first = next(iter(readers.values()), None)
    if first is None:
        return []
    known = {"ja": first, **readers}
    return [(one, known[one]) for one in languages.ordered(known)[:MOST_LANGUAGES]]


def _line(db: Session, ticket_id: int, kind: type[events.Moved | events.Asked]) -> int:
    line = history.newest(db, ticket_id, kind)
    assert line is not None
    return line.id


def _status(form: Posted) -> Status:
    try:
        return Status(form.fields.get("to", ""))
    except ValueError:
        raise BadInput(_NO_STATUS) from None


def _answer(
    status: int = 200, sentence: str = "", how: str = "", cards: Sequence[Card] = ()
) -> HTMLResponse:
    html = fragment(
        "desk/ticket/preview.html", sentence=sentence, how=how, cards=cards, own_path=own_path
    )
    return HTMLResponse(html, status, {"Cache-Control": "no-store"})
