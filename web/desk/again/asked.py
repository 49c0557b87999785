"""What the page of what comes back is asked for."""

from typing import Annotated, Any, Final

from fastapi import Query
from pydantic import BaseModel, ConfigDict

from reports.city.clock import today
from reports.stats.again.reading import MOST_YEARS, Only

_WITHOUT_NUL: Final = r"^[^\x00]*$"


class Asked(BaseModel):
    """`kind`, `town`: "" for all; `years`: the last so many."""

    model_config = ConfigDict(extra="ignore")

    kind: Annotated[str, Query(max_length=40, pattern=_WITHOUT_NUL)] = ""
    town: Annotated[str, Query(max_length=60, pattern=_WITHOUT_NUL)] = ""
    years: Annotated[int, Query(ge=1, le=MOST_YEARS)] = 2

    @property
    def only(self) -> Only:
        return Only(
            until=today(),
            years=self.years,
            categories=(self.kind,) if self.kind else (),
            towns=(self.town,) if self.town else (),
        )

    @property
    def values(self) -> dict[str, Any]:
        """As they stand in an address."""
        told = {"kind": self.kind, "town": self.town, "years": self.years}
        return {name: value for name, value in told.items() if value}
