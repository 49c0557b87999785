"""経緯書: issued by who may, made by a worker, whole to the last byte, compared with what is."""

import io
import json
import re
import zlib
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pypdfium2
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from examples import examples
from hypothesis import given
from hypothesis import settings as how
from hypothesis import strategies as st
from record_scene import Scene, claimed
from sqlalchemy.exc import OperationalError
from townsfolk import STAFF, rows, value
from typer.testing import CliRunner
from web_scene import PASSWORD, Browser, filed
from workshop import work_off

from cli.record import record
from reports.city import clock
from reports.documents.record import making, verify
from reports.documents.record.verify import Agrees, Whole
from reports.people.accounts import create_user
from reports.privacy.erase import erase
from reports.records import kept, keys, signature
from reports.records.kept import Wanted
from settings import settings
from store import sql
from store.database import transaction


def issued(browser: Browser, scene: Scene, *, key: str = "once", **fields: str) -> bytes:
    """The file that the worker made of what was asked for."""
    here = f"/staff/tickets/{scene.number}/record"
    told = {"why": "令和8年(ワ)第123号"} | fields
    assert browser.post(here, key=key, **told).status_code == 303
    assert work_off("make_record") == 1
    assert browser.post(here, key=key, **told).status_code == 303  # the same press
    assert work_off("make_record") == 0
    return browser.get(f"{here}/{value('SELECT max(id) FROM issued_records')}/file").content


def kept_of(scene: Scene, *, personal: bool, key: str) -> None:
    """A record of which the file does not matter: no paper is set for it."""
    with transaction() as db:
        one = kept.ask_for(db, scene.id, Wanted("請求", personal=personal), STAFF, key=key)
        kept.keep(db, one, kept.Made(key.encode(), clock.now(), "k", None, None))


def looked_at(file: bytes) -> tuple[Whole, Agrees]:
    with transaction() as db:
        found = verify.whole(file, keys.publics(db))
        return found, verify.agrees(db, found)


def test_a_record_tells_everything_and_is_pdf_a(staff: Browser) -> None:
    scene = claimed()
    staff.get(f"/staff/tickets/{scene.number}")
    file = issued(staff, scene, incident_on="2026-01-05", personal="yes")
    found, agrees = looked_at(file)
    assert (found.why_not, found.whose, agrees.head, agrees.is_so) == ("", "ours", "same", True)
    assert b"<pdfaid:part>3</pdfaid:part>" in file
    assert re.search(rb"<pdfaid:conformance>\s*B\s*</pdfaid:conformance>", file)
    assert b"/AFRelationship" in file
    with pypdfium2.PdfDocument(io.BytesIO(file)) as pdf:
        attached = json.loads(bytes(pdf.get_attachment(0).get_data()))
        paper = "".join(page.get_textpage().get_text_bounded() for page in pdf)
    assert attached == found.record
    parts = attached["parts"]
    (passed,) = [row for row in parts["patrols"] if row["passed_at"]]
    assert passed["weather"] == "晴れ"
    assert 0 < passed["metres"] < 30
    assert passed["passed_at"] < parts["ticket"][0]["received_at"]
    assert [row["who"] for row in parts["reports"]] == ["通報者A", "通報者B"]
    assert {row["original"] for row in parts["photos"]} == {"same"}
    assert parts["looks"][0]["who"] == "佐藤 恵"
    for told in ("自転車で転びそうに", "カラーコーンを置きました", "1 / ", "小金井土木", "晴れ"):
        assert told in re.sub(r"[\r\n]", "", paper)
    told = rows("SELECT kind, what FROM audit WHERE what IN ('record', 'records') ORDER BY id")
    assert ("export", "record") in [tuple(row) for row in told]
    page = staff.get(f"/staff/tickets/{scene.number}/record").text
    assert f"{scene.number}-K1" in page
    assert found.sha256 in page
    _is_found_wherever_it_changes(file)


def _is_found_wherever_it_changes(file: bytes) -> None:
    """One byte anywhere, the end above all."""
    with transaction() as db:
        publics = keys.publics(db)
    is_whole = partial(verify.whole, publics=publics)
    assert is_whole(file).is_whole

    @how(max_examples=examples(100), deadline=None)
    @given(st.integers(0, len(file) - 1) | st.integers(len(file) - 500, len(file) - 1),
           st.integers(1, 255))  # fmt: skip
    def changed(place: int, by: int) -> None:
        other = file[:place] + bytes([file[place] ^ by]) + file[place + 1 :]
        assert not is_whole(other).is_whole

    changed()
    for other in (file + b"\n", file[:-1], file[1:], file + file, b"", file[: len(file) // 2]):
        assert not is_whole(other).is_whole
    upper = re.sub(rb"signature=[0-9a-f]+", lambda found: found[0].upper(), file)
    assert not is_whole(upper).is_whole


def test_what_came_since_is_no_error_and_what_is_other_is(staff: Browser) -> None:
    scene = claimed()
    file = issued(staff, scene)
    here = f"/staff/tickets/{scene.number}"
    staff.post(f"{here}/move", to="in_progress", note="今日直します", key="m")
    lon, lat = rows("SELECT ST_X(place), ST_Y(place) + 0.002 FROM tickets WHERE id = :id",
                    id=scene.id)[0]  # fmt: skip
    moved = staff.post(f"{here}/place", point=f"{lat}, {lon}", why="写真", key="p")
    assert moved.status_code == 303
    _, agrees = looked_at(file)
    assert agrees.is_so
    assert {one.kind for one in agrees.findings} == {"since", "changed"}
    rows("UPDATE history SET at = at - interval '2 days' WHERE to_status = 'made_safe'")
    rows("DELETE FROM patrol_points")
    _, agrees = looked_at(file)
    assert {(one.part, one.field) for one in agrees.errors} == {
        ("history", "at"), ("patrols", "passed_at"), ("patrols", "metres"), ("patrols", "has_way"),
    }  # fmt: skip
    page = staff.post(f"{here}/record/verify", files={"file": ("a.pdf", file)}).text
    assert "そのままではありません" in page
    assert "経緯書と違います" in page


@pytest.mark.long
def test_who_may_not_have_what_is_of_persons_gets_letters(
    staff: Browser, crew: Browser, come_in: Callable[[str], Browser]
) -> None:
    scene = claimed()
    issued(staff, scene, personal="yes")
    with transaction() as db:
        create_user(db, name="dept", shown_name="課の人", password=PASSWORD, role="department",
                    department_key="road")  # fmt: skip
    theirs, here = come_in("dept"), f"/staff/tickets/{scene.number}/record"
    assert crew.get(here).status_code == 403
    assert theirs.get(f"{here}/{value('SELECT id FROM issued_records')}/file").status_code == 404
    assert theirs.post(here, key="p", why="x", personal="yes").status_code == 403
    assert staff.post(here, key="q", why=" ").status_code == 422
    assert staff.post(here, key="q", why="x", incident_on="2999-01-01").status_code == 422
    file = issued(theirs, scene, key="plain")
    told = json.dumps(looked_at(file)[0].record, ensure_ascii=False)
    assert "転びそう" not in told
    assert '"personal": {' not in told


@pytest.mark.long
def test_erasing_takes_the_file_and_the_copy_outside_still_verifies(staff: Browser) -> None:
    scene = claimed()
    file = issued(staff, scene, personal="yes")
    with transaction() as db:
        erase(db, scene.resident_id)
    assert value("SELECT count(*) FROM record_parts") == 0
    assert value("SELECT gone_at IS NOT NULL AND sha256 <> '' FROM issued_records")
    found, agrees = looked_at(file)
    assert found.is_whole
    assert agrees.errors == []
    assert "gone" in {one.kind for one in agrees.findings}


def test_a_duplicate_that_was_parted_takes_the_file_that_tells_of_it(staff: Browser) -> None:
    scene = claimed()
    number, resident = rows(
        "SELECT t.number, (SELECT min(resident_id) FROM reports WHERE ticket_id = t.merged_into"
        " AND resident_id <> :one) FROM tickets t WHERE t.merged_into = :id",
        one=scene.resident_id, id=scene.id,
    )[0]  # fmt: skip
    kept_of(scene, personal=True, key="once")
    staff.post(f"/staff/tickets/{number}/move", to="reopened", note="別の穴でした", key="part")
    assert value("SELECT count(*) FROM tickets WHERE merged_into IS NOT NULL") == 0
    kept_of(scene, personal=True, key="later")
    with transaction() as db:
        erase(db, resident)
    gone = rows("SELECT gone_at IS NOT NULL FROM issued_records ORDER BY id")
    assert [is_gone for (is_gone,) in gone] == [True, False]
    here = f"/staff/tickets/{scene.number}/record"
    presses = [staff.post(here, key=f"k{n}", why="x").status_code for n in range(4)]
    assert presses == [303, 303, 303, 429]


def test_a_record_whose_words_go_while_it_is_drawn_is_not_kept(staff: Browser) -> None:
    scene = claimed()
    with transaction() as db:
        personal, plain = (
            kept.ask_for(db, scene.id, Wanted("請求", personal=one), STAFF, key=str(one))
            for one in (True, False)
        )
    drawn = []
    for record_id in (personal, plain):
        with transaction() as db:
            drawn.append(making.told(db, record_id))
    with transaction() as db, transaction() as other:
        assert [making.is_overtaken(db, told) for told in drawn if told] == [False, False]
        sql.run(other, "SET LOCAL lock_timeout = '50ms'")
        with pytest.raises(OperationalError):  # what goes waits until it is stored
            sql.run(other, _WORDS_GO, id=scene.id)
        other.rollback()
    with transaction() as db:
        sql.run(db, _WORDS_GO, id=scene.id)
        assert [making.is_overtaken(db, told) for told in drawn if told] == [True, False]


_WORDS_GO = "UPDATE tickets SET words_gone_at = now() WHERE id = %(id)s"


def test_a_file_that_no_record_can_be_is_refused_before_it_is_read(staff: Browser) -> None:
    scene = claimed()
    here = f"/staff/tickets/{scene.number}/record/verify"
    big = ("a.pdf", b"%PDF" + bytes(2 * 1024**2))
    none = staff.post(here, files={"file": big})
    assert (none.status_code, "まだ経緯書を発行していません" in none.text) == (413, True)
    with transaction() as db:
        one = kept.ask_for(db, scene.id, Wanted("請求"), STAFF, key="k")
        kept.keep(db, one, kept.Made(bytes(1536 * 1024), clock.now(), "k", None, None))
    assert staff.post(here, files={"file": big}).status_code == 200
    larger = staff.post(here, files={"file": ("a.pdf", b"%PDF" + bytes(3 * 1024**2))})
    assert (larger.status_code, "いちばん大きいもので 1.5 MB" in larger.text) == (413, True)


def _stranger(**other: object) -> bytes:
    """Signed by a key that is nobody's here."""
    told = {"michi_record": 1, "name": "1-K1", "number": "1", "parts": {}, "audit": {}} | other
    data = zlib.compress(json.dumps(told).encode())
    pdf = b"%PDF\n<</Type /EmbeddedFile>>\nstream\n" + data + b"\nstartxref\n1\n%%EOF\n"
    return signature.signed(pdf, Ed25519PrivateKey.generate())


def test_what_a_stranger_has_signed_is_no_record_of_ours() -> None:
    assert verify.whole(_stranger(), []).why_not == "other key"  # also before the first is issued
    assert verify.whole(_stranger()).whose == "unknown"
    for odd in (
        {"name": "\x1b[2J"}, {"number": "2"}, {"parts": []}, {"parts": {"history": [{"id": []}]}},
        {"incident_on": "x"}, {"incident_on": 1}, {"audit": {"seq": "1"}},
    ):  # fmt: skip
        assert verify.whole(_stranger(**odd)).why_not == "unreadable", odd
    deep = zlib.compress(b"[" * 200_000)
    file = b"%PDF\n<</Type /EmbeddedFile>>\nstream\n" + deep
    assert verify.attached(file * 2) is None


@pytest.mark.long
def test_the_key_survives_another_secret_key_and_old_ones_verify(
    staff: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = issued(staff, claimed())
    with monkeypatch.context() as other:
        other.setenv("SECRET_KEYS_ALSO", "a key for tests%2C and long enough for it")
        other.setenv("SECRET_KEY", "another key for tests, as long as it must be")
        settings.cache_clear()
        with transaction() as db:
            before = keys.signer(db).public_key()
            assert keys.reseal(db) == (1, [])
        other.delenv("SECRET_KEYS_ALSO")
        settings.cache_clear()
        with transaction() as db:
            assert keys.signer(db).public_key() == before
            keys.change(db)
        assert looked_at(file)[0].whose == "ended"
    settings.cache_clear()


@pytest.mark.long
def test_the_command_says_so_also_without_a_database(staff: Browser, tmp_path: Path) -> None:
    paper, pem = tmp_path / "record.pdf", tmp_path / "key.pem"
    paper.write_bytes(issued(staff, claimed()))
    with transaction() as db:
        pem.write_text(keys.publics(db)[0].pem)
        strange = signature.signed(b"x\nstartxref\n1\n%%EOF", keys.signer(db))
    run = partial(CliRunner().invoke, record)
    agreed = run(["verify", str(paper)])
    assert (agreed.exit_code, "データベースと一致します" in agreed.output) == (0, True)
    alone = ["verify", "--whole-only", str(paper)]
    assert [run(alone).exit_code, run([*alone, "--public-key", str(pem)]).exit_code] == [4, 0]
    rows("UPDATE tickets SET received_at = received_at - interval '1 day'")
    assert run(["verify", str(paper)]).exit_code == 3
    paper.write_bytes(strange)
    assert run(["verify", str(paper)]).exit_code == 1
    assert "BEGIN PUBLIC KEY" in run(["keys", "--pem"]).output


@pytest.mark.long
def test_a_ticket_that_nobody_touched_has_a_record_too(staff: Browser) -> None:
    one = filed(routed=False)
    assert looked_at(issued(staff, Scene(one.id, one.number, one.resident_id)))[1].is_so
