"""Saying hello, explaining, and what is held of a person: words that concern no ticket."""

from collections.abc import Iterator, Sequence
from typing import Final

from bot.render import bubbles, flex
from bot.render.draft import cancel, way_to_send_a_place, ways_to_send_photos
from bot.render.scene import Scene
from bot.wording import in_order, wording
from reports.outbox import kinds
from reports.outbox.say import HeldData
from reports.photos.links import greeting_picture, terms_link

_FOR_STRANGERS: Final = ("how", "not_understood", "language")
_FOR_GROUPS: Final = ("groups",)


def hello(scene: Scene, say: kinds.Hello) -> list[flex.Json]:
    """The first minute: how it works in three lines and a picture, and what happens to the data."""
    words = scene.words
    steps = [f"{at}. {words(f'hello.step_{at}')}" for at in (1, 2, 3)]
    police = words("hello.police", police=scene.phones.get("police", "110"))
    order, data = words("hello.any_order"), words("hello.data")
    title = words("hello.title")
    bubble = bubbles.bubble(
        title=words("hello.from", city=scene.city_name),
        subtitle=title,
        colour=bubbles.GREEN,
        hero=bubbles.picture(greeting_picture()),
        sections=[
            [*(bubbles.headline(step, bubbles.INK) for step in steps), bubbles.line(order)],
            [bubbles.line(police), bubbles.line(data, soft=True)],
        ],
        buttons=[bubbles.button(flex.link(words("hello.terms"), terms_link(words.language)))],
    )
    alt = "\n".join([title, *steps, order, police, data, terms_link(words.language)])
    return [with_start(scene, flex.card(alt, bubble), first=languages())]


def text(scene: Scene, say: kinds.Text) -> list[flex.Json]:
    """Any text of the locale; what a group is told, in every language, for it may speak several."""
    spoken = in_order() if say.key in _FOR_GROUPS else [scene.words]
    return [flex.text("\n\n".join(words(say.key) for words in spoken))]


def explain(scene: Scene, say: kinds.Help) -> list[flex.Json]:
    """Any text of the locale, with the ways to begin; who does not understand it finds theirs."""
    others = other_languages(scene) if say.key in _FOR_STRANGERS else []
    return [with_start(scene, flex.text(scene.words(say.key)), *others)]


def unusable(scene: Scene, say: kinds.Unusable) -> list[flex.Json]:
    """What was sent cannot be a report."""
    known = ("sticker", "video", "audio", "external", "location")
    kind = say.kind if say.kind in known else "other"
    return [flex.text(scene.words(f"unusable.{kind}"))]


def outside(scene: Scene, say: kinds.Outside) -> list[flex.Json]:
    """The place is another city's."""
    neighbour = scene.words.pick(say.ja, say.en)
    key = "outside" if neighbour else "outside_unknown"
    words = scene.words(key, city=scene.city_name, neighbour=neighbour)
    anyway = [flex.postback(scene.words("button.anyway"), "anyway", draft=say.draft)]
    ways = [way_to_send_a_place(scene), *(anyway if say.draft else [])]
    return [flex.with_quick_replies(flex.text(words), ways)]


def limit(scene: Scene, say: kinds.Limit) -> list[flex.Json]:
    """That it is enough for now; a report that waits can be sent by a button then."""
    words = scene.words
    said = words(f"limit.{say.of}", most=say.most, minutes=say.minutes)
    if say.draft is None:
        return [flex.text(said)]
    resume = flex.postback(words("button.resume"), "resume", draft=say.draft)
    kept = flex.text("\n".join([said, words("limit.kept", minutes=say.minutes)]))
    return [flex.with_quick_replies(kept, [resume, cancel(scene, say.draft)])]


def missed(scene: Scene, say: kinds.Missed) -> list[flex.Json]:
    """The heading of what could not be told when it happened."""
    return [flex.text(scene.words("missed"))]


def again(scene: Scene, say: kinds.Again) -> list[flex.Json]:
    """The heading of what may have been told before, so that nobody wonders at a second copy."""
    return [flex.text(scene.words("again"))]


def my_data(scene: Scene, say: kinds.MyData) -> list[flex.Json]:
    """What is held about this person, and what erasing it means."""
    words, draft = scene.words, say.draft
    held = "\n".join(_held(scene, say.held) if say.held else ())
    lines = [words("my_data.title"), held, "", words("my_data.question")]
    buttons = [
        flex.postback(words("button.erase"), "erase", draft=draft, language=words.language),
        flex.postback(words("button.keep"), "keep", draft=draft),
    ]
    return [flex.with_quick_replies(flex.text("\n".join(lines)), buttons)]


def erased(scene: Scene, say: kinds.Erased) -> list[flex.Json]:
    """Nothing is held any more."""
    return [with_start(scene, flex.text(scene.words("erased")))]


def languages() -> list[flex.Json]:
    """Quick replies that say the name of each language."""
    return [flex.spoken(words("name")) for words in in_order()]


def other_languages(scene: Scene) -> list[flex.Json]:
    """Quick replies that say the name of each language but this one."""
    own = flex.spoken(scene.words("name"))
    return [language for language in languages() if language != own]


def with_start(
    scene: Scene, message: flex.Json, *more: flex.Json, first: Sequence[flex.Json] = ()
) -> flex.Json:
    """The message with the ways to begin as quick replies."""
    words = scene.words
    status = flex.postback(words("button.status"), "status")
    explained = flex.postback(words("button.help"), "help")
    begin = [*ways_to_send_photos(scene), way_to_send_a_place(scene), status, explained]
    ways = [*first, *begin, *more]
    return flex.with_quick_replies(message, ways)


def _held(scene: Scene, held: HeldData) -> Iterator[str]:
    words, counts = scene.words, dict(held)
    for what in ("reports", "photos", "remarks", "follows"):
        if counts[what]:
            yield words(f"my_data.{what}", count=counts[what])
    if held["draft"]:
        yield words("my_data.draft")
    if held["language"]:
        yield words("my_data.language", language=wording(held["language"])("name"))
    yield words("my_data.nothing")
