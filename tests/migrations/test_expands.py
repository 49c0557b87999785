"""A migration only adds, unless it says that it does more; and `--check` says what each will do."""

import pytest
from alembic import command
from townsfolk import rows, value
from typer.testing import CliRunner

from cli.app import app
from migrations.expands import Catalog, Column, Rule, contractions
from migrations.forecast import Forecast, forecasts
from migrations.schema import config
from store.database import engine

LAST_RELEASE = "0045"


def waiting() -> list[Forecast]:
    with engine().connect() as connection:
        return forecasts(connection)


def unmarked(found: list[Forecast]) -> dict[str, list[str]]:
    """What contracts and does not say so, or says so and does not."""
    return {one.revision: one.contracts for one in found if bool(one.contracts) != bool(one.mark)}


@pytest.mark.changes_the_schema
@pytest.mark.usefixtures("database_url")
def test_what_comes_after_the_last_release_only_adds_and_is_told_before() -> None:
    command.downgrade(config(), "0044")
    rows("INSERT INTO residents (line_user_id) SELECT 'U' || n FROM generate_series(1, 100) n")
    found = waiting()
    assert [one.by for one in found] == ["measured"] * len(found)
    assert unmarked(found) == {}
    (privacy,) = [one for one in found if one.revision == LAST_RELEASE]
    assert privacy.locks["tickets"].mode == "AccessExclusiveLock"
    assert privacy.locks["mails"].mode == "ShareUpdateExclusiveLock"
    assert not any(lock.rewrites for lock in privacy.locks.values())
    told = CliRunner().invoke(app, ["migrate", "--check"])
    assert told.exit_code == (1 if any(one.mark for one in found) else 0), told.output
    assert "tickets: AccessExclusiveLock" in told.output
    assert value("SELECT max(version_num) FROM alembic_version") == "0044"
    rows("LOCK TABLE tickets IN ACCESS SHARE MODE")


@pytest.mark.long
@pytest.mark.changes_the_schema
@pytest.mark.usefixtures("database_url")
def test_all_since_0_4_0_only_add(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("migrations.forecast.IN_ALL_SECONDS", 60)
    command.downgrade(config(), "0005")
    assert unmarked(waiting()) == {}


def test_what_a_process_of_the_version_before_would_stumble_over_is_seen() -> None:
    text, check = Column("text", True, False), "CHECK (kind = ANY (ARRAY['a'::text, 'b'::text]))"
    before = Catalog(
        {("t", "gone"): text, ("t", "typed"): text, ("t", "null"): text, ("t", "kind"): text},
        {("t", "ck"): Rule("t", check, frozenset({"kind"}))},
        frozenset({"f(integer)"}),
    )
    after = Catalog(
        {
            ("t", "typed"): Column("bigint", True, False),
            ("t", "null"): Column("text", False, False),
            ("t", "kind"): text,
            ("t", "needed"): Column("text", False, True),
            ("t", "free"): text,
            ("new", "needed"): Column("text", False, True),
        },
        {
            ("t", "ck"): Rule("t", check.replace(", 'b'::text", ""), frozenset({"kind"})),
            ("t", "ck_free"): Rule("t", "CHECK (free > kind)", frozenset({"free", "kind"})),
            ("t", "uq"): Rule("t", "UNIQUE (kind)", frozenset({"kind"})),
        },
        frozenset(),
    )
    assert contractions(before, after) == [
        "t.gone: is gone",
        "t.typed: text is now bigint",
        "t.null: may be NULL no more",
        "t.needed: is new, and who writes a row must give it",
        "ck: holds for other rows of t",
        "uq: new for t",
        "f(integer): is gone",
    ]
    wider = {("t", "ck"): Rule("t", check.replace("]", ", 'c'::text]"), frozenset({"kind"}))}
    assert contractions(before, before._replace(rules=wider)) == []
