"""Why a ticket went where it went, in one Japanese sentence. Pure."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from geo.kinds import ASSET_NAMES, OWNER_NAMES
from reports.tickets import words
from reports.tickets.words import NOBODY, road_name


def why_sentence(why: Mapping[str, Any], department: str | None, version: int | None = None) -> str:
    """Why a ticket went where it went, from what `Routing.why()` kept, in one sentence.

    `version`: of the routing table that its rule stands in.
    """
    if tell := _WHY.get(str(why.get("reason"))):
        return tell(why, department or NOBODY, _rule(why, version))
    return "担当をこれから振り分けます。"


def _road(road: Mapping[str, Any] | None) -> str:
    if road is None:
        return "道路"
    return f"「{road_name(road)}」({OWNER_NAMES.get(road.get('owner') or '', '不明')}の管理)"


def _metres(road: Mapping[str, Any] | None) -> str:
    return f"{road['metres']:.1f} m" if road and road.get("metres") is not None else "不明な距離"


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


def _brought_back(why: Mapping[str, Any], department: str, rule: str) -> str:
    found = words.OUTCOMES.get(str(why.get("outcome")), "職員の判断が必要")
    return f"作業班が「{found}」と伝えたため、職員が次の担当を決めます。"


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
    "brought_back": _brought_back,
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
    at = (
        "通報の言葉にある" if asset.get("named") else f"{asset.get('metres') or 0:.0f} m の所にある"
    )
    name = " ".join(filter(None, (ASSET_NAMES.get(asset.get("kind"), "設備"), asset.get("key"))))
    return f"{at}{name}({OWNER_NAMES.get(asset.get('owner', ''), '不明')}の管理)"


def _departments(why: Mapping[str, Any]) -> str:
    return "と".join(why.get("departments") or ["担当課"])
