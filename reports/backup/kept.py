"""What is not kept any more goes from the target: backups by BACKUP_KEEP, photos that none of those
names, what was broken off. The newest good backup always stays.
"""

import heapq
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from reports.backup import erased
from reports.backup.photos import FOLDER as PHOTOS
from reports.backup.photos import Line, list_of, piece_of
from reports.city.clock import local
from settings import settings
from store.backup import bases, manifest
from store.backup.keep import keep_in, stay
from store.backup.manifest import FOLDER, Manifest
from store.backup.signed import is_of_another_key
from store.backup.target import Target, whole, within


def let_go(place: Target, list_outside: Target, newest: Manifest) -> None:
    """After `newest` was written and read again. Raises TargetAway."""
    ours = [*manifest.good(place)]
    assert newest.id in {each.id for each in ours}
    unread = {*manifest.ids(place)} - {each.id for each in ours}
    keep = keep_in(settings().backup_keep)
    moments = {local(each.at): each for each in ours}
    staying = stay([*moments], keep, local(datetime.now(UTC)))
    kept = [each for moment, each in sorted(moments.items()) if moment in staying]
    oldest = min(filter(None, (kept[0].at, bases.let_go(place, keep.days))))
    _forget_backups(place, {each.id for each in kept} | unread)
    if not unread:  # they may need photos that we do not know of
        _forget_photos(place, kept)
        erased.forget(list_outside, oldest)


def needs_another_key(place: Target, list_outside: Target) -> bool:
    """Whether a key that is only read has signed anything that a restore would need. Raises
    TargetAway."""
    signed = (
        ("manifest", place, FOLDER, "/manifest.json"),
        ("base", place, bases.FOLDER, "/base.json"),
        ("erased", list_outside, erased.FOLDER, ".json"),
    )
    return any(
        is_of_another_key(purpose, whole(where, found.name))
        for purpose, where, folder, ending in signed
        for found in within(where, folder)
        if found.name.endswith(ending)
    )


def _forget_backups(place: Target, staying: set[str]) -> None:
    """The manifest goes first, so that what is half gone is no backup; what was broken off goes
    too. One that we cannot read stays as it is, for a person to look at."""
    gone = [each.name for each in within(place, FOLDER)]
    for name in sorted(gone, key=lambda name: not name.endswith("/manifest.json")):
        if name.split("/")[1] not in staying:
            place.delete(name)


def _forget_photos(place: Target, kept: Sequence[Manifest]) -> None:
    """Walked side by side with the lists of those that stay, none of which is held in memory."""
    named = heapq.merge(*(_names(list_of(place, each.list)) for each in kept))
    now = next(named, None)
    for found in within(place, PHOTOS):
        while now is not None and now < found.name:
            now = next(named, None)
        if now != found.name:
            place.delete(found.name)


def _names(lines: Iterator[Line]) -> Iterator[str]:
    return (piece_of(line.key) for line in lines)
