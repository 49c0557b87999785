"""The list as CSV: what it holds, in the list's order, and nothing that Excel would carry out."""

import csv
import io

import pytest
from townsfolk import rows
from web_scene import Browser, filed

from web.desk.table import routes


def table(staff: Browser, query: str = "") -> list[dict[str, str]]:
    answer = staff.get(f"/staff/tickets.csv?{query}")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert "attachment" in answer.headers["content-disposition"]
    assert answer.content.startswith(b"\xef\xbb\xbf")
    assert answer.content.endswith(b"\r\n")
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))


def test_a_ticket_is_a_line_with_its_facts_and_no_words_of_residents(staff: Browser) -> None:
    one = filed(words="山田です。うちの前です", pictures=1)
    rows("UPDATE tickets SET owner = 'city', received_at = '2026-11-02 23:05+09'")
    (line,) = table(staff)
    assert (line["受付番号"], line["状態"], line["種類"]) == (one.number, "受付", "舗装の穴・段差")
    assert (line["緯度"], line["経度"]) == ("35.7015", "139.5246")
    assert (line["道路管理者"], line["担当課"]) == ("市", "道路管理課")
    assert (line["受付"], line["終了"], line["写真"]) == ("2026-11-02 23:05", "", "あり")
    assert line["受付票"].endswith(f"/staff/tickets/{one.number}")
    assert "山田" not in str(line)


def test_it_is_the_list_with_its_conditions_in_its_order(
    staff: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(routes, "AT_ONCE", 2)
    made = [filed("tree" if turn % 2 else "pothole", urgent=turn == 3) for turn in range(5)]
    rows("UPDATE tickets SET status = 'fixed', closed_at = now() WHERE id = :id", id=made[0].id)
    for query in ("", "category=tree", "status=all", "urgent=yes", "status=fixed"):
        shown = staff.get(f"/staff/tickets.geojson?{query}").json()["features"]
        numbers = [each["properties"]["number"] for each in shown]
        assert [line["受付番号"] for line in table(staff, query)] == numbers
        assert numbers


@pytest.mark.parametrize("name", ["=1+1", "＝1+1", "+1", "－1", "@x", " =1", "\t=1"])
def test_no_name_is_carried_out(staff: Browser, name: str) -> None:
    filed()
    rows("UPDATE tickets SET place_name = :name", name=name)
    assert table(staff)[0]["場所"] == f"'{name}"


def test_lines_and_commas_in_a_cell_stay_in_it(staff: Browser) -> None:
    filed()
    rows("UPDATE tickets SET place_name = :name", name='本町,"六"\n丁目')
    assert table(staff)[0]["場所"] == '本町,"六"\n丁目'


def test_too_many_are_refused_with_a_reason(
    staff: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(routes, "MOST", 1)
    filed()
    assert len(table(staff)) == 1
    filed()
    answer = staff.get("/staff/tickets.csv")
    assert (answer.status_code, "条件を絞って" in answer.text) == (422, True)


def test_only_staff_have_it(crew: Browser, staff: Browser) -> None:
    filed()
    assert crew.get("/staff/tickets.csv").status_code == 403
    assert len(table(staff, "q=nowhere")) == 0
