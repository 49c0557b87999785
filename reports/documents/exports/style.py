"""How QGIS draws a list: a colour and a shape for how far a ticket is, as the desk has them."""

from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple
from xml.sax.saxutils import quoteattr

from reports.documents.exports.columns import Column
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
    state = columns.get("status")
    if state is None:
        body = (
            '<renderer-v2 type="singleSymbol" symbollevels="0" enableorderby="0">'
            f"<symbols>{_symbol(0, _NEW)}</symbols></renderer-v2>"
        )
    else:
        body = _by_state(state.name)
    label = columns.get("number")
    shown = f"<previewExpression>&quot;{label.name}&quot;</previewExpression>" if label else ""
    return (
        "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>"
        '<qgis version="3.28" styleCategories="Symbology|MapTips">'
        f"{body}{shown}<layerGeometryType>0</layerGeometryType></qgis>"
    )


def _by_state(field: str) -> str:
    known = [*_states()]
    categories = "".join(
        f'<category render="true" symbol="{place}" value={quoteattr(said)}'
        f' label={quoteattr(said or "その他")} type="string"/>'
        for place, (said, _) in enumerate(known)
    )
    symbols = "".join(_symbol(place, look) for place, (_, look) in enumerate(known))
    return (
        f'<renderer-v2 type="categorizedSymbol" attr={quoteattr(field)} symbollevels="0"'
        f' enableorderby="0"><categories>{categories}</categories>'
        f"<symbols>{symbols}</symbols></renderer-v2>"
    )


def _states() -> Iterator[tuple[str, Look]]:
    """As `words.status_words` says them; the last is for what only a newer version knows."""
    for status, said in words.STATUSES.items():
        yield said, LOOKS[status]
    yield words.WITHDRAWN, _END
    yield "", _OTHER


def _symbol(place: int, look: Look) -> str:
    options = {
        "name": look.shape,
        "color": _rgba(look.colour),
        "outline_color": "255,255,255,255",
        "outline_width": "0.4",
        "outline_width_unit": "MM",
        "size": f"{_MILLIMETRES}",
        "size_unit": "MM",
    }
    told = "".join(
        f'<Option type="QString" name="{name}" value={quoteattr(value)}/>'
        for name, value in options.items()
    )
    return (
        f'<symbol type="marker" name="{place}" alpha="1" clip_to_extent="1" force_rhr="0">'
        '<layer class="SimpleMarker" enabled="1" pass="0" locked="0">'
        f'<Option type="Map">{told}</Option></layer></symbol>'
    )


def _rgba(colour: str) -> str:
    red, green, blue = bytes.fromhex(colour.removeprefix("#"))
    return f"{red},{green},{blue},255"
