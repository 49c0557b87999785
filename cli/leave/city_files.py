"""What the city has decided of itself, as files that people read: rules, terms, what codes mean;
and the public keys by which whoever gets a record verifies it."""

from collections.abc import Iterator
from typing import Final

from sqlalchemy.orm import Session

from cli.leave.place import Place
from cli.leave.tables import write_csv
from reports.city import profile, terms
from reports.records import keys
from reports.routing import csv as rules_csv
from reports.routing import versions
from reports.tickets.words import CHANNELS, EVENTS, OUTCOMES, PLACE_SOURCES, STATUSES

CODES: Final = "codes.csv"


def write(place: Place, db: Session) -> None:
    """Raises OSError, SQLAlchemyError."""
    if live := versions.live(db):
        place.put("city/rules.csv", rules_csv.write(versions.rules(db, live.id)).encode())
    for language, text in terms.texts(db).items():
        place.put(f"city/terms.{language}.md", text.words.encode())
    if pems := [key.pem for key in keys.publics(db)]:
        place.put("city/record-keys.pem", "".join(pems).encode())
    write_csv(place, CODES, ("file", "column", "code", "ja", "en"), _codes(db))


def _codes(db: Session) -> Iterator[tuple[str, str, str, str, str]]:
    for key, one in profile.categories(db).items():
        yield "data/categories.csv", "key", key, one.name("ja"), one.name("en")
    for file, column, words in (
        ("data/tickets.csv", "status", STATUSES),
        ("data/history.csv", "what", EVENTS),
        ("data/reports.csv", "channel", CHANNELS),
        ("data/reports.csv", "place_source", PLACE_SOURCES),
        ("data/works.csv", "outcome", OUTCOMES),
    ):
        for code, ja in words.items():
            yield file, column, code, ja, code.replace("_", " ")
