"""What is wrong with a routing table, found before anybody is sent anywhere by it. Pure."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice, pairwise
from typing import Final

from geo.kinds import OWNER_NAMES, OWNERS
from reports.routing.cases import Cases, TooManyCases
from reports.routing.choose import Rule
from reports.routing.table import MOST_DAYS, Finding, Known, What


def check(rules: Sequence[Rule], known: Known) -> list[Finding]:
    """What is wrong with these rules in this order, row by row, then with the whole table.

    `Finding.refuses` tells what must be mended before the table can be used. Of each kind of
    finding MOST_FINDINGS at most.
    """
    by_row = [
        *_some(_orders(rules)),
        *_some(_unknown(rules, known)),
        *_some(_selves(rules, known)),
        *_some(_without_address(rules, known)),
    ]
    whole = list(_idle(rules, known))
    try:
        cases = Cases(rules, known)
        by_row += [*_some(_unreachable(rules, cases)), *_some(_loops(rules, cases, known))]
        whole = [*_no_fallback(cases, known), *whole]
    except TooManyCases:
        whole = [Finding(What.TOO_LARGE, _TOO_LARGE), *whole]
    by_row.sort(key=lambda finding: finding.row or 0)
    return [*by_row, *whole]


def _some(found: Iterable[Finding]) -> Iterator[Finding]:
    return islice(found, MOST_FINDINGS)


def _orders(rules: Sequence[Rule]) -> Iterator[Finding]:
    for row, (before, rule) in enumerate(pairwise(rules), start=1):
        if rule.order == before.order:
            yield _about(rules, row, What.ORDER, "同じ番号の規則がふたつあります", "order", row - 1)
        elif rule.order < before.order:
            words = f"番号は上から小さい順にしてください(前は{before.order})"
            yield _about(rules, row, What.ORDER, words, "order", row - 1)


def _unknown(rules: Sequence[Rule], known: Known) -> Iterator[Finding]:
    there = {
        "category": known.categories, "owner": OWNERS, "district": known.districts,
        "department": known.departments, "tell": known.departments, "not_ours": known.departments,
    }  # fmt: skip
    for row, rule in enumerate(rules):
        for column, keys in there.items():
            named = getattr(rule, column)
            for key in named if isinstance(named, tuple) else (named,):
                if key is not None and key not in keys:
                    words = f"{_NOUNS[column]}「{key}」はありません。名前かキーを確かめてください"
                    yield _about(rules, row, What.UNKNOWN, words, column)
        if rule.deadline_days is not None and not 0 <= rule.deadline_days <= MOST_DAYS:
            words = f"期限は0日から{MOST_DAYS}日までです"
            yield _about(rules, row, What.DEADLINE, words, "deadline_days")


def _selves(rules: Sequence[Rule], known: Known) -> Iterator[Finding]:
    for row, rule in enumerate(rules):
        if rule.department is None:
            if rule.not_ours:
                words = "担当課が空の規則に、担当外のときの回し先は書けません"
                yield _about(rules, row, What.NOBODY, words, "not_ours")
            continue
        theirs = known.departments.get(rule.department)
        if theirs and not theirs.inside and theirs.key in rule.tell:
            words = "担当の管理者には、職員が「他の管理者」の画面から連絡します"
            yield _about(rules, row, What.SELF, words, "tell")
        if rule.department == rule.not_ours:
            words = "担当外のときの回し先が、担当課そのものです"
            yield _about(rules, row, What.SELF, words, "not_ours")


def _unreachable(rules: Sequence[Rule], cases: Cases) -> Iterator[Finding]:
    for row, wanted in enumerate(cases.wanted):
        if wanted and not cases.decided[row]:
            takers = cases.takers(row)
            words = (
                f"この規則まで来る通報はありません。{_numbers(rules, takers)}が先にすべて取ります。"
                "上に移すか、消してください"
            )
            yield _about(rules, row, What.UNREACHABLE, words, "", *takers)


def _no_fallback(cases: Cases, known: Known) -> Iterator[Finding]:
    if left := cases.undecided:
        yield Finding(
            What.NO_FALLBACK,
            f"どの規則にも当てはまらない通報があります(例: {_in_words(cases, left, known)})。"
            "最後に、番号と担当課だけの規則を足してください。"
            "担当課も空の規則にすると、残りは担当課未定になり、職員が決めます",
        )


def _loops(rules: Sequence[Rule], cases: Cases, known: Known) -> Iterator[Finding]:
    """Each ring of departments once, however many rules and cases go around it."""
    seen: set[frozenset[str]] = set()
    for path, some in cases.ways_back():
        if len(seen) == _MOST_RINGS:
            return
        departments = [rules[row].department or "" for row in path]
        again = rules[path[-1]].not_ours or ""
        ring = departments[departments.index(again) :]
        if len(ring) == 1 or frozenset(ring) in seen:
            continue
        seen.add(frozenset(ring))
        way = " → ".join(_department(key, known) for key in [*ring, again])
        words = (
            f"担当外のときの回し先がひと回りして、もとに戻ります: {way}"
            f"(例: {_in_words(cases, some, known)})。どれかの回し先を変えてください"
        )
        yield _about(rules, path[-1], What.LOOP, words, "not_ours", *path[:-1])


def _idle(rules: Sequence[Rule], known: Known) -> Iterator[Finding]:
    used = {key for rule in rules for key in (rule.department, rule.not_ours, *rule.tell)}
    if idle := [
        department.name for key, department in known.departments.items() if key not in used
    ]:
        yield Finding(What.IDLE, f"どの規則にも出てこない担当課: {'、'.join(idle)}")


def _without_address(rules: Sequence[Rule], known: Known) -> Iterator[Finding]:
    said = set()
    for row, rule in enumerate(rules):
        for key in {rule.department or "": "", **dict.fromkeys(rule.tell)}:
            at = known.departments.get(key)
            mailed = key in rule.tell or (at and not at.inside and at.tell_by == "email")
            if at and mailed and not at.email and key not in said:
                said.add(key)
                words = f"{at.name}にはメールで知らせますが、宛先がまだありません"
                column = "tell" if key in rule.tell else "department"
                yield _about(rules, row, What.NO_ADDRESS, words, column)


def _about(
    rules: Sequence[Rule], row: int, what: What, words: str, column: str, *rows: int
) -> Finding:
    return Finding(what, words, row, column, f"規則{rules[row].order}番", rows)


def _numbers(rules: Sequence[Rule], rows: Sequence[int]) -> str:
    named = [f"規則{rules[row].order}番" for row in rows[:_MOST_NAMED]]
    more = f"など{len(rows)}行" if len(rows) > _MOST_NAMED else ""
    return ("と" if len(rows) == 2 else "、").join(named) + more


def _department(key: str, known: Known) -> str:
    return known.departments[key].name if key in known.departments else key


def _in_words(cases: Cases, some: int, known: Known) -> str:
    """One of these cases, saying no more than must be said."""
    names = {"category": known.categories, "district": known.districts}
    words = [
        _named(column, value, cases, names[column]) if column in names else _VALUES[value]
        for column, value in cases.example(some).items()
    ]
    return "、".join(words) or "すべての通報"


def _named(column: str, key: str, cases: Cases, names: Mapping[str, str]) -> str:
    """For what no rule names, one of those that it stands for."""
    unnamed = (each for each in names if each not in cases.values[column])
    name = names.get(key or next(unnamed, ""))
    return f"{_NOUNS[column]}「{name}」" if name else f"ほかの{_NOUNS[column]}"


MOST_FINDINGS: Final = 300
_TOO_LARGE: Final = (
    "組み合わせが多すぎて、この表を調べられません。規則の行を減らすか、"
    "規則に書く種類と地区の数を減らしてください"
)
_MOST_NAMED: Final = 6
_MOST_RINGS: Final = 20
_NOUNS: Final = {
    "category": "種類", "owner": "道路管理者", "district": "地区", "department": "担当課",
    "tell": "知らせる先", "not_ours": "回し先",
}  # fmt: skip
_VALUES: Final[dict[object, str]] = {
    **{owner: f"{name}の道路" for owner, name in OWNER_NAMES.items()},
    True: "緊急", False: "緊急でない", "office": "開庁時間内の受付", "after": "閉庁時間の受付",
}  # fmt: skip
