"""Packages of the front end: maps, and what phones work with where there is no signal."""

from collections.abc import Iterator
from typing import Final

from cli.doctor.asked import Asked
from cli.doctor.findings import Finding, right, warning, wrong
from cli.doctor.looks import Check
from settings import ROOT
from web.kit import assets


def _files(asked: Asked) -> Iterator[Finding]:
    to_type = f"cd {ROOT / 'web'} && npm ci --ignore-scripts"
    if assets.has_map_files():
        yield right("packages.map", "地図の部品があります", "what maps need is there")
    else:
        yield wrong(
            "packages.map",
            "地図の部品がないので、地図のある画面が出ません",
            "what maps need is not installed: no page with a map is shown",
            to_type,
        )
    if assets.has_offline_files():
        yield right(
            "packages.offline", "圏外で使う部品があります", "phones can work without signal"
        )
    else:
        yield warning(
            "packages.offline",
            "圏外で使う部品がないので、作業班の画面は電波のあるところだけで動きます",
            "crews' pages work with a signal only",
            to_type,
        )
    if not any(name.startswith("exifreader/") for name in assets.manifest().files):
        yield warning(
            "packages.exif",
            "写真の場所を読む部品(exifreader)がありません",
            "what reads a photo's place in the browser (exifreader) is not installed",
            to_type,
        )


CHECKS: Final = (Check("packages.map", _files),)
