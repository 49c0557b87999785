"""The Japanese of the screens, case by case."""

from datetime import date, datetime

import pytest

from reports.lifecycle import Status
from web import words

ROAD = {"name": "小金井街道", "ref": "都道15", "owner": "prefecture", "metres": 4.24}
LANE = {"name": "市道338", "ref": "市道338", "owner": "city", "metres": 31.0}
SATURDAY = date(2026, 11, 21)


@pytest.mark.parametrize(
    ("why", "sentence"),
    [
        ({}, "担当をこれから振り分けます。"),
        (
            {"reason": "rule", "rule": 20, "road": ROAD, "runner_up": LANE},
            "最も近い「小金井街道(都道15)」(都道府県の管理)まで 4.2 m なので、"
            "規則20番により建設事務所の担当です"
            "(次に近いのは「市道338」(市の管理)の 31.0 m)。",
        ),
        (
            {"reason": "rule", "rule": 40, "road": LANE, "runner_up": None},
            "最も近い「市道338」(市の管理)まで 31.0 m なので、規則40番により建設事務所の担当です。",
        ),
        (
            {"reason": "ambiguous", "road": ROAD, "runner_up": LANE},
            "「小金井街道(都道15)」(都道府県の管理)まで 4.2 m、「市道338」(市の管理)まで 31.0 m"
            "と差が小さいため、担当を自動では決めていません。",
        ),
        (
            {"reason": "rule", "rule": 40, "road": LANE, "owner_said": True},
            "通報した人が答えた「市道338」(市の管理)まで 31.0 m なので、"
            "規則40番により建設事務所の担当です。",
        ),
        (
            {"reason": "only_a_town", "road": None, "runner_up": None},
            "町の名前だけが届き、正確な場所が分からないため、担当を自動では決めていません。",
        ),
        (
            {"reason": "no_rule", "road": LANE, "runner_up": None},
            "最も近い「市道338」(市の管理)に当てはまる規則がありません。",
        ),
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
    assert words.why_sentence(why, "建設事務所") == sentence


@pytest.mark.parametrize(
    ("status", "deadline", "said", "overdue"),
    [
        (Status.RECEIVED, date(2026, 11, 25), "期限 11月25日(水)・あと4日", False),
        (Status.IN_PROGRESS, SATURDAY, "期限 11月21日(土)・今日まで", False),
        (Status.MADE_SAFE, date(2026, 11, 18), "期限 11月18日(水)・3日超過", True),
        (Status.FORWARDED, date(2026, 11, 18), "", False),
        (Status.FIXED, date(2026, 11, 18), "", False),
        (Status.RECEIVED, None, "", False),
    ],
)
def test_a_deadline_counts_only_while_the_city_has_to_act(
    status: Status, deadline: date | None, said: str, overdue: bool
) -> None:
    assert words.deadline_words(status, deadline, SATURDAY) == said
    assert words.is_overdue(status, deadline, SATURDAY) is overdue


def test_a_moment_names_its_year_only_when_it_is_another() -> None:
    now = datetime(2026, 11, 21, 21, 3)  # noqa: DTZ001
    assert words.moment(now, now) == "11月21日(土) 21:03"
    assert words.moment(now.replace(year=2025), now) == "2025年11月21日(金) 21:03"


def test_every_status_has_a_label_of_its_own() -> None:
    assert set(words.STATUSES) == set(Status)
    assert len({label.text for label in words.STATUSES.values()}) == len(Status)
    assert len({label.icon for label in words.STATUSES.values()}) == len(Status)
