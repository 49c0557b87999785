"""One ticket as one resident may see it, put into words. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from bot.wording import FIRST_LANGUAGE, Wording
from reports.city.templates import said_in
from reports.tickets import events
from reports.tickets.read_models import HistoryLine, Standing, TicketSeen
from reports.tickets.status import OPEN, Status, last_day_to_reopen, may_say_not_mended


@dataclass(frozen=True, slots=True)
class Sight:
    """One ticket as one resident sees it; `before` and `after` are addresses of pictures,
    `public` that of its page for everybody, where there is one.

    `templates`: what staff say often, in this resident's language by the Japanese line.
    """

    page: TicketSeen
    words: Wording
    city_name: str
    now: datetime
    category: str
    before: str | None = None
    after: str | None = None
    public: str | None = None
    templates: Mapping[str, str] = field(default_factory=dict)

    @property
    def number(self) -> str:
        return self.page.ticket.number

    @property
    def standing(self) -> Standing:
        return self.page.standing

    @property
    def is_open(self) -> bool:
        return self.page.ticket.status in OPEN

    @property
    def asks_whether_mended(self) -> bool:
        """Whether this resident's 「直りました」 and 「まだです」 would count now."""
        ticket, standing = self.page.ticket, self.standing
        lately = may_say_not_mended(ticket.status, ticket.closed_at, self.now)
        return lately and standing.may_reopen and not standing.confirmed

    @property
    def note(self) -> str:
        """What staff or the crew said at the last move, to those who reported or follow it."""
        last = None if self.standing.is_stranger else _last_move(self.page.history)
        return last.note if last and last.actor != "resident" else ""

    @property
    def question(self) -> str:
        """What staff asked those who reported it, and wait for."""
        lines = reversed(self.page.history)
        asked = next((one.note for one in lines if isinstance(one.event, events.Asked)), "")
        waits = self.page.ticket.asked_at is not None and self.standing.reported
        return asked if waits and self.is_open else ""

    @property
    def state(self) -> str:
        return self.words.state(self._status)

    @property
    def meaning(self) -> str:
        """What that state means for whoever waits, and what a crew has found."""
        last = _last_move(self.page.history)
        moved = last.event if last else None
        outcome = moved.outcome if isinstance(moved, events.Moved) else None
        found = self.words.texts.get(f"found.{outcome}", "")
        return found or self.words.meaning(self._status)

    @property
    def _status(self) -> str:
        """A resident's own withdrawal is none of the city's refusals."""
        last = _last_move(self.page.history)
        if self.page.ticket.status is Status.DECLINED and last and last.actor == "resident":
            return "withdrawn"
        return str(self.page.ticket.status)


@dataclass(frozen=True, slots=True)
class Told:
    """Sentences on a card: `first`, what this is about, and `last`, what else is good to know."""

    first: Sequence[str] = ()
    last: Sequence[str] = ()

    def and_last(self, *more: str) -> "Told":
        return Told(self.first, [*self.last, *more])


def place_of(sight: Sight) -> str:
    """The place in words."""
    ticket, words = sight.page.ticket, sight.words
    town = words.pick(ticket.place_name, ticket.place_name_en)
    return words("card.place_value", town=town) if town else words("card.place_unnamed")


def day(at: datetime, sight: Sight) -> str:
    """The day on the city's calendar."""
    return _on(at.astimezone(sight.now.tzinfo).date(), sight)


def told_of(sight: Sight, *, note: str | None = None, contact: bool = False) -> Told:
    """What there is to say besides the facts; `note` in place of what was said at the last move."""
    words, department = sight.words, sight.page.ticket.department
    said, foreign = by_staff(sight, sight.note if note is None else note)
    first = [words("card.note", note=said), *foreign] if said else []
    asked, foreign = by_staff(sight, sight.question)
    if asked:
        first += [words("card.asked", question=asked), *foreign]
        first.append(words("card.answer_by", button=words("button.add")))
    if into := sight.page.ticket.merged_into:
        first.append(words("card.merged", into=into))
    last = []
    if department and not department.inside:
        name = words.pick(department.name, department.name_en)
        last.append(words("card.authority_note", city=sight.city_name, department=name))
    if department and department.contact and contact and words.language == FIRST_LANGUAGE:
        last.append(department.contact)
    closed_at = sight.page.ticket.closed_at
    if sight.asks_whether_mended and closed_at:
        until = last_day_to_reopen(closed_at, sight.now.tzinfo)
        last.append(words("card.is_it_mended", day=_on(until, sight)))
    return Told(first, last)


def by_staff(sight: Sight, words: str) -> tuple[str, list[str]]:
    """What staff wrote, as far as it can be in the reader's language; and, where some of it is in
    Japanese and that is another, a line that says so."""
    said, left = said_in(words, sight.templates)
    foreign = not sight.words.is_japanese and _is_in_japanese(left)
    return said, [sight.words("card.in_japanese")] if foreign else []


def _is_in_japanese(words: str) -> bool:
    """Whether any of it is written in kana or kanji."""
    return any("\u3040" <= letter <= "\u30ff" or "\u4e00" <= letter <= "\u9fff" for letter in words)


def read_aloud(sight: Sight, title: str, told: Told | None = None) -> str:
    """What stands in place of the card where it cannot be drawn."""
    words = sight.words
    alt = words("card.alt", number=sight.number, category=sight.category, status=sight.state)
    more = [sight.meaning, *told.first, *told.last] if told else []
    return "\n".join([f"{title} {alt}", *more])


def _on(day: date, sight: Sight) -> str:
    return sight.words("card.day", month=sight.words(f"months.{day.month}"), day=day.day)


def _last_move(history: Sequence[HistoryLine]) -> HistoryLine | None:
    return next((line for line in reversed(history) if line.to_status), None)
