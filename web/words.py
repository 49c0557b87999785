"""The Japanese that screens say for statuses, owners, reasons and days. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from reports.lifecycle import OPEN, Status


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

_OURS_TO_DO: Final = OPEN - {Status.FORWARDED, Status.MONITORING}
_WEEKDAYS: Final = "月火水木金土日"


def is_overdue(status: Status, deadline: date | None, today: date) -> bool:
    """Past its deadline while the city still has to act; what others do is not counted."""
    return deadline is not None and status in _OURS_TO_DO and deadline < today


def deadline_words(status: Status, deadline: date | None, today: date) -> str:
    """How long there is: 期限 11月25日(水)・あと4日; or nothing to say."""
    if deadline is None or status not in _OURS_TO_DO:
        return ""
    days = (deadline - today).days
    left = f"あと{days}日" if days > 0 else "今日まで" if days == 0 else f"{-days}日超過"
    return f"期限 {day(deadline)}・{left}"


def day(when: date) -> str:
    """11月25日(水)."""
    return f"{when.month}月{when.day}日({_WEEKDAYS[when.weekday()]})"


def moment(when: datetime, now: datetime) -> str:
    """11月21日(土) 21:03, with the year when it is not this one; both in the city's time."""
    year = "" if when.year == now.year else f"{when.year}年"
    return f"{year}{day(when)} {when:%H:%M}"


def why_sentence(why: Mapping[str, Any], department: str | None) -> str:
    """Why a ticket went where it went, from what `Routing.why()` kept, in one sentence."""
    road, other = why.get("road"), why.get("runner_up")
    match why.get("reason"):
        case None:
            return "担当をこれから振り分けます。"
        case "rule":
            where = f"規則{why.get('rule')}番により{department or NOBODY}の担当です"
            nearest = "通報した人が答えた" if why.get("owner_said") else "最も近い"
            return f"{nearest}{_road(road)}まで {_metres(road)} なので、{where}{_next(other)}。"
        case "ambiguous":
            near = f"{_road(road)}まで {_metres(road)}、{_road(other)}まで {_metres(other)}"
            return f"{near}と差が小さいため、担当を自動では決めていません。"
        case "only_a_town":
            return "町の名前だけが届き、正確な場所が分からないため、担当を自動では決めていません。"
        case "no_rule":
            return f"最も近い{_road(road)}に当てはまる規則がありません{_next(other)}。"
        case _ if road:
            return f"近くに道路がありません(最も近い{_road(road)}まで {_metres(road)})。"
    return "道路の地図がまだ入っていないため、担当を決められません。"


def road_name(road: Mapping[str, Any]) -> str:
    """小金井街道(都道15): the name, and the reference where it says more."""
    name, ref = road.get("name") or "", road.get("ref") or ""
    return f"{name}({ref})" if name and ref and name != ref else name or ref or "名前のない道路"


def _road(road: Mapping[str, Any] | None) -> str:
    if road is None:
        return "道路"
    return f"「{road_name(road)}」({OWNERS.get(road.get('owner', ''), '不明')}の管理)"


def _metres(road: Mapping[str, Any] | None) -> str:
    return f"{road['metres']:.1f} m" if road and "metres" in road else "不明な距離"


def _next(road: Mapping[str, Any] | None) -> str:
    return f"(次に近いのは{_road(road)}の {_metres(road)})" if road else ""
