"""What the desk asks for: the same words for its list and its map."""

from collections.abc import Mapping
from typing import Final, Literal

from pydantic import BaseModel, ConfigDict, Field

from reports.tickets.marks import Mark
from reports.tickets.read_models import TicketFilter
from reports.tickets.status import OPEN, Status

NOBODY: Final = "unassigned"
_GROUPS: Final[Mapping[str, tuple[Status, ...]]] = {
    "open": tuple(status for status in Status if status in OPEN),
    "closed": tuple(status for status in Status if status not in OPEN),
    "all": tuple(Status),
}


class Filters(BaseModel):
    """`status` is one status, or open, closed or all; an empty word means any."""

    model_config = ConfigDict(extra="ignore")

    status: str = Field("open", max_length=20)
    department: str = Field("", max_length=60, pattern=r"^[\w\-]*$")
    category: str = Field("", max_length=60, pattern=r"^[\w\-]*$")
    due: Mark | Literal[""] = ""
    number: str = Field("", max_length=20, pattern=r"^[\d\-]*$")

    @property
    def wanted(self) -> TicketFilter:
        known = {str(status): (status,) for status in Status} | dict(_GROUPS)
        return TicketFilter(
            statuses=known.get(self.status, _GROUPS["open"]),
            department=("" if self.department == NOBODY else self.department)
            if self.department
            else None,
            category=self.category or None,
            number=self.number or None,
            due=Mark(self.due) if self.due else None,
        )
