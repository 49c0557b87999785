"""The crew's screens."""

from fastapi import APIRouter

from web.crew.list import routes as worklist
from web.crew.plan import routes as plan
from web.crew.ticket import routes as ticket

router = APIRouter()
for screen in (worklist, plan, ticket):
    router.include_router(screen.router)
