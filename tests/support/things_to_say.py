"""Scenes for every kind of thing to say, the worst cases among them: what is then to be drawn."""

import itertools
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.orm import Session
from townsfolk import ALEX, BEHIND_THE_BORDER, HARUKA, HONCHO, ICHIRO, STAFF, file, resident

from bot.dialogue.draft import MOST_PHOTOS
from geo.points import Point
from reports.actions.follow import follow, mute
from reports.actions.move import move
from reports.actions.route import route
from reports.actions.withdraw import withdraw
from reports.city import profile
from reports.outbox import crew_kinds, kinds
from reports.outbox.say import Left, Near, Road, Say
from reports.people import crew_links
from reports.people.accounts import create_user
from reports.people.models import User
from reports.tickets import history, queries
from reports.tickets.events import Added, Answered, Asked, Confirmed, Joined, PhotoElsewhere, Unsent
from reports.tickets.models import Photo, Ticket
from reports.tickets.status import NEEDS_A_REASON, OPEN, Status, status_of
from settings import settings

LOST = ("gone", "unfetched", "broken", "too_large", "not_image")
LONG = "とても長い名前の担当課😀𠮷" * 15
KEY = "k_-9AZaz"
PLACES = {
    "city": HONCHO,
    "prefecture": Point(139.5078, 35.7014),
    "nobody": Point(139.5004, 35.7108),
}
FAR_OFF = Point(HONCHO.lon, HONCHO.lat + 0.0018)
"""About 200 m north of HONCHO, in the city."""
TOWNS = [{"ja": "本町六丁目", "en": "Honcho 6-chome"}, {"ja": "", "en": ""}]
CARRIED_OUT_OR_NOT = (
    "withdrawn", "left_to_others", "muted", "unmuted", "followed", "following_already", "rated",
    "rated_before", "confirmed", "not_yours", "not_open", "over", "too_late", "reopened",
    "reopened_often",
    "reopened_already", "recategorised", "done", "moved_on", "same_closed", "at_photo", "as_sent",
)  # fmt: skip


def go_outdoors(db: Session, monkeypatch: pytest.MonkeyPatch) -> Session:
    """A public installation, whose pictures LINE will fetch by https, with people of each language.

    はるか speaks Japanese, いちろう やさしい日本語, Alex English.
    """
    monkeypatch.setenv("PUBLIC_URL", "https://michi.example.jp")
    settings.cache_clear()
    resident(db, HARUKA, "ja")
    resident(db, ICHIRO, "easy_ja")
    resident(db, ALEX, "en")
    return db


def take_photo(db: Session, who: str, state: str = "stored", **facts: Any) -> int:
    taken = Photo(resident_id=id_of(db, who), state=state, **facts)
    db.add(taken)
    db.flush()
    return taken.id


def id_of(db: Session, who: str) -> int:
    found = db.scalar(text("SELECT id FROM residents WHERE line_user_id = :who"), {"who": who})
    assert isinstance(found, int)
    return found


def filed(db: Session, who: str, category: str = "pothole", **how: Any) -> int:
    return file(db, id_of(db, who), category=category, **how)


def mended(db: Session, who: str, *, days_ago: int = 0) -> int:
    """A ticket of theirs that is fixed, with their photo of before and the crew's of after."""
    ticket = filed(db, who, photo_ids=[take_photo(db, who)])
    route(db, ticket)
    after = take_photo(db, who)
    db.execute(update(Photo).where(Photo.id == after).values(resident_id=None))
    move(db, ticket, Status.FIXED, STAFF, note="直しました。", photo_ids=[after])
    at = datetime.now(UTC) - timedelta(days=days_ago)
    db.execute(update(Ticket).where(Ticket.id == ticket).values(closed_at=at))
    return ticket


def last_line(db: Session) -> int:
    found = db.scalar(text("SELECT max(id) FROM history"))
    assert isinstance(found, int)
    return found


def number_of(db: Session, ticket_id: int) -> str:
    page = queries.ticket(db, id=ticket_id)
    assert page
    return page.ticket.number


def ask(**parts: Any) -> kinds.Ask:
    usual = {"photos": [], "no_photo": False, "category": None, "inferred": False, "words": False}
    said = {"place": None} | usual | parts
    there = {
        "photo": said["photos"] or said["no_photo"],
        "place": said["place"],
        "category": said["category"],
    }
    missing = [name for name, given in there.items() if not given]
    return kinds.Ask(draft=KEY, missing=missing, **said)


def asking(db: Session, who: str) -> Iterator[list[Say]]:
    """Every stage of a draft, with photos in every state; what was inferred, typed and left."""
    photos = {state: take_photo(db, who, state) for state in ("waiting", "stored", *LOST)}
    inside = take_photo(db, who, exif_place=HONCHO.wkt, image_set="S")
    outside = take_photo(db, who, exif_place=BEHIND_THE_BORDER.wkt)
    take_photo(db, who, "removed", image_set="S")
    choices: list[list[int]] = [[], [inside], [outside], [*photos.values(), inside], [999_999]]
    choices += [[photo] for photo in photos.values()]
    for ids, place, category in itertools.product(choices, [None, *TOWNS], [None, "pothole"]):
        named = bool(category)
        yield [ask(photos=ids, place=place, category=category, words=named, inferred=named)]
    for place in (None, *TOWNS):
        yield [ask(no_photo=True, place=place, category="given up", inferred=True)]
    for town, left in itertools.product([TOWNS[0], {"ja": LONG, "en": LONG}], lefts()):
        yield [ask(photos=[inside], typed=town, left=left, category="pothole", inferred=True)]
    for town, ids in itertools.product([*TOWNS, {"ja": LONG, "en": LONG}], [[], [inside]]):
        yield [ask(photos=ids, typed=town, written=True)]


def lefts() -> Iterator[Left]:
    for photos, place, category, minutes in (
        (0, None, None, 31), (10, TOWNS[0], "pothole", 59), (1, TOWNS[1], "given up", 23 * 60),
    ):  # fmt: skip
        yield {"photos": photos, "place": place, "category": category, "minutes": minutes}


def which_place(db: Session, who: str) -> Iterator[list[Say]]:
    for metres, photo_town, sent_town in itertools.product((101, 999, 12_345), TOWNS, TOWNS):
        towns = {"photo_town": photo_town, "sent_town": sent_town}
        yield [kinds.WhichPlace(draft=KEY, photo=7, metres=metres, way="nw", **towns)]


def same_hole(db: Session, who: str) -> Iterator[list[Say]]:
    near: list[Near] = []
    for metres in (0, 12, 29):
        ticket = filed(db, who, photo_ids=[take_photo(db, who)] if metres else [])
        near.append({"id": ticket, "metres": metres})
        yield [kinds.SameHole(draft=KEY, tickets=list(near))]
    yield [kinds.SameHole(draft=KEY, tickets=[{"id": 999_999, "metres": 3}])]


def which_road(db: Session, who: str) -> Iterator[list[Say]]:
    kaido: Road = {
        "owner": "prefecture",
        "name": "小金井街道",
        "name_en": "Koganei-kaido",
        "ref": "都道15",
    }
    nameless = [
        {"owner": owner, "name": "", "name_en": "", "ref": ref}
        for owner, ref in (("city", "市道123"), ("other", ""), ("national", ""))
    ]
    long: Road = {"owner": "city", "name": LONG, "name_en": LONG, "ref": LONG}
    for roads in ([kaido, nameless[0]], [kaido, *nameless], [long, long]):
        yield [kinds.WhichRoad(draft=KEY, roads=roads)]


def texts(db: Session, who: str) -> Iterator[list[Say]]:
    for key in ("sorry", "groups", "old_button", "language", "data_kept", "thanks", "words_full"):
        yield [kinds.Text(key=key)]


def photos_full(db: Session, who: str) -> Iterator[list[Say]]:
    for image_set in (None, "S", "unknown"):
        yield [kinds.PhotosFull(image_set=image_set, most=MOST_PHOTOS), ask()]


def helping(db: Session, who: str) -> Iterator[list[Say]]:
    for key in ("how", "not_understood", "language", "cancelled", "link_unread"):
        yield [kinds.Help(key=key)]


def hello(db: Session, who: str) -> Iterator[list[Say]]:
    yield [kinds.Hello()]


def contact(db: Session, who: str) -> Iterator[list[Say]]:
    yield [kinds.Contact(about="call"), kinds.Contact(about="other")]
    for facts in ('{"office_hours": null}', '{"phones": {"police": "110"}}'):
        db.execute(text("UPDATE city SET facts = facts || CAST(:new AS jsonb)"), {"new": facts})
        yield [kinds.Contact(about="call"), kinds.Contact(about="other")]


def unusable(db: Session, who: str) -> Iterator[list[Say]]:
    for kind in ("sticker", "video", "audio", "external", "location", "hologram", "None", ""):
        yield [kinds.Unusable(kind=kind), ask()]


def outside(db: Session, who: str) -> Iterator[list[Say]]:
    for ja, en in (("国分寺市", "Kokubunji"), ("国分寺市", ""), ("", ""), (LONG, LONG)):
        yield [kinds.Outside(ja=ja, en=en)]


def limit(db: Session, who: str) -> Iterator[list[Say]]:
    for of, minutes, draft in itertools.product(
        ("photos", "drafts", "tickets"), (1, 60), (None, KEY)
    ):
        said = kinds.Limit(of=of, most=60, minutes=minutes, draft=draft)
        yield [kinds.Urgent(), said] if draft else [said, ask()]


def paused(db: Session, who: str) -> Iterator[list[Say]]:
    for day in ("2026-11-30", "2027-01-01"):
        yield [kinds.Paused(until=day)]
        yield [kinds.Urgent(), kinds.Paused(until=day)]


def urgent(db: Session, who: str) -> Iterator[list[Say]]:
    """At this hour, whichever it is; and in a city whose line is never open, or has no hours."""
    yield [kinds.Urgent(), kinds.Ticket(ticket_id=filed(db, who, "tree"))]
    never = '{"office_hours": {"opens": "99:00", "closes": "99:00"}}'
    for facts in (never, '{"office_hours": null}', '{"phones": {"police": "110"}}'):
        db.execute(text("UPDATE city SET facts = facts || CAST(:new AS jsonb)"), {"new": facts})
        yield [kinds.Urgent(), ask()]


def new_tickets(db: Session, who: str) -> Iterator[list[Say]]:
    """Every category, before and after routing; with photos in every state, and none."""
    for category, at in zip(profile.categories(db), itertools.cycle(PLACES.values()), strict=False):
        ticket = filed(db, who, category, at=at)
        yield [kinds.Ticket(ticket_id=ticket, inferred=True)]
        route(db, ticket)
        yield [kinds.Ticket(ticket_id=ticket, inferred=False)]
    for state in ("waiting", "stored", *LOST, "removed"):
        ticket = filed(db, who, photo_ids=[take_photo(db, who, state), take_photo(db, who)])
        yield [kinds.Ticket(ticket_id=ticket)]
    elsewhere = take_photo(db, who, exif_place=FAR_OFF.wkt, exif_accuracy_m=7)
    yield [kinds.Ticket(ticket_id=filed(db, who, at=HONCHO, photo_ids=[elsewhere]), inferred=True)]


def joined(db: Session, who: str) -> Iterator[list[Say]]:
    ticket = filed(db, who)
    yield [kinds.Joined(ticket_id=ticket)]
    strangers = db.scalars(text("SELECT id FROM residents WHERE line_user_id <> :w"), {"w": who})
    for somebody in strangers.all():
        follow(db, ticket, somebody)
    yield [kinds.Joined(ticket_id=ticket)]


def onto(db: Session, who: str) -> Iterator[list[Say]]:
    ticket = filed(db, who)
    for why in ("add", "answer", "reopened"):
        yield [kinds.Onto(ticket_id=ticket, draft=KEY, why=why)]


def added(db: Session, who: str) -> Iterator[list[Say]]:
    ticket, stored, lost = filed(db, who), take_photo(db, who), take_photo(db, who, "gone")
    photos: list[list[int]] = [[], [stored], [stored, lost], [lost]]
    for why, ids, more in itertools.product(("add", "answer", "reopened"), photos, (True, False)):
        there = {"photos": ids, "words": more, "place": more}
        yield [kinds.Added(ticket_id=ticket, draft=KEY, why=why, **there)]
        yield [kinds.Added(ticket_id=ticket, draft=KEY, why=why, in_doubt=True, **there)]
        yield [kinds.Added(ticket_id=ticket, draft="", why=why, **there)]


def question(db: Session, who: str) -> Iterator[list[Say]]:
    ticket = filed(db, who)
    for asked in ("穴は車道と歩道のどちらですか。", LONG * 20, "😀" * 4_000):
        line = history.write(db, ticket, STAFF, Asked(note=asked))
        yield [kinds.Question(ticket_id=ticket, history_id=line)]


def sure(db: Session, who: str) -> Iterator[list[Say]]:
    yield [kinds.Sure(ticket_id=filed(db, who), what="withdraw")]


def about(db: Session, who: str) -> Iterator[list[Say]]:
    first, into = filed(db, who), filed(db, who)
    for key in CARRIED_OUT_OR_NOT:
        yield [kinds.About(key=key, ticket_id=first)]
    merged_into(db, first, into)
    yield [kinds.About(key="moved_on", ticket_id=first)]


def merged_into(db: Session, ticket: int, into: int) -> None:
    merged = update(Ticket).where(Ticket.id == ticket)
    db.execute(merged.values(status=Status.MERGED, merged_into=into))


def rate(db: Session, who: str) -> Iterator[list[Say]]:
    yield [kinds.Rate(ticket_id=mended(db, who))]


def missed(db: Session, who: str) -> Iterator[list[Say]]:
    moves: list[Say] = [
        kinds.Moved(ticket_id=mended(db, who), history_id=last_line(db)) for _ in range(8)
    ]
    yield [kinds.Missed(), *moves, ask()]


def again(db: Session, who: str) -> Iterator[list[Say]]:
    yield [kinds.Again(), kinds.Ticket(ticket_id=filed(db, who))]


def my_data(db: Session, who: str) -> Iterator[list[Say]]:
    nothing = {"reports": 0, "photos": 0, "remarks": 0, "follows": 0, "draft": False}
    much = {"reports": 9, "photos": 90, "remarks": 12, "follows": 3, "draft": True}
    for held, language in itertools.product((nothing, much), (None, "ja", "easy_ja", "zz")):
        yield [kinds.MyData(draft=KEY, held=held | {"language": language})]


def erased(db: Session, who: str) -> Iterator[list[Say]]:
    for language in (None, "ja", "easy_ja", "en", "en-GB"):
        yield [kinds.Erased(language=language)]


def in_every_status(db: Session, who: str) -> Iterator[int]:
    """Of ours, and of a newer version's."""
    for status, at in zip(
        [*Status, status_of("parked")] * 2, itertools.cycle(PLACES.values()), strict=False
    ):
        ticket = filed(db, who, at=at, photo_ids=[take_photo(db, who)])
        route(db, ticket)
        db.execute(update(Ticket).where(Ticket.id == ticket).values(status=status))
        yield ticket


def status(db: Session, who: str) -> Iterator[list[Say]]:
    """The newest of none and of many; every status; a long history; mended, merged, given up."""
    yield [kinds.Status(number=None)]
    yield [kinds.Status(number="000-000-001")]
    shown = [*in_every_status(db, who), mended(db, who), mended(db, who, days_ago=15)]
    withdrawn = filed(db, who)
    withdraw(db, withdrawn, id_of(db, who))
    merged_into(db, shown[0], shown[1])
    mute(db, shown[1], id_of(db, who), muted=True)
    shown += [withdrawn, with_a_long_history(db, who)]
    for ticket in shown:
        yield [kinds.Status(number=number_of(db, ticket))]
    yield [kinds.Status()]


def with_a_long_history(db: Session, who: str) -> int:
    ticket = filed(db, who)
    for event in (
        Joined(1, words=True, note=LONG), Added(1, note=LONG), Asked(note=LONG),
        Answered(1, note=LONG), Confirmed(note=LONG), Unsent(note=LONG),
        PhotoElsewhere(1, 300, note=LONG),
    ):  # fmt: skip
        history.write(db, ticket, None, event)
    return ticket


def mine(db: Session, who: str) -> Iterator[list[Say]]:
    """None, a few, and more than ten, with photos and without, in every status."""
    yield [kinds.Mine()]
    for number, _ in enumerate(in_every_status(db, who)):
        filed(db, who, category="drain")
        if number % 8 == 0:
            yield [kinds.Mine()]


def moved(db: Session, who: str) -> Iterator[list[Say]]:
    """Through every open status and to the end, with and without the crew's words and photo."""
    notes = ("", LONG * 12, "😀" * 3_000)
    all_of_them: list[Say] = []
    for note, at in zip(notes, PLACES.values(), strict=True):
        ticket = filed(db, who, at=at, photo_ids=[take_photo(db, who)])
        route(db, ticket)
        for to in [*sorted(OPEN - {Status.RECEIVED, Status.REOPENED}), Status.FIXED]:
            reason = note or ("理由です" if to in NEEDS_A_REASON else "")
            repaired = [take_photo(db, who)] if to == Status.FIXED else []
            move(db, ticket, to, STAFF, note=reason, photo_ids=repaired)
            said: Say = kinds.Moved(ticket_id=ticket, history_id=last_line(db))
            all_of_them.append(said)
            yield [said]
    yield all_of_them
    yield from side_by_side(db, who)


def side_by_side(db: Session, who: str) -> Iterator[list[Say]]:
    """As many as fall together, each with all that a card can hold."""
    many: list[Say] = []
    for number in range(14):
        ticket = filed(db, who, at=[*PLACES.values()][number % 3], photo_ids=[take_photo(db, who)])
        route(db, ticket)
        repaired = [take_photo(db, who)]
        move(db, ticket, Status.FIXED, STAFF, note=LONG * 12, photo_ids=repaired)
        many.append(kinds.Moved(ticket_id=ticket, history_id=last_line(db)))
        if number in (1, 7, 9, 13):
            yield [*many, ask()]


def photo_lost(db: Session, who: str) -> Iterator[list[Say]]:
    for state in LOST:
        yield [kinds.PhotoLost(state=state, ticket_id=None)]
        yield [kinds.PhotoLost(state=state, ticket_id=filed(db, who))]


def crews(*said: Say) -> Callable[[Session, str], Iterator[list[Say]]]:
    """Each of these to a linked crew member, with an urgent ticket of theirs and many of the
    department's; what became of a ticket also of one that is not there."""

    def scenes(db: Session, who: str) -> Iterator[list[Say]]:
        mine = link_crew(db, who)
        if isinstance(said[0], crew_kinds.CrewAbout):
            yield [replace(said[0], ticket_id=999_999)]
        tickets = [filed(db, who, photo_ids=[take_photo(db, who)] * (n % 2)) for n in range(12)]
        for ticket in tickets:
            route(db, ticket)
        urgent = {"department_id": mine.department_id, "urgent": True, "assignee_id": mine.id}
        db.execute(update(Ticket).where(Ticket.id == tickets[0]).values(urgent))
        yield from ([_about(one, tickets[0])] for one in said)

    return scenes


def _about(one: Any, ticket_id: int) -> Say:
    about: Say = replace(one, ticket_id=ticket_id) if hasattr(one, "ticket_id") else one
    return about


def link_crew(db: Session, who: str) -> User:
    """A crew member of the roads' department who speaks by this LINE account."""
    create_user(
        db, name="haru", shown_name="作業班 はる", password="tape-measure", role="crew",
        department_key="road",
    )  # fmt: skip
    found = db.scalars(select(User).where(User.name == "haru")).one()
    crew_links.link(db, found.id, who)
    return found


def crew_texts() -> Iterator[Say]:
    for key in (
        "code_unknown", "code_too_many", "code_taken", "left", "not_linked", "stopped",
        "nothing_open", "photo_gone", "looking", "no_material",
    ):  # fmt: skip
        yield crew_kinds.CrewText(key=key)


SCENES: dict[str, Callable[[Session, str], Iterator[list[Say]]]] = {
    "ask": asking,
    "which_place": which_place,
    "same_hole": same_hole,
    "which_road": which_road,
    "text": texts,
    "photos_full": photos_full,
    "help": helping,
    "contact": contact,
    "hello": hello,
    "unusable": unusable,
    "outside": outside,
    "limit": limit,
    "paused": paused,
    "urgent": urgent,
    "ticket": new_tickets,
    "joined": joined,
    "onto": onto,
    "added": added,
    "question": question,
    "sure": sure,
    "about": about,
    "rate": rate,
    "missed": missed,
    "again": again,
    "my_data": my_data,
    "erased": erased,
    "status": status,
    "mine": mine,
    "moved": moved,
    "photo_lost": photo_lost,
    "crew_text": crews(*crew_texts()),
    "crew_linked": crews(crew_kinds.CrewLinked()),
    "crew_ticket": crews(crew_kinds.CrewTicket(ticket_id=0)),
    "crew_list": crews(crew_kinds.CrewList()),
    "crew_choose": crews(crew_kinds.CrewChoose(), crew_kinds.CrewChoose(photo=7)),
    "crew_photo_wanted": crews(
        crew_kinds.CrewPhotoWanted(ticket_id=0),
        crew_kinds.CrewPhotoWanted(ticket_id=0, outcome="already_fixed"),
    ),
    "crew_or_report": crews(crew_kinds.CrewOrReport(photo=7)),
    "crew_about": crews(
        *(
            crew_kinds.CrewAbout(key=key, ticket_id=0)
            for key in (
                "done",
                "over",
                "left",
                "gone",
                "photo_lost",
                "already_fixed",
                "made_safe",
                "not_found",
                "no_access",
                "bigger",
                "same",
                "old_photo",
                "needs_photo",
                "photo_unread",
                "undone",
                "undo_nothing",
                "undo_late",
                "undo_told",
                "undo_gone_on",
                "not_used",
            )
        ),
        crew_kinds.CrewAbout(key="far", ticket_id=0, metres=312),
        crew_kinds.CrewAbout(key="used", ticket_id=0, material="常温合材 2袋"),
        *(
            crew_kinds.CrewAbout(key=key, ticket_id=0)
            for key in ("whose", "not_ours", "minutes", "not_timed")
        ),
        crew_kinds.CrewAbout(key="timed", ticket_id=0, material="80分"),
    ),
}
