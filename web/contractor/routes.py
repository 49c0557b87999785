"""The contractors' screens."""

from fastapi import APIRouter, Depends

from reports.people.permissions import Do
from web.auth.sessions import allowed
from web.contractor.account import routes as account
from web.contractor.list import routes as orders
from web.contractor.order import routes as order

router = APIRouter()
for screen in (orders, order):
    router.include_router(screen.router)
router.include_router(account.router, dependencies=[Depends(allowed(Do.DO_ITEMS))])
