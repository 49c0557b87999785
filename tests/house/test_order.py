"""Who may import whom, who may name whose tables, and what is pure: held by reading the files."""

from pathlib import Path

import pytest
from house_order import MAY_IMPORT, SCREENS, may, room_of
from house_reading import (
    ROOT,
    TOP,
    files,
    imports_of,
    module_of,
    says_pure,
    tables,
    tables_named_in,
    with_all_it_needs,
)

IMPURE = {
    "alembic", "fastapi", "geoalchemy2", "httpx", "linebot", "obstore", "psycopg", "redis", "rq",
    "settings", "smtplib", "sqlalchemy", "starlette", "store", "urllib3", "uvicorn",
}  # fmt: skip
"""What no pure file needs, itself or through others: database, queue, web, LINE, the settings."""


def all_files(root: Path = ROOT) -> list[Path]:
    return [file for top in TOP for file in files(top, root)]


def forbidden_imports(root: Path = ROOT) -> list[str]:
    """Each as “file imports module”."""
    return [
        f"{file.relative_to(root)} imports {module}"
        for file in all_files(root)
        if (room := room_of(module_of(file, root))) in MAY_IMPORT
        for module in imports_of(file, root)
        if module.split(".")[0] in TOP and not may(room, room_of(module))
    ]


def screens_that_meet(root: Path = ROOT) -> list[str]:
    """Screens that import one another."""
    return [
        f"{file.relative_to(root)} imports {module}"
        for room in SCREENS
        for file in files(room.replace(".", "/"), root)
        for module in imports_of(file, root)
        if (theirs := _screen_of(module)) and (ours := _screen_of(module_of(file, root)))
        if theirs != ours
    ]


def impure(root: Path = ROOT) -> list[str]:
    """Files that say they are pure, with what they pull in."""
    return [
        f"{file.relative_to(root)} needs {', '.join(sorted(needs))}"
        for file in all_files(root)
        if says_pure(file)
        if (needs := {each.split(".")[0] for each in with_all_it_needs(file, root)} & IMPURE)
    ]


def tables_of_others(root: Path = ROOT) -> list[str]:
    """SQL that names tables of rooms that its own does not stand on."""
    owner = tables(root)
    return [
        f"{file.relative_to(root)} names {table} of {owner[table]}"
        for top in ("store", "geo", "reports", "bot", "web", "workers", "main", "cli")
        for file in files(top, root)
        if (room := room_of(module_of(file, root))) in MAY_IMPORT
        for table in sorted(tables_named_in(file, set(owner)))
        if not may(room, room_of(owner[table]))
    ]


def attics(root: Path = ROOT) -> list[str]:
    """Modules of more than 300 lines."""
    return [
        f"{file.relative_to(root)} has {lines} lines"
        for file in all_files(root)
        if "versions" not in file.parts and "tests" not in file.parts
        if (lines := len(file.read_text(encoding="utf-8").splitlines())) > 300
    ]


def other_clocks(root: Path = ROOT) -> list[str]:
    """Modules that look at a time zone by themselves; the settings only check its name."""
    return [
        str(file.relative_to(root))
        for file in all_files(root)
        if module_of(file, root) not in ("setting_checks", "reports.city.clock")
        if "zoneinfo" in imports_of(file, root)
    ]


MADE_IN = {
    "secret_key.get_secret_value": ("settings",),
    ".secret_keys": ("settings", "store.keyed", "reports.audit"),
    ".set_cookie(": ("web.kit.cookies",),
    "public_url.rstrip(": ("settings",),
}
"""What is made in one place, by how it is written there."""


def made_elsewhere(root: Path = ROOT) -> list[str]:
    """Each as “file has its own way to …”."""
    return [
        f"{file.relative_to(root)} has its own way to {written}"
        for top in ("settings", "store", "reports", "bot", "web", "workers", "main", "cli")
        for file in files(top, root)
        for written, makers in MADE_IN.items()
        if not module_of(file, root).startswith(makers)
        if written in file.read_text(encoding="utf-8")
    ]


def _screen_of(module: str) -> str:
    """The folder of a screen: web.desk.map of web.desk.map.routes; "" for what is none."""
    parts = module.split(".")
    is_screen = ".".join(parts[:2]) in SCREENS and (ROOT / "/".join(parts[:3])).is_dir()
    return ".".join(parts[:3]) if is_screen else ""


def test_every_file_lies_in_a_room_of_the_plan() -> None:
    lost = [file for file in all_files() if room_of(module_of(file)) not in MAY_IMPORT]
    assert [str(file) for file in lost if file.name != "__init__.py"] == []


def test_every_room_imports_only_what_stands_below_it() -> None:
    assert forbidden_imports() == []


def test_no_screen_imports_another() -> None:
    assert screens_that_meet() == []


def test_what_says_pure_is_pure_through_and_through() -> None:
    assert impure() == []


def test_sql_names_only_tables_of_its_room_or_below() -> None:
    assert tables_of_others() == []


def test_no_module_is_an_attic() -> None:
    assert attics() == []


def test_the_city_has_one_clock() -> None:
    assert other_clocks() == []


def test_hashes_by_our_key_cookies_and_our_addresses_are_made_in_one_place() -> None:
    assert made_elsewhere() == []


PLANTED = [
    ("geo/areas.py", "def f():\n    from bot.dialogue import script\n", forbidden_imports),
    ("reports/tickets/lock.py", "from reports.actions import move\n", forbidden_imports),
    ("bot/dialogue/script.py", "from bot.effects import carry_out\n", forbidden_imports),
    ("web/kit/forms.py", "from web.desk.map import routes\n", forbidden_imports),
    ("line_platform/api.py", "import settings\n", forbidden_imports),
    ("web/desk/map/routes.py", "from web.desk.ticket import routes\n", screens_that_meet),
    ("reports/tickets/status.py", '"""Pure."""\nfrom reports.city import profile\n', impure),
    ("reports/city/profile.py", 'Q = "SELECT 1 FROM tickets t"\n', tables_of_others),
    ("reports/outbox/quota.py", 'Q = f"DELETE FROM inbox WHERE {1}"\n', tables_of_others),
    ("geo/roads.py", "x = 1\n" * 301, attics),
    ("bot/hearing.py", "from zoneinfo import ZoneInfo\n", other_clocks),
    ("web/auth/door.py", 'answer.set_cookie("a", "b")\n', made_elsewhere),
]


@pytest.mark.parametrize(("name", "planted", "rule"), PLANTED)
def test_a_planted_fault_is_found(name: str, planted: str, rule, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    for file in all_files():
        copy = tmp_path / file.relative_to(ROOT)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.symlink_to(file)
    (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / name).unlink(missing_ok=True)
    (tmp_path / name).write_text(planted, encoding="utf-8")
    found = [wrong for wrong in rule(tmp_path) if wrong.startswith(name)]
    assert found, f"{rule.__name__} does not see what was planted in {name}"
