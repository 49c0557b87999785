"""Fonts: Japanese for papers, and letters of every language for the menu at LINE."""

from collections.abc import Iterator
from typing import Final

from bot.line.setup.fonts import NoFont as NoFontForMenu
from bot.line.setup.fonts import face_for
from bot.line.setup.menu import labels
from bot.wording import languages
from cli.doctor.asked import Asked
from cli.doctor.findings import Finding, right, wrong
from cli.doctor.looks import Check
from reports.documents import paper


def _papers(asked: Asked) -> Iterator[Finding]:
    try:
        _, families = paper.fonts()
    except paper.NoFont:
        yield wrong(
            "fonts.papers",
            "日本語を書けるフォントがないので、PDF を作れません",
            "no font can write Japanese: no PDF can be made",
            "apt-get install fonts-noto-cjk",
        )
        return
    yield right(
        "fonts.papers", f"書類は {families[0]}", f"papers: {families[0]}", families=families
    )


def _menu(asked: Asked) -> Iterator[Finding]:
    lacking = []
    for language, words in languages().items():
        try:
            face_for("".join(labels(words)))
        except NoFontForMenu:
            lacking.append(language)
    if lacking:
        yield wrong(
            "fonts.menu",
            f"LINE のメニューを書けるフォントがありません({', '.join(lacking)})",
            f"no font can write the menu at LINE in {', '.join(lacking)}",
            "apt-get install fonts-noto-cjk fonts-noto-core",
            languages=lacking,
        )
    else:
        yield right("fonts.menu", "LINE のメニューを書けます", "the menu at LINE can be written")


CHECKS: Final = (
    Check("fonts.papers", _papers, seconds=30),
    Check("fonts.menu", _menu, seconds=30),
)
