"""What went wrong, told from LINE's log, the database and the store alone; nothing, one hopes."""

from collections import defaultdict
from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass, replace

from crowd import OF_TICKETS, Act, Report
from evidence import Evidence, Said
from storm import Blow

from local.day.phone import LANGUAGES
from local.day.spoken import words

LOST = "lost"
TWICE = "said twice"
UNANSWERED = "unanswered"
NO_FILE = "no file"
STALE = "stale pushes"
TICKETS = "tickets"
COLUMNS = (LOST, TWICE, UNANSWERED, NO_FILE, STALE, TICKETS)
CLOSE_DEGREES = 2e-6
MOST_ATTEMPTS = 5
"""So often an event is heard in vain before it is given up."""
SPEAKERS = ("web", "messages", "postgres")
"""Whose death or standstill may leave unknown what LINE has answered."""
AROUND_MS = 15_000


@dataclass(frozen=True)
class Finding:
    """Something wrong: in which column, when it began, what it is, at which event, and what else is
    known of that."""

    column: str
    at: int
    what: str
    event: str | None = None
    evidence: Sequence[str] = ()


def findings(seen: Evidence, blows: Sequence[Blow] = ()) -> list[Finding]:
    """All of them. `blows`: what is said again is not wrong where nobody could know better."""
    return [
        *_lost(seen),
        *_words_lost(seen),
        *_twice(seen, blows),
        *_unanswered(seen),
        *_without_file(seen),
        *_stale(seen),
        *_tickets(seen),
    ]


def with_evidence(seen: Evidence, found: Finding) -> Finding:
    """The same, for whoever has to find out why."""
    return replace(found, evidence=[*seen.told_of(found.event)]) if found.event else found


def copies(seen: Evidence, blows: Sequence[Blow]) -> int:
    """What was said again because nobody could know whether it had been said."""
    return sum(1 for first, again in _again(seen) if _nobody_knew(seen, first, again, blows))


def _lost(seen: Evidence) -> Iterator[Finding]:
    """Events that were not heard to their end, photos that were not kept, work given up."""
    for act in seen.crowd.acts:
        for event in act.events:
            row = seen.inbox.get(event)
            if row is None or row["done_at"] is None or row["attempts"] >= MOST_ATTEMPTS:
                why = "is not in the inbox" if row is None else row["error"] or "waits"
                yield Finding(LOST, act.at, f"event {event} ({act.what}): {why}")
    for photo in seen.photos:
        if photo["state"] != "stored":
            yield Finding(LOST, photo["at"], f"photo {photo['id']}: {photo['state']}")
    for task in seen.given_up:
        yield Finding(LOST, task["at"], f"{task['name']} was given up: {task['error']}")


def _words_lost(seen: Evidence) -> Iterator[Finding]:
    """The last that became of a ticket, which its follower never read."""
    for move in seen.moves:
        said = seen.said.get(move["person"], [])
        if move["is_last"] and not any(_tells(one, move) for one in said):
            yield Finding(LOST, move["at"], f"{move['number']} is {move['to_status']}: never told")


def _tells(said: Said, move: dict[str, object]) -> bool:
    names = {words(language, f"status.{move['to_status']}") for language in LANGUAGES}
    is_later = said.at >= int(str(move["at"])) - 1000
    return is_later and str(move["number"]) in said.words and any(n in said.words for n in names)


def _twice(seen: Evidence, blows: Sequence[Blow]) -> Iterator[Finding]:
    for first, again in _again(seen):
        if not _nobody_knew(seen, first, again, blows):
            told = f"{first.via}, then {again.via} {(again.at - first.at) / 1000:.0f} s later"
            yield Finding(TWICE, first.at, f"{first.event or first.by}: {told}", first.event)


def _again(seen: Evidence) -> Iterator[tuple[Said, Said]]:
    """The first time something was said, with each later time."""
    for several in seen.answered.values():
        yield from ((several[0], again) for again in several[1:])
    for ticket in seen.tickets:
        said = seen.said.get(ticket["person"], [])
        several = [one for one in said if one.receipt_of(ticket["number"])]
        yield from ((several[0], again) for again in several[1:] if not _same(again, several))


def _same(again: Said, several: Sequence[Said]) -> bool:
    """Already told of as two answers to one event."""
    return again.event is not None and again.event == several[0].event


def _nobody_knew(seen: Evidence, first: Said, again: Said, blows: Sequence[Blow]) -> bool:
    """Whether LINE's answer to the first was spoilt, or whoever asked was struck; and nobody has
    learnt of it since, by being refused the same token or key."""
    calls = [call for call in seen.calls_of(first) if call.at <= again.at]
    took = next((call for call in calls if call.has_said_it), None)
    later = [call for call in calls if took and call.number > took.number]
    if took is None or any(one.is_clear and not seen.tells_nothing(first, one) for one in later):
        return False
    return not took.is_clear or any(_struck(blow, took.at) for blow in blows)


def _struck(blow: Blow, at: int) -> bool:
    who = blow.kind.startswith(SPEAKERS)
    return who and blow.begun - AROUND_MS <= at <= blow.ended + AROUND_MS


def _unanswered(seen: Evidence) -> Iterator[Finding]:
    for act in seen.crowd.acts:
        if why := _nothing_said(seen, act):
            yield Finding(UNANSWERED, act.at, f"{act.what}: {why}", act.events[0])
    asked = {event for act in seen.crowd.acts if act.what in OF_TICKETS for event in act.events}
    began = {report.person: report.at for report in seen.crowd.reports}
    for ticket in seen.tickets:
        person, number = ticket["person"], ticket["number"]
        if not any(_tells_of(one, number, asked) for one in seen.said[person]):
            yield Finding(UNANSWERED, began.get(person, 0), f"{number}: was never told")


def _tells_of(said: Said, number: str, asked: Container[str | None]) -> bool:
    """By itself, not only because somebody asked how things stand."""
    return said.news_of(number) or (number in said.words and said.event not in asked)


def _nothing_said(seen: Evidence, act: Act) -> str | None:
    """Why this act has no answer: none of its own came, nor anything newer in its place."""
    if any(seen.answered.get(event) for event in act.events):
        return None
    rows = [row for event in act.events if (row := seen.answers.get(event))]
    if any(row["state"] == "unknown" for row in rows) and not any(
        call.status != 400 for event in act.events for call in seen.calls_for(event)
    ):
        return "perhaps said, though LINE was never asked"
    if any(row["state"] == "gathered" for row in rows) and _has_later(seen, act):
        return None
    if _has_newer(seen, act, rows):
        return None
    return ", ".join(f"its answer is {row['state']}" for row in rows) or "it has no answer"


def _has_later(seen: Evidence, act: Act) -> bool:
    return any(said.at > act.at for said in seen.said.get(act.person, []))


def _has_newer(seen: Evidence, act: Act, rows: Sequence[dict[str, object]]) -> bool:
    """Whether an answer to something later came before the last words."""
    own = max((int(str(row["id"])) for row in rows), default=0)
    return any(
        said.row and said.event and said.row["id"] > own and act.at < said.at
        for said in seen.said.get(act.person, [])
        if said.at < seen.crowd.closed_at or act.at >= seen.crowd.closed_at
    )


def _without_file(seen: Evidence) -> Iterator[Finding]:
    for photo in seen.photos:
        keys = {photo[size] for size in ("original", "large", "small") if photo[size]}
        if photo["state"] == "stored" and (missing := keys - seen.files):
            yield Finding(NO_FILE, photo["at"], f"photo {photo['id']}: {len(missing)} missing")


def _stale(seen: Evidence) -> Iterator[Finding]:
    """Pushed answers that came after a newer answer to the same person."""
    for several in seen.said.values():
        newest = 0
        for said in several:
            if said.row is None or said.event is None:
                continue
            if said.via == "push" and said.row["id"] < newest:
                yield Finding(STALE, _when(seen, said), "after a newer answer", said.event)
            newest = max(newest, said.row["id"])


def _when(seen: Evidence, said: Said) -> int:
    return next((act.at for act in seen.crowd.acts if said.event in act.events), said.at)


def _tickets(seen: Evidence) -> Iterator[Finding]:
    by_person = defaultdict(list)
    for ticket in seen.tickets:
        by_person[ticket["person"]].append(ticket)
    for report in seen.crowd.reports:
        found = by_person.pop(report.person, [])
        fitting = [ticket for ticket in found if _fits(ticket, report)]
        if len(fitting) != 1 or len(found) != 1:
            what = f"{len(fitting)} tickets that fit, {len(found)} in all"
            yield Finding(TICKETS, report.at, f"{report.category} of {report.person}: {what}")
        elif not fitting[0]["routed"]:
            yield Finding(TICKETS, report.at, f"{fitting[0]['number']}: in nobody's hands")
    for person, found in by_person.items():
        yield Finding(TICKETS, 0, f"{len(found)} tickets of {person}, who reported nothing")


def _fits(ticket: dict[str, object], report: Report) -> bool:
    lon, lat = (float(str(ticket[part])) for part in ("lon", "lat"))
    apart = max(abs(lon - report.spot[0]), abs(lat - report.spot[1]))
    return ticket["category"] == report.category and apart < CLOSE_DEGREES
