"""Everything open to all: the first page, what happens to the data, photos, programs."""

from web.kit.router import Router
from web.open import home, photos, terms
from web.open.api import routes as api
from web.open.api import writing
from web.open.data import routes as data
from web.open.embed import routes as embed
from web.open.feed import routes as feed
from web.open.map import routes as map
from web.open.ogc import keyed
from web.open.ogc import routes as ogc
from web.open.open311 import posting as open311_posting
from web.open.open311 import routes as open311
from web.open.ticket import routes as ticket
from web.open.tiles import routes as tiles

router = Router()
for part in (
    home, photos, terms, api, writing, map, embed,
    ticket, open311, open311_posting, data, feed, keyed, ogc, tiles,
):  # fmt: skip
    router.include(part.router)
