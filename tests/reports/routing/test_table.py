"""The routing table as a file and its checks: what cannot work is refused, with the reason."""

import itertools
import unicodedata
from collections import deque
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.routing.cases import Cases, TooManyCases
from reports.routing.checks import MOST_FINDINGS, check
from reports.routing.choose import Case, Rule, first_match
from reports.routing.csv import read, write
from reports.routing.diff import differences
from reports.routing.table import (
    MOST_FOUND,
    MOST_RULES,
    Finding,
    Known,
    RefusedTable,
    Row,
    What,
    parse,
)
from reports.tickets.read_models import DepartmentSummary

OWNERS = ("national", "prefecture", "city", "other")
NAMES = {"road": "道路管理課", "drains": "下水道課", "trees": "公園緑地課", "police": "警察署"}
KNOWN = Known(
    {
        key: DepartmentSummary(key, name, key, key != "police", "", "")
        for key, name in NAMES.items()
    },
    {"pothole": "舗装の穴", "tree": "街路樹", "drain": "側溝"},
    {"north": "北部", "south": "南部"},
)
REST = Rule(999)


def refused(*rules: Rule) -> list[Finding]:
    return [finding for finding in check(rules, KNOWN) if finding.refuses]


def only(*rules: Rule) -> Finding:
    (finding,) = refused(*rules)
    return finding


def test_what_excel_adds_in_front_and_large_letters_in_the_head_do_no_harm() -> None:
    (rule,) = read("sep=,\r\nOrder, Department\r\n10,road\r\n", KNOWN)
    assert (rule.order, rule.department) == (10, "road")


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le"])
def test_a_file_of_twice_as_many_bytes_is_no_csv(encoding: str) -> None:
    with pytest.raises(RefusedTable) as bad:
        read("order,department,note\n10,road,a\n".encode(encoding), KNOWN)
    assert "文字コード" in str(bad.value.findings[0])


def test_a_clerks_file_from_excel_is_read_in_its_own_words() -> None:
    table = (
        "番号,種類,道路管理者,地区,緊急,受付時間,担当課,期限,知らせる先,担当外のときの回し先,メモ\r\n"
        '２0,街路樹,市道,,はい,閉庁,公園緑地課,１,道路管理課;drains,下水道課,"夜, 倒木"\r\n'
        ",,,,,,,,,,\r\n"
        "10,,都道府県,north,no,office,road,,,,\r\n"
    )
    assert read(table.encode("cp932"), KNOWN) == [
        Rule(10, None, "prefecture", "north", False, "office", "road"),
        Rule(20, "tree", "city", None, True, "after", "trees", 1, ("road", "drains"), "drains",
             "夜, 倒木"),
    ]  # fmt: skip


def test_names_are_the_same_however_a_mac_writes_them() -> None:
    """As one letter, or as a letter and its mark."""
    written = "番号,種類,担当課,メモ\n1,ガードレール,がけ担当,ギ\n"
    known = Known(
        {"cliff": DepartmentSummary("cliff", "がけ担当", "cliff", True, "", "")},
        {"guardrail": unicodedata.normalize("NFD", "ガードレール")},
        {},
    )
    for form in ("NFC", "NFD"):
        (rule,) = read(unicodedata.normalize(form, written), known)
        assert (rule.category, rule.department, rule.note) == ("guardrail", "cliff", "ギ")


def test_a_file_from_before_urgency_and_hours_stays_good() -> None:
    table = "order,category,owner,district,department,note\n1,pothole,city,,road,\n"
    assert read(table, KNOWN) == [Rule(1, "pothole", "city", department="road")]


@pytest.mark.parametrize(
    ("table", "words"),
    [
        (b"\xff\xfeo\x00", "UTF-8 でもシフト JIS でもありません"),
        ("", "見出しに「order」がありません"),
        ("order\tdepartment\n10\troad\n", "区切りがタブです"),
        ("order;department\n10;road\n", "区切りがセミコロンです"),
        ("order,department,distrct\n", "見出し「distrct」は知りません"),
        ("order,order,department\n", "見出し「order」がふたつ"),
        ("order,department\n1,road,3\n", "2行目のセルが見出しより多く"),
        ('order,department\n1,"ro"ad\n', "2行目から先が CSV として読めません"),
        ("order,department\nx,road\n", "2行目「番号」: 6桁までの数字"),
        ("order,department\n1,road\n,road\n", "3行目「番号」: 6桁までの数字を"),
        ("order,department,deadline_days\n1,road,三日\n", "2行目「期限」"),
        ("order,department,urgent\n1,road,maybe\n", "2行目「緊急」: yes、no"),
        ("order,department,hours\n1,road,night\n", "2行目「受付時間」"),
        ("order,department,note\n1,road," + "長" * 501, "2行目「メモ」: 500文字まで"),
        ("order,department\n" + "1,road\n" * 2001, "2,000行まで"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_named_by_line_and_column(table: str | bytes, words: str) -> None:
    with pytest.raises(RefusedTable) as refusal:
        read(table, KNOWN)
    assert words in str(refusal.value)


def test_a_note_is_no_formula_for_excel_and_comes_back_as_it_was() -> None:
    notes = ("=1+1", "'=x", "-", "'a", '@, "', "普通", "＝1+1", "＋1", "－1", "＠SUM")
    rules = [Rule(n, note=note) for n, note in enumerate(notes)]
    for note in ("=1+1", "＝1+1", "＋1", "－1", "＠SUM"):
        assert f",'{note}\r\n" in write(rules)
    assert read(write(rules), KNOWN) == rules


@pytest.mark.parametrize(
    ("rules", "what", "words", "row", "rows"),
    [
        # taken by two together, by neither of them alone
        ((Rule(1, urgent=True, department="road"), Rule(2, urgent=False, department="drains"),
          Rule(3, "tree", department="trees")),
         What.UNREACHABLE, "規則1番と規則2番が先に", 2, (0, 1)),
        ((Rule(1, "bridge", department="road"), REST), What.UNKNOWN, "種類「bridge」は", 0, ()),
        ((Rule(1, department="water"),), What.UNKNOWN, "担当課「water」は", 0, ()),
        ((Rule(1, "tree", tell=("water",)), REST), What.UNKNOWN, "知らせる先「water」", 0, ()),
        ((Rule(1, "tree", owner="king"), REST), What.UNKNOWN, "道路管理者「king」", 0, ()),
        ((Rule(1, district="east"), REST), What.UNKNOWN, "地区「east」", 0, ()),
        ((Rule(1, "tree"), Rule(1)), What.ORDER, "同じ番号", 1, (0,)),
        ((Rule(2, "tree"), Rule(1)), What.ORDER, "小さい順", 1, (0,)),
        ((Rule(1, deadline_days=251),), What.DEADLINE, "250日まで", 0, ()),
        ((Rule(1, department="police", tell=("police",)),), What.SELF, "の画面から連絡", 0, ()),
        ((Rule(1, department="road", not_ours="road"),), What.SELF, "担当課そのもの", 0, ()),
        ((Rule(1, not_ours="road"),), What.NOBODY, "回し先は書けません", 0, ()),
        ((Rule(1, "pothole", "city", department="road", not_ours="drains"),
          Rule(2, "pothole", department="drains", not_ours="road"), REST),
         What.LOOP, "道路管理課 → 下水道課 → 道路管理課(例: 種類「舗装の穴」、市の道路)", 1, (0,)),
        ((Rule(1, owner="city", department="road"),), What.NO_FALLBACK, "例: 国の道路)", None, ()),
        ((Rule(1, "tree", department="road"), Rule(2, district="north")), What.NO_FALLBACK,
         "例: 種類「舗装の穴」、地区「南部」)", None, ()),
        ((), What.NO_FALLBACK, "すべての通報", None, ()),
    ],
)  # fmt: skip
def test_a_table_that_cannot_work_is_refused_with_the_reason(
    rules: tuple[Rule, ...], what: What, words: str, row: int | None, rows: tuple[int, ...]
) -> None:
    found = only(*rules)
    assert (found.what, found.row, found.rows) == (what, row, rows)
    assert words in found.words


def test_a_department_of_the_citys_own_may_be_told_of_what_becomes_its_own() -> None:
    assert refused(Rule(1, urgent=True, department="road", tell=("road", "drains")), REST) == []


def test_names_that_the_city_does_not_know_make_no_cases() -> None:
    strangers = [Rule(n, f"kind{n}", district=f"place{n}") for n in range(MOST_RULES - 1)]
    found = refused(*strangers, Rule(9999))
    assert {each.what for each in found} == {What.UNKNOWN}
    assert len(found) == MOST_FINDINGS
    cases = Cases(strangers, KNOWN)
    assert cases.every.bit_count() == len(OWNERS) * 2 * 2


def city_of(many: int) -> Known:
    names = {f"n{n}": f"n{n}" for n in range(many)}
    return replace(KNOWN, categories=names, districts=names)


def test_a_table_of_more_cases_than_anybody_can_look_at_is_refused() -> None:
    rules = [Rule(n, f"n{n}", district=f"n{n}", department="road") for n in range(400)]
    found = [one for one in check([*rules, Rule(999)], city_of(400)) if one.refuses]
    assert [one.what for one in found] == [What.TOO_LARGE]


def test_so_is_one_that_would_be_looked_at_for_long() -> None:
    after_all = [Rule(0), *(Rule(n, f"n{n % 90}") for n in range(1, MOST_RULES))]
    cases = Cases(after_all, city_of(90))
    with pytest.raises(TooManyCases):
        deque((cases.takers(row) for row in range(MOST_RULES) for _ in range(100)), maxlen=0)


def test_a_file_that_is_too_long_is_not_read_to_its_end() -> None:
    def endless() -> Iterator[Row]:
        for number in itertools.count(1):
            assert number <= MOST_RULES + 1
            yield Row(f"{number}行目", {"order": str(number)})

    with pytest.raises(RefusedTable, match="2,000行まで"):
        parse(endless(), KNOWN)


def test_of_many_cells_without_sense_the_first_are_named() -> None:
    table = "order,department\n" + "x,road\n" * 2000
    with pytest.raises(RefusedTable) as refusal:
        read(table, KNOWN)
    assert len(refusal.value.findings) == MOST_FOUND
    with pytest.raises(RefusedTable, match="大きすぎます"):
        read("order,department\n" + "1,road\n" * 1_000_000, KNOWN)
    with pytest.raises(RefusedTable, match="2行目「知らせる先」: 500文字まで"):
        read("order,department,tell\n1,road," + "drains;" * 100, KNOWN)


def test_two_tables_that_have_nothing_in_common_are_compared_rule_by_rule() -> None:
    old = [Rule(n, note=f"old {n}") for n in range(MOST_RULES)]
    new = [Rule(n, note=f"new {n}") for n in range(MOST_RULES)]
    found = differences(old, new)
    assert [(each.kind, each.before, each.after) for each in found] == [
        ("changed", before, after) for before, after in zip(old, new, strict=True)
    ]


def test_a_way_on_that_ends_with_staff_is_no_loop() -> None:
    there = Rule(1, "pothole", department="road", not_ours="drains")
    back = Rule(2, "drain", department="drains", not_ours="road")
    assert refused(there, back, REST) == []
    # their first rule for this case decides, and it knows no way on
    first = Rule(2, "pothole", "city", department="drains")
    later = Rule(3, owner="city", department="drains", not_ours="road")
    assert refused(replace(there, district="north"), first, later, REST) == []


def test_who_is_not_used_and_who_has_no_address_is_only_said() -> None:
    police = replace(KNOWN.departments["police"], tell_by="email")
    known = replace(KNOWN, departments={**KNOWN.departments, "police": police})
    rules = [Rule(1, "tree", department="trees", tell=("police",), not_ours="road"), REST]
    found = check(rules, known)
    assert [finding.what for finding in found] == [What.NO_ADDRESS, What.IDLE]
    assert ("警察署" in found[0].words, found[0].column) == (True, "tell")
    assert "下水道課" in found[1].words
    assert not any(finding.refuses for finding in found)


def test_differences_are_told_by_what_a_rule_says_and_not_by_its_number() -> None:
    tree, hole, drain = (Rule(n, key, department="road") for n, key in
                         ((10, "tree"), (20, "pothole"), (30, "drain")))  # fmt: skip
    old = [tree, hole, drain, REST]
    assert differences(old, [replace(rule, order=rule.order + 1) for rule in old]) == []
    to_trees = replace(tree, order=40, department="trees")
    new = Rule(5, "tree", "city", department="trees")
    found = differences(old, [new, drain, hole, to_trees])
    assert [(each.kind, each.before, each.after) for each in found] == [
        ("added", None, new), ("moved", drain, drain), ("changed", tree, to_trees),
        ("removed", REST, None),
    ]  # fmt: skip


def any_of(*values: Any) -> st.SearchStrategy[Any]:
    return st.sampled_from([None, *values])


RULES = st.lists(
    st.builds(
        Rule, st.just(0), any_of(*KNOWN.categories), any_of(*OWNERS), any_of("north", "south"),
        any_of(True, False), any_of("office", "after"), any_of(*NAMES), not_ours=any_of(*NAMES),
        deadline_days=st.none() | st.integers(0, 250), note=st.sampled_from(["", "=1", "a\"b,\n'"]),
        tell=st.lists(st.sampled_from([*NAMES]), unique=True, max_size=2).map(tuple),
    ), max_size=7,
).map(lambda rules: [replace(rule, order=n) for n, rule in enumerate(rules)])  # fmt: skip
CASES = [
    (Case(category, district, urgent, in_hours), owner)
    for category, owner, district, urgent, in_hours in itertools.product(
        (*KNOWN.categories, "new"), OWNERS, ("north", "south", None), (True, False), (True, False)
    )
]


@given(RULES)
def test_the_checks_say_what_trying_every_case_says(rules: list[Rule]) -> None:
    decided = [first_match(rules, facts, owner) for facts, owner in CASES]
    found = check(rules, KNOWN)
    unreachable = {each.row for each in found if each.what is What.UNREACHABLE}
    assert unreachable == {n for n, rule in enumerate(rules) if rule not in decided}
    assert any(each.what is What.NO_FALLBACK for each in found) == (None in decided)
    loops = any(each.what is What.LOOP for each in found)
    assert loops == any(goes_around(rules, *case) for case in CASES)


def goes_around(rules: list[Rule], facts: Case, owner: str) -> bool:
    """Whether this case comes back to a department, passed on by every one that has it."""
    rule, been = first_match(rules, facts, owner), list[str | None]()
    while rule and rule.department and rule.department != rule.not_ours:
        if rule.department in been:
            return True
        been.append(rule.department)
        theirs = [each for each in rules if each.department == rule.not_ours]
        rule = first_match(theirs, facts, owner) if rule.not_ours else None
    return False


@given(RULES)
def test_a_table_comes_back_from_its_file_as_it_was(rules: list[Rule]) -> None:
    tidy = [replace(rule, note=rule.note.replace("\n", " ")) for rule in rules]
    assert read(write(tidy), KNOWN) == tidy
