"""What a crew member does in LINE: linked, they list tickets and tell what they did. Pure."""

from collections.abc import Collection
from dataclasses import replace
from typing import Final

from bot.dialogue.crew_flow import (
    ENDED,
    LOOKS,
    MINUTES,
    MOST_PHOTOS,
    NOT_OURS,
    WANTS,
    WHY,
    AddPhoto,
    CodeSent,
    CrewEffect,
    CrewInput,
    CrewTurn,
    Denied,
    DropPhoto,
    Flow,
    Leave,
    Link,
    Look,
    NoMaterial,
    NotLinked,
    Order,
    Ordered,
    PassOn,
    PhotoFinished,
    Picked,
    Reason,
    RepairPhoto,
    Standing,
    Stopped,
    Tell,
    Timed,
    TookBack,
    Used,
)
from reports.outbox.crew_kinds import (
    CrewAbout,
    CrewChoose,
    CrewLinked,
    CrewList,
    CrewPhotoWanted,
    CrewText,
)
from reports.people.link_codes import Fate
from reports.tickets.outcomes import PROVED_BY_PHOTO, Outcome


def respond(flow: Flow, came: CrewInput) -> CrewTurn:
    """One action of a crew member, one turn. Photos that were looked at for something else go."""
    turn = _respond(flow, came)
    kept = {*turn.flow.ids, *(id for each in turn.effects for id in _photos_in(each))}
    dropped = [DropPhoto(id) for id in flow.ids if id not in kept]
    return replace(turn, effects=(*turn.effects, *dropped)) if dropped else turn


def waited_for(photo_ids: Collection[int]) -> str:
    """What an answer waits for until these photos are looked at."""
    return f"work:{min(photo_ids)}"


def _respond(flow: Flow, came: CrewInput) -> CrewTurn:
    match came:
        case CodeSent():
            return _linked(came)
        case NotLinked():
            return CrewTurn(flow, (CrewText(key="not_linked"),))
        case Ordered():
            return _ordered(flow, came)
        case Stopped():
            return CrewTurn(Flow(), (CrewText(key="stopped"),))
        case Picked():
            return _picked(came)
        case PhotoFinished():
            return _photo_first(flow, came)
        case RepairPhoto():
            return _photo(flow, came)
        case Reason():
            return _reason(flow, came)
        case TookBack(ticket_id, key):
            return CrewTurn(flow, (CrewAbout(key=key, ticket_id=ticket_id),))
        case Used(ticket_id, material):
            key = "used" if material else "not_used"
            return CrewTurn(flow, (CrewAbout(key=key, ticket_id=ticket_id, material=material),))
        case NoMaterial():
            return _used_all(flow, came)
        case Timed():
            return _timed(flow, came)
        case Denied():
            return _denied(came)


def _photos_in(effect: CrewEffect) -> tuple[int, ...]:
    match effect:
        case Look(photo_ids) | Tell(photo_ids=photo_ids):
            return photo_ids
        case AddPhoto(_, photo_id) | DropPhoto(photo_id):
            return (photo_id,)
        case _:
            return ()


def _linked(sent: CodeSent) -> CrewTurn:
    if sent.fate is Fate.FITS and sent.user_id is not None:
        return CrewTurn(Flow(), (CrewLinked(),), (Link(sent.user_id),))
    return CrewTurn(Flow(), (CrewText(key=f"code_{sent.fate}"),))


def _ordered(flow: Flow, said: Ordered) -> CrewTurn:
    match said.order:
        case Order.LEAVE:
            return CrewTurn(Flow(), (CrewText(key="left"),), (Leave(),))
        case Order.LIST:
            return CrewTurn(flow, (CrewList(),))
        case Order.FINISH:
            if said.only is not None:
                return _wants_photo(said.only)
            return CrewTurn(Flow(), (CrewChoose() if said.open else _NOTHING_OPEN,))


def _picked(came: Picked) -> CrewTurn:
    if came.standing is not Standing.THEIRS:
        return CrewTurn(Flow(), (CrewAbout(key=came.standing, ticket_id=came.ticket_id),))
    if came.outcome not in PROVED_BY_PHOTO:
        told = CrewAbout(key=came.outcome, ticket_id=came.ticket_id)
        return CrewTurn(Flow(), (told,), (Tell(came.ticket_id, came.outcome),))
    if came.photos_gone:
        turn = _wants_photo(came.ticket_id, came.outcome)
        return replace(turn, say=(CrewText(key="photo_gone"), *turn.say))
    if not came.photos:
        return _wants_photo(came.ticket_id, came.outcome)
    return _looks(Flow(WANTS, came.ticket_id, outcome=came.outcome), came.photos, None)


def _photo_first(flow: Flow, came: PhotoFinished) -> CrewTurn:
    if came.only:
        return _picked(came.only)
    return CrewTurn(flow, (CrewChoose(photo=came.photo_id) if came.open else _NOTHING_OPEN,))


def _photo(flow: Flow, came: RepairPhoto) -> CrewTurn:
    if flow.step == ENDED:
        if 0 < flow.photos < MOST_PHOTOS:
            more = replace(flow, image_set=came.image_set, photos=flow.photos + 1)
            return CrewTurn(more, effects=(AddPhoto(flow.ticket_id, came.photo_id),))
        return CrewTurn(flow, effects=(DropPhoto(came.photo_id),))
    if came.standing is not Standing.THEIRS:
        told = CrewAbout(key=came.standing, ticket_id=flow.ticket_id)
        ended = Flow(ENDED, flow.ticket_id, came.image_set)
        return CrewTurn(ended, (told,), (DropPhoto(came.photo_id),))
    of_set = came.image_set is not None and came.image_set == flow.image_set
    if flow.step == LOOKS or (flow.step == WHY and of_set):
        if len(flow.ids) >= MOST_PHOTOS:
            return CrewTurn(flow, effects=(DropPhoto(came.photo_id),))
        turn = _looks(flow, (*flow.ids, came.photo_id), came.image_set)
        return replace(turn, say=(), waits_for=None) if flow.step == LOOKS else turn
    return _looks(flow, (came.photo_id,), came.image_set)


def _looks(flow: Flow, photo_ids: tuple[int, ...], image_set: str | None) -> CrewTurn:
    looks = Flow(LOOKS, flow.ticket_id, image_set, outcome=flow.outcome, ids=photo_ids)
    say = (CrewText(key="looking"),)
    return CrewTurn(looks, say, (Look(photo_ids),), waited_for(photo_ids))


def _reason(flow: Flow, said: Reason) -> CrewTurn:
    if said.standing is not Standing.THEIRS:
        return CrewTurn(Flow(), (CrewAbout(key=said.standing, ticket_id=flow.ticket_id),))
    tell = Tell(flow.ticket_id, flow.outcome, flow.ids, said.words)
    ended = Flow(ENDED, flow.ticket_id, flow.image_set, len(flow.ids))
    done = CrewAbout(key=done_key(flow.outcome), ticket_id=flow.ticket_id)
    return CrewTurn(ended, (done,), (tell,))


def _used_all(flow: Flow, came: NoMaterial) -> CrewTurn:
    if not came.work:
        return CrewTurn(flow, (CrewText(key="no_material"),))
    asked = CrewAbout(key="minutes", ticket_id=came.ticket_id)
    return CrewTurn(Flow(MINUTES, came.ticket_id, work=came.work), (asked,))


def _timed(flow: Flow, came: Timed) -> CrewTurn:
    after = Flow() if flow.step == MINUTES else flow
    if came.minutes == 0:
        return CrewTurn(after, (CrewText(key="no_material"),))
    key, words = ("timed", f"{came.minutes}分") if came.minutes else ("not_timed", "")
    return CrewTurn(after, (CrewAbout(key=key, ticket_id=came.ticket_id, material=words),))


def _denied(came: Denied) -> CrewTurn:
    if came.standing is not Standing.THEIRS:
        return CrewTurn(Flow(), (CrewAbout(key=came.standing, ticket_id=came.ticket_id),))
    if not came.why:
        asked = CrewAbout(key="whose", ticket_id=came.ticket_id)
        return CrewTurn(Flow(NOT_OURS, came.ticket_id), (asked,))
    told = CrewAbout(key="not_ours", ticket_id=came.ticket_id)
    return CrewTurn(Flow(), (told,), (PassOn(came.ticket_id, came.why, came.may_be_citys),))


def done_key(outcome: Outcome) -> str:
    """How it is said that this is told of a ticket."""
    return "done" if outcome is Outcome.FIXED else str(outcome)


def _wants_photo(ticket_id: int, outcome: Outcome = Outcome.FIXED) -> CrewTurn:
    asked = CrewPhotoWanted(ticket_id=ticket_id, outcome=str(outcome))
    return CrewTurn(Flow(WANTS, ticket_id, outcome=outcome), (asked,))


_NOTHING_OPEN: Final = CrewText(key="nothing_open")
