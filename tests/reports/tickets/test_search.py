"""One field finds tickets by all that is written of them: kept or not kept yet, whatever it is."""

from random import Random

import pytest
from sqlalchemy import text
from townsfolk import file, resident, rows, value

from reports.actions.move import move
from reports.people.permissions import Actor, Role
from reports.privacy.erase import erase
from reports.tickets import search, texts
from reports.tickets.status import Status
from store import sql
from store.database import transaction

pytestmark = pytest.mark.usefixtures("database_url")

STAFF = Actor(Role.STAFF)


def found(typed: str) -> list[int]:
    """What is found while nothing is kept yet, which is what is found once it is."""
    with transaction() as db:
        before = search.search(db, typed).ids
    texts.take_in()
    with transaction() as db:
        assert search.search(db, typed).ids == before
    rows("INSERT INTO ticket_text_changes SELECT id FROM tickets")
    return before


def filed(spoken: str = "", **facts: str) -> int:
    with transaction() as db:
        made = file(db, resident(db, f"U{value('SELECT count(*) FROM residents')}"), spoken=spoken)
        for name, fact in facts.items():
            db.execute(text(f"UPDATE tickets SET {name} = :fact WHERE id = :id"),
                       {"fact": fact, "id": made})  # fmt: skip
    return made


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("がーどれーる", "角のガードレールが曲がっています"),
        ("ガ-ドレ-ル", "角のガードレールが曲がっています"),
        ("ガードレール", "角のガードレールが曲がっています"),
        ("pot hole", "A deep POTHOLE, near the ATM hole"),
        ("水", "水が出ています"),
        ("出 水", "水が出ています"),
        (" 出　水 ", "水が出ています"),
        ("100%", "100%はがれています"),
        ("a_b", "a_b"),
        ("\\", "a\\b"),
        ("😀", "あぶない😀"),
        ("6丁目", "本町六丁目の角"),
        ("六丁目", "本町6丁目の角"),
        ("12番", "本町十二番の角"),
        ("二十一丁目", "21丁目"),
        ("市道第12号", "市道12の角"),
        ("市道12", "市道第12号線の角"),
    ],
)
def test_a_word_is_found_however_it_is_written(typed: str, written: str) -> None:
    meant, _ = filed(written), filed("ほかのことです")
    assert found(typed) == [meant]


@pytest.mark.parametrize(
    "typed", ["出%水", "10_%", "水 火", "ガードルール", "水\nで", "'", '"', "{"]
)
def test_what_stands_nowhere_is_not_found(typed: str) -> None:
    filed("水が出ています。100%")
    assert found(typed) == []


@pytest.mark.parametrize("typed", ["", " ", "　", "\0", "-"])
def test_nothing_finds_nothing(typed: str) -> None:
    filed("-")
    assert found(typed) == []


def test_no_word_goes_from_one_thing_to_the_next() -> None:
    filed("穴です", place_name="本町", place_name_en="Honcho")
    assert found("本町穴") == []
    assert found("本町 穴 honcho") != []


def test_place_road_lamp_and_number_are_found() -> None:
    why = '{"reason": "rule", "road": {"name": "小金井街道", "ref": "都道15"},'
    why += ' "asset": {"key": "A-0123"}}'
    meant = filed(place_name="前原坂上交差点")
    rows("UPDATE tickets SET why = CAST(:why AS jsonb) WHERE id = :id", why=why, id=meant)
    number = value("SELECT number FROM tickets WHERE id = :id", id=meant)
    filed()
    for typed in ("前原坂上", "小金井街道", "都道15", "a-0123", "A0123", number, number[:7]):
        assert found(typed) == [meant], typed
    assert found(number.replace("-", "")) == [meant]


def test_what_staff_write_and_what_is_added_is_found() -> None:
    meant, other = filed("穴"), filed("穴")
    with transaction() as db:
        move(db, meant, Status.SCHEDULED, STAFF, note="月曜に合材でうめます")
    rows(
        "INSERT INTO remarks (report_id, words)"
        " SELECT id, 'きょうは水たまりです' FROM reports WHERE ticket_id = :id",
        id=other,
    )
    assert found("合材") == [meant]
    assert found("水たまり") == [other]
    assert found("穴") == [other, meant]


def test_what_somebody_took_back_is_found_no_more_at_once() -> None:
    meant = filed("やまだの家の前")
    texts.take_in()
    with transaction() as db:
        assert search.search(db, "やまだ").ids == [meant]
        erase(db, db.scalar(text("SELECT resident_id FROM reports")))
    with transaction() as db:
        assert search.search(db, "やまだ").ids == []
    texts.take_in()
    assert "やまだ" not in value("SELECT words FROM ticket_texts")


def test_of_many_the_newest_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "MOST", 2)
    ids = [filed("穴") for _ in range(3)]
    texts.take_in()
    with transaction() as db:
        assert search.search(db, "穴").ids == [ids[2], ids[1]]


def test_whoever_searches_hears_that_not_all_is_kept_yet(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "MOST_NOTED", 1)
    for _ in range(2):
        filed("穴")
    with transaction() as db:
        assert not search.search(db, "穴").is_whole
    texts.take_in()
    with transaction() as db:
        assert search.search(db, "穴").is_whole


def test_many_notes_are_taken_in_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(texts, "AT_ONCE", 2)
    for _ in range(5):
        filed("穴")
    texts.take_in()
    assert value("SELECT count(*) FROM ticket_text_changes") == 0
    assert value("SELECT count(*) FROM ticket_texts") == 5


@pytest.mark.parametrize("typed", ["穴37", "穴"])
def test_rare_words_and_those_of_all_are_found_by_the_index(typed: str) -> None:
    rows(
        "INSERT INTO tickets (number, category, place) SELECT n::text, 'pothole',"
        " ST_SetSRID(ST_MakePoint(139.5, 35.7), 4326) FROM generate_series(1, 3000) n"
    )
    rows("INSERT INTO ticket_texts SELECT id, '穴' || number FROM tickets")
    with transaction() as db:
        db.execute(text("ANALYZE ticket_texts"))
        values = {"grams": search._grams(typed), "likes": [f"%{typed}%"], "most": 9, "noted": 9}
        values["roads"] = []
        plan = sql.run(db, f"EXPLAIN {search._FOUND}", **values)
    assert any("ix_ticket_texts_grams" in line for (line,) in plan)


def test_kept_texts_are_compared_and_mended() -> None:
    ids = [filed(words) for words in ("穴", "水", "木")]
    texts.take_in()
    with transaction() as db:
        assert texts.differences(db, 0, 10**6) == []
    rows("UPDATE ticket_texts SET words = 'x' WHERE ticket_id = :id", id=ids[0])
    rows("DELETE FROM ticket_texts WHERE ticket_id = :id", id=ids[1])
    with transaction() as db:
        assert texts.differences(db, 0, 10**6) == ids[:2]
        texts.note(db, ids[:2])
    texts.take_in()
    with transaction() as db:
        assert texts.differences(db, 0, 10**6) == []


def test_every_gram_of_a_word_is_a_gram_of_what_holds_it() -> None:
    chance = Random(17)
    letters = "あいう穴ab1 "
    for _ in range(100):
        line = "".join(chance.choices(letters, k=chance.randint(1, 12)))
        start = chance.randrange(len(line))
        word = line[start : start + chance.randint(1, 5)]
        kept = value("SELECT michi_grams(:line)", line=f"x\n{line}")
        assert {*search._grams(word)} <= {*kept}


def test_the_number_of_a_road_is_no_part_of_a_longer_one() -> None:
    long, short = filed("市道第123号線"), filed("市道12です")
    assert found("市道第12号線") == [short]
    assert found("市道123号 線") == [long]
