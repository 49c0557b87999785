"""The questions of a draft: what is missing, and what must be clear before filing. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from bot.dialogue.draft import Asked, Draft
from bot.dialogue.turn import Context, Turn
from geo.nearby import NearRoad
from reports.outbox.kinds import Ask, SameHole, Ticket, WhichPlace, WhichRoad
from reports.outbox.say import Left, Near, Road, Say, kind_of
from reports.tickets.read_models import Duplicate, PhotoElsewhere


@dataclass(frozen=True, slots=True)
class Around:
    """What lies around a complete draft, as far as it was not asked about yet."""

    photo: PhotoElsewhere | None = None
    same: Sequence[Duplicate] = ()
    roads: Sequence[NearRoad] = ()


def ask(draft: Draft, context: Context) -> Ask:
    """Drawn from the draft as it is now: what is there, and the first thing that is missing."""
    return Ask(
        draft=draft.key,
        photos=[*draft.photos],
        no_photo=draft.no_photo,
        place=draft.place.names if draft.place else None,
        category=draft.category,
        inferred=draft.inferred,
        words=bool(draft.remarks),
        typed=draft.typed.names if draft.typed and not draft.place else None,
        written=draft.typed is not None and draft.typed.source == "written",
        missing=draft.missing,
        left=_left(draft.before, context) if draft.before else None,
    )


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
    said = tuple(
        say for say in turn.say if not isinstance(say, Ticket) and not _asks_for_nothing(say)
    )
    draft = replace(draft, asked=_asked(question))
    turn = replace(turn, draft=draft, say=(*said, question), file=None)
    if (turn.waits_for or "").startswith("set:"):
        return turn
    return replace(turn, wait=timedelta(0), waits_for=None)


def _asks_for_nothing(say: Say) -> bool:
    return isinstance(say, Ask) and not say.missing


def _question(draft: Draft, around: Around) -> WhichPlace | SameHole | WhichRoad | None:
    if (photo := around.photo) and draft.place:
        return WhichPlace(
            draft=draft.key,
            photo=photo.photo_id,
            metres=round(photo.metres),
            way=photo.way,
            photo_town={"ja": photo.town, "en": photo.town_en},
            sent_town=draft.place.names,
        )
    if around.same:
        tickets = [Near(id=near.id, metres=round(near.metres)) for near in around.same]
        return SameHole(draft=draft.key, tickets=tickets)
    if around.roads:
        return WhichRoad(draft=draft.key, roads=[*map(_road, around.roads)])
    return None


def _asked(question: WhichPlace | SameHole | WhichRoad) -> Asked:
    match question:
        case SameHole(tickets=tickets):
            choices: dict[str, tuple[str, ...]] = {str(near["id"]): () for near in tickets}
        case WhichRoad(roads=roads):
            choices = {road["owner"]: _names(road) for road in roads}
        case WhichPlace(photo=photo):
            choices = {str(photo): ()}
    return Asked(kind_of(question).name, choices)


def _names(road: Road) -> tuple[str, ...]:
    return tuple(name for name in (road["name"], road["name_en"], road["ref"]) if name)


def _road(road: NearRoad) -> Road:
    return Road(owner=road.owner, name=road.name, name_en=road.name_en, ref=road.ref)


def _left(older: Draft, context: Context) -> Left:
    since = context.fresh.started_at - (older.touched_at or older.started_at)
    return {
        "photos": len(older.photos),
        "place": older.place.names if older.place else None,
        "category": older.category,
        "minutes": int(since.total_seconds() // 60),
    }
