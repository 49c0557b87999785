"""Administrators let people in, change what they are, and stop them; nobody locks the city out."""

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from html import unescape
from time import sleep

import pyotp
import pytest
from fastapi import FastAPI
from sqlalchemy import select
from starlette.testclient import TestClient
from townsfolk import value
from typer.testing import CliRunner
from web_scene import PAGE, PASSWORD, Browser, filed

from cli.app import app as michi
from reports.actions.appoint import Post, appoint
from reports.actions.disable import disable
from reports.people import invitations, sessions
from reports.people.accounts import create_user
from reports.people.last_ones import LastOne
from reports.people.models import Invitation, User
from reports.people.second import code_app
from settings import settings
from store.database import transaction
from web.auth.sessions import COOKIE

ID = "SELECT id FROM users WHERE name = :name"
NEW = "a quiet road in the hills"


@pytest.fixture
def boss(come_in: Callable[[str], Browser]) -> Browser:
    with transaction() as db:
        create_user(db, name="kato", shown_name="加藤", password=PASSWORD, role="administrator")
    return come_in("kato")


@pytest.fixture
def newcomer(app: FastAPI) -> TestClient:
    return TestClient(app, base_url="http://127.0.0.1:8000")


def link_in(html: str) -> str:
    found = re.search(r'id="link" readonly value="([^"]+)"', html)
    assert found, html
    return unescape(found[1]).removeprefix("http://127.0.0.1:8000")


def invited(boss: Browser, name: str = "yamada", **more: str) -> str:
    post = {"name": name, "role": "crew", "department-road": "yes"} | more
    answer = boss.post("/staff/people/new", **post)
    assert answer.status_code == 200, answer.text
    return link_in(answer.text)


def come(client: TestClient, link: str, **fields: str) -> int:
    form = {"shown_name": "山田 太郎", "password": NEW} | fields
    answer = client.post(link, data=form, headers=PAGE, follow_redirects=False)
    return answer.status_code


def test_somebody_invited_comes_once_and_is_known(boss: Browser, newcomer: TestClient) -> None:
    link = invited(boss, **{"department-trees": "yes"})
    assert "招待中" in boss.get("/staff/people").text
    page = newcomer.get(link, headers=PAGE).text
    assert 'value="yamada"' in page
    assert "作業班として招待されています" in page
    assert come(newcomer, link) == 303
    assert newcomer.get("/crew/", headers=PAGE).status_code == 200
    visitor = sessions.visitor(newcomer.cookies[COOKIE])
    assert visitor is not None
    assert (visitor.name, visitor.departments) == ("山田 太郎", ("road", "trees"))
    assert come(newcomer, link) == 410
    with transaction() as db:
        kept = db.scalars(select(Invitation)).one()
    assert link.rpartition("/")[2] not in (kept.nonce, kept.token_hash)


def test_a_link_that_ended_or_never_was_says_so(boss: Browser, newcomer: TestClient) -> None:
    link = invited(boss)
    path = f"/staff/people/{value(ID, name='yamada')}"
    newer = link_in(boss.post(f"{path}/link").text)
    assert newcomer.get(link, headers=PAGE).status_code == 410
    assert newcomer.get("/invited/nonsense", headers=PAGE).status_code == 404
    assert newcomer.get(f"/invited/{'x' * 900}", headers=PAGE).status_code == 404
    value("UPDATE invitations SET ends_at = now() RETURNING 1")
    assert come(newcomer, newer) == 410
    assert "招待の期限切れ" in boss.get("/staff/people").text
    assert boss.post(f"{path}/link/end").headers["location"] == "/staff/people?gone=1"
    assert value("SELECT count(*) FROM users WHERE name = 'yamada'") == 0


def test_a_weak_password_uses_the_link_not_up(boss: Browser, newcomer: TestClient) -> None:
    link = invited(boss)
    for password in ("short", "passwordpassword", "yamadayamada", "小金井市の小金井市の"):
        assert come(newcomer, link, password=password) == 422, password
    assert come(newcomer, link, shown_name=" ") == 422
    assert newcomer.post("/invited/x", headers=PAGE | {"origin": "https://evil"}).status_code == 403
    assert come(newcomer, link) == 303


def test_what_cannot_be_invited_is_told_why(boss: Browser) -> None:
    for post, why in (
        ({"name": ""}, "サインインの名前"),
        ({"name": "two words"}, "空白のない"),
        ({"name": "SATO"}, "もういます"),
        ({"role": ""}, "役割を選んで"),
        ({"role": "resident"}, "役割を選んで"),
        ({"role": "crew"}, "担当課を1つ以上"),
        ({"role": "crew", "department-moon": "yes"}, "担当課を1つ以上"),
        ({"role": "contractor"}, "請負業者を選んで"),
        ({"mail": "road"}, "name@example.jp の形"),
        ({"mail": "yamada@example.jp"}, "メールを送らない設定"),
    ):
        answer = boss.post("/staff/people/new", **({"name": "yamada", "role": "staff"} | post))
        assert (answer.status_code, why in answer.text) == (422, True), post
        assert answer.text.count('id="wrong"') == 1, post


def test_what_is_wrong_stands_with_its_field_which_has_the_focus(boss: Browser) -> None:
    for post, after, field in (
        ({"name": "two words"}, 'id="name"', "name"),
        ({"role": ""}, "<legend>役割", "role"),
        ({"role": "crew"}, "<legend>担当課", "department-"),
        ({"role": "contractor"}, 'id="contractor"', "contractor"),
    ):
        form = {"name": "yamada", "role": "staff"} | post
        for address, group in (("/staff/people/new", ""), ("/staff/people/groups/one", "road")):
            if not (group and field == "name"):
                text = boss.post(address, **form, group=group).text
                assert text.index(after) < text.index('id="wrong"'), (address, post)
                (focused,) = [part for part in text.split("<") if " autofocus" in part]
                assert f'name="{field}' in focused, (address, post)


def test_who_may_not_say_who_comes_in_sees_nothing_of_it(
    staff: Browser, crew: Browser, boss: Browser
) -> None:
    link = f"/staff/people/{value(ID, name='roads')}"
    for one in (staff, crew):
        assert one.get("/staff/people").status_code == 403
        assert one.get(link).status_code == 403
        assert one.post(f"{link}/disable").status_code == 403
    assert "/staff/people" not in staff.get("/staff/due").text
    assert "/staff/people" in boss.get("/staff/due").text


def test_another_post_holds_at_once_and_frees_what_is_not_theirs(
    boss: Browser, staff: Browser, crew: Browser
) -> None:
    ours = filed()
    roads = value(ID, name="roads")
    staff.post(f"/staff/tickets/{ours.number}/person", person=str(roads), seen="")
    path = f"/staff/people/{roads}"
    both = {"role": "crew", "department-road": "yes", "department-trees": "yes"}
    assert boss.post(f"{path}/role", **both).status_code == 303
    charge = "SELECT assignee_id FROM tickets WHERE id = :id"
    assert value(charge, id=ours.id) == roads
    assert boss.post(f"{path}/role", role="crew", **{"department-trees": "yes"}).status_code == 303
    assert value(charge, id=ours.id) is None
    assert crew.get(f"/crew/tickets/{ours.number}").status_code == 404
    assert boss.post(f"{path}/role", role="viewer").status_code == 303
    assert crew.get("/crew/").status_code == 403
    assert crew.get("/staff/due").status_code == 200


def test_who_is_stopped_is_out_at_once_and_may_come_again(boss: Browser, crew: Browser) -> None:
    path = f"/staff/people/{value(ID, name='roads')}"
    ours = filed()
    boss.post(f"/staff/tickets/{ours.number}/person", person=str(value(ID, name="roads")), seen="")
    link = link_in(boss.post(f"{path}/link").text)
    assert boss.post(f"{path}/disable").status_code == 303
    assert crew.get("/crew/").status_code == 303
    assert crew.client.get(link, headers=PAGE).status_code == 410
    assert value("SELECT assignee_id FROM tickets WHERE id = :id", id=ours.id) is None
    assert boss.post(f"{path}/link").status_code == 409
    assert boss.post(f"{path}/enable").status_code == 303
    form = {"name": "roads", "password": PASSWORD}
    assert crew.client.post("/sign-in", data=form, follow_redirects=False).status_code == 303


def test_a_reset_ends_what_was_open_once_it_is_used(
    boss: Browser, crew: Browser, newcomer: TestClient
) -> None:
    link = link_in(boss.post(f"/staff/people/{value(ID, name='roads')}/link").text)
    assert crew.get("/crew/").status_code == 200
    assert come(newcomer, link) == 303
    assert crew.get("/crew/").status_code == 303
    form = {"name": "roads", "password": PASSWORD}
    assert crew.client.post("/sign-in", data=form).status_code == 401


def test_a_link_that_is_used_while_its_person_is_stopped_is_over(
    boss: Browser, crew: Browser, newcomer: TestClient
) -> None:
    user_id = value(ID, name="roads")
    link = link_in(boss.post(f"/staff/people/{user_id}/link").text)
    with ThreadPoolExecutor(1) as beside:
        with transaction() as db:
            db.scalar(select(User.id).where(User.id == user_id).with_for_update())
            comes = beside.submit(come, newcomer, link)
            sleep(0.5)
            disable(db, "roads")
        assert comes.result() == 410


def test_a_password_set_at_the_terminal_leaves_no_link_and_no_known_browser(
    boss: Browser, crew: Browser
) -> None:
    link = link_in(boss.post(f"/staff/people/{value(ID, name='roads')}/link").text)
    with transaction() as db:
        create_user(
            db, name="roads", shown_name="班", password=NEW, role="crew", department_key="road"
        )
    assert crew.client.get(link, headers=PAGE).status_code == 410
    assert value("SELECT count(*) FROM known_devices WHERE user_id = :id",
                 id=value(ID, name="roads")) == 0  # fmt: skip


def test_a_new_password_that_is_refused_is_no_wrong_try_of_the_old_one(staff: Browser) -> None:
    weak = [staff.post("/staff/account/password", old=PASSWORD, password="short") for _ in range(7)]
    assert {one.status_code for one in weak} == {422}
    assert staff.post("/staff/account/password", old=PASSWORD, password=NEW).status_code == 303


def test_others_sessions_are_seen_and_ended(
    boss: Browser, staff: Browser, come_in: Callable[[str], Browser]
) -> None:
    phone = come_in("sato")
    path = f"/staff/people/{value(ID, name='sato')}"
    page = boss.get(path).text
    ids = re.findall(rf'action="{path}/sessions/(\d+)/end"', page)
    assert len(ids) == 2
    assert boss.post(f"{path}/sessions/{min(map(int, ids))}/end").status_code == 303
    assert [staff.get("/staff/due").status_code, phone.get("/staff/due").status_code] == [303, 200]
    assert boss.post(f"{path}/sessions/end").status_code == 303
    assert phone.get("/staff/due").status_code == 303
    assert value("SELECT count(*) FROM known_devices WHERE user_id = :id",
                 id=value(ID, name="sato")) == 0  # fmt: skip


@pytest.mark.parametrize("side", ["staff", "crew"])
def test_people_see_to_their_own_account(
    request: pytest.FixtureRequest, come_in: Callable[[str], Browser], side: str
) -> None:
    me: Browser = request.getfixturevalue(side)
    name = {"staff": "sato", "crew": "roads"}[side]
    other, base = come_in(name), f"/{side}/account"
    assert "この画面" in me.get(base).text
    assert me.post(f"{base}/name", shown_name="新しい名").status_code == 303
    assert "新しい名" in me.get(base).text
    wrong = me.post(f"{base}/password", old="nonsense", password=NEW)
    assert (wrong.status_code, "いまのパスワードが違います" in wrong.text) == (422, True)
    weak = me.post(f"{base}/password", old=PASSWORD, password=f"{name}{name}{name}")
    assert (weak.status_code, "名前や市の名前だけ" in weak.text) == (422, True)
    assert me.post(f"{base}/password", old=PASSWORD, password=NEW).status_code == 303
    assert [me.get(base).status_code, other.get(base).status_code] == [200, 303]
    form = {"name": name, "password": NEW}
    assert other.client.post("/sign-in", data=form, follow_redirects=False).status_code == 303
    (there,) = re.findall(rf'action="{base}/sessions/(\d+)/end"', me.get(base).text)
    assert me.post(f"{base}/sessions/{there}/end").status_code == 303
    assert other.get(base).status_code == 303


def test_the_last_administrator_stays(boss: Browser) -> None:
    path = f"/staff/people/{value(ID, name='kato')}"
    for what, fields in (("disable", {}), ("role", {"role": "staff"})):
        answer = boss.post(f"{path}/{what}", **fields)
        assert (answer.status_code, "最後の管理者" in answer.text) == (409, True)
    invited(boss, "tanaka", role="administrator")
    assert boss.post(f"{path}/disable").status_code == 409, "who was invited opens no door yet"


def test_of_two_administrators_who_go_at_once_one_stays(boss: Browser) -> None:
    with transaction() as db:
        create_user(db, name="ito", shown_name="伊藤", password=PASSWORD, role="administrator")
    post = Post("viewer")

    def goes(name: str) -> bool:
        try:
            with transaction() as db:
                if name == "kato":
                    disable(db, name)
                else:
                    appoint(db, value(ID, name=name), post, None)
            return True
        except LastOne:
            return False

    with ThreadPoolExecutor(2) as two:
        assert sorted(two.map(goes, ["kato", "ito"])) == [False, True]


def test_before_there_is_an_administrator_the_last_of_staff_stays(staff: Browser) -> None:
    with transaction() as db, pytest.raises(LastOne, match="最後の職員"):
        disable(db, "sato")
    with transaction() as db:
        appoint(db, value(ID, name="sato"), Post("administrator"), None)


def test_the_command_line_does_the_same(stranger: TestClient, newcomer: TestClient) -> None:
    def run(*words: str, said: str | None = None) -> str:
        done = CliRunner().invoke(michi, words, input=said)
        assert done.exit_code == 0, done.output
        return done.output

    said = run("people", "invite", "yamada", "--role", "crew", "--department", "road")
    link = said.strip().splitlines()[-1].removeprefix("http://127.0.0.1:8000")
    assert come(newcomer, link) == 303
    assert "yamada\tcrew\tactive" in run("people", "list", "yama")
    run("people", "role", "yamada", "department", "--department", "trees")
    assert "yamada\tdepartment" in run("people", "list", "--department", "trees")
    run("people", "disable", "yamada")
    assert "yamada\tdepartment\tdisabled" in run("people", "list")
    run("people", "enable", "yamada")
    assert "/invited/" in run("people", "reset", "yamada")
    again = ("add-user", "yamada", "--role", "viewer", "--shown-name", "山田")
    run(*again, said=f"{PASSWORD}\n")
    assert "warning" in run(*again, f"--password={PASSWORD}")
    refused = CliRunner().invoke(michi, ["people", "disable", "sato"])
    assert (refused.exit_code, "最後の職員" in refused.output) == (2, True)
    with transaction() as db:
        assert invitations.whose(db, "nonsense") is None


def test_who_gets_a_role_that_needs_a_second_factor_signs_in_anew_unless_they_have_it(
    boss: Browser, staff: Browser, crew: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SECOND_FACTOR_ROLES", "administrator")
    settings.cache_clear()
    secret = code_app.new_secret()
    with transaction() as db:
        assert code_app.turn_on(db, value(ID, name="roads"), secret, pyotp.TOTP(secret).now())
    for browser, name, status in ((staff, "sato", 303), (crew, "roads", 200)):
        path = f"/staff/people/{value(ID, name=name)}/role"
        assert boss.post(path, role="administrator").status_code == 303
        assert browser.get("/staff/people").status_code == status, name
