"""A ticket's record as PDF/A-3, with what machines read of it attached, and signed."""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final, Literal

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from reports.audit.chain import End
from reports.city.calendar import full_day_words
from reports.documents import paper
from reports.documents.maps import svg
from reports.documents.maps.svg import Frame, Piece
from reports.documents.paper import breakable
from reports.documents.record import words
from reports.documents.record.gather import Gathered
from reports.documents.record.milestones import milestones
from reports.documents.record.sections import counted, sections
from reports.documents.record.shapes import Signing
from reports.records.kept import Issued, Made
from reports.records.signature import key_id_of, signed
from store.photo_files import Files, NoSuchFile

FORMAT: Final = 1
"""Of the JSON; another number where an older reader would misread it."""
STANDARD: Final[Literal["a-3b"]] = "a-3b"
ATTACHED: Final = "record.json"
_PAGE: Final = Path(__file__).with_name("page.typ")
_PIXELS: Final = (1500, 1500)
_WIDE, _HIGH = 178.0, 84.0
"""Of the map on paper, in millimetres."""

Note = Callable[[int, int], None]
"""Hears how many photos of how many are done."""


@dataclass(frozen=True, slots=True)
class Told:
    """What is drawn: what was gathered, for which record, at which moment (the city's time); the
    map's surroundings, where the audit log's chain ended, and how many rows waited for a place.
    `family`: numbers of the tickets that it tells of, by id; `kept`: when words and people had left
    each of them."""

    gathered: Gathered
    issued: Issued
    at: datetime
    around: Sequence[Piece]
    head: End | None
    waiting: int
    family: Mapping[int, str]
    kept: Mapping[int, tuple[datetime | None, ...]]


def draw(told: Told, private: Ed25519PrivateKey, files: Files, note: Note) -> Made:
    """The signed file. Reads photos and their originals from the store: to be called outside of any
    transaction. Raises paper.NoFont, FilesAway, and what `note` raises."""
    public = private.public_key().public_bytes_raw()
    head = told.head
    signing = Signing(
        key_id_of(public),
        public.hex(),
        head.seq if head else None,
        head.hash.hex() if head else None,
        told.waiting,
        dict(counted(told.gathered.parts)),
    )

    def page(folder: Path, families: Sequence[str]) -> dict[str, Any]:
        pictures = _pictures(told.gathered, files, folder, note)
        attached = json.dumps(_machine(told, signing), ensure_ascii=False, indent=1, sort_keys=True)
        (folder / ATTACHED).write_text(attached, encoding="utf-8")
        return _page(told, signing, pictures, families)

    drawn = paper.typeset(_PAGE, page, told.at, standard=STANDARD)
    return Made(
        signed(drawn, private), told.at, signing.key_id, signing.audit_seq, signing.audit_hash
    )


def _machine(told: Told, signing: Signing) -> dict[str, Any]:
    """What is attached: everything that stands on the paper, and what it is compared by."""
    issued = told.issued
    return {
        "michi_record": FORMAT,
        "name": issued.name,
        "number": issued.number,
        "city": told.gathered.city,
        "issued_at": told.at.isoformat(),
        "issued_by": issued.by_name,
        "why": issued.why,
        "personal": issued.personal,
        "incident_on": issued.incident_on.isoformat() if issued.incident_on else None,
        "key": {"id": signing.key_id, "public": signing.public},
        "audit": {"seq": signing.audit_seq, "hash": signing.audit_hash},
        "parts": told.gathered.parts,
    }


def _pictures(gathered: Gathered, files: Files, folder: Path, note: Note) -> list[dict[str, Any]]:
    """Each photo in its words, and its picture as a file of the folder where it may be printed. Its
    row learns whether the original still is what its name says."""
    rows = gathered.parts["photos"]
    drawn = []
    for place, row in enumerate(rows, start=1):
        shown, original = gathered.shown[row["id"]]
        picture = f"{place}.jpg"
        is_there = bool(shown) and paper.put_small(
            files, shown or "", folder / picture, _PIXELS, quality=82
        )
        row["original"] = _looked_at(files, original, row["sha256"])
        drawn.append(_photo(place, row, picture if is_there else ""))
        note(place, len(rows))
    return drawn


def _looked_at(files: Files, key: str | None, sha256: str | None) -> str:
    """same, other, gone (it should be there), or none."""
    if key is None:
        return "none"
    try:
        return "same" if hashlib.sha256(files.get(key)).hexdigest() == sha256 else "other"
    except NoSuchFile:
        return "gone"


def _photo(place: int, row: Mapping[str, Any], picture: str) -> dict[str, Any]:
    patches = f"一部({row['patches']}か所)を隠した写し" if row["patches"] and picture else ""
    lines = [
        ("受け取った", words.exact(row["at"])),
        ("撮った", words.exact(row["taken_at"]) or "記録なし"),
        ("送った人", row["who"]),
        ("SHA-256", breakable(row["sha256"] or "原本は残っていません")),
        ("原本", _ORIGINALS[row["original"]]),
        ("印刷", patches or ("" if picture else _ABSENT.get(row["state"], "写真はありません"))),
    ]
    return {
        "picture": picture,
        "title": f"写真{place} {words.PHOTOS_OF.get(row['of'], row['of'])}",
        "lines": [list(one) for one in lines if one[1]],
    }


def _page(
    told: Told, signing: Signing, pictures: Sequence[dict[str, Any]], families: Sequence[str]
) -> dict[str, Any]:
    """As page.typ reads it."""
    issued, parts = told.issued, told.gathered.parts
    frame = Frame(_WIDE, _HIGH, metres_a_mm=2.5)
    first = milestones(parts)
    begin = first[0].at or first[1].at or ""
    return {
        "fonts": families,
        "attached": ATTACHED,
        "city": told.gathered.city,
        "name": issued.name,
        "number": issued.number,
        "category": parts["ticket"][0]["category_name"],
        "place": parts["ticket"][0]["place_name"] or "町名なし",
        "personal": issued.personal,
        "lines": [
            ["発行", f"{words.exact(told.at)}  {issued.by_name}"],
            ["目的", breakable(issued.why)],
            *([["事故の日", full_day_words(issued.incident_on)]] if issued.incident_on else []),
            ["通報者の情報", "名前・連絡先・言葉を含む" if issued.personal else "含まない"],
            ["署名の鍵", signing.key_id],
        ],
        "milestones": [
            [one.what, words.exact(one.at) or "記録なし", words.after(begin, one.at), one.who]
            for one in first
        ],
        "map": svg.svg(told.around, frame, road_id=told.gathered.road_id, fonts=families),
        "map_high": _HIGH,
        "legend": [
            {"sample": sample, "word": word} for sample, word in svg.legend(told.around, frame)
        ],
        "sections": [one.to_json() for one in sections(parts, issued, signing)],
        "photos": list(pictures),
    }


_ORIGINALS: Final = {
    "same": "確かめた(発行のときに読み直し、SHA-256 が同じ)",
    "other": "保存先のファイルの SHA-256 が違います",
    "gone": "保存先にファイルがありません",
    "none": "",
}
_ABSENT: Final = {
    "waiting": "まだ届いていません",
    "hidden": "市が見せないことにした写真です",
    "removed": "送った人が取り消したか、消去した写真です",
}
