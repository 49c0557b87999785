"""Staff, crew and contractors at their pages: what may be lost on its way they send again."""

import re
import time
from collections.abc import Container, Mapping, Sequence
from typing import Any, Final

import httpx

from local.day.phone import NoAnswer

PATIENCE_SECONDS: Final = 300.0
_HIDDEN: Final = re.compile(r'name="(csrf|key|seen|shown|point|why)" value="([^"]*)"')


_DONE: Final = range(303, 304)
_SHOWN: Final = range(200, 201)
_ANSWERED: Final = range(200, 500)

Files = Sequence[tuple[str, tuple[str, bytes, str]]]
"""Of each file its field, name, bytes and type."""


class Browser:
    """Somebody who needs no account; several threads may use it."""

    def __init__(self, web: str) -> None:
        self._http = httpx.Client(base_url=web, headers={"Origin": web}, timeout=30)

    def read(self, address: str) -> str:
        """What stands there. Raises NoAnswer."""
        return self._insist("GET", address, wanted=_SHOWN).text

    def fetch(self, address: str) -> httpx.Response:
        """A file, or whatever is given out there. Raises NoAnswer."""
        return self._insist("GET", address, wanted=_SHOWN)

    def send(self, page: str, action: str, files: Files = (), /, **fields: str) -> str:
        """The form of this page with this action, filled in; gives where it leads. Raises
        NoAnswer."""
        return self._send(page, action, fields, files, _DONE).headers["location"]

    def show(self, page: str, action: str, /, **fields: str) -> str:
        """The same with a form whose answer is to be read at once. Raises NoAnswer."""
        return self._send(page, action, fields, (), _SHOWN).text

    def fill(self, page: str, action: str, files: Files, /, **fields: str) -> httpx.Response:
        """The same, whatever it is answered. Raises NoAnswer."""
        return self._send(page, action, fields, files, _ANSWERED)

    def hand_in(self, action: str, fields: Mapping[str, str], files: Files) -> httpx.Response:
        """A form that was filled in before, as a phone sends it out of its memory: its answer,
        unless the server is away. Raises NoAnswer."""
        told = {"Accept": "application/json"}
        return self._insist(
            "POST", action, wanted=_ANSWERED, data=fields, files=files, headers=told
        )

    def close(self) -> None:
        """Leave the browser; a session ends by itself."""
        self._http.close()

    def _send(
        self,
        page: str,
        action: str,
        fields: Mapping[str, str],
        files: Files,
        wanted: Container[int],
    ) -> httpx.Response:
        """The same form is sent again, so what was lost on its way back is done once."""
        _, _, itself = self.read(page).partition(f'action="{action}"')
        hidden = dict(reversed(_HIDDEN.findall(itself)))
        parts = {"data": {**hidden, **fields}, **({"files": files} if files else {})}
        return self._insist("POST", action, wanted=wanted, **parts)

    def _insist(
        self, method: str, address: str, *, wanted: Container[int], **parts: Any
    ) -> httpx.Response:
        end = time.monotonic() + PATIENCE_SECONDS
        while True:
            try:
                answer = self._http.request(method, address, **parts)
                said = f"{answer.status_code} to {method} {address}"
                if answer.status_code in wanted:
                    return answer
            except httpx.TransportError as away:
                said = f"{type(away).__name__} at {method} {address}"
            if time.monotonic() > end:
                raise NoAnswer(said)
            time.sleep(0.3)


class Office(Browser):
    """One person signed in, of `role` "staff" or "crew"."""

    def __init__(self, web: str, role: str, sign_in: Mapping[str, str]) -> None:
        super().__init__(web)
        self._role = role
        self._insist("POST", "/sign-in", data=sign_in, wanted=_DONE)

    def move(self, number: str, to: str, *, note: str = "", photo: bytes | None = None) -> None:
        """Move a ticket on its page, with a photo of the work if there is one. Raises NoAnswer."""
        files = as_files("photo", [photo] if photo else [])
        self._fill(number, "move", {"to": to, "note": note}, files)

    def ask(self, number: str, words: str) -> None:
        """Ask those who reported it. Raises NoAnswer."""
        self._fill(number, "ask", {"words": words}, ())

    def take_told_place(self, number: str) -> None:
        """Move a ticket to the place that a resident has sent for it. Raises NoAnswer."""
        self._fill(number, "place", {}, ())

    def choose(self, *numbers: str) -> str:
        """These tickets, to do something to all of them; gives the page. Raises NoAnswer."""
        hidden = dict(reversed(_HIDDEN.findall(self.read("/staff/"))))
        fields = {"csrf": hidden["csrf"], "numbers": ",".join(numbers)}
        return self._insist("POST", "/staff/bulk", wanted=_DONE, data=fields).headers["location"]

    def page_of(self, number: str) -> str:
        """What stands on a ticket's page. Raises NoAnswer."""
        return self.read(f"/{self._role}/tickets/{number}")

    def _fill(self, number: str, form: str, fields: Mapping[str, str], files: Files) -> None:
        address = f"/{self._role}/tickets/{number}"
        self._send(address, f"{address}/{form}", fields, files, _DONE)


def as_files(field: str, photos: Sequence[bytes]) -> Files:
    """JPEGs for this field of a form."""
    return [(field, (f"{turn}.jpg", data, "image/jpeg")) for turn, data in enumerate(photos, 1)]
