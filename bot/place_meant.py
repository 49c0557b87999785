"""The place that somebody's words write as a point, or name: a town, a crossing, a landmark."""

from sqlalchemy.orm import Session

from bot.dialogue.draft import Place
from bot.dialogue.turn import PlaceCame
from geo.areas import areas_at
from geo.nearby import road_words
from geo.place_names import name_of
from geo.points import Point
from geo.roads import roads_near
from geo.towns import place_named
from geo.written_points import point_in
from reports.city.profile import profile


def written(db: Session, words: str, message_id: str | None) -> PlaceCame | None:
    """A point in figures, as a link to a map or as a plus code, with what else was said."""
    found = point_in(words, near=lambda: _centre(db))
    if found is None:
        return None
    where = areas_at(db, found.point)
    return PlaceCame(found.point, "written", where, found.radius_m, message_id, words=found.rest)


def to_be_asked(db: Session, came: PlaceCame) -> Place:
    """What was written, with its town and the road it is on, as it is asked back."""
    name = name_of(db, came.point, came.where)
    roads = [road for road in roads_near(db, came.point)[:1] if road.is_within_reach]
    japanese = [name.japanese, *(road_words(road.name, road.ref) for road in roads)]
    english = [name.english, *(road.name_en for road in roads)]
    return Place(
        came.point,
        came.source,
        came.accuracy_m,
        "、".join(filter(None, japanese)),
        ", ".join(filter(None, english)),
        came.message_id,
    )


def named(db: Session, words: str, message_id: str | None) -> Place | None:
    """Somewhere in the town, or at the crossing or landmark, that these words name."""
    found = place_named(db, words)
    if found is None:
        return None
    return Place(found.point, "typed", found.radius_m, found.name, found.name_en, message_id)


def _centre(db: Session) -> Point | None:
    centre = profile(db).get("centre")
    return Point(centre["lon"], centre["lat"]) if centre else None
