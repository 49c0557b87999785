"""What staff asked a resident and was not answered yet, as the resident's row keeps it. Pure."""

from dataclasses import dataclass
from typing import Annotated, Any, Final

from pydantic import AwareDatetime, Field, TypeAdapter, ValidationError

_Id = Annotated[int, Field(ge=0, lt=2**63)]


@dataclass(frozen=True, slots=True)
class Asked:
    """About which ticket, in which line of its history, and when."""

    ticket_id: _Id
    history_id: _Id
    at: AwareDatetime


def asked_of(kept: Any) -> Asked | None:
    """None where nothing is asked, or only what another version can read."""
    try:
        return _ASKED.validate_python(kept)
    except ValidationError:
        return None


_ASKED: Final = TypeAdapter(Asked)
