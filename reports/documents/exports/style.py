"""How QGIS draws a list: a colour and a shape for how far a ticket is, as the desk has them."""

from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

from reports.documents.exports.columns import Column
from reports.documents.layers import qml
from reports.tickets import words
from reports.tickets.status import Status


class Look(NamedTuple):
    """`shape`: one of QGIS' simple markers, so that greys and colour-blind eyes tell them apart."""

    colour: str
    shape: str


_NEW: Final = Look("#1c68b5", "circle")
_LOOK: Final = Look("#5a4fc0", "triangle")
_WORK: Final = Look("#b96500", "square")
_SAFE: Final = Look("#12797b", "diamond")
_DONE: Final = Look("#2a7d46", "pentagon")
_END: Final = Look("#6a756f", "cross_fill")
_AGAIN: Final = Look("#b0317a", "star")
LOOKS: Final[Mapping[Status, Look]] = {
    Status.RECEIVED: _NEW,
    Status.INSPECTING: _LOOK,
    Status.SCHEDULED: _LOOK,
    Status.IN_PROGRESS: _WORK,
    Status.MADE_SAFE: _SAFE,
    Status.MONITORING: _SAFE,
    Status.FORWARDED: _END,
    Status.REOPENED: _AGAIN,
    Status.FIXED: _DONE,
    Status.DECLINED: _END,
    Status.MERGED: _END,
}
_OTHER: Final = Look("#6a756f", "circle")
_MILLIMETRES: Final = 3.2


def of(columns: Mapping[str, Column]) -> str:
    """By the state where that is among the columns; else all alike."""
    state, number = columns.get("status"), columns.get("number")
    shown = number.name if number else ""
    if state is None:
        return qml.alike(_symbol(_NEW), shown)
    return qml.grouped(state.name, [*_states()], shown)


def _states() -> Iterator[qml.Group]:
    """As `words.status_words` says them; the last is for what only a newer version knows."""
    for status, said in words.STATUSES.items():
        yield qml.Group(said, said, _symbol(LOOKS[status]))
    yield qml.Group(words.WITHDRAWN, words.WITHDRAWN, _symbol(_END))
    yield qml.Group("", "その他", _symbol(_OTHER))


def _symbol(look: Look) -> qml.Symbol:
    options = {
        "name": look.shape,
        "color": qml.rgba(look.colour),
        "outline_color": "255,255,255,255",
        "outline_width": "0.4",
        "outline_width_unit": "MM",
        "size": f"{_MILLIMETRES}",
        "size_unit": "MM",
    }
    return qml.Symbol("marker", "SimpleMarker", options)
