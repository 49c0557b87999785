"""What is said to residents of what cannot be taken from them: of `kinds`. Pure."""

from typing import Literal

from reports.outbox.say import Say, kind, later, personal


@kind("unusable")
class Unusable(Say):
    """What was sent cannot be a report."""

    kind: str


@kind("limit", of_its_moment=True)
class Limit(Say):
    """So many within an hour are enough: more are taken in so many `minutes`.

    `draft`: a report that is complete waits for that.
    """

    of: Literal["photos", "drafts", "tickets"]
    most: int
    minutes: int
    draft: str | None = None


@kind("paused", at_least_once=True)
class Paused(Say):
    """Nothing is taken from them for a time: `until` this day's end (ISO 8601)."""

    until: str


@kind("outside", at_least_once=True)
class Outside(Say):
    """The place is in this other city, if anybody knows which; `draft` may take it all the same."""

    ja: str = personal("")
    en: str = personal("")
    draft: str = later("")
