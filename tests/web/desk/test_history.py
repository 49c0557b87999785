"""What the desk reads of a ticket's history and reports, case by case."""

from collections.abc import Mapping
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest

from reports.tickets import sentences
from reports.tickets.event_json import read
from reports.tickets.event_kinds import KINDS
from reports.tickets.read_models import HistoryLine, ReportSummary
from reports.tickets.status import Status
from web.crew.ticket.reopened import not_mended
from web.desk.ticket import story
from web.kit.exchanges import exchanges
from web.kit.tickets import elsewhere

NOW = datetime(2026, 11, 21, 12, 3, tzinfo=UTC)
NAMES = {"pothole": "舗装の穴・段差", "drain": "側溝・ます・マンホール"}


def line(
    what: str,
    details: Mapping[str, Any] | None = None,
    *,
    actor: str = "resident",
    to: Status | None = None,
    note: str = "",
) -> HistoryLine:
    row = SimpleNamespace(
        what=what, from_status=None, to_status=to, note=note, details=details or {}
    )
    return HistoryLine(1, NOW, actor, "", None, read(row))


@pytest.mark.parametrize(
    ("what", "details", "sentence"),
    [
        ("filed", {}, "通報を受け付けました"),
        ("routed", {"rule": 40}, "担当を振り分けました(規則40番)"),
        ("routed", {"rule": None}, "担当を決められず、担当課未定です"),
        (
            "joined",
            {"photos": 2, "words": True},
            "同じ場所の通報をまとめました(写真2枚・言葉)",
        ),
        ("joined", {"photos": 0, "words": False}, "同じ場所の通報をまとめました"),
        (
            "added",
            {"photo_ids": [7], "remark_ids": [1]},
            "通報した人が写真1枚・言葉を追加しました",
        ),
        ("added", {"place": [139.5, 35.7]}, "通報した人が場所を追加しました"),
        ("added", {"photo_ids": []}, "通報した人が追加し、のちに取り消しました"),
        ("asked", {}, "通報した人に質問しました"),
        ("answered", {"photo_ids": [7]}, "質問への返事(写真1枚)が届きました"),
        ("answered", {"report_id": 1}, "質問への返事(取り消し済み)が届きました"),
        ("confirmed", {}, "通報した人が「直りました」と答えました"),
        ("rated", {"stars": 4}, "対応の評価: ★★★★☆(5点中4点)"),
        (
            "recategorised",
            {"from": "pothole", "to": "drain"},
            "種類を「舗装の穴・段差」から「側溝・ます・マンホール」に変えました",
        ),
        ("unsent", {}, "通報した人がメッセージを取り消しました。内容は残していません"),
        ("erased", {}, "通報した人の希望により、その人の情報を消しました"),
        ("merged", {"from": "123-456-789"}, "受付番号 123-456-789 をここにまとめました"),
        ("parted", {"from": "123-456-789"}, "受付番号 123-456-789 を、また別の受付票に分けました"),
        (
            "photo_elsewhere",
            {"metres": 320.4, "photo_id": 7},
            "写真の撮影場所が、送られた場所から約 320\u00a0m 離れています",
        ),
        (
            "mailed_again",
            {"department": "都の事務所"},
            "都の事務所に、届かなかったメールをもう一度送ることにしました",
        ),
        ("withdrawn", {}, "通報した人のひとりが通報を取り下げました"),
    ],
)
def test_everything_that_happens_is_one_sentence(
    what: str, details: Mapping[str, Any], sentence: str
) -> None:
    assert sentences.happened(line(what, details), NAMES) == sentence


def test_every_kind_of_event_has_its_sentence() -> None:
    assert sentences.SENTENCES.keys() == {kind.type for kind in KINDS.values()}


def test_something_unheard_of_is_named_as_it_is_kept() -> None:
    assert sentences.happened(line("sung_of"), NAMES) == "記録: sung_of"


def test_answers_stand_below_the_question_they_answer() -> None:
    told = [line("asked", note="どちら側"), line("answered", note="右"), line("asked")]
    first, second = exchanges([line("answered", note="まとめる前"), *told])[1:]
    assert [answer.note for answer in first.answers] == ["右"]
    assert second.question is told[2]
    assert second.answers == []


def test_a_ticket_is_not_mended_until_it_is_closed_again() -> None:
    fixed, again = line("moved", to=Status.FIXED), line("moved", to=Status.REOPENED)
    more = line("added", {"photo_ids": [8, 9], "remark_ids": [3]})
    found = not_mended([line("added", {"photo_ids": [1]}), fixed, again, more])
    assert found is not None
    assert (found.photo_ids, found.remark_ids, found.by_resident) == ([8, 9], [3], True)
    begun = line("moved", actor="crew", to=Status.IN_PROGRESS)
    assert not_mended([fixed, again, begun]) is not None
    assert not_mended([fixed, again, more, fixed]) is None
    assert not_mended([line("filed", to=Status.RECEIVED)]) is None


def test_what_residents_think_of_the_repair_is_counted() -> None:
    told = [
        line("confirmed"),
        line("rated", {"stars": 5}),
        line("moved", to=Status.REOPENED),
        line("moved", actor="staff", to=Status.REOPENED),
    ]
    assert story.opinions(told) == story.Opinions(mended=1, not_mended=1, stars=[5])
    assert not story.opinions([line("filed")])


def test_a_photo_taken_elsewhere_is_told_of_while_it_is_there() -> None:
    told = [line("photo_elsewhere", {"metres": 1240, "photo_id": 7})]
    assert elsewhere(told, [7]) == {7: "約 1.2\u00a0km"}
    assert elsewhere(told, [8]) == {}


def test_which_place_it_is_was_said_until_another_photo_comes_from_elsewhere() -> None:
    far = line("photo_elsewhere", {"metres": 320, "photo_id": 7})
    as_sent = line("place_said", {"photo_id": 7, "chosen": "sent"})
    assert story.said_as_sent([line("filed"), far, as_sent, line("moved")])
    assert not story.said_as_sent([far])
    assert not story.said_as_sent([far, as_sent, far])
    assert not story.said_as_sent([far, line("place_said", {"chosen": "photo"})])


@pytest.mark.parametrize(
    ("source", "accuracy", "said"),
    [
        ("line", None, "LINE で送られた位置"),
        ("exif", 12.4, "写真に記録された位置(誤差 約 12\u00a0m)"),
        ("typed", None, "言葉に書かれた町や交差点(正確な位置ではありません)"),
    ],
)
def test_a_place_names_its_source_and_how_far_it_may_be_out(
    source: str, accuracy: float | None, said: str
) -> None:
    report = ReportSummary(1, NOW, source, accuracy, "", None, None, False)
    assert story.place_words(report) == said


def test_whose_road_it_is_can_be_unknown_to_a_resident() -> None:
    assert story.owner_words("prefecture") == "都道府県の道路"
    assert story.owner_words("unknown") == "分からない"
