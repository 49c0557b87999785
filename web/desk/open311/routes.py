"""/staff/open311: kinds and statuses here and there, both ways, to be read and printed."""

from typing import Final

from fastapi import Response

from reports.actions.report_back import GOES_TO, Said
from reports.city import profile
from reports.published import reading
from reports.published.georeport import STATES
from reports.published.states import STATE_OF, State
from reports.tickets.status import Status
from settings import settings
from web.auth import who
from web.desk import quota
from web.kit import labels
from web.kit.deps import Db
from web.kit.pages import page
from web.kit.router import Router

router = Router(include_in_schema=False)


@router.get("/staff/open311")
def open311(visitor: who.SeesRights, db: Db) -> Response:
    """The addresses, each status of ours in the standard's two, what authorities' systems may say
    and where it leads, and the kinds by their codes."""
    city = reading.shown(db)
    return page(
        "desk/open311/page.html",
        visitor=visitor,
        quota=quota.notice(db),
        labels=labels,
        base=settings().base,
        city=city,
        statuses=_statuses(),
        says=[(said, GOES_TO[said], _BESIDE.get(said, "")) for said in Said],
        categories=profile.categories(db).values(),
        hosts=[each for each in settings().open311_media_hosts.split(",") if each],
    )


def _statuses() -> list[tuple[Status, str, str]]:
    """Status of ours, the standard's, and the words that go out with it."""
    return [
        (status, STATES[state].status, STATES[state].notes)
        for status in Status
        if status is not Status.MERGED
        for state in [STATE_OF.get(status, State.CLOSED)]
    ]


_BESIDE: Final = {
    Said.NOT_COUNCILS_RESPONSIBILITY: "規則の次の担当へ。なければ担当課未定へ(説明が必要)",
    Said.NO_FURTHER_ACTION: "説明が必要",
}
