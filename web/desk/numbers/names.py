"""What the values of each dimension are called, and the filters of a page in words."""

from collections.abc import Collection

from sqlalchemy.orm import Session

from geo.areas import town_names
from geo.kinds import OWNER_NAMES
from reports.city import profile
from reports.routing import versions
from reports.stats.again import reading as again
from reports.tickets import queries, words
from web.desk.numbers import divided
from web.desk.numbers.asked import DIMENSIONS, Asked

Names = dict[str, dict[str, str]]
"""By dimension, what its values are called."""


def names_of(db: Session, asked: Asked, sections: Collection[str] = ()) -> Names:
    """`sections`: the keys of those to name beside the one that is asked for."""
    keys = {asked.section, *(sections if asked.by == "section" else ())}
    return {
        "category": dict(profile.category_names(db)),
        "department": {one.key: one.name for one in queries.departments(db)},
        "district": dict(versions.known(db).districts),
        "town": {name: name for name in town_names(db)},
        "owner": dict(OWNER_NAMES),
        "channel": dict(words.CHANNELS),
        "section": again.section_names(db, keys),
    }


def narrowed_in(asked: Asked, names: Names) -> list[tuple[str, str, str]]:
    """Each filter in words, its value, and the page without it."""
    return [
        (DIMENSIONS[name], divided.name_of(name, value, names[name]), asked.address(**{name: ""}))
        for name, value in asked.narrowing.items()
    ]
