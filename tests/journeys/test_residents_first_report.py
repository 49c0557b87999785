"""A first report: three actions, a draft that forgives, and danger before anything else."""

import pytest
from neighbours import Neighbour, Town, jpeg, quiet_spot, until

from local.day.spoken import buttons_in, words

TICKET = """
    SELECT t.*, d.name AS department, d.inside FROM tickets t
    LEFT JOIN departments d ON d.id = t.department_id WHERE number = %s
"""
DRAFT = "SELECT draft FROM residents WHERE line_user_id = %s"
LEFT_ALONE = """
    UPDATE residents
    SET draft = jsonb_set(draft, '{touched_at}', to_jsonb(now() - interval '40 min'))
    WHERE line_user_id = %s RETURNING id
"""
PHOTOS = """
    SELECT count(*) FROM photos p JOIN reports r ON r.id = p.report_id
    JOIN tickets t ON t.id = r.ticket_id WHERE t.number = %s
"""


def tickets_of(town: Town, who: Neighbour) -> int:
    found = town.rows(
        "SELECT f.ticket_id FROM followers f JOIN residents r ON r.id = f.resident_id"
        " WHERE r.line_user_id = %s",
        who.user_id,
    )
    return len(found)


@pytest.mark.long
def test_words_that_name_the_kind_save_a_tap_and_the_card_of_kinds_changes_it(
    town: Town, haruka: Neighbour
) -> None:
    asked = haruka.answered(lambda: haruka.says("公園の前の道に穴"))
    assert "✓ 種類 舗装の穴・段差(ことばから" in asked
    shown = haruka.answered(lambda: haruka.taps("ほかの種類"))
    assert "カーブミラー" in shown
    haruka.answered(lambda: haruka.sends_place(*quiet_spot()))
    card = haruka.answered(lambda: haruka.sends_photos(jpeg()))
    number = haruka.number()
    assert "「舗装の穴・段差」としました" in card
    shown = haruka.answered(lambda: haruka.taps("ほかの種類"))
    assert f"受付番号 {number} の種類を選んでください" in shown
    changed = haruka.answered(lambda: haruka.taps("カーブミラー"), 2)
    assert "種類を「カーブミラー」に変えました" in changed
    until(lambda: town.rows(TICKET, number)[0]["department"] == "交通対策課")
    assert town.rows(TICKET, number)[0]["category"] == "mirror"
    assert tickets_of(town, haruka) == 1


@pytest.mark.long
def test_photos_add_up_and_another_place_or_kind_takes_the_place_of_the_first(
    town: Town, haruka: Neighbour
) -> None:
    near_and_far = [jpeg(), jpeg((900, 1200)), jpeg((640, 480))]
    asked = haruka.answered(lambda: haruka.sends_photos(*near_and_far, bare=True))
    assert "✓ 写真 3枚" in asked
    assert "場所を送ってください" in asked
    assert "✓ 写真 4枚" in haruka.answered(lambda: haruka.sends_photos(jpeg()))
    haruka.answered(lambda: haruka.sends_place(*quiet_spot()))
    there = quiet_spot()
    asked = haruka.answered(lambda: haruka.sends_place(*there))
    assert "どんな問題ですか" in asked
    haruka.answered(lambda: haruka.taps("舗装の穴・段差"))
    (ticket,) = town.rows(
        "SELECT ST_X(place) AS lon, category FROM tickets WHERE number = %s", haruka.number()
    )
    assert (round(ticket["lon"], 6), ticket["category"]) == (round(there[0], 6), "pothole")
    assert town.rows(PHOTOS, haruka.number()) == [{"count": 4}]
    assert len(haruka.heard()) == 5


@pytest.mark.long
def test_a_draft_left_for_half_an_hour_is_asked_about_and_gone_on_with(
    town: Town, haruka: Neighbour
) -> None:
    haruka.answered(lambda: haruka.sends_photos(jpeg()))
    haruka.answered(lambda: haruka.says("穴があります"))
    town.rows(LEFT_ALONE, haruka.user_id)
    asked = haruka.answered(lambda: haruka.sends_photos(jpeg()))
    assert "前の通報が途中で残っています(写真1枚・舗装の穴・段差、40分前)" in asked
    assert "✓ 写真 1枚" in asked
    both = haruka.answered(lambda: haruka.taps("前の続きにする"))
    assert "✓ 写真 2枚" in both
    assert "✓ 種類 舗装の穴・段差" in both
    haruka.answered(lambda: haruka.sends_place(*quiet_spot()))
    assert town.rows(PHOTOS, haruka.number()) == [{"count": 2}]


@pytest.mark.long
def test_old_forged_and_other_peoples_buttons_change_nothing(
    town: Town, haruka: Neighbour, alex: Neighbour
) -> None:
    haruka.answered(lambda: haruka.sends_place(*quiet_spot()))
    haruka.answered(lambda: haruka.taps("写真なしで送る"))
    (before,) = town.rows(DRAFT, haruka.user_id)
    theirs = haruka.data_of("舗装の穴・段差")
    refused = alex.answered(lambda: alex.presses(theirs), 2)
    assert words("en", "old_button") in refused
    assert town.rows(DRAFT, haruka.user_id) == [before]
    for forged in ("do=category&draft=&category=tree", "do=same&ticket=1", "do=", "x" * 300):
        refused = haruka.answered(lambda forged=forged: haruka.presses(forged), 2)
        assert words("ja", "old_button") in refused
        assert "どんな問題ですか" in refused
    kept = {**before["draft"], "touched_at": None}
    assert [{**row["draft"], "touched_at": None} for row in town.rows(DRAFT, haruka.user_id)] == [
        kept
    ]
    haruka.answered(lambda: haruka.presses(theirs))
    assert (tickets_of(town, haruka), tickets_of(town, alex)) == (1, 0)
    haruka.answered(lambda: haruka.presses(theirs), 2)
    assert tickets_of(town, haruka) == 1


@pytest.mark.long
def test_danger_brings_the_telephone_numbers_at_once_and_the_report_goes_on(
    town: Town, haruka: Neighbour
) -> None:
    told = haruka.answered(lambda: haruka.says("倒木で危ない"), 2)
    card, _ = (entry["message"] for entry in haruka.heard())
    for number in ("110", "#9910", "042-000-0000"):
        assert number in card["altText"]
    calls = [action["uri"].replace("-", "") for action in buttons_in(card["contents"])]
    assert calls == ["tel:110", "tel:%239910", "tel:0420000000"]
    assert "運転中" in told
    assert "写真を送ってください" in told
    assert {entry["via"] for entry in haruka.heard()} == {"reply"}
    haruka.answered(lambda: haruka.sends_photos(jpeg()))
    haruka.answered(lambda: haruka.sends_place(*quiet_spot()))
    (ticket,) = town.rows(TICKET, haruka.number())
    assert (ticket["category"], ticket["urgent"]) == ("tree", True)
    assert len(haruka.heard()) == 4


@pytest.mark.long
def test_an_urgent_kind_brings_them_before_the_ticket(town: Town, alex: Neighbour) -> None:
    alex.answered(lambda: alex.sends_photos(jpeg()))
    alex.answered(lambda: alex.sends_place(*quiet_spot()))
    alex.answered(lambda: alex.taps("Fallen items, oil"), 2)
    warning, ticket = (entry["message"]["altText"] for entry in alex.heard()[-2:])
    assert "#9910" in warning
    assert alex.number() in ticket
    assert town.rows(TICKET, alex.number())[0]["urgent"]
