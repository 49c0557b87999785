"""While nothing is taken from a resident, they are told so once; what is theirs stays theirs. Pure.

Their tickets, their data and the numbers for danger are there as ever. After that one time only a
button is answered.
"""

from dataclasses import dataclass
from datetime import date
from typing import Final

from bot.dialogue.commands import number_asked_for
from bot.dialogue.draft import Draft
from bot.dialogue.turn import Turn
from bot.small_talk import Talk, talk_in
from bot.wording import Command, command_in, is_urgent, language_in
from reports.outbox import kinds

_BUTTONS: Final = frozenset(
    {
        "status", "mine", "help", "erase", "mute", "unmute", "withdraw", "withdraw_yes", "cancel",
        "mended", "rate",
    }
)  # fmt: skip
_COMMANDS: Final = frozenset(
    {Command.STATUS, Command.MINE, Command.HELP, Command.CANCEL, Command.ERASE}
)
_COURTESY: Final = (Talk.GREETING, Talk.THANKS)


@dataclass(frozen=True, slots=True)
class Sent:
    """A button, words, or (neither) anything else. `answers`: staff have asked them something."""

    do: str = ""
    words: str = ""
    answers: bool = False

    @property
    def begins_nothing(self) -> bool:
        """Whether it only asks about what there is, or undoes it."""
        if self.answers or self.do in _BUTTONS or command_in(self.words) in _COMMANDS:
            return True
        asks = number_asked_for(self.words, adding=False) or language_in(self.words)
        return bool(asks) or talk_in(self.words) not in (None, *_COURTESY)


def may_answer_staff(draft: Draft, words: str) -> bool:
    """Whether they can be the answer to a question of staff that waits: with a report begun they
    would be of that, and what is typed for a button would begin one."""
    is_answering = draft.onto is not None and draft.onto.why == "answer"
    return (draft.is_empty or is_answering) and not draft.anew and command_in(words) is None


def while_paused(draft: Draft, sent: Sent, last_day: date, *, were_told: bool) -> Turn:
    """Nothing of what was `sent` is kept; a draft that was open stays as it was."""
    urgent = (kinds.Urgent(),) if is_urgent(sent.words) else ()
    told = (kinds.Paused(until=last_day.isoformat()),) if sent.do or not were_told else ()
    return Turn(draft.or_none, say=(*urgent, *told))
