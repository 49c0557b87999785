"""What the two statuses of Open311 GeoReport are here, in words that everybody may read. Pure."""

from collections.abc import Mapping
from typing import Final, Literal, NamedTuple


class Meaning(NamedTuple):
    """`status` as the standard has it; `notes` go out as `status_notes`. `detailed`: as FixMyStreet
    has added to it, in what it asks for as updates."""

    status: Literal["open", "closed"]
    notes: str
    detailed: str


STATES: Final[Mapping[str, Meaning]] = {
    "open": Meaning("open", "受け付けました。", "open"),
    "in_progress": Meaning("open", "対応しています。", "in_progress"),
    "made_safe": Meaning("open", "応急の処置をしました。補修はこれからです。", "in_progress"),
    "not_ours": Meaning("open", "管理している機関に連絡しました。", "internal_referral"),
    "fixed": Meaning("closed", "補修が終わりました。", "fixed"),
    "closed": Meaning("closed", "市の対応を終えました。", "no_further_action"),
}
"""By the public state of a ticket. What another authority was told of is not resolved."""


def states_of(status: str) -> tuple[str, ...]:
    """The public states that are this one of the standard's; none for another word."""
    return tuple(state for state, meaning in STATES.items() if meaning.status == status)
