"""The contractors' screens."""

from fastapi import APIRouter

from web.contractor.list import routes as orders
from web.contractor.order import routes as order

router = APIRouter()
for screen in (orders, order):
    router.include_router(screen.router)
