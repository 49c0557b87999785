"""A link is mailed once, to whom it is for; what cannot be mailed is said on their page."""

import socket
from collections.abc import Iterator

import pytest
from letterbox import Letterbox, letterbox
from townsfolk import value

from reports.actions.invite import NewPerson, invite, take_back
from reports.people.invitations import Link
from settings import settings
from store.database import transaction
from workers.invitations import send_invitation

STATE = "SELECT mail_state FROM invitations WHERE id = :id"


@pytest.fixture
def letters(database_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Letterbox]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with letterbox(port) as box:
        monkeypatch.setenv("SMTP_URL", box.url)
        monkeypatch.setenv("MAIL_FROM", "Road division <road@city.example.jp>")
        settings.cache_clear()
        yield box


def invited(name: str) -> tuple[int, Link]:
    with transaction() as db:
        who = NewPerson(name, "staff", mail=f"{name}@city.example.jp")
        return invite(db, who, None)


def sent(link: Link) -> str:
    write = send_invitation(link.id)
    if write:
        with transaction() as db:
            write(db)
    return str(value(STATE, id=link.id))


def test_the_mail_has_the_link_that_was_shown(letters: Letterbox) -> None:
    _, link = invited("yamada")
    assert sent(link) == "sent"
    (mail,) = letters.mails
    assert mail["To"] == "yamada@city.example.jp"
    assert mail["Subject"] == "【小金井市】道路の通報(Michi)への招待"
    assert link.address in letters.words()
    assert sent(link) == "sent"
    assert len(letters.mails) == 1


def test_a_link_that_was_taken_back_is_mailed_to_nobody(letters: Letterbox) -> None:
    user_id, link = invited("yamada")
    with transaction() as db:
        take_back(db, user_id, None)
    assert send_invitation(link.id) is None
    assert letters.mails == []


def test_where_no_mail_is_sent_its_page_says_so(database_url: str) -> None:
    _, link = invited("yamada")
    assert sent(link) == "failed"
