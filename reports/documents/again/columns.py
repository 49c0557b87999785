"""The columns of sections and of repairs that came back, with their Japanese names."""

from collections.abc import Callable, Mapping
from typing import Any, Final, NamedTuple

from geo.kinds import OWNER_NAMES
from reports.documents.layers.fields import Type
from reports.stats.again.classes import Class

HOW: Final = {"place": "同じ場所", "section": "同じ区間", "reopened": "再開(同じ受付票)"}


class Column(NamedTuple):
    name: str
    type: Type
    value: Callable[[Any], Any]


def of_sections(years: Mapping[str, str], classes: Mapping[str, Class]) -> list[Column]:
    """Of `Ranked`; a column for each of these years, by their keys."""

    def year(one: str) -> Column:
        return Column(years[one], "whole", lambda row: row.by_year.get(one, 0))

    return [
        Column("順位の組", "text", lambda row: classes[row.key].letter),
        Column("区間", "text", lambda row: row.name),
        Column("路線名", "text", lambda row: row.road),
        Column("路線番号", "text", lambda row: row.ref),
        Column("道路管理者", "text", lambda row: OWNER_NAMES.get(row.owner, row.owner)),
        Column("町丁目", "text", lambda row: row.town),
        Column("延長(m)", "number", lambda row: round(row.length_m, 1)),
        Column("受付票", "whole", lambda row: row.tickets),
        Column("重みつき件数", "number", lambda row: round(row.weighted, 2)),
        Column("100mあたり年間", "number", lambda row: round(row.rate, 2)),
        Column("くり返した修繕", "whole", lambda row: row.again),
        Column("作業指示の金額(円・税抜)", "number", lambda row: row.yen),
        *map(year, years),
        Column("区間の記号", "text", lambda row: row.key),
    ]


def of_again(kinds: Mapping[str, str]) -> list[Column]:
    """Of `Again`; `kinds`: names by key."""
    return [
        Column("はじめの受付番号", "text", lambda row: row.first),
        Column("直した日時", "text", lambda row: f"{row.fixed_at:%Y-%m-%d %H:%M}"),
        Column("作業指示", "text", lambda row: row.order),
        Column("請負業者", "text", lambda row: row.contractor),
        Column("くり返しの受付番号", "text", lambda row: row.again),
        Column("くり返しの日時", "text", lambda row: f"{row.again_at:%Y-%m-%d %H:%M}"),
        Column("直してからの日数", "whole", lambda row: row.days),
        Column("くり返しかた", "text", lambda row: HOW[row.how]),
        Column("距離(m)", "whole", lambda row: round(row.metres)),
        Column("種類", "text", lambda row: kinds.get(row.category, row.category)),
        Column("場所", "text", lambda row: row.place),
        Column("区間", "text", lambda row: row.section_name),
    ]
