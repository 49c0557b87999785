"""Asking the map: staff click a place and read whose it is, without making a ticket."""

import json
from typing import Annotated, Any

from fastapi import Query, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.orm import Session

from geo.roads import lines_of
from reports.city import profile
from reports.routing.preview import Answer, NoPlace, NoSuchCategory, ask, point_of
from reports.tickets.why_sentences import why_sentence
from web.auth import who
from web.kit.deps import Db
from web.kit.errors import BadInput
from web.kit.pages import fragment, page
from web.kit.router import Router
from web.maps.base_map import first_look

router = Router(include_in_schema=False)


class Asked(BaseModel):
    """What was typed; an empty category asks for every one."""

    model_config = ConfigDict(extra="ignore")

    lon: str = Field("", max_length=40)
    lat: str = Field("", max_length=40)
    category: str = Field("", max_length=60)
    urgent: bool = False


@router.get("/staff/where")
def where_page(visitor: who.LooksUp, db: Db, asked: Annotated[Asked, Query()]) -> Response:
    """The form, the map, and the answer when a place was given; 422 with what is wrong of it."""
    answer, wrong = None, ""
    if asked.lon or asked.lat:
        try:
            answer = _answer(db, asked)
        except BadInput as refused:
            wrong = refused.sentence
    return page(
        "desk/where/page.html",
        status=422 if wrong else 200,
        visitor=visitor,
        look=first_look(db),
        categories=profile.offered(db).values(),
        asked=asked,
        answer=answer,
        why_sentence=why_sentence,
        wrong=wrong,
    )


@router.get("/staff/where.json")
def where_json(visitor: who.LooksUp, db: Db, asked: Annotated[Asked, Query()]) -> Response:
    """The same answer: its facts, the page's words as `html`, and its roads as GeoJSON `lines`."""
    answer = _answer(db, asked)
    body = answer.to_json() | {
        "departments": {each.category.key: each.to_json() for each in answer.decisions},
        "html": fragment("desk/where/answer.html", answer=answer, why_sentence=why_sentence),
        "lines": _lines(db, answer),
    }
    return JSONResponse(body, headers={"Cache-Control": "no-store"})


def _answer(db: Session, asked: Asked) -> Answer:
    try:
        point = point_of(asked.lon, asked.lat)
        (answer,) = ask(db, [point], category=asked.category or None, urgent=asked.urgent)
    except NoPlace as nowhere:
        raise BadInput(f"{nowhere.japanese}。") from nowhere
    except NoSuchCategory as unknown:
        raise BadInput("その種類はありません。一覧から選んでください。") from unknown
    return answer


def _lines(db: Session, answer: Answer) -> dict[str, Any]:
    roads = {"road": answer.road, "runner_up": answer.runner_up}
    lines = lines_of(db, [road.id for road in roads.values() if road])
    features = [
        {
            "type": "Feature",
            "geometry": json.loads(lines[road.id]),
            "properties": {"which": which},
        }
        for which, road in roads.items()
        if road
    ]
    return {"type": "FeatureCollection", "features": features}
