"""Every page of every screen in a real browser: all it loads is there, and nothing complains."""

from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from axe_core import AXE, faults
from by_keyboard import out_of_reach
from discard_scene import approved, closed, kept_for, listed
from in_the_sun import hard_to_use
from order_scene import firm, link_of, ordered, people_of
from playwright.sync_api import Browser, Response, expect
from public_board import a_board
from published_life import DECEMBER, NOVEMBER, mend, publish, tickets, turn
from sqlalchemy import select
from townsfolk import STAFF
from web_scene import PASSWORD, filed, resident, sends_more
from web_visit import PC, PHONE, Visit, visit

from reports.actions import bulk_runs, connect, patrol
from reports.actions.give_key import open_data_key
from reports.actions.invite import NewPerson, invite
from reports.actions.issue_record import issue_record
from reports.actions.move import move
from reports.actions.pause import pause
from reports.city import clock
from reports.documents.exports import kept
from reports.documents.exports.forms import Asked
from reports.documents.monthly import versions as monthly
from reports.documents.open_data import versions as versions_of_data
from reports.documents.open_data.months import later
from reports.people import directory
from reports.people.accounts import create_user
from reports.people.models import User
from reports.people.permissions import Actor, Role
from reports.privacy import clearing
from reports.records.kept import Wanted
from reports.routing import versions
from reports.tickets import lists, queries
from reports.tickets.status import Status
from reports.tickets.wanted import TicketFilter
from store.database import transaction
from web.kit.assets import manifest
from workers import publishing
from workers.privacy import STEPS

OPEN_ALL = "document.querySelectorAll('details').forEach((one) => { one.open = true; })"
IS_DARK = """
    () => {
        const [red, green, blue] = getComputedStyle(document.body).backgroundColor
            .match(/[\\d.]+/g).map(Number);
        return red + green + blue < 3 * 80;
    }
"""
CONTRAST = """
    async () => (await axe.run({ runOnly: ["color-contrast"] })).violations
        .flatMap(({ nodes }) => nodes.slice(0, 5))
        .map(({ target, any }) => `${target}: ${any.map(({ message }) => message)}`)
"""
OUTSIDE = ("/crew/", "/contractor/", "/order/")
"""Pages that are used with gloves and in the sun."""
LATER = {
    "desk/rules/map.js",
    "crew/list/map.js",
    "crew/patrol/place_map.js",
    "exifreader/exif-reader.js",
    "auth/countdown.js",
    "crew/offline/leaving.js",
    "crew/take_back.css",
    "crew/take_back.js",
    "crew/list/page.css",
}
"""What comes only once a draft was tried, the crew's map is opened, a photo chosen, somebody has to
wait before the next try, signs out, or something can be taken back; and what the crew's list has
within."""
PAGES_OF_MAPS = [
    f"/ogc{path}"
    for path in (
        "", "/api", "/conformance", "/collections", "/collections/areas",
        "/collections/areas/items", "/collections/areas/items/1",
    )
]  # fmt: skip
BY_WORKER = {
    "contractor/offline/worker.js",
    "crew/offline/keep.js",
    "crew/offline/wanted.js",
    "crew/offline/worker.js",
    "workbox/workbox-core.js",
    "workbox/workbox-routing.js",
    "workbox/workbox-strategies.js",
}
"""What a crew's service worker loads, which no page sees."""


def pages_of_staff(number: str, photo_id: int | None) -> list[str]:
    with transaction() as db:
        live = versions.live(db)
        assert live is not None
        draft = versions.draft(
            db, versions.rules(db, live.id), by="佐藤", note="案", based_on=live.id
        )
        ticket_id = queries.id_of(db, number)
        assert ticket_id is not None
        issue_record(db, ticket_id, Wanted("請求の資料"), STAFF, key="record")
        monthly.ask(db, later(clock.today(), -1), by=None, key=None, mail=False)
    return [
        "/staff/",
        "/staff/views",
        "/staff/due",
        "/staff/authorities",
        "/staff/departments",
        "/staff/departments/road",
        "/staff/departments/new",
        "/staff/where?lon=139.5246&lat=35.7015",
        "/staff/rules",
        "/staff/rules/edit",
        f"/staff/rules/{live.id}",
        f"/staff/rules/{draft}",
        "/staff/terms",
        "/staff/new",
        "/staff/calls",
        "/staff/plan",
        "/staff/patrols",
        "/staff/numbers/again",
        "/staff/rights",
        "/staff/open311",
        "/staff/reports",
        f"/staff/reports/{later(clock.today(), -1):%Y-%m}",
        f"/staff/patrols/{gone()}",
        f"/staff/bulk/{chosen()}",
        "/staff/table",
        "/staff/numbers",
        "/staff/numbers/behind?what=received",
        "/staff/numbers/work",
        f"/staff/table/files/{being_made()}",
        "/staff/city",
        "/staff/city/days",
        "/staff/city/open",
        "/staff/city/versions",
        "/staff/city/versions/1",
        "/staff/categories",
        "/staff/categories/order",
        "/staff/categories/kind?key=pothole",
        "/staff/categories/kind",
        "/staff/templates",
        "/staff/templates/order",
        "/staff/templates/one?key=mended",
        "/staff/templates/one",
        "/staff/senders",
        f"/staff/senders/{disturbing()}",
        "/staff/materials",
        "/staff/materials/one?key=cold_mix",
        f"/staff/tickets/{number}",
        f"/staff/tickets/{number}/record",
        f"/staff/tickets/{number}/photos/{photo_id}",
        "/staff/contractors",
        "/staff/contractors/new",
    ]


def pages_of_orders() -> tuple[list[str], list[str]]:
    """Of a draft and an issued order: at the desk, and the contractor's by the link."""
    with transaction() as db:
        doboku, one, two = firm(db), filed("drain", pictures=1), filed("mirror")
        issued = ordered(db, [one.id], doboku, city_checks=True)
        draft = ordered(db, [two.id], doboku, issued=False)
    desk = ["", "/sums", "/sums/list", "/sums/used", f"/{issued}", f"/{draft}"]
    firms = ["/staff/contractors/doboku"]
    money = ("", "/behind", "/budget")
    firms += [f"/staff/numbers/money{path}" for path in money]
    people_of()
    return [*(f"/staff/orders{path}" for path in desk), *firms], [link_of(issued)]


def link_of_somebody_new() -> str:
    """And an administrator, kanri."""
    with transaction() as db:
        create_user(db, name="kanri", shown_name="管理", password=PASSWORD, role="administrator")
        _, link = invite(db, NewPerson("yoko", "crew", ["road"]), None)
        return urlsplit(link.address).path


def pages_of_people() -> list[str]:
    with transaction() as db:
        user_id = directory.id_of(db, "roads")
        open_data_key(db, "gis")
    groups = ["/staff/people/groups", "/staff/people/groups/one"]
    people = ["/staff/people", "/staff/people/new", f"/staff/people/{user_id}", *groups]
    own = ["/staff/account", "/staff/account/app", "/staff/account/passkeys/new"]
    programs = ["/staff/keys", "/staff/keys/new"]
    return [*people, *own, "/staff/audit", *programs, *pages_of_webhooks()]


def pages_of_webhooks() -> list[str]:
    """With a system that is told, and hangs."""
    here, boss = "/staff/webhooks", Actor(Role.ADMINISTRATOR)
    with transaction() as db:
        id, _ = connect.connect(db, connect.Endpoint("GIS", "https://gis.example.jp/"), boss)
        connect.try_out(db, id, boss)
    return [here, f"{here}/new", f"{here}/{id}", f"{here}/{id}/edit"]


def pages_of_privacy(resident_id: int) -> list[str]:
    """With a run that no worker ends."""
    with transaction() as db:
        run = clearing.begin(db, STEPS, STAFF, clock.now())
    here, one = "/staff/privacy", f"people/resident/{resident_id}"
    parts = ("periods", "clearing", f"clearing/{run}", one, f"{one}/erase", "people/erased")
    return [here, *(f"{here}/{part}" for part in parts), *pages_of_discarding()]


def pages_of_discarding() -> list[str]:
    """With a list that no worker throws away."""
    kept_for(2)
    one = closed()
    made = listed()
    approved(made)
    here = "/staff/discard"
    return [here, f"{here}/lists/{made}", f"{here}/book", f"/staff/tickets/{one.number}/hold"]


def pages_of_data() -> list[str]:
    """With months that have two versions."""
    life = [*tickets(40)]
    publish(life)
    turn(DECEMBER)
    publish([mend(one, clock.now()) for one in life])
    turn(later(DECEMBER, 1))
    publish([])
    here = "/open/data/"
    return [here, f"{here}?lang=en", f"{here}columns", f"{here}columns?lang=en"]


def pages_of_making() -> list[str]:
    """With a month that no worker makes."""
    with transaction() as db:
        run = versions_of_data.ask(db, NOVEMBER, by=None, key=None)
    return ["/staff/open-data", "/staff/open-data/settings", f"/staff/open-data/{run}"]


def disturbing() -> int:
    """A resident from whom nothing is taken today."""
    with transaction() as db:
        who = resident(db)
        pause(db, who, STAFF, until=clock.today(), why="同じ写真を100枚")
        return who


def gone() -> int:
    """On patrol, by the crew that signs in."""
    with transaction() as db:
        roads = db.scalars(select(User).where(User.name == "roads")).one()
        by = Actor(Role.CREW, roads.shown_name, roads.id, "road")
        return patrol.begin(db, by, patrol.NewPatrol("usual"), at=clock.now(), key="once")


def chosen() -> int:
    """Of no ticket."""
    with transaction() as db:
        staff = db.scalars(select(User).where(User.name == "sato")).one()
        return bulk_runs.choose(db, [], Actor(Role.STAFF, staff.shown_name, staff.id))


def being_made() -> int:
    """A file that no worker makes."""
    with transaction() as db:
        staff = db.scalars(select(User.id).where(User.name == "sato")).one()
        asked = Asked("xlsx", [], "", clock.now())
        return kept.ask_for(db, asked, TicketFilter(), lists.ALL, user_id=staff, key="once")


def open_each(made: Visit, paths: list[str]) -> set[str]:
    """The files of ours that these pages load."""
    asked: list[Response] = []
    found: list[str] = []
    made.page.on("response", lambda answer: asked.append(answer))
    for path in paths:
        made.page.goto(path)
        expect(made.page.locator(".waits")).to_have_count(0)
        found += [f"{path} {one}" for one in faults(made)]
        if path.startswith(OUTSIDE):
            found += [f"{path} {one}" for one in hard_to_use(made)]
    assert found == []
    assert [f"{one.status} {one.url}" for one in asked if one.status >= 400] == []
    assert made.complaints == []
    names = (one.url.partition(f"/static/{manifest().version}/")[2] for one in asked)
    return {name.partition("#")[0] for name in names if name}


def shown_to_all() -> str:
    """The page of a ticket that staff have looked at."""
    one = filed("streetlight")
    with transaction() as db:
        move(db, one.id, Status.FIXED, STAFF)
    publishing.publish()
    return f"/open/tickets/{one.number}"


Part = tuple[Visit, list[str]]
NARROWEST = 320


def everything(chromium: Browser, site: str, **more: object) -> Iterator[Part]:
    """Somebody at each side, and the addresses that they are to open; `more`: of the browser."""
    one = filed("pothole", pictures=2, words="大きな穴です")
    sends_more(one, "added", pictures=1)
    open_to_all = visit(chromium, site, "sato", PHONE, at="/", **more)
    a_board(30)
    ours = ["/", "/terms", *pages_of_data(), shown_to_all(), "/open", "/open/embed"]
    yield open_to_all, [*ours, *PAGES_OF_MAPS]
    open_to_all.page.context.clear_cookies()
    yield open_to_all, ["/", "/sign-in", link_of_somebody_new()]
    boss = visit(chromium, site, "kanri", PC, **more)
    yield boss, pages_of_people() + pages_of_privacy(one.resident_id) + pages_of_making()
    staff = visit(chromium, site, "sato", PC, **more)
    yield staff, pages_of_staff(one.number, one.photo_id)
    orders, link = pages_of_orders()
    yield visit(chromium, site, "sato", PC, **more), orders
    firm_page = visit(chromium, site, "yamada", PHONE, **more)
    yield firm_page, ["/contractor/", "/contractor/account", *link]
    crew = [f"/crew/tickets/{one.number}", "/crew/", "/crew/plan", "/crew/waiting"]
    crew += ["/crew/patrol", "/crew/patrol/find", "/crew/line", "/crew/account"]
    yield visit(chromium, site, "roads", PHONE, **more), crew


def test_every_page_loads_all_it_needs_and_no_file_of_ours_is_left_over(
    chromium: Browser, site: str
) -> None:
    loaded: set[str] = set()
    for made, paths in everything(chromium, site):
        loaded |= open_each(made, paths)
    ours = {name for name in manifest().files if name.endswith((".js", ".css", ".mjs"))}
    ours = {name for name in ours if not name.startswith("maplibre/")}
    assert ours - loaded == LATER | BY_WORKER


@pytest.mark.long
def test_every_page_can_be_read_in_the_dark(chromium: Browser, site: str) -> None:
    """What is dark is seen in the colours themselves: a page that forgot it would be all right."""
    found: list[str] = []
    for made, paths in everything(chromium, site, color_scheme="dark"):
        page = made.page
        for path in paths:
            page.goto(path)
            expect(page.locator(".waits")).to_have_count(0)
            page.evaluate(OPEN_ALL)
            page.evaluate(AXE)
            if not page.evaluate(IS_DARK):
                found.append(f"{path} is light")
            found += [f"{path} {fault}" for fault in page.evaluate(CONTRAST)]
            if path.startswith(OUTSIDE):
                found += [f"{path} {one}" for one in hard_to_use(made)]
    assert found == []


@pytest.mark.long
def test_every_page_is_worked_by_keyboard_alone_and_read_at_twice_its_size(
    chromium: Browser, site: str
) -> None:
    """Twice its size: as if the window were half as wide; of a phone 320 px, as WCAG has it."""
    found: list[str] = []
    for made, paths in everything(chromium, site):
        page, screen = made.page, made.page.viewport_size
        assert screen is not None
        half = max(NARROWEST, screen["width"] // 2)
        for path in paths:
            page.goto(path)
            expect(page.locator(".waits")).to_have_count(0)
            found += [f"{path} {one}" for one in out_of_reach(page)]
            page.set_viewport_size({"width": half, "height": screen["height"] // 2})
            wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
            if wide > 0:
                found.append(f"{path} at twice its size is {wide} px wider than the screen")
            page.set_viewport_size(screen)
    assert found == []
