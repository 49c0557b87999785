"""The contractors' screens."""

from web.contractor.account import routes as account
from web.contractor.list import routes as orders
from web.contractor.offline import routes as offline
from web.contractor.order import routes as order
from web.kit.router import Router

router = Router()
for screen in (orders, order, offline, account):
    router.include(screen.router)
