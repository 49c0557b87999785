"""The audit log: the newest first, what the conditions leave, and all of that as CSV."""

import csv
import io
import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, Final
from urllib.parse import urlencode

from fastapi import Depends, Query, Response
from fastapi.responses import StreamingResponse

from reports.audit import listed
from reports.audit.kinds import Kind
from reports.audit.listed import Asked, Entry, Place
from reports.city.clock import begin_of, local, now
from reports.city.formulas import guarded
from reports.people import directory
from reports.tickets.numbers import number_in
from store.database import transaction
from web.auth import who
from web.desk.audit import words
from web.kit.days import day_in
from web.kit.deps import Db
from web.kit.errors import BadInput
from web.kit.forms import id_in
from web.kit.pages import page
from web.kit.router import Router

router = Router(include_in_schema=False)

MOST_SHOWN: Final = 50
AT_ONCE: Final = 2_000
_LONGEST: Final = 100
_COLUMNS: Final = (
    "日時", "利用者番号", "利用者", "経路", "接続元", "種類", "操作", "対象", "前", "後",
    "記録番号", "通し番号", "ハッシュ",
)  # fmt: skip


def typed(
    user: Annotated[str, Query(max_length=20)] = "",
    kind: Annotated[str, Query(max_length=20)] = "",
    about: Annotated[str, Query(max_length=_LONGEST)] = "",
    since: Annotated[str, Query(max_length=10)] = "",
    until: Annotated[str, Query(max_length=10)] = "",
) -> Mapping[str, str]:
    """The conditions as they stand in the address."""
    given = {"user": user, "kind": kind, "about": about, "since": since, "until": until}
    return {name: value.replace("\0", "").strip() for name, value in given.items()}


Typed = Annotated[Mapping[str, str], Depends(typed)]


@router.get("/staff/audit")
def listing(visitor: who.ReadsAudit, db: Db, typed: Typed, after: str = "") -> Response:
    """The newest, or those that come after that place. Raises BadInput."""
    asked = _asked(typed)
    found = listed.entries(db, asked, after=_place(after), most=MOST_SHOWN + 1)
    shown, more = found[:MOST_SHOWN], len(found) > MOST_SHOWN
    names = directory.names_of(db, _ids(shown))
    given = {name: value for name, value in typed.items() if value}
    return page(
        "desk/audit/page.html",
        visitor=visitor,
        entries=[_shown(one, names) for one in shown],
        people=directory.people(db),
        kinds=words.KINDS,
        typed=typed,
        query=urlencode(given),
        older=urlencode(given | {"after": _written(shown[-1].place)}) if more else "",
        is_later=bool(after),
    )


@router.get("/staff/audit.csv")
def as_csv(visitor: who.ReadsAudit, typed: Typed) -> StreamingResponse:
    """The same as a file, without an end. Raises BadInput."""
    asked = _asked(typed)
    if asked.until is None:
        asked = replace(asked, until=datetime.now(UTC))
    name = f"michi-audit-{now():%Y%m%d-%H%M}.csv"
    headers = {
        "Cache-Control": "no-store",
        "Content-Disposition": f'attachment; filename="{name}"',
    }
    return StreamingResponse(_csv(asked), media_type="text/csv; charset=utf-8", headers=headers)


def _csv(asked: Asked) -> Iterator[bytes]:
    yield b"\xef\xbb\xbf" + _lines([_COLUMNS])
    for piece in listed.pieces(asked, AT_ONCE):
        with transaction() as db:
            names = directory.names_of(db, _ids(piece))
        yield _lines(_cells(one, names) for one in piece)


def _cells(one: Entry, names: Mapping[int, str]) -> list[object]:
    told = [
        f"{local(one.at):%Y-%m-%d %H:%M:%S.%f}",
        one.user_id if one.user_id is not None else "",
        names.get(one.user_id or 0, ""),
        words.via(one.via),
        one.address,
        words.KINDS[one.kind],
        words.happened(one.what),
        one.about,
        _json(one.old),
        _json(one.new),
        one.id,
        one.seq or "",
        one.hash.hex() if one.hash else "",
    ]
    return [guarded(cell) if isinstance(cell, str) else cell for cell in told]


def _json(values: Mapping[str, Any] | None) -> str:
    return json.dumps(values, ensure_ascii=False) if values else ""


def _lines(rows: Any) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    return out.getvalue().encode()


def _shown(one: Entry, names: Mapping[int, str]) -> dict[str, Any]:
    return {
        "at": one.at,
        "second": f"{one.at:%S}",
        "who": names.get(one.user_id, f"利用者 {one.user_id}") if one.user_id else "",
        "user_id": one.user_id,
        "via": words.via(one.via),
        "address": one.address,
        "kind": one.kind,
        "kind_words": words.KINDS[one.kind],
        "what": words.happened(one.what),
        "about": words.about(one.about, names),
        "thing": one.about,
        "only": urlencode({"about": one.about}),
        "values": list(words.values(one.old, one.new)),
        "seq": one.seq,
        "hash": one.hash.hex()[:12] if one.hash else "",
    }


def _ids(shown: list[Entry]) -> set[int]:
    """Of everybody who is named by these."""
    whose = {one.about.removeprefix("user:") for one in shown if one.about.startswith("user:")}
    about = {int(one) for one in whose if one.isdecimal() and len(one) < 10}
    return {one.user_id for one in shown if one.user_id is not None} | about


def _asked(typed: Mapping[str, str]) -> Asked:
    """Raises BadInput."""
    kind, about = typed["kind"], typed["about"]
    if kind and kind not in set(Kind):
        raise BadInput("種類を一覧から選んでください。")
    number = number_in(about)
    return Asked(
        user_id=_id(typed["user"]),
        kind=Kind(kind) if kind else None,
        about=f"ticket:{number}" if number else about,
        since=begin_of(day_in(typed["since"])) if typed["since"] else None,
        until=begin_of(day_in(typed["until"]) + timedelta(days=1)) if typed["until"] else None,
    )


def _id(typed: str) -> int | None:
    if not typed:
        return None
    if not 0 < id_in(typed) < 2**31:
        raise BadInput("利用者を一覧から選んでください。")
    return id_in(typed)


def _written(place: Place) -> str:
    return f"{place.at.isoformat()}_{place.id}"


def _place(typed: str) -> Place | None:
    """Raises BadInput."""
    if not typed:
        return None
    at, _, id = typed.partition("_")
    try:
        moment = datetime.fromisoformat(at)
        if moment.tzinfo is None or not 0 < int(id) < 2**63:
            raise ValueError
    except ValueError:
        raise BadInput("一覧の初めから、もう一度開いてください。") from None
    return Place(moment, int(id))
