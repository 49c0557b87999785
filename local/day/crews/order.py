"""A contractor's order: made and issued at the desk, worked by its link, looked at, added up."""

import re
from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import timedelta
from typing import Final

from local.day.crews.rounds import Stop, ago, shot
from local.day.office import Browser, Office, as_files
from local.day.phone import NoAnswer
from local.day.town import Books, Town

STOPS: Final = 2
FIRM: Final = {
    "key": "minami_doro",
    "name": "南道路工業(見本)",
    "contract": "道路維持補修単価契約(見本)",
    "person": "工事係",
    "phone": "042-000-0401",
    "email": "koji@example.jp",
}
PRICE: Final = {"work-1": "舗装の打替え", "unit-1": "m²", "yen-1": "5200"}
PLANNED: Final = {"work": "舗装の打替え", "planned": "4", "unit": "m²"}
DONE: Final = "4.5"
WORTH: Final = "23,400"
"""So much of it at that price."""
_DESK: Final = "/staff/contractors"
_LINK: Final = re.compile(r'id="address" readonly value="https?://[^/"]+(/order/[^"]+)"')
_ITEM: Final = re.compile(r'<section class="card item" id="item-(\d+)"')
_SEEN: Final = re.compile(r'name="seen" value="(\d+)"')
_OF: Final = re.compile(r'name="(of-\d+)"')
_REASON: Final = re.compile(r'name="reason" value="([^"]+)"')


def order(place: Town, stops: Sequence[Stop]) -> Iterator[str]:
    """Two tickets: one is done and accepted, the other cannot be. Raises NoAnswer."""
    desk = place.staff
    here = _issued(desk, stops)
    items = _ITEM.findall(desk.read(here))
    found = _LINK.search(desk.show(here, f"{here}/link"))
    if len(items) != len(stops) or not found:
        raise NoAnswer(f"an order with the items {items} and no link")
    link = found[1]
    with closing(Browser(place.web)) as firm:
        yield from _worked(firm, link, items, stops)
        yield from _looked_at(desk, here, items[0])
        desk.send(here, f"{here}/close")
        if "この指示書は終わりました" not in firm.read(link):
            yield "who has the link is not told that the order is done"
    if WORTH not in desk.read("/staff/orders/sums"):
        yield f"{WORTH} yen are not among the year's sums"
    yield from _kept(place.books, [stop.number for stop in stops])


def _issued(desk: Office, stops: Sequence[Stop]) -> str:
    """The page of the order."""
    card, prices = f"{_DESK}/{FIRM['key']}", f"{_DESK}/{FIRM['key']}/prices"
    desk.send(f"{_DESK}/new", f"{_DESK}/new", **FIRM)
    year = re.search(r'name="year" value="(\d+)"', desk.read(card))
    desk.send(card, prices, year=year[1] if year else "", **PRICE)
    here = desk.send(
        "/staff/orders", "/staff/orders", numbers=",".join(stop.number for stop in stops)
    )
    draft = desk.read(here)
    firm = re.search(rf'<option value="(\d+)"[^>]*>{re.escape(FIRM["name"])}<', draft)
    until = (ago(0) + timedelta(days=14)).date().isoformat()
    seen, items = _SEEN.search(draft), _ITEM.findall(draft)
    written = {"contractor": firm[1] if firm else "", "until": until, "city_checks": "yes"}
    for item in items:
        written[f"what-{item}"] = "打ち替えてください"
        written |= {f"{name}-{item}-1": told for name, told in PLANNED.items()}
    change = seen[1] if seen else ""
    desk.send(here, f"{here}/save", seen=change, items=",".join(items), then="issue", **written)
    return here


def _worked(firm: Browser, link: str, items: Sequence[str], stops: Sequence[Stop]) -> Iterator[str]:
    shown = firm.read(link)
    if missing := [stop.number for stop in stops if stop.number not in shown]:
        yield f"who has the link does not see {missing}"
    if not firm.fetch(f"{link}/order.pdf").content.startswith(b"%PDF"):
        yield "the order is no PDF"
    done, other = (f"{link}/items/{item}" for item in items)
    firm.send(link, f"{done}/start")
    quantities = dict.fromkeys(_OF.findall(_part(firm.read(link), f"{done}/finish")), DONE)
    after = as_files("photo", [shot(stops[0], 8), shot(stops[0], 9)])
    firm.send(link, f"{done}/finish", after, said="転圧ずみ", **quantities)
    reason = _REASON.search(_part(firm.read(link), f"{other}/cannot"))
    firm.send(link, f"{other}/cannot", reason=reason[1] if reason else "", why="車があります")


def _part(page: str, action: str) -> str:
    """The form of this action."""
    return page.partition(f'action="{action}"')[2].partition("</form>")[0]


def _looked_at(desk: Office, here: str, item: str) -> Iterator[str]:
    shown = desk.read(here)
    if f'value="{DONE}"' not in shown or WORTH not in shown:
        yield f"staff do not see {DONE} and {WORTH} yen before they accept"
    desk.send(here, f"{here}/items/{item}/accept", note="舗装を打ち替えました")


def _kept(books: Books, numbers: Sequence[str]) -> Iterator[str]:
    done, other = (books.rows(_ITEMS, number=number) for number in numbers)
    if done != [_DONE]:
        yield f"what was done is kept as {done}"
    if other != [{**_DONE, "state": "cannot", "status": "scheduled", "actual": None, "photos": 0}]:
        yield f"what cannot be done is kept as {other}"


_DONE: Final = {
    "order": "done", "state": "done", "status": "fixed", "actual": 4.5, "yen": 5200, "photos": 2,
}  # fmt: skip
_ITEMS: Final = """
    SELECT o.state AS order, i.state, t.status, q.actual::float, q.yen,
           (SELECT count(*) FROM photos p WHERE p.ticket_id = t.id) AS photos
    FROM work_order_items i JOIN work_orders o ON o.id = i.order_id
    JOIN tickets t ON t.id = i.ticket_id LEFT JOIN work_order_quantities q ON q.item_id = i.id
    WHERE t.number = %(number)s
"""
