"""Everything open to all: the first page, what happens to the data, photos, programs."""

from fastapi import APIRouter

from web.open import base_map, home, photos, terms
from web.open.api import routes as api
from web.open.api import writing
from web.open.embed import routes as embed
from web.open.map import routes as map

router = APIRouter()
for part in (home, photos, terms, api, writing, map, embed, base_map):
    router.include_router(part.router)
