"""Another system is told of public events by webhooks: it is added, changed, tried, let rest, and
taken out; calls that nobody took are sent again."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import Final

from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from reports.actions.invite import Refused
from reports.people.permissions import Actor, Do, NotTheirs, may
from reports.webhooks import calls, keys
from reports.webhooks.choice import Choice
from reports.webhooks.models import Webhook, WebhookCall
from settings import settings
from store import sql
from store.outside import NotAllowed, target_of
from store.public_addresses import Allowed, is_public, read

LONGEST_NAME: Final = 60
MOST: Final = 50
"""Endpoints of one city."""


class NoEndpoint(Exception):
    """It is not there any more."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A system as staff describe it; `with_page`: whether it is told the address of a ticket's
    public page."""

    name: str
    url: str
    choice: Choice = field(default_factory=Choice)
    with_page: bool = False


def connect(db: Session, wanted: Endpoint, by: Actor) -> tuple[int, str]:
    """It hears of what happens from now on; its id, and its secret, which is told here alone.
    Raises Refused, NotTheirs."""
    _may(by)
    facts = _checked(wanted)
    if (db.scalar(select(func.count()).select_from(Webhook)) or 0) >= MOST:
        raise Refused(f"送信先は{MOST}件までです。", "name")
    hook = Webhook(**facts, secret=b"", seen=calls.newest(db), made_by=by.user_id)
    db.add(hook)
    _named(db)
    return hook.id, keys.give(db, hook)


def change(db: Session, webhook_id: int, wanted: Endpoint, by: Actor) -> None:
    """From the next event on. At another address it is no longer switched off, nor waited for.
    Raises Refused, NoEndpoint, NotTheirs."""
    hook = _locked(db, webhook_id, by)
    facts = _checked(wanted)
    if facts["url"] != hook.url:
        _begin_anew(db, hook)
    for name, value in facts.items():
        setattr(hook, name, value)
    _named(db)


def pause(db: Session, webhook_id: int, by: Actor) -> None:
    """Nothing is sent, and nothing lost: what happens meanwhile is told afterwards. Raises
    NoEndpoint, NotTheirs."""
    hook = _locked(db, webhook_id, by)
    hook.paused_at = hook.paused_at or datetime.now(UTC)
    db.flush()


def resume(db: Session, webhook_id: int, by: Actor) -> None:
    """Also one that was switched off, or rests: it is tried at once. Raises NoEndpoint,
    NotTheirs."""
    hook = _locked(db, webhook_id, by)
    hook.paused_at = None
    _begin_anew(db, hook)


def new_secret(db: Session, webhook_id: int, by: Actor) -> str:
    """Told here alone; the one before signs as well for `keys.BOTH_FOR`. Raises NoEndpoint,
    NotTheirs."""
    hook = _locked(db, webhook_id, by)
    return keys.rotate(db, hook, datetime.now(UTC))


def try_out(db: Session, webhook_id: int, by: Actor) -> None:
    """A call that says nothing of any ticket goes to it. Raises NoEndpoint, NotTheirs."""
    _locked(db, webhook_id, by)
    calls.add_test(db, webhook_id)


def send_again(
    db: Session, webhook_id: int, by: Actor, call_ids: Sequence[int] | None = None
) -> int:
    """These dead calls, or all of this endpoint, are tried for three more days; how many were dead.
    Raises NoEndpoint, NotTheirs."""
    _locked(db, webhook_id, by)
    dead = WebhookCall.webhook_id == webhook_id, WebhookCall.state == "dead"
    again = update(WebhookCall).where(*dead)
    if call_ids is not None:
        again = again.where(WebhookCall.id.in_(call_ids))
    fresh = {"state": "waiting", "done_at": None, "since": func.now(), "due_at": func.now()}
    done = db.execute(again.values(**fresh, attempts=0).returning(WebhookCall.id))
    return len(done.all())


def disconnect(db: Session, webhook_id: int, by: Actor) -> None:
    """With all calls to it, and its secret. Raises NoEndpoint, NotTheirs."""
    db.delete(_locked(db, webhook_id, by))
    db.flush()


def _begin_anew(db: Session, hook: Webhook) -> None:
    hook.off_at = hook.failing_since = None
    hook.failures, hook.due_at = 0, sql.run(db, "SELECT now()")[0][0]
    waiting = WebhookCall.webhook_id == hook.id, WebhookCall.state == "waiting"
    tests = WebhookCall.number.is_not(None)
    fresh = {"since": func.now(), "due_at": func.now(), "attempts": 0}
    db.execute(update(WebhookCall).where(*waiting, tests).values(**fresh))
    db.flush()


def _locked(db: Session, webhook_id: int, by: Actor) -> Webhook:
    hook = db.scalar(select(Webhook).where(Webhook.id == webhook_id).with_for_update())
    _may(by)
    if hook is None:
        raise NoEndpoint(webhook_id)
    return hook


def _may(by: Actor) -> None:
    if not may(by, Do.WEBHOOKS, None):
        raise NotTheirs(Do.WEBHOOKS)


def _checked(wanted: Endpoint) -> dict[str, object]:
    """As it is kept. Raises Refused."""
    name = " ".join(filter(str.isprintable, wanted.name.replace("\0", "").split()))
    if not name or len(name) > LONGEST_NAME:
        raise Refused(f"名前を{LONGEST_NAME}文字までで書いてください。", "name")
    url = wanted.url.strip()
    _check_address(url)
    chosen = {each: list(named) for each, named in asdict(wanted.choice).items()}
    return {"name": name, "url": url, "with_page": wanted.with_page, **chosen}


def _check_address(url: str) -> None:
    """By what can be seen of it; where its name leads is looked at before each call. Raises
    Refused."""
    try:
        target = target_of(url)
    except NotAllowed:
        raise Refused(_NO_ADDRESS, "url") from None
    allowed, address = Allowed(settings().webhook_hosts), read(target.host)
    is_ours = allowed.names(target.host) or bool(address and allowed.has(address))
    if target.scheme != "https" and not is_ours and not allowed.networks:
        raise Refused(_NO_ADDRESS, "url")
    if address and not is_public(address) and not is_ours:
        raise Refused(_INSIDE, "url")


def _named(db: Session) -> None:
    """Raises Refused where another one has this name."""
    try:
        with db.begin_nested():
            db.flush()
    except IntegrityError:
        raise Refused(
            "その名前の送信先が、もうあります。別の名前にしてください。", "name"
        ) from None


_NO_ADDRESS: Final = (
    "https:// で始まるアドレスを書いてください(パスワードは入れられません)。http:// は、"
    "設定 WEBHOOK_HOSTS で許したホストにだけ使えます。"
)
_INSIDE: Final = (
    "このアドレスは公開されていません。市の中のシステムに送るときは、設定 WEBHOOK_HOSTS に"
    "加えるよう、サーバーの担当者に頼んでください。"
)
