"""What the two statuses of Open311 GeoReport are here, in words that everybody may read. Pure."""

from collections.abc import Mapping
from typing import Final, Literal, NamedTuple


class Meaning(NamedTuple):
    """`status` as the standard has it; `notes` go out as `status_notes`."""

    status: Literal["open", "closed"]
    notes: str


STATES: Final[Mapping[str, Meaning]] = {
    "open": Meaning("open", "受け付けました。"),
    "in_progress": Meaning("open", "対応しています。"),
    "made_safe": Meaning("open", "応急の処置をしました。本格的な補修はこれからです。"),
    "not_ours": Meaning("open", "管理している機関に連絡しました。"),
    "fixed": Meaning("closed", "補修が終わりました。"),
    "closed": Meaning("closed", "市の対応を終えました。"),
}
"""By the public state of a ticket. What another authority was told of is not resolved."""


def states_of(status: str) -> tuple[str, ...]:
    """The public states that are this one of the standard's; none for another word."""
    return tuple(state for state, meaning in STATES.items() if meaning.status == status)
