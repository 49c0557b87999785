"""A crew's phone: pages that it has kept, forms filled in without signal, sent in turn later."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import httpx

from local.day.office import Office, as_files
from local.day.phone import NoAnswer

_FORM: Final = '<form[^>]* action="{}".*?</form>'
_FIELD: Final = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)"')


@dataclass(frozen=True)
class Act:
    """What was done without signal: a form as it will be posted."""

    number: str
    action: str
    fields: Mapping[str, str]
    photos: Sequence[bytes]


class CrewPhone:
    """What waits on it, in the order in which it was done."""

    def __init__(self, crew: Office) -> None:
        self._crew = crew
        self._pages: dict[str, str] = {}
        self.waiting: list[Act] = []

    def keep(self, numbers: Sequence[str]) -> None:
        """What there is of these tickets is on the phone from now on. Raises NoAnswer."""
        kept = {one["number"] for one in self._crew.fetch("/crew/offline/pack").json()["tickets"]}
        if missing := set(numbers) - kept:
            raise NoAnswer(f"the phone may not keep {sorted(missing)}")
        self._pages |= {number: self._crew.page_of(number) for number in numbers}

    def finish(
        self, number: str, outcome: str, at: datetime, *photos: bytes, **fields: str
    ) -> None:
        """Two taps on the page of this ticket, at this moment of the phone's clock."""
        action = f"/crew/tickets/{number}/done"
        told = {"outcome": outcome, "done_at": at.isoformat(), **fields}
        hidden = self._hidden(number, action, outcome)
        self.waiting.append(Act(number, action, {**hidden, **told}, photos))

    def press_again(self) -> None:
        """The same once more: nobody knows whether it went through."""
        self.waiting.append(self.waiting[-1])

    def send(self) -> Iterator[tuple[Act, httpx.Response]]:
        """The signal is back: each with its answer. Raises NoAnswer."""
        while self.waiting:
            act = self.waiting.pop(0)
            yield act, self._post(act.action, act.fields, act.photos)

    def keep_as_note(self, act: Act, words: str) -> httpx.Response:
        """What could not be done any more stays with the ticket. Raises NoAnswer."""
        action = f"/crew/offline/tickets/{act.number}/note"
        return self._post(action, {"key": act.fields["key"], "words": words}, act.photos)

    def as_it_is(self, number: str) -> dict[str, Any]:
        """How a ticket stands on the server. Raises NoAnswer."""
        found: dict[str, Any] = self._crew.fetch(f"/crew/offline/tickets/{number}").json()
        return found

    def _post(
        self, action: str, fields: Mapping[str, str], photos: Sequence[bytes]
    ) -> httpx.Response:
        token = self._crew.fetch("/crew/offline/standing").json()["csrf"]
        return self._crew.hand_in(action, {**fields, "csrf": token}, as_files("photo", photos))

    def _hidden(self, number: str, action: str, outcome: str) -> dict[str, str]:
        """Of the form for this outcome, but for the token of a session that may end meanwhile."""
        for form in re.findall(_FORM.format(action), self._pages[number], re.DOTALL):
            hidden = dict(_FIELD.findall(form))
            if hidden.get("outcome") == outcome:
                return {name: value for name, value in hidden.items() if name != "csrf"}
        raise NoAnswer(f"no form for “{outcome}” on the page of {number}")
