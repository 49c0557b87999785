"""What happens to a ticket in a work order; `order`: its number. Pure."""

from reports.tickets.event_kinds import STAFF, Event, kind


@kind("ordered", STAFF, told=False)
class Ordered(Event):
    """It stands in a work order that was issued; `contractor`: their name."""

    order: str
    contractor: str


@kind("order_started", STAFF, told=False)
class OrderStarted(Event):
    """The contractor has begun."""

    order: str


@kind("order_item_done", STAFF, told=False)
class OrderItemDone(Event):
    """The contractor says that it is done; `checked`: the city wants to look first."""

    order: str
    photos: int
    checked: bool = False


@kind("order_accepted", STAFF, told=False)
class OrderAccepted(Event):
    """The city has looked, and it is done."""

    order: str


@kind("order_sent_back", STAFF, told=False)
class OrderSentBack(Event):
    """The city has looked, and it is not done."""

    order: str


@kind("order_cannot", STAFF, told=False)
class OrderCannot(Event):
    """The contractor cannot do it; the note says why."""

    order: str


@kind("taken_out", STAFF, told=False)
class TakenOut(Event):
    """It stands in the order no more."""

    order: str
