"""Who may import whom, and which files are pure, held by reading the imports themselves."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MAY_IMPORT = {
    "setting_checks": set(),
    "setting_words": {"setting_checks"},
    "setting_servers": {"setting_checks"},
    "settings": {"setting_checks", "setting_servers", "setting_words"},
    "store": {"settings"},
    "geo": {"settings", "store"},
    "reports": {"settings", "store", "geo"},
    "bot": {"settings", "store", "geo", "reports"},
    "web": {"settings", "store", "geo", "reports"},
    "workers": {"settings", "store", "geo", "reports", "bot"},
    "main": {"settings", "store", "geo", "reports", "bot", "web", "workers"},
    "cli": {"settings", "store", "geo", "reports", "bot", "web", "workers", "migrations"},
    "migrations": {"settings", "store", "geo", "reports", "bot", "web"},
    "local": {"settings"},
    "line_platform": set(),
}
PURE = [
    "cli/doctor/findings.py",
    "geo/gis_import/columns.py",
    "geo/gis_import/findings.py",
    "geo/kinds.py",
    "geo/nearby.py",
    "geo/owners.py",
    "geo/points.py",
    "geo/gis_import/selection.py",
    "geo/gis_import/sources/formats.py",
    "geo/gis_import/sources/links.py",
    "geo/gis_import/systems.py",
    "geo/gis_import/text_encoding.py",
    "geo/tiles.py",
    "geo/wkb.py",
    "reports/city/categories.py",
    "reports/city/phones.py",
    "reports/city/calendar.py",
    "reports/photos/codec/formats.py",
    "reports/photos/codec/heif_boxes.py",
    "reports/photos/codec/jpeg_segments.py",
    "reports/photos/codec/exif.py",
    "reports/tickets/event_json.py",
    "reports/tickets/events.py",
    "reports/tickets/read_models.py",
    "reports/outbox/batching.py",
    "reports/outbox/kinds.py",
    "reports/outbox/say.py",
    "reports/photos/codec/derive.py",
    "reports/outbox/mail_texts.py",
    "reports/tickets/status.py",
    "reports/tickets/numbers.py",
    "reports/tickets/open_question.py",
    "reports/tickets/sentences.py",
    "reports/tickets/why_sentences.py",
    "reports/routing/choose.py",
    "reports/routing/cases.py",
    "reports/routing/checks.py",
    "reports/routing/diff.py",
    "reports/routing/csv.py",
    "reports/routing/table.py",
    "reports/documents/maps/labels.py",
    "reports/documents/maps/svg.py",
    "web/kit/languages.py",
    "web/kit/markdown.py",
    "web/desk/rules/labels.py",
    "web/crew/ticket/reopened.py",
    "web/desk/ticket/story.py",
    "web/kit/labels.py",
    "bot/line/setup/advice.py",
    "bot/line/setup/menu.py",
    "bot/line/setup/menu_picture.py",
    "bot/dialogue/allowance.py",
    "bot/dialogue/answers.py",
    "bot/dialogue/clarify.py",
    "bot/dialogue/commands.py",
    "bot/dialogue/draft.py",
    "bot/dialogue/draft_buttons.py",
    "bot/dialogue/limits.py",
    "bot/dialogue/next_step.py",
    "bot/dialogue/photo_sets.py",
    "bot/dialogue/script.py",
    "bot/dialogue/subject.py",
    "bot/dialogue/ticket_buttons.py",
    "bot/dialogue/turn.py",
    "bot/dialogue/unsent.py",
    "bot/line/events.py",
    "bot/render/bubbles.py",
    "bot/render/cards.py",
    "bot/render/flex.py",
    "bot/render/ticket_view.py",
    "bot/wording.py",
]
IMPURE_PACKAGES = {
    "psycopg", "redis", "rq", "fastapi", "starlette", "linebot", "httpx", "obstore", "uvicorn",
    "urllib3",
}  # fmt: skip
OURS = set(MAY_IMPORT)


def imports_of(file: Path) -> Iterator[str]:
    """Every module that a file imports, wherever in the file."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module


def room_of(module: str) -> str:
    """The room that a dotted module name lies in."""
    return module.split(".")[0]


def files_of(room: str, root: Path = ROOT) -> list[Path]:
    """The Python files of a room."""
    if (root / f"{room}.py").exists():
        return [root / f"{room}.py"]
    folder = root / room
    return [file for file in sorted(folder.rglob("*.py")) if "node_modules" not in file.parts]


def forbidden(room: str, root: Path = ROOT) -> list[str]:
    """What this room imports and may not, as “file imports module”."""
    allowed = MAY_IMPORT[room] | {room}
    return [
        f"{file.relative_to(root)} imports {module}"
        for file in files_of(room, root)
        for module in imports_of(file)
        if module.split(".")[0] in OURS and room_of(module) not in allowed
    ]


@pytest.mark.parametrize("room", MAY_IMPORT)
def test_every_room_imports_only_what_it_may(room: str) -> None:
    assert files_of(room), f"{room} has no files"
    assert forbidden(room) == []


def test_pure_files_import_no_database_queue_web_or_line() -> None:
    impure = {}
    for name in PURE:
        packages = {module.split(".")[0] for module in imports_of(ROOT / name)}
        impure[name] = packages & IMPURE_PACKAGES
    assert {name: found for name, found in impure.items() if found} == {}
    assert PURE


def test_a_planted_import_is_found(tmp_path: Path) -> None:
    (tmp_path / "geo").mkdir()
    (tmp_path / "geo" / "areas.py").write_text("def f():\n    from bot import script\n")
    assert forbidden("geo", tmp_path) == ["geo/areas.py imports bot"]
