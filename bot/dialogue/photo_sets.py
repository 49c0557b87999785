"""Photos that come together have one answer, and there is room for so many. Pure."""

from dataclasses import replace
from datetime import timedelta
from typing import Final

from bot.dialogue.draft import MOST_PHOTOS, Draft
from bot.dialogue.effects import TellWithSet
from bot.dialogue.turn import PhotoCame, Turn
from reports.outbox.kinds import PhotosFull
from reports.outbox.say import Say

WAIT_FOR_PHOTO: Final = timedelta(seconds=2.5)
WAIT_FOR_SET: Final = timedelta(seconds=1.5)


def waiting(turn: Turn, photo: PhotoCame) -> Turn:
    """The answer waits for the others of its set; or for the photo, unless a ticket is made."""
    if photo.image_set:
        return replace(turn, wait=WAIT_FOR_SET, waits_for=f"set:{photo.image_set}")
    if turn.file:
        return turn
    return replace(turn, wait=WAIT_FOR_PHOTO, waits_for=f"photo:{photo.photo_id}")


def too_many(draft: Draft, photo: PhotoCame, now_open: Say) -> Turn:
    """No room for it: its set's answer tells so and, where that has gone, an answer of its own."""
    full = PhotosFull(image_set=photo.image_set, most=MOST_PHOTOS)
    turn = Turn(draft, drop=(photo.photo_id,))
    if photo.answer_waits:
        return replace(turn, effects=(TellWithSet(full),))
    filed = photo.in_report is not None and draft.is_empty
    turn = replace(turn, say=(full,) if filed else (full, now_open))
    return waiting(turn, photo) if photo.image_set else turn
