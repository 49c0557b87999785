"""Another city: what `michi install` does, kept apart from the cities that are here."""

import argparse
import tempfile
from collections.abc import Sequence

from cli.cities import apart
from cli.install import given
from cli.install.layout import City, cities_here, city_of
from cli.install.run import install
from cli.install.wishes import install_words


def new(words: Sequence[str]) -> int:
    """0 where the city is there. Raises ValueError, OSError; SystemExit for wrong words."""
    likeness = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
    likeness.add_argument("--like", default="")
    mine, rest = likeness.parse_known_args(list(words))
    asked = install_words().parse_args(rest)
    city = city_of(asked.name)
    others = {each.name: each for each in cities_here() if each != city}
    if city.settings.exists():
        raise ValueError(
            f"{city.name} はもうあります。直すなら michi install {city.name}"
            f" / is here already; to mend it: michi install {city.name}"
        )
    settings = _taken_over(mine.like, others, city) | given.handed_over(asked.settings)
    _refuse_shared(settings, asked.address, others)
    _refuse_without_keys(settings, others.get(mine.like))
    with tempfile.NamedTemporaryFile("w", encoding="utf-8", suffix=".env") as file:  # mode 0600
        file.write(given.written(settings))
        file.flush()
        return install([*_without_settings(rest), "--settings", file.name])


def _taken_over(name: str, others: dict[str, City], city: City) -> given.Settings:
    if not name:
        return {}
    if name not in others:
        raise ValueError(
            f"--like {name}: この機械にありません。あるもの: {', '.join(others) or 'なし'}"
            f" / is not on this machine: {', '.join(others) or 'none is'}"
        )
    return apart.taken_over(given.read(others[name].settings), city)


def _refuse_shared(settings: given.Settings, address: str, others: dict[str, City]) -> None:
    wanted = settings | ({"PUBLIC_URL": address} if address else {})
    theirs = {name: given.read(city.settings) for name, city in others.items()}
    if found := list(apart.shared(wanted, theirs)):
        raise ValueError(
            f"ほかの市と同じものは使えません: {'、'.join(found)}"
            f" / another city has that already: {', '.join(found)}"
        )


def _refuse_without_keys(settings: given.Settings, like: City | None) -> None:
    found = apart.lacking(settings, given.read(like.settings)) if like else []
    if found:
        raise ValueError(
            f"この市だけの鍵を --settings で渡してください: {'、'.join(found)}。ほかの市の鍵では、"
            "両方の市の写真を読めてしまいます"
            f" / give keys of its own by --settings: {', '.join(found)}; another city's would open"
            " the photos of both"
        )


def _without_settings(words: Sequence[str]) -> list[str]:
    """The words but for --settings FILE, in either way of writing it."""
    left, skip = [], False
    for word in words:
        if skip:
            skip = False
        elif word == "--settings":
            skip = True
        elif not word.startswith("--settings="):
            left.append(word)
    return left
