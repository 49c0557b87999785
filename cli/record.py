"""Records of tickets (経緯書) at the command line: whether a file is whole, and the public keys."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

if TYPE_CHECKING:
    from collections.abc import Iterable

    from reports.documents.record.verdict import Line
    from reports.documents.record.verify import Agrees
    from reports.records.keys import PublicKey

record = typer.Typer(no_args_is_help=True, help="経緯書 / Records of tickets that were issued.")
BROKEN: Final = 1
DIFFERS: Final = 3
NOT_ASKED: Final = 4
MOST_BYTES: Final = 512 * 1024 * 1024


@record.command()
def verify(
    file: Annotated[Path, typer.Argument(help="経緯書の PDF / The record's PDF.")],
    public_key: Annotated[
        Path | None, typer.Option(help="市の公開鍵(PEM) / The city's public key, PEM.")
    ] = None,
    whole_only: Annotated[
        bool,
        typer.Option("--whole-only", help="データベースと比べない / Ask no database."),
    ] = False,
) -> None:
    """変わっていないか、データベースと一致するか / Whole, and as the database has it? 0 はい / yes;
    1 変わっている / changed; 3 データベースと違う / differs from it; 4 比べられなかったか、鍵が
    分からない / not compared, or nobody vouches for the key."""
    from reports.documents.record import verdict, verify

    given = _key_in(public_key) if public_key else None
    data = _bytes_of(file)
    publics = None if whole_only else _publics()
    found = verify.whole(data, publics, given)
    _say(verdict.of_whole(found))
    if not found.is_whole:
        raise typer.Exit(BROKEN)
    if publics is None:
        if not whole_only:
            print("… データベースに届かないため、内容は比べていません。")
        is_vouched = given is not None and whole_only
        raise typer.Exit(0 if is_vouched else NOT_ASKED)
    agrees = _agreement(found)
    _say(verdict.of_agreement(agrees))
    raise typer.Exit(0 if agrees.is_so else DIFFERS)


@record.command("keys")
def list_keys(
    pem: Annotated[bool, typer.Option("--pem", help="公開鍵を PEM で / As PEM.")] = False,
) -> None:
    """署名の公開鍵、新しい順 / Public keys that sign or signed, the newest first: id, key in hex,
    since when, until when, with tabs between."""
    from reports.records import keys
    from store.database import transaction

    with transaction() as db:
        found = keys.publics(db)
    for one in found:
        if pem:
            print(one.pem, end="")
            continue
        ended = f"{one.ended_at:%Y-%m-%dT%H:%M:%SZ}" if one.ended_at else "-"
        print(one.id, one.public.hex(), f"{one.made_at:%Y-%m-%dT%H:%M:%SZ}", ended, sep="\t")


@record.command("new-key")
def new_key() -> None:
    """新しい鍵で署名する。前の鍵の経緯書もそのまま確かめられる / Another key signs from now on;
    says its id. What the one before has signed still verifies."""
    from reports.records import keys
    from store.database import transaction

    with transaction() as db:
        print(keys.change(db))


def _publics() -> "list[PublicKey] | None":
    """None where no database answers."""
    from sqlalchemy.exc import SQLAlchemyError

    from reports.records import keys
    from settings import WrongSettings
    from store.database import transaction

    try:
        with transaction() as db:
            return keys.publics(db)
    except (SQLAlchemyError, WrongSettings):
        return None


def _agreement(found: "object") -> "Agrees":
    from reports.documents.record import verify
    from store.database import transaction

    with transaction() as db:
        return verify.agrees(db, found)  # type: ignore[arg-type]


def _say(lines: "Iterable[Line]") -> None:
    for line in lines:
        typer.echo(f"{line.mark} {line.words}", err=line.mark == "✗")


def _bytes_of(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            data = file.read(MOST_BYTES + 1)
    except OSError as wrong:
        raise typer.BadParameter(
            f"{path}: 読めません / cannot be read ({wrong.strerror})"
        ) from None
    if len(data) > MOST_BYTES:
        raise typer.BadParameter(f"{path}: 大きすぎます / too large for a record")
    return data


def _key_in(path: Path) -> bytes:
    from cryptography.exceptions import UnsupportedAlgorithm

    from reports.records.keys import read_pem

    try:
        return read_pem(_bytes_of(path))
    except (ValueError, UnsupportedAlgorithm):
        raise typer.BadParameter(
            f"{path}: Ed25519 の公開鍵(PEM)ではありません / no Ed25519 public key as PEM"
        ) from None
