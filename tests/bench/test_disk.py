"""What the disk holds is told by table and index, and only what has grown."""

from sqlalchemy import text

from bench.disk import grown_since, sizes
from store.database import transaction


def test_what_has_grown_is_told_the_most_first(database_url: str) -> None:
    before = sizes()
    assert grown_since(before) == {"all together": 0}
    with transaction() as db:
        db.execute(
            text(
                "INSERT INTO residents (line_user_id)"
                " SELECT 'U' || n FROM generate_series(1, 3000) n"
            )
        )
    grown = grown_since(before)
    assert {"residents", "residents: pk_residents"} < grown.keys()
    assert "tickets" not in grown
    together, *each = grown.values()
    assert together == sum(each)
    assert each == sorted(each, reverse=True)
