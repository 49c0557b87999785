"""A number of the pages of numbers, as a condition of a list: the tickets that it counts."""

from datetime import date
from typing import Annotated, Final, Self
from urllib.parse import parse_qs, urlencode

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.orm import Session

from reports.stats.behind import COUNTED, SHARED, STANDING, tickets_behind
from reports.stats.kinds import DIMENSIONS
from reports.stats.only import Only
from reports.stats.periods import Period
from reports.tickets.wanted import Among

NONE: Final = "-"
"""In an address: those that have none, as where no department is in charge."""
LISTED: Final = frozenset({*COUNTED, *SHARED, *STANDING})
LONGEST: Final = 1_200
"""Letters of all of it."""
Word = Annotated[str, Field(max_length=60, pattern=r"^[^\x00]*$")]
_Day = Annotated[date, Field(ge=date(2000, 1, 1), le=date(2999, 12, 31))]


class Counted(BaseModel):
    """`what` (LISTED), from `first` to `last`; the others by the names of DIMENSIONS, "" does not
    narrow, NONE are those without."""

    model_config = ConfigDict(extra="forbid")

    what: Annotated[str, Field(max_length=20)]
    first: _Day
    last: _Day
    category: Word = ""
    department: Word = ""
    district: Word = ""
    town: Word = ""
    owner: Word = ""
    channel: Word = ""
    section: Word = ""

    @classmethod
    def read(cls, query: str) -> Self:
        """What `query` wrote. Raises ValueError."""
        told = {name: said[-1] for name, said in parse_qs(query, max_num_fields=12).items()}
        found = cls.model_validate(told)
        if found.what not in LISTED or found.first > found.last:
            raise ValueError(found.what)
        return found

    @property
    def query(self) -> str:
        return urlencode(self.model_dump(mode="json", exclude_defaults=True))

    @property
    def period(self) -> Period:
        return Period(self.first, self.last)

    @property
    def narrowing(self) -> dict[str, str]:
        """By the name of its dimension, "" for those without."""
        asked = {name: getattr(self, name) for name in DIMENSIONS}
        return {name: "" if word == NONE else word for name, word in asked.items() if word}

    @property
    def only(self) -> Only:
        chosen = self.narrowing
        return Only(*((chosen[name],) if name in chosen else () for name in DIMENSIONS))

    def among(self, db: Session) -> Among:
        """Those of its tickets that are kept."""
        return tickets_behind(db, self.period, self.only, self.what)


def checked(query: str) -> str:
    """A word of an address. Raises ValueError."""
    if query:
        Counted.read(query)
    return query
