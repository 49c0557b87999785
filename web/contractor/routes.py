"""The contractors' screens."""

from fastapi import APIRouter

from web.contractor.account import routes as account
from web.contractor.list import routes as orders
from web.contractor.offline import routes as offline
from web.contractor.order import routes as order

router = APIRouter()
for screen in (orders, order, offline, account):
    router.include_router(screen.router)
