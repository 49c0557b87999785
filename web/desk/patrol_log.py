"""A patrol's log on paper, for staff and for the crew whose department went."""

from fastapi import Response

from reports.city.clock import local
from reports.documents.patrol import pdf
from reports.documents.patrol.facts import facts_of
from reports.patrols.queries import patrol
from reports.people.permissions import Do, may
from reports.photos.photo_store import photo_store
from store.database import transaction
from web.auth import who
from web.kit.deps import Id
from web.kit.errors import NotFound
from web.kit.papers import as_paper
from web.kit.router import Router

router = Router(include_in_schema=False)


@router.get("/staff/patrols/{patrol_id}/log.pdf")
def patrol_log(patrol_id: Id, visitor: who.SeesPatrols) -> Response:
    """巡回日誌 as a PDF: for staff of every patrol, for a crew of its department's.

    Raises NotFound, NoFont, FilesAway.
    """
    with transaction() as db:
        found = patrol(db, patrol_id)
        if found is None or not may(visitor.actor, Do.SEE_PATROLS, found.department):
            raise NotFound("この巡回はありません。")
        facts = facts_of(db, found)
    name = f"patrol-{local(found.began_at):%Y%m%d}-{found.id}"
    return as_paper(pdf.draw(facts, photo_store()), name)
