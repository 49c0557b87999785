"""Everything that the database holds goes out with what it means, or is named with the reason why
not; and no secret is among what goes."""

import re
import tomllib

import pytest
from sqlalchemy.orm import Session
from townsfolk import rows

from cli.leave import dictionary, schema

LOOKS_SECRET = re.compile(r"password|secret|token|hash|mac$|nonce|csrf|credential|(^|_)key$|code")
NO_SECRETS = {
    "areas.key", "areas_kept.key", "assets.key", "assets_kept.key", "categories.key",
    "contractors.key", "departments.key", "materials.key", "templates.key",
    "audit_seals.hash", "audit_stones.hash", "facts.key", "issued_records.audit_hash",
    "road_sections.key",
}  # fmt: skip
"""Short names that the city gave, and the audit log's chain."""


def test_every_table_and_column_goes_out_or_is_named_with_the_reason(db: Session) -> None:
    there = schema.tables(db)
    stays = list(dictionary.staying(there))
    assert [one for one in stays if one.why is dictionary.UNKNOWN] == []
    told = tomllib.loads(dictionary.FILE.read_text())
    assert {*told["tables"]} | {*told["left_out"]} == {*there}
    assert not {*told["tables"]} & {*told["left_out"]}
    for name, words in told["tables"].items():
        columns = {column.name for column in there[name].columns}
        named = {*words.get("columns", ()), *words.get("left_out", ())}
        assert {*named, *words.get("personal", ()), *words.get("refs", ())} <= columns, name


def test_nothing_that_looks_like_a_secret_goes_out(db: Session) -> None:
    goes = {
        f"{one.table.name}.{field.name}"
        for one in dictionary.going(schema.tables(db))
        for field in one.fields
    }
    assert {name for name in goes if LOOKS_SECRET.search(name.partition(".")[2])} == NO_SECRETS


def test_codes_are_told_and_what_is_referred_to_goes_out(db: Session) -> None:
    goes = {one.table.name: one for one in dictionary.going(schema.tables(db))}
    fields = {f"{name}.{field.name}": field for name, one in goes.items() for field in one.fields}
    assert all(field.means.ja and field.means.en for field in fields.values())
    assert {one.refers_to for one in fields.values() if one.refers_to} <= {*fields}
    checks = rows(
        "SELECT conrelid::regclass::text, pg_get_constraintdef(oid) FROM pg_constraint"
        " WHERE contype = 'c' AND connamespace = 'public'::regnamespace"
    )
    for table, check in checks:
        found = re.search(r"^CHECK \(\(\((\w+)\)::text = ANY", check)
        if found and (field := fields.get(f"{table}.{found[1]}")):
            for code in re.findall(r"'([^']*)'::", check):
                assert code in field.means.ja, (table, found[1], code)
                assert code in field.means.en, (table, found[1], code)
    assert len(fields) > 300


def test_a_column_that_nobody_has_described_stays(db: Session) -> None:
    there = dict(schema.tables(db))
    users = there["users"]
    new = schema.Column("face", "bytea", True, "")
    there["users"] = schema.Table("users", [*users.columns, new], users.order, 0)
    there["wishes"] = schema.Table("wishes", [new], [], 0)
    unknown = [one[:2] for one in dictionary.staying(there) if one.why is dictionary.UNKNOWN]
    assert sorted(unknown) == [("users", "face"), ("wishes", "")]
    goes = {one.table.name: one for one in dictionary.going(there)}
    assert "wishes" not in goes
    assert "face" not in {field.name for field in goes["users"].fields}


pytestmark = pytest.mark.usefixtures("database_url")
