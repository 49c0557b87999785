"""The rule by which nobody is alone with a kind of problem in a town; codes, months, changes."""

from collections import Counter
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.city import open_data
from reports.documents.open_data import changes
from reports.documents.open_data.anonymise import Class, Shown, shown_as
from reports.documents.open_data.columns import COLUMNS, Names, Reduced, Row, record
from reports.documents.open_data.months import later, month_of

K = 3
TOLD_AGAIN = {"lat", "lon", "road", "owner", "department"}
"""Columns by which what is left out could be told again."""
CLASSES = st.builds(
    Class,
    st.sampled_from(("本町", "野川", "東町", None)),
    st.sampled_from(("pothole", "tree", "drain")),
)


def ticket(town: str | None, category: str) -> Reduced:
    return Reduced(
        category, "fixed", "city", "道路課", town, "市道1号", 139.5, 35.7,
        "2026-11-02", "2026-11-03", None, "2026-11-09", "2026-11-09",
    )  # fmt: skip


@given(st.dictionaries(CLASSES, st.integers(1, 12), max_size=12), st.integers(2, 9))
def test_of_every_row_k_are_alike_in_town_and_kind(counts: dict[Class, int], k: int) -> None:
    shown = shown_as(counts, k)
    alike: Counter[tuple[object, object]] = Counter()
    names = Names("132101", "東京都", "小金井市", {})
    for one, as_what in shown.items():
        row = record(Row(1, ticket(*one), as_what, names))
        told = dict(zip((column.key for column in COLUMNS), row, strict=True))
        alike[told["town"], told["category"]] += counts[one]
        assert told["town"] in (None, one.town)
        assert told["category"] in (None, one.category)
        if told["left_out"] != "なし":
            assert not any(told[key] for key in TOLD_AGAIN)
        else:
            assert counts[one] >= k
            assert (told["town"], told["category"]) == one
            assert all(told[key] for key in TOLD_AGAIN)
    assert all(many >= k for many in alike.values())
    left_out = sum(many for one, many in counts.items() if one not in shown)
    assert left_out < k


@pytest.mark.parametrize(
    ("counts", "shown"),
    [
        pytest.param(
            {Class("本町", "pothole"): 3, Class("野川", "pothole"): 2, Class("東町", "pothole"): 1},
            {
                Class("本町", "pothole"): Shown("本町", "pothole"),
                Class("野川", "pothole"): Shown(None, "pothole", without_town=True),
                Class("東町", "pothole"): Shown(None, "pothole", without_town=True),
            },
            id="first the town is left out",
        ),
        pytest.param(
            {Class("本町", "tree"): 2, Class("本町", "drain"): 1},
            {
                Class("本町", "tree"): Shown("本町", None, without_category=True),
                Class("本町", "drain"): Shown("本町", None, without_category=True),
            },
            id="then the kind in its place",
        ),
        pytest.param(
            {Class("本町", "tree"): 2, Class("野川", "drain"): 1},
            {
                Class("本町", "tree"): Shown(None, None, True, True),
                Class("野川", "drain"): Shown(None, None, True, True),
            },
            id="then both",
        ),
        pytest.param({Class("本町", "tree"): 2}, {}, id="what is left is not published"),
        pytest.param(
            {Class(None, "tree"): 1, Class("野川", "tree"): 2},
            {
                Class(None, "tree"): Shown(None, "tree", without_town=True),
                Class("野川", "tree"): Shown(None, "tree", without_town=True),
            },
            id="a place without a town has no point either where it is one of few",
        ),
    ],
)
def test_what_is_rare_is_told_less_of(counts: dict[Class, int], shown: dict[Class, Shown]) -> None:
    assert shown_as(counts, K) == shown


def test_a_citys_code_is_checked_by_its_last_digit() -> None:
    assert open_data.checked({"code": "132101", "k": 2, "licence": "PDL-1.0", "months": 0})
    assert open_data.open_data({"open_data": {"code": "011002"}}).prefecture == "北海道"
    wrong = (
        {"code": "132102"}, {"code": "13210"}, {"code": "990001"}, {"code": 132101},
        {"licence": "MIT"}, {"k": 1}, {"k": True}, {"months": 25}, {"colour": "red"},
    )  # fmt: skip
    for said in wrong:
        with pytest.raises(ValueError, match=" / "):
            open_data.checked(said)


def test_months_follow_each_other() -> None:
    assert later(date(2026, 12, 1), 1) == date(2027, 1, 1)
    assert later(date(2027, 1, 1), -2) == date(2026, 11, 1)
    assert month_of("2026-11") == date(2026, 11, 1)
    assert [month_of(word) for word in ("2026-13", "2026-1", "２０２６-11", "x")] == [None] * 4


def test_a_new_version_says_what_is_other() -> None:
    def cells(id: int, state: str, day: str) -> list[str]:
        told = {"id": str(id), "state": state, "fixed": day}
        return [told.get(column.key, "") for column in COLUMNS]

    before = changes.contents([cells(1, "open", ""), cells(2, "fixed", "2026-11-04")])
    after = changes.contents(
        [cells(1, "fixed", "2026-11-04"), cells(2, "fixed", "2026-12-01"), cells(3, "open", "")]
    )
    note = changes.between(before, after)
    assert note == {"rows": [2, 3], "gone": 0, "come": 1, "states": {"fixed": [1, 2]}}
    japanese, english = changes.words(note | {"k": [5, 3]})
    assert japanese == "2件→3件、対応済 1→2、変わった行・新しい行 1、匿名化の k 5→3"
    assert english == (
        "2 → 3 rows; fixed 1 → 2; changed or new rows: 1; k of the anonymisation 5 → 3"
    )
    assert changes.words({}) == ("", "")
