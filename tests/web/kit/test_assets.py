"""Where MapLibre was not installed, pages with a map say so; whoever migrates hears of it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner
from web_scene import Browser, filed

from cli.app import app as michi
from web.kit import assets

SENTENCE = "地図の部品(npm ci)が入っていないため"


@pytest.fixture
def without_maplibre(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(assets, "_MAPLIBRE", tmp_path / "node_modules" / "maplibre-gl" / "dist")
    assets.manifest.cache_clear()
    yield
    assets.manifest.cache_clear()


@pytest.mark.usefixtures("without_maplibre")
def test_a_page_with_a_map_is_a_sentence_and_the_others_are_there(staff: Browser) -> None:
    number = filed().number
    for path in ("/staff/", "/staff/where", f"/staff/tickets/{number}"):
        answer = staff.get(path)
        assert (answer.status_code, SENTENCE in answer.text) == (503, True), path
    assert staff.get("/staff/departments").status_code == 200


def migrated() -> str:
    done = CliRunner().invoke(michi, ["migrate"])
    assert done.exit_code == 0
    return done.output


@pytest.mark.usefixtures("database_url", "without_maplibre")
def test_who_migrates_is_told_what_to_install() -> None:
    assert "npm ci --ignore-scripts" in migrated()


@pytest.mark.usefixtures("database_url")
def test_who_has_installed_it_is_told_nothing() -> None:
    assert migrated() == ""
