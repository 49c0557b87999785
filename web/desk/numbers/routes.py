"""The numbers of a period beside those of others."""

from datetime import timedelta
from typing import Annotated, Any

from fastapi import Query, Response
from sqlalchemy.orm import Session

from geo.sections.cutting import is_late
from reports.city.clock import begin_of, today
from reports.people.permissions import Do
from reports.people.sessions import Visitor
from reports.stats import definitions, reading
from reports.stats.months import is_counting
from reports.stats.periods import Period
from reports.stats.reading import Ask, Numbers
from reports.tickets.done_by import Work, work
from web.auth import who
from web.desk import quota
from web.desk.numbers import divided, lists, questions
from web.desk.numbers.asked import CHOSEN, DIMENSIONS, SPANS, Asked, days_words
from web.desk.numbers.figures import rows
from web.desk.numbers.names import Names, names_of, narrowed_in
from web.kit import assets
from web.kit.deps import Db
from web.kit.pages import page
from web.kit.router import Router
from web.maps.base_map import first_look
from web.maps.counted import NONE

router = Router(include_in_schema=False)
router.include(lists.router)


@router.get("/staff/numbers")
def numbers_page(visitor: who.SeesNumbers, db: Db, asked: Annotated[Asked, Query()]) -> Response:
    """Everything of one period; the state stands in the address. Raises BadInput."""
    day = today()
    period, compared = asked.period(day), asked.compared(day)
    parts, before, *wholes = reading.together(
        db,
        [
            Ask(period, asked.only, asked.by),
            Ask(compared[-1].period, asked.only, asked.by),
            *(Ask(each, asked.only) for each in (period, *(one.period for one in compared))),
        ],
    )
    own, *of_others = (each[""] for each in wholes)
    others = list(zip(compared, of_others, strict=True))
    names = names_of(db, asked, divided.in_order(asked.by, parts))
    by_it = divided.lines(asked, period, names[asked.by], parts, before)
    return page(
        "desk/numbers/page.html",
        visitor=visitor,
        quota=quota.notice(db),
        asked=asked,
        period=period,
        today=day,
        is_counting=is_counting(db),
        lacks_sections=is_late(db),
        days_words=days_words,
        spans=SPANS,
        dimensions=DIMENSIONS,
        chosen=CHOSEN,
        many_parts=len(parts),
        names=names,
        without=NONE,
        narrowed=narrowed_in(asked, names),
        compared=compared,
        rows=rows(asked, period, own, others),
        lines=by_it,
        definitions=definitions.DEFINITIONS,
        **_questions(db, visitor, asked, names),
        drawn=divided.DRAWN,
        has_charts=bool(assets.address_if_there("vega/vega.js")),
        **_over_time(db, asked, period, own),
        **_charts_of(by_it, others[-1][0].name),
        **_map_of(db, asked, period),
        work=_work(db, visitor, period),
        work_names=lists.WORK_NAMES,
        work_address=lambda one, what: asked.work(one.user_id, what, period),
        sees_all_work=visitor.may(Do.PEOPLE),
    )


def _questions(db: Session, visitor: Visitor, asked: Asked, names: Names) -> dict[str, Any]:
    town, key = questions.about(db, asked, today(), list(names["town"]), names["category"])
    category = (key, names["category"].get(key, key))
    firms = questions.firms(db) if visitor.may(Do.SEE_MONEY) else {}
    cost = [questions.what_did_it_cost(db, today(), firms, asked.asks_firm)] if firms else []
    return {
        "answers": [*questions.answers(db, today(), town, category), *cost],
        "asks_town": town,
        "asks_category": key,
        "firms": firms,
        "asks_firm": cost[0].about if cost else "",
    }


def _over_time(db: Session, asked: Asked, period: Period, own: Numbers) -> dict[str, Any]:
    weeks = reading.weeks(db, period, asked.only)
    opens = [divided.of_week(week, period) for week in weeks]
    ages = [
        (name, many, asked.behind(f"open:{place}", period) if many else "")
        for place, (name, many) in enumerate(
            zip(divided.age_names(), own.open_by_age, strict=False)
        )
    ]
    return {
        "weeks": [
            (week, asked.behind("received", of_it), asked.behind("closed", of_it))
            for week, of_it in zip(weeks, opens, strict=True)
        ],
        "weeks_chart": divided.weeks_chart(asked, weeks, period),
        "ages": ages,
        "ages_chart": divided.ages_chart(ages),
    }


def _charts_of(by_it: list[divided.Line], before: str) -> dict[str, Any]:
    return {
        "received_chart": divided.received_chart(by_it, before),
        "fixed_chart": divided.fixed_chart(by_it),
    }


def _map_of(db: Session, asked: Asked, period: Period) -> dict[str, Any]:
    """The tickets that are still kept, by the desk's own conditions."""
    narrowing = {name: each for name, each in asked.narrowing.items() if each and name in CHOSEN}
    query = {"status": "all", "received_from": period.first, "received_until": period.last}
    return {"look": first_look(db), "map_query": query | narrowing}


def _work(db: Session, visitor: Visitor, period: Period) -> list[Work]:
    """Everybody's for who manages people; else one's own alone."""
    alone = None if visitor.may(Do.PEOPLE) else visitor.user_id
    return work(db, begin_of(period.first), begin_of(period.last + timedelta(1)), alone)
