"""A contractor with unit prices, and orders to it, made through the house's own doors."""

from datetime import timedelta
from decimal import Decimal
from urllib.parse import urlsplit

from sqlalchemy import text
from sqlalchemy.orm import Session
from web_scene import PASSWORD

from reports.actions.edit_contractor import save_contractor, set_prices
from reports.actions.order import Head, Place, draft, issue, write
from reports.actions.share_order import share
from reports.city import clock
from reports.city.contractors import ContractorCard, contractor_id
from reports.city.fiscal import fiscal_year
from reports.city.quantities import Quantity
from reports.people.accounts import create_user
from reports.people.permissions import Actor, Role
from store.database import transaction

STAFF = Actor(Role.STAFF, "佐藤 恵")
WORK = Quantity("舗装補修", "m²", planned=Decimal("3.5"))


def firm(db: Session, key: str = "doboku", name: str = "小金井土木株式会社") -> int:
    """With a price of 4,800 yen for a m² of 舗装補修."""
    card = ContractorCard(name, "道路維持補修 単価契約", "山田", "042-000-0001", "d@example.jp")
    save_contractor(db, key, card, STAFF)
    set_prices(db, key, fiscal_year(clock.today()), [("舗装補修", "m²", 4_800)], STAFF)
    made = contractor_id(db, key)
    assert made is not None
    return made


def ordered(
    db: Session,
    ticket_ids: list[int],
    firm_id: int,
    *,
    city_checks: bool = False,
    what: str = "穴を合材で埋める",
    issued: bool = True,
) -> int:
    """An order to do this at each of these tickets, in a week; gives its id."""
    order_id = draft(db, ticket_ids, STAFF)
    until = clock.today() + timedelta(days=7)
    head = Head(firm_id, until, city_checks=city_checks, clerk="佐藤 恵", chief="鈴木 一郎")
    places = [Place(id, what, quantities=[WORK]) for id in items_of(db, order_id)]
    write(db, order_id, head, places, STAFF)
    if issued:
        issue(db, order_id, STAFF)
    return order_id


def items_of(db: Session, order_id: int) -> list[int]:
    """The ids of its items in their order."""
    found = text("SELECT id FROM work_order_items WHERE order_id = :id ORDER BY place")
    return list(db.scalars(found, {"id": order_id}))


def quantity_of(db: Session, item_id: int) -> int:
    """The id of the first line of an item's quantities."""
    first = text("SELECT min(id) FROM work_order_quantities WHERE item_id = :id")
    return int(db.scalar(first, {"id": item_id}) or 0)


def link_of(order_id: int) -> str:
    """The path of a new link to this order."""
    with transaction() as db:
        return urlsplit(share(db, order_id, STAFF)).path


def people_of(key: str = "doboku", name: str = "yamada") -> None:
    """Somebody of this contractor who signs in."""
    with transaction() as db:
        create_user(
            db, name=name, shown_name="山田 太郎", password=PASSWORD, role="contractor",
            contractor_key=key,
        )  # fmt: skip
