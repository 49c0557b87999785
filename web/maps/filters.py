"""What the desk asks for: the same words for its list and its map."""

from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from datetime import date
from typing import Annotated, Any, Final, Literal, NamedTuple, Self
from urllib.parse import parse_qs, urlencode

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field
from sqlalchemy.orm import Session

from geo.points import Point
from geo.towns import plain
from reports.actions import authorities, bulk_runs
from reports.orders import whose as orders
from reports.patrols import queries as patrols
from reports.people.sessions import Visitor
from reports.routing import versions
from reports.tickets import search
from reports.tickets.filters import EITHER
from reports.tickets.marks import Mark
from reports.tickets.notes import waiting_for
from reports.tickets.numbers import number_in
from reports.tickets.status import OPEN, Status
from reports.tickets.wanted import TicketFilter
from web.maps import counted
from web.maps.counted import Counted

NOBODY: Final = "unassigned"
MINE: Final = "mine"
WITHDRAWN: Final = "withdrawn"
LONGEST: Final = 2_000
"""Letters of a query that is kept."""
_ALL: Final = frozenset({"open", "closed"})
_GROUPS: Final[Mapping[str, tuple[Status, ...]]] = {
    **{str(status): (status,) for status in Status},
    WITHDRAWN: (Status.DECLINED,),
    "open": tuple(status for status in Status if status in OPEN),
    "closed": tuple(status for status in Status if status not in OPEN),
}


def _words(typed: object) -> object:
    """Each word by itself, also where commas join them."""
    each = [typed] if isinstance(typed, str) else typed
    if not isinstance(each, Sequence):
        return typed
    return [word for one in each for word in (one.split(",") if isinstance(one, str) else [one])]


def _known(words: list[str]) -> list[str]:
    return [word for word in words if word == "all" or word in _GROUPS] or ["open"]


def _a_point(typed: str) -> str:
    """Raises NoPosition."""
    if typed:
        Point(*map(float, typed.split(",")))
    return typed


Words = Annotated[
    list[Annotated[str, Field(max_length=20)]],
    Field(max_length=40),
    BeforeValidator(_words),
    AfterValidator(_known),
]
Day = Annotated[date, Field(ge=date(2000, 1, 1), le=date(2999, 12, 31))] | Literal[""]
Key = Annotated[str, Field(max_length=60, pattern=r"^[\w\-]*$")]
Number = Annotated[int, Field(ge=1, le=2**63 - 1)] | Literal[""]
YesOrNo = Literal["yes", "no", ""]
Place = Annotated[
    str,
    Field(max_length=40, pattern=r"^(-?[0-9]{1,3}(\.[0-9]+)?,-?[0-9]{1,2}(\.[0-9]+)?)?$"),
    AfterValidator(_a_point),
]
_WITHOUT_NUL: Final = r"^[^\x00]*$"
_Counted = Annotated[
    str,
    Field(max_length=counted.LONGEST, pattern=_WITHOUT_NUL),
    AfterValidator(counted.checked),
]
_YES_OR_NO: Final[Mapping[str, bool | None]] = {"yes": True, "no": False, "": None}


class Found(NamedTuple):
    """`is_whole`: whatever was typed was looked for in all tickets."""

    wanted: TicketFilter
    is_whole: bool = True


class Filters(BaseModel):
    """The words of an address; an empty one means any, and what has a name of `TicketFilter` is it.

    `status`: several, each one of Status (`declined` only what the city has declined), withdrawn,
    open, closed or all; nothing that is known means open. `q`: a ticket's number, whatever else is
    asked, or words that are searched for. Days are the city's, both ends included; `followers`: at
    least. `department`: a key, NOBODY, or MINE for the visitor's own. `district`: a key or a name.
    `person`: who is in charge, an id, MINE or "none". `notes`: "mine" are those with one that waits
    for the visitor. `order`, `patrol`: those of this work order, and what this patrol found; ids.
    `counted`: those that a number of the pages of numbers counts, as `Counted.query` writes it.
    `chosen`: those that they chose to do something to, by the run, and nothing
    else is asked. `sort`: as of `lists.desk_order`, or near the point `near` (lon,lat).
    """

    model_config = ConfigDict(extra="ignore")

    status: Words = ["open"]
    department: Key = ""
    category: Key = ""
    due: Mark | Literal[""] = ""
    chosen: Number = ""
    order: Number = ""
    patrol: Number = ""
    counted: _Counted = ""
    number: str = Field("", max_length=20, pattern=r"^[\d\-]*$")
    q: str = Field("", max_length=100, pattern=_WITHOUT_NUL)
    received_from: Day = ""
    received_until: Day = ""
    changed_from: Day = ""
    changed_until: Day = ""
    closed_from: Day = ""
    closed_until: Day = ""
    followers: Annotated[int, Field(ge=1, le=10_000)] | Literal[""] = ""
    owner: Key = ""
    district: Key = ""
    town: str = Field("", max_length=40, pattern=_WITHOUT_NUL)
    place_source: Key = ""
    language: Key = ""
    channel: Key = ""
    person: Annotated[str, Field(pattern=r"^(mine|none|[0-9]{1,9})?$")] = ""
    urgent: YesOrNo = ""
    photo: YesOrNo = ""
    undecided: YesOrNo = ""
    unread: YesOrNo = ""
    reopened: YesOrNo = ""
    notes: Literal["mine", ""] = ""
    attention: Literal["yes", ""] = ""
    sort: Literal["deadline", "received", "oldest", "changed", "followers", "near", ""] = ""
    near: Place = ""

    @classmethod
    def read(cls, query: str) -> Self:
        """What an address asks for. Raises ValueError."""
        if len(query) > LONGEST:
            raise ValueError(f"more than {LONGEST} letters")
        asked = parse_qs(query, max_num_fields=60)
        return cls.model_validate(
            {name: said if name == "status" else said[-1] for name, said in asked.items()}
        )

    @classmethod
    def is_read(cls, query: str) -> bool:
        """Whether this version reads what was kept."""
        try:
            return bool(cls.read(query))
        except ValueError:
            return False

    @property
    def query(self) -> str:
        """What `read` reads, without what is as it is anyway; never empty."""
        said = self.model_dump(mode="json", exclude_defaults=True)
        return urlencode(said or {"status": "open"}, doseq=True)

    @property
    def point(self) -> Point | None:
        """From where on a list is sorted, where it is sorted by that."""
        if self.sort != "near" or not self.near:
            return None
        return Point(*map(float, self.near.split(",")))

    @property
    def wanted(self) -> TicketFilter:
        statuses, withdrawn = _statuses(self.status)
        return TicketFilter(
            **{name: self._value(name) for name in _AS_IT_IS},
            statuses=statuses,
            withdrawn=withdrawn,
            department="" if self.department == NOBODY else self.department or None,
            town=plain(self.town).strip() or None,
        )

    def found(self, db: Session, visitor: Visitor) -> TicketFilter:
        """As `wanted`, with what `q` finds and what `notes` and `mine` are for this visitor."""
        return self.look(db, visitor).wanted

    def look(self, db: Session, visitor: Visitor) -> Found:
        """As `found`, and how far was looked."""
        if self.chosen:
            return Found(TicketFilter(statuses=None, ids=_chosen(db, visitor, self.chosen)))
        if number := number_in(self.q):
            return Found(TicketFilter(statuses=None, number=number))
        sought = search.search(db, self.q) if self.q.strip() else None
        ids = [set(sought.ids)] if sought else []
        ids += self._of_others(db, visitor)
        wanted = replace(
            self.wanted,
            department=self._department(visitor),
            departments=self._departments(visitor),
            district=self._district(db),
            assignee=self._assignee(visitor),
            attention=called(db, visitor) if self.attention else None,
            among=Counted.read(self.counted).among(db) if self.counted else None,
        )
        if ids:
            wanted = replace(wanted, ids=sorted(set.intersection(*ids)))
        return Found(wanted, sought is None or sought.is_whole)

    def _of_others(self, db: Session, visitor: Visitor) -> list[set[int]]:
        """The ids that each of `notes`, `order` and `patrol` leaves, where it is asked for."""
        among = []
        if self.notes:
            among.append(set(waiting_for(db, visitor.user_id, visitor.departments)))
        if self.order:
            among.append(set(orders.ticket_ids(db, self.order)))
        if self.patrol:
            among.append(set(patrols.ticket_ids(db, self.patrol)))
        return among

    def _value(self, name: str) -> Any:
        value = getattr(self, name)
        return _YES_OR_NO[value] if name in EITHER else value or None

    def _department(self, visitor: Visitor) -> str | None:
        """Whoever has no department has no tickets of their own: no department has this key."""
        if self.department == MINE:
            return None if len(visitor.departments) > 1 else visitor.department or MINE
        return self.wanted.department

    def _departments(self, visitor: Visitor) -> tuple[str, ...] | None:
        is_of_any = self.department == MINE and len(visitor.departments) > 1
        return visitor.departments if is_of_any else None

    def _assignee(self, visitor: Visitor) -> int | None:
        if not self.person:
            return None
        known = {MINE: visitor.user_id, "none": 0}
        return known[self.person] if self.person in known else int(self.person)

    def _district(self, db: Session) -> str | None:
        if not self.district:
            return None
        names = {name: key for key, name in versions.known(db).districts.items()}
        return names.get(self.district, self.district)


def _chosen(db: Session, visitor: Visitor, run_id: int) -> list[int]:
    """None of another's run, nor of one that is not kept any more."""
    run = bulk_runs.run_of(db, run_id)
    is_theirs = run is not None and run.by_id == visitor.user_id
    return bulk_runs.ticket_ids(db, run_id) if is_theirs else []


def called(db: Session, visitor: Visitor) -> list[int]:
    """The tickets that want this visitor's attention beside those that want anybody's: with a note
    for them, or with an authority that does not answer."""
    noted = waiting_for(db, visitor.user_id, visitor.departments)
    return sorted({*noted, *authorities.silent_ids(db)})


_OTHERWISE: Final = {"department", "district", "town", "attention"}
_AS_IT_IS: Final = [
    each.name
    for each in fields(TicketFilter)
    if each.name in Filters.model_fields and each.name not in _OTHERWISE
]


def _statuses(words: Sequence[str]) -> tuple[Sequence[Status] | None, bool | None]:
    """And which declined ones; all are also those in a status that a newer version knows."""
    chosen = set(words)
    if "all" in chosen or chosen >= _ALL:
        return None, None
    wanted = {status for word in chosen for status in _GROUPS.get(word, ())}
    if not wanted:
        return _GROUPS["open"], None
    declined = chosen & {"closed", WITHDRAWN, str(Status.DECLINED)}
    is_withdrawn = {WITHDRAWN: True, str(Status.DECLINED): False}
    withdrawn = is_withdrawn.get(declined.pop()) if len(declined) == 1 else None
    return tuple(status for status in Status if status in wanted), withdrawn
