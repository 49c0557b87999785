"""Refusals, and trouble with the database, said in a sentence to whoever types a command."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

import typer
from typer.core import TyperGroup

Words = tuple[str, str]


@contextmanager
def refusals_said() -> Iterator[None]:
    """What cannot be is said in a sentence. Raises BadParameter for ValueError."""
    try:
        yield
    except ValueError as wrong:
        raise typer.BadParameter(str(wrong)) from wrong


class SaysTrouble(TyperGroup):
    """Commands that end with 1 and a sentence when the database fails them; a fault of ours is
    left as it is."""

    def invoke(self, ctx: Any) -> Any:
        from sqlalchemy.exc import SQLAlchemyError

        try:
            return super().invoke(ctx)
        except SQLAlchemyError as trouble:
            if (words := _said(trouble)) is None:
                raise
            typer.echo(f"✗ {words[0]} / {words[1]}", err=True)
            raise typer.Exit(1) from trouble


def _said(trouble: Exception) -> Words | None:
    """In Japanese and in English, without anybody's values."""
    from store import sql

    kind = sql.kind_of(trouble)
    if kind in _BY_STATE:
        return _BY_STATE[kind]
    if not sql.is_passing(trouble):
        return None
    return _BUSY if kind[:2] in _ANSWERED else _AWAY


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
_BUSY: Final = (
    "データベースがいま応じられません。しばらくしてからもう一度実行してください",
    "the database cannot do it just now: try again in a while",
)
_BY_STATE: Final = {
    "42P01": _NO_SCHEMA, "42703": _NO_SCHEMA, "42501": _NO_RIGHTS, "25006": _NO_RIGHTS,
}  # fmt: skip
_ANSWERED: Final = frozenset({"40", "53", "55"})
"""A deadlock, no room, a lock not had: the server is there."""
