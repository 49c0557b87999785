"""The forms that say what everybody sees of a ticket."""

from fastapi import Response

from reports.actions.release import CannotRelease, keep_back, release_words
from web.auth import who
from web.auth.csrf import Form
from web.desk.ticket.page import done
from web.kit.deps import Id
from web.kit.errors import BadInput
from web.kit.router import Router
from web.kit.tickets import acting_on

router = Router(include_in_schema=False)


@router.post("/staff/tickets/{number}/words/{remark_id}")
def say_what_is_public(number: str, remark_id: Id, visitor: who.Releases, form: Form) -> Response:
    """Fields: do ("release", or "withhold"), public (what the public may read of these words),
    seen (what it could read as the page showed it)."""

    def act() -> str:
        words = form.fields.get("public", "") if form.fields.get("do") == "release" else ""
        if form.fields.get("do") == "release" and not words.strip():
            raise BadInput("公開する言葉がありません。「公開をやめる」を押してください。")
        seen = form.fields.get("seen", "").replace("\r\n", "\n")
        try:
            with acting_on(number) as (db, id):
                release_words(db, id, remark_id, words, visitor.actor, seen=seen, key=form.key)
        except CannotRelease as cannot:
            raise BadInput(str(cannot)) from cannot
        return "?changed=words" if words else "?changed=no-words"

    return done(act, visitor, number, form)


@router.post("/staff/tickets/{number}/public")
def keep_it_back(number: str, visitor: who.Releases, form: Form) -> Response:
    """Fields: do ("keep", or "let"), why, seen ("yes" where the page said that it is kept back)."""

    def act() -> str:
        kept, seen = form.fields.get("do") == "keep", form.fields.get("seen") == "yes"
        why = form.words("why")
        try:
            with acting_on(number) as (db, id):
                keep_back(db, id, visitor.actor, kept=kept, why=why, seen=seen, key=form.key)
        except CannotRelease as cannot:
            raise BadInput(str(cannot)) from cannot
        return "?changed=kept" if kept else "?changed=let-out"

    return done(act, visitor, number, form)
