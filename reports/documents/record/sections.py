"""A ticket's record as sections of paper: facts and tables in words, for page.typ."""
# ruff: noqa: E501 - sentences on paper stand on one line

from collections.abc import Iterator
from typing import Final

from reports.documents.record import done, known
from reports.documents.record.shapes import Parts, Section, Signing
from reports.documents.record.timeline import timeline
from reports.records.kept import Issued


def sections(parts: Parts, issued: Issued, signing: Signing) -> list[Section]:
    """In the order of the paper."""
    return [
        known.ticket(parts),
        known.reports(parts),
        known.in_time(timeline(parts)),
        known.patrols(parts, issued),
        done.orders(parts),
        done.deadline(parts),
        done.routing(parts),
        Section("写真", notes=_PHOTO_NOTES, kind="photos", empty="写真はありません。"),
        done.told(parts),
        done.looks(parts),
        done.changes(parts),
        done.how_to_verify(signing),
    ]


def counted(parts: Parts) -> Iterator[tuple[str, int]]:
    """How many rows each part has."""
    yield from ((name, len(rows)) for name, rows in parts.items() if rows)


_PHOTO_NOTES: Final = (
    "受け取った時刻は市のシステムのもの、撮った時刻は写真に記録されたもの(カメラの時計)です。"
    "SHA-256 は届いたままのファイルのもので、「確かめた」は発行のときに保存先から読み直して同じだったことを示します。",
)
