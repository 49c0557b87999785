"""The desk's list with its conditions as a file for a spreadsheet."""

from collections.abc import Iterator
from typing import Annotated, Final
from urllib.parse import quote

from fastapi import APIRouter, Query
from fastapi.responses import StreamingResponse

from reports.city import profile
from reports.city.clock import today
from reports.routing import versions
from reports.tickets import lists, queries
from reports.tickets.wanted import TicketFilter
from store.database import transaction
from web.auth.sessions import Staff
from web.desk.table import csv
from web.kit.deps import Db
from web.kit.errors import BadInput
from web.maps.filters import Filters

router = APIRouter(include_in_schema=False)

MOST: Final = 100_000
AT_ONCE: Final = 1_000


@router.get("/staff/tickets.csv")
def tickets_csv(visitor: Staff, db: Db, filters: Annotated[Filters, Query()]) -> StreamingResponse:
    """All tickets of the list, in its order; no words of residents. Raises BadInput above MOST."""
    wanted = filters.found(db, visitor)
    ids = lists.ids(db, wanted, lists.desk_order(wanted, filters.sort), limit=MOST + 1)
    if len(ids) > MOST:
        raise BadInput(f"{MOST:,}件を超えるため、書き出せません。条件を絞ってください。")
    name = quote(f"受付票_{today()}.csv")
    headers = {
        "Content-Disposition": f"attachment; filename=\"tickets.csv\"; filename*=UTF-8''{name}",
        "Cache-Control": "no-store",
    }
    return StreamingResponse(_pieces(ids), media_type="text/csv; charset=utf-8", headers=headers)


def _pieces(ids: list[int]) -> Iterator[bytes]:
    """AT_ONCE tickets at a time, each as it is when its turn comes."""
    yield csv.head()
    for start in range(0, len(ids), AT_ONCE):
        piece = ids[start : start + AT_ONCE]
        with transaction() as db:
            wanted = TicketFilter(statuses=None, ids=piece)
            found = {line.id: line for line in queries.tickets(db, wanted, limit=AT_ONCE)}
            yield csv.rows(
                [found[id] for id in piece if id in found],
                profile.categories(db),
                versions.known(db).districts,
                profile.closing_days(profile.profile(db)),
            )
