"""Photos that shall show what was done: none that was there before, and none from elsewhere without
a word.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from sqlalchemy.orm import Session

from geo.points import Point, metres_between
from reports.photos import intake
from reports.photos.intake import Told
from reports.tickets.queries import place_of
from reports.tickets.status import MoveRefused

FAR_M: Final = 100.0
"""From the ticket: a photo that was taken beyond it wants a sentence."""


class NoProof(MoveRefused):
    """What they say is not shown by a photo. `reason`: a word for programs; `metres`: how far off
    it was taken, where that is why."""

    def __init__(self, reason: str, sentence: str, metres: float | None = None) -> None:
        super().__init__(sentence)
        self.reason, self.metres = reason, metres


@dataclass(frozen=True, slots=True)
class Shot:
    """A photo in the store. `is_old`: it is one of those that the ticket had before.

    `place`: where it was taken, as the file or else the phone tells, within `accuracy_m`. `told`:
    what of the file the phone has read.
    """

    photo_id: int
    is_old: bool = False
    place: Point | None = None
    accuracy_m: float = 0.0
    told: Told | None = None


def metres_off(db: Session, ticket_id: int, shots: Collection[Shot]) -> float | None:
    """How far from the ticket one of them was taken, where that is too far."""
    here = place_of(db, ticket_id)
    off = [metres_between(here, shot.place) - shot.accuracy_m for shot in shots if shot.place]
    metres = max(off, default=0.0)
    return round(metres, 1) if metres > FAR_M else None


def prove(shots: Collection[Shot], metres: float | None, why_far: str) -> None:
    """`metres`: as of `metres_off`; `why_far`: why a photo was taken elsewhere. Raises NoProof."""
    if not shots:
        raise NoProof("needs_photo", "直したあと(いま)の写真を1枚撮ってください。")
    if any(shot.is_old for shot in shots):
        raise NoProof("old_photo", _OLD)
    if metres and not why_far.strip():
        raise NoProof("far", _FAR.format(round(metres)), metres)


def keep_told(db: Session, shots: Collection[Shot]) -> None:
    """What the files have lost and the phone has read in them."""
    for shot in shots:
        if shot.told:
            intake.told_by_phone(db, shot.photo_id, shot.told)


_OLD: Final = (
    "この写真は、前からある写真と同じです。いまの様子を撮った写真を選んでください。"
    "受付票はまだ変わっていません。"
)
_FAR: Final = (
    "写真を撮った場所(写真に記録がなければ、いまの電話の位置)が、"
    "受付票の場所から約 {} m 離れています。"
    "場所が合っていれば、理由をひとこと書いて、もう一度送ってください。"
)
