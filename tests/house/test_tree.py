"""The rooms stand where the plan has them, and nowhere else."""

from pathlib import Path

import pytest
from house_reading import ROOT

TREE = {
    ".": {
        "bench", "bot", "cli", "docs", "geo", "line_platform", "local", "migrations", "reports",
        "store", "tests", "watching", "web", "workers",
    },
    "bot": {"dialogue", "line", "locales", "render"},
    "bot/line": {"setup"},
    "cli/doctor": {"groups"},
    "geo": {"gis_import", "sections"},
    "geo/gis_import": {"sources"},
    "local": {"containers", "day", "machine", "release", "sample_city"},
    "reports": {
        "actions", "audit", "backup", "city", "discard", "documents", "orders", "outbox",
        "patrols", "people", "photos", "privacy", "published", "records", "routing", "stats",
        "tickets", "webhooks",
    },
    "reports/documents": {
        "again", "exports", "layers", "maps", "monthly", "open_data", "orders", "patrol", "record",
        "sheet",
    },
    "reports/people": {"second"},
    "reports/photos": {"codec"},
    "reports/stats": {"again"},
    "store": {"backup", "photo_files"},
    "web": {"auth", "contractor", "crew", "desk", "kit", "maps", "open"},
    "web/auth": {"oidc", "second"},
    "web/contractor": {"account", "list", "offline", "order"},
    "web/crew": {"account", "line", "list", "offline", "patrol", "plan", "ticket", "waiting"},
    "web/desk": {
        "account", "again", "audit", "authorities", "bulk", "calls", "categories", "city",
        "contractors", "deadlines", "departments", "discard", "enter", "map", "materials",
        "money", "monthly", "numbers",
        "open311", "open_data", "orders", "patrols", "people", "plan", "privacy",
        "programs", "record", "redact", "rights", "rules", "senders", "table", "templates", "terms",
        "ticket", "views", "webhooks", "where",
    },
    "web/open": {"api", "data", "embed", "feed", "map", "ogc", "open311", "ticket", "tiles"},
}  # fmt: skip
MADE = ("__pycache__", "node_modules", "build", "dist")
SCREENS = ("web/contractor", "web/crew", "web/desk", "web/open")


def folders_in(folder: Path) -> set[str]:
    """Those that are written by hand."""
    return {
        each.name
        for each in folder.iterdir()
        if each.is_dir() and not each.name.startswith(".") and each.name not in MADE
        if not each.name.endswith(".egg-info") and any(each.rglob("*.*"))
    }


@pytest.mark.parametrize("folder", TREE)
def test_the_rooms_are_those_of_the_plan(folder: str) -> None:
    assert folders_in(ROOT / folder) == TREE[folder]


@pytest.mark.parametrize("folder", SCREENS)
def test_every_screen_is_a_folder_with_its_routes(folder: str) -> None:
    without = [name for name in TREE[folder] if not (ROOT / folder / name / "routes.py").exists()]
    assert without == []


def test_the_verbs_are_files_of_one_folder() -> None:
    verbs = {file.stem for file in (ROOT / "reports" / "actions").glob("*.py")}
    assert verbs >= {"file", "add", "route", "assign", "relocate", "recategorise", "move"}
    assert verbs >= {"merge", "ask", "follow", "withdraw", "choose_place", "authorities"}


def test_a_room_that_is_too_many_is_found(tmp_path: Path) -> None:
    (tmp_path / "utils").mkdir()
    (tmp_path / "utils" / "helpers.py").write_text("")
    (tmp_path / "node_modules").mkdir()
    assert folders_in(tmp_path) == {"utils"}
