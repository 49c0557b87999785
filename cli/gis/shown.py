"""What a file of map data would become, shown in the terminal before anything is written."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from geo.gis_import.findings import named
from geo.gis_import.gis_files import GisFile
from geo.gis_import.one_file import Preview
from geo.gis_import.versions import Change
from geo.models import Layer

_HOW: Final = {
    "given": "--encoding で指定", "cpg": ".cpg から", "ascii": "英数字だけ",
    "found": "文字から判断", "mark": "先頭の印から", "standard": "規格どおり",
}  # fmt: skip
_STATES: Final = {"live": "使用中 / in use", "kept": "ひとつ前 / kept", "gone": "-"}


def show_file(console: Console, file: GisFile, system: str) -> None:
    """Which file was read, and how it was understood."""
    table = _facts()
    encoding = f"{file.encoding.name}({_HOW[file.encoding.how]})"
    if file.encoding.rival:
        encoding += f" {file.encoding.rival} としても読めます。下の文字を確かめてください"
    for name, value in (
        ("ファイル / file", f"{file.name}({', '.join(_in_it(file))})"),
        ("行 / rows", f"{file.rows:,}"),
        ("座標系 / CRS", system),
        ("文字 / text", encoding),
    ):
        table.add_row(name, escape(value))
    if others := "、".join(map(str, file.source.others)):
        words = f"{others}(--layer で選べます / --layer chooses one)"
        table.add_row("読まないもの / not read", escape(words))
    console.print(table)


def show_preview(console: Console, preview: Preview, picture: Path | None) -> None:
    """Counts, extent, owners, sample rows, and what was wrong with which rows."""
    west, south, east, north = preview.box
    facts = _facts()
    if only := preview.wanted.only:
        values = "、".join(f"{column}={'・'.join(each)}" for column, each in only.items())
        facts.add_row("選んだ行 / chosen rows", f"{preview.chosen:,}({escape(values)})")
    facts.add_row("読みこむ行 / rows to load", f"{preview.rows:,}")
    facts.add_row("範囲 / extent", f"経度 {west:.5f}〜{east:.5f}、緯度 {south:.5f}〜{north:.5f}")
    facts.add_row("測地系の変換 / datum", _accuracy(preview.accuracy_m))
    console.print(facts)
    if picture:
        console.print(f"地図の絵 / picture: {escape(str(picture))}", soft_wrap=True)
    if preview.owners:
        console.print(_owners(preview))
    console.print(_sample(preview))
    if preview.found.rows:
        console.print(_findings(preview))


def show_change(console: Console, change: Change) -> None:
    """What is in use, and what would be instead."""
    table = _facts()
    again = "新しいほうの版 / the newer one" if change.back.id > change.away.id else ""
    for name, layer, more in (
        ("いま使用中 / in use", change.away, ""),
        ("戻したあと / afterwards", change.back, again),
    ):
        table.add_row(name, escape(f"{_layer(layer)} {more}".rstrip()))
    console.print(table)


def show_versions(console: Console, layers: Sequence[Layer]) -> None:
    """What was loaded when, and what is in use."""
    table = Table("番号", "種類", "ファイル", "行", "読みこみ", "だれ", "状態")
    for layer in layers:
        table.add_row(
            str(layer.id),
            layer.kind,
            escape(layer.source or "(なし)"),
            f"{layer.rows:,}",
            f"{layer.loaded_at.astimezone():%Y-%m-%d %H:%M}",
            escape(layer.loaded_by),
            _STATES[layer.state],
        )
    console.print(table)


def _facts() -> Table:
    """Names and what is to be said of each; a long path is folded, not cut."""
    table = Table.grid(padding=(0, 2))
    table.add_column()
    table.add_column(overflow="fold")
    return table


def _layer(layer: Layer) -> str:
    loaded = f"{layer.loaded_at.astimezone():%Y-%m-%d %H:%M}"
    known = f"{layer.source}、{loaded}、{layer.loaded_by}".rstrip("、")
    return f"{layer.rows:,}行({known})" if layer.rows else "なし / nothing"


def _in_it(file: GisFile) -> list[str]:
    """Its format, and which file or layer it is where there may be others."""
    inside = [] if file.source.inside.name == file.name else [str(file.source.inside)]
    return [file.driver, *inside, *([file.layer] if file.layer else [])]


def _accuracy(metres: float | None) -> str:
    if metres is None:
        return "精度は不明 / accuracy not known"
    return "不要 / none" if metres == 0 else f"精度 {metres:g} m 以内 / within {metres:g} m"


def _owners(preview: Preview) -> Table:
    table = Table("値 / value", "管理者 / owner", "行 / rows")
    for (value, owner), rows in preview.owners.most_common():
        table.add_row(escape(value or "(空)"), owner, f"{rows:,}")
    return table


def _sample(preview: Preview) -> Table:
    """Only the columns in which something stands."""
    first = preview.sample
    filled = [name for name in first[0] if any(row[name] not in ("", None) for row in first)]
    table = Table(*filled, title="見本 / sample rows")
    for row in first:
        table.add_row(*(escape(str(row[name] if row[name] is not None else "")) for name in filled))
    return table


def _findings(preview: Preview) -> Table:
    table = Table("みつかったこと / found", "どうしたか / done", "行 / rows")
    for what, rows in preview.found.rows.items():
        table.add_row(f"{what.japanese} / {what.english}", str(what.done), named(rows))
    return table
