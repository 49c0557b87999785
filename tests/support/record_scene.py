"""A ticket as a claim for damages meets it: a patrol before, two reports, a repair, words said."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from order_scene import STAFF, firm, ordered
from townsfolk import rows
from web_scene import ON_CITY_ROAD, filed

from reports.actions import patrol
from reports.actions.ask import ask
from reports.actions.merge import merge
from reports.actions.move import move
from reports.actions.patrol import NewPatrol
from reports.audit import seal
from reports.people.accounts import known_as
from reports.people.permissions import Actor, Role
from reports.tickets.status import Status
from store.database import transaction


@dataclass(frozen=True)
class Scene:
    """The ticket, and who reported it."""

    id: int
    number: str
    resident_id: int


def claimed() -> Scene:
    """Passed by a patrol twelve days before it was reported, made safe, ordered, mended."""
    with transaction() as db:
        roads = known_as(db, "roads")
    assert roads is not None
    crew = Actor(Role.CREW, "道路作業班", roads.id, "road")
    _patrolled(crew, timedelta(days=12), weather="晴れ")
    one = filed(pictures=2, words="自転車で転びそうになりました。深さは10センチくらいです。")
    other = filed(pictures=1, words="同じ穴だと思います")
    with transaction() as db:
        merge(db, other.id, one.number, STAFF, note="同じ穴")
        move(db, one.id, Status.INSPECTING, STAFF, note="現場を見に行きます")
        ask(db, one.id, STAFF, "穴は車道の左側ですか。")
        move(db, one.id, Status.MADE_SAFE, crew, note="カラーコーンを置きました")
        ordered(db, [one.id], firm(db))
        seal.seal(db)
    _patrolled(crew, timedelta(minutes=0), weather="雨", away=0.01)
    return Scene(one.id, one.number, one.resident_id)


def _patrolled(crew: Actor, ago: timedelta, *, weather: str, away: float = 0.0) -> None:
    """Along the road of the ticket, from west to east in two minutes."""
    at = datetime.now(UTC) - ago - timedelta(minutes=3)
    with transaction() as db:
        new = NewPatrol("usual", members="山田", car="多摩 800 あ 12-34", weather=weather)
        patrol_id = patrol.begin(db, crew, new, at=datetime.now(UTC), key=f"patrol {ago}")
    lon, lat = ON_CITY_ROAD.lon + away, ON_CITY_ROAD.lat + away
    for step in range(-3, 4):
        rows(
            "INSERT INTO patrol_points VALUES (:id, :at,"
            " ST_SetSRID(ST_MakePoint(:lon, :lat), 4326))",
            id=patrol_id, at=at + timedelta(seconds=20 * (step + 3)),
            lon=lon + step * 0.0004, lat=lat + 0.00005,
        )  # fmt: skip
    rows(
        "UPDATE patrols SET began_at = :began, signed_at = :ended, ended_at = :ended,"
        " ended_by = 'crew' WHERE id = :id",
        id=patrol_id, began=at, ended=at + timedelta(minutes=3),
    )  # fmt: skip
