"""Everything that strangers can read: each public address there is, and where its answers lead."""

import io
import json
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from html import unescape
from itertools import product
from typing import Any
from urllib.parse import quote, urlsplit

import psycopg
import pyarrow.parquet as parquet
import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient
from townsfolk import rows

from web.auth.doors import Door, lines

MOST = 400
"""Of more addresses it would be a walk without an end."""
_LINK = re.compile(r"""(?:href|src|"(?:href|url|uri)"\s*:\s*|<loc>)[=\s]*["']?([^\s"'<>]+)""")
_TABLE = re.compile(r"(?<![.\w'])(?<!AS )[a-z_0-9]+")
_ELSEWHERE = (
    "/static/", "/sign-in", "/photos/", "/openapi.json", "/crew/", "/metrics", "/readyz",
    *(f"/ogc/collections/{of_the_city}" for of_the_city in ("areas", "towns", "roads")),
)  # fmt: skip
TABLES = (
    "published_tickets", "published_events", "published_aliases", "published_due",
    "published_state",
)  # fmt: skip


def beginnings(app: FastAPI, parts: Mapping[str, Sequence[str]]) -> list[str]:
    """The addresses of each public route that is read; `parts` for what stands in braces, each that
    there is, and "1" where nobody has thought of it."""
    found = []
    for line in lines(app):
        if line.method == "GET" and line.door is Door.PUBLIC and not _is_elsewhere(line.path):
            plain = re.sub(r"{(\w+):\w+}", r"{\1}", line.path)
            names = re.findall(r"{(\w+)}", plain)
            for values in product(*(parts.get(name, ["1"]) for name in names)):
                found.append(plain.format(**dict(zip(names, values, strict=True))))
    return list(dict.fromkeys(found))


def walk(client: TestClient, first: Iterable[str], fine: set[str]) -> dict[str, bytes]:
    """What each address answers with, and each that the answers lead to; by address. Those that
    answer with something, or lead on, are added to `fine`."""
    read: dict[str, bytes] = {}
    ahead = list(first)
    while ahead:
        address = ahead.pop(0)
        if address in read:
            continue
        assert len(read) < MOST, f"what lies beyond is not looked at: {ahead[:5]}"
        answer = client.get(address, headers={"accept": "*/*"}, follow_redirects=False)
        assert answer.status_code < 500, (address, answer.status_code)
        assert "set-cookie" not in answer.headers or not address.startswith("/open"), address
        read[address] = answer.content + str(dict(answer.headers)).encode()
        if answer.status_code < 400:
            fine.add(address)
        ahead += _links(address, answer.headers.get("location", ""), answer.text)
    return read


@contextmanager
def listened(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """The statements that are sent to the database meanwhile, by whichever door."""
    said: list[str] = []
    execute = psycopg.Cursor.execute

    def hear(cursor: Any, statement: Any, *more: Any, **named: Any) -> Any:
        said.append(str(statement))
        return execute(cursor, statement, *more, **named)

    with monkeypatch.context() as patched:
        patched.setattr(psycopg.Cursor, "execute", hear)
        yield said


def touched(statements: Iterable[str]) -> set[str]:
    """The tables that are named in them, other than as columns and new names."""
    known = {row.tablename for row in rows("SELECT tablename FROM pg_tables")}
    words = {word for one in set(statements) for word in _TABLE.findall(one)}
    return known & words


def unread(app: FastAPI, fine: Iterable[str]) -> list[str]:
    """The public routes of which none of these addresses is."""
    missed = []
    for line in lines(app):
        if line.method != "GET" or line.door is not Door.PUBLIC or _is_elsewhere(line.path):
            continue
        pattern = re.compile(re.sub(r"\\{[^}]*\\}", "[^?/]+", re.escape(line.path)) + r"(\?.*)?")
        if not any(map(pattern.fullmatch, fine)):
            missed.append(line.path)
    return missed


def tables() -> dict[str, bytes]:
    """What stands in the public tables, as text: whatever else is made of them has no more."""
    said = {table: rows(f"SELECT t::text AS said FROM {table} t") for table in TABLES}
    return {table: "\n".join(row.said for row in its).encode() for table, its in said.items()}


def traces(read: Mapping[str, bytes], secrets: Iterable[str]) -> list[tuple[str, str]]:
    """Where which of these stands, in whichever way it may be written."""
    known = {secret: list(_writings(secret)) for secret in secrets}
    return [
        (address, secret)
        for address, said in read.items()
        for piece in [_unpacked(said)]
        for secret, writings in known.items()
        if any(one in piece for one in writings)
    ]


def _writings(secret: str) -> Iterator[bytes]:
    yield secret.encode()
    yield secret.encode("cp932", "ignore") or secret.encode()
    yield json.dumps(secret)[1:-1].encode()
    yield quote(secret).encode()
    yield "".join(f"&#{ord(one)};" for one in secret).encode()


def _unpacked(said: bytes) -> bytes:
    """With what is within, where it is a ZIP or Parquet."""
    if said.startswith(b"PAR1"):
        end = said.rindex(b"PAR1") + 4
        return said + str(parquet.read_table(io.BytesIO(said[:end])).to_pylist()).encode()
    if not said.startswith(b"PK"):
        return said
    packed = zipfile.ZipFile(io.BytesIO(said))
    return said + b"".join(packed.read(name) for name in packed.namelist())


def _links(address: str, location: str, said: str) -> list[str]:
    found = [location, *map(unescape, _LINK.findall(said))]
    ours = []
    for link in found:
        parts = urlsplit(link)
        if parts.netloc and parts.hostname not in ("127.0.0.1", "testserver", "localhost"):
            continue
        if parts.path.startswith("/") and not _is_elsewhere(parts.path) and "{" not in link:
            ours.append(parts.path + (f"?{parts.query}" if parts.query else ""))
    return [one for one in dict.fromkeys(ours) if one != address]


def _is_elsewhere(path: str) -> bool:
    return path.startswith(_ELSEWHERE) or path.startswith(("/staff", "/contractor", "/order/"))
