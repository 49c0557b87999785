"""What somebody asks the public map and list for, as their address says it."""

import re
from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated, Final, Literal, NamedTuple
from urllib.parse import urlencode

from fastapi import Query
from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from sqlalchemy.orm import Session

from reports.city.clock import begin_of
from reports.published import reading
from reports.published.months import first_of
from reports.published.states import STILL_OPEN, State
from reports.published.towns import meant
from reports.published.wanted import After, Order, PublicFilter
from reports.tickets.numbers import number_in

NOW: Final = "now"
EVERY: Final = "every"
_MONTH: Final = re.compile(r"(fixed-)?(20[0-9]{2})-(0[1-9]|1[0-2])")
_AFTER: Final = re.compile(r"([0-9T:.+\-]{1,40})~([0-9\-]{1,20})~([0-9]{1,18})")


def _a_page(typed: str) -> str:
    """Raises ValueError."""
    if typed:
        cursor_in(typed)
    return typed


class Asked(BaseModel):
    """`q`: a number or part of a town or a road. `state`: NOW (not mended yet), EVERY or a State.
    `month`: 2026-11 is when it was received, fixed-2026-11 when it was mended. `after`: the last
    line of the page before. Empty is any."""

    model_config = ConfigDict(extra="ignore")

    lang: str = Field("", max_length=20)
    q: str = Field("", max_length=60, pattern=r"^[^\x00]*$")
    category: str = Field("", max_length=60, pattern=r"^[^\x00]*$")
    state: Literal[
        "", "now", "every", "open", "in_progress", "made_safe", "fixed", "not_ours", "closed"
    ] = ""
    month: str = Field("", max_length=20, pattern=rf"^({_MONTH.pattern})?$")
    after: Annotated[str, Field(max_length=80), AfterValidator(_a_page)] = ""

    @property
    def is_narrow(self) -> bool:
        """Whether anything is asked beside the language."""
        return bool(self.q.strip() or self.category or self.state not in ("", NOW) or self.month)

    @property
    def chosen_state(self) -> str:
        """A month of mending is of what was mended, whatever else is said; a month or words alone
        of every state."""
        if self.month.startswith("fixed-"):
            return State.FIXED
        return self.state or (EVERY if self.month or self.q.strip() else NOW)

    @property
    def order(self) -> Order:
        return Order.LATEST if self.chosen_state == State.FIXED else Order.NEWEST

    def query(self, **other: str) -> str:
        """The same in an address, with other values for some; "" leaves one out."""
        said = self.model_dump(exclude_defaults=True) | other
        return urlencode({name: value for name, value in said.items() if value})


AskedFor = Annotated[Asked, Query()]


class Found(NamedTuple):
    """`number`: that was asked for; `goes_on`: the one it was put together with."""

    wanted: PublicFilter
    number: str | None = None
    goes_on: str | None = None


def look(db: Session, asked: Asked) -> Found:
    """What is wanted. A number that is typed is looked for whatever else is asked."""
    if number := number_in(asked.q):
        goes_on = None if reading.one(db, number) else reading.goes_on_as(db, number)
        return Found(PublicFilter(numbers=[goes_on or number]), number, goes_on)
    towns = meant(db, asked.q) if asked.q.strip() else None
    since, until = _month(asked.month)
    mended = asked.month.startswith("fixed-")
    return Found(
        PublicFilter(
            states=_states(asked.chosen_state),
            categories=[asked.category] if asked.category else None,
            towns=towns or None,
            q=asked.q.strip() if asked.q.strip() and not towns else None,
            received_from=None if mended else since,
            received_until=None if mended else until,
            closed_from=since if mended else None,
            closed_until=until if mended else None,
        )
    )


def _states(chosen: str) -> Sequence[str] | None:
    if chosen == EVERY:
        return None
    return sorted(STILL_OPEN) if chosen == NOW else [chosen]


def _month(said: str) -> tuple[datetime | None, datetime | None]:
    found = _MONTH.fullmatch(said)
    if not found:
        return None, None
    first = date(int(found[2]), int(found[3]), 1)
    return begin_of(first), begin_of(first_of(first, -1))


def cursor(after: After) -> str:
    """As an address carries it."""
    assert after.received_at is not None
    return f"{after.received_at.isoformat()}~{after.number}~{after.version}"


def cursor_in(typed: str) -> After:
    """What `cursor` made. Raises ValueError."""
    found = _AFTER.fullmatch(typed.replace(" ", "+"))
    if not found:
        raise ValueError("no page begins there")
    moment = datetime.fromisoformat(found[1])
    if moment.tzinfo is None:
        raise ValueError("no page begins there")
    return After(moment, found[2], int(found[3]))
