"""The Japanese that screens say for statuses, owners, reasons and days. Pure."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from reports.city.calendar import business_days_between
from reports.tickets.marks import Mark, Pause, mark_of, pause_of
from reports.tickets.read_models import TicketSummary
from reports.tickets.status import OPEN, Status


@dataclass(frozen=True, slots=True)
class Label:
    """How a status looks: its word, a drawing in icons.svg, and a colour family of the CSS."""

    text: str
    icon: str
    tone: str


STATUSES: Final = {
    Status.RECEIVED: Label("受付", "inbox", "new"),
    Status.INSPECTING: Label("現場確認中", "search", "look"),
    Status.SCHEDULED: Label("対応予定", "calendar", "look"),
    Status.IN_PROGRESS: Label("対応中", "cone", "work"),
    Status.MADE_SAFE: Label("応急処置済", "shield", "safe"),
    Status.FIXED: Label("対応済", "check", "done"),
    Status.MONITORING: Label("経過観察", "eye", "safe"),
    Status.FORWARDED: Label("他の管理者へ連絡済", "forward", "end"),
    Status.DECLINED: Label("対象外", "stop", "end"),
    Status.MERGED: Label("重複のためまとめて対応", "merge", "end"),
    Status.REOPENED: Label("再確認中", "again", "again"),
}
OWNERS: Final = {"national": "国", "prefecture": "都道府県", "city": "市", "other": "その他"}
ASSETS: Final = {
    "streetlight": "街路灯",
    "mirror": "カーブミラー",
    "sign": "標識",
    "tree": "街路樹",
    "guardrail": "防護柵",
    "drain": "マンホール・ます",
}
ACTORS: Final = {"staff": "職員", "crew": "作業班", "resident": "通報した人", "michi": "自動"}
ROLES: Final = {"staff": "職員", "crew": "作業班"}
PHOTO_STATES: Final = {
    "waiting": "写真を準備しています",
    "gone": "写真は LINE から消えていました",
    "broken": "写真のデータが壊れていました",
    "too_large": "写真が大きすぎて開けませんでした",
    "not_image": "写真ではないファイルでした",
    "unfetched": "写真を受け取れませんでした",
    "removed": "写真は取り消されました",
}
NOBODY: Final = "担当課未定"

PAUSES: Final = {
    Pause.RESIDENT: "通報した人の返事待ち",
    Pause.AUTHORITY: "他の管理者の対応待ち",
    Pause.MONITORING: "経過観察中",
}
_WEEKDAYS: Final = "月火水木金土日"


def deadline_state(ticket: TicketSummary, today: date) -> Mark | None:
    """How it stands to its deadline, for lists, maps and pages alike."""
    return mark_of(
        ticket.status,
        ticket.deadline,
        today,
        long_overdue_on=ticket.long_overdue_on,
        paused=ticket.paused_at is not None,
    )


def deadline_words(ticket: TicketSummary, today: date, closed: Collection[date] = ()) -> str:
    """How long there is: 期限 11月25日(水)・あと2開庁日; or nothing to say.

    What is left counts in business days (`closed`: the city's own closing days), what is over in
    days of the calendar.
    """
    state = deadline_state(ticket, today)
    if ticket.deadline is None or ticket.status not in OPEN:
        return ""
    if state is Mark.PAUSED:
        return f"期限は止まっています{_pause(ticket)}"
    over = (today - ticket.deadline).days
    if state is Mark.DUE:
        left = "今日まで"
    elif over > 0:
        left = f"{over}日超過"
    else:
        left = f"あと{business_days_between(today, ticket.deadline, closed)}開庁日"
    return f"期限 {day(ticket.deadline)}・{left}"


def day(when: date) -> str:
    """11月25日(水)."""
    return f"{when.month}月{when.day}日({_WEEKDAYS[when.weekday()]})"


def moment(when: datetime, now: datetime) -> str:
    """11月21日(土) 21:03, with the year when it is not this one; both in the city's time."""
    year = "" if when.year == now.year else f"{when.year}年"
    return f"{year}{day(when)} {when:%H:%M}"


def why_sentence(why: Mapping[str, Any], department: str | None, version: int | None = None) -> str:
    """Why a ticket went where it went, from what `Routing.why()` kept, in one sentence.

    `version`: of the routing table that its rule stands in.
    """
    if tell := _WHY.get(str(why.get("reason"))):
        return tell(why, department or NOBODY, _rule(why, version))
    return "担当をこれから振り分けます。"


def road_name(road: Mapping[str, Any]) -> str:
    """小金井街道(都道15): the name, and the reference where it says more."""
    name, ref = road.get("name") or "", road.get("ref") or ""
    return f"{name}({ref})" if name and ref and name != ref else name or ref or "名前のない道路"


def _pause(ticket: TicketSummary) -> str:
    inside = ticket.department is None or ticket.department.inside
    why = pause_of(ticket.status, asked=ticket.asked_at is not None, inside=inside)
    return f"({PAUSES[why]})" if why else ""


def _road(road: Mapping[str, Any] | None) -> str:
    if road is None:
        return "道路"
    return f"「{road_name(road)}」({OWNERS.get(road.get('owner', ''), '不明')}の管理)"


def _metres(road: Mapping[str, Any] | None) -> str:
    return f"{road['metres']:.1f} m" if road and "metres" in road else "不明な距離"


def _next(why: Mapping[str, Any]) -> str:
    road = why.get("runner_up")
    if not road or _decides(why):
        return ""
    return f"(他の管理者の道路は{_road(road)}が {_metres(road)})"


def _rule(why: Mapping[str, Any], version: int | None) -> str:
    return f"規則(第{version}版)の{why.get('rule')}番" if version else f"規則{why.get('rule')}番"


def _by_rule(why: Mapping[str, Any], department: str, rule: str) -> str:
    return f"{_because(why)}なので、{rule}により{department}の担当です{_next(why)}。"


def _no_rule(why: Mapping[str, Any], department: str, rule: str) -> str:
    if why.get("rule") is not None:
        return f"{_because(why)}なので、{rule}により職員が担当を決めます{_next(why)}。"
    what = _asset(why) if _decides(why) else f"最も近い{_road(why.get('road'))}"
    return f"{what}に当てはまる規則がありません{_next(why)}。"


def _ambiguous(why: Mapping[str, Any], department: str, rule: str) -> str:
    both = [why.get("road"), why.get("runner_up")]
    near = "、".join(f"{_road(road)}まで {_metres(road)}" for road in both)
    return f"{near} で、差が小さいため、担当を自動では決めていません。"


def _no_road(why: Mapping[str, Any], department: str, rule: str) -> str:
    road = why.get("road")
    if road is None:
        return "道路の地図がまだ入っていないため、担当を決められません。"
    return f"近くに道路がありません(最も近い{_road(road)}まで {_metres(road)})。"


def _not_ours(why: Mapping[str, Any], department: str, rule: str) -> str:
    said = f"{_departments(why)}が「担当ではない」と答えたため、"
    if department == NOBODY:
        return f"{said}職員が担当を決めます。"
    return f"{said}{rule}の引き継ぎ先の{department}の担当です。"


def _to_and_fro(why: Mapping[str, Any], department: str, rule: str) -> str:
    return (
        f"{_departments(why)}が「担当ではない」と答え、3回目になったため、"
        "これ以上は回さず、職員が担当を決めます。"
    )


_WHY: Final[Mapping[str, Callable[[Mapping[str, Any], str, str], str]]] = {
    "rule": _by_rule,
    "no_rule": _no_rule,
    "ambiguous": _ambiguous,
    "no_road": _no_road,
    "only_a_town": lambda *_: (
        "町や交差点の名前だけが届き、正確な場所が分からないため、担当を自動では決めていません。"
    ),
    "not_ours": _not_ours,
    "to_and_fro": _to_and_fro,
    "by_hand": lambda why, department, _: f"職員が{department}の担当と決めました。",
}


def _because(why: Mapping[str, Any]) -> str:
    """What decided whose it is: an asset whose owner is known, else a road."""
    if _decides(why):
        return _asset(why)
    nearest = "通報した人が答えた" if why.get("owner_said") else "最も近い"
    return f"{nearest}{_road(why.get('road'))}まで {_metres(why.get('road'))} "


def _decides(why: Mapping[str, Any]) -> bool:
    return bool((why.get("asset") or {}).get("owner"))


def _asset(why: Mapping[str, Any]) -> str:
    """通報の言葉にある街路灯 K-0123(市の管理); by the way it was found."""
    asset = why["asset"]
    at = "通報の言葉にある" if asset.get("named") else f"{asset.get('metres', 0):.0f} m の所にある"
    name = " ".join(filter(None, (ASSETS.get(asset.get("kind"), "設備"), asset.get("key"))))
    return f"{at}{name}({OWNERS.get(asset.get('owner', ''), '不明')}の管理)"


def _departments(why: Mapping[str, Any]) -> str:
    return "と".join(why.get("departments") or ["担当課"])
