"""Everything open to all: the first page, what happens to the data, photos, programs."""

from fastapi import APIRouter

from web.open import home, photos, terms
from web.open.api import routes as api
from web.open.api import writing
from web.open.ogc import keyed
from web.open.ogc import routes as ogc
from web.open.tiles import routes as tiles

router = APIRouter()
for part in (home, photos, terms, api, writing, keyed, ogc, tiles):
    router.include_router(part.router)
