"""What staff want done to many tickets: as a form says it, and in words."""

import re
from typing import Final

from sqlalchemy.orm import Session

from reports.actions.bulk import (
    Act,
    AssignEach,
    MoveEach,
    NoteEach,
    PutInCharge,
    SetDeadline,
    UndoEach,
)
from reports.city.calendar import full_day_words
from reports.city.templates import as_kept
from reports.people.colleagues import in_charge, offices
from reports.people.models import User
from reports.tickets import queries
from reports.tickets.status import NEEDS_A_REASON, Status
from web.kit import labels
from web.kit.days import day_in
from web.kit.errors import BadInput
from web.kit.forms import Posted

_ID: Final = re.compile(r"[0-9]{1,9}")
_TO: Final = re.compile(r"user:([0-9]{1,9})|department:([\w-]{1,60})")


def act_in(db: Session, form: Posted) -> Act:
    """Fields: kind, and for move: to, note; assign: department, why; person: person (an id, or "");
    deadline: day, day_why; note: memo, memo_to. Raises BadInput."""
    kind = form.fields.get("kind", "")
    match kind:
        case "move":
            return _move(form)
        case "assign":
            department, why = form.fields.get("department", ""), form.words("why")
            if department not in {one.key for one in queries.departments(db)}:
                raise BadInput("どこの担当にするかを選んでください。")
            return AssignEach(department=department, note=_reason(why))
        case "person":
            return PutInCharge(user_id=_person(db, form.fields.get("person", "")))
        case "deadline":
            return SetDeadline(
                day=day_in(form.fields.get("day", "")), note=_reason(form.words("day_why"))
            )
        case "note":
            return _note(form)
        case _:
            raise BadInput("何をするかを選んでください。")


def fields_of(act: Act) -> dict[str, str]:
    """The fields of which `act_in` makes it."""
    match act:
        case MoveEach():
            fields = {"to": str(act.to), "note": act.note}
        case AssignEach():
            fields = {"department": act.department, "why": act.note}
        case PutInCharge():
            fields = {"person": str(act.user_id or "")}
        case SetDeadline():
            fields = {"day": act.day.isoformat(), "day_why": act.note}
        case NoteEach():
            to = f"department:{act.department}" if act.department else ""
            fields = {"memo": act.words, "memo_to": f"user:{act.user_id}" if act.user_id else to}
        case _:
            fields = {}
    return fields | {"kind": act.kind}


def words_of(db: Session, act: Act) -> str:
    """One sentence in Japanese."""
    match act:
        case MoveEach():
            return f"状態を「{labels.label_of_status(act.to).text}」にする"
        case AssignEach():
            names = {one.key: one.name for one in queries.departments(db)}
            return f"担当を{names.get(act.department, 'ほかの課')}にする"
        case PutInCharge():
            person = db.get(User, act.user_id) if act.user_id else None
            return f"担当者を{person.shown_name}にする" if person else "担当者をなしにする"
        case SetDeadline():
            return f"期限を{full_day_words(act.day)}にする"
        case NoteEach():
            to = _addressee(db, act)
            return f"{to}にメモを残す" if to else "メモを残す(記録だけ)"
        case UndoEach():
            return "元に戻す"


def _addressee(db: Session, act: NoteEach) -> str:
    if act.user_id:
        return in_charge(db).names.get(str(act.user_id), "")
    return next((one.name for one in offices(db) if one.department == act.department), "")


def _move(form: Posted) -> MoveEach:
    try:
        to = Status(form.fields.get("to", ""))
    except ValueError:
        raise BadInput("どの状態に変えるかを選んでください。") from None
    note = as_kept(form.words("note"))
    if to in NEEDS_A_REASON and not note:
        raise BadInput("通報した人が読む説明を書いてください。")
    return MoveEach(to=to, note=note)


def _note(form: Posted) -> NoteEach:
    words, to = form.words("memo"), form.fields.get("memo_to", "")
    chosen = _TO.fullmatch(to)
    if not words:
        raise BadInput("メモを書いてください。")
    if to and not chosen:
        raise BadInput("宛先を選んでください。")
    user, department = chosen.groups() if chosen else (None, None)
    return NoteEach(words=words, user_id=int(user) if user else None, department=department)


def _person(db: Session, typed: str) -> int | None:
    if not typed:
        return None
    person = db.get(User, int(typed)) if _ID.fullmatch(typed) else None
    if person is None or person.disabled:
        raise BadInput("担当者を選んでください。")
    return person.id


def _reason(words: str) -> str:
    if not words:
        raise BadInput("理由を書いてください。")
    return words
