"""The crew's screens."""

from fastapi import APIRouter

from web.crew.line import routes as line
from web.crew.list import routes as worklist
from web.crew.ticket import routes as ticket

router = APIRouter()
for screen in (worklist, ticket, line):
    router.include_router(screen.router)
