"""What all addresses of this room have in common: the city shows itself, and the two forms."""

from typing import Annotated, Final

from fastapi import Depends
from sqlalchemy.orm import Session

from reports.published import reading
from store.database import transaction
from web.kit.errors import NotFound
from web.open.open311.formats import TYPES

_CLOSED: Final = "この市は、Open311 を公開していません。 / This city does not offer Open311."


def check(db: Session) -> None:
    """Raises NotFound where the city shows nothing to everybody."""
    if not reading.shown(db).shown:
        raise NotFound(_CLOSED)


def shown() -> None:
    """The same before a route that writes. Raises NotFound."""
    with transaction() as db:
        check(db)


async def _form(form: str) -> str:
    if form not in TYPES:
        raise NotFound("アドレスの終わりは .json か .xml です。 / Ask for .json or .xml.")
    return form


Format = Annotated[str, Depends(_form)]
"""The end of the address. Raises NotFound."""
