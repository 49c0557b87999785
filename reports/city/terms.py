"""What a city says happens to the data: one text for each language, which staff edit."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import func, or_, select, update
from sqlalchemy.orm import Session

from reports.city.models import TermsText


class NoSuchText(Exception):
    """The city has no text in this language."""


class TextOvertaken(Exception):
    """Somebody else has changed the text since it was seen."""


def texts(db: Session) -> Mapping[str, TermsText]:
    """Every text by its language."""
    return {row.language: row for row in db.scalars(select(TermsText))}


def keep(db: Session, language: str, words: str, *, by: str, seen: datetime) -> None:
    """Only over the text that was changed at `seen`; the same words sent again are no clash.

    Raises NoSuchText, TextOvertaken.
    """
    unchanged = or_(TermsText.edited_at == seen, TermsText.words == words)
    changed = db.execute(
        update(TermsText)
        .where(TermsText.language == language, unchanged)
        .values(words=words, edited_by=by, edited_at=func.now())
        .returning(TermsText.language)
    )
    if changed.one_or_none() is None:
        known = db.scalar(select(TermsText.language).where(TermsText.language == language))
        raise TextOvertaken if known else NoSuchText
