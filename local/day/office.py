"""Staff and crew at their pages: what may be lost on its way they send again."""

import re
import time
from collections.abc import Mapping
from typing import Any, Final

import httpx

from local.day.phone import NoAnswer

PATIENCE_SECONDS: Final = 60.0
_HIDDEN: Final = re.compile(r'name="(csrf|key|seen|shown|point|why)" value="([^"]*)"')


class Office:
    """One person signed in, of `role` "staff" or "crew"; several threads may use it."""

    def __init__(self, web: str, role: str, sign_in: Mapping[str, str]) -> None:
        self._role = role
        self._http = httpx.Client(base_url=web, headers={"Origin": web}, timeout=30)
        self._insist("POST", "/sign-in", data=sign_in, wanted=303)

    def move(self, number: str, to: str, *, note: str = "", photo: bytes | None = None) -> None:
        """Move a ticket on its page, with a photo of the work if there is one. Raises NoAnswer."""
        files = {"photo": ("after.jpg", photo, "image/jpeg")} if photo else {}
        self._fill(number, "move", {"to": to, "note": note}, files)

    def ask(self, number: str, words: str) -> None:
        """Ask those who reported it. Raises NoAnswer."""
        self._fill(number, "ask", {"words": words}, {})

    def take_told_place(self, number: str) -> None:
        """Move a ticket to the place that a resident has sent for it. Raises NoAnswer."""
        self._fill(number, "place", {}, {})

    def send(self, page: str, action: str, **fields: str) -> str:
        """The form of this page with this action, filled in; gives where it leads. Raises
        NoAnswer."""
        answer = self._send(page, action, fields, {})
        return answer.headers["location"]

    def choose(self, *numbers: str) -> str:
        """These tickets, to do something to all of them; gives the page. Raises NoAnswer."""
        hidden = dict(reversed(_HIDDEN.findall(self.read("/staff/"))))
        fields = {"csrf": hidden["csrf"], "numbers": ",".join(numbers)}
        return self._insist("POST", "/staff/bulk", wanted=303, data=fields).headers["location"]

    def read(self, address: str) -> str:
        """What stands there. Raises NoAnswer."""
        return self._insist("GET", address, wanted=200).text

    def page_of(self, number: str) -> str:
        """What stands on a ticket's page. Raises NoAnswer."""
        return self._insist("GET", f"/{self._role}/tickets/{number}", wanted=200).text

    def close(self) -> None:
        """Leave the browser; the session ends by itself."""
        self._http.close()

    def _fill(
        self, number: str, form: str, fields: Mapping[str, str], files: Mapping[str, Any]
    ) -> None:
        address = f"/{self._role}/tickets/{number}"
        self._send(address, f"{address}/{form}", fields, files)

    def _send(
        self, page: str, action: str, fields: Mapping[str, str], files: Mapping[str, Any]
    ) -> httpx.Response:
        """The same form is sent again, so what was lost on its way back is done once."""
        _, _, itself = self.read(page).partition(f'action="{action}"')
        hidden = dict(reversed(_HIDDEN.findall(itself)))
        parts = {"data": {**hidden, **fields}, **({"files": files} if files else {})}
        return self._insist("POST", action, wanted=303, **parts)

    def _insist(self, method: str, address: str, *, wanted: int, **parts: Any) -> httpx.Response:
        end = time.monotonic() + PATIENCE_SECONDS
        while True:
            try:
                answer = self._http.request(method, address, **parts)
                said = f"{answer.status_code} to {method} {address}"
                if answer.status_code == wanted:
                    return answer
            except httpx.TransportError as away:
                said = f"{type(away).__name__} at {method} {address}"
            if time.monotonic() > end:
                raise NoAnswer(said)
            time.sleep(0.3)
