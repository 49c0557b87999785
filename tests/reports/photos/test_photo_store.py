"""The photo store is made once, and taken for ours only where it surely is."""

from pathlib import Path

import pytest
from townsfolk import rows, value
from typer.testing import CliRunner
from web_scene import stored_photo

from cli.app import app
from reports.photos import photo_store as module
from reports.photos.photo_store import make_photo_store, photo_store
from settings import settings
from store.database import transaction
from store.photo_files import MARKER, FilesAway, StrangeStore, id_in

ID = "SELECT id FROM photo_store"


@pytest.fixture
def folder(database_url: str) -> Path:
    """The folder of the photos; its store is made."""
    return Path(settings().photo_store_url.removeprefix("file://"))


@pytest.fixture
def before(folder: Path) -> Path:
    """As the version before left it: photos and no marker, and the database knows of none."""
    with transaction() as db:
        for _ in range(5):
            stored_photo(db, None)
    (folder / MARKER).unlink()
    forgotten()
    return folder


def forgotten() -> None:
    """The database knows of no store, and this process of no database."""
    rows("DELETE FROM photo_store")
    module._id.cache_clear()


def elsewhere(folder: Path) -> Path:
    """The folder, moved away: its disk is not mounted."""
    return folder.rename(folder.with_name("disk"))


def mark_of(folder: Path) -> str:
    return id_in((folder / MARKER).read_bytes())


def test_a_new_installation_gets_its_folder_and_its_marker(folder: Path) -> None:
    elsewhere(folder)
    forgotten()
    with pytest.raises(StrangeStore, match="michi migrate"):
        photo_store()
    make_photo_store()
    assert mark_of(folder) == value(ID)
    photo_store().check()


def test_made_again_it_stays_what_it_is(folder: Path) -> None:
    marker = folder / MARKER
    was = marker.stat()
    make_photo_store()
    assert (marker.stat().st_ino, marker.stat().st_mtime_ns) == (was.st_ino, was.st_mtime_ns)


def test_a_store_of_the_version_before_gets_its_marker(before: Path) -> None:
    make_photo_store()
    assert mark_of(before) == value(ID)
    photo_store().check()


def test_where_its_disk_is_away_it_gets_none(before: Path) -> None:
    """With a few photos that the version before has put beside the disk, too."""
    disk = elsewhere(before)
    before.mkdir()
    one = value("SELECT small FROM photos LIMIT 1")
    beside = before / one
    beside.parent.mkdir(parents=True)
    beside.write_bytes((disk / one).read_bytes())
    with pytest.raises(module.NotMade, match="mounted"):
        make_photo_store()
    assert not (before / MARKER).exists()
    assert rows(ID) == []


def test_a_marker_that_is_lost_is_made_anew_where_the_photos_are(folder: Path) -> None:
    with transaction() as db:
        stored_photo(db, None)
    (folder / MARKER).unlink()
    make_photo_store()
    assert mark_of(folder) == value(ID)


def test_a_disk_that_is_away_is_not_made_anew(folder: Path) -> None:
    with transaction() as db:
        stored_photo(db, None)
    elsewhere(folder)
    with pytest.raises(module.NotMade, match="mounted"):
        make_photo_store()
    assert not folder.exists()


def test_the_store_of_another_installation_is_not_taken(folder: Path) -> None:
    """By one that has a store elsewhere, and by one that has none yet."""
    for tidy_up in (lambda: rows("UPDATE photo_store SET id = 'ours'"), forgotten):
        tidy_up()
        was = mark_of(folder)
        with pytest.raises(module.NotMade, match="another"):
            make_photo_store()
        assert mark_of(folder) == was


def test_a_database_put_back_from_before_the_marker_finds_its_store(folder: Path) -> None:
    with transaction() as db:
        stored_photo(db, None)
    was = mark_of(folder)
    forgotten()
    make_photo_store()
    assert value(ID) == mark_of(folder) == was


def test_anew_it_is_ours_whatever_there_is(folder: Path) -> None:
    with transaction() as db:
        stored_photo(db, None)
    elsewhere(folder)
    make_photo_store(anew=True)
    assert mark_of(folder) == value(ID)
    was = value(ID)
    forgotten()
    make_photo_store(anew=True)
    assert mark_of(folder) == value(ID) != was


def test_where_it_cannot_be_made_it_is_away(folder: Path) -> None:
    elsewhere(folder)
    folder.write_text("a file stands here")
    with pytest.raises(FilesAway):
        make_photo_store()


def test_migrate_makes_it_and_says_in_a_sentence_where_it_cannot(before: Path) -> None:
    disk = elsewhere(before)
    ended = CliRunner().invoke(app, ["migrate"])
    assert (ended.exit_code, before.exists()) == (1, False)
    assert ended.output.startswith("✗ ")
    assert "--photo-store-anew" in ended.output
    disk.rename(before)
    assert CliRunner().invoke(app, ["migrate"]).exit_code == 0
    assert mark_of(before) == value(ID)


def test_migrate_begins_anew_when_told_to(before: Path) -> None:
    elsewhere(before)
    assert CliRunner().invoke(app, ["migrate", "--photo-store-anew"]).exit_code == 0
    assert mark_of(before) == value(ID)
