"""What the documents tell people to type, open and set is there: commands, links, settings."""

import re
from typing import Any

import typer
from book_reading import Page, broken_links, commands, pages, parsed
from house_reading import ROOT

from cli.app import app
from cli.install.wishes import install_words, uninstall_words
from settings import Settings

CHAPTERS = ROOT / "docs" / "running"
OTHERS_SETTINGS = re.compile(
    r"AWS_\w+|MICHI_\w+|PG\w+|OTEL_\w+|HTTPS?_PROXY|FORWARDED_ALLOW_IPS|NO_PROXY|FONT_\w+"
    r"|BACKUP_AWS_\w+|SHA256SUMS|POSTGRES_\w+|OGR_\w+|TRIGGER_\w+"
)
"""Of other programs, which read them in our processes or beside them; and names of files."""
CONNECTIONS = [[name] for name in ("photos", "routing", "messages", "letters", "files")]
"""`michi photos` and the like are what the database calls a process's connections."""
READ_BY_THEMSELVES = {
    f"michi {name}": reads
    for reads, names in (
        (install_words(), ("install", "city new", "cities new")),
        (uninstall_words(), ("uninstall", "city remove", "cities remove")),
    )
    for name in names
}
"""What typer hands on as it is."""
SETTING = re.compile(r"[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+")
UNIT = re.compile(r"\bmichi-([a-z]+)@")


def unknown(command: Any, words: list[str]) -> str:
    """What is wrong with these words after `michi`, by the tree of commands; "" where nothing."""
    path = "michi"
    while words:
        word, *words = words
        if word.startswith("-"):
            name, has_value, _ = word.partition("=")
            if name not in _options(command, path) and _is_option(name):
                return f"`{path}` has no {name}"
            takes = _takes_a_value(command, path, name)
            words = words[1:] if takes and not has_value else words
        elif commands_of := getattr(command, "commands", None):
            if gone := {*word.split("|")} - {*commands_of}:
                return "" if _is_placeholder(word) else f"`{path}` has no {' '.join(gone)}"
            command, path = commands_of[word.partition("|")[0]], f"{path} {word}"
    return ""


def _options(command: Any, path: str) -> set[str]:
    if reads := READ_BY_THEMSELVES.get(path):
        return {name for each in reads._actions for name in each.option_strings} | {"--like"}
    own = {name for each in command.params for name in (*each.opts, *each.secondary_opts)}
    return own | {"--help"}


def _takes_a_value(command: Any, path: str, name: str) -> bool:
    if reads := READ_BY_THEMSELVES.get(path):
        return any(name in each.option_strings and each.nargs != 0 for each in reads._actions)
    found = [each for each in command.params if name in each.opts]
    return bool(found) and not getattr(found[0], "is_flag", False)


def _is_option(name: str) -> bool:
    """A place west of Greenwich is none."""
    return not re.fullmatch(r"-[\d.]+", name)


def _is_placeholder(word: str) -> bool:
    return word.isupper() or "…" in word or word.startswith(("<", "["))


def _is_no_command(words: list[str]) -> bool:
    """`michi photos` of a connection, or `michi = …` in a file of settings."""
    return words in CONNECTIONS or words[:1] == ["="]


def wrong_commands(page: Page) -> list[str]:
    tree = typer.main.get_command(app)
    found = [(words, unknown(tree, words)) for words in commands(page) if not _is_no_command(words)]
    name = page.file.relative_to(ROOT)
    return [f"{name}: {' '.join(words)}: {what}" for words, what in found if what]


def test_every_link_leads_to_a_file_and_a_heading_that_are_there() -> None:
    assert [wrong for page in pages() for wrong in broken_links(page)] == []


def test_every_command_that_is_to_be_typed_is_there_with_its_options() -> None:
    now = [page for page in pages() if page.file.name != "CHANGELOG.md"]
    assert sum(len([*commands(page)]) for page in now) > 60
    assert [wrong for page in now for wrong in wrong_commands(page)] == []


def test_every_command_stands_in_the_list_of_commands() -> None:
    listed = (CHAPTERS / "commands.md").read_text(encoding="utf-8")
    tree: Any = typer.main.get_command(app)
    assert [name for name in tree.commands if f"`michi {name}" not in listed] == []


def test_every_setting_that_is_named_is_there() -> None:
    there = {name.upper() for name in Settings.model_fields}
    for page in pages():
        if page.file.is_relative_to(ROOT / "docs" / "running"):
            named = {one for text in page.spans for one in _settings_in(text)}
            assert {one for one in named if not OTHERS_SETTINGS.fullmatch(one)} <= there, page.file


def _settings_in(span: str) -> list[str]:
    """Of `NAME`, `NAME=value` and `NAME, OTHER`."""
    return [found for part in re.split(r"[\s,]+", span) if (found := _setting(part))]


def _setting(part: str) -> str:
    name = part.partition("=")[0]
    return name if SETTING.fullmatch(name) else ""


def test_every_unit_that_is_named_runs_a_process_that_there_is() -> None:
    runs = {line.partition(":")[0] for line in (ROOT / "Procfile").read_text().splitlines()}
    runs |= {unit for file in (ROOT / "cli").rglob("*@.*") for unit in UNIT.findall(file.name)}
    for page in pages():
        text = "\n".join((*page.code, *page.spans))
        assert {*UNIT.findall(text)} <= runs, page.file


def test_every_chapter_stands_in_the_contents_which_is_one_screen() -> None:
    contents = ROOT / "docs" / "running.md"
    linked = {
        link.partition("#")[0] for page in pages() if page.file == contents for link in page.links
    }
    chapters = {f"running/{file.name}" for file in CHAPTERS.glob("*.md")}
    assert chapters <= linked
    assert len(contents.read_text().splitlines()) <= 60


def test_what_is_not_there_is_found() -> None:
    page = parsed(
        ROOT / "docs" / "planted.md",
        "# A heading, twice\n# A heading, twice\n[a](gone.md) [b](#a-heading-twice-1) [c](#no)"
        " [d](running.md#nowhere) `michi fly`\n```\nsudo -u michi-a michi keys list --loud\n"
        "michi where 139.5 -35.7 && michi rules try x.csv \\\n  --since 2026-04-01 # michi x\n"
        "```\n",
    )
    assert [wrong.partition(": ")[2].split()[0] for wrong in broken_links(page)] == [
        "gone.md", "#no", "running.md#nowhere",
    ]  # fmt: skip
    assert [wrong.rpartition(": ")[2] for wrong in wrong_commands(page)] == [
        "`michi keys list` has no --loud", "`michi` has no fly",
    ]  # fmt: skip
