"""What comes back: repairs that did not hold, sections of roads by reports, as list, map, file."""

import json
import tempfile
from pathlib import Path
from typing import Annotated, Final
from urllib.parse import urlencode

from fastapi import Path as InPath
from fastapi import Query, Response

from reports.city import profile
from reports.city.clock import today
from reports.documents.again import csv_file, geopackage
from reports.documents.again.columns import HOW, of_again, of_sections
from reports.stats.again import reading
from reports.stats.again.classes import CLASSES, classes, trend
from reports.stats.again.follow import WITHIN_DAYS, is_behind
from web.auth import who
from web.desk import quota
from web.desk.again.asked import Asked
from web.kit.deps import Db
from web.kit.errors import NotFound
from web.kit.pages import page
from web.kit.router import Router
from web.maps.base_map import first_look

router = Router(include_in_schema=False)

AT_ONCE: Final = 50
MOST_ON_MAP: Final = 3_000
Wanted = Annotated[Asked, Query()]
After = Annotated[int | None, Query(ge=1, le=2**63 - 1)]
_GPKG: Final = "application/geopackage+sqlite3"


@router.get("/staff/numbers/again")
def look_at(visitor: who.SeesNumbers, db: Db, wanted: Wanted, after: After = None) -> Response:
    """Sections in their order, with the map, and repairs that came back, the newest first; `after`:
    those behind this one."""
    only, kinds = wanted.only, profile.categories(db)
    years = reading.years_of(only)
    ranked, rates = reading.sections(db, only, limit=AT_ONCE), reading.rates(db, only)
    returned = reading.came_back(db, only, after=after, limit=AT_ONCE + 1)
    return page(
        "desk/again/page.html",
        visitor=visitor,
        quota=quota.notice(db),
        wanted=wanted,
        query=urlencode(wanted.values),
        kinds=kinds,
        towns=reading.towns(db),
        sections=ranked,
        many_sections=len(rates),
        classes=classes(rates),
        groups=CLASSES,
        years=years,
        only=only,
        trend=lambda by_year: trend(by_year, [*years]),
        most=max((max(each.by_year.values()) for each in ranked), default=1),
        returned=returned[:AT_ONCE],
        further=returned[AT_ONCE - 1].id if len(returned) > AT_ONCE else None,
        is_later=after is not None,
        many_returned=reading.count(db, only),
        how=HOW,
        within_years=WITHIN_DAYS // 365,
        shortest=reading.SHORTEST_M,
        is_behind=is_behind(db),
        look=first_look(db),
        most_on_map=MOST_ON_MAP,
    )


@router.get("/staff/numbers/again/sections.json")
def lines(visitor: who.SeesNumbers, db: Db, wanted: Wanted) -> Response:
    """Sections as GeoJSON lines for the map, the first MOST_ON_MAP; the worst last, so that they
    lie on top."""
    ranked = reading.sections(db, wanted.only, limit=MOST_ON_MAP)
    groups = classes(reading.rates(db, wanted.only))
    features = [
        {
            "type": "Feature",
            "properties": {
                "key": each.key,
                "name": each.name,
                "group": groups[each.key].letter,
                "rate": round(each.rate, 1),
                "tickets": each.tickets,
            },
            "geometry": json.loads(each.line),
        }
        for each in reversed(ranked)
    ]
    told = {"type": "FeatureCollection", "features": features}
    return Response(json.dumps(told, ensure_ascii=False), media_type="application/geo+json")


@router.get("/staff/numbers/again/sections/{key}")
def one_section(
    key: Annotated[str, InPath(pattern="^[0-9a-f]{12}(-[0-9]{1,4})?$")],
    visitor: who.SeesNumbers,
    db: Db,
    wanted: Wanted,
) -> Response:
    """Its tickets and the repairs that came back on it. Raises NotFound."""
    name = reading.section_name(db, key)
    if name is None:
        raise NotFound("この区間はありません。一覧を開き直してください。")
    return page(
        "desk/again/section.html",
        visitor=visitor,
        quota=quota.notice(db),
        wanted=wanted,
        query=urlencode(wanted.values),
        name=name,
        kinds=profile.categories(db),
        tickets=[*reading.tickets_of(db, key, wanted.only)],
        returned=reading.came_back(db, wanted.only, section=key, limit=200),
        how=HOW,
    )


@router.get("/staff/numbers/again/sections.csv")
def sections_csv(visitor: who.Exports, db: Db, wanted: Wanted) -> Response:
    """All sections with reports, in their order."""
    only = wanted.only
    ranked = reading.sections(db, only, limit=None)
    groups = classes([(each.key, each.rate) for each in ranked])
    made = csv_file.written(of_sections(reading.years_of(only), groups), ranked)
    return _file(made, "text/csv; charset=utf-8", "sections", "csv")


@router.get("/staff/numbers/again/sections.gpkg")
def sections_gpkg(visitor: who.Exports, db: Db, wanted: Wanted) -> Response:
    """The same with their lines, for QGIS."""
    only = wanted.only
    ranked = reading.sections(db, only, limit=None)
    groups = classes([(each.key, each.rate) for each in ranked])
    columns = of_sections(reading.years_of(only), groups)
    with tempfile.TemporaryDirectory(prefix="michi-again-") as folder:
        path = Path(folder) / "sections.gpkg"
        geopackage.write(path, columns, ranked)
        made = path.read_bytes()
    return _file(made, _GPKG, "sections", "gpkg")


@router.get("/staff/numbers/again/repairs.csv")
def repairs_csv(visitor: who.Exports, db: Db, wanted: Wanted) -> Response:
    """All repairs that came back."""
    kinds = profile.category_names(db)
    made = csv_file.written(of_again(kinds), reading.came_back(db, wanted.only, limit=None))
    return _file(made, "text/csv; charset=utf-8", "repairs", "csv")


def _file(made: bytes, kind: str, name: str, ending: str) -> Response:
    told = f'attachment; filename="michi-{name}-{today():%Y%m%d}.{ending}"'
    headers = {"Content-Disposition": told, "Cache-Control": "no-store"}
    return Response(made, media_type=kind, headers=headers)
