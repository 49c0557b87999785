"""How QGIS is to draw a layer, in its own words (QML). Pure."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final, NamedTuple
from xml.sax.saxutils import quoteattr

_SHAPES: Final = {"marker": 0, "line": 1}
"""QGIS' number of what a layer has, by its kind of symbol."""


class Symbol(NamedTuple):
    """`kind`: marker or line; `layer`: QGIS' class for it; `options`: what that class takes."""

    kind: str
    layer: str
    options: Mapping[str, str]


class Group(NamedTuple):
    """All features with this `value`; `label`: as the legend has it."""

    value: str
    label: str
    symbol: Symbol


def alike(symbol: Symbol, shown: str = "") -> str:
    """All features by one symbol. `shown`: the field that a feature is called by."""
    body = (
        '<renderer-v2 type="singleSymbol" symbollevels="0" enableorderby="0">'
        f"{_symbols([symbol])}</renderer-v2>"
    )
    return _whole(body, symbol.kind, shown)


def grouped(field: str, groups: Sequence[Group], shown: str = "") -> str:
    """Each by what it has in this field."""
    categories = "".join(
        f'<category render="true" symbol="{place}" value={quoteattr(each.value)}'
        f' label={quoteattr(each.label)} type="string"/>'
        for place, each in enumerate(groups)
    )
    body = (
        f'<renderer-v2 type="categorizedSymbol" attr={quoteattr(field)} symbollevels="0"'
        f' enableorderby="0"><categories>{categories}</categories>'
        f"{_symbols(each.symbol for each in groups)}</renderer-v2>"
    )
    return _whole(body, groups[0].symbol.kind, shown)


def rgba(colour: str) -> str:
    """#1c68b5 as QGIS writes it."""
    red, green, blue = bytes.fromhex(colour.removeprefix("#"))
    return f"{red},{green},{blue},255"


def _whole(body: str, kind: str, shown: str) -> str:
    called = f"<previewExpression>&quot;{shown}&quot;</previewExpression>" if shown else ""
    return (
        "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>"
        '<qgis version="3.28" styleCategories="Symbology|MapTips">'
        f"{body}{called}<layerGeometryType>{_SHAPES[kind]}</layerGeometryType></qgis>"
    )


def _symbols(symbols: Iterable[Symbol]) -> str:
    drawn = "".join(_symbol(place, each) for place, each in enumerate(symbols))
    return f"<symbols>{drawn}</symbols>"


def _symbol(place: int, symbol: Symbol) -> str:
    told = "".join(
        f'<Option type="QString" name="{name}" value={quoteattr(value)}/>'
        for name, value in symbol.options.items()
    )
    return (
        f'<symbol type="{symbol.kind}" name="{place}" alpha="1" clip_to_extent="1" force_rhr="0">'
        f'<layer class="{symbol.layer}" enabled="1" pass="0" locked="0">'
        f'<Option type="Map">{told}</Option></layer></symbol>'
    )
