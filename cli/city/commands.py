"""A city's own files in: the whole folder, or one part of it alone."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, TypeVar

import typer
from rich.console import Console
from rich.markup import escape

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from reports.actions.load_contractors import LoadedContractors
    from reports.city.versions import Version as CityVersion
    from reports.load_city import Loaded
    from reports.routing.versions import Version

city = typer.Typer(
    no_args_is_help=True, help="What the city brings of its own, part by part, without the rest."
)
console = Console(soft_wrap=True)
Of = TypeVar("Of")

SENTENCES: Final = Path(__file__).parents[2] / "local" / "sample_city" / "sentences.csv"
File = Annotated[Path, typer.Argument(help="The file of this part: docs/city-files.md")]
Replace = Annotated[
    bool, typer.Option("--replace", help="Also in place of what staff have edited in the browser.")
]


def load_city(folder: Path, replace: Replace = False) -> None:
    """Load a city's areas, roads, departments, categories and rules from one folder."""
    from reports.load_city import load_city

    with _written() as db, _what_was_put_away(db) as put_away, _what_went(db) as gone:
        loaded = load_city(db, folder, replace=replace)
    console.print(", ".join(f"{count} {what}" for what, count in loaded.counts.items()))
    for each in loaded.stays:
        _say_stays(each)
    _say(put_away)
    _say_gone(gone)
    say_sections(console)


@city.command()
def check(folder: Path, replace: Replace = False) -> None:
    """What is wrong with a folder: 0 when `michi load-city` would take it. Nothing is written."""
    from reports.load_city import check_city

    with _written() as db:
        check_city(db, folder, replace=replace)
    _done(folder, "使えます / can be loaded")


@city.command()
def facts(file: File, replace: Replace = False) -> None:
    """The city's names, centre, telephone numbers and hours (city.toml)."""
    from reports.load_city import load_facts

    if stays := _load(lambda db, file: load_facts(db, file, replace=replace), file):
        _say_stays(stays)
    else:
        _done(file, "読みこみました / loaded")


@city.command()
def departments(file: File) -> None:
    """Departments and authorities (departments.toml); those that staff have edited stay."""
    from reports.load_city import load_departments

    loaded = _load(load_departments, file)
    _done(file, f"担当課 {loaded.count}件 / {loaded.count} departments")
    _others(loaded, "そのままです / stay as they are")


@city.command()
def categories(
    file: File,
    retire: Annotated[
        bool, typer.Option("--retire", help="Offer those no more that are not in the file.")
    ] = False,
    replace: Replace = False,
) -> None:
    """Kinds of problems (categories.toml), in the order of the file."""
    from reports.load_city import load_categories

    loaded = _load(lambda db, file: load_categories(db, file, retire=retire, replace=replace), file)
    if loaded.stays:
        _say_stays(loaded.stays)
        return
    _done(file, f"種類 {loaded.count}件 / {loaded.count} categories")
    if retire:
        _others(loaded, "もう選べません / are no longer offered")
    else:
        _others(loaded, "そのままです。やめるには --retire / stay, --retire ends them")


@city.command()
def kinds(
    sentences: Annotated[
        Path, typer.Argument(help="CSV with the columns kind (empty for none) and words.")
    ] = SENTENCES,
    categories: Annotated[
        Path | None,
        typer.Option(help="A categories.toml to try, instead of the city's own.", metavar="FILE"),
    ] = None,
) -> None:
    """Which kind residents' sentences are taken to name, and which they do. Nothing is written."""
    from cli.city.kinds import show

    with _named_faults():
        show(console, sentences, categories)


@city.command()
def rules(file: File) -> None:
    """The routing table (rules.csv), as a new version; `michi rules import` shows it before."""
    from reports.load_city import load_rules

    with _written() as db, _what_was_put_away(db) as put_away:
        count = load_rules(db, file, by="michi city rules")
    _done(file, f"規則 {count}件 / {count} rules")
    _say(put_away)


@city.command()
def terms(
    given: Annotated[Path, typer.Argument(help="terms.ja.md, or the folder of all.")],
) -> None:
    """What happens to the data (terms.*.md); a text that staff have edited stays."""
    from reports.load_city import load_terms

    count = _load(load_terms, given)
    _done(given, f"文章 {count}件 / {count} texts")


@city.command()
def templates(file: File, replace: Replace = False) -> None:
    """What staff say often (templates.toml), instead of what was there."""
    from reports.load_city import load_templates

    loaded = _load(lambda db, file: load_templates(db, file, replace=replace), file)
    if loaded.stays:
        _say_stays(loaded.stays)
    else:
        _done(file, f"定型文 {loaded.count}件 / {loaded.count} templates")


@city.command()
def materials(file: File, replace: Replace = False) -> None:
    """What crews use (materials.toml), instead of what was there."""
    from reports.load_city import load_materials

    loaded = _load(lambda db, file: load_materials(db, file, replace=replace), file)
    if loaded.stays:
        _say_stays(loaded.stays)
    else:
        _done(file, f"材料 {loaded.count}件 / {loaded.count} materials")


@city.command()
def contractors(file: File, replace: Replace = False) -> None:
    """Contractors and their unit prices (contractors.toml); those that staff have edited stay."""
    from reports.actions.load_contractors import load_contractors

    loaded = _load(lambda db, file: load_contractors(db, file, replace=replace), file)
    _done(file, f"請負業者 {loaded.count}件 / {loaded.count} contractors")
    if loaded.stay:
        names = "、".join(f"{name}({key})" for key, name in loaded.stay.items())
        console.print(
            f"[yellow]![/yellow] {escape(names)}: 画面で変えたままです。"
            "ファイルのものにするには --replace"
            " / stay as edited in the browser; --replace takes the file"
        )
    _others(loaded, "そのままです / stay as they are")


@contextmanager
def _written() -> "Iterator[Session]":
    """A transaction that a file with faults ends, with a line for each of them."""
    from store.database import transaction

    with _named_faults(), transaction() as db:
        yield db


@contextmanager
def _named_faults() -> Iterator[None]:
    """A file with faults ends the command, with a line for each of them."""
    from geo.kinds import BadFile

    try:
        yield
    except BadFile as bad:
        for line in str(bad).splitlines():
            console.print(f"[red]✗[/red] {escape(line)}")
        raise typer.Exit(1) from bad


@contextmanager
def _what_was_put_away(db: "Session") -> "Iterator[list[Version]]":
    """The routing table before and the one now, where another one has come into use."""
    from reports.routing import versions

    before, changed = versions.live(db), list[versions.Version]()
    yield changed
    now = versions.live(db)
    if before and now and now.id != before.id:
        changed += before, now


@contextmanager
def _what_went(db: "Session") -> "Iterator[dict[str, int]]":
    """Kinds of map data of which nothing is left, with how many there were."""
    from geo.gis_import.versions import rows_in_use

    before, gone = rows_in_use(db), dict[str, int]()
    yield gone
    now = rows_in_use(db)
    gone |= {kind: rows for kind, rows in before.items() if kind not in now}


def _say_gone(gone: dict[str, int]) -> None:
    """The way back for each, since a file that has none of a kind may have lost them."""
    for kind, rows in gone.items():
        console.print(
            f"[yellow]![/yellow] {kind}: ファイルにないので、{rows:,}件 がなくなりました"
            f" / none in the file, so that {rows:,} went away."
            f" 戻す / back: michi load undo {kind}"
        )


def _say(put_away: "list[Version]") -> None:
    """Staff may have edited the table that was in use: which one it was, and the way back."""
    if put_away:
        before, now = put_away
        console.print(
            f"[yellow]![/yellow] 振り分け規則: 第{now.id}版を使い始め、"
            f"第{before.id}版({escape(before.made_by)})をしまいました"
            f" / rules: version {now.id} is in use, version {before.id} was put away."
            f" 戻す / back: michi rules switch {before.id}"
        )


def _say_stays(version: "CityVersion") -> None:
    """Whose version is in use in place of the file's, and how the file's comes into use."""
    from reports.city.clock import local

    file = "city.toml" if version.part == "facts" else f"{version.part}.toml"
    console.print(
        f"[yellow]![/yellow] {file}: 画面で変えた版({escape(version.made_by)}、"
        f"{local(version.made_at):%Y-%m-%d})のままです。ファイルのものにするには --replace"
        f" / stays as edited in the browser; --replace takes the file"
    )


def _load(part: "Callable[[Session, Path], Of]", file: Path) -> "Of":
    with _written() as db:
        return part(db, file)


def _done(file: Path, words: str) -> None:
    console.print(f"[green]✓[/green] {escape(file.name)}: {words}")


def _others(loaded: "Loaded | LoadedContractors", words: str) -> None:
    if loaded.others:
        names = "、".join(f"{name}({key})" for key, name in loaded.others.items())
        console.print(
            f"[yellow]![/yellow] ファイルにない / not in the file: {escape(names)}: {words}"
        )


def say_sections(console: Console) -> None:
    """Cut the roads that are loaded into sections, where that is still to be done, and say so."""
    from geo.sections import cutting
    from store.database import transaction

    with transaction() as db:
        if cutting.is_cut(db):
            return
        with console.status("区間に分けています / cutting roads into sections") as status:
            many = cutting.cut(
                db,
                lambda step, steps: status.update(f"区間に分けています / sections {step}/{steps}"),
            )
    console.print(f"区間 {many:,}件 / {many:,} sections of roads")
