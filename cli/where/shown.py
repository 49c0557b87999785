"""`michi where` LON LAT: the answer for one place, as people read it or as programs do."""

import json
from typing import Final

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from cli.where.file import How, flat, opened
from geo.nearby import NearRoad
from reports.routing.choose import Reason
from reports.routing.preview import Answer, ask, point_of
from store.database import transaction


def show(lon: str, lat: str, how: How) -> None:
    """Prints it, or writes it to a file. Raises BadFile, NoPosition, NoSuchCategory."""
    point = point_of(lon, lat)
    with transaction() as db:
        (answer,) = ask(db, [point], category=how.category, urgent=how.urgent)
    with opened(how.to) as file:
        if how.as_json:
            words = json.dumps(flat(answer, how.category), ensure_ascii=False, indent=1)
            file.write(f"{words}\n")
            return
        out = Console(file=file, width=120 if how.to else None)
        out.print(_place(answer))
        if answer.decisions:
            out.print(_decisions(answer))


def _place(answer: Answer) -> Table:
    table = Table.grid(padding=(0, 2))
    road, runner_up = answer.road, answer.runner_up
    certain = _OWNERS.get(answer.owner or "", "決められません / not certain")
    for name, value in (
        ("場所 / place", answer.to_json()["place"] or "-"),
        ("区域 / area", _area(answer)),
        ("地区 / district", answer.where.district or "-"),
        ("町丁目 / town", answer.where.town or "-"),
        ("道路 / road", _road(road) if road else "地図に道路がありません / no roads are loaded"),
        ("他の管理者 / runner-up", _road(runner_up) if runner_up else "-"),
        ("差 / margin", f"{answer.margin_m:.2f} m" if answer.margin_m is not None else "-"),
        ("道路管理者 / owner", _AMBIGUOUS if answer.is_ambiguous else certain),
        ("規則の版 / rules", str(answer.rules_version or "-")),
    ):
        table.add_row(name, escape(value))
    return table


def _area(answer: Answer) -> str:
    if answer.inside is None:
        return "市の区域がまだ入っていません / no outline is loaded"
    if answer.inside:
        return answer.where.city
    return f"市の外 / outside: {answer.where.neighbour or '?'}"


def _road(road: NearRoad) -> str:
    names = " ".join(dict.fromkeys(filter(None, (road.name, road.ref)))) or "名前なし / no name"
    number = f" #{road.source_id}" if road.source_id else ""
    reach = "" if road.is_within_reach else "(遠すぎます / too far)"
    return f"{names}{number}({_OWNERS[road.owner]}){road.metres:,.2f} m{reach}"


def _decisions(answer: Answer) -> Table:
    table = Table()
    for title in ("種類 / category", "担当課 / department", "規則 / rule", "わけ / why"):
        table.add_column(title, overflow="fold")
    for each in answer.decisions:
        asset = f" {each.asset.kind} {each.asset.key or each.asset.name}" if each.asset else ""
        table.add_row(
            escape(each.category.name("ja")),
            escape(each.department_name or "担当課未定"),
            str(each.rule or "-"),
            escape(f"{_REASONS[each.reason]}{asset}"),
        )
    return table


_OWNERS: Final = {
    "national": "国 / national", "prefecture": "都道府県 / prefecture", "city": "市 / city",
    "other": "その他 / other",
}  # fmt: skip
_AMBIGUOUS: Final = "差が小さく、決められません / ambiguous"
_REASONS: Final = {
    Reason.RULE: "規則 / rule",
    Reason.AMBIGUOUS: "道路を決められません / two roads",
    Reason.NO_ROAD: "近くに道路がありません / no road",
    Reason.NO_RULE: "規則がありません / no rule",
}
