"""Templates filled for a ticket, and how a move or a question will look in LINE."""

import re
from html import unescape

import pytest
from sqlalchemy import text
from townsfolk import rows
from web_scene import Browser, Filed, filed, ticket_of

from bot.render import bubbles, cards
from bot.render.table import draw
from reports.actions.move import move
from reports.city.calendar import day_words
from reports.outbox.kinds import Moved
from reports.people.permissions import Actor, Role
from reports.tickets import events, history
from reports.tickets.status import Status
from settings import ROOT
from store.database import transaction

EVERYTHING = """
    SELECT (SELECT json_agg(t) FROM tickets t)::text, (SELECT json_agg(h) FROM history h)::text,
           (SELECT count(*) FROM messages), (SELECT count(*) FROM tasks),
           (SELECT count(*) FROM mails)
"""
FLEX = (ROOT / "web/kit/flex.css").read_text("utf-8")


def speaks(one: Filed, language: str) -> None:
    with transaction() as db:
        told = {"id": one.resident_id, "language": language}
        db.execute(text("UPDATE residents SET language = :language WHERE id = :id"), told)


def plan(one: Filed) -> str:
    """A template of the sample city with its placeholders filled for this ticket."""
    ticket = ticket_of(one).ticket
    assert ticket.department
    assert ticket.deadline
    return f"{ticket.department.name}が、{day_words(ticket.deadline)}ごろまでに補修する予定です。"


def previewed(staff: Browser, one: Filed, what: str, **fields: str) -> str:
    """The words of the cards, in order; nothing has happened by them."""
    before = rows(EVERYTHING)
    answer = staff.post(f"/staff/tickets/{one.number}/preview/{what}", **fields)
    assert rows(EVERYTHING) == before
    assert answer.status_code == 200, answer.text
    assert "style=" not in answer.text
    return unescape(re.sub(r"<[^>]+>", "", answer.text))


def test_templates_are_filled_for_the_ticket_and_stand_behind_the_others_where_they_do_not_fit(
    staff: Browser,
) -> None:
    hole, lamp = filed("pothole"), filed("streetlight")
    html = staff.get(f"/staff/tickets/{hole.number}").text
    assert f'data-text="{plan(hole)}"' in html
    assert re.search(r'data-fits="no"[^>]*><button[^>]*><b>電柱・街路灯の番号', html)
    html = staff.get(f"/staff/tickets/{lamp.number}").text
    assert re.search(r'data-fits="yes"[^>]*><button[^>]*><b>電柱・街路灯の番号', html)


def test_what_the_ticket_does_not_have_is_not_put_into_a_text(staff: Browser) -> None:
    one = filed("pothole", routed=False)
    html = staff.get(f"/staff/tickets/{one.number}").text
    assert "「期限までに補修します」は、この受付票に担当課と期限がないため使えません" in html
    assert "{deadline}" not in html


def test_a_filled_template_is_read_in_the_readers_language_later_too() -> None:
    one = filed("pothole")
    speaks(one, "en")
    note = f"{plan(one)}\n安全に通れます。"
    with transaction() as db:
        db.execute(
            text("UPDATE tickets SET deadline = deadline - 1 WHERE id = :id"), {"id": one.id}
        )
        move(db, one.id, Status.SCHEDULED, Actor(Role.STAFF, "佐藤"), note=note)
        line = history.newest(db, one.id, events.Moved)
        assert line
        person = db.scalar(text("SELECT line_user_id FROM residents ORDER BY id DESC LIMIT 1"))
        said = str(draw(db, person, [Moved(ticket_id=one.id, history_id=line.id)]))
    assert "plans to repair it by about" in said
    assert "安全に通れます。" in said
    assert "ごろまでに補修する" not in said


def test_a_move_is_seen_as_the_card_that_will_come_in_every_language(staff: Browser) -> None:
    one = filed("pothole")
    speaks(one, "en")
    said = previewed(staff, one, "move", to="scheduled", note=plan(one))
    japanese, _, english = said.partition("English")
    assert plan(one) in japanese
    assert "次のように届きます" in japanese
    assert "plans to repair it by about" in english
    assert "Scheduled" in english
    assert plan(one) not in english
    said = previewed(staff, one, "move", to="inspecting", note="見ます。")
    assert "状況を尋ねた人に" in said
    assert "in Japanese" in said


def test_a_question_is_seen_before_it_is_sent(staff: Browser) -> None:
    one = filed("pothole")
    speaks(one, "easy_ja")
    said = previewed(staff, one, "ask", words="いつごろからですか。")
    assert "いつごろからですか。" in said
    assert "いつからですか。" in said.partition("やさしい日本語")[2]


@pytest.mark.parametrize(
    ("what", "fields", "status", "sentence"),
    [
        ("move", {"note": "x"}, 422, "どの状態に変えるかを先に選んでください"),
        ("move", {"to": "declined", "note": ""}, 409, "通報した人が読む説明を書いてください"),
        ("move", {"to": "fixed", "note": "x" * 1001}, 422, "文章が長すぎます"),
        ("ask", {"words": " "}, 422, "質問を先に書いてください"),
    ],
)
def test_what_cannot_be_sent_says_why(
    staff: Browser, what: str, fields: dict[str, str], status: int, sentence: str
) -> None:
    one = filed("pothole")
    answer = staff.post(f"/staff/tickets/{one.number}/preview/{what}", **fields)
    assert (answer.status_code, sentence in answer.text) == (status, True)


def test_nobody_reads_what_nobody_reported(staff: Browser) -> None:
    one = filed("pothole")
    with transaction() as db:
        db.execute(text("UPDATE residents SET blocked_at = now()"))
    for what, fields in (("move", {"to": "fixed"}), ("ask", {"words": "どこですか。"})):
        answer = staff.post(f"/staff/tickets/{one.number}/preview/{what}", **fields)
        assert answer.status_code == 409
    assert staff.post("/staff/tickets/999-999-999/preview/move", to="fixed").status_code == 404


def test_crews_see_no_preview(crew: Browser) -> None:
    one = filed("pothole")
    answer = crew.post(f"/staff/tickets/{one.number}/preview/move", to="fixed")
    assert answer.status_code in (403, 404)


def test_every_colour_of_a_card_is_known_to_the_picture() -> None:
    of_states = {*cards.COLOURS.values(), cards._OF_A_NEWER_VERSION, bubbles.BLUE}
    missing = [f"{kind}-{one[1:]}" for one in of_states for kind in ("ink", "back")]
    missing += [f"back-{one[1:]}" for one in (bubbles.GREEN, bubbles.PALE)]
    missing += [f"ink-{one[1:]}" for one in (bubbles.INK, bubbles.SOFT, bubbles.WHITE)]
    assert [name for name in missing if f".{name} " not in FLEX] == []
