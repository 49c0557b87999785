"""`michi leave`: all of a city's data out, in formats that others read without Michi."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

if TYPE_CHECKING:
    from cli.leave.steps import Asked, Told


def leave(
    folder: Annotated[Path, typer.Argument(help="A new folder; with --encrypt-to a new file.")],
    photos: Annotated[
        bool, typer.Option(help="Photos and papers too, which want the photo store.")
    ] = True,
    originals: Annotated[
        bool,
        typer.Option("--originals", help="Photos as they were sent too, and those staff have hid."),
    ] = False,
    sheets: Annotated[
        bool, typer.Option("--sheets", help="A PDF of each ticket: a few in a second.")
    ] = False,
    encrypt_to: Annotated[
        list[str] | None,
        typer.Option(help="A public key of age (age1…): FOLDER.tar.age, which its owner opens."),
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
) -> None:
    """All of the city's data, personal data too, as CSV, GeoPackage, photos and PDF: from one
    moment, while everything runs. What was broken off begins anew; its photos are kept."""
    from cli.leave import steps
    from cli.leave.place import refuse_recipients
    from store.schema import check

    with _refusals():
        check()
        asked = steps.Asked(photos, originals, sheets, encrypt_to or [])
        refuse_recipients(asked.recipients)
        if not yes:
            _ask(folder, asked, steps.about())
        whole, told = steps.leave(folder, asked)
    _say(whole, told)


def _ask(folder: Path, asked: "Asked", about: dict[str, int]) -> None:
    """Raises Exit for a no."""
    counts = ", ".join(f"{name} ≈ {many:,}" for name, many in about.items())
    typer.echo(
        f"! すべてのデータを {folder} に書き出します({counts})。"
        "住民の言葉・LINE の ID・電話番号・場所・写真などの個人情報を含みます。"
        f"\n  All data goes to {folder}, personal data too: words, LINE ids, telephone numbers,"
        " places, photos.",
        err=True,
    )
    if asked.originals:
        typer.echo(
            "! 届いたままの写真(EXIF)と、隠した写真も入ります"
            " / photos as they were sent, with EXIF, and hidden ones too.",
            err=True,
        )
    if not asked.recipients:
        typer.echo(
            "! 暗号化しません(--encrypt-to で暗号化)/ not encrypted (--encrypt-to does).", err=True
        )
    if not typer.confirm("書き出しますか / Go on?", err=True):
        raise typer.Exit(1)


def _say(whole: Path, told: "Told") -> None:
    if told.unknown:
        names = ", ".join(told.unknown)
        _warn(
            f"この版が知らないものは入っていません: {names}",
            f"what this version does not know is not in it: {names}",
        )
    if lost := told.photos.missing + told.photos.damaged:
        _warn(
            f"置き場になかった・壊れていた写真 {lost:,} 個(data/photo_files.csv の state)",
            f"{lost:,} files of photos were missing or damaged (state in data/photo_files.csv)",
        )
    if told.no_font:
        _warn(
            "日本語のフォントがないので、書類は入っていません(apt install fonts-noto-cjk)",
            "no papers, for no font here has Japanese letters (apt install fonts-noto-cjk)",
        )
    typer.echo(
        f"✓ {whole}: 受付票 {told.rows['tickets']:,} 件、ファイル {told.files:,} 個、"
        f"{told.bytes / 1e6:,.1f} MB / {told.rows['tickets']:,} tickets, {told.files:,} files"
    )


def _warn(japanese: str, english: str) -> None:
    typer.echo(f"! {japanese} / {english}", err=True)


@contextmanager
def _refusals() -> Iterator[None]:
    """What cannot be is said in a sentence, and the command ends with 1."""
    from cli.leave.place import NotHere
    from store.photo_files import FilesError

    try:
        yield
    except NotHere as wrong:
        _end(str(wrong), wrong)
    except FilesError as wrong:
        _end(f"写真の置き場: {wrong}。写真なしなら --no-photos / the photo store: {wrong}", wrong)
    except OSError as wrong:
        _end(f"書けません / cannot be written: {wrong.strerror} {wrong.filename or ''}", wrong)


def _end(words: str, wrong: Exception) -> NoReturn:
    typer.echo(f"✗ {words}", err=True)
    raise typer.Exit(1) from wrong
