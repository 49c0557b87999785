"""What a resident and a ticket have to say to each other: additions, questions, answers to taps."""

from collections.abc import Callable, Mapping
from typing import Final

from bot.render import bubbles, flex
from bot.render.bubbles import Row
from bot.render.draft import (
    count_there,
    lost_photos,
    photos_of,
    way_to_send_a_place,
    ways_to_send_photos,
)
from bot.render.scene import Scene, look_at
from bot.render.ticket_view import Sight, by_staff, place_of
from reports.outbox import kinds


def onto(scene: Scene, say: kinds.Onto) -> list[flex.Json]:
    """Photos and words that come now go to this ticket."""
    sight = look_at(scene, id=say.ticket_id)
    if sight is None:
        return []
    key = _ASKS.get(say.why, "add.ask")
    buttons = [*ways_to_send_photos(scene), _done(scene, say)]
    return [flex.with_quick_replies(flex.text(scene.words(key, number=sight.number)), buttons)]


def added(scene: Scene, say: kinds.Added) -> list[flex.Json]:
    """What was added so far; more may come, or it was meant for something else."""
    sight = look_at(scene, id=say.ticket_id)
    if sight is None:
        return []
    words, photos = scene.words, photos_of(scene, say.photos)
    lost = lost_photos(scene, photos)
    there = count_there(photos)
    what = [words("add.photos", count=there)] if there else []
    what += [words(f"add.{part}") for part in ("words", "place") if getattr(say, part)]
    if what:
        key = "add.answered" if say.why == "answer" else "add.added"
        key = "add.in_doubt" if say.in_doubt and say.draft else key
        told = words(key, what=words("between").join(what), number=sight.number)
    else:
        told = words(_ASKS.get(say.why, "add.ask"), number=sight.number)
    said = "\n".join([*lost, told])
    new = flex.postback(words("button.not_this"), "not_this", draft=say.draft)
    if not say.draft:
        return [flex.with_quick_replies(flex.text(said), _on_ticket("status")(scene, sight))]
    if say.in_doubt:
        to_it = flex.postback(words("button.add_to"), "add_to", draft=say.draft)
        ways = [bubbles.button(to_it, colour=bubbles.GREEN), bubbles.button(new)]
        card = flex.card(said, bubbles.note(said, ways))
        return [flex.with_quick_replies(card, ways_to_send_photos(scene))]
    more = [*ways_to_send_photos(scene), _done(scene, say), new]
    return [flex.with_quick_replies(flex.text(said), more)]


def question(scene: Scene, say: kinds.Question) -> list[flex.Json]:
    """Staff ask something; what is sent next goes to them."""
    sight = look_at(scene, id=say.ticket_id)
    if sight is None:
        return []
    words = scene.words
    note = next((line.note for line in sight.page.history if line.id == say.history_id), "")
    asked, foreign = by_staff(sight, note)
    facts = [
        Row(words("card.kind"), sight.category),
        Row(words("card.place"), place_of(sight)),
    ]
    here = words("card.answer_here")
    title = words("card.question")
    bubble = bubbles.bubble(
        title=title,
        subtitle=sight.number,
        colour=bubbles.BLUE,
        sections=[
            [
                bubbles.line(asked or "…") | {"size": "md"},
                *(bubbles.line(said, soft=True) for said in foreign),
            ],
            bubbles.rows(facts),
            [bubbles.line(here, soft=True)],
        ],
    )
    alt = words(
        "card.question_alt",
        title=title,
        number=sight.number,
        question=flex.cut(asked, bubbles.NOTE_UNITS),
    )
    card = flex.card(f"{alt}\n{here}", bubble)
    ways = [*ways_to_send_photos(scene), way_to_send_a_place(scene)]
    return [flex.with_quick_replies(card, ways)]


def sure(scene: Scene, say: kinds.Sure) -> list[flex.Json]:
    """Before something that cannot be undone."""
    sight = look_at(scene, id=say.ticket_id)
    if sight is None:
        return []
    words, number = scene.words, sight.number
    buttons = [
        flex.postback(words("button.withdraw"), "withdraw_yes", number=number),
        flex.postback(words("button.not_now"), "status", number=number),
    ]
    return [flex.with_quick_replies(flex.text(words("sure.withdraw", number=number)), buttons)]


def rate(scene: Scene, say: kinds.Rate) -> list[flex.Json]:
    """It is mended: thanks, and how was it handled?"""
    sight = look_at(scene, id=say.ticket_id)
    if sight is None:
        return []
    words, number = scene.words, sight.number
    stars = [
        flex.postback(words(f"rate.{given}"), "rate", number=number, stars=str(given))
        for given in range(5, 0, -1)
    ]
    return [flex.with_quick_replies(flex.text(words("rate.question", number=number)), stars)]


def about(scene: Scene, say: kinds.About) -> list[flex.Json]:
    """What a tap has done, or why it could not be done; and what may come next."""
    sight = look_at(scene, id=say.ticket_id)
    if sight is None:
        return []
    told = scene.words(
        f"about.{say.key}",
        number=sight.number,
        category=sight.category,
        status=sight.state,
        into=sight.page.ticket.merged_into or sight.number,
    )
    names = _NEXT.get(say.key, ("status",))
    buttons = [button for name in names for button in _BUTTONS[name](scene, sight)]
    return [flex.with_quick_replies(flex.text(told), buttons)]


def _done(scene: Scene, say: kinds.Onto | kinds.Added) -> flex.Json:
    return flex.postback(scene.words("button.done"), "done", draft=say.draft)


def _on_ticket(do: str) -> Callable[[Scene, Sight], list[flex.Json]]:
    return lambda scene, sight: [
        flex.postback(scene.words(f"button.{do}"), do, number=sight.number)
    ]


def _goes_on(scene: Scene, sight: Sight) -> list[flex.Json]:
    into = sight.page.ticket.merged_into or sight.number
    return [flex.postback(scene.words("button.goes_on", number=into), "status", number=into)]


_ASKS: Final = {"reopened": "add.ask_reopened", "answer": "add.ask_answer"}
_BUTTONS: Final[Mapping[str, Callable[[Scene, Sight], list[flex.Json]]]] = {
    "status": _on_ticket("status"),
    "mute": _on_ticket("mute"),
    "unmute": _on_ticket("unmute"),
    "mine": lambda scene, sight: [flex.postback(scene.words("button.mine"), "mine")],
    "photos": lambda scene, sight: ways_to_send_photos(scene),
    "goes_on": _goes_on,
}
_NEXT: Final[Mapping[str, tuple[str, ...]]] = {
    "withdrawn": ("mine",),
    "left_to_others": ("mine",),
    "muted": ("unmute", "status"),
    "unmuted": ("mute", "status"),
    "followed": ("mute", "status"),
    "following_already": ("mute", "status"),
    "not_open": ("photos", "status"),
    "too_late": ("photos",),
    "recategorised": (),
    "at_photo": (),
    "moved_on": ("goes_on",),
}
"""The quick replies after each, none where a card follows; after all others the ticket's state."""
