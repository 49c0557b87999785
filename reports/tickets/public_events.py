"""What staff decide of what the public sees of a ticket; `remark`: the id of its words. Pure.

None of these lines holds a word of it: what was released stands with the resident's own words, and
goes with them.
"""

from reports.tickets.event_kinds import STAFF, Event, kind


@kind("words_released", STAFF, told=False)
class WordsReleased(Event):
    """The public may read them; `shortened`: without what staff left out."""

    remark: int
    shortened: bool = False


@kind("words_withheld", STAFF, told=False)
class WordsWithheld(Event):
    """The public may not read them any more."""

    remark: int


@kind("kept_back", STAFF, told=False)
class KeptBack(Event):
    """The public shall not see the ticket; the note says why."""


@kind("let_out", STAFF, told=False)
class LetOut(Event):
    """It may see it again, as any other."""
