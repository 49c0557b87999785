"""Many tickets at once: first what would happen, then done, then taken back while nobody heard."""

import re
from datetime import timedelta

import pytest
from townsfolk import rows, value
from web_scene import STATION, Browser, Filed, filed

from reports.actions import bulk_runs
from reports.actions.bulk import MoveEach
from reports.actions.move import move
from reports.city.clock import today
from reports.city.templates import Template
from reports.people.permissions import Actor, Role
from reports.tickets.status import Status
from store.database import transaction
from web.desk.bulk import routes
from web.desk.bulk.offers import offers
from workers import bulk

STAFF = Actor(Role.STAFF, "佐藤 恵")
HERE = re.compile(r"/staff/bulk/(\d+)")


def chosen(staff: Browser, *tickets: Filed, **fields: str) -> str:
    fields = fields or {"numbers": ",".join(one.number for one in tickets)}
    answer = staff.post("/staff/bulk", **fields)
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"])


@pytest.fixture(autouse=True)
def hours(monkeypatch: pytest.MonkeyPatch) -> None:
    """A few tickets are done within the request, however slow the machine is."""
    monkeypatch.setattr(routes, "SECONDS", 3600)


def done(staff: Browser, here: str, **act: str) -> str:
    told = staff.post(f"{here}/act", **act)
    assert told.status_code == 303, told.text
    (shown,) = re.findall(r'name="shown" value="(\w+)"', staff.get(here).text) or [""]
    assert staff.post(f"{here}/begin", shown=shown).status_code == 303
    return str(staff.get(here).text)


def statuses() -> list[str]:
    return [row.status for row in rows("SELECT status FROM tickets ORDER BY id")]


def test_what_would_happen_is_said_before_anything_is_done(staff: Browser) -> None:
    tickets = [filed() for _ in range(3)]
    with transaction() as db:
        move(db, tickets[2].id, Status.FIXED, STAFF)
    before = value("SELECT count(*) FROM messages")
    here = chosen(staff, *tickets)
    assert "何をするか" in staff.get(here).text
    staff.post(f"{here}/act", kind="move", to="scheduled", note="月曜に直します")
    page = staff.get(here).text
    assert "状態を「対応予定」にする" in page
    assert re.search(r"変わる受付票</dt><dd><b>2</b>", page)
    assert re.search(r"お知らせする人</dt><dd><b>2</b>", page)
    assert "その状態へは変えられません" in page
    assert "あとから取り消せません" in page
    assert (statuses()[:2], value("SELECT count(*) FROM messages")) == (["received"] * 2, before)
    after = done(staff, here, kind="move", to="scheduled", note="月曜に直します")
    assert "2件を変えました。1件は変えられませんでした。" in after
    assert tickets[2].number in after
    assert statuses() == ["scheduled", "scheduled", "fixed"]
    assert "元に戻す" not in after


@pytest.mark.parametrize(
    ("act", "column"),
    [
        ({"kind": "move", "to": "inspecting"}, "status"),
        ({"kind": "assign", "department": "trees", "why": "街路樹"}, "department_id"),
        ({"kind": "person"}, "assignee_id"),
        (
            {"kind": "deadline", "day_why": "部品待ち"},
            "deadline",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else value["kind"],
)
def test_what_nobody_outside_heard_of_is_taken_back(
    staff: Browser, act: dict[str, str], column: str
) -> None:
    if act["kind"] == "person":
        act |= {"person": str(value("SELECT id FROM users WHERE name = 'sato'"))}
    act |= {"day": str(today() + timedelta(days=60))}
    tickets = [filed() for _ in range(3)]
    seen = f"SELECT {column} AS it FROM tickets ORDER BY id"
    before = [row.it for row in rows(seen)]
    here = chosen(staff, *tickets)
    assert "3件を変えました。" in done(staff, here, **act)
    after = [row.it for row in rows(seen)]
    assert all(one != other for one, other in zip(before, after, strict=True))
    with transaction() as db:  # somebody goes on with one of them
        move(db, tickets[0].id, Status.IN_PROGRESS, STAFF)
    undone = staff.post(f"{here}/undo").headers["location"]
    page = staff.get(undone).text
    assert "2件を変えました。1件は変えられませんでした。" in page
    assert "そのあとに変わったため" in page
    assert [row.it for row in rows(seen)][1:] == before[1:]
    assert staff.post(f"{here}/undo").headers["location"] == undone


def test_a_worker_goes_on_with_many_and_after_a_crash_does_none_twice(
    staff: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    tickets = [filed(routed=False) for _ in range(4)]
    monkeypatch.setattr(bulk_runs, "AT_ONCE", 2)
    here = chosen(staff, view="status=open")
    run_id = int(HERE.fullmatch(here)[1])  # type: ignore[index]
    page = done(staff, here, kind="note", memo="年度末までに", memo_to="department:road")
    assert "0件目 / 4件" in page
    assert value("SELECT count(*) FROM tasks WHERE name = 'go_on_with_bulk'") == 1
    turns = iter([False, False, True])
    assert bulk_runs.go_on(run_id, lambda: next(turns))  # it dies after two
    assert staff.get(f"{here}/progress.json").json() == {"state": "running", "done": 2, "total": 4}
    assert bulk.go_on(run_id) is None
    assert bulk.go_on(run_id) is None
    assert "4件を変えました。" in staff.get(here).text
    assert value("SELECT count(*) FROM notes") == len(tickets)


def test_placeholders_are_filled_for_each_ticket(staff: Browser) -> None:
    tickets = [filed(), filed(), filed(routed=False)]
    here = chosen(staff, *tickets)
    page = done(
        staff, here, kind="move", to="scheduled", note="{number} は［期限の日］までに直します。"
    )
    assert "2件を変えました。1件は" in page
    assert "［期限の日］に入るものがありません" in page
    notes = rows("SELECT note FROM history WHERE what = 'moved' ORDER BY ticket_id")
    for one, row in zip(tickets, notes, strict=False):
        assert row.note.startswith(f"{one.number} は")
        assert "{" not in row.note
        assert "［" not in row.note


def test_a_few_that_are_taken_back_are_taken_back_at_once_however_many_were_chosen(
    staff: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    tickets = [filed() for _ in range(3)]
    with transaction() as db:
        move(db, tickets[0].id, Status.INSPECTING, STAFF)
    monkeypatch.setattr(bulk_runs, "AT_ONCE", 2)
    monkeypatch.setattr(bulk, "SECONDS", 600)
    here = chosen(staff, *tickets)
    done(staff, here, kind="move", to="inspecting")
    assert bulk.go_on(int(here.rsplit("/")[-1])) is None
    undone = staff.post(f"{here}/undo").headers["location"]
    assert "2件を変えました。" in staff.get(undone).text
    assert statuses() == ["inspecting", "received", "received"]


def test_who_finds_another_at_it_waits_before_looking_again(staff: Browser) -> None:
    here = chosen(staff, filed())
    run_id = int(here.rsplit("/")[-1])
    with transaction() as db:
        bulk_runs.wish(db, run_id, MoveEach(to=Status.INSPECTING))
        bulk_runs.begin(db, run_id)
    with transaction() as other:
        bulk_runs.run_of(other, run_id, lock=True)
        again = bulk.go_on(run_id)
        assert again is not None
        with transaction() as db:
            again(db)
    due = "SELECT due_at > now() + interval '1 s' FROM tasks ORDER BY id DESC LIMIT 1"
    assert value(due)


def test_what_waits_for_a_decision_is_limited_and_goes(
    staff: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk_runs, "MOST_WAITING", 2)
    one = filed()
    first, second = chosen(staff, one), chosen(staff, one)
    refused = staff.post("/staff/bulk", numbers=one.number)
    assert (refused.status_code, "何もせずにやめる" in refused.text) == (429, True)
    assert staff.post(f"{first}/stop").headers["location"] == "/staff/"
    assert staff.get(first).status_code == 404
    chosen(staff, one)
    rows("UPDATE bulk_runs SET made_at = now() - interval '2 hours'")
    chosen(staff, one)
    assert staff.get(second).status_code == 404


def test_all_of_a_view_is_taken_and_too_many_are_refused(
    staff: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    road, tree = filed(), filed("tree", STATION)
    here = chosen(staff, view="category=pothole&status=open")
    assert 'まとめて変える <span class="soft">1件' in staff.get(here).text
    west, south = STATION.lon - 0.001, STATION.lat - 0.001
    part = f"{west},{south},{west + 0.002},{south + 0.002}"
    run_id = int(chosen(staff, view="status=open", bounds=part).rpartition("/")[2])
    of_part = rows("SELECT ticket_id FROM bulk_items WHERE run_id = :id", id=run_id)
    assert of_part == [(tree.id,)]
    monkeypatch.setattr(bulk_runs, "MOST", 1)
    refused = staff.post("/staff/bulk", view="status=all")
    assert (refused.status_code, "条件を絞って" in refused.text) == (422, True)
    assert road.number != tree.number


def test_what_cannot_be_wished_is_refused(staff: Browser) -> None:
    here = chosen(staff, filed())
    for says, act in (
        ("何をするかを選んで", {"kind": "fly"}),
        ("どの状態に変えるか", {"kind": "move", "to": "x"}),
        ("説明を書いて", {"kind": "move", "to": "declined"}),
        ("どこの担当にするか", {"kind": "assign", "department": "x", "why": "y"}),
        ("理由を書いて", {"kind": "assign", "department": "road", "why": " "}),
        ("担当者を選んで", {"kind": "person", "person": "999999"}),
        ("日付を選んで", {"kind": "deadline", "day": "明日", "day_why": "x"}),
        ("メモを書いて", {"kind": "note", "memo": ""}),
        ("宛先を選んで", {"kind": "note", "memo": "x", "memo_to": "y"}),
    ):
        answer = staff.post(f"{here}/act", **act)
        assert (answer.status_code, says in answer.text) == (422, True), says
    assert staff.post(f"{here}/begin").status_code == 409
    assert "何をするか" in staff.get(here).text  # nothing has begun


def test_a_long_line_of_digits_takes_no_time(staff: Browser) -> None:
    assert staff.post("/staff/bulk", numbers="1" * 1_000_000).status_code == 422


def test_nobody_chosen_and_what_is_anothers_is_refused(staff: Browser, crew: Browser) -> None:
    assert staff.post("/staff/bulk", numbers="1,2,x").status_code == 422
    assert staff.post("/staff/bulk").status_code == 422
    assert staff.get("/staff/bulk/99999999999999999999").status_code in (404, 422)
    here = chosen(staff, filed())
    assert crew.get(here).status_code in (303, 403, 404)
    rows("UPDATE bulk_runs SET by_id = (SELECT id FROM users WHERE name = 'roads')")
    assert staff.get(here).status_code == 404


def test_what_was_chosen_is_saved_and_printed_alone(staff: Browser, crew: Browser) -> None:
    one, closed, other = filed(), filed(), filed()
    with transaction() as db:
        move(db, closed.id, Status.FIXED, STAFF)
    here = chosen(staff, numbers=f"{closed.number},{one.number}", then="save")
    assert here.startswith("/staff/table?chosen=")
    page = staff.get(here).text
    assert "一覧で選んだ受付票" in page
    assert '<b class="count">2件</b>' in page
    query = here.partition("?")[2]
    listed = staff.get(f"/staff/table/file?form=csv&{query}").text
    assert listed.index(closed.number) < listed.index(one.number)
    assert other.number not in listed
    for form in ("xlsx", "geojson", "pdf"):
        assert staff.get(f"/staff/table/file?form={form}&{query}").status_code == 200, form
    assert f'href="{here}"' in staff.get(here.replace("table?chosen=", "bulk/")).text
    rows("UPDATE bulk_runs SET by_id = (SELECT id FROM users WHERE name = 'roads')")
    for address in (here, f"/staff/table/file?form=csv&{query}"):
        gone = staff.get(address)
        assert (gone.status_code, "もう残っていません" in gone.text) == (422, True)


def test_templates_that_fit_all_of_them_stand_first(staff: Browser) -> None:
    texts = {"ja": "x"}
    made = [
        Template("any", "a", "note", texts),
        Template("hole", "b", "note", texts, categories=("pothole",), statuses=("fixed",)),
        Template("both", "c", "note", texts, categories=("pothole", "sign")),
    ]
    fits = {frozenset(kinds): [one.fits for one in offers(made, kinds)]
            for kinds in ({"pothole"}, {"pothole", "sign"}, {"pothole", "tree"})}  # fmt: skip
    assert [*fits.values()] == [[True] * 3, [True, False, True], [True, False, False]]
    page = staff.get(chosen(staff, filed(), filed("sign"))).text
    fitting = re.findall(r'<li data-fits="(yes|no)" data-statuses="([\w ]*)"', page)
    assert ("yes", "fixed") in fitting


def test_each_press_that_is_sent_twice_is_one(staff: Browser) -> None:
    one, other = filed(), filed()
    first = chosen(staff, numbers=one.number, key="of this page")
    assert chosen(staff, numbers=one.number, key="of this page") == first
    assert chosen(staff, numbers=other.number, key="of this page") != first
    done(staff, first, kind="move", to="inspecting")
    back = [staff.post(f"{first}/undo").headers["location"] for _ in range(2)]
    assert back[0] == back[1]
    assert statuses() == ["received", "received"]
    given_up = chosen(staff, numbers=one.number, key="of another")
    for _ in range(2):
        answer = staff.post(f"{given_up}/stop")
        assert (answer.status_code, answer.headers["location"]) == (303, "/staff/")
