"""Other authorities at the desk: whom to tell, who has not answered, which mails did not arrive."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from fastapi import Response
from fastapi.responses import RedirectResponse
from sqlalchemy.orm import Session

from reports.actions.authorities import (
    NotWaitedFor,
    ToTell,
    count_to_tell,
    silent,
    tell_them,
    to_tell,
)
from reports.actions.authorities import answered as note_answer
from reports.actions.authorities import remind as remind_authority
from reports.actions.deliver import send_again, tell_otherwise
from reports.outbox import mails
from reports.outbox.mail_texts import to_copy
from reports.people.permissions import Role
from reports.people.sessions import Visitor
from reports.tickets.read_models import DepartmentSummary
from reports.tickets.status import MoveRefused, Status, moves_for
from store.database import transaction
from web.auth import who
from web.auth.csrf import Form
from web.desk import quota
from web.kit.deps import Db
from web.kit.errors import BadInput, Overtaken
from web.kit.forms import Posted
from web.kit.pages import page
from web.kit.router import Router
from web.kit.tickets import ticket_for

router = Router(include_in_schema=False)

AT_ONCE: Final = 40
"""Tickets of one authority in one form: a form of ours has at most fifty fields."""
_TICKET: Final = "ticket:"
_MAIL: Final = "mail:"
_TOO_LATE: Final = (
    "画面を開いている間に、ほかの人が先に済ませました。いまの一覧を確かめてください。"
)
_NOTHING: Final = "1件も選ばれていません。左の四角を選んでください。"


@dataclass(frozen=True, slots=True)
class Pile:
    """What one authority is to be told: the first tickets of it, and how many there are in all."""

    authority: DepartmentSummary
    waiting: Sequence[ToTell]
    count: int
    by_mail: bool

    @property
    def text(self) -> str:
        return to_copy([one.notice for one in self.waiting])

    @property
    def reason(self) -> str:
        """What residents read, unless staff write something else."""
        name, phone = self.authority.name, self.authority.phone
        return f"市から{name}へ連絡しました。お問い合わせは、{name}(電話 {phone})へお願いします。"


@router.get("/staff/authorities")
def authorities(visitor: who.TellsAuthorities, db: Db, done: str = "", count: int = 0) -> Response:
    """Three lists: to be told, silent, not delivered."""
    return _page(db, visitor, done=done, count=count)


@router.post("/staff/authorities/tell")
def tell(visitor: who.TellsAuthorities, form: Form) -> Response:
    """Fields: department, ticket:NUMBER for each ticket, note (which residents read)."""

    def told(db: Session) -> int:
        numbers, note = _chosen(form, _TICKET), form.words("note")
        key = form.fields.get("department", "")
        return tell_them(db, key, numbers, visitor.actor, note, key=form.key)

    return _done("told", told, visitor, form)


@router.post("/staff/authorities/remind")
def remind(visitor: who.TellsAuthorities, form: Form) -> Response:
    """Field: number."""

    def reminded(db: Session) -> int:
        remind_authority(db, _ticket(db, visitor, form), visitor.actor, key=form.key)
        return 1

    return _done("reminded", reminded, visitor, form)


@router.post("/staff/authorities/answer")
def answer(visitor: who.TellsAuthorities, form: Form) -> Response:
    """Fields: number, note (what the authority answered), to (a status, or nothing)."""

    def answered(db: Session) -> int:
        note, to = form.words("note"), form.fields.get("to", "")
        if not note:
            raise BadInput("回答の内容を書いてください。")
        if to and to not in list(Status):
            raise BadInput("どの状態に変えるかを選んでください。")
        goes_to = Status(to) if to else None
        ticket_id = _ticket(db, visitor, form)
        note_answer(db, ticket_id, visitor.actor, note, goes_to, key=form.key)
        return 1

    return _done("answered", answered, visitor, form)


@router.post("/staff/authorities/mails")
def undelivered(visitor: who.TellsAuthorities, form: Form) -> Response:
    """Fields: mail:ID for each mail, do: "again" (send it once more) or "told" (told otherwise)."""
    again = form.fields.get("do") == "again"

    def acted(db: Session) -> int:
        ids = [int(one) for one in _chosen(form, _MAIL) if one.isdecimal() and len(one) < 19]
        if again:
            return send_again(db, ids, visitor.actor, key=form.key)
        return tell_otherwise(db, ids, visitor.actor, key=form.key)

    return _done("again" if again else "noted", acted, visitor, form)


def _done(what: str, act: Callable[[Session], int], visitor: Visitor, form: Posted) -> Response:
    """Back to the lists; where it was refused, with what was typed and why not."""
    try:
        with transaction() as db:
            count = act(db)
            if not count:
                raise Overtaken(_TOO_LATE)
        return RedirectResponse(f"/staff/authorities?done={what}&count={count}", 303)
    except (MoveRefused, NotWaitedFor) as refused:
        sentence, status = str(refused) or _TOO_LATE, 409
    except (BadInput, Overtaken) as refusal:
        sentence, status = refusal.sentence, refusal.status
    with transaction() as db:
        return _page(db, visitor, sentence=sentence, status=status, typed=form.fields)


def _page(
    db: Session,
    visitor: Visitor,
    *,
    done: str = "",
    count: int = 0,
    sentence: str = "",
    status: int = 200,
    typed: Mapping[str, str] | None = None,
) -> Response:
    waiting = to_tell(db)
    return page(
        "desk/authorities/page.html",
        status=status,
        visitor=visitor,
        quota=quota.notice(db),
        piles=_piles(waiting),
        outside_waiting=count_to_tell(db),
        silent=silent(db),
        undelivered=mails.undelivered(db),
        mails_are_sent=mails.are_sent(),
        no_server=mails.NO_SERVER,
        moves=moves_for(Role.STAFF, Status.FORWARDED),
        done=DONE.get(done, "").format(count=count),
        kinds=KINDS,
        sentence=sentence,
        typed=typed or {},
    )


def _piles(waiting: Sequence[ToTell]) -> list[Pile]:
    piles = []
    for authority, ones in groupby(waiting, key=lambda one: one.authority):
        all_of_them = list(ones)
        by_mail = authority.tell_by == "email" and mails.are_sent()
        piles.append(Pile(authority, all_of_them[:AT_ONCE], len(all_of_them), by_mail))
    return piles


def _chosen(form: Posted, prefix: str) -> list[str]:
    chosen = [name.removeprefix(prefix) for name in form.fields if name.startswith(prefix)]
    if not chosen:
        raise BadInput(_NOTHING)
    return chosen


def _ticket(db: Session, visitor: Visitor, form: Posted) -> int:
    return ticket_for(db, visitor, form.fields.get("number", "")).ticket.id


DONE: Final = {
    "told": "{count}件を連絡済みにしました。通報した人に LINE でお知らせします。",
    "reminded": "催促を記録しました。返事がなければ、また期間のあとでここに出ます。",
    "answered": "回答を記録しました。",
    "again": "{count}通を送り直しています。届かなければ、またここに出ます。",
    "noted": "{count}件を、別の方法で伝えたことにしました。",
}
KINDS: Final = {
    "forwarded": "他の管理者への連絡",
    "told": "規則による知らせ",
    "reminder": "催促",
    "daily": "期限の知らせ(毎日)",
}
