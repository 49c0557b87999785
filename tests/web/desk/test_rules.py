"""The routing table at the desk: read, changed as a draft, tried on past tickets, switched on."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from httpx2 import Response
from starlette.testclient import TestClient
from web_scene import PAGE, Browser, filed
from workshop import work_off

from reports.routing import versions
from reports.routing.table import cells
from store.database import transaction

Cells = list[dict[str, str]]


def in_use() -> int:
    with transaction() as db:
        live = versions.live(db)
        assert live is not None
        return live.id


def table(version: int | None = None) -> Cells:
    """The cells of a version, of the one in use, as the editor posts them."""
    with transaction() as db:
        return [cells(rule) for rule in versions.rules(db, version or in_use())]


def with_potholes_for(department: str) -> Cells:
    """The table in use, but for the rule that decides about holes which are not urgent."""
    theirs = {"department": department, "not_ours": ""}
    rules = table()
    found = [rule for rule in rules if rule["category"] == "pothole" and not rule["urgent"]]
    assert len(found) == 1
    return [rule | theirs if rule in found else rule for rule in rules]


def save(staff: Browser, rules: Cells, **more: str) -> Response:
    fields = {"note": "穴の担当を変える", "based_on": str(in_use()), "from": "", "do": "save"}
    return staff.post("/staff/rules/edit", table=json.dumps(rules), **fields | more)


def drafted(staff: Browser, rules: Cells, **more: str) -> int:
    answer = save(staff, rules, **more)
    assert answer.status_code == 200, answer.text
    number = str(answer.json()["go"]).removeprefix("/staff/rules/").removesuffix("?saved=1")
    return int(number)


def trial(staff: Browser, number: int, since: str = "2026-01-01") -> list[dict[str, Any]]:
    """What is told of it while it waits for a worker, and when that is through."""
    answer = staff.post(f"/staff/rules/{number}/trial", since=since)
    assert answer.status_code == 202, answer.text
    path = f"/staff/rules/trials/{answer.json()['trial']}"
    before = staff.get(path).json()
    work_off("try_rules")
    return [before, staff.get(path).json()]


def test_the_table_is_read_in_the_citys_own_words(staff: Browser) -> None:
    page = staff.get("/staff/rules").text
    assert f"第{in_use()}版" in page
    for words in ("舗装の穴・段差", "道路管理課", "都道府県", "担当外のときの回し先", "種類ごと"):
        assert words in page
    first = table()[0]["order"]
    assert f'id="rule-{first}"' in page
    assert f'id="rule-{first}"' in staff.get(f"/staff/rules/{in_use()}").text


def test_a_changed_table_becomes_a_draft_and_changes_nothing_yet(staff: Browser) -> None:
    before = in_use()
    number = drafted(staff, with_potholes_for("waste"))
    page = staff.get(f"/staff/rules/{number}?saved=1").text
    assert in_use() == before
    assert "まだ使われていません" in page
    assert "変えた規則 1" in page
    assert "佐藤 恵" in page
    assert f'href="/staff/rules/{number}"' in staff.get("/staff/rules").text


def test_a_draft_that_is_mended_or_dropped_is_off_the_list(staff: Browser) -> None:
    first = drafted(staff, with_potholes_for("waste"))
    assert "穴の担当を変える" in staff.get(f"/staff/rules/edit?from={first}").text
    second = drafted(staff, with_potholes_for("trees"), **{"from": str(first)})
    page = staff.get("/staff/rules").text
    assert f"案の第{second}版" in page
    assert f"案の第{first}版" not in page
    answer = staff.post(f"/staff/rules/{second}/drop")
    page = staff.get(answer.headers["location"]).text
    assert (f"案の第{second}版を捨てました" in page, "案の第" in page.partition("捨て")[2]) == (
        True,
        False,
    )
    again = staff.post(f"/staff/rules/{second}/drop")
    assert (again.status_code, "案ではない" in again.text) == (409, True)


def test_what_is_wrong_is_told_with_its_row_and_nothing_is_kept(staff: Browser) -> None:
    rules = table()
    doubled = rules[0] | {"order": "11", "department": "nobody_such", "deadline_days": "many"}
    answer = save(staff, [rules[0], doubled, *rules[1:]])
    assert answer.status_code == 422
    assert {(one["row"], one["column"]) for one in answer.json()["findings"]} == {
        (1, "deadline_days")
    }
    unreachable = rules[0] | {"order": "11", "department": "nobody_such"}
    answer = save(staff, [rules[0], unreachable, *rules[1:]])
    found = {one["what"] for one in answer.json()["findings"] if one["row"] == 1}
    assert (answer.status_code, found) == (422, {"unknown", "unreachable"})
    checked = save(staff, [rules[0], unreachable, *rules[1:]], do="check")
    assert (checked.status_code, "go" in checked.json()) == (200, False)
    assert "案の第" not in staff.get("/staff/rules").text


def test_who_edits_an_overtaken_version_is_told_and_can_go_on(staff: Browser) -> None:
    old = str(in_use())
    draft = drafted(staff, with_potholes_for("waste"))
    staff.post(f"/staff/rules/{draft}/switch", live=old, sure="yes")
    answer = save(staff, table(int(old)), based_on=old)
    assert answer.status_code == 409
    assert f"第{draft}版を使い始めました" in answer.json()["sentence"]
    assert save(staff, table(int(old)), based_on=str(answer.json()["live"])).status_code == 200


def test_a_trial_that_meets_a_fault_says_so(
    staff: Browser, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    number = drafted(staff, with_potholes_for("waste"))
    filed(words="佐藤です")
    monkeypatch.setattr("reports.routing.trial.first_match", lambda *_: int("佐藤"))
    assert [*trial(staff, number)[-1]] == ["wrong"]
    told = capsys.readouterr()
    assert "trial_failed" in told.out
    assert "佐藤" not in told.out + told.err


def test_a_trial_tells_what_would_move_and_moves_nothing(staff: Browser) -> None:
    hole, lamp = filed("pothole"), filed("streetlight")
    lines = trial(staff, drafted(staff, with_potholes_for("waste")))
    assert lines[0] == {"ahead": 0, "done": 0, "total": 0}
    result = lines[-1]["result"]
    assert result["matrix"] == [["road", "waste", 1]]
    assert [move["number"] for move in result["moves"]] == [hole.number]
    assert (result["looked_at"], result["unchanged"]) == (2, 1)
    assert result["names"] == {"road": "道路管理課", "waste": "ごみ対策課"}
    assert "道路管理課" in staff.get(f"/staff/tickets/{hole.number}").text
    assert lamp.number not in json.dumps(result)


def test_a_pasted_file_of_names_that_nobody_knows_is_refused_by_name(staff: Browser) -> None:
    lines = [f"{n},kind{n},place{n},road" for n in range(1, 401)]
    answer = imported(staff, "\n".join(["order,category,district,department", *lines]).encode())
    assert answer.status_code == 200
    assert {one["what"] for one in answer.json()["findings"]} >= {"unknown"}


@pytest.mark.parametrize("many", [2001, 500_000])
def test_a_table_of_too_many_rules_is_refused_with_the_number(staff: Browser, many: int) -> None:
    refused = checked(staff, f"[{'{},' * many}{{}}]")
    assert (refused.status_code, "2,000行まで" in refused.text) == (422, True)


def test_a_table_of_as_many_rules_as_are_allowed_is_taken_with_its_notes(staff: Browser) -> None:
    rules = [{"order": str(n), "note": "長" * 400} for n in range(2000)]
    assert checked(staff, json.dumps(rules, ensure_ascii=False)).status_code == 200


def checked(staff: Browser, table: str) -> Response:
    """As the editor posts it."""
    parts = {name: (None, told) for name, told in {"table": table, "csrf": staff.csrf}.items()}
    return staff.client.post("/staff/rules/edit", files=parts, headers=PAGE)


def test_a_draft_comes_into_use_by_name_and_only_for_new_tickets(staff: Browser) -> None:
    old = filed("pothole")
    live, number = in_use(), drafted(staff, with_potholes_for("waste"))
    unsure = staff.post(f"/staff/rules/{number}/switch", live=str(live))
    assert (unsure.status_code, "チェックを入れて" in unsure.text) == (422, True)
    answer = staff.post(f"/staff/rules/{number}/switch", live=str(live), sure="yes")
    page = staff.get(answer.headers["location"]).text
    assert f"第{number}版を使い始めました" in page
    assert "使い始めました(佐藤 恵)" in page
    assert "番によりごみ対策課" in staff.get(f"/staff/tickets/{filed().number}").text
    assert "道路管理課" in staff.get(f"/staff/tickets/{old.number}").text
    assert f"第{live}版と比べて" in staff.get(f"/staff/rules/{number}").text


def test_a_draft_is_not_switched_on_over_a_version_that_nobody_looked_at(staff: Browser) -> None:
    live = str(in_use())
    one, other = (drafted(staff, with_potholes_for(key)) for key in ("waste", "trees"))
    assert staff.post(f"/staff/rules/{one}/switch", live=live, sure="yes").status_code == 303
    late = staff.post(f"/staff/rules/{other}/switch", live=live, sure="yes")
    assert (late.status_code, in_use()) == (409, one)
    assert f'name="live" value="{one}"' in late.text


def test_an_older_version_comes_back_as_a_new_one(staff: Browser) -> None:
    old = in_use()
    draft = drafted(staff, with_potholes_for("waste"))
    staff.post(f"/staff/rules/{draft}/switch", live=str(old), sure="yes")
    assert "この版に戻す" in staff.get(f"/staff/rules/{old}").text
    staff.post(f"/staff/rules/{old}/switch", live=str(draft), sure="yes")
    assert in_use() > draft
    assert table() == table(old)


def test_a_table_goes_out_as_csv_and_comes_in_again_in_either_encoding(staff: Browser) -> None:
    answer = staff.get(f"/staff/rules/{in_use()}.csv")
    assert answer.text.startswith("\ufefforder,category,owner,district")
    assert "attachment" in answer.headers["content-disposition"]
    broken = answer.content + b"abc,,,,,,road,,,,\r\n"
    refused = imported(staff, broken)
    assert refused.status_code == 422
    assert "「番号」" in refused.json()["findings"][0]["where"]
    for data in (b"", b"\xff\xfe\x00", b"PK\x03\x04" + bytes(200)):
        assert imported(staff, data).status_code == 422
    for data in (answer.content, answer.text.removeprefix("\ufeff").encode("cp932")):
        taken = imported(staff, data)
        assert (taken.status_code, taken.json()["rules"]) == (200, table())


def test_what_programs_send_is_refused_with_a_reason(staff: Browser) -> None:
    number = drafted(staff, with_potholes_for("waste"))
    for rules in ("", "{}", "[[1]]", '[{"order": 1}]', "[" * 5000):
        answer = staff.post("/staff/rules/edit", table=rules, do="check")
        assert answer.status_code == 422
    assert save(staff, table(), note=" ").status_code == 422
    assert save(staff, table(), based_on="９" * 20).status_code == 422
    for since in ("", "yesterday", "0001-01-01", "9999-01-01"):
        assert staff.post(f"/staff/rules/{number}/trial", since=since).status_code == 422
    assert staff.post("/staff/rules/999999/trial", since="2026-01-01").status_code == 404
    for path in ("999999", "999999.csv", "edit?from=999999", "trials/999999"):
        assert staff.get(f"/staff/rules/{path}").status_code == 404
    for path in ("0", "99999999999", "first", "edit?from=99999999999", "trials/0", "trials/x"):
        assert staff.get(f"/staff/rules/{path}").status_code == 422


def test_only_staff_with_their_own_page_change_rules(
    staff: Browser, come_in: Callable[[str], Browser], stranger: TestClient
) -> None:
    assert 'href="/staff/rules"' in staff.get("/staff/").text
    crew, live = come_in("roads"), in_use()
    for path in ("rules", "rules/edit", f"rules/{live}", f"rules/{live}.csv", "rules/trials/1"):
        assert crew.get(f"/staff/{path}").status_code == 403
        answer = stranger.get(f"/staff/{path}", headers=PAGE, follow_redirects=False)
        assert answer.headers["location"].startswith("/sign-in")
    for act in ("edit", "import", f"{live}/trial", f"{live}/switch", f"{live}/drop"):
        assert crew.post(f"/staff/rules/{act}", sure="yes").status_code == 403
        assert staff.post(f"/staff/rules/{act}", csrf="wrong").status_code == 403


def imported(staff: Browser, data: bytes) -> Response:
    headers = {"x-csrf-token": staff.csrf}
    return staff.client.post("/staff/rules/import", content=data, headers=headers)
