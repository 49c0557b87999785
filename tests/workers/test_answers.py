"""Answers by mail to whoever handed in a report with an address."""

from collections.abc import Iterator

import pytest
from fastapi import FastAPI
from georeport_scene import HOLE, program
from letterbox import Letterbox, letterbox
from townsfolk import STAFF, rows, value
from workshop import work_off

from local.machine.processes import free_ports
from reports.actions.call_back import forget_caller
from reports.actions.move import move
from reports.people.permissions import Scope
from reports.tickets.status import Status
from settings import settings
from store.database import transaction


@pytest.fixture
def box(database_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Letterbox]:
    (port,) = free_ports([0])
    with letterbox(port) as opened:
        monkeypatch.setenv("SMTP_URL", opened.url)
        monkeypatch.setenv("MAIL_FROM", "小金井市 道路管理課 <road@city.example.jp>")
        settings.cache_clear()
        yield opened


def filed(app: FastAPI) -> int:
    """By a program, for somebody with an address."""
    told = HOLE | {"email": "yamada@example.jp", "last_name": "山田", "attribute[same]": "new"}
    program(app, Scope.WRITE).post("posted", "requests", **told)
    return int(value("SELECT max(id) FROM tickets"))


def moved(ticket_id: int, to: Status, note: str = "") -> None:
    with transaction() as db:
        move(db, ticket_id, to, STAFF, note=note)


def test_each_change_that_is_told_goes_to_them_once(app: FastAPI, box: Letterbox) -> None:
    ticket_id = filed(app)
    moved(ticket_id, Status.INSPECTING)
    assert work_off("send_answer") == 0
    moved(ticket_id, Status.SCHEDULED, "来週、直します。")
    assert work_off("send_answer") == 1
    number = value("SELECT number FROM tickets WHERE id = :id", id=ticket_id)
    (mail,) = box.mails
    assert mail["To"] == "yamada@example.jp"
    assert number in mail["Subject"]
    assert "山田 様" in box.words()
    assert "対応予定" in box.words()
    assert "来週、直します。" in box.words()
    assert value("SELECT state FROM answer_mails") == "sent"
    assert value("SELECT count(*) FROM callers WHERE due_since IS NOT NULL") == 0


def test_whom_no_mail_reaches_waits_for_staff(app: FastAPI, box: Letterbox) -> None:
    box.answers.append("550 no such person")
    moved(filed(app), Status.FIXED)
    work_off("send_answer")
    (waits,) = rows("SELECT email FROM callers WHERE call_back AND due_since IS NOT NULL")
    assert waits.email == "yamada@example.jp"
    assert value("SELECT state FROM answer_mails") == "failed"


def test_who_is_forgotten_gets_nothing_more(app: FastAPI, box: Letterbox) -> None:
    ticket_id = filed(app)
    moved(ticket_id, Status.FIXED)
    with transaction() as db:
        forget_caller(db, value("SELECT max(id) FROM reports"), STAFF)
    work_off("send_answer")
    assert box.mails == []
    assert value("SELECT count(*) FROM answer_mails") == 0
