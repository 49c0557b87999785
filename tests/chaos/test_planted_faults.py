"""The oracle sees what it is there for: a fault of each kind, planted, is found, and no other."""

from collections.abc import Iterator
from contextlib import closing
from itertools import count
from pathlib import Path

import pytest
from crowd import Crowd, Visit, play, say_last_words
from evidence import Evidence
from oracle import LOST, NO_FILE, STALE, TICKETS, TWICE, UNANSWERED, findings
from photo_places import Disk
from planted import (
    HELD_BACK,
    MOVES_LOST,
    UNSENT_IS_UNKNOWN,
    UNSURE_IS_SILENT,
    answers,
    planted,
    push_again,
)
from quiet import settle
from stage import Stage, stage
from storm import ordered

from local.day.office import Office
from local.day.sample_map import far_apart, spots
from local.machine.wish import ROOT

pytestmark = pytest.mark.long

SEED = 1
_spots, _numbers = far_apart(spots("city"), 60), count()
"""No two photos have the same pixels, or they would be one file."""
_PHOTOS_STORED = """
    SELECT 1 FROM photos p JOIN residents r ON r.id = p.resident_id
    WHERE r.line_user_id = ANY(%(people)s) AND state = 'stored'
"""

_NUMBERS = """
    SELECT t.number FROM tickets t JOIN reports o ON o.ticket_id = t.id
    JOIN residents r ON r.id = o.resident_id WHERE r.line_user_id = ANY(%(people)s)
"""


@pytest.fixture(scope="module")
def planting(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """While this file is there, photos are kept wherever the store should be."""
    return tmp_path_factory.mktemp("planted") / "beside the disk"


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory, planting: Path) -> Iterator[Stage]:
    michi = f"python {ROOT}/tests/chaos/beside_the_disk.py worker photos"
    photos = f'env PYTHONPATH={ROOT} "MICHI_PLANTED={planting}" {michi}'
    programs = {"photos": photos, "photos-2": photos}
    with stage(tmp_path_factory.mktemp("chaos"), SEED, programs=programs) as made:
        yield made


def people(says: int = 1, to: tuple[str, ...] = (), many: int = 3) -> list[Visit]:
    """Each reports something, is moved so, and says so much."""
    order, said = ("photo", "place", "words"), [(0.2, "使い方")] * says
    return [
        Visit(next(_numbers), "ja", next(_spots), "pothole", 1, order, said, to)
        for _ in range(many)
    ]


def found(place: Stage, crowd: Crowd) -> set[str]:
    """The columns in which anything is found."""
    return {finding.column for finding in findings(Evidence(place, crowd))}


def ended(place: Stage, crowd: Crowd) -> Crowd:
    settle(place, crowd)
    say_last_words(place, crowd, crowd.people)
    settle(place, crowd)
    return crowd


def test_on_a_good_day_nothing_is_found(place: Stage) -> None:
    crowd = play(place, people(2, ("scheduled", "fixed")), 0)
    assert found(place, ended(place, crowd)) == set()


def test_photos_kept_beside_the_disk_are_found(place: Stage, planting: Path) -> None:
    assert isinstance(place.store, Disk)
    planting.touch()
    with place.store.unmounted():
        crowd = play(place, people(), 0)
        while len(place.rows(_PHOTOS_STORED, people=[*crowd.people])) < len(crowd.people):
            settle(place, crowd)
    planting.unlink()
    assert found(place, ended(place, crowd)) == {NO_FILE}


def test_what_counts_as_perhaps_said_but_never_was_is_found(place: Stage) -> None:
    with planted(place, UNSENT_IS_UNKNOWN):
        crowd = play(place, people(), 0)
        settle(place, crowd)
    assert found(place, ended(place, crowd)) == {UNANSWERED}


def test_a_late_sender_who_says_it_again_is_found(place: Stage) -> None:
    crowd = play(place, people(0), 0)
    settle(place, crowd)
    for row in answers(place, crowd, "ticket"):
        push_again(place, row)
    assert found(place, ended(place, crowd)) == {TWICE}


def test_a_move_lost_with_the_answer_that_it_rode_with_is_found(place: Stage) -> None:
    crowd = play(place, people(0), 0)
    settle(place, crowd)
    with (
        planted(place, MOVES_LOST),
        closing(Office(place.michi.web, "staff", place.michi.sign_in["staff"])) as staff,
    ):
        for row in place.rows(_NUMBERS, people=[*crowd.people]):
            staff.move(row["number"], "fixed")
        settle(place, crowd)
    assert found(place, ended(place, crowd)) == {LOST}


def test_silence_where_line_was_unsure_is_found(place: Stage) -> None:
    with planted(place, UNSURE_IS_SILENT), ordered(place, "/v2/bot/message/reply", "500_before"):
        crowd = play(place, people(0), 0)
        settle(place, crowd)
    assert found(place, ended(place, crowd)) == {UNANSWERED}


def test_a_push_after_a_newer_answer_is_found(place: Stage) -> None:
    with planted(place, HELD_BACK):
        crowd = play(place, people(0), 0)
    late = answers(place, crowd, "ticket")
    ended(place, crowd)
    for row in late:
        push_again(place, row)
    assert found(place, crowd) == {STALE}


def test_a_ticket_too_many_or_missing_is_found(place: Stage) -> None:
    crowd = play(place, people(0), 0)
    ended(place, crowd)
    crowd.reports.append(crowd.reports[0])
    assert found(place, crowd) == {TICKETS}
