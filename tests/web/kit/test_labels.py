"""The Japanese of the screens, case by case."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from reports.tickets import words
from reports.tickets.marks import Mark
from reports.tickets.read_models import DepartmentSummary, TicketSummary
from reports.tickets.status import Status
from reports.tickets.why_sentences import why_sentence
from web.kit import labels

ROAD = {"name": "小金井街道", "ref": "都道15", "owner": "prefecture", "metres": 4.24}
LANE = {"name": "市道338", "ref": "市道338", "owner": "city", "metres": 31.0}
LAMP = {"kind": "streetlight", "key": "K-0123", "owner": "city", "metres": 8.2, "named": True}
FRIDAY = date(2026, 11, 20)
NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
AUTHORITY = DepartmentSummary("tokyo", "建設事務所", "Tokyo", False, "", "")
TICKET = TicketSummary(
    id=1,
    number="482-913-706",
    category="pothole",
    status=Status.RECEIVED,
    lon=139.5,
    lat=35.7,
    place_name="本町六丁目",
    place_name_en="",
    district=None,
    owner="city",
    department=None,
    deadline=None,
    urgent=False,
    routed_at=NOW,
    received_at=NOW,
    updated_at=NOW,
    closed_at=None,
    change=1,
    why={},
    photo_id=None,
    followers=1,
    merged_into=None,
    asked_at=None,
)


@pytest.mark.parametrize(
    ("why", "sentence"),
    [
        ({}, "担当をこれから振り分けます。"),
        (
            {"reason": "rule", "rule": 20, "road": ROAD, "runner_up": LANE},
            "最も近い「小金井街道(都道15)」(都道府県の管理)まで 4.2 m なので、"
            "規則20番により建設事務所の担当です"
            "(他の管理者の道路は「市道338」(市の管理)が 31.0 m)。",
        ),
        (
            {"reason": "rule", "rule": 40, "road": LANE, "runner_up": None},
            "最も近い「市道338」(市の管理)まで 31.0 m なので、規則40番により建設事務所の担当です。",
        ),
        (
            {"reason": "ambiguous", "road": ROAD, "runner_up": LANE},
            "「小金井街道(都道15)」(都道府県の管理)まで 4.2 m、「市道338」(市の管理)まで 31.0 m"
            " で、差が小さいため、担当を自動では決めていません。",
        ),
        (
            {"reason": "rule", "rule": 40, "road": LANE, "owner_said": True},
            "通報した人が答えた「市道338」(市の管理)まで 31.0 m なので、"
            "規則40番により建設事務所の担当です。",
        ),
        (
            {"reason": "only_a_town", "road": None, "runner_up": None},
            "町や交差点の名前だけが届き、正確な場所が分からないため、担当を自動では決めていません。",
        ),
        (
            {"reason": "no_rule", "road": LANE, "runner_up": None},
            "最も近い「市道338」(市の管理)に当てはまる規則がありません。",
        ),
        (
            {"reason": "no_rule", "rule": 990, "road": LANE, "runner_up": None},
            "最も近い「市道338」(市の管理)まで 31.0 m なので、"
            "規則990番により職員が担当を決めます。",
        ),
        (
            {"reason": "rule", "rule": 16, "road": LANE, "runner_up": ROAD, "asset": LAMP},
            "通報の言葉にある街路灯 K-0123(市の管理)なので、規則16番により建設事務所の担当です。",
        ),
        (
            {"reason": "rule", "rule": 16, "road": LANE, "asset": LAMP | {"named": False}},
            "8 m の所にある街路灯 K-0123(市の管理)なので、規則16番により建設事務所の担当です。",
        ),
        (
            {"reason": "rule", "rule": 16, "road": LANE, "asset": LAMP | {"owner": ""}},
            "最も近い「市道338」(市の管理)まで 31.0 m なので、規則16番により建設事務所の担当です。",
        ),
        (
            {"reason": "not_ours", "rule": 70, "departments": ["道路管理課"], "road": LANE},
            "道路管理課が「担当ではない」と答えたため、規則70番の引き継ぎ先の建設事務所の担当です。",
        ),
        (
            {"reason": "to_and_fro", "rule": 70, "departments": ["道路管理課", "下水道課"]},
            "道路管理課と下水道課が「担当ではない」と答え、3回目になったため、"
            "これ以上は回さず、職員が担当を決めます。",
        ),
        ({"reason": "by_hand", "rule": None}, "職員が建設事務所の担当と決めました。"),
        (
            {"reason": "no_road", "road": LANE, "runner_up": None},
            "近くに道路がありません(最も近い「市道338」(市の管理)まで 31.0 m)。",
        ),
        (
            {"reason": "no_road", "road": None},
            "道路の地図がまだ入っていないため、担当を決められません。",
        ),
    ],
)
def test_the_reason_of_a_routing_is_one_sentence(why: dict[str, object], sentence: str) -> None:
    assert why_sentence(why, "建設事務所") == sentence


@pytest.mark.parametrize(
    ("facts", "said", "state"),
    [
        ({"deadline": date(2026, 11, 25)}, "期限 11月25日(水)・あと2開庁日", None),
        ({"deadline": FRIDAY}, "期限 11月20日(金)・今日まで", Mark.DUE),
        ({"deadline": date(2026, 11, 17)}, "期限 11月17日(火)・3日超過", Mark.OVERDUE),
        (
            {"deadline": date(2026, 11, 5), "long_overdue_on": FRIDAY},
            "期限 11月5日(木)・15日超過",
            Mark.LONG_OVERDUE,
        ),
        (
            {"deadline": date(2026, 11, 5), "paused_at": NOW, "asked_at": NOW},
            "期限は止まっています(通報した人の返事待ち)",
            Mark.PAUSED,
        ),
        (
            {"deadline": FRIDAY, "paused_at": NOW, "status": Status.FORWARDED},
            "期限は止まっています(他の管理者の対応待ち)",
            Mark.PAUSED,
        ),
        (
            {"deadline": FRIDAY, "paused_at": NOW, "department": AUTHORITY},
            "期限は止まっています(他の管理者の対応待ち)",
            Mark.PAUSED,
        ),
        (
            {"deadline": FRIDAY, "paused_at": NOW, "status": Status.MONITORING},
            "期限は止まっています(経過観察中)",
            Mark.PAUSED,
        ),
        ({"deadline": date(2026, 11, 5), "status": Status.FIXED}, "", None),
        ({"deadline": None}, "", None),
    ],
)
def test_a_deadline_says_how_long_there_is_or_why_it_stands_still(
    facts: dict[str, Any], said: str, state: Mark | None
) -> None:
    ticket = replace(TICKET, **facts)
    assert words.deadline_words(ticket, FRIDAY) == said
    assert words.deadline_state(ticket, FRIDAY) is state


def test_the_citys_own_closing_days_are_not_among_those_that_are_left() -> None:
    ticket = replace(TICKET, deadline=date(2026, 11, 26))
    said = words.deadline_words(ticket, FRIDAY, [date(2026, 11, 25)])
    assert said == "期限 11月26日(木)・あと2開庁日"


def test_a_moment_names_its_year_only_when_it_is_another() -> None:
    now = datetime(2026, 11, 21, 21, 3)  # noqa: DTZ001
    assert labels.moment(now, now) == "11月21日(土) 21:03"
    assert labels.moment(now.replace(year=2025), now) == "2025年11月21日(金) 21:03"


def test_every_status_has_a_label_of_its_own() -> None:
    assert set(labels.STATUSES) == set(Status)
    assert len({label.text for label in labels.STATUSES.values()}) == len(Status)
    assert len({label.icon for label in labels.STATUSES.values()}) == len(Status)
