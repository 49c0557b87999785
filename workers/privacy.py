"""All that is cleared away once its period is over, and what the conversation keeps of a person."""

from typing import Final

from bot import inbox
from reports.discard import throwing
from reports.documents.exports import kept
from reports.privacy.above import Above
from reports.privacy.held import STEPS as REPORTS
from reports.privacy.steps import Step

STEPS: Final = (
    *REPORTS,
    Step("exports", "exports_hours", kept.many, kept.many, kept.forget),
    Step("inbox", "inbox_days", inbox.held, inbox.due, inbox.forget),
)
"""In the order in which they go."""
ABOVE: Final = Above(
    STEPS, inbox.of_person, inbox.forget_person, inbox.forget_message, throwing.throw_again
)
