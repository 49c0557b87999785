"""Administrators make keys for programs, see them once, and revoke them."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient
from townsfolk import rows, value
from typer.testing import CliRunner
from web_scene import PASSWORD, Browser

from cli.app import app as michi
from reports.city.clock import local, now, today
from reports.people import key_words, keys
from reports.people.accounts import create_user
from reports.people.keys import KeyEnded, hold
from store.database import transaction


@pytest.fixture
def boss(come_in: Callable[[str], Browser]) -> Browser:
    with transaction() as db:
        create_user(db, name="kato", shown_name="加藤", password=PASSWORD, role="administrator")
    return come_in("kato")


def form(**more: str) -> dict[str, str]:
    until = (today() + timedelta(days=7)).isoformat()
    return {"name": "工事管理", "scope-open": "yes", "until": until, "per_minute": "60"} | more


def ask(app: FastAPI, secret: str) -> int:
    headers = {"authorization": f"Bearer {secret}"}
    return TestClient(app).get("/api/tickets", headers=headers).status_code


def test_a_key_is_shown_once_and_opens_nothing_once_it_is_revoked(
    app: FastAPI, boss: Browser
) -> None:
    made = boss.post("/staff/keys/new", **form(**{"department-road": "yes"}))
    (secret,) = set(re.findall(key_words.PATTERN, made.text))
    assert made.headers["cache-control"] == "no-store"
    assert f"KEY=&#39;{secret}&#39;" in made.text or f"KEY='{secret}'" in made.text
    assert "curl -H" in made.text
    assert rows(
        "SELECT name, scopes, departments, per_minute, made_by IS NULL FROM api_tokens"
    ) == [("工事管理", ["open"], ["road"], 60, False)]
    page = boss.get("/staff/keys").text
    assert secret not in page
    for words in (
        "工事管理",
        "公開データ",
        "道路管理課の受付票だけ",
        "加藤",
        "まだ使われていません",
        "まもなく期限",
    ):
        assert words in page
    assert boss.get("/staff/menu.json").json()["badges"]["/staff/keys"] == 1
    assert ask(app, secret) == 200
    assert "testclient から" in boss.get("/staff/keys").text
    id = value("SELECT id FROM api_tokens")
    assert boss.post(f"/staff/keys/{id}/revoke").status_code == 303
    assert ask(app, secret) == 401
    assert "加藤 が取り消し" in boss.get("/staff/keys").text
    assert boss.get("/staff/menu.json").json()["badges"]["/staff/keys"] == 0


def test_a_key_stops_with_who_answers_for_it_until_another_does(
    app: FastAPI, boss: Browser, come_in: Callable[[str], Browser]
) -> None:
    made = boss.post("/staff/keys/new", **form())
    (secret,) = set(re.findall(key_words.PATTERN, made.text))
    with transaction() as db:
        create_user(db, name="ueda", shown_name="上田", password=PASSWORD, role="administrator")
    other, kato = come_in("ueda"), value("SELECT id FROM users WHERE name = 'kato'")
    key_id = value("SELECT id FROM api_tokens")
    assert "プログラムの鍵も止まります: 工事管理" in other.get(f"/staff/people/{kato}").text
    assert ask(app, secret) == 200
    assert other.post(f"/staff/people/{kato}/disable").status_code == 303
    asked = {"authorization": f"Bearer {secret}"}
    answer = TestClient(app).get("/api/tickets", headers=asked)
    assert (answer.status_code, answer.json()["reason"]) == (401, "stopped")
    with transaction() as db, pytest.raises(KeyEnded, match="stopped"):
        hold(db, key_id)
    assert "止まっている鍵" in other.get("/staff/keys").text
    assert other.get("/staff/menu.json").json()["badges"]["/staff/keys"] == 1
    assert other.post(f"/staff/keys/{key_id}/take").status_code == 303
    assert ask(app, secret) == 200
    assert "止まっている鍵" not in other.get("/staff/keys").text
    stopped = CliRunner().invoke(michi, ["keys", "hand-over", "工事管理", "kato"])
    assert stopped.exit_code == 2, stopped.output
    boss.post(f"/staff/keys/{key_id}/revoke")
    other.post(f"/staff/keys/{key_id}/revoke")
    assert other.post(f"/staff/keys/{key_id}/take").status_code == 409


def test_a_key_stops_with_an_administrator_who_becomes_something_else(
    app: FastAPI, boss: Browser, come_in: Callable[[str], Browser]
) -> None:
    made = boss.post("/staff/keys/new", **form(**{"scope-write": "yes"}))
    (secret,) = set(re.findall(key_words.PATTERN, made.text))
    with transaction() as db:
        create_user(db, name="ueda", shown_name="上田", password=PASSWORD, role="administrator")
    other, kato = come_in("ueda"), value("SELECT id FROM users WHERE name = 'kato'")
    key_id, theirs = value("SELECT id FROM api_tokens"), f"/staff/people/{kato}"
    assert "プログラムの鍵が止まります: 工事管理" in other.get(theirs).text
    assert other.post(f"{theirs}/role", role="staff").status_code == 303
    answer = TestClient(app).get("/api/tickets", headers={"authorization": f"Bearer {secret}"})
    assert (answer.status_code, answer.json()["reason"]) == (401, "stopped")
    assert "管理者でなくなった" in answer.json()["detail"]
    with transaction() as db, pytest.raises(KeyEnded, match="stopped"):
        hold(db, key_id)
    told = other.get(theirs).text
    assert "(工事管理)は止まっています" in told
    assert "鍵が止まります" not in told
    listed = other.get("/staff/keys").text
    assert "止まっている鍵" in listed
    assert "管理者でなくなった人" in listed
    assert other.get("/staff/menu.json").json()["badges"]["/staff/keys"] == 1
    assert other.post(f"/staff/keys/{key_id}/take").status_code == 303
    assert ask(app, secret) == 200
    said = CliRunner().invoke(michi, ["people", "role", "kato", "administrator"])
    assert "止まった鍵" not in said.output
    assert CliRunner().invoke(michi, ["keys", "hand-over", "工事管理", "kato"]).exit_code == 0
    said = CliRunner().invoke(michi, ["people", "role", "kato", "viewer"])
    assert "止まった鍵: 工事管理" in said.output
    assert ask(app, secret) == 401


def test_keys_that_ended_go_after_a_while_and_those_that_hold_stay(boss: Browser) -> None:
    for name in ("古い鍵", "使う鍵"):
        assert boss.post("/staff/keys/new", **form(name=name)).status_code == 200
    boss.post(f"/staff/keys/{value('SELECT min(id) FROM api_tokens')}/revoke")
    with transaction() as db:
        long_after = local(now()) + timedelta(minutes=1)
        assert keys.count_ended(db, local(now()) - timedelta(days=1)) == 0
        assert keys.count_ended(db, long_after) == keys.forget(db, long_after) == 1
    assert rows("SELECT name FROM api_tokens") == [("使う鍵",)]


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"name": " "}, "名前を"),
        ({"scope-open": "", "name": "x" * 61}, "名前を"),
        ({"until": "2020-01-01"}, "期限は"),
        ({"until": "moon"}, "日付を選んで"),
        ({"per_minute": "0"}, "1分間の回数"),
        ({"per_minute": "many"}, "1分間の回数"),
        ({"department-moon": "yes"}, "その担当課"),
    ],
)
def test_what_cannot_be_a_key_is_said_and_what_was_typed_stays(
    more: dict[str, str], words: str, boss: Browser
) -> None:
    answer = boss.post("/staff/keys/new", **form(**more))
    assert answer.status_code == 422
    assert words in answer.text
    assert answer.text.count('id="wrong"') == answer.text.count(" autofocus") == 1
    assert value("SELECT count(*) FROM api_tokens") == 0


def test_a_name_is_one_keys_also_when_that_has_ended(boss: Browser) -> None:
    assert boss.post("/staff/keys/new", **form()).status_code == 200
    boss.post(f"/staff/keys/{value('SELECT id FROM api_tokens')}/revoke")
    again = boss.post("/staff/keys/new", **form(name="工事管理 "))
    assert (again.status_code, "その名前の鍵が、もうあります" in again.text) == (422, True)


def test_the_command_makes_lists_and_revokes_keys(app: FastAPI) -> None:
    def run(*words: str) -> str:
        done = CliRunner().invoke(michi, ["keys", *words])
        assert done.exit_code == 0, done.output
        return done.output.strip()

    secret = run("new", "works", "--scope", "write", "--scope", "open", "--department", "road")
    assert ask(app, secret) == 200
    name, state, scopes, departments, often, *_ = run("list").split("\t")
    assert (name, state, scopes, departments, often) == (
        "works",
        "active",
        "open,write",
        "road",
        "300",
    )
    assert run("revoke", "works") == "works: revoked"
    assert ask(app, secret) == 401
    for words in (
        ["keys", "revoke", "works"],
        ["api-token", "works"],
        ["keys", "new", "x", "--scope", "all"],
    ):
        assert CliRunner().invoke(michi, words).exit_code == 2
