"""The ticket on one page: what stands on it, what never does, and that it stays one page."""

import io
import itertools
import math
import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import kept_photos
import pypdfium2
import pytest
from examples import examples
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image
from sqlalchemy import select, text, update
from sqlalchemy.orm import Session
from townsfolk import BEHIND_THE_BORDER, HONCHO, STAFF, file, resident

from geo.points import Point
from reports.actions.add import add
from reports.actions.ask import ask
from reports.actions.assign import assign
from reports.actions.move import move
from reports.actions.route import route
from reports.documents.maps import surroundings, svg
from reports.documents.maps.labels import width_of
from reports.documents.maps.svg import Frame, Piece
from reports.documents.sheet import pdf
from reports.documents.sheet.facts import SheetFacts, SheetPhoto, SheetWords, facts_of
from reports.photos.codec import derive
from reports.tickets.event_kinds import KINDS, Reader
from reports.tickets.models import Photo, Report, Ticket
from reports.tickets.read_models import DepartmentSummary
from reports.tickets.status import Status
from store.photo_files import Files, open_files

ON_THE_TODO = Point(139.5078, 35.7020)
"""By 小金井街道 (都道15), which the prefecture looks after."""
A4 = (595, 842)
AUTHORITY = DepartmentSummary(
    "office", "建設事務所", "Office", False, "042-000-0201", "平日にお電話ください。"
)
FACTS = SheetFacts(
    number="123-456-789",
    category="舗装の穴・段差",
    urgent=True,
    received_at=datetime(2026, 11, 20, 9, 5, tzinfo=UTC),
    reports=2,
    deadline="",
    city="小金井市",
    city_line="042-000-0000",
    city_note="",
    department=AUTHORITY,
    place_name="本町五丁目",
    place=ON_THE_TODO,
    road="小金井街道(都道15)",
    road_more="道路管理者: 都道府県・中心線まで 2.6 m",
    asset="",
    note="",
    note_on=None,
    work="",
    words=(),
    photos=(),
    photos_there=0,
    photos_awaited=0,
    photos_gone={},
    around=(),
    road_id=None,
    drawn_at=datetime(2026, 11, 21, 0, 0, tzinfo=UTC),
)
LONG = "とても長い名前の建設事務所" * 30


@pytest.fixture
def files(tmp_path: Path) -> Files:
    kept_photos.make(tmp_path / "photos")
    return open_files(f"file://{tmp_path}/photos", kept_photos.ID)


def seen(pdf: bytes) -> str:
    """The words of a page, without the line breaks that it is set with. It must be one A4 page."""
    with pypdfium2.PdfDocument(pdf) as document:
        assert len(document) == 1
        assert tuple(map(round, document[0].get_size())) == A4
        said = document[0].get_textpage().get_text_bounded()
    return re.sub(r"[\s\u200b\ufffe\x02]", "", said)


def a_jpeg(size: tuple[int, int], shade: int = 120, exif: bytes = b"") -> bytes:
    made = io.BytesIO()
    Image.new("RGB", size, (shade, 130, 140)).save(made, "JPEG", exif=exif)
    return made.getvalue()


def kept(files: Files, count: int, size: tuple[int, int] = (640, 480)) -> list[SheetPhoto]:
    pictures = [a_jpeg(size, 100 + turn) for turn in range(count)]
    return [SheetPhoto(files.put(one, "large"), files.put(one, "small")) for one in pictures]


def photo_of(db: Session, who: int, files: Files, jpeg: bytes) -> int:
    """A photo as the worker leaves it."""
    derived = derive.derive(jpeg)
    large, small = files.put(derived.large, "large"), files.put(derived.small, "small")
    photo = Photo(state="stored", resident_id=who, large=large, small=small)
    db.add(photo)
    db.flush()
    return photo.id


def a_ticket(db: Session, files: Files, words: str, jpeg: bytes | None = None) -> int:
    who = resident(db)
    photo_ids = [photo_of(db, who, files, jpeg)] if jpeg else []
    ticket_id = file(db, who, at=ON_THE_TODO, spoken=words, photo_ids=photo_ids)
    route(db, ticket_id)
    return ticket_id


def test_every_kind_of_asset_is_named_on_paper_as_on_the_desk(db: Session, files: Files) -> None:
    ticket_id = a_ticket(db, files, "")
    asset = {"kind": "drain", "key": "D-7", "name": "", "owner": "city", "metres": 3.0}
    db.execute(update(Ticket).values(why={"reason": "rule", "asset": asset}))
    facts = facts_of(db, ticket_id)
    assert facts is not None
    assert facts.asset == "マンホール・ます D-7(3.0 m)"


def test_an_authority_reads_number_place_road_words_and_who_writes(
    db: Session, files: Files
) -> None:
    ticket_id = a_ticket(db, files, "大きな穴があります", a_jpeg((900, 700)))
    move(db, ticket_id, Status.FORWARDED, STAFF, note="都道なので東京都へ連絡しました")
    facts = facts_of(db, ticket_id)
    assert facts is not None
    page = seen(pdf.draw(facts, files))
    for words in (
        facts.number,
        "小金井市",
        "042-000-0000",
        "東京都北多摩南部建設事務所御中",
        "舗装の穴・段差",
        "本町五丁目",
        "北緯35.702000東経139.507800",
        "小金井街道(都道15)",
        "「大きな穴があります」",
        "都道なので東京都へ連絡しました",
    ):
        assert words in page
    assert STAFF.name.replace(" ", "") not in page
    assert facts_of(db, ticket_id + 1) is None


def test_an_authority_does_not_read_what_departments_wrote_to_each_other(
    db: Session, files: Files
) -> None:
    ticket_id = a_ticket(db, files, "穴")
    move(db, ticket_id, Status.FORWARDED, STAFF, note="東京都へ連絡しました")
    assign(db, ticket_id, "road", STAFF, "都が動かないので")
    to_us = facts_of(db, ticket_id)
    assign(db, ticket_id, "tokyo_kitatama_south", STAFF, "やはり都に任せる")
    to_them = facts_of(db, ticket_id)
    assert to_us
    assert to_them
    assert (to_us.note, to_them.note) == ("都が動かないので", "東京都へ連絡しました")


def test_what_is_for_staff_alone_stands_on_no_authoritys_paper(
    db: Session, files: Files, monkeypatch: pytest.MonkeyPatch
) -> None:
    ticket_id = a_ticket(db, files, "穴")
    move(db, ticket_id, Status.FORWARDED, STAFF, note="東京都へ連絡しました")
    monkeypatch.setitem(KINDS, "moved", replace(KINDS["moved"], reader=Reader.STAFF))
    to_them = facts_of(db, ticket_id)
    assert to_them
    assert to_them.note == ""


def test_an_answer_stands_below_its_question(db: Session, files: Files) -> None:
    ticket_id = a_ticket(db, files, "穴があります")
    assign(db, ticket_id, "road", STAFF, "市道です")
    ask(db, ticket_id, STAFF, "車道ですか、歩道ですか。")
    (report_id,) = db.scalars(select(Report.id).where(Report.ticket_id == ticket_id))
    for message_id, words in (("m1", "歩道です"), ("m2", "右側です")):
        add(db, report_id, "answer", "session", words=(message_id, words))
    facts = facts_of(db, ticket_id)
    assert facts is not None
    page = seen(pdf.draw(facts, files))
    question = "市からの質問:車道ですか、歩道ですか。"
    assert f"「穴があります」{question}「歩道です」「右側です」" in page


def test_an_answer_to_what_another_version_asked_is_shown_without_it(
    db: Session, files: Files
) -> None:
    ticket_id = a_ticket(db, files, "穴があります")
    ask(db, ticket_id, STAFF, "車道ですか、歩道ですか。")
    (report_id,) = db.scalars(select(Report.id).where(Report.ticket_id == ticket_id))
    add(db, report_id, "answer", "session", words=("m1", "歩道です"))
    odd = text("UPDATE history SET details = jsonb_set(details, '{question}', CAST(:odd AS jsonb))")
    for question in ('"?"', "[1]", '{"history_id": [1]}'):
        db.execute(odd.bindparams(odd=question))
        facts = facts_of(db, ticket_id)
        assert facts is not None
        assert facts.words[-1].words == "歩道です"


def test_an_authority_reads_that_it_is_an_answer_and_not_what_staff_asked(
    db: Session, files: Files
) -> None:
    ticket_id = a_ticket(db, files, "穴があります")
    ask(db, ticket_id, STAFF, "車道ですか、歩道ですか。")
    (report_id,) = db.scalars(select(Report.id).where(Report.ticket_id == ticket_id))
    add(db, report_id, "answer", "session", words=("m1", "歩道です"))
    facts = facts_of(db, ticket_id)
    assert facts is not None
    page = seen(pdf.draw(facts, files))
    assert "「穴があります」市からの質問への返事:「歩道です」" in page
    assert "車道ですか" not in page


def test_the_same_facts_are_the_same_bytes(files: Files) -> None:
    assert pdf.draw(FACTS, files) == pdf.draw(FACTS, files)


def test_what_a_resident_withdrew_is_not_handed_on(db: Session, files: Files) -> None:
    ticket_id = a_ticket(db, files, "やっぱりやめます", a_jpeg((900, 700)))
    db.query(Report).filter_by(ticket_id=ticket_id).one().withdrawn_at = datetime.now(UTC)
    db.flush()
    facts = facts_of(db, ticket_id)
    assert facts is not None
    assert (facts.words, facts.photos) == ([], [])


def test_the_page_tells_nothing_of_the_camera(db: Session, files: Files) -> None:
    exif = Image.Exif()
    exif[0x010F] = "KamerawerkVonGestern"
    exif.get_ifd(0x8825)[1] = "N"
    jpeg = a_jpeg((900, 700), exif=exif.tobytes())
    assert b"KamerawerkVonGestern" in jpeg
    facts = facts_of(db, a_ticket(db, files, "", jpeg))
    assert facts is not None
    page = pdf.draw(facts, files)
    assert b"DCTDecode" in page  # the photo is there, as it came from the store
    assert b"KamerawerkVonGestern" not in page
    assert b"Exif" not in page


@pytest.mark.parametrize(
    "hostile",
    [
        '#include "/etc/passwd" #panic() $x^2$ *bold* _it_ `raw` \\ [a] <b> @ref // end /* x */',
        '"] #sys.inputs {{ }} = heading - list ~ -- ... \' "',
    ],
)
def test_markup_in_strangers_words_stands_as_it_was_written(hostile: str, files: Files) -> None:
    page = seen(pdf.draw(replace(FACTS, words=(SheetWords(hostile),), place_name=hostile), files))
    assert page.count(re.sub(r"\s", "", hostile)) == 2


@given(
    st.lists(st.builds(SheetWords, st.text(max_size=400), st.none() | st.text()), max_size=12),
    st.text(max_size=300),
)
@settings(max_examples=examples(10), deadline=None, suppress_health_check=list(HealthCheck))
def test_whatever_is_written_the_page_stays_one(
    files: Files, words: Sequence[SheetWords], name: str
) -> None:
    road = Piece("road", 1, name, "都道15", "city", (((-200.0, 0.0), (200.0, 10.0)),))
    page = pdf.draw(
        replace(FACTS, words=words, place_name=name, road=name, note=name, around=(road,)), files
    )
    assert FACTS.number in seen(page)


def test_the_longest_of_everything_neither_overlaps_nor_leaves_the_page(files: Files) -> None:
    facts = replace(
        FACTS,
        department=replace(AUTHORITY, name=LONG),
        category=LONG,
        city=LONG,
        city_note=LONG,
        place_name=LONG,
        road=LONG,
        road_more=LONG,
        asset=LONG,
        note=LONG,
        words=[SheetWords(one, "W" * 900) for one in ("穴" * 900, "x" * 900)]
        + [SheetWords("危ない。", LONG)] * 30,
        photos=kept(files, 4),
        photos_there=9,
        photos_awaited=2,
    )
    printed = pdf.draw(facts, files)
    page = seen(printed)
    for words in ("写真はほかに5枚", "写真2枚はまだ届いて", "「穴穴", "現在"):
        assert words in page
    shown = page.count("「")
    assert f"ほかに{32 - shown}件の言葉" in page
    boxes = lines_of(printed)
    for left, low, right, top in boxes:
        assert 0 < left < right < A4[0]
        assert 0 < low < top < A4[1]
    for one, other in itertools.combinations(boxes, 2):
        wide = min(one[2], other[2]) - max(one[0], other[0])
        high = min(one[3], other[3]) - max(one[1], other[1])
        assert wide < 1 or high < 1.5, (one, other)


def lines_of(pdf: bytes) -> list[tuple[float, float, float, float]]:
    """Where the page's lines of words stand, in points: left, low, right, top."""
    with pypdfium2.PdfDocument(pdf) as document:
        words = document[0].get_textpage()
        return [words.get_rect(turn) for turn in range(words.count_rects())]


def test_photos_that_went_from_the_store_leave_no_gap(files: Files) -> None:
    there, gone = kept(files, 2, size=(480, 640)), SheetPhoto("large/gone", "small/gone")
    facts = replace(FACTS, photos=(gone, *there), photos_there=3)
    assert "写真はありません" not in seen(pdf.draw(facts, files))
    assert "写真1枚のファイルが見つかりません" in seen(pdf.draw(facts, files))
    assert "写真1枚のファイル" in seen(pdf.draw(replace(facts, photos=(gone,)), files))
    assert "写真はありません" in seen(pdf.draw(FACTS, files))


def test_the_page_says_why_a_photo_is_not_there(db: Session, files: Files) -> None:
    who = resident(db)
    photos = [photo_of(db, who, files, a_jpeg((64, 48))) for _ in range(4)]
    ticket_id = file(db, who, photo_ids=photos)
    for id, state, whose in (
        (photos[0], "removed", who),
        (photos[1], "removed", None),
        (photos[2], "not_image", who),
    ):
        db.execute(update(Photo).where(Photo.id == id).values(state=state, resident_id=whose))
    facts = facts_of(db, ticket_id)
    assert facts is not None
    assert facts.photos_gone == {"taken_back": 1, "erased": 1, "lost": 1}
    page = seen(pdf.draw(facts, files))
    for words in (
        "写真1枚は送った人が取り消しました。",
        "写真1枚は、送った人のデータとともに消しました。",
        "写真1枚は受け取れませんでした。",
    ):
        assert words in page


def test_the_map_has_the_road_as_far_away_as_it_is(db: Session, files: Files) -> None:
    facts = facts_of(db, a_ticket(db, files, ""))
    assert facts is not None
    road = next(one for one in facts.around if (one.kind, one.id) == ("road", facts.road_id))
    metres = min(
        _from_zero(start, end) for run in road.runs for start, end in itertools.pairwise(run)
    )
    assert f"中心線まで {metres:.1f} m" in facts.road_more
    assert {one.name for one in facts.around if one.kind == "label"} >= {"本町五丁目"}


def _from_zero(start: tuple[float, float], end: tuple[float, float]) -> float:
    (x1, y1), (x2, y2) = start, end
    along = (x2 - x1) ** 2 + (y2 - y1) ** 2
    share = min(max(-(x1 * (x2 - x1) + y1 * (y2 - y1)) / along, 0), 1) if along else 0
    return math.hypot(x1 + share * (x2 - x1), y1 + share * (y2 - y1))


def test_at_the_edge_of_the_city_the_neighbour_is_named(db: Session) -> None:
    pieces = surroundings.around(db, BEHIND_THE_BORDER)
    assert "国分寺市" in {piece.name for piece in pieces if piece.kind == "label"}
    drawn = svg.svg(pieces, Frame(68, 75, 4), road_id=None, fonts=["A"])
    assert "国分寺市" in drawn
    assert surroundings.around(db, Point(-150.0, -60.0)) == ()
    assert all(piece.runs for piece in surroundings.around(db, HONCHO))


def test_names_on_the_map_never_stand_on_each_other() -> None:
    streets = [
        Piece("road", turn, f"第{turn}通り<&>", "", "city", (_street(turn),)) for turn in range(14)
    ]
    drawn = svg.svg(streets, Frame(68, 75, 4), road_id=3, fonts=["A"])
    placed = [
        (float(x), float(y), float(degrees), words)
        for degrees, x, y, words in re.findall(
            r"rotate\(([-\d.]+) ([\d.]+) ([\d.]+)\)\">([^<]+)</text>", drawn
        )
    ]
    assert any("第3通り" in words for *_, words in placed)
    assert len(placed) > 6
    for one, other in itertools.combinations(placed, 2):
        assert min(math.dist(a, b) for a in _along(*one) for b in _along(*other)) > 2.5


def _street(turn: int) -> tuple[tuple[float, float], ...]:
    """Every other one from west to east, the others from south to north, 40 m apart."""
    off = (turn // 2 - 3) * 40.0
    return ((-290.0, off), (290.0, off)) if turn % 2 else ((off, -290.0), (off, 290.0))


def _along(x: float, y: float, degrees: float, words: str) -> list[tuple[float, float]]:
    turn, need = math.radians(degrees), width_of(words.replace("&lt;&amp;&gt;", "<&>"), 2.5)
    steps = [need * (step / 10 - 0.5) for step in range(11)]
    return [(x + step * math.cos(turn), y + step * math.sin(turn)) for step in steps]
