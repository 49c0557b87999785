"""The city itself as a map: areas, towns and roads from PostGIS, for screens without tiles."""

from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Request, Response
from sqlalchemy import text
from sqlalchemy.orm import Session

from reports import city
from settings import settings
from store.database import request_session
from web.sessions import anybody

router = APIRouter(include_in_schema=False, dependencies=[Depends(anybody)])
Db = Annotated[Session, Depends(request_session, scope="function")]

_NO_CITY: Final = {"lon": 138.0, "lat": 37.5, "zoom": 4}


@router.get("/map/city.geojson")
def city_geojson(request: Request, db: Db) -> Response:
    """Features by `kind`: city, district, town, neighbour, label (of towns), road."""
    tag = f'W/"city-{db.execute(_VERSION).scalar_one()}"'
    headers = {"ETag": tag, "Cache-Control": "private, max-age=300"}
    if request.headers.get("if-none-match") == tag:
        return Response(status_code=304, headers=headers)
    body = db.execute(_CITY).scalar_one()
    return Response(body, media_type="application/geo+json", headers=headers)


def first_look(db: Session) -> dict[str, Any]:
    """Where a map starts (lon, lat, zoom), and the tiles that stand for our own drawing."""
    facts = city.facts(db)
    centre = facts.get("centre", _NO_CITY)
    return {
        "lon": centre["lon"],
        "lat": centre["lat"],
        "zoom": facts.get("zoom", _NO_CITY["zoom"]),
        "tiles": settings().map_tiles_url,
        "attribution": settings().map_tiles_attribution,
    }


# an undone loading brings old ids back: only the layers tell what is in use
_VERSION: Final = text("""
    SELECT concat_ws('-', (SELECT count(*) FROM areas), (SELECT count(*) FROM roads),
                          (SELECT string_agg(id::text, '-' ORDER BY id) FROM layers
                           WHERE state = 'live'))
""")
_CITY: Final = text("""
    WITH features AS (
        SELECT kind, name, '' AS ref, '' AS owner, ST_AsGeoJSON(shape, 6)::json AS shape
        FROM areas
        UNION ALL
        SELECT 'label', name, '', kind, ST_AsGeoJSON(ST_PointOnSurface(shape), 6)::json
        FROM areas WHERE kind IN ('town', 'neighbour')
        UNION ALL
        SELECT 'road', name, ref, owner, ST_AsGeoJSON(line, 6)::json FROM roads
    )
    SELECT json_build_object('type', 'FeatureCollection', 'features', coalesce(json_agg(
        json_build_object('type', 'Feature', 'geometry', shape, 'properties',
            json_build_object('kind', kind, 'name', name, 'ref', ref, 'owner', owner))
    ), '[]'::json))::text FROM features
""")
