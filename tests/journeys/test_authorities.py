"""A hole in the prefecture's road: its office hears by mail, is silent, and is asked again."""

import email
import email.policy
import io
from email.message import EmailMessage

import pypdfium2
import pytest
from neighbours import Neighbour, Office, Town, until

from local.day.sample_map import far_apart, spots
from local.machine.stack import Stack
from local.mail import CLOSED

OFFICE = "東京都北多摩南部建設事務所"
PAGE = "/staff/authorities"
_spots = far_apart(spots("prefecture"), metres=40)


def mails_about(michi: Stack, number: str) -> list[EmailMessage]:
    """What the mail server on loopback has taken, oldest first."""
    files = sorted(michi.mail_folder.glob("*.eml"))
    read = [
        email.message_from_bytes(file.read_bytes(), policy=email.policy.default) for file in files
    ]
    return [mail for mail in read if number in mail["Subject"]]


def reported(town: Town, who: Neighbour) -> str:
    number = who.reports(next(_spots))
    question = "SELECT routed_at FROM tickets WHERE number = %s"
    until(lambda: town.rows(question, number)[0]["routed_at"])
    return number


@pytest.mark.long
def test_an_office_hears_by_mail_and_is_asked_again_when_it_is_silent(
    town: Town, michi: Stack, staff: Office, haruka: Neighbour
) -> None:
    number = reported(town, haruka)
    assert number in staff.page(PAGE)
    heard = len(haruka.heard())
    chosen = {f"ticket:{number}": "on"}
    staff.posts(
        PAGE,
        f"{PAGE}/tell",
        department="tokyo_kitatama_south",
        note="東京都へ連絡しました。",
        **chosen,
    )
    (mail,) = until(lambda: mails_about(michi, number))
    assert mail["To"] == "kitatama-nambu@example.jp"
    (sheet,) = mail.iter_attachments()
    (place,) = town.rows("SELECT place_name FROM tickets WHERE number = %s", number)
    with pypdfium2.PdfDocument(io.BytesIO(sheet.get_content())) as pdf:
        assert len(pdf) == 1
        told = pdf[0].get_textpage().get_text_bounded()
    assert number in told
    assert place["place_name"][:4] in told
    haruka.hears(heard + 1)
    assert OFFICE in haruka.reads(heard)
    assert "042-000-0201" in haruka.reads(heard)

    silent = "UPDATE tickets SET silent_since = now() - interval '40 days' WHERE number = %s"
    town.database.execute(silent, (number,))
    assert "開庁日 返事なし" in staff.page(PAGE)
    staff.posts(PAGE, f"{PAGE}/remind", number=number)
    reminder = until(lambda: mails_about(michi, number)[1:])[0]
    assert "ご確認のお願い" in reminder["Subject"]


@pytest.mark.long
def test_a_mail_server_in_trouble_delays_a_mail_and_doubles_none(
    town: Town, michi: Stack, staff: Office, haruka: Neighbour
) -> None:
    number = reported(town, haruka)
    closed = michi.mail_folder / CLOSED
    closed.touch()
    try:
        staff.move(number, "forwarded")
        tried = "SELECT 1 FROM tasks WHERE name = 'send_mail' AND error LIKE '451%%'"
        until(lambda: town.rows(tried))
        assert mails_about(michi, number) == []
    finally:
        closed.unlink()
    until(lambda: mails_about(michi, number))
    sent = "SELECT m.state FROM mails m JOIN tickets t ON t.id = m.ticket_id WHERE t.number = %s"
    until(lambda: [row["state"] for row in town.rows(sent, number)] == ["sent"])
    ids = [mail["Message-ID"] for mail in mails_about(michi, number)]
    assert len(ids) == len(set(ids)) == 1
