"""Refusals, and trouble with what a command needs, in a sentence for whoever typed it."""

from collections.abc import Iterator
from contextlib import contextmanager
from socket import gaierror
from typing import Any, Final

import typer
from click import ClickException
from typer.core import TyperGroup

from cli import japanese

Words = tuple[str, str]


@contextmanager
def refusals_said() -> Iterator[None]:
    """What cannot be is said in a sentence. Raises BadParameter for ValueError."""
    try:
        yield
    except ValueError as wrong:
        raise typer.BadParameter(str(wrong)) from wrong


class SaysTrouble(TyperGroup):
    """Commands that end with 1 and a sentence when what they need is away: the database, Redis,
    LINE, the photo store, the mail server, a file. A fault of ours is left as it is."""

    def __init__(self, **given: Any) -> None:
        super().__init__(**given)
        japanese.add_to(self, "")

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except (typer.Exit, ClickException):
            raise
        except Exception as trouble:
            if (words := said(trouble)) is None:
                raise
            typer.echo(f"✗ {words[0]} / {words[1]}", err=True)
            raise typer.Exit(1) from trouble


def said(trouble: Exception) -> Words | None:
    """In Japanese and in English, without anybody's values; None for a fault of ours."""
    names = {kind.__module__.partition(".")[0] for kind in type(trouble).__mro__}
    if "sqlalchemy" in names:
        return _of_database(trouble)
    if "redis" in names:
        return _REDIS
    if "smtplib" in names:
        return _MAIL
    return _of_ours(trouble) or (_of_file(trouble) if isinstance(trouble, OSError) else None)


def _of_database(trouble: Exception) -> Words | None:
    from store import sql

    kind = sql.kind_of(trouble)
    if kind in _BY_STATE:
        return _BY_STATE[kind]
    if not sql.is_passing(trouble):
        return None
    return _BUSY if kind[:2] in _ANSWERED else _AWAY


def _of_ours(trouble: Exception) -> Words | None:
    from bot.line.client import LineError, Refused
    from store.photo_files import FilesError

    if isinstance(trouble, FilesError):
        return tuple(f"{words}: {trouble}" for words in _PHOTOS)  # type: ignore[return-value]
    if isinstance(trouble, LineError):
        return _LINE_REFUSES if isinstance(trouble, Refused) else _LINE_AWAY
    return None


def _of_file(trouble: OSError) -> Words | None:
    """A file that was named, or a connection that did not come about."""
    if trouble.filename is not None:
        name, why = trouble.filename, trouble.strerror
        return f"{name} を読み書きできません({why})", f"{name} cannot be read or written: {why}"
    return _NOT_REACHED if isinstance(trouble, ConnectionError | TimeoutError | gaierror) else None


_NO_SCHEMA: Final = (
    "データベースがこの版の形ではありません。`michi migrate` を先に実行してください",
    "the database has not this version's schema: run `michi migrate` first",
)
_NO_RIGHTS: Final = (
    "データベースに書く権限がありません。DATABASE_URL の利用者とサーバーを確かめてください",
    "no right to do this in the database: look at DATABASE_URL's user and server",
)
_AWAY: Final = (
    "データベースにつながりません。DATABASE_URL と、動いているかを確かめてください",
    "the database cannot be reached: look at DATABASE_URL and whether it runs",
)
_REDIS: Final = (
    "Redis につながりません。REDIS_URL と、動いているか、パスワードを確かめてください",
    "Redis cannot be reached: look at REDIS_URL, whether it runs, and the password",
)
_MAIL: Final = (
    "メールのサーバーが受け付けません。SMTP_URL の宛先、利用者、パスワードを確かめてください",
    "the mail server does not take it: look at SMTP_URL's address, user and password",
)
_PHOTOS: Final = (
    "写真の置き場を使えません。PHOTO_STORE_URL と、その場所につながるかを確かめてください",
    "the photo store cannot be used: look at PHOTO_STORE_URL and whether it can be reached",
)
_LINE_AWAY: Final = (
    "LINE が応えません。LINE_API_URL と外への通信を確かめ、少し待ってからもう一度実行してください",
    "LINE does not answer: look at LINE_API_URL and the way out, and try again in a while",
)
_LINE_REFUSES: Final = (
    "LINE が断りました。LINE_CHANNEL_ACCESS_TOKEN を確かめてください",
    "LINE refuses it: look at LINE_CHANNEL_ACCESS_TOKEN",
)
_NOT_REACHED: Final = (
    "つながりません。設定のアドレス(DATABASE_URL、REDIS_URL、LINE_API_URL、SMTP_URL)を確かめてください",
    "no connection: look at the addresses DATABASE_URL, REDIS_URL, LINE_API_URL, SMTP_URL",
)
_BUSY: Final = (
    "データベースがいま応じられません。しばらくしてからもう一度実行してください",
    "the database cannot do it just now: try again in a while",
)
_BY_STATE: Final = {
    "42P01": _NO_SCHEMA, "42703": _NO_SCHEMA, "42501": _NO_RIGHTS, "25006": _NO_RIGHTS,
}  # fmt: skip
_ANSWERED: Final = frozenset({"40", "53", "55"})
"""A deadlock, no room, a lock not had: the server is there."""
