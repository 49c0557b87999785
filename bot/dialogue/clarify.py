"""The questions of a draft: what is missing, and what must be clear before filing. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from bot.dialogue.draft import Asked, Draft
from bot.dialogue.turn import Context, Turn
from geo.nearby import NearRoad
from reports.outbox.kinds import Say
from reports.tickets.read_models import Duplicate, PhotoElsewhere


@dataclass(frozen=True, slots=True)
class Around:
    """What lies around a complete draft, as far as it was not asked about yet."""

    photo: PhotoElsewhere | None = None
    same: Sequence[Duplicate] = ()
    roads: Sequence[NearRoad] = ()


def ask(draft: Draft, context: Context) -> Say:
    """Drawn from the draft as it is now: what is there, and the first thing that is missing."""
    return {
        "say": "ask",
        "draft": draft.key,
        "photos": list(draft.photos),
        "no_photo": draft.no_photo,
        "place": draft.place.names if draft.place else None,
        "category": draft.category,
        "inferred": draft.inferred,
        "words": bool(draft.remarks),
        "typed": draft.typed.names if draft.typed and not draft.place else None,
        "missing": draft.missing,
        "left": _left(draft.before, context) if draft.before else None,
    }


def complete_in(turn: Turn) -> Draft | None:
    """The draft that this turn would file, or shows again because its question is still open."""
    if turn.file:
        return turn.file if turn.join is None else None
    return turn.draft if any(map(_asks_for_nothing, turn.say)) else None


def ask_before_filing(turn: Turn, draft: Draft, around: Around) -> Turn:
    """The one question about the complete `draft` that must be answered first, in place of filing
    or of showing it; or the turn as it was."""
    question = _question(draft, around)
    if question is None:
        return turn
    said = tuple(say for say in turn.say if say["say"] != "ticket" and not _asks_for_nothing(say))
    draft = replace(draft, asked=_asked(question))
    turn = replace(turn, draft=draft, say=(*said, question), file=None)
    if (turn.waits_for or "").startswith("set:"):
        return turn
    return replace(turn, wait=timedelta(0), waits_for=None)


def _asks_for_nothing(say: Say) -> bool:
    return say["say"] == "ask" and not say["missing"]


def _question(draft: Draft, around: Around) -> Say | None:
    if around.photo and draft.place:
        return {
            "say": "which_place",
            "draft": draft.key,
            "photo": around.photo.photo_id,
            "metres": round(around.photo.metres),
            "way": around.photo.way,
            "photo_town": {"ja": around.photo.town, "en": around.photo.town_en},
            "sent_town": draft.place.names,
        }
    if around.same:
        tickets = [{"id": near.id, "metres": round(near.metres)} for near in around.same]
        return {"say": "same_hole", "draft": draft.key, "tickets": tickets}
    if around.roads:
        return {"say": "which_road", "draft": draft.key, "roads": [*map(_road, around.roads)]}
    return None


def _asked(question: Say) -> Asked:
    match question:
        case {"tickets": tickets}:
            choices: dict[str, tuple[str, ...]] = {str(near["id"]): () for near in tickets}
        case {"roads": roads}:
            choices = {road["owner"]: _names(road) for road in roads}
        case _:
            choices = {str(question["photo"]): ()}
    return Asked(question["say"], choices)


def _names(road: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(name for name in (road["name"], road["name_en"], road["ref"]) if name)


def _road(road: NearRoad) -> dict[str, Any]:
    return {"owner": road.owner, "name": road.name, "name_en": road.name_en, "ref": road.ref}


def _left(older: Draft, context: Context) -> dict[str, Any]:
    since = context.fresh.started_at - (older.touched_at or older.started_at)
    return {
        "photos": len(older.photos),
        "place": older.place.names if older.place else None,
        "category": older.category,
        "minutes": int(since.total_seconds() // 60),
    }
