"""One stage of a bad day: a crowd, a storm, the quiet after it, and what is left."""

import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from crowd import play, say_last_words, visits
from evidence import Evidence
from oracle import UNANSWERED, Finding, copies, findings, with_evidence
from quiet import owed, settle
from report import Result
from stage import stage
from storm import storm

EVENTS_A_SECOND = 16
"""At most: two processors hear, decode and answer them with something to spare."""


def live_through(
    folder: Path,
    seed: int,
    events: int,
    faults: int,
    tell: Callable[[str], None],
    *,
    short: bool,
    s3: bool = False,
) -> Result:
    """So many events under so many faults, or one of each kind where that is more; with the photos
    in S3 only such as concern them."""
    with stage(folder, seed, s3=s3) as place:
        seconds, lane = events / EVENTS_A_SECOND, "store" if s3 else None
        weather = storm(seed, faults, place, seconds=seconds, short=short, only=lane)
        raging = threading.Thread(target=weather.rage, args=(place, tell))
        raging.start()
        crowd = play(place, visits(seed, events), weather.seconds)
        raging.join()
        tell("the storm is over")
        late = settle(place, crowd)
        say_last_words(place, crowd, crowd.people)
        settle(place, crowd)
        say_last_words(place, crowd, owed(place))
        settle(place, crowd)
        seen = Evidence(place, crowd)
        found = findings(seen, weather.blows)
        put_off = [
            Finding(UNANSWERED, crowd.closed_at, f"{what}: put off, long after the last fault")
            for what in late
        ]
        return Result(
            events=sum(len(act.events) for act in crowd.acts),
            tickets=len(seen.tickets),
            copies=copies(seen, weather.blows),
            findings=[*(with_evidence(seen, one) for one in found), *put_off],
            blows=weather.blows,
            left_out=[*place.left_out],
        )


def together(one: Result, other: Result) -> Result:
    """Both as one."""
    return replace(
        one,
        events=one.events + other.events,
        tickets=one.tickets + other.tickets,
        copies=one.copies + other.copies,
        findings=one.findings + other.findings,
        blows=one.blows + other.blows,
        left_out=[*dict.fromkeys(one.left_out + other.left_out)],
    )
