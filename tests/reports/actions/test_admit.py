"""Every action of those who sign in: once for a press, by whom it is for, on what they saw."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session
from townsfolk import CREW, HONCHO, STAFF, file, resident

from geo.points import Point
from reports.actions.admit import ChangedMeanwhile, Seen
from reports.actions.ask import ask
from reports.actions.assign import assign, decide_again, not_ours
from reports.actions.authorities import answered, remind, tell_them
from reports.actions.deliver import tell_otherwise
from reports.actions.merge import merge
from reports.actions.move import move
from reports.actions.recategorise import recategorise
from reports.actions.relocate import relocate
from reports.actions.route import route
from reports.city.models import Department
from reports.outbox import mails
from reports.people.accounts import create_user
from reports.people.permissions import Actor, Do, NotTheirs
from reports.tickets import queries
from reports.tickets.read_models import TicketSummary
from reports.tickets.status import MoveRefused, Status

ON_TODO = Point(139.5078, 35.7014)
OFFICE = "tokyo_kitatama_south"


@dataclass
class Scene:
    """A ticket of 道路管理課 and another beside it; one of the prefecture, told long ago."""

    db: Session
    one: int
    other: int
    silent: int
    untold: int

    def of(self, ticket_id: int) -> TicketSummary:
        self.db.flush()
        found = queries.ticket(self.db, id=ticket_id)
        assert found
        return found.ticket

    def failed(self) -> list[int]:
        """Two mails about one ticket, to two departments."""
        for id in (1, 2):
            mails.write(self.db, "told", self.db.get_one(Department, id), ticket_id=self.one)
        self.db.execute(text("UPDATE mails SET state = 'failed'"))
        return list(self.db.scalars(text("SELECT id FROM mails WHERE kind = 'told'")))

    def number(self, ticket_id: int) -> str:
        return self.of(ticket_id).number


@pytest.fixture
def scene(db: Session) -> Scene:
    who = resident(db)
    ids = [file(db, who, at=at) for at in (HONCHO, HONCHO, ON_TODO, ON_TODO)]
    for ticket_id in ids:
        route(db, ticket_id)
    made = Scene(db, *ids)
    tell_them(db, OFFICE, [made.number(made.silent)], STAFF, "連絡しました")
    db.execute(text("UPDATE tickets SET silent_since = now() - interval '40 days'"))
    db.expire_all()
    return made


Act = Callable[..., object]
ACTS: dict[str, Act] = {
    "move": lambda at, by, **press: move(at.db, at.one, Status.SCHEDULED, by, **press),
    "not ours": lambda at, by, **press: not_ours(at.db, at.one, by, "下水のふた", **press),
    "assign": lambda at, by, **press: assign(at.db, at.one, "trees", by, "電話で", **press),
    "decide": lambda at, by, **press: decide_again(at.db, at.one, by, **press),
    "place": lambda at, by, **press: relocate(at.db, at.one, ON_TODO, by, **press),
    "kind": lambda at, by, **press: recategorise(at.db, at.one, "tree", by, **press),
    "ask": lambda at, by, **press: ask(at.db, at.one, by, "どちら側ですか", **press),
    "merge": lambda at, by, **press: merge(at.db, at.one, at.number(at.other), by, **press),
    "tell": lambda at, by, **press: tell_them(
        at.db, OFFICE, [at.number(at.untold)], by, "連絡しました", **press
    ),
    "remind": lambda at, by, **press: remind(at.db, at.silent, by, **press),
    "answer": lambda at, by, **press: answered(at.db, at.silent, by, "直します", **press),
    "mails": lambda at, by, **press: tell_otherwise(at.db, at.failed(), by, **press),
}
SAW: dict[str, Callable[[TicketSummary], str]] = {
    "move": lambda ticket: ticket.status,
    "not ours": lambda ticket: ticket.department.key if ticket.department else "",
    "assign": lambda ticket: ticket.department.key if ticket.department else "",
    "decide": lambda ticket: ticket.department.key if ticket.department else "",
    "place": lambda ticket: Point(ticket.lon, ticket.lat).latitude_first,
    "kind": lambda ticket: ticket.category,
}


def lines(scene: Scene) -> int:
    found: int = scene.db.scalar(text("SELECT count(*) FROM history"))
    return found


@pytest.mark.parametrize("what", ACTS)
def test_the_same_press_is_done_once_whatever_came_between(what: str, scene: Scene) -> None:
    ACTS[what](scene, STAFF, key="a press")
    done = lines(scene)
    ACTS[what](scene, STAFF, key="a press")
    assert lines(scene) == done
    keys = scene.db.scalars(text("SELECT key FROM history WHERE key IS NOT NULL"))
    assert list(keys) == ["a press"]


def test_one_press_on_two_tickets_is_done_to_both(scene: Scene) -> None:
    for ticket_id in (scene.one, scene.other):
        move(scene.db, ticket_id, Status.SCHEDULED, STAFF, key="a press")
    assert scene.of(scene.other).status is Status.SCHEDULED


@pytest.mark.parametrize("what", ACTS)
def test_a_crew_of_another_department_does_none_of_it(what: str, scene: Scene) -> None:
    before = lines(scene)
    with pytest.raises(NotTheirs):
        ACTS[what](scene, replace(CREW, department="trees", departments=()))
    assert lines(scene) == before


@pytest.mark.parametrize("what", SAW)
def test_what_was_seen_must_still_be_so(what: str, scene: Scene) -> None:
    with pytest.raises(ChangedMeanwhile) as faster:
        ACTS[what](scene, STAFF, seen=Seen(1, "otherwise"))
    assert (faster.value.status, faster.value.department) == (Status.RECEIVED, "道路管理課")
    assert (faster.value.do is Do.MOVE) == (what == "move")
    ACTS[what](scene, STAFF, seen=Seen(1, SAW[what](scene.of(scene.one))))


@pytest.mark.parametrize("what", SAW)
def test_who_says_only_at_which_change_they_looked_is_refused_after_any_other(
    what: str, scene: Scene
) -> None:
    now = scene.of(scene.one).change
    with pytest.raises(ChangedMeanwhile):
        ACTS[what](scene, STAFF, seen=Seen(now - 1))
    ACTS[what](scene, STAFF, seen=Seen(now))


@pytest.fixture
def clerk(db: Session) -> Actor:
    """Somebody at the desk who has an account."""
    create_user(db, name="sato", shown_name="佐藤", password="a long password", role="staff")
    return replace(STAFF, user_id=db.scalar(text("SELECT id FROM users WHERE name = 'sato'")))


@pytest.mark.parametrize("what", ["move", "not ours", "assign", "place", "kind"])
def test_who_is_overtaken_by_their_own_press_is_told_so(
    what: str, scene: Scene, clerk: Actor
) -> None:
    old = SAW[what](scene.of(scene.one))
    ACTS[what](scene, clerk)
    for by, own in ((clerk, True), (STAFF, False)):
        with pytest.raises(ChangedMeanwhile) as faster:
            OTHERWISE[what](scene, by, seen=Seen(1, old))
        assert faster.value.own is own


OTHERWISE: dict[str, Act] = {
    "move": lambda at, by, **press: move(at.db, at.one, Status.INSPECTING, by, **press),
    "not ours": lambda at, by, **press: not_ours(at.db, at.one, by, "別の理由", **press),
    "assign": lambda at, by, **press: assign(at.db, at.one, "drains", by, "別の理由", **press),
    "place": lambda at, by, **press: relocate(at.db, at.one, Point(139.5246, 35.7015), by, **press),
    "kind": lambda at, by, **press: recategorise(at.db, at.one, "drain", by, **press),
}
AGAIN = ("move", "not ours", "assign", "place", "kind", "merge", "ask")


@pytest.mark.parametrize("what", AGAIN)
def test_the_same_wish_twice_from_a_page_without_keys_is_done_once(
    what: str, scene: Scene, clerk: Actor
) -> None:
    page = {"seen": Seen(1, SAW[what](scene.of(scene.one)))} if what in SAW else {}
    ACTS[what](scene, clerk, **page)
    done = lines(scene)
    ACTS[what](scene, clerk, **page)
    assert lines(scene) == done


@pytest.mark.parametrize("what", ["move", "not ours", "merge"])
def test_the_same_wish_of_somebody_else_is_no_second_press(
    what: str, scene: Scene, clerk: Actor
) -> None:
    page = {"seen": Seen(1, SAW[what](scene.of(scene.one)))} if what in SAW else {}
    ACTS[what](scene, clerk, **page)
    with pytest.raises((ChangedMeanwhile, MoveRefused)):
        ACTS[what](scene, replace(clerk, user_id=None), **page)
