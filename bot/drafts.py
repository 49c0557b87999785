"""The draft of a report as it is kept in the resident's row."""

import secrets
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

import structlog
from pydantic import TypeAdapter, ValidationError

from bot.dialogue.draft import DRAFT_LIVES, Draft

_DRAFT: Final = TypeAdapter(Draft)

log = structlog.get_logger()


def new_draft(now: datetime) -> Draft:
    """An empty one with a key of its own."""
    return Draft(secrets.token_urlsafe(6), now)


def open_draft(kept: Mapping[str, Any], now: datetime) -> Draft:
    """The draft as kept in the resident's row, or a new one where there is none or it is old.

    One that was left for half an hour stays behind the new one (`before`), to be asked about. One
    that another version of Michi kept, and this one cannot read, is none: silence would be worse.
    """
    if not kept:
        return new_draft(now)
    try:
        draft = _DRAFT.validate_python(kept)
    except ValidationError:
        log.error("draft_unreadable")
        return new_draft(now)
    older = draft.before if draft.before and not _is_old(draft.before, now) else None
    draft = replace(draft, before=older)
    if draft.is_empty:
        return replace(draft, started_at=now, anew=draft.anew and not draft.is_left(now))
    if draft.onto and draft.is_left(now):
        return replace(new_draft(now), before=older)
    if _is_old(draft, now):
        return new_draft(now)
    if draft.is_left(now):
        return replace(new_draft(now), before=replace(draft, before=None))
    return draft


def open_keys(kept: Mapping[str, Any], now: datetime) -> frozenset[str]:
    """The keys of the drafts whose buttons mean something now."""
    draft = open_draft(kept, now)
    older = draft.before.key if draft.before else draft.key
    return frozenset(key for key in (draft.key, older) if kept and draft.meant_by(key))


def draft_to_json(draft: Draft | None) -> dict[str, Any]:
    """For the resident's row; {} for no draft."""
    if draft is None:
        return {}
    kept: dict[str, Any] = _DRAFT.dump_python(draft, mode="json", exclude_defaults=True)
    return kept


def _is_old(draft: Draft, now: datetime) -> bool:
    return now - draft.started_at > DRAFT_LIVES
