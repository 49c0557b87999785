"""What the web does not do, and the sentence a person or a program gets for it.

Refusal
├── Unreadable    400  the request is not what its form says
├── NotSignedIn   401  nobody is signed in, or the token is unknown
├── NotAllowed    403  signed in, but not for this; or the page was not ours
├── NotFound      404  there is no such thing, or it is not theirs to see
├── Overtaken     409  somebody else was faster
├── Gone          410  it was there, and is not any more
├── TooLarge      413  more bytes than we take
├── BadInput      422  a value that cannot be
└── TooMany       429  too many tries, or questions of a program
"""

from collections.abc import Mapping
from typing import ClassVar


class Refusal(Exception):
    """Its argument is the sentence: what was wrong and what to do now. `reason`: the same in a word
    for programs; `headers`: of the answer."""

    status: ClassVar[int] = 400

    def __init__(
        self, *sentence: str, reason: str = "", headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(*sentence)
        self.reason, self.headers = reason, dict(headers or {})

    @property
    def sentence(self) -> str:
        return str(self.args[0]) if self.args else ""


class Unreadable(Refusal):
    """The body cannot be read."""


class NotSignedIn(Refusal):
    """A person gets the sign-in page, a program 401."""

    status = 401


class NotAllowed(Refusal):
    """Another role, or a form without this session's token."""

    status = 403


class NotFound(Refusal):
    """Nothing here, or nothing for this visitor."""

    status = 404


class Overtaken(Refusal):
    """The ticket is no longer what the page showed."""

    status = 409


class Gone(Refusal):
    """What an address led to has ended."""

    status = 410


class TooLarge(Refusal):
    """Above the cap."""

    status = 413


class BadInput(Refusal):
    """The sentence names the value."""

    status = 422


class TooMany(Refusal):
    """Too many tries or questions in a short time."""

    status = 429
