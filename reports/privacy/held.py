"""The steps by which the reports' own rooms are cleared."""

from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from reports.people import devices, invitations, keys, pauses
from reports.photos import intake
from reports.privacy import patrols, retention
from reports.privacy.steps import Before, Step, counted, counted_before, run
from reports.tickets.indexes import HAS_EXIF, HAS_ORIGINALS, HAS_WORDS, UNFORGOTTEN
from store import tasks


def _old_draft_photos(db: Session, before: datetime) -> int:
    return intake.count_of_forgotten_drafts(db, before - retention.PHOTO_AFTER_DRAFT)


def _closed(has: str) -> Before:
    return counted_before(retention.closed(has))


_OLD_PUBLIC: Final = "FROM published_events WHERE at < %(before)s"
_OLD_CLEARINGS: Final = "FROM clearings WHERE ended_at < %(before)s"
STEPS: Final = (
    Step(
        "tasks",
        "tasks_days",
        counted("FROM tasks"),
        counted_before("FROM tasks WHERE finished_at < %(before)s AND gave_up_at IS NULL"),
        tasks.forget_finished,
    ),
    Step(
        "silent",
        "silent_months",
        counted("FROM residents"),
        counted_before(retention.SILENT),
        retention.forget_silent,
    ),
    Step(
        "draft_photos",
        "drafts_hours",
        intake.count_of_forgotten_drafts,
        _old_draft_photos,
        retention.forget_draft_photos,
    ),
    Step(
        "drafts",
        "drafts_hours",
        counted("FROM residents WHERE draft <> '{}'"),
        retention.old_drafts,
        retention.forget_drafts,
    ),
    Step(
        "words",
        "words_months",
        counted("FROM remarks"),
        _closed(HAS_WORDS),
        retention.forget_words_of_closed,
    ),
    Step(
        "people",
        "people_months",
        counted(
            "FROM reports r WHERE resident_id IS NOT NULL"
            " OR EXISTS (SELECT FROM callers WHERE report_id = r.id)"
        ),
        _closed(UNFORGOTTEN),
        retention.forget_people,
    ),
    Step(
        "originals",
        "originals_months",
        counted("FROM photos WHERE original IS NOT NULL"),
        _closed(HAS_ORIGINALS),
        retention.forget_originals,
    ),
    Step(
        "exif_places",
        "exif_places_months",
        counted("FROM photos WHERE exif_place IS NOT NULL OR direction IS NOT NULL"),
        _closed(HAS_EXIF),
        retention.forget_exif_places,
    ),
    Step(
        "messages",
        "messages_months",
        counted("FROM messages"),
        counted_before(retention.OLD_MESSAGES),
        retention.forget_messages,
    ),
    Step(
        "mails",
        "mails_months",
        counted("FROM mails"),
        counted_before(retention.OLD_MAILS),
        retention.forget_mails,
    ),
    Step(
        "patrol_ways",
        "patrol_ways_months",
        counted("FROM patrols WHERE way_gone_at IS NULL"),
        counted_before(patrols.WAYS),
        patrols.forget_ways,
    ),
    Step(
        "patrol_names",
        "patrol_names_months",
        counted("FROM patrols WHERE by_name <> ''"),
        counted_before(patrols.NAMES),
        patrols.forget_names,
    ),
    Step(
        "browsers",
        "browsers_days",
        counted("FROM known_devices"),
        counted_before("FROM known_devices WHERE seen_at < %(before)s"),
        devices.forget,
    ),
    Step(
        "invitations",
        "invitations_days",
        counted("FROM invitations"),
        counted_before("FROM invitations WHERE ends_at < %(before)s"),
        invitations.forget,
    ),
    Step(
        "pauses",
        "pauses_months",
        counted("FROM pauses"),
        counted_before(f"FROM pauses WHERE {pauses.IS_OVER}"),
        pauses.forget,
    ),
    Step(
        "keys",
        "keys_months",
        counted("FROM api_tokens"),
        keys.count_ended,
        keys.forget,
    ),
    Step(
        "clearings",
        "clearings_months",
        counted("FROM clearings"),
        counted_before(_OLD_CLEARINGS),
        run(f"DELETE FROM clearings WHERE id IN (SELECT id {_OLD_CLEARINGS} LIMIT %(most)s)"),
    ),
    Step(
        "public_events",
        "public_events_months",
        counted("FROM published_events"),
        counted_before(_OLD_PUBLIC),
        run(f"DELETE FROM published_events WHERE seq IN (SELECT seq {_OLD_PUBLIC} LIMIT %(most)s)"),
    ),
)
"""In the order in which they go: none of them makes another's due. Who is silent only by what goes
after them goes the next time."""
