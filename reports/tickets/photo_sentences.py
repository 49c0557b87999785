"""What staff decided of a photo, each line of history as one Japanese sentence. Pure."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from reports.tickets import photo_events
from reports.tickets.event_kinds import Event


def _redacted(event: photo_events.PhotoRedacted) -> str:
    before, after = len(event.before), len(event.after)
    released = "、公開してよいと決めました" if event.released else "ました"
    if not before and not after:
        return f"写真に隠すところがないことを確かめ{released}"
    if not before:
        return f"写真の{after}か所を隠し{released}"
    many = f"({before}か所から{after}か所)" if before != after else f"({after}か所)"
    return f"写真の隠す範囲を変え{released}{many}"


def _released(event: photo_events.PhotoReleased) -> str:
    covered = f"({event.patches}か所を隠したもの)" if event.patches else ""
    return f"写真{covered}を公開してよいと決めました"


def _withheld(event: photo_events.PhotoWithheld) -> str:
    return "写真の公開をやめました" if event.was_released else "写真を公開しないと決めました"


SENTENCES: Final[Mapping[type[Event], Callable[[Any], str]]] = {
    photo_events.PhotoRedacted: _redacted,
    photo_events.PhotoReleased: _released,
    photo_events.PhotoWithheld: _withheld,
    photo_events.PhotoHidden: lambda _: "写真を隠しました(職員のほかはだれも見られません)",
    photo_events.PhotoShown: lambda _: "隠した写真を、また見られるようにしました",
}
