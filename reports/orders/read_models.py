"""Orders as pages and papers show them. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from geo.nearby import road_words
from reports.city.quantities import Quantity, total
from reports.orders.numbers import file_name, number_words
from reports.orders.states import OPEN_ITEMS, TO_DO, ItemState, OrderState
from reports.tickets.read_models import TicketSummary


@dataclass(frozen=True, slots=True)
class OrderSummary:
    """A line of the list of orders; `items`: those that stand in it, `open`: of them still open,
    `reported`: of them waiting for the city's look. `yen`: of what was done, as far as known."""

    id: int
    state: OrderState
    fiscal_year: int | None
    serial: int | None
    contractor: str | None
    until: date | None
    urgent: bool
    made_at: datetime
    issued_at: datetime | None
    items: int
    open: int
    reported: int
    yen: int

    @property
    def number(self) -> str:
        return number_words(self.fiscal_year, self.serial)


@dataclass(frozen=True, slots=True)
class OrderOfTicket:
    """An order that a ticket stands or stood in, and how it stands with it there."""

    order_id: int
    order_state: OrderState
    fiscal_year: int | None
    serial: int | None
    contractor: str | None
    until: date | None
    item_state: ItemState

    @property
    def number(self) -> str:
        return number_words(self.fiscal_year, self.serial)

    @property
    def is_open(self) -> bool:
        return self.item_state in OPEN_ITEMS


@dataclass(frozen=True, slots=True)
class Firm:
    """Whom an order is for."""

    id: int
    key: str
    name: str
    contract: str
    person: str
    phone: str
    email: str
    mail_pdf: bool


@dataclass(frozen=True, slots=True)
class ItemPage:
    """A ticket in an order; of a merged one `ticket` is the one that goes on. `words`: what of
    residents' words the desk has put there. `photos`: ids of what was reported that the contractor
    gets, without those that are `left_out`; `new_photos`: those that came after the order was
    issued, about which staff have not decided; `done_photos`: of what the contractor has made; all
    can be shown, but for `coming`, which a worker still makes ready. Other fields as of
    `OrderItem`."""

    id: int
    place: int
    state: ItemState
    what: str
    quotes: Sequence[int]
    words: Sequence[str]
    left_out: Sequence[int]
    said: str
    sent_back: str
    started_at: datetime | None
    done_at: datetime | None
    ticket: TicketSummary
    photos: Sequence[int]
    new_photos: Sequence[int]
    done_photos: Sequence[int]
    coming: Sequence[int]
    quantities: Sequence[Quantity]

    @property
    def is_open(self) -> bool:
        return self.state in OPEN_ITEMS

    @property
    def is_to_do(self) -> bool:
        return self.state in TO_DO

    @property
    def road(self) -> str:
        """小金井街道(都道15): the road that decided; "" where none was near."""
        road: Mapping[str, Any] = self.ticket.why.get("road") or {}
        return road_words(road.get("name"), road.get("ref"))

    @property
    def asset(self) -> str:
        """管理番号 of what it is about."""
        return str((self.ticket.why.get("asset") or {}).get("key") or "")


@dataclass(frozen=True, slots=True)
class LinkState:
    """The newest link to an order; `made_by`: a name."""

    made_at: datetime
    made_by: str
    ends_at: datetime
    revoked_at: datetime | None


@dataclass(frozen=True, slots=True)
class OrderPage:
    """All of one order. Fields as of `WorkOrder`; `items` without those that were taken out."""

    id: int
    state: OrderState
    fiscal_year: int | None
    serial: int | None
    firm: Firm | None
    until: date | None
    start_on: date | None
    traffic: str
    urgent: bool
    city_checks: bool
    remarks: str
    clerk: str
    chief: str
    closed_note: str
    change: int
    made_at: datetime
    issued_at: datetime | None
    closed_at: datetime | None
    items: Sequence[ItemPage]

    @property
    def number(self) -> str:
        return number_words(self.fiscal_year, self.serial)

    @property
    def file_name(self) -> str:
        return file_name(self.fiscal_year, self.serial, self.id)

    @property
    def still_open(self) -> Sequence[ItemPage]:
        return [item for item in self.items if item.is_open]

    @property
    def expected(self) -> int:
        """Yen of what is planned, as far as known."""
        return total(one.expected for item in self.items for one in item.quantities)

    @property
    def amount(self) -> int:
        """Yen of what is done, as far as known."""
        return total(
            one.amount
            for item in self.items
            if item.state is ItemState.DONE
            for one in item.quantities
        )
