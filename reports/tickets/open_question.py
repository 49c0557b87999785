"""What staff asked and nobody answered yet, as a resident's row and lines of history keep it. Pure.

Rows of any version are read; what does not read is no question, and stops nobody.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Annotated, Any, Final

from pydantic import AwareDatetime, Field, TypeAdapter, ValidationError

_Id = Annotated[int, Field(ge=0, lt=2**63)]


@dataclass(frozen=True, slots=True)
class OpenQuestion:
    """Asked at that time, in this line of the ticket's history."""

    ticket_id: _Id
    history_id: _Id
    at: AwareDatetime


def to_json(question: OpenQuestion) -> dict[str, Any]:
    """For `Resident.question` and `Answered.question`."""
    return {**asdict(question), "at": question.at.isoformat()}


def open_question(kept: Mapping[str, Any] | None) -> OpenQuestion | None:
    """None where nothing is asked, or only what another version can read."""
    try:
        return _QUESTION.validate_python(kept) if kept else None
    except ValidationError:
        return None


_QUESTION: Final = TypeAdapter(OpenQuestion)
