"""Who is behind what is written now, and from where: for the audit log."""

import json
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Final

from psycopg.sql import SQL, Composable, Literal

AS_OURS: Final = "-c michi.app=on"
"""An option of a session, by which the audit log's triggers know Michi (migration 0065)."""


@dataclass(slots=True)
class Origin:
    """`address`: of the network, as far as proxies are trusted; `user_id` of who has signed in;
    `via`: "" for a page, else "key:3", "link:5" of an order, "command:" and who typed it …

    `changes`: its transactions may change something, so that they are told who it is. `about`: what
    it is about, where the address does not say so; `refusal`: why it was refused.
    """

    address: str = ""
    user_id: int | None = None
    via: str = ""
    changes: bool = False
    about: str = ""
    refusal: str = ""

    def as_json(self) -> str:
        """As triggers of the database read it (`audit_begins`, migration 0043)."""
        told = {"via": self.via, "address": self.address}
        return json.dumps(told | ({"user": self.user_id} if self.user_id is not None else {}))


origin: Final[ContextVar[Origin | None]] = ContextVar("origin", default=None)
"""Of this request or command; None for Michi's own work."""


def is_of(user_id: int | None, via: str = "", *, about: str = "") -> None:
    """This person, or this key or link, is who it is."""
    here = origin.get()
    if here is not None:
        here.user_id, here.via, here.about = user_id, via, about


def told_first(*, by_pooler: bool) -> Composable | None:
    """What a transaction is told before all else: who asks, where it may change something
    (migration 0043), and through a pooler, which keeps no option of a session, that it is Michi's.
    No query: it may still be told to see one moment alone."""
    told: list[Composable] = [SQL("SET LOCAL michi.app = on")] if by_pooler else []
    if (asks := origin.get()) is not None and asks.changes:
        told.append(SQL("SET LOCAL michi.who = {}").format(Literal(asks.as_json())))
    return SQL("; ").join(told) if told else None
