"""Which kind it is: a card of two columns with the picture and name of each, to be tapped."""

from collections.abc import Sequence
from typing import Final

from bot.render import bubbles, flex
from bot.render.scene import Scene
from reports.city.categories import Category

MOST_ON_A_PAGE: Final = 12
_FROM_THE_FIRST: Final = "="
"""After no category: none has this in its key."""


def which_kind(
    scene: Scene,
    words: str,
    do: str,
    *,
    guessed: str | None = None,
    after: str | None = None,
    **data: str,
) -> flex.Json:
    """The card that offers the categories, the guessed one first, from that after `after` on; where
    there is no room for all, a button that leads on, and in the end back."""
    offered = _offered(scene, guessed)
    keys = [category.key for category in offered]
    start = keys.index(after) + 1 if after in keys[:-1] else 0
    page = offered[start : start + MOST_ON_A_PAGE]
    choices = [_choice(scene, category, do, guessed, data) for category in page]
    is_last = start + len(page) == len(offered)
    leads_to = _FROM_THE_FIRST if is_last else page[-1].key
    ways = [] if is_last and not start else [_more(scene, do, leads_to, data)]
    return flex.card(words, bubbles.choices(words, choices, ways))


def other_kinds(scene: Scene, do: str, **data: str) -> flex.Json:
    """The quick reply that brings that card, where a kind was taken from somebody's words."""
    return _more(scene, do, _FROM_THE_FIRST, data)


def _offered(scene: Scene, guessed: str | None) -> Sequence[Category]:
    offered = [one for one in scene.categories.values() if not one.retired]
    return sorted(offered, key=lambda one: one.key != guessed)


def _choice(
    scene: Scene, category: Category, do: str, guessed: str | None, data: dict[str, str]
) -> bubbles.Choice:
    name = category.name(scene.words.language)
    label = f"{category.icon} {name}"
    action = flex.postback(label, do, shown=name, category=category.key, **data)
    return bubbles.Choice(category.icon, name, action, is_guessed=category.key == guessed)


def _more(scene: Scene, do: str, after: str, data: dict[str, str]) -> flex.Json:
    return flex.postback(scene.words("button.more_kinds"), do, after=after, **data)
