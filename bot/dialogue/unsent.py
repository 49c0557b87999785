"""A draft without a message that was taken back, nor what was only read out of its words. Pure."""

from collections.abc import Mapping
from dataclasses import replace

from bot.dialogue.draft import Draft
from bot.wording import is_urgent
from reports.city.categories import Category, named_in


def taken_back(
    draft: Draft, message_id: str, photo_id: int | None, categories: Mapping[str, Category]
) -> Draft:
    """Also from the draft that was left before it. A category that was pressed stays."""
    before = draft.before and taken_back(draft.before, message_id, photo_id, categories)
    left = replace(draft.without(message_id, photo_id), before=before)
    if left.remarks == draft.remarks:
        return left
    left = replace(left, urgent=is_urgent(left.words))
    if not left.inferred:
        return left
    named = named_in(left.words, categories.values())
    return replace(left, category=named.key if named else None, inferred=bool(named))
