"""Staff say what of residents' words the public may read, and which ticket it shall not see."""

from typing import Final

from sqlalchemy.orm import Session

from reports.actions.admit import Seen, admit
from reports.people.permissions import Actor, Do
from reports.tickets import history
from reports.tickets.lock import changed, locked
from reports.tickets.public_events import KeptBack, LetOut, WordsReleased, WordsWithheld
from reports.tickets.released import remark_of
from reports.tickets.shortened import is_taken_from, plain

MOST_LETTERS: Final = 1_000


class CannotRelease(Exception):
    """The message says why, in Japanese."""


def release_words(
    db: Session,
    ticket_id: int,
    remark_id: int,
    words: str,
    by: Actor,
    *,
    seen: str | None = None,
    key: str | None = None,
) -> None:
    """The public may read these of them, or none ("") any more.

    `seen`: what it could read as the page showed it, "" for nothing. Raises NotTheirs,
    ChangedMeanwhile, CannotRelease, NoSuchTicket.
    """
    ticket = locked(db, ticket_id)
    remark = remark_of(db, ticket_id, remark_id)
    now = (remark and remark.public_words) or ""
    was = Seen(what=seen) if seen is not None else None
    if not admit(db, ticket, by, Do.RELEASE, key=key, seen=was, now=now):
        return
    if remark is None:
        raise CannotRelease(GONE)
    words = plain(words)
    if len(words) > MOST_LETTERS:
        raise CannotRelease(f"公開する言葉は{MOST_LETTERS}文字までです。")
    if not is_taken_from(words, remark.words):
        raise CannotRelease(NOT_THEIRS)
    if words == now:
        return
    remark.public_words = words or None
    event = WordsReleased(remark_id, words != remark.words) if words else WordsWithheld(remark_id)
    history.write(db, ticket_id, by, event, key=key)
    changed(db, ticket)


def keep_back(
    db: Session,
    ticket_id: int,
    by: Actor,
    *,
    kept: bool,
    why: str = "",
    seen: bool | None = None,
    key: str | None = None,
) -> None:
    """The public shall not see the ticket, or may again; `seen`: whether it was kept back as the
    page showed it. Raises as `release_words`."""
    ticket = locked(db, ticket_id)
    was = Seen(what=str(seen)) if seen is not None else None
    if not admit(db, ticket, by, Do.RELEASE, key=key, seen=was, now=str(ticket.kept_back)):
        return
    if ticket.kept_back is kept:
        return
    if kept and not why:
        raise CannotRelease("公開しない理由を書いてください。職員だけが読みます。")
    ticket.kept_back = kept
    history.write(db, ticket_id, by, KeptBack(note=why) if kept else LetOut(), key=key)
    changed(db, ticket)


GONE: Final = "この言葉は、もうありません。書いた人が取り消したか、データが消去されました。"
NOT_THEIRS: Final = (
    "通報した人の言葉にない文字が入っています。けずるか、● で隠すことだけができます。"
)
