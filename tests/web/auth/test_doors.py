"""Every route of the application asked by every role, with addresses that lead somewhere."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Final

import httpx2
import pytest
from fastapi import APIRouter, FastAPI
from order_scene import firm, items_of, link_of, ordered, people_of
from web_scene import PAGE, PASSWORD, Browser, filed

from reports.actions import patrol
from reports.city import clock
from reports.people.accounts import create_user, known_as
from reports.people.permissions import MAY, Actor, Do, Role
from store.database import transaction
from web.auth.doors import OTHERWISE, Door, Line, NoLine, check, lines

ComeIn = Callable[[str], Browser]
SIGNED_IN: Final = (
    Role.VIEWER, Role.DEPARTMENT, Role.STAFF, Role.ADMINISTRATOR, Role.CREW, Role.CONTRACTOR,
)  # fmt: skip
THEIR_OWN: Final = (
    "{record_id}",
    "{run_id}",
    "{file_id}",
    "{trial_id}",
    "/staff/rules/{number}",
    "{key}",
    "{user_id}",
    "{clearing_id}",
    "{list_id}",
    "{hold_id}",
    "{webhook_id}",
    "{reader_id}",
    "{month}/report.pdf",
    "{month}/progress",
)
"""What is one person's, or was never made here: whoever may come in finds nothing."""
_POINT: Final = "?point=35.7015,139.5246&category=pothole"
QUERIES: Final = {
    "/staff/where.json": "?lon=139.5246&lat=35.7015",
    "/staff/new/places.json": "?q=x",
    "/staff/new/there.json": _POINT,
    "/crew/patrol/there.json": _POINT,
    "/staff/tickets/changes": "?since=1:1:",
    "/staff/table/file": "?form=csv",
}
MUST_BE_ASKED_RIGHT: Final = (404, 409, 422)
"""What somebody who may come in hears of an empty form, or of what is not there."""


def people() -> dict[Role, str]:
    """Somebody of each role beside those of the scene; their names."""
    new = {
        Role.VIEWER: ("mita", []),
        Role.DEPARTMENT: ("doi", ["road"]),
        Role.ADMINISTRATOR: ("kanri", []),
    }
    with transaction() as db:
        for role, (name, departments) in new.items():
            create_user(
                db, name=name, shown_name=name, password=PASSWORD, role=role, further=departments
            )
    names = {role: name for role, (name, _) in new.items()}
    return names | {Role.STAFF: "sato", Role.CREW: "roads", Role.CONTRACTOR: "yamada"}


def place() -> dict[str, str]:
    """A ticket with a photo in an order of its contractor, and a patrol; parts of addresses."""
    one = filed(pictures=1)
    with transaction() as db:
        order_id = ordered(db, [one.id], firm(db))
        (item_id,) = items_of(db, order_id)
        roads = known_as(db, "roads")
        assert roads is not None
        by = Actor(Role.CREW, "道路作業班", roads.id, "road")
        patrol_id = patrol.begin(db, by, patrol.NewPatrol("usual"), at=clock.now(), key="once")
    people_of()
    return {
        "number": one.number, "photo_id": str(one.photo_id), "size": "small",
        "order_id": str(order_id), "item_id": str(item_id), "patrol_id": str(patrol_id),
        "report_id": "1", "remark_id": "1",
        "note_id": "1", "view": "1", "run_id": "1", "file_id": "1",
        "trial_id": "1", "user_id": "0", "session_id": "1", "browser_id": "1", "passkey_id": "1",
        "key": "road", "pause_id": "1", "key_id": "1", "resident_id": "1", "clearing_id": "1",
        "list_id": "1", "hold_id": "1",
        "webhook_id": "1", "record_id": "1", "month": "2026-11", "reader_id": "1", "act": "pause",
        "kind": "resident", "person_id": "1", "z": "12", "x": "3633", "y": "1612",
        "token": link_of(order_id).rpartition("/")[2], "signature": "x", "path": "kit/base.css",
        "collection": "tickets", "feature": one.number,
        "form": "json", "code": "pothole",
    }  # fmt: skip


def address(line: Line, parts: Mapping[str, str]) -> str:
    path = line.path.replace("{path:path}", "{path}").format(**parts)
    if line.path.startswith(("/staff/rules", "/staff/city/versions")):
        path = line.path.format(**parts | {"number": "1"})
    return path + QUERIES.get(line.path, "")


def fault(line: Line, role: Role | None, code: int) -> str:
    """What is wrong with this answer to this role, or to nobody; "" for nothing."""
    if role is None:
        right = code in (303, 401)
    elif not line.does <= MAY[role].keys():
        right = code == 403
    else:
        is_own = any(part in line.path for part in THEIR_OWN) or line.method == "POST"
        is_others = role is Role.CONTRACTOR and line.path.startswith("/staff/")
        right = code in (200, 204, 303, 304) or (is_own and code in MUST_BE_ASKED_RIGHT)
        right = right or (is_others and code == 404)
    return "" if right else f"{role}: {line.method} {line.path} {code}"


class Asker:
    """Asks routes as people of every role, at one scene."""

    def __init__(self, app: FastAPI, come_in: ComeIn) -> None:
        self.app, self.parts = app, place()
        self.browsers = {role: come_in(name) for role, name in people().items()}

    def faults(self, role: Role | None, asked: Sequence[Line]) -> list[str]:
        """What is wrong with the answers to this role, or to nobody, asked for each of these."""
        with ThreadPoolExecutor(1) as beside_a_browsers_loop:
            return beside_a_browsers_loop.submit(asyncio.run, self._faults(role, asked)).result()

    async def _faults(self, role: Role | None, asked: Sequence[Line]) -> list[str]:
        browser = self.browsers[role] if role else None
        cookies = dict(browser.client.cookies) if browser else {}
        headers = PAGE | ({"x-csrf-token": browser.csrf} if browser else {})
        transport = httpx2.ASGITransport(app=self.app, raise_app_exceptions=False)
        wrong = []
        async with httpx2.AsyncClient(
            transport=transport, base_url="http://127.0.0.1:8000", cookies=cookies
        ) as client:
            for line in asked:
                path = address(line, self.parts)
                answer = await client.request(line.method, path, headers=headers)
                wrong.append(fault(line, role, answer.status_code))
                if answer.status_code in (401, 403) and self.parts["number"] in answer.text:
                    wrong.append(f"{role}: {line.path} tells of a ticket")
        return [one for one in wrong if one]


def opened(app: FastAPI, role: Role) -> list[Line]:
    return [line for line in lines(app) if line.does and line.does <= MAY[role].keys()]


def test_no_door_opens_to_whom_the_table_keeps_out(app: FastAPI, come_in: ComeIn) -> None:
    asker = Asker(app, come_in)
    for role in SIGNED_IN:
        shut = [line for line in lines(app) if line.does and not line.does <= MAY[role].keys()]
        assert asker.faults(role, shut) == []
        assert len(shut) > 10
    shut = [line for line in lines(app) if line.does or line.door is Door.SIGNED_IN]
    assert asker.faults(None, shut) == []


@pytest.mark.parametrize("each", [pytest.param(1, marks=pytest.mark.long), 7])
def test_the_doors_open_to_whom_the_table_lets_in(each: int, app: FastAPI, come_in: ComeIn) -> None:
    """A short run asks for one in seven of them."""
    asker = Asker(app, come_in)
    for role in SIGNED_IN:
        assert asker.faults(role, opened(app, role)[::each]) == []


def test_a_viewer_posts_nothing_but_their_own_leave(app: FastAPI) -> None:
    posts = [line for line in lines(app) if line.method != "GET" and line.door is None]
    assert posts
    assert not [line for line in posts if line.does <= MAY[Role.VIEWER].keys()]


def test_a_route_without_a_line_keeps_the_process_from_starting(app: FastAPI) -> None:
    check(app)
    router = APIRouter()
    router.add_api_route("/staff/forgotten", lambda: "", methods=["GET"])
    other = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)
    other.include_router(router)
    with pytest.raises(NoLine, match="/staff/forgotten"):
        check(other)


def test_everything_that_signed_in_people_may_do_has_a_route(app: FastAPI) -> None:
    asked = {do for line in lines(app) for do in line.does}
    assert set(Do) - asked <= {
        Do.SEE_ORIGINALS,
        Do.EXPORT_WORDS,
        Do.RECORD_PERSONAL,
        Do.OPEN_DATA,
    }


def test_every_line_that_is_said_by_hand_is_of_a_route(app: FastAPI) -> None:
    assert set(OTHERWISE) <= {line.path for line in lines(app)}
