"""What staff decided of what the public sees, each line of history as one sentence. Pure."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from reports.tickets import public_events
from reports.tickets.event_kinds import Event


def _released(event: public_events.WordsReleased) -> str:
    shortened = "(一部をけずったもの)" if event.shortened else ""
    return f"通報した人の言葉{shortened}を公開しました"


SENTENCES: Final[Mapping[type[Event], Callable[[Any], str]]] = {
    public_events.WordsReleased: _released,
    public_events.WordsWithheld: lambda _: "通報した人の言葉の公開をやめました",
    public_events.KeptBack: lambda _: "この受付票を公開しないと決めました",
    public_events.LetOut: lambda _: "この受付票を、また公開できるようにしました",
}
