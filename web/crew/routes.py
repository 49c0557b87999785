"""The crew's screens."""

from fastapi import Depends

from reports.people.permissions import Do
from web.auth.sessions import allowed
from web.crew import take_back
from web.crew.account import routes as account
from web.crew.line import routes as line
from web.crew.list import routes as worklist
from web.crew.offline import routes as offline
from web.crew.patrol import routes as patrol
from web.crew.plan import routes as plan
from web.crew.ticket import routes as ticket
from web.crew.waiting import routes as waiting
from web.kit.router import Router

router = Router()
for screen in (worklist, plan, ticket, take_back, patrol, line, waiting):
    router.include(screen.router, dependencies=[Depends(allowed(Do.WORKLIST))])
router.include(offline.router)
router.include(account.router)
