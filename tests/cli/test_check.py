"""`michi check`: what is kept for lists, searches and maps is compared with the tickets."""

import pytest
from counted_anew import amiss
from townsfolk import ALEX, HARUKA, file, resident, rows
from typer.testing import CliRunner, Result

from cli.app import app
from reports.tickets import cells, recount, texts
from store.database import transaction


def check(*options: str) -> Result:
    return CliRunner().invoke(app, ["check", *options])


@pytest.fixture(autouse=True)
def three_tickets(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recount, "AT_ONCE", 2)
    with transaction() as db:
        for who in (HARUKA, ALEX, "U9"):
            file(db, resident(db, who))
    cells.add_up()


def test_what_is_as_it_should_be_is_said_so() -> None:
    done = check()
    assert (done.exit_code, done.output.count("✓")) == (0, 3)


def test_what_differs_is_named_with_the_way_to_mend_it() -> None:
    rows("UPDATE tickets SET follower_count = 9, is_withdrawn = true WHERE id % 2 = 0")
    rows("UPDATE ticket_cells SET many = 4 WHERE zoom = 12 AND level = 'open'")
    cells.add_up()
    texts.take_in()
    rows("UPDATE ticket_texts SET words = '' WHERE ticket_id % 2 = 0")
    done = check()
    assert done.exit_code == 1
    assert done.output.count("✗") == 3
    assert "michi check --mend" in done.output
    assert "z12" in done.output
    assert check("--mend").exit_code == 0
    assert amiss() == []
    assert check().output.count("✓") == 3


def test_a_few_of_many_are_shown_and_all_of_them_counted() -> None:
    rows(
        "INSERT INTO ticket_cells"
        " SELECT 10, n, 0, 'open', 0, 0, '', false, '', '', 6, 1, 0, 0, 0, 0, 0, 0"
        " FROM generate_series(1, 1234) n"
    )
    done = check()
    assert "1234 differ" in done.output
    assert done.output.count("z10") == 20
    assert "1234 mended" in check("--mend").output
