"""Every kind of event: written and read back, also as other versions wrote it, and by whom read."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import fields
from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest

from reports.tickets import events, order_events, photo_events, public_events, work_events
from reports.tickets.event_json import details_of, key_of, personal_keys, read, statuses_of
from reports.tickets.event_kinds import KINDS, PUBLIC, RESIDENT, Event, Unknown, kind_of
from reports.tickets.events import Handed
from reports.tickets.status import Status

HANDED = Handed("road", None)
WHY = {"reason": "rule", "rule": 40, "road": None, "runner_up": None}
CAME = {
    "session": "s", "photo_ids": (7, 8), "remark_ids": (9,), "place": (139.5, 35.7),
    "place_message_id": "901",
}  # fmt: skip
QUESTION = {"ticket_id": 1, "history_id": 2, "at": "2026-11-21T12:03:00+00:00"}
EXAMPLES: tuple[Event, ...] = (
    events.Filed(),
    events.Routed(WHY),
    events.Routed(WHY, Handed(None, "road"), note="近い方です"),
    events.Moved(Status.RECEIVED, Status.SCHEDULED, note="月曜に直します"),
    events.Moved(Status.RECEIVED, Status.MERGED, "123-456-789", (1, 2)),
    events.Joined(0, words=False),
    events.Joined(2, words=True, again=True),
    events.Added(5),
    events.Added(5, **CAME),
    events.Asked(note="どちら側ですか。"),
    events.Answered(5, **CAME, question=QUESTION, note="右側です"),
    events.Answered(5, question={}),
    events.Unanswered(),
    events.PutOff(3, date(2026, 11, 25)),
    events.Confirmed(),
    events.Rated(4),
    events.Recategorised("pothole", "drain"),
    events.Relocated((139.5, 35.7), (139.6, 35.7), 120.5, note="写真は都道"),
    events.NotOurs(HANDED, stopped=True, note="下水のふた"),
    events.Assigned(Handed(None, "road"), note="道路です"),
    events.Mailed("道路管理課", "told"),
    events.MailFailed("道路管理課", "reminder"),
    events.MailedAgain("都の事務所"),
    events.ToldOtherwise("都の事務所"),
    events.Reminded("都の事務所", by="list"),
    events.AuthorityAnswered("都の事務所", "tokyo", note="来週直します"),
    events.Unsent(("photo", "words")),
    events.Erased(),
    events.Merged("123-456-789"),
    events.Parted("123-456-789"),
    events.PhotoElsewhere(7, 320),
    events.PlaceSaid("sent"),
    events.PlaceSaid("photo", 7, 320),
    events.Withdrawn(),
    order_events.Ordered("令和8年度-0012", "小金井土木"),
    order_events.OrderStarted("令和8年度-0012"),
    order_events.OrderItemDone("令和8年度-0012", 2, checked=True, note="袋詰めで埋めました"),
    order_events.OrderAccepted("令和8年度-0012"),
    order_events.OrderSentBack("令和8年度-0012", note="転圧が足りません"),
    order_events.OrderCannot("令和8年度-0012", note="入れない"),
    order_events.TakenOut("令和8年度-0012", note="別の工事で"),
    events.PutInCharge(None, "佐藤 恵"),
    events.Promised(date(2026, 11, 25), date(2026, 12, 1), note="部品待ち"),
    events.Promised(None, None),
    events.DueAgain(date(2026, 12, 1), stays=True),
    events.DueAgain(None),
    events.CalledBack(5, note="月曜に直ると伝えた"),
    events.Moved(Status.RECEIVED, Status.FIXED, outcome="already_fixed"),
    work_events.Worked("fixed"),
    work_events.Worked(
        "fixed",
        "2026-11-21T12:03:00+09:00",
        30,
        (work_events.Used("常温合材", 2, "袋"),),
        240.5,
        "反対側",
    ),
    work_events.BroughtBack("not_found", HANDED),
    work_events.TakenBack("fixed", "fixed", "received"),
    photo_events.PhotoRedacted(7),
    photo_events.PhotoRedacted(
        7, (photo_events.Patch(0, 0, 900, 400),), (photo_events.Patch(10, 20, 300, 400),), True
    ),
    photo_events.PhotoReleased(7, 2),
    photo_events.PhotoWithheld(7, was_released=True),
    photo_events.PhotoHidden(7, note="人の顔が写っている"),
    photo_events.PhotoShown(7),
    public_events.WordsReleased(7, shortened=True),
    public_events.WordsWithheld(7),
    public_events.KeptBack(note="個人の敷地"),
    public_events.LetOut(),
)


def row(what: str, details: Mapping[str, Any], **columns: Any) -> Any:
    usual = {"from_status": None, "to_status": None, "note": ""}
    return SimpleNamespace(**usual | columns, what=what, details=details)


def kept(event: Event) -> Any:
    """The row of this event, as it comes back from the database."""
    before, after = statuses_of(event)
    details = json.loads(json.dumps(details_of(event)))
    return row(event.what, details, from_status=before, to_status=after, note=event.note)


def test_there_is_an_example_of_every_kind() -> None:
    assert {event.what for event in EXAMPLES} == set(KINDS)


@pytest.mark.parametrize("event", EXAMPLES, ids=repr)
def test_what_is_written_reads_back(event: Event) -> None:
    assert read(kept(event)) == event


@pytest.mark.parametrize("event", EXAMPLES, ids=repr)
def test_a_line_reads_without_all_that_is_personal(event: Event) -> None:
    line = kept(event)
    line.details = {key: line.details[key] for key in line.details.keys() - personal_keys()}
    line.note = "" if kind_of(event).personal_note else line.note
    left = read(line)
    assert type(left) is type(event)
    assert "139.5" not in str(left) or isinstance(event, events.Relocated)
    assert kept(left).details == line.details


def test_what_is_personal_has_a_default_to_be_read_without_it() -> None:
    assert personal_keys() == {"session", "remark_ids", "place", "place_message_id"}
    own = [what for what, kind in KINDS.items() if kind.personal_note]
    assert own == ["answered", "called_back"]


def written_by_0_4_0() -> Iterator[tuple[Any, Event]]:
    """Lines as that version wrote them, key by key."""
    why = {"reason": "rule", "road": None, "runner_up": None, "rule": 40, "owner_said": True}
    yield row("filed", {}, to_status="received"), events.Filed()
    yield row("routed", why), events.Routed(why)
    yield row("routed", why | {"from": "road", "to": None}), events.Routed(why, HANDED)
    yield row("joined", {"photos": 1, "words": True}), events.Joined(1, words=True)
    moved = row("moved", {}, from_status="received", to_status="fixed", note="直しました")
    yield moved, events.Moved(Status.RECEIVED, Status.FIXED, note="直しました")
    merged = {"into": "123-456-789", "reports": [4]}
    ended = row("moved", merged, from_status="received", to_status="merged")
    yield ended, events.Moved(Status.RECEIVED, Status.MERGED, "123-456-789", (4,))
    came = {"session": "s", "report_id": 5, "photo_ids": [], "remark_ids": [9]}
    yield row("added", came), events.Added(5, "s", remark_ids=(9,))
    erased = row("answered", {"report_id": 5, "photo_ids": [7], "question": {}})
    yield erased, events.Answered(5, photo_ids=(7,), question={})
    put_off = {"days": 3, "deadline": "2026-11-25"}
    yield row("put_off", put_off), events.PutOff(3, date(2026, 11, 25))
    yield row("not_ours", {"stopped": True}), events.NotOurs(None, stopped=True)
    place = {"from": [139.5, 35.7], "to": [139.6, 35.7], "metres": 120.5}
    yield row("relocated", place), events.Relocated((139.5, 35.7), (139.6, 35.7), 120.5)
    yield row("unsent", {"what": ["photo"]}), events.Unsent(("photo",))
    yield row("place_said", {"chosen": "sent"}), events.PlaceSaid("sent")


@pytest.mark.parametrize(("line", "event"), list(written_by_0_4_0()))
def test_lines_of_the_version_before_read_and_keep_their_keys(line: Any, event: Event) -> None:
    assert read(line) == event
    assert details_of(event) == {key: one for key, one in line.details.items() if one != []}


@pytest.mark.parametrize("what", KINDS)
def test_a_line_that_lacks_its_keys_still_reads(what: str) -> None:
    read_back = read(row(what, {}, note="ことば"))
    assert isinstance(read_back, KINDS[what].type | Unknown)
    assert read_back.note == "ことば"
    assert isinstance(read_back, Unknown) == (what == "put_off")


def test_a_kind_of_a_newer_version_keeps_its_name_note_and_statuses() -> None:
    sung = row("sung_of", {"verses": 3}, from_status="received", to_status="fixed", note="♪")
    assert read(sung) == Unknown("sung_of", Status.RECEIVED, Status.FIXED, note="♪")
    assert kind_of(read(sung)).told is False


def test_a_line_that_makes_no_sense_is_shown_by_its_name() -> None:
    assert read(row("put_off", {"days": 1, "deadline": "soon"})) == Unknown("put_off")


def test_what_a_card_tells_a_resident_may_read() -> None:
    assert all(kind.reader <= RESIDENT for kind in KINDS.values() if kind.told)
    assert all(kind.reader is PUBLIC for kind in KINDS.values() if kind.printed is PUBLIC)


def test_what_was_taken_back_leaves_the_rest_of_what_came() -> None:
    came = events.Added(5, **CAME)
    left = came.without("901", photo_ids=[7], remark_ids=[])
    assert left == events.Added(5, "s", (8,), (9,))
    assert came.without("1", photo_ids=[], remark_ids=[]) == came
    assert left.without("1", photo_ids=[8], remark_ids=[9]).is_empty


def test_a_line_goes_with_the_photo_that_it_names() -> None:
    of_photo = [kind.type for kind in KINDS.values() if kind.of_photo]
    assert {key_of(kind, "photo_id") for kind in of_photo} == {"photo_id"}
    named = [
        kind.type for kind in KINDS.values() if "photo_id" in {f.name for f in fields(kind.type)}
    ]
    assert named == of_photo


def test_a_status_of_a_newer_version_is_told_without_it() -> None:
    paused = row("moved", {}, from_status="received", to_status="paused", note="冬の間")
    assert read(paused) == Unknown("moved", Status.RECEIVED, None, note="冬の間")
