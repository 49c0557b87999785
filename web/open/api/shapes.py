"""What programs ask for and get: road reports, without anything about persons or with it."""

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Annotated, Any, Final, Literal

from pydantic import (
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    WithJsonSchema,
    field_validator,
)

from reports.city.categories import Category
from reports.tickets import words
from reports.tickets.marks import Mark
from reports.tickets.read_models import TicketSummary
from reports.tickets.status import OPEN, Status
from reports.tickets.wanted import TicketFilter
from web.kit import labels

UNASSIGNED = "unassigned"

_EXAMPLE: dict[str, Any] = {
    "number": "482-913-706",
    "category": "pothole",
    "category_name": "舗装の穴・段差",
    "status": "scheduled",
    "status_name": "対応予定",
    "lon": 139.5067,
    "lat": 35.7011,
    "place_name": "本町六丁目",
    "district": "north",
    "owner": "city",
    "department": {"key": "road", "name": "道路管理課", "inside": True},
    "urgent": False,
    "deadline": "2026-11-26",
    "overdue": False,
    "followers": 2,
    "received_at": "2026-11-20T08:12:44+00:00",
    "updated_at": "2026-11-21T01:30:02+00:00",
    "closed_at": None,
}


class DepartmentOut(BaseModel):
    """Who works on it; `inside` is false for another authority."""

    key: str
    name: str
    inside: bool


class TicketOut(BaseModel):
    """One ticket. `lon`, `lat`: WGS 84 (EPSG:4326); times carry their zone."""

    model_config = ConfigDict(json_schema_extra={"examples": [_EXAMPLE]})

    number: str = Field(description="受付番号, as residents know it")
    category: str
    category_name: str
    status: Status
    status_name: str
    lon: float
    lat: float
    place_name: str
    district: str | None
    owner: Literal["national", "prefecture", "city", "other"] | None = Field(
        description="Who manages the road; null when unclear"
    )
    department: DepartmentOut | None = Field(description="null: 担当課未定")
    urgent: bool
    deadline: date | None = Field(description="In Japanese business days")
    overdue: bool
    followers: int = Field(description="How many residents hear of it")
    received_at: datetime
    updated_at: datetime
    closed_at: datetime | None


class PhotoOut(BaseModel):
    """Addresses of a photo by whoever reported it, without what its file told of place or camera;
    whoever has them sees it."""

    small: str
    large: str
    taken_at: datetime | None


class PersonalOut(TicketOut):
    """A ticket with what residents wrote and sent; what they took back is not in it."""

    words: str = Field(description="What they wrote, a line each", examples=["大きな穴です"])
    place_words: str = Field(description="What they said of the place", examples=["郵便局の前"])
    photos: list[PhotoOut]


class PersonalTicketsOut(BaseModel):
    """One page of them in the order of their changes."""

    tickets: list[PersonalOut]
    next: str | None = Field(description="Ask again with this as `cursor`; null on the last page")


class TicketsOut(BaseModel):
    """One page of tickets in the order of their changes."""

    tickets: list[TicketOut]
    next: str | None = Field(description="Ask again with this as `cursor`; null on the last page")


class PointOut(BaseModel):
    """RFC 7946: longitude, then latitude."""

    type: Literal["Point"] = "Point"
    coordinates: tuple[float, float] = Field(examples=[(139.5067, 35.7011)])


class FeatureOut(BaseModel):
    """One ticket as a point."""

    type: Literal["Feature"] = "Feature"
    id: str = Field(examples=["482-913-706"])
    geometry: PointOut
    properties: TicketOut


class FeaturesOut(BaseModel):
    """The same page as GeoJSON."""

    type: Literal["FeatureCollection"] = "FeatureCollection"
    features: list[FeatureOut]
    next: str | None = None


class Problem(BaseModel):
    """Why not: RFC 9457, with a `reason` in a word. Of values that cannot be (422), `detail` alone
    names each of them."""

    type: str = "about:blank"
    title: str = Field("", examples=["Unauthorized"])
    status: int | None = Field(None, examples=[401])
    detail: str | list[Any]
    reason: str = Field(
        "",
        examples=["missing", "unknown", "revoked", "expired", "scope", "rate_limit"],
    )


def problems(*more: int) -> dict[int | str, dict[str, Any]]:
    """The refusals of every route, and `more` of them, as OpenAPI describes them."""
    return {
        status: {"model": Problem, "description": _REFUSALS[status]}
        for status in (401, 403, 422, 429, *more)
    }


_REFUSALS: Final = {
    401: "No key, or one that is unknown, revoked or expired",
    403: "The key's scopes do not open this, or the ticket is another department's",
    404: "No such ticket, or none of the key's departments",
    409: "It is not as the program believed, or cannot go there from where it is",
    413: "More bytes than are taken",
    422: "A value cannot be; `detail` says which",
    429: "More questions than the key may put in a minute; see `Retry-After`",
}


_MOMENT: Final = (
    r"^[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,9})?)?"
    r"([Zz]|[+\- ][0-9]{2}:?[0-9]{2})$"
)
_COUNT: Final = r"[1-9][0-9]{0,3}"


def _moment(given: str) -> str:
    """An unescaped + of a zone arrives as a space."""
    if not re.fullmatch(_MOMENT, given):
        raise ValueError("since needs a date, a time and a zone: 2026-11-21T09:00:00+09:00")
    return f"{given[:11]}{given[11:].replace(' ', '+')}"


def _count(given: Any) -> Any:
    if isinstance(given, str) and not re.fullmatch(_COUNT, given):
        raise ValueError("limit needs a whole number")
    return given


Since = Annotated[
    AwareDatetime,
    BeforeValidator(_moment),
    WithJsonSchema({"type": "string", "pattern": _MOMENT}),
]


class Asked(BaseModel):
    """The filters of both addresses."""

    status: list[Status] = Field([], description="Repeatable; without it, all open ones")
    department: str | None = Field(
        None,
        pattern=r"^[\w\-]{1,60}$",
        description=f"A department's key, or `{UNASSIGNED}` for 担当課未定",
    )
    category: str | None = Field(None, pattern=r"^[\w\-]{1,60}$", description="A category's key")
    bbox: str | None = Field(
        None,
        description="west,south,east,north in degrees",
        examples=["139.48,35.68,139.54,35.72"],
        max_length=120,
    )
    since: Since | None = Field(
        None,
        description="Changed at or after this moment: ISO 8601 with a zone. Overlap by a minute: "
        "a change counts from when it was begun.",
        examples=["2026-11-21T09:00:00+09:00"],
    )
    limit: Annotated[int, BeforeValidator(_count)] = Field(100, ge=1, le=1000)
    cursor: str = Field("", pattern=r"^(0|[1-9][0-9]{0,17})?$", description="From `next`")

    @field_validator("bbox")
    @classmethod
    def _is_a_box(cls, given: str | None) -> str | None:
        if given is not None:
            box_from(given)
        return given

    @property
    def wanted(self) -> TicketFilter:
        return TicketFilter(
            statuses=tuple(self.status) or tuple(OPEN),
            department="" if self.department == UNASSIGNED else self.department,
            category=self.category,
            bbox=box_from(self.bbox) if self.bbox is not None else None,
            since=self.since,
        )


_NUMBER = re.compile(r"-?[0-9]{1,3}(\.[0-9]{1,20})?")


def box_from(given: str) -> tuple[float, float, float, float]:
    """Raises ValueError saying what is wrong with it."""
    parts = [part.strip() for part in given.split(",")]
    if len(parts) != 4 or not all(map(_NUMBER.fullmatch, parts)):
        raise ValueError("bbox needs four numbers: west,south,east,north")
    west, south, east, north = map(float, parts)
    if not (-180 <= west < east <= 180 and -90 <= south < north <= 90):
        raise ValueError("bbox must have west < east and south < north, in degrees")
    return west, south, east, north


def ticket_out(line: TicketSummary, categories: Mapping[str, Category], day: date) -> TicketOut:
    """`day`: today in the city, for `overdue`."""
    category, department = categories.get(line.category), line.department
    return TicketOut.model_validate(
        {name: getattr(line, name) for name in _SAME}
        | {
            "category_name": category.name("ja") if category else line.category,
            "status_name": labels.label_of(line).text,
            "department": department
            and DepartmentOut(key=department.key, name=department.name, inside=department.inside),
            "overdue": words.deadline_state(line, day) in (Mark.OVERDUE, Mark.LONG_OVERDUE),
        }
    )


_SAME = frozenset(TicketOut.model_fields) & frozenset(TicketSummary.__slots__) - {"department"}


def features(tickets: Sequence[TicketOut], next: str | None) -> FeaturesOut:
    """The same tickets as points."""
    return FeaturesOut(
        features=[
            FeatureOut(
                id=ticket.number,
                geometry=PointOut(coordinates=(ticket.lon, ticket.lat)),
                properties=ticket,
            )
            for ticket in tickets
        ],
        next=next,
    )
