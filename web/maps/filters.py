"""What the desk asks for: the same words for its list and its map."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.orm import Session

from reports.people.sessions import Visitor
from reports.tickets.marks import Mark
from reports.tickets.notes import waiting_for
from reports.tickets.numbers import number_in
from reports.tickets.search import search
from reports.tickets.status import OPEN, Status
from reports.tickets.wanted import TicketFilter

NOBODY: Final = "unassigned"
WITHDRAWN: Final = "withdrawn"
_GROUPS: Final[Mapping[str, tuple[Status, ...] | None]] = {
    WITHDRAWN: (Status.DECLINED,),
    "open": tuple(status for status in Status if status in OPEN),
    "closed": tuple(status for status in Status if status not in OPEN),
    "all": None,
}
"""All are also those in a status that only a newer version knows."""
Day = Annotated[date, Field(ge=date(2000, 1, 1), le=date(2999, 12, 31))]
_YES_OR_NO: Final[Mapping[str, bool | None]] = {"yes": True, "no": False, "": None}
_IS_WITHDRAWN: Final = {WITHDRAWN: True, str(Status.DECLINED): False}


class Filters(BaseModel):
    """`status` is one status (`declined` only what the city has declined), or withdrawn, open,
    closed or all; an empty word means any. `q`: a ticket's number, whatever else is asked, or words
    that are searched for. Days are the city's, both ends included; `followers`: at least. `notes`:
    "mine" are those with one that waits for the visitor."""

    model_config = ConfigDict(extra="ignore")

    status: str = Field("open", max_length=20)
    department: str = Field("", max_length=60, pattern=r"^[\w\-]*$")
    category: str = Field("", max_length=60, pattern=r"^[\w\-]*$")
    due: Mark | Literal[""] = ""
    number: str = Field("", max_length=20, pattern=r"^[\d\-]*$")
    q: str = Field("", max_length=100)
    received_from: Day | Literal[""] = ""
    received_until: Day | Literal[""] = ""
    followers: Annotated[int, Field(ge=1, le=10_000)] | Literal[""] = ""
    owner: str = Field("", max_length=60, pattern=r"^[\w\-]*$")
    district: str = Field("", max_length=60, pattern=r"^[\w\-]*$")
    urgent: Literal["yes", "no", ""] = ""
    photo: Literal["yes", "no", ""] = ""
    notes: Literal["mine", ""] = ""
    unread: Literal["yes", "no", ""] = ""

    @property
    def wanted(self) -> TicketFilter:
        known = dict(_GROUPS) | {str(status): (status,) for status in Status}
        return TicketFilter(
            statuses=known.get(self.status, _GROUPS["open"]),
            department=("" if self.department == NOBODY else self.department)
            if self.department
            else None,
            category=self.category or None,
            number=self.number or None,
            due=Mark(self.due) if self.due else None,
            withdrawn=_IS_WITHDRAWN.get(self.status),
            received_from=self.received_from or None,
            received_until=self.received_until or None,
            followers=self.followers or None,
            owner=self.owner or None,
            district=self.district or None,
            urgent=_YES_OR_NO[self.urgent],
            photo=_YES_OR_NO[self.photo],
            unread=_YES_OR_NO[self.unread],
        )

    def found(self, db: Session, visitor: Visitor) -> TicketFilter:
        """As `wanted`, with what `q` finds and `notes` says for this visitor."""
        if number := number_in(self.q):
            return TicketFilter(statuses=None, number=number)
        sought = [search(db, self.q).ids] if self.q.strip() else []
        if self.notes:
            sought.append([*waiting_for(db, visitor.user_id, visitor.department)])
        if not sought:
            return self.wanted
        return replace(self.wanted, ids=sorted(set.intersection(*map(set, sought))))
