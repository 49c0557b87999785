"""A contractor hears of an order by mail, its tickets are planned, and both go back with it."""

import io
from collections.abc import Iterator
from urllib.parse import urlsplit

import pypdfium2
import pytest
from letterbox import Letterbox, letterbox
from order_scene import STAFF, firm, items_of, ordered
from townsfolk import rows, value
from web_scene import Filed, filed, ticket_of

from local.machine.processes import free_ports
from reports.actions import end_order, order, tell_contractor
from reports.actions.edit_contractor import save_contractor
from reports.actions.move import move
from reports.city.contractors import ContractorCard
from reports.orders import links
from reports.orders.states import OrderRefused
from reports.tickets.status import Status
from settings import settings
from store.database import transaction
from workers import mail

SECRET = "090-1234-5678 の田中です"


@pytest.fixture
def box(database_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Letterbox]:
    (port,) = free_ports([0])
    with letterbox(port) as opened:
        monkeypatch.setenv("SMTP_URL", opened.url)
        monkeypatch.setenv("MAIL_FROM", "小金井市 道路管理課 <road@city.example.jp>")
        settings.cache_clear()
        yield opened


def send(mail_id: int | None = None) -> None:
    """The newest, or this one, as the worker does it."""
    mail_id = mail_id or int(value("SELECT max(id) FROM mails"))
    if (write := mail.send_mail(mail_id)) is not None:
        with transaction() as db:
            write(db)


def states() -> list[tuple[str, str]]:
    return [(row[0], row[1]) for row in rows("SELECT kind, state FROM mails ORDER BY id")]


def issued(*tickets: Filed) -> int:
    with transaction() as db:
        return ordered(db, [one.id for one in tickets], firm(db))


def test_issuing_mails_the_number_the_link_and_the_paper_and_withdrawing_takes_them_back(
    box: Letterbox,
) -> None:
    order_id = issued(filed(words=SECRET), filed("drain"))
    send()
    (sent,) = box.mails
    assert sent["To"] == "d@example.jp"
    assert "作業指示書" in sent["Subject"]
    assert "期限" in sent["Subject"]
    words = box.words()
    link = next(line for line in words.splitlines() if "/order/" in line)
    for shown in ("小金井土木株式会社 御中", "年度-0001", "箇所: 2か所", "PDF は、このメールに"):
        assert shown in words
    for hidden in (SECRET, "田中", "4,800", "4800"):
        assert hidden not in words
    with transaction() as db:
        bearer = links.bearer(db, urlsplit(link).path.removeprefix("/order/"))
    assert bearer is not None
    assert bearer.order_id == order_id
    (paper,) = sent.iter_attachments()
    pages = pypdfium2.PdfDocument(io.BytesIO(paper.get_content()))
    text = "".join(page.get_textpage().get_text_range() for page in pages)
    assert "受領・承諾" in text
    assert SECRET not in text
    send()
    assert len(box.mails) == 1
    with transaction() as db:
        end_order.take_out(db, order_id, items_of(db, order_id)[0], STAFF, "社内の理由")
        end_order.take_out(db, order_id, items_of(db, order_id)[1], STAFF, "社内の理由")
    assert states() == [("order_issued", "sent"), ("order_changed", "waiting")]
    send()
    changed = box.words()
    assert changed.count("を外しました。") == 2
    assert "社内の理由" not in changed
    with transaction() as db:
        end_order.cancel(db, order_id, STAFF, "やめる")
    send()
    assert "取り消しました。作業をしないでください。" in box.words()
    assert not list(box.mails[-1].iter_attachments())
    with transaction() as db, pytest.raises(links.Ended):
        links.bearer(db, urlsplit(link).path.removeprefix("/order/"))
    assert states()[-1] == ("order_withdrawn", "sent")


def test_who_wants_the_link_alone_gets_it_and_nobody_is_told_of_what_was_withdrawn(
    box: Letterbox,
) -> None:
    with transaction() as db:
        doboku = firm(db)
        card = ContractorCard("小金井土木株式会社", email="x@example.jp", mail_pdf=False)
        save_contractor(db, "doboku", card, STAFF)
        ordered(db, [filed().id], doboku)
    send()
    assert not list(box.mails[0].iter_attachments())
    assert "/order.pdf" in box.words()
    one = filed("drain")
    with transaction() as db:
        order_id = ordered(db, [one.id], doboku)
    unsent = int(value("SELECT max(id) FROM mails"))
    with transaction() as db:
        end_order.cancel(db, order_id, STAFF, "やめる")
    send(unsent)
    assert len(box.mails) == 1
    assert rows("SELECT FROM mails WHERE id = :id", id=unsent) == []


def test_without_an_address_nothing_is_written_and_it_is_sent_once_it_is_there(
    database_url: str,
) -> None:
    with transaction() as db:
        doboku = firm(db)
        save_contractor(db, "doboku", ContractorCard("小金井土木"), STAFF)
        order_id = ordered(db, [filed().id], doboku)
        with pytest.raises(OrderRefused, match="メールの宛先がありません"):
            tell_contractor.tell_again(db, order_id, STAFF, key="1")
    assert states() == []
    with transaction() as db:
        save_contractor(db, "doboku", ContractorCard("小金井土木", email="a@example.jp"), STAFF)
        for _ in range(2):
            tell_contractor.tell_again(db, order_id, STAFF, key="1")
        (known,) = tell_contractor.mailed(db, order_id)
    assert (known.kind, known.state, known.address) == ("order_issued", "waiting", "a@example.jp")
    send()
    with transaction() as db:
        assert tell_contractor.unreached(db) == {order_id}
    assert states() == [("order_issued", "failed")]


def test_tickets_are_planned_and_go_back_where_nothing_else_happened(database_url: str) -> None:
    still, begun, moved = filed(), filed("drain"), filed("mirror")
    with transaction() as db:
        move(db, begun.id, Status.IN_PROGRESS, STAFF)
        move(db, still.id, Status.INSPECTING, STAFF)
    order_id = issued(still, begun, moved)
    assert [ticket_of(one).ticket.status for one in (still, begun, moved)] == [
        Status.SCHEDULED,
        Status.IN_PROGRESS,
        Status.SCHEDULED,
    ]
    told = "SELECT count(*) FROM messages WHERE say::text LIKE '%moved%'"
    before = value(told)
    with transaction() as db:
        move(db, moved.id, Status.MADE_SAFE, STAFF)
        move(db, moved.id, Status.SCHEDULED, STAFF, key="again")
    with transaction() as db:
        end_order.cancel(db, order_id, STAFF, "やめる")
    assert ticket_of(still).ticket.status == Status.INSPECTING
    assert ticket_of(begun).ticket.status == Status.IN_PROGRESS
    assert ticket_of(moved).ticket.status == Status.SCHEDULED
    assert before == 2
    assert value(told) == before + 2


def test_more_lines_than_a_place_takes_are_refused(database_url: str) -> None:
    with transaction() as db:
        order_id = ordered(db, [filed().id], firm(db), issued=False)
        (item,) = items_of(db, order_id)
        lines = [order.Quantity(f"作業{turn}", "m") for turn in range(13)]
        places = [order.Place(item, "x", quantities=lines)]
        with pytest.raises(OrderRefused, match="12 行まで"):
            order.write(db, order_id, order.Head(None, None), places, STAFF)
