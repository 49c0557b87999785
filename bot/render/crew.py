"""Telling crew members, on their own LINE: urgent tickets, their list, and what they finish."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from bot.dialogue.crew_minutes import OFFERED
from bot.render import bubbles, flex
from bot.render.bubbles import Row
from bot.render.cards import picture_of
from bot.render.scene import Scene, look_at_neighbours
from bot.render.ticket_view import Sight, place_of
from bot.wording import Wording
from reports.city import profile
from reports.city.materials import offered_for
from reports.outbox import crew_kinds as kinds
from reports.people import crew_links
from reports.people.crew_links import Linked
from reports.photos.links import crew_link
from reports.tickets import lists
from reports.tickets.outcomes import Outcome
from reports.tickets.undoable import last_work
from reports.tickets.wanted import TicketFilter, of_any

MOST_LISTED: Final = 10
"""Tickets side by side; the crew's page has all of them."""
MOST_SHORT: Final = 40
MOST_MATERIALS: Final = 9


def text(scene: Scene, say: kinds.CrewText) -> list[flex.Json]:
    """A sentence; also to somebody who is linked no more."""
    return [flex.text(scene.words(f"crew.{say.key}"))]


def linked(scene: Scene, say: kinds.CrewLinked) -> list[flex.Json]:
    """With whose account, and what can be done now."""
    who = _who(scene)
    if who is None:
        return []
    leave = scene.words("button.crew_leave")
    told = {"name": who.name, "department": who.department_name, "leave": leave}
    said = flex.text(scene.words("crew.linked", **told))
    return [flex.with_quick_replies(said, _orders(scene))]


def ticket(scene: Scene, say: kinds.CrewTicket) -> list[flex.Json]:
    """An urgent ticket, while it is open and theirs to mend."""
    sight = _look_at(scene, say.ticket_id)
    if sight is None or not sight.is_open:
        return []
    title = scene.words("crew.urgent")
    return [flex.card(_aloud(sight, title), _card(sight, title))]


def tickets(scene: Scene, say: kinds.CrewList) -> list[flex.Json]:
    """Theirs, then the department's, each in the order of work; the crew's page has them all."""
    who = _who(scene)
    return _side_by_side(scene, who, None) if who else []


def choose(scene: Scene, say: kinds.CrewChoose) -> list[flex.Json]:
    """Which of their tickets is finished; of the department's, where none is in their charge."""
    who = _who(scene)
    if who is None:
        return []
    asked = flex.text(scene.words("crew.choose"))
    return [asked, *_side_by_side(scene, who, say.photo, only_theirs=True)]


def photo_wanted(scene: Scene, say: kinds.CrewPhotoWanted) -> list[flex.Json]:
    """Which ticket it is, and the camera."""
    sight = _look_at(scene, say.ticket_id)
    if sight is None:
        return [flex.text(scene.words("crew_did.gone"))]
    words = scene.words
    others = [*_results(sight)] if say.outcome == Outcome.FIXED else []
    key = "send_photo" if say.outcome == Outcome.FIXED else "send_photo_of_it"
    asked = words(f"crew.{key}", **_named(sight))
    return [flex.with_quick_replies(flex.text(asked), _ways_to_go_on(words, others))]


def or_report(scene: Scene, say: kinds.CrewOrReport) -> list[flex.Json]:
    """A card of its own, before what the report asks for."""
    if _who(scene) is None:
        return []
    words = scene.words("crew.or_report")
    label = scene.words("button.crew_photo_done")
    done = flex.postback(label, "crew_photo_done", photo=str(say.photo))
    card = bubbles.note(words, [bubbles.button(done, colour=bubbles.GREEN)])
    return [flex.card(words, card)]


def about(scene: Scene, say: kinds.CrewAbout) -> list[flex.Json]:
    """What is told of it, or why it is not; and what is done next by a tap."""
    sight = _look_at(scene, say.ticket_id, theirs=False)
    who = _who(scene)
    if who is None:
        return []
    if sight is None:
        return [flex.text(scene.words("crew_did.gone"))]
    more = {"metres": say.metres, "material": flex.cut(say.material, bubbles.SHORT_UNITS)}
    told = scene.words(f"crew_did.{say.key}", **_named(sight), **more)
    next, asked = _next(scene, who, sight, say)
    return [flex.with_quick_replies(flex.text(f"{told}{asked}"), next)]


def _next(
    scene: Scene, who: Linked, sight: Sight, say: kinds.CrewAbout
) -> tuple[list[flex.Json], str]:
    """What one may tap below it, and what more is said for that."""
    words = scene.words
    if say.key in ("whose", "minutes"):
        return [*_answers_to(scene, who, sight, say.key)] or _orders(scene), ""
    if say.key == "far":
        reasons = [flex.spoken(words(f"crew.{key}")) for key in ("far_pin", "far_shot")]
        return [*reasons, *_ways_to_go_on(words)], ""
    if say.key in ("old_photo", "needs_photo", "photo_unread"):
        return _ways_to_go_on(words, [*_results(sight)]), ""
    work = last_work(scene.db, sight.page.ticket.id, who.user_id)
    if work is None or say.key not in (*_TOLD, "used"):
        return _orders(scene), ""
    of_it = {"work": str(work.history_id), "number": sight.number}
    undo = flex.postback(words("button.crew_undo"), "crew_undo", **of_it)
    may_undo = say.key != "used" and work.seconds > 0
    said = words("crew.may_undo", seconds=round(work.seconds)) if may_undo else ""
    used = [*_materials(scene, sight, of_it)] if work.outcome in _USES else []
    if work.outcome not in _USES:
        return [*([undo] if may_undo else []), *_orders(scene)], said
    label = words("button.crew_no_material" if used else "button.crew_how_long")
    end = flex.postback(label, "crew_no_material", **of_it)
    asked = words("crew.which_material") if used and say.key != "used" else ""
    return [*([undo] if may_undo else []), *used, end, *([] if used else _orders(scene))], (
        f"{said}{asked}"
    )


def _answers_to(scene: Scene, who: Linked, sight: Sight, asked: str) -> Iterator[flex.Json]:
    """To why it is not theirs, and to how long it took."""
    words, number = scene.words, sight.number
    if asked == "whose":
        whys = {"department": "button.crew_others", "not_citys": "button.crew_not_citys"}
        for why, key in whys.items():
            yield flex.postback(words(key), "crew_not_ours", number=number, why=why)
        yield flex.spoken(words("button.cancel"))
        return
    work = last_work(scene.db, sight.page.ticket.id, who.user_id)
    if work is None:
        return
    for minutes in (*OFFERED, 0):
        label = (
            words("button.crew_minutes", count=minutes) if minutes else words("button.crew_skip")
        )
        of_it = {"work": str(work.history_id), "number": number, "minutes": str(minutes)}
        yield flex.postback(label, "crew_minutes", **of_it)


def _materials(scene: Scene, sight: Sight, of_it: Mapping[str, str]) -> Iterator[flex.Json]:
    """One more of each that the city's crews use for this kind, else of its first ones."""
    first, others = offered_for(sight.page.ticket.category, profile.materials(scene.db))
    for one in (first or others)[:MOST_MATERIALS]:
        label = f"{flex.cut(one.name, flex.LABEL_UNITS - 4)} 1{one.unit}"
        yield flex.postback(label, "crew_used", material=one.key, **of_it)


def _results(sight: Sight) -> Iterator[flex.Json]:
    """What else they may have done or found there."""
    for outcome in Outcome:
        if outcome is not Outcome.FIXED:
            label = sight.words(f"button.crew_{outcome}")
            yield flex.postback(label, "crew_result", number=sight.number, outcome=outcome)
    yield flex.postback(sight.words("button.crew_not_ours"), "crew_not_ours", number=sight.number)


def _ways_to_go_on(words: Wording, others: Sequence[flex.Json] = ()) -> list[flex.Json]:
    return [
        flex.device("camera", words("button.camera")),
        flex.device("cameraRoll", words("button.album")),
        *others,
        flex.spoken(words("button.cancel")),
    ]


_USES: Final = (Outcome.FIXED, Outcome.MADE_SAFE)
_TOLD: Final = ("done", *(one for one in Outcome if one is not Outcome.FIXED))


def _who(scene: Scene) -> Linked | None:
    return crew_links.link_of(scene.db, scene.recipient)


def _orders(scene: Scene) -> list[flex.Json]:
    return [flex.postback(scene.words("button.crew_list"), "crew_list"),
            flex.postback(scene.words("button.crew_finish"), "crew_finish")]  # fmt: skip


def _look_at(scene: Scene, ticket_id: int, *, theirs: bool = True) -> Sight | None:
    """The ticket as crews see it, with a photo of the report, whoever sent it."""
    who = _who(scene)
    seen = look_at_neighbours(scene, [ticket_id]) if who else []
    if not seen or who is None:
        return None
    department = seen[0].page.ticket.department
    is_theirs = department is not None and department.key in who.departments
    return seen[0] if is_theirs or not theirs else None


def _side_by_side(
    scene: Scene, who: Linked, photo: int | None, *, only_theirs: bool = False
) -> list[flex.Json]:
    own = _ids(scene, of_any(who.departments, assignee=who.user_id))
    all_open = _ids(scene, of_any(who.departments))
    ids = own if only_theirs and own else [*dict.fromkeys([*own, *all_open])]
    if not ids:
        return [flex.text(scene.words("crew.nothing_open"))]
    seen = look_at_neighbours(scene, ids[:MOST_LISTED])
    yours, ours = scene.words("crew.yours"), scene.words("crew.ours")
    titles = [yours if one.page.ticket.id in own else ours for one in seen]
    cards = [_card(one, title, photo) for one, title in zip(seen, titles, strict=True)]
    aloud = "\n".join(map(_aloud, seen, titles))
    return [flex.card(aloud, flex.carousel([*cards, _all_of_them(scene)]))]


def _ids(scene: Scene, wanted: TicketFilter) -> list[int]:
    return [line.id for line in lists.page(scene.db, wanted, lists.CREW, limit=MOST_LISTED)]


def _card(sight: Sight, title: str, photo: int | None = None) -> flex.Json:
    words, line = sight.words, sight.page.ticket
    colour = bubbles.RED if line.urgent else bubbles.BLUE
    of_photo = {"photo": str(photo)} if photo else {}
    finish = flex.postback(
        words("button.crew_finish"), "crew_finish", number=sight.number, **of_photo
    )
    facts = [
        Row(words("card.place"), flex.cut(place_of(sight), bubbles.SHORT_UNITS)),
        Row(words("card.status"), sight.state),
        *_deadline(sight),
    ]
    urgent = [bubbles.line(words("crew.urgent"))] if line.urgent else []
    return bubbles.bubble(
        title=title,
        subtitle=sight.number,
        colour=colour,
        hero=picture_of(sight, sight.before),
        sections=[
            [bubbles.headline(_short(sight.category), colour), *urgent, *bubbles.rows(facts)]
        ],
        buttons=[
            bubbles.button(finish, colour=bubbles.GREEN),
            bubbles.button(flex.link(words("button.crew_map"), _map(line.lat, line.lon))),
            bubbles.button(flex.link(words("button.crew_open"), crew_link(sight.number))),
        ],
        size="kilo",
    )


def _deadline(sight: Sight) -> list[Row]:
    """The day itself, as on the crew's page; not what residents are told of it."""
    last, words = sight.page.ticket.deadline, sight.words
    if last is None:
        return []
    weekday = words(f"weekdays.{last.isoweekday()}")
    day = {"month": words(f"months.{last.month}"), "day": last.day, "weekday": weekday}
    key = "crew.deadline_over" if last < sight.now.date() else "crew.deadline_value"
    return [Row(words("crew.deadline"), words(key, **day))]


def _all_of_them(scene: Scene) -> flex.Json:
    link = flex.link(scene.words("button.crew_all"), crew_link())
    return bubbles.bubble(
        title=scene.words("crew.ours"),
        subtitle=scene.words("crew.all"),
        colour=bubbles.BLUE,
        sections=[[bubbles.line(scene.words("crew.all_there"))]],
        buttons=[bubbles.button(link)],
        size="kilo",
    )


def _map(lat: float, lon: float) -> str:
    """Directions there, in whichever map the phone has for it."""
    return f"https://www.google.com/maps/dir/?api=1&destination={lat:.6f}%2C{lon:.6f}"


def _named(sight: Sight) -> dict[str, str]:
    return {
        "number": sight.number,
        "category": _short(sight.category),
        "place": flex.cut(place_of(sight), bubbles.SHORT_UNITS),
    }


def _short(words: str) -> str:
    return flex.cut(words, MOST_SHORT)


def _aloud(sight: Sight, title: str) -> str:
    return f"{title} {sight.number} {_short(sight.category)} {place_of(sight)}"
