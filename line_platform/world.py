"""What the platform knows now: people, talks, tokens, keys and its own clock; no network."""

import asyncio
import time

from line_platform import ids
from line_platform.shapes import (
    Accepted,
    Behaviour,
    Content,
    Delivery,
    Entry,
    Fault,
    Json,
    Person,
    ReplyToken,
    RichMenu,
    Setup,
)

REPLY_TOKEN_MS = 60_000
RETRY_KEY_MS = 24 * 60 * 60 * 1000


class World:
    """Everything that can change while the platform runs."""

    def __init__(self, setup: Setup) -> None:
        self.setup = setup
        self.bot_id = ids.settled_user_id("the official account")
        self.listeners: dict[asyncio.Queue[tuple[str, Entry | Json]], str] = {}
        self._seq = 0
        self.reset()

    def reset(self, *, keep_menus: bool = False) -> None:
        """Back to the first minute; ids and sequence numbers go on, so nothing is ever mixed up.

        The menus are the account's and not a talk's: whoever begins anew by hand keeps them.
        """
        self.people: dict[str, Person] = {}
        self.webhook = self.setup.webhook
        self.channel_secret = self.setup.channel_secret
        self.access_tokens = [self.setup.access_token]
        self.clock_ms = 0
        self.talks: dict[str, list[Entry]] = {}
        self.lines: dict[str, Entry] = {}
        self.contents: dict[str, Content] = {}
        self.next_behaviours: list[Behaviour] = []
        self.reply_tokens: dict[str, ReplyToken] = {}
        self.read_tokens: dict[str, tuple[str, str]] = {}
        self.accepted: dict[str, Accepted] = {}
        self.delivery = Delivery()
        self.faults: list[Fault] = []
        self.sent: list[Json] = []
        self.quota: int | None = None
        self.pushed = 0
        self.chat_mode, self.webhook_is_on = "bot", True
        self.rich_menu_links: dict[str, str] = {}
        if not keep_menus:
            self._forget_menus()
        for name, language in (("佐藤 はるか", "ja"), ("Alex Smith", "en"), ("鈴木 一郎", None)):
            self.welcome(Person(ids.settled_user_id(name), name, language))

    def _forget_menus(self) -> None:
        self.rich_menus: dict[str, RichMenu] = {}
        self.default_rich_menu: str | None = None
        self.rich_menu_aliases: dict[str, str] = {}
        self.rich_menu_batches: dict[str, int] = {}

    def rich_menu_of(self, user_id: str) -> str | None:
        """The id of the menu that this person sees: the one linked to them, else everybody's."""
        return self.rich_menu_links.get(user_id) or self.default_rich_menu

    def welcome(self, person: Person) -> Person:
        self.people[person.user_id] = person
        return person

    def now(self) -> int:
        """Milliseconds since 1970 on the platform's own clock, which can be turned."""
        return int(time.time() * 1000) + self.clock_ms

    def next_seq(self) -> int:
        self._seq += 1
        return self._seq

    def write(self, entry: Entry) -> Entry:
        """A new line in that person's talk; open pages see it at once."""
        self.talks.setdefault(entry.user_id, []).append(entry)
        if entry.message_id:
            self.lines[entry.message_id] = entry
        self.tell(entry.user_id, "message", entry)
        return entry

    def entries(self, user_id: str, after: int = 0) -> list[Entry]:
        """That person's lines after `after`; an empty `user_id` means everybody's."""
        talks = [self.talks.get(user_id, [])] if user_id else list(self.talks.values())
        found = (entry for talk in talks for entry in talk if entry.seq > after)
        return sorted(found, key=lambda entry: entry.seq)

    def line_of(self, user_id: str, message_id: str) -> Entry | None:
        entry = self.lines.get(message_id)
        return entry if entry and entry.user_id == user_id else None

    def tell(self, user_id: str, kind: str, what: Entry | Json) -> None:
        """To every open event stream that follows this person."""
        for queue, wanted in self.listeners.items():
            if wanted in ("", user_id):
                queue.put_nowait((kind, what))

    def tell_all(self, kind: str, what: Json) -> None:
        for queue in self.listeners:
            queue.put_nowait((kind, what))

    def new_reply_token(self, person: Person, event_id: str) -> str:
        token = ids.reply_token()
        self.reply_tokens[token] = ReplyToken(person.user_id, event_id)
        return token

    def usable_reply_token(self, token: str) -> ReplyToken | None:
        """Once only, and for 60 seconds after the webhook first left."""
        known = self.reply_tokens.get(token)
        if known is None or known.used or known.issued_at is None:
            return None
        return known if self.now() - known.issued_at <= REPLY_TOKEN_MS else None

    def accepted_before(self, retry_key: str) -> Accepted | None:
        """What this retry key has already sent; forgotten after 24 hours."""
        known = self.accepted.get(retry_key)
        if known and self.now() - known.at > RETRY_KEY_MS:
            del self.accepted[retry_key]
            return None
        return known
