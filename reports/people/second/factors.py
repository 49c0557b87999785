"""What somebody has to prove themselves by, and whether their role needs one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from reports.people.second import code_app, passkeys, recovery
from reports.people.second.models import CodeApp, SignInStep
from reports.people.second.passkeys import Key
from settings import settings


@dataclass(frozen=True, slots=True)
class Factors:
    """`app_since`: of the app that makes one-time codes, if any; `codes_left`: for recovery."""

    passkeys: Sequence[Key]
    app_since: datetime | None
    codes_left: int

    def __bool__(self) -> bool:
        """Whether there is a second factor at all; recovery codes alone are none."""
        return bool(self.passkeys) or self.app_since is not None

    @property
    def is_last(self) -> bool:
        """Whether there is one alone: without it there is none."""
        return len(self.passkeys) + (self.app_since is not None) == 1


def of(db: Session, user_id: int) -> Factors:
    since = db.scalar(select(CodeApp.made_at).where(CodeApp.user_id == user_id))
    return Factors(passkeys.of(db, user_id), since, recovery.left(db, user_id))


def are_needed(role: str) -> bool:
    """Whether nobody of this role comes in without one."""
    return role in settings().second_factor_roles.split(",")


def reset(db: Session, user_id: int) -> None:
    """They have none any more, and nobody goes on with a first step that was done."""
    passkeys.remove(db, user_id)
    code_app.turn_off(db, user_id)
    recovery.forget(db, user_id)
    db.execute(delete(SignInStep).where(SignInStep.user_id == user_id))


def tidy(db: Session, user_id: int) -> None:
    """Where the last factor has gone, the codes that stood in for it go, too."""
    if not of(db, user_id):
        recovery.forget(db, user_id)
