"""What a change of the city's own data does to tickets and residents, said before it is saved."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any, Final

from sqlalchemy.orm import Session

from reports.city import periods
from reports.city.calendar import day_words
from reports.city.category_list import Entries, Entry, entry_of
from reports.city.differences import ADDED, CLOSED, OPENED, ORDER, Difference
from reports.city.opened import opened
from reports.city.profile import closing_days
from reports.privacy import words as privacy
from reports.privacy.above import above
from reports.privacy.steps import dues
from reports.published import reading
from reports.published.wanted import PublicFilter
from reports.routing import versions as rule_versions
from reports.routing.choose import Rule
from reports.tickets import closing_days as deadlines
from reports.tickets.workload import open_of_category
from web.desk.city_words import name_of

_ON_A_PAGE: Final = 12
_SHOWN: Final = 3


def of_categories(
    db: Session, found: Sequence[Difference], before: Entries, after: Entries
) -> list[str]:
    """In Japanese, one sentence or two for each thing that follows."""
    rules = rule_versions.live_rules(db).lines
    said = list[str]()
    for key in dict.fromkeys(each.key for each in found):
        fields = [each.field for each in found if each.key == key]
        if key and (entry := entry_of(after, key)):
            many = open_of_category(db, key)
            said += _of_one(entry, entry_of(before, key), fields, many, rules)
        elif ORDER in fields:
            said.append(_of_the_order(after))
    return said


def of_facts(
    db: Session,
    found: Sequence[Difference],
    before: Mapping[str, Any],
    after: Mapping[str, Any],
) -> list[str]:
    """As `of_categories`."""
    fields, said = [each.field for each in found], list[str]()
    if any(field.startswith("phones.") for field in fields):
        said.append("住民の LINE、最初のページ、受付票の用紙、メールに、すぐ新しい番号が出ます。")
    if any(field.startswith("office_hours") for field in fields):
        said.append(
            "次に届く通報から、新しい開庁時間で受付の日を決めます。"
            "いま終わっていない受付票の期限は変わりません。"
        )
    if "strangers_photos" in fields:
        said.append("次に出す「同じ場所の通報があります」のカードから変わります。")
    if any(field.startswith("open.") for field in fields):
        said.append(_of_open(db, after))
    if CLOSED in fields:
        said += _of_closing(deadlines.later(db, closing_days(before), closing_days(after)))
    if OPENED in fields:
        said.append(
            "閉庁日をやめても、いま終わっていない受付票の期限は早くなりません。"
            "次の受付から、この日も開庁日に数えます。"
        )
    if any(field.startswith("keep.") for field in fields):
        said.append(_of_periods(db, after))
    if any(field.startswith("open_data.") for field in fields):
        said.append(
            "次に作る公開データから変わります。"
            "公開した月は、作り直すまでそのまま残り、作り直すと新しい版になります。"
        )
    if any(field.startswith(("name", "note", "centre", "zoom")) for field in fields):
        said.append("住民と職員の画面に、すぐ出ます。")
    return said


def _of_open(db: Session, after: Mapping[str, Any]) -> str:
    wanted = opened(after)
    if not wanted.shown:
        many = reading.count(db)
        return f"公開の地図・一覧・データが、すぐ閉じます。いま公開している受付票は {many}件です。"
    gone = reading.count(db, PublicFilter(categories=sorted(wanted.kept_back)))
    more = f"公開しない種類の {gone}件は、すぐ消えます。" if gone else ""
    return f"{more}公開の地図・一覧・データが、数秒から数分でこの設定のとおりになります。"


def _of_periods(db: Session, after: Mapping[str, Any]) -> str:
    now = datetime.now(UTC)
    found = dues(db, above().steps, periods.said_in(after), now)
    if not found:
        return "この期間で、すぐ消えるものはありません。"
    said = "、".join(
        f"{it.name} {many:,}{it.due_unit or it.unit}"
        for it, many in ((privacy.HELD[key], many) for key, many in found.items())
    )
    return f"この期間を過ぎているものが、5分以内に消えます。元へは戻せません: {said}。"


def _of_closing(later: Sequence[deadlines.Later]) -> list[str]:
    moved = [each for each in later if each.is_later]
    next_one = "次に届く通報の期限にも、この日を数えません。"
    if not moved:
        return [f"いま終わっていない受付票に、期限が動くものはありません。{next_one}"]
    shown = "、".join(
        f"{one.number} は {_from_to(one.before, one.deadline)}" for one in moved[:_SHOWN]
    )
    more = f"、ほか{len(moved) - _SHOWN}件" if len(moved) > _SHOWN else ""
    return [
        f"いま終わっていない受付票のうち {len(moved):,}件の期限が後ろへ動きます({shown}{more})。"
        "経過に残り、通報した人には改めて送りません。",
        next_one,
    ]


def _from_to(before: date, after: date) -> str:
    return f"{day_words(before)} → {day_words(after)}"


def _of_one(
    entry: Entry, old: Entry | None, fields: Sequence[str], many: int, rules: Sequence[Rule]
) -> Iterator[str]:
    name = entry["names"]["ja"]
    if ADDED in fields:
        yield f"住民の LINE と職員の画面で、「{name}」を選べるようになります。{_who(entry, rules)}"
    for field, say in _SAY.items():
        if field in fields:
            yield say(name, entry, old or {}, many)
    if {"deadline_days", "urgent_deadline_days"} & {*fields} and _rules_say_days(entry, rules):
        yield f"振り分け規則に日数があるところでは、「{name}」の期限はその日数です。"
    if any(field.startswith("names.") for field in fields):
        yield "これまでの受付票も、新しい名前で出ます。振り分け規則はそのまま働きます。"
    if "retired" in fields and entry.get("retired"):
        yield _still_named(entry, rules)


def _days(name: str, entry: Entry, old: Entry, many: int) -> str:
    return (
        f"次の受付から、「{name}」の期限は {old['deadline_days']}開庁日 →"
        f" {entry['deadline_days']}開庁日。{_stay(many)}"
    )


def _urgent_days(name: str, entry: Entry, old: Entry, many: int) -> str:
    before, after = (
        each.get("urgent_deadline_days", each["deadline_days"]) for each in (old, entry)
    )
    return (
        f"次の受付から、「{name}」の緊急のときの期限は {before}開庁日 →"
        f" {after}開庁日。{_stay(many)}"
    )


def _stay(many: int) -> str:
    if not many:
        return "いま終わっていない受付票はありません。"
    return (
        f"いま終わっていない {many:,}件の期限は変わりません"
        "(種類や場所を直して振り分け直すと、新しい日数になります)。"
    )


def _offered(name: str, entry: Entry, _: Entry, many: int) -> str:
    if not entry.get("retired"):
        return f"住民の LINE と職員の画面で、「{name}」をまた選べるようになります。"
    still_open = f"いま終わっていない {many:,}件も、" if many else ""
    return (
        f"住民の LINE と職員の画面で、「{name}」を選べなくなります。"
        f"{still_open}これまでの受付票も、この種類のままです。"
    )


def _always_urgent(name: str, entry: Entry, _: Entry, many: int) -> str:
    kind = "すべて緊急として扱います" if entry.get("urgent") else "いつも緊急とはしません"
    return f"次の受付から、「{name}」は{kind}。いまの受付票は、振り分け直すまで変わりません。"


def _nearness(name: str, entry: Entry, _: Entry, many: int) -> str:
    metres = entry.get("radius_m", 30)
    return (
        f"次の通報から、{metres:g} m までにある「{name}」の受付票を、同じ場所かと住民にたずねます。"
    )


_SAY: Final[Mapping[str, Callable[[str, Entry, Entry, int], str]]] = {
    "deadline_days": _days,
    "urgent_deadline_days": _urgent_days,
    "urgent": _always_urgent,
    "radius_m": _nearness,
    "retired": _offered,
    "icon": lambda name, *_: f"「{name}」の絵は、次に開く画面から新しくなります。",
    "hints": lambda name, *_: f"次に届く文から、新しいことばで「{name}」を見分けます。",
    "but_not": lambda name, *_: f"次に届く文から、新しいことばで「{name}」を見分けます。",
    "department": lambda *_: "実際の担当課は、これからも振り分け規則が決めます。",
}


def _who(entry: Entry, rules: Sequence[Rule]) -> str:
    if any(rule.category == entry["key"] for rule in rules):
        return "担当課は、この種類の振り分け規則が決めます。"
    return (
        "この種類を名指しする振り分け規則はまだありません。"
        "「すべての種類」の規則が担当課を決め、なければ担当課未定になります。"
    )


def _rules_say_days(entry: Entry, rules: Sequence[Rule]) -> bool:
    mine = (rule for rule in rules if rule.category in (None, entry["key"]))
    return any(rule.deadline_days is not None for rule in mine)


def _still_named(entry: Entry, rules: Sequence[Rule]) -> str:
    many = sum(rule.category == entry["key"] for rule in rules)
    if not many:
        return "この種類を名指しする振り分け規則はありません。"
    return f"この種類を名指しする振り分け規則 {many}行は残り、これまでの受付票に働きます。"


def _of_the_order(after: Entries) -> str:
    offered = [each["key"] for each in after if not each.get("retired")]
    words = "次に開く LINE の選択肢と職員の画面から、この順に並びます。"
    if len(offered) <= _ON_A_PAGE:
        return words
    behind = "、".join(name_of(after, key) for key in offered[_ON_A_PAGE:])
    return f"{words}LINE では {_ON_A_PAGE}件ずつ出て、{behind}は「ほかの種類」の先になります。"
