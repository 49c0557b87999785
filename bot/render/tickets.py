"""Telling of tickets: as they are filed, how they stand, and what became of them."""

from collections.abc import Sequence

from bot.render import flex
from bot.render.cards import small_card, ticket_card
from bot.render.clarify import which_place_after_all
from bot.render.draft import ways_to_send_photos
from bot.render.greeting import with_start
from bot.render.scene import Scene, look_at, look_at_all, look_at_those
from bot.render.ticket_view import Sight, Told, read_aloud, told_of
from bot.render.which_kind import other_kinds, which_kind
from reports.outbox import kinds
from reports.outbox.batching import MOST_CARDS
from reports.photos.place_conflict import place_in_doubt
from reports.tickets import residents_view
from reports.tickets.status import Status


def ticket(scene: Scene, say: kinds.Ticket) -> list[flex.Json]:
    """A report has become a ticket."""
    sight = look_at(scene, id=say.ticket_id)
    if sight is None:
        return []
    words, number = scene.words, sight.number
    if say.after:
        guessed, asked = sight.page.ticket.category, words("card.which_kind", number=number)
        change = {"guessed": guessed, "after": say.after, "number": number}
        return [which_kind(scene, asked, "recategorise", **change)]
    told, others = told_of(sight), list[flex.Json]()
    if say.inferred:
        told = told.and_last(words("card.inferred", category=sight.category))
        others = [other_kinds(scene, "recategorise", number=number)]
    told = told.and_last(words("card.will_tell"))
    card = _card(sight, "card.received", told)
    doubt = place_in_doubt(scene.db, sight.page.ticket.id, scene.resident_id or 0)
    if doubt:
        return [card, which_place_after_all(scene, sight, doubt, others)]
    return [flex.with_quick_replies(card, others)]


def joined(scene: Scene, say: kinds.Joined) -> list[flex.Json]:
    """A report went to a ticket that was there; how many others wait for it."""
    sight = look_at(scene, id=say.ticket_id)
    if sight is None:
        return []
    others = sight.standing.others
    key = "card.others" if others else "card.no_others"
    waiting = scene.words(key, count=others)
    return [_card(sight, "card.joined", Told([waiting], told_of(sight).last))]


def moves(scene: Scene, said: Sequence[kinds.Moved]) -> list[flex.Json]:
    """What became of one ticket, or of several side by side; of each the newest move."""
    newest = {say.ticket_id: say.history_id for say in said}
    seen = look_at_those(scene, [*newest])
    shown = seen[-MOST_CARDS:]
    told = [_told_of_move(sight, newest[sight.page.ticket.id]) for sight in shown]
    if len(shown) == 1:
        return [_card(shown[0], "card.moved", told[0])]
    title = scene.words("card.moved")
    cards = [
        ticket_card(sight, title, more, brief=True) for sight, more in zip(shown, told, strict=True)
    ]
    aloud = "\n".join(read_aloud(sight, title) for sight in shown)
    left = _more(scene, len(seen) - len(shown))
    return [flex.card(aloud, flex.carousel(cards)), *left] if cards else []


def status(scene: Scene, say: kinds.Status) -> list[flex.Json]:
    """How a ticket stands: the one that was named, or this resident's newest."""
    if number := say.number:
        sight = look_at(scene, number=number)
        if sight is None:
            wrong = flex.text(scene.words("card.no_such_ticket", number=number))
            mine = flex.postback(scene.words("button.mine"), "mine")
            return [flex.with_quick_replies(wrong, [mine])]
        return [_status_card(scene, sight)]
    newest = look_at_all(scene, residents_view.latest_of(scene.db, scene.resident_id or 0, 1))
    if not newest:
        return [with_start(scene, flex.text(scene.words("card.no_tickets")))]
    others = residents_view.count_of(scene.db, scene.resident_id or 0) - 1
    return [_status_card(scene, newest[0]), *_more(scene, others)]


def mine(scene: Scene, say: kinds.Mine) -> list[flex.Json]:
    """This resident's last tickets, side by side."""
    own = residents_view.latest_of(scene.db, scene.resident_id or 0, MOST_CARDS)
    seen = look_at_all(scene, own)
    if not seen:
        return [with_start(scene, flex.text(scene.words("card.no_tickets")))]
    title = scene.words("button.mine")
    aloud = "\n".join(read_aloud(sight, title) for sight in seen)
    card = flex.card(aloud, flex.carousel([small_card(sight) for sight in seen]))
    older = residents_view.count_of(scene.db, scene.resident_id or 0) - len(seen)
    return [flex.text(scene.words("card.older", count=older)), card] if older > 0 else [card]


def photo_lost(scene: Scene, say: kinds.PhotoLost) -> list[flex.Json]:
    """A photo could not be taken over after all; the report goes on without it."""
    reason = scene.words(f"lost.{say.state}")
    sight = look_at(scene, id=say.ticket_id)
    again = ways_to_send_photos(scene)
    if sight is None:
        words = scene.words("lost.after_no_ticket", reason=reason)
        return [flex.with_quick_replies(flex.text(words), again)]
    if sight.is_open and sight.standing.reported:
        again.append(flex.postback(scene.words("button.add"), "add", number=sight.number))
    words = scene.words("lost.after", number=sight.number, reason=reason)
    return [flex.with_quick_replies(flex.text(words), again)]


def _card(sight: Sight, title: str, told: Told, *, history: bool = False) -> flex.Json:
    said = sight.words(title)
    return flex.card(read_aloud(sight, said, told), ticket_card(sight, said, told, history=history))


def _status_card(scene: Scene, sight: Sight) -> flex.Json:
    words, number, standing = scene.words, sight.number, sight.standing
    actions = []
    if sight.is_open and standing.follows:
        do = "unmute" if standing.muted else "mute"
        actions.append(flex.postback(words(f"button.{do}"), do, number=number))
    if sight.is_open and standing.reported:
        actions.append(flex.postback(words("button.withdraw"), "withdraw", number=number))
    actions.append(flex.postback(words("button.mine"), "mine"))
    card = _card(sight, "card.now", told_of(sight, contact=True), history=True)
    return flex.with_quick_replies(card, actions)


def _told_of_move(sight: Sight, history_id: int) -> Told:
    said = next((line for line in sight.page.history if line.id == history_id), None)
    note = said.note if said and said.actor != "resident" else ""
    return told_of(sight, note=note, contact=sight.page.ticket.status is Status.FORWARDED)


def _more(scene: Scene, count: int) -> list[flex.Json]:
    return [flex.text(scene.words("card.more", count=count))] if count > 0 else []
