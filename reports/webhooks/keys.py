"""The secrets of endpoints: sealed, two at a time while one takes the other's place."""

import secrets
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from reports.people.second.sealed import opened, seal, unsealed
from reports.webhooks.models import Webhook
from reports.webhooks.signature import new_secret

BOTH_FOR: Final = timedelta(hours=24)
"""So long the former secret signs as well."""


def give(db: Session, hook: Webhook) -> str:
    """Its first secret, which is told here alone; `hook` has its id by now."""
    secret = new_secret()
    hook.secret = seal(secret, _whose(hook.id))
    db.flush()
    return secret


def rotate(db: Session, hook: Webhook, now: datetime) -> str:
    """A new one, told here alone. The one before signs beside it for BOTH_FOR; one that was before
    that no more."""
    hook.former_secret, hook.former_ends_at = hook.secret, now + BOTH_FOR
    return give(db, hook)


def of(hook: Webhook, now: datetime) -> tuple[str, ...]:
    """Those to sign with, the newest first; none where no key of the installation opens them."""
    kept = [hook.secret]
    if hook.former_secret and hook.former_ends_at and hook.former_ends_at > now:
        kept.append(hook.former_secret)
    return tuple(filter(None, (unsealed(one, _whose(hook.id)) for one in kept)))


def reseal(db: Session) -> tuple[int, list[str]]:
    """Each that another key has sealed is sealed anew with SECRET_KEY: of how many endpoints, and
    the names of those whose secret no key that is read opens."""
    done, lost = 0, []
    for hook in db.scalars(select(Webhook).order_by(Webhook.id).with_for_update()):
        secret, is_of_today = opened(hook.secret, _whose(hook.id))
        if secret is None:
            lost.append(hook.name)
        elif not is_of_today:
            hook.secret = seal(secret, _whose(hook.id))
            done += 1
        if hook.former_secret:
            former, is_of_today = opened(hook.former_secret, _whose(hook.id))
            hook.former_secret = hook.former_secret if is_of_today else None
            if former and not is_of_today:
                hook.former_secret = seal(former, _whose(hook.id))
    db.flush()
    return done, lost


def new_sender() -> str:
    """By which somebody who sends is told from others."""
    return secrets.token_hex(8)


def _whose(hook_id: int) -> str:
    return f"webhook {hook_id}"
