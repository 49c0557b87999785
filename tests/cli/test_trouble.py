"""A database that fails a command is a sentence, and never a page of Python."""

import os
import subprocess
import sys
from collections.abc import Iterator

import psycopg
import pytest
import typer
from examples import LONG
from sqlalchemy.exc import SQLAlchemyError
from typer.testing import CliRunner

from cli.trouble import SaysTrouble
from settings import ROOT
from store import sql

SAMPLE = str(ROOT / "local" / "sample_city")
COMMANDS = (("migrate",), ("city", "check", SAMPLE), ("load", "versions"))


def michi(*words: str, url: str) -> tuple[int, str]:
    code = "from cli.app import app; app(prog_name='michi')"
    ran = subprocess.run(
        [sys.executable, "-c", code, *words], cwd=ROOT, env={**os.environ, "DATABASE_URL": url},
        text=True, capture_output=True, timeout=60, check=False,
    )  # fmt: skip
    return ran.returncode, ran.stdout + ran.stderr


def fails_with(error: psycopg.Error) -> tuple[BaseException | None, str]:
    """How a command ends in which this happens, and what it says."""
    app = typer.Typer(cls=SaysTrouble)

    @app.command()
    def one() -> None:
        raise sql.translated(error)

    @app.command()
    def other() -> None: ...

    done = CliRunner().invoke(app, ["one"])
    return done.exception, done.output


@pytest.mark.usefixtures("database_url")
def test_a_database_that_is_away_is_one_sentence() -> None:
    for words in COMMANDS if LONG else COMMANDS[:1]:
        status, said = michi(*words, url="postgresql://michi:Geheimnis@127.0.0.1:9/michi")
        assert (status, len(said.splitlines())) == (1, 1), said
        assert said.startswith("✗ データベースにつながりません")
        assert "the database cannot be reached" in said
        assert "Geheimnis" not in said


@pytest.fixture
def reader(database_url: str) -> Iterator[str]:
    """Somebody who may enter the database and nothing more."""
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute("CREATE ROLE michi_reader LOGIN")
        user = connection.info.user
        yield database_url.replace(f"//{user}@", "//michi_reader@")
        connection.execute("DROP ROLE michi_reader")


@pytest.mark.long
def test_no_schema_and_no_rights_are_one_sentence_each(database_url: str, reader: str) -> None:
    name = psycopg.conninfo.conninfo_to_dict(database_url)["dbname"]
    for url, wanted in (
        (database_url.replace(f"/{name}?", "/postgres?"), "`michi migrate` を先に実行"),
        (reader, "権限がありません"),
    ):
        status, said = michi("city", "facts", f"{SAMPLE}/city.toml", url=url)
        assert (status, len(said.splitlines())) == (1, 1), said
        assert wanted in said


@pytest.mark.parametrize(
    ("error", "wanted"),
    [
        (psycopg.errors.ReadOnlySqlTransaction("x"), "権限がありません"),
        (psycopg.errors.UndefinedColumn("x"), "`michi migrate`"),
        (psycopg.errors.LockNotAvailable("x"), "しばらくしてから"),
        (psycopg.errors.AdminShutdown("x"), "つながりません"),
    ],
)
def test_what_the_database_says_is_put_in_words(error: psycopg.Error, wanted: str) -> None:
    assert wanted in fails_with(error)[1]


def test_a_fault_of_ours_keeps_its_trace() -> None:
    ended, said = fails_with(psycopg.errors.SyntaxError("x"))
    assert isinstance(ended, SQLAlchemyError)
    assert said == ""
