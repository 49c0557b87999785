"""Everything open to all: the first page, what happens to the data, photos, programs."""

from fastapi import APIRouter

from web.open import base_map, home, photos, terms
from web.open.api import routes as api
from web.open.api import writing
from web.open.data import routes as data
from web.open.embed import routes as embed
from web.open.map import routes as map
from web.open.open311 import posting as open311_posting
from web.open.open311 import routes as open311
from web.open.ticket import routes as ticket

router = APIRouter()
for part in (
    home, photos, terms, api, writing, map, embed, base_map, ticket, open311, open311_posting, data,
):  # fmt: skip
    router.include_router(part.router)
