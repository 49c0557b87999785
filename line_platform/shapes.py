"""The shapes of what the platform keeps: people, lines of a talk, contents, tokens, orders."""

from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal

Json = dict[str, Any]
Via = Literal["reply", "push"]


@dataclass(frozen=True)
class Setup:
    """What the command line decides; a reset does not change it."""

    webhook: str
    channel_secret: str
    access_token: str
    maplibre: Path | None = None
    maps: tuple[Path, ...] = ()
    pictures: Path | None = None


@dataclass
class Person:
    user_id: str
    name: str
    language: str | None = None
    friend: bool = True
    profile: str = "ok"

    def as_json(self) -> Json:
        return {
            "userId": self.user_id,
            "name": self.name,
            "language": self.language,
            "friend": self.friend,
            "profile": self.profile,
        }


@dataclass
class Entry:
    """One line of a talk as the person sees it. `answers`: the event whose reply token was used;
    `retry_key`: of the push that it came with."""

    seq: int
    user_id: str
    at: int
    speaker: Literal["person", "bot"]
    message_id: str | None
    message: Json
    via: Via | None = None
    answers: str | None = None
    retry_key: str | None = None
    unsent: bool = False
    has_picture: bool = False
    quick_reply_shown: bool = True

    def as_json(self) -> Json:
        shown = self.has_picture and not self.unsent
        return {
            "seq": self.seq,
            "userId": self.user_id,
            "at": self.at,
            "from": self.speaker,
            "messageId": self.message_id,
            "message": self.message,
            "via": self.via,
            "answers": self.answers,
            "retryKey": self.retry_key,
            "unsent": self.unsent,
            "picture": f"/_platform/content/{self.message_id}" if shown else None,
        }


@dataclass
class Behaviour:
    """How a content answers: `kind` for `times` calls (None: from now on always)."""

    kind: str
    times: int | None = None
    ms: int = 5000


@dataclass
class Content:
    data: bytes
    media_type: str
    behaviours: list[Behaviour] = field(default_factory=list)
    gone: bool = False


@dataclass
class ReplyToken:
    user_id: str
    event_id: str
    issued_at: int | None = None
    used: bool = False


@dataclass(frozen=True)
class Accepted:
    """A push that was taken: what 409 tells about it later."""

    at: int
    request_id: str
    sent_messages: list[Json]


@dataclass
class Delivery:
    """How webhooks travel; every field can be ordered at `/_platform/delivery`."""

    batch_ms: int = 0
    shuffle: bool = False
    duplicates: float = 0.0
    redeliver: bool = False
    redeliver_after_ms: int = 1000
    redeliver_times: int = 3
    drop: float = 0.0
    hold: bool = False
    mode: str = "active"
    seed: int | None = None

    def as_json(self) -> Json:
        return asdict(self)


@dataclass
class Fault:
    path: str
    kind: str
    times: int = 1
    ms: int = 0


@dataclass
class RichMenu:
    body: Json
    image: bytes | None = None
    media_type: str = ""
